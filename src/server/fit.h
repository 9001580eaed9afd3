/* fit.h - limits lowered to what the system gives, before anything is made: so many connections
 * that open files are left for all else; and where memory is limited, so much of everything that all
 * of it together fits (core/memory.h watches that it does). What was lowered is said in the log, and
 * shown by /metrics.
 * Thread: the main thread's. */
#pragma once

#include "core/config.h"

/* Takes all files that the system lets us have, first. */
void fit_limits(struct config *config);
