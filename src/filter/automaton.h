/* automaton.h - many texts looked for in one pass over another (Aho and Corasick, 1975).
 *
 * Each byte of what is looked through costs a step or two, however many patterns there are. States are numbered in
 * the order of their depth, the ways out of one lie beside each other: AUTOMATON_BYTES a byte of patterns, at most.
 * Owns:   copies of nothing; what it was made from may go.
 * Thread: any; after it was made nothing changes it. */
#pragma once

#include "core/base.h"
#include "core/str.h"

/* Empty patterns are in no text. `patterns` is sorted in place. */
struct automaton;
enum { AUTOMATON_BYTES = 17 }; /* of memory, for a byte of a pattern */
struct automaton *automaton_new(struct str *patterns, size_t count) MUST_USE;
void automaton_free(struct automaton *automaton);          /* NULL is fine */
size_t automaton_bytes(const struct automaton *automaton); /* of memory; of NULL 0 */

/* Reading goes on where it was: begin with state 0. */
#define AUTOMATON_START 0u
/* One more byte: the next state. */
uint32_t automaton_step(const struct automaton *automaton, uint32_t state, unsigned char byte);
/* Some pattern ends here, or has ended on the way to a state that was made of it. */
bool automaton_has_found(const struct automaton *automaton, uint32_t state);
