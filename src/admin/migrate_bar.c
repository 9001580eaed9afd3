#include "admin/migrate_bar.h"

#include <string.h>
#include <unistd.h>

#include "core/clock.h"

enum { WIDTH = 24, DRAW_MS = 100, LINE_MS = 10000, HUNDRED = 100, SECOND_MS = 1000 };

void migrate_bar_begin(struct migrate_bar *bar, const char *act, uint64_t done, uint64_t total)
{
    bar->is_terminal = isatty(fileno(bar->out)) == 1;
    bar->act = act;
    bar->done = bar->began_with = done;
    bar->total = total > done ? total : done;
    bar->began_at = bar->shown_at = clock_monotonic_ms();
}

/* Rows a second since it began; 0: not known yet. */
static uint64_t rate(const struct migrate_bar *bar)
{
    uint64_t ms = clock_monotonic_ms() - bar->began_at;
    return ms < SECOND_MS ? 0 : (bar->done - bar->began_with) * SECOND_MS / ms;
}

static unsigned percent(const struct migrate_bar *bar)
{
    uint64_t done = bar->done < bar->total ? bar->done : bar->total;
    return bar->total ? (unsigned)((double)done / (double)bar->total * HUNDRED) : HUNDRED;
}

static void print_rest(const struct migrate_bar *bar)
{
    uint64_t speed = rate(bar);
    fprintf(bar->out, "%3u %%  %s %s, %llu of about %llu rows", percent(bar), bar->act, bar->thing,
            (unsigned long long)bar->done, (unsigned long long)bar->total);
    if (speed && bar->total > bar->done)
        fprintf(bar->out, ", %llu a second, %llu s left", (unsigned long long)speed,
                (unsigned long long)((bar->total - bar->done) / speed));
}

static void draw(struct migrate_bar *bar)
{
    char line[WIDTH + 1];
    size_t full = (size_t)percent(bar) * WIDTH / HUNDRED;
    memset(line, '#', full);
    memset(line + full, '.', WIDTH - full);
    line[WIDTH] = '\0';
    fprintf(bar->out, "\r[%s] ", line);
    print_rest(bar);
    fputs("\033[K", bar->out); /* what was longer */
    fflush(bar->out);
    bar->is_drawn = true;
}

void migrate_bar_thing(struct migrate_bar *bar, const char *thing)
{
    bar->thing = thing;
    bar->thing_done = 0;
}

void migrate_bar_add(struct migrate_bar *bar, uint64_t rows)
{
    uint64_t now = clock_monotonic_ms();
    bar->done += rows;
    bar->thing_done += rows;
    if (now - bar->shown_at < (bar->is_terminal ? DRAW_MS : LINE_MS))
        return;
    bar->shown_at = now;
    if (bar->is_terminal) {
        draw(bar);
        return;
    }
    print_rest(bar);
    fputc('\n', bar->out);
}

void migrate_bar_thing_end(struct migrate_bar *bar)
{
    if (bar->is_terminal)
        draw(bar);
    else
        fprintf(bar->out, "%s %s: %llu rows\n", bar->act, bar->thing,
                (unsigned long long)bar->thing_done);
    fflush(bar->out);
}

void migrate_bar_hide(struct migrate_bar *bar)
{
    if (bar->is_drawn)
        fputs("\r\033[K", bar->out);
    bar->is_drawn = false;
}
