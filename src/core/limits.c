#include "core/limits.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

#include "core/buf.h"

struct limit_entry {
    struct str name;
    const char *unit, *reason, *past;
    uint64_t initial, min, max;
    size_t offset;
};

static const struct limit_entry entries[] = {
#define X(name, default_, min, max, unit, reason, past)                                            \
    {STR_INIT(#name), unit, reason, past, default_, min, max, offsetof(struct limits, name)},
    LIMIT_LIST(X)
#undef X
};

enum { ENTRY_COUNT = sizeof(entries) / sizeof(entries[0]) };

static uint64_t *value_of(struct limits *limits, const struct limit_entry *entry)
{
    return (uint64_t *)((char *)limits + entry->offset);
}

static uint64_t value_in(const struct limits *limits, const struct limit_entry *entry)
{
    return *(const uint64_t *)((const char *)limits + entry->offset);
}

void limits_init(struct limits *limits)
{
    for (int i = 0; i < ENTRY_COUNT; i++)
        *value_of(limits, &entries[i]) = entries[i].initial;
    limits->hits = NULL;
}

void limits_hit(const struct limits *limits, enum limit_id id)
{
    if (limits->hits)
        atomic_fetch_add_explicit(&limits->hits->of[id], 1, memory_order_relaxed);
}

uint64_t limits_get(const struct limits *limits, enum limit_id id)
{
    REQUIRE(id < LIMIT_COUNT);
    return value_in(limits, &entries[id]);
}

void limits_metrics(const struct limits *limits, struct buf *out)
{
    buf_printf(out, "# HELP natternet_limit What --limit says, or the table.\n"
                    "# TYPE natternet_limit gauge\n");
    for (int i = 0; i < ENTRY_COUNT; i++)
        buf_printf(out, "natternet_limit{name=\"%s\"} %" PRIu64 "\n", entries[i].name.ptr,
                   value_in(limits, &entries[i]));
    buf_printf(out, "# HELP natternet_limit_hits_total How often somebody ran into it.\n"
                    "# TYPE natternet_limit_hits_total counter\n");
    for (int i = 0; limits->hits && i < ENTRY_COUNT; i++)
        if (entries[i].past[0])
            buf_printf(out, "natternet_limit_hits_total{name=\"%s\"} %" PRIu64 "\n",
                       entries[i].name.ptr,
                       atomic_load_explicit(&limits->hits->of[i], memory_order_relaxed));
}

static const struct limit_entry *entry_find(struct str name)
{
    for (int i = 0; i < ENTRY_COUNT; i++)
        if (str_eq(entries[i].name, name))
            return &entries[i];
    return NULL;
}

/* As much of outside text as a message may repeat. */
static struct str shown(struct str text)
{
    return str_of(text.ptr, text.len < 64 ? text.len : 64);
}

int limits_set(struct limits *limits, struct str assignment, char *why)
{
    struct str text = assignment;
    struct str name = str_trim(str_cut(&text, '='));
    if (!text.ptr) {
        snprintf(why, LIMITS_WHY_SIZE, "a limit is NAME=VALUE, not \"%.*s\"", STR_ARG(shown(name)));
        return -EINVAL;
    }
    const struct limit_entry *entry = entry_find(name);
    if (!entry) {
        snprintf(why, LIMITS_WHY_SIZE,
                 "there is no limit named \"%.*s\"; serve --help lists them all",
                 STR_ARG(shown(name)));
        return -EINVAL;
    }
    uint64_t value;
    if (!str_to_u64(str_trim(text), &value) || value < entry->min || value > entry->max) {
        snprintf(why, LIMITS_WHY_SIZE,
                 "the limit %s is a whole number from %" PRIu64 " to %" PRIu64 " (%s)",
                 entry->name.ptr, entry->min, entry->max, entry->unit);
        return -EINVAL;
    }
    *value_of(limits, entry) = value;
    return 0;
}

int limits_check(const struct limits *limits, char *why)
{
    const struct {
        uint64_t small, large;
        const char *names;
    } pairs[] = {
        {limits->ping_after_s + 1, limits->dead_after_s, "ping_after_s must be below dead_after_s"},
        {limits->username_min, limits->username_max, "username_min must not exceed username_max"},
        {limits->password_min, limits->password_max, "password_min must not exceed password_max"},
        {limits->search_default, limits->search_limit,
         "search_default must not exceed search_limit"},
        {limits->acme_retry_s, limits->acme_retry_most_s,
         "acme_retry_s must not exceed acme_retry_most_s"},
        {limits->frame_bytes, limits->session_queue_bytes,
         "frame_bytes must not exceed session_queue_bytes"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i].small <= pairs[i].large)
            continue;
        snprintf(why, LIMITS_WHY_SIZE, "these limits contradict each other: %s", pairs[i].names);
        return -EINVAL;
    }
    return 0;
}

void limits_print(const struct limits *limits, FILE *out)
{
    for (int i = 0; i < ENTRY_COUNT; i++) {
        const struct limit_entry *entry = &entries[i];
        fprintf(out, "  %-28s %-10" PRIu64 " %s\n", entry->name.ptr, value_in(limits, entry),
                entry->reason);
        fprintf(out, "  %-28s %-10s %" PRIu64 " to %" PRIu64 " %s\n", "", "", entry->min,
                entry->max, entry->unit);
    }
}
