/* memory.h - how near the program is to the memory that it may have (RLIMIT_AS), and a reserve for
 * the moment when it is there.
 *
 * Long before malloc() fails the program should do less: memory_is_tight() is asked at the doors,
 * where new connections, requests and large reads are refused, so that what is under way has what
 * it needs. Should malloc() fail all the same, the reserve is given back to the system, it is tight
 * from then on, and the allocation is tried again; the reserve is taken anew when there is enough.
 * So only who needs more than the reserve after everything new was refused runs out.
 * A process has one heap, so this is the one thing that is not handed around.
 * Thread: memory_watch() before there are others; the rest any. Without a limit all of it is free. */
#pragma once

#include "core/base.h"

/* What is asked of the system later can be, though no file may be opened then; before other threads. */
void memory_open(void);
/* Bytes that the program holds in memory; 0: the system does not say. */
uint64_t memory_resident(void);

/* So many bytes are all there is. */
void memory_watch(size_t most);
bool memory_is_watched(void);

bool memory_is_tight(void);
void memory_look(void); /* measures again, unless that was a moment ago */

/* realloc(), and with the reserve's help where there is no other; NULL if even that fails. */
void *memory_try(void *old, size_t size) MUST_USE;
