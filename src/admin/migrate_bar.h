/* migrate_bar.h - inside admin: how far a long command is. On a terminal one line that changes; elsewhere
 * lines, one for each thing that is finished and one every ten seconds.
 * Thread: the program's only one. */
#pragma once

#include <stdio.h>

#include "core/base.h"

struct migrate_bar {
    FILE *out;
    bool is_terminal, is_drawn;
    const char *act, *thing; /* "copying", "events" */
    uint64_t done, total;    /* rows, of the act */
    uint64_t thing_done;
    uint64_t began_at, began_with; /* ms; rows that were done then */
    uint64_t shown_at;
};

void migrate_bar_begin(struct migrate_bar *bar, const char *act, uint64_t done, uint64_t total);
void migrate_bar_thing(struct migrate_bar *bar, const char *thing);
void migrate_bar_add(struct migrate_bar *bar, uint64_t rows);
void migrate_bar_thing_end(struct migrate_bar *bar);
/* Leaves the terminal's line empty, for what is said next. */
void migrate_bar_hide(struct migrate_bar *bar);
