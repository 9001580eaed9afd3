#include "chat/judge/server_rules.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "core/clock.h"
#include "filter/filter_current.h"
#include "store/store_wait.h"

/* Each server looks once a second, so the others have it by then; not one whose store answers more slowly than that. */
enum { KNOWN_MS = 3000 };

struct reading {
    struct store_job job;
    struct chat *chat;
    uint64_t nth;
    void (*done)(void *context); /* NULL: nobody waits */
    void *context;
    struct arena arena;
    struct str filters;
    struct filter *filter; /* what they compile to; a reference */
    uint64_t newcomers;
};

static int read_number(struct store_conn *conn, struct str key, struct arena *arena, uint64_t *out)
{
    struct str text;
    int rc = store_meta_get(conn, key, arena, &text);
    *out = 0;
    if (rc == 0 && !str_to_u64(text, out))
        *out = 0;
    return rc == -ENOENT ? 0 : rc;
}

/* Compiled here, off the homes' threads, if it was not before. */
static int run_reading(struct store_job *job, struct store_conn *conn)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    reading->filters = STR("");
    int rc = store_meta_get(conn, META_FILTERS, &reading->arena, &reading->filters);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    filter_unref(reading->filter);
    reading->filter = filter_current_get(reading->chat->filter, reading->filters);
    return read_number(conn, META_NEWCOMERS, &reading->arena, &reading->newcomers);
}

/* ---- to the homes ------------------------------------------------------------------------------- */

struct change {
    struct inbox_item item;
    struct home *home;
    struct server_rules rules;
};

static void has_changed(struct inbox_item *item)
{
    struct change *change = CONTAINER_OF(item, struct change, item);
    filter_unref(change->home->rules.filter);
    change->home->rules = change->rules;
    change->home->rules_known_ms = clock_monotonic_ms() + KNOWN_MS;
    xfree(change);
}

static void give(struct home *home, struct filter *filter, uint64_t newcomers)
{
    struct change *change = NEW(struct change);
    change->item.run = has_changed;
    change->home = home;
    change->rules = (struct server_rules){filter_ref(filter), newcomers};
    inbox_post(home->inbox, &change->item);
}

static bool is_known(struct chat *chat, const struct reading *reading)
{
    return str_eq(chat->rules_read.filters, reading->filters) &&
           chat->rules_read.newcomers == reading->newcomers;
}

static void remember(struct chat *chat, const struct reading *reading)
{
    char *copy = xmalloc(reading->filters.len + 1);
    if (reading->filters.len)
        memcpy(copy, reading->filters.ptr, reading->filters.len);
    xfree((char *)chat->rules_read.filters.ptr);
    chat->rules_read.filters = str_of(copy, reading->filters.len);
    chat->rules_read.newcomers = reading->newcomers;
    atomic_store(&chat->newcomers, reading->newcomers);
}

/* Of two that are under way at once the later one has all that was set before it began; the other may end behind it. */
static bool is_news(struct chat *chat, const struct reading *reading)
{
    if (reading->job.rc != 0 || reading->nth < chat->rules_read.nth)
        return false;
    chat->rules_read.nth = reading->nth;
    return !is_known(chat, reading);
}

/* All of it on one thread, that of home 0. */
static void was_read(struct store_job *job)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    struct chat *chat = reading->chat;
    if (is_news(chat, reading)) {
        remember(chat, reading);
        for (unsigned w = 0; w < chat->workers; w++)
            give(&chat->homes[w], reading->filter, reading->newcomers);
    }
    if (reading->done)
        reading->done(reading->context);
    filter_unref(reading->filter);
    arena_deinit(&reading->arena);
    xfree(reading);
}

static void begin(struct chat *chat, void (*done)(void *context), void *context)
{
    struct reading *reading = NEW(struct reading);
    reading->chat = chat;
    reading->nth = 1 + atomic_fetch_add_explicit(&chat->rules_readings, 1, memory_order_relaxed);
    reading->done = done;
    reading->context = context;
    reading->job =
        (struct store_job){.home = chat->homes[0].inbox, .run = run_reading, .done = was_read};
    store_read(chat->store, &reading->job);
}

void server_rules_look(struct chat *chat, struct home *home)
{
    if (home == &chat->homes[0])
        begin(chat, NULL, NULL);
}

/* ---- when somebody here set them ----------------------------------------------------------------- */

struct answer_back {
    struct inbox_item item;
    struct chat_rules_wait *wait;
};

static void tell(struct inbox_item *item)
{
    struct answer_back *back = CONTAINER_OF(item, struct answer_back, item);
    struct chat_rules_wait *wait = back->wait;
    xfree(back);
    wait->done(wait);
}

static void homes_know(void *context)
{
    struct chat_rules_wait *wait = context;
    struct answer_back *back = NEW(struct answer_back);
    back->item.run = tell;
    back->wait = wait;
    inbox_post(wait->home, &back->item);
}

void chat_rules_changed(struct chat *chat, struct chat_rules_wait *wait)
{
    begin(chat, homes_know, wait);
}

uint64_t chat_newcomers(struct chat *chat)
{
    return atomic_load_explicit(&chat->newcomers, memory_order_relaxed);
}

int server_rules_refuse(struct chat *chat, struct store_conn *conn, struct str text,
                        struct arena *arena, bool *out)
{
    struct str rules;
    int rc = text.len ? store_meta_get(conn, META_FILTERS, arena, &rules) : -ENOENT;
    *out = false;
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    struct filter *filter = filter_current_get(chat->filter, rules);
    *out = filter_judge(filter, text) == FILTER_REFUSES;
    filter_unref(filter);
    return 0;
}

/* ---- start and end -------------------------------------------------------------------------------- */

int server_rules_open(struct chat *chat)
{
    struct reading reading = {.job.run = run_reading, .chat = chat, .arena = ARENA_INIT};
    int rc = store_read_wait(chat->store, &reading.job);
    if (rc == 0) {
        remember(chat, &reading);
        for (unsigned w = 0; w < chat->workers; w++)
            chat->homes[w].rules =
                (struct server_rules){filter_ref(reading.filter), reading.newcomers};
    }
    filter_unref(reading.filter);
    arena_deinit(&reading.arena);
    return rc;
}

void server_rules_close(struct chat *chat)
{
    for (unsigned w = 0; w < chat->workers; w++)
        filter_unref(chat->homes[w].rules.filter);
    xfree((char *)chat->rules_read.filters.ptr);
}
