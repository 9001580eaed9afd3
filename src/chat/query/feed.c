/* A person's own entries: what they read and write of their feed. The store's one writer gives each a
 * rev; of two devices that write one key, the later stands, on both. */
#include <errno.h>

#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/query.h"
#include "core/clock.h"
#include "model/thread.h"

#define QUERY_OF(job) CONTAINER_OF(job, struct query, job)

static struct problem problem_for(int rc)
{
    switch (rc) {
    case 0:
        return problem_of(ERR_OK);
    case -ENOENT:
        return problem_of(ERR_FEED_NOT_FOUND);
    case -ESTALE:
        return problem_of(ERR_FEED_CHANGED);
    case -EBUSY:
        return (struct problem){.err = ERR_FEED_SENDING, .retry_after_s = 1};
    case -EACCES:
        return problem_of(ERR_AUTH_SUSPENDED);
    case -EDQUOT:
        return problem_of(ERR_FEED_FULL);
    case -ECANCELED:
        return problem_of(ERR_PRECONDITION_FAILED);
    default:
        return problem_of(chat_err_of(rc));
    }
}

static void was_read(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    query->problem = problem_for(job->rc);
    query->done(query);
}

static void was_written(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    query->problem = problem_for(job->rc);
    user_id other;
    if (blocks_key(query->key, &other)) { /* even where nobody knows whether it was written */
        room_id room = chat_direct_room_of(query->chat, query->self, other);
        home_blocks_changed(chat_home_of(query->chat, room), room);
        bus_publish_blocks(query->chat->bus, room);
        presence_tell_apart(query->chat, query->self, other);
    }
    if (job->rc == 0)
        bus_publish_feed(query->chat->bus, query->self, &query->entry);
    query->done(query);
}

static int run_get(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    return store_feed_get(conn, query->self, query->key, query->arena, &query->entry);
}

void query_feed_get(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_get, .done = was_read};
    store_read(chat->store, &query->job);
}

static int run_list(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = store_feed_list(conn, query->self, query->family, query->cursor, query->limit + 1,
                             query->arena, &query->entries);
    if (rc == 0 && query->entries.count > query->limit) {
        query->entries.count = query->limit;
        query->next = query->entries.items[query->limit - 1].key;
    }
    return rc;
}

void query_feed_list(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_list, .done = was_read};
    store_read(chat->store, &query->job);
}

/* 0: it holds; -ECANCELED: it does not. */
static int check_condition(const struct query *query, struct store_conn *conn)
{
    struct feed_entry before;
    if (query->condition == FEED_ANYWAY)
        return 0;
    int rc = store_feed_get(conn, query->self, query->key, query->arena, &before);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    enum feed_condition holds = rc == 0 ? FEED_IF_THERE : FEED_IF_ABSENT;
    return query->condition == holds ? 0 : -ECANCELED;
}

static bool is_scheduled(const struct query *query)
{
    static const struct str scheduled = FEED_SCHEDULED;
    return str_eq(query->family, scheduled);
}

/* How many entries there may be of its family. */
static size_t most_of(const struct query *query)
{
    const struct limits *limits = query->chat->limits;
    return is_scheduled(query) ? limits->scheduled_messages : limits->feed_entries;
}

/* Elsewhere what is gone is taken away again as if it was there; but whether this was or went out is asked. */
static int check_taken(const struct query *query, struct store_conn *conn)
{
    struct feed_entry before;
    if (!is_scheduled(query) || !str_eq(query->value, STR("null")))
        return 0;
    return store_feed_get(conn, query->self, query->key, query->arena, &before);
}

/* Word of what was to be sent later is kept for every device that is there now and then; by then the time
 * of what it was is long past. */
static int64_t due_of(const struct query *query)
{
    const struct limits *limits = query->chat->limits;
    if (!is_scheduled(query) || !str_eq(query->value, STR("null")))
        return query->due;
    return clock_now_ms() + (int64_t)(limits->schedule_ahead_s + limits->scheduled_kept_s) * 1000;
}

