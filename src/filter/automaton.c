#include "filter/automaton.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/memory.h"

struct state {
    uint32_t ways; /* the first of those out of it */
    uint32_t
        fail; /* where what was read goes on where no way leads out: its longest end that is a beginning */
    uint16_t count;
    bool found;
};

struct automaton {
    size_t size;
    struct state *states;
    unsigned char *bytes; /* of each way */
    uint32_t *to;
    uint32_t first[256]; /* the ways out of the first state; most bytes lead back to it */
};

_Static_assert(sizeof(struct state) + sizeof(unsigned char) + sizeof(uint32_t) == AUTOMATON_BYTES,
               "a byte of a pattern is a state and the way to it");

/* While it is made: patterns [from, to) begin with what leads to the state. */
struct range {
    uint32_t from, to, depth;
};

struct maker {
    const struct str *patterns;
    struct buf states, bytes, to, ranges;
};

/* ---- the tree --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void add_state(struct maker *maker, struct range range)
{
    struct state state = {0};
    buf_put(&maker->states, &state, sizeof(state));
    buf_put(&maker->ranges, &range, sizeof(range));
}

static void add_way(struct maker *maker, unsigned char byte, struct range range)
{
    uint32_t to = (uint32_t)(maker->states.len / sizeof(struct state));
    buf_put(&maker->bytes, &byte, 1);
    buf_put(&maker->to, &to, sizeof(to));
    add_state(maker, range);
}

/* Sorted, those that end here come first, and those that go on alike lie side by side. */
static void grow(struct maker *maker, size_t at)
{
    struct range range;
    memcpy(&range, maker->ranges.ptr + at * sizeof(range), sizeof(range));
    struct state state = {.ways = (uint32_t)maker->bytes.len};
    for (; range.from < range.to && maker->patterns[range.from].len == range.depth; range.from++)
        state.found = range.depth > 0;
    while (range.from < range.to) {
        unsigned char byte = (unsigned char)maker->patterns[range.from].ptr[range.depth];
        uint32_t end = range.from;
        while (end < range.to && (unsigned char)maker->patterns[end].ptr[range.depth] == byte)
            end++;
        add_way(maker, byte, (struct range){range.from, end, range.depth + 1});
        state.count++;
        range.from = end;
    }
    memcpy(maker->states.ptr + at * sizeof(state), &state, sizeof(state));
}

/* ---- the ways back ---------------------------------------------------------------------------- */

/* UINT32_MAX: no way leads out with this byte. */
static uint32_t way_out(const struct automaton *automaton, const struct state *state,
                        unsigned char byte)
{
    for (uint32_t i = state->ways; i < state->ways + state->count; i++)
        if (automaton->bytes[i] == byte)
            return automaton->to[i];
    return UINT32_MAX;
}

/* By depth: those that a way back leads to are done before. */
static void lead_back(struct automaton *automaton, size_t count)
{
    for (uint32_t at = 1; at < count; at++) {
        const struct state *state = &automaton->states[at];
        for (uint32_t i = state->ways; i < state->ways + state->count; i++) {
            struct state *next = &automaton->states[automaton->to[i]];
            next->fail = automaton_step(automaton, state->fail, automaton->bytes[i]);
            next->found |= automaton->states[next->fail].found;
        }
    }
}

struct automaton *automaton_new(struct str *patterns, size_t count)
{
    struct maker maker = {.patterns = patterns};
    if (count)
        qsort(patterns, count, sizeof(*patterns), by_text);
    add_state(&maker, (struct range){0, (uint32_t)count, 0});
    for (size_t at = 0; at < maker.states.len / sizeof(struct state); at++)
        grow(&maker, at);

    struct automaton *automaton = NEW(struct automaton);
    size_t states = maker.states.len / sizeof(struct state), ways = maker.bytes.len;
    automaton->size = sizeof(*automaton) + maker.states.len + (ways + 1) * (1 + sizeof(uint32_t));
    automaton->states = xmalloc(maker.states.len);
    automaton->bytes = xmalloc(ways + 1);
    automaton->to = xmalloc((ways + 1) * sizeof(uint32_t));
    memcpy(automaton->states, maker.states.ptr, maker.states.len);
    if (ways) {
        memcpy(automaton->bytes, maker.bytes.ptr, ways);
        memcpy(automaton->to, maker.to.ptr, maker.to.len);
    }
    for (uint32_t i = 0; i < automaton->states[0].count; i++)
        automaton->first[automaton->bytes[i]] = automaton->to[i];
    lead_back(automaton, states);
    buf_deinit(&maker.states);
    buf_deinit(&maker.bytes);
    buf_deinit(&maker.to);
    buf_deinit(&maker.ranges);
    return automaton;
}

void automaton_free(struct automaton *automaton)
{
    if (!automaton)
        return;
    xfree(automaton->states);
    xfree(automaton->bytes);
    xfree(automaton->to);
    xfree(automaton);
}

size_t automaton_bytes(const struct automaton *automaton)
{
    return automaton ? automaton->size : 0;
}

uint32_t automaton_step(const struct automaton *automaton, uint32_t state, unsigned char byte)
{
    while (state != AUTOMATON_START) {
        uint32_t next = way_out(automaton, &automaton->states[state], byte);
        if (next != UINT32_MAX)
            return next;
        state = automaton->states[state].fail;
    }
    return automaton->first[byte];
}

bool automaton_has_found(const struct automaton *automaton, uint32_t state)
{
    return automaton->states[state].found;
}
