/* pruner.h - takes what is too old off the beginnings of logs.
 *
 * Every few seconds it asks which rooms have something that is too old (of those that keep nothing for ever; with a
 * server-wide bound: of all), a page at a time, and of each takes a few events per write until nothing old is left.
 * Now and then it walks all of these rooms, old or not, for the stubs whose time has come, and for what the index
 * of searches has of what another server pruned. Each step may be done twice, by several servers at once, or be
 * lost: the next round finds what is left. Nobody waits for it, as readers are given nothing that is too old, pruned
 * or not (store/readable.h).
 * Thread: the first worker's. Private to chat. */
#pragma once

#include "core/base.h"

struct chat;
struct pruner;

struct pruner *pruner_new(struct chat *chat) MUST_USE;
void pruner_free(struct pruner *pruner); /* NULL is fine; nothing of it is under way */
/* Once a second: the next round begins when its time has come. */
void pruner_look(struct pruner *pruner);
/* What is under way ends, and nothing follows. */
void pruner_stop(struct pruner *pruner);
