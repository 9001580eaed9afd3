/* secret_input.h - a password from whoever runs the program: typed twice and not shown on a
 * terminal, one line from anything else.
 * Owns:   the caller wipes what it got.
 * Fails:  false after a sentence on stderr.
 * Thread: the program's only one. */
#pragma once

#include "core/str.h"

enum { SECRET_INPUT_SIZE = 512 };

/* from_stdin: one line without asking, even from a terminal. */
bool secret_input(bool from_stdin, char out[SECRET_INPUT_SIZE], struct str *password);
