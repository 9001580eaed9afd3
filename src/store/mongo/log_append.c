#include "store/mongo/log_append.h"

#include <errno.h>

enum { DUPLICATE_KEY = 11000 };

struct insert_report insert_report_of(const struct insert_answer *answer)
{
    if (!answer->sent)
        return (struct insert_report){.end = INSERT_UNSENT};
    if (!answer->answered || answer->concern_failed)
        return (struct insert_report){.end = INSERT_UNKNOWN};
    if (!answer->row_failed)
        return (struct insert_report){.end = INSERT_DONE};
    return (struct insert_report){INSERT_STOPPED, answer->row, answer->code == DUPLICATE_KEY};
}

/* Why events[stored], which met a key that is taken, does not stand. */
static int verdict_on_duplicate(const struct append *append, const struct log_look *look)
{
    if (look->nonce_stands)
        return -EEXIST;
    if (look->last_seq >= append->events[append->stored]->seq)
        return -ESTALE; /* its place is another's */
    /* What it met is not a majority's yet, or never will be; where it was the first, nothing of ours stands by this. */
    return append->stored == 0 ? -EALREADY : -EAGAIN;
}

static void settle(struct append *append, int rc, size_t stored)
{
    append->job.rc = rc;
    append->stored = rc == 0 || rc == -EEXIST ? stored : 0;
}

/* A log that does not answer is not asked again of the same command, for as long each time as the first did take. What
 * cannot be read of one room says nothing of another's. */
static int look_at_log(struct log_port *port, const struct append *append, size_t at,
                       struct log_look *out)
{
    *out = (struct log_look){.silent = port->silent};
    int rc = port->silent ? -EIO : port->look(port, append, at, out);
    port->silent = rc != 0 && out->silent;
    return rc;
}

static void resolve_duplicate(struct log_port *port, struct append *append, size_t stood)
{
    struct log_look look;
    int rc = look_at_log(port, append, stood, &look);
    append->stored = stood;
    settle(append, rc == 0 ? verdict_on_duplicate(append, &look) : -EAGAIN, stood);
}

static void resolve_unknown(struct log_port *port, struct append *append)
{
    struct log_look look;
    int rc = look_at_log(port, append, append->count - 1, &look);
    bool stands = rc == 0 && look.standing == append->count;
    settle(append, stands ? 0 : -EAGAIN, append->count);
}

/* False: it was not tried, and goes with the next command. */
static bool follow_up(struct log_port *port, struct append *append, size_t first,
                      const struct insert_report *report)
{
    switch (report->end) {
    case INSERT_DONE:
        settle(append, 0, append->count);
        return true;
    case INSERT_UNSENT:
        settle(append, -EBUSY, 0);
        return true;
    case INSERT_UNKNOWN:
        resolve_unknown(port, append);
        return true;
    case INSERT_STOPPED:
        break;
    default:
        REQUIRE(!"a known end");
    }
    if (report->row >= first + append->count)
        settle(append, 0, append->count);
    else if (report->row < first)
        return false;
    else if (report->duplicate)
        resolve_duplicate(port, append, report->row - first);
    else
        settle(append, report->row > first ? -EAGAIN : -EBUSY, 0);
    return true;
}

void log_append(struct log_port *port, struct append **appends, size_t count)
{
    port->silent = false;
    while (count > 0) {
        struct insert_report report = port->insert(port, appends, count);
        size_t first = 0, left = 0;
        for (size_t i = 0; i < count; i++) {
            struct append *append = appends[i];
            if (!follow_up(port, append, first, &report))
                appends[left++] = append;
            first += append->count;
        }
        REQUIRE(left < count); /* the append that has the row is never tried again here */
        count = left;
    }
}