/* How many answers there are to be read; 0 where one is not in the room, who must not learn it. */
static int count_answers(const struct query *query, struct store_conn *conn, uint64_t *out)
{
    OWN(event_unref) struct event *root = NULL;
    const struct ageing ageing = chat_ageing(query->chat);
    room_id room;
    uint64_t seq, first;
    *out = 0;
    if (!thread_key_read(query->key, &room, &seq))
        return 0;
    int rc = store_readable(conn, room, query->self, &ageing, &first);
    if (rc == 0)
        rc = seq < first ? -ENOENT : store_event_get(conn, room, seq, &root);
    if (rc == 0)
        *out = root->answers;
    return rc == -ENOENT ? 0 : rc;
}

/* How far a thread was read only grows, up to what there is: what was put on another device later may come
 * earlier. That one does not follow it stays so, too, until one says otherwise. */
static int keep_thread_read(struct query *query, struct store_conn *conn)
{
    static const struct str threads = FEED_THREAD;
    struct thread_marker marker, before = {0};
    struct feed_entry entry;
    uint64_t answers;
    if (!str_eq(query->family, threads) || !thread_marker_read(query->value, &marker))
        return 0;
    int rc = count_answers(query, conn, &answers);
    if (rc == 0)
        rc = store_feed_get(conn, query->self, query->key, query->arena, &entry);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (rc == 0 && !thread_marker_read(entry.value, &before))
        before = (struct thread_marker){0};
    if (marker.read > answers)
        marker.read = answers;
    if (marker.read < before.read)
        marker.read = before.read;
    marker.off |= before.off && !query->follows;
    query->value = thread_marker_print(query->arena, &marker);
    return 0;
}

/* A condition counts only where nothing else refuses it (RFC 9110, 13.2.1). */
static int run_put(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int taken = check_taken(query, conn);
    if (taken != 0)
        return taken;
    int met = check_condition(query, conn);
    if (met != 0 && met != -ECANCELED)
        return met;
    int kept = keep_thread_read(query, conn);
    if (kept != 0)
        return kept;
    query->entry = (struct feed_entry){.key = query->key, .value = query->value};
    int rc = store_feed_put(conn, query->self, query->key, query->value, query->only_at,
                            query->family, most_of(query), due_of(query), &query->entry.rev);
    return rc == 0 ? met : rc; /* an error takes back what was put */
}

void query_feed_put(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_put, .done = was_written};
    store_write(chat->store, &query->job);
}

/* ---- entries whose time has come ------------------------------------------------------------------ */

static int run_due(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    return store_feed_due(conn, clock_now_ms(), query->limit, query->arena, &query->dues);
}

void query_feed_due(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_due, .done = was_read};
    store_read(chat->store, &query->job);
}

static void write_for(struct chat *chat, struct query *query,
                      int (*run)(struct store_job *, struct store_conn *),
                      void (*done)(struct store_job *))
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run, .done = done};
    store_write(chat->store, &query->job);
}

/* Nothing goes out any more from who is suspended. */
static int refuse_suspended(struct query *query, struct store_conn *conn)
{
    struct suspension_list list;
    int rc = store_suspensions_get(conn, &query->self, 1, clock_now_ms(), query->arena, &list);
    return rc == 0 && list.count > 0 ? -EACCES : rc;
}

static int run_hold(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query->hold ? refuse_suspended(query, conn) : 0;
    return rc != 0 ? rc : store_feed_hold(conn, &query->held, query->due, query->hold);
}

void query_feed_hold(struct chat *chat, struct query *query)
{
    write_for(chat, query, run_hold, was_read);
}

static int run_settle(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = store_feed_hold(conn, &query->held, query->held.at, false);
    return rc == 0 ? run_put(job, conn) : rc;
}

void query_feed_settle(struct chat *chat, struct query *query)
{
    write_for(chat, query, run_settle, was_written);
}

static int run_forget(struct store_job *job, struct store_conn *conn)
{
    enum { AGAIN_MS = 24 * 3600 * 1000 };
    struct query *query = QUERY_OF(job);
    int rc = store_feed_forget(conn, &query->held);
    return rc == -ESTALE ? store_feed_hold(conn, &query->held, clock_now_ms() + AGAIN_MS, false)
                         : rc;
}

void query_feed_forget(struct chat *chat, struct query *query)
{
    write_for(chat, query, run_forget, was_read);
}
