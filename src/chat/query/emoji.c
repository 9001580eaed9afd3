/* Emoji of the server. All of them are one list with a version, which every change raises first: so of two
 * changes at once, on whichever servers, one sees what the other did. */
#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/clock.h"
#include "core/random.h"

static const struct str version_key = STR_INIT("emoji");

static int read_version(struct query *query, struct store_conn *conn)
{
    struct str text;
    int rc = store_meta_get(conn, version_key, query->arena, &text);
    query->version = 0;
    if (rc == 0 && !str_to_u64(text, &query->version))
        rc = -EUCLEAN;
    return rc == -ENOENT ? 0 : rc;
}

static int raise_version(struct query *query, struct store_conn *conn)
{
    int rc = read_version(query, conn);
    if (rc != 0)
        return rc;
    query->version++;
    return store_meta_put(conn, version_key,
                          arena_printf(query->arena, "%llu", (unsigned long long)query->version));
}

static int read_all(struct query *query, struct store_conn *conn)
{
    return store_emoji(conn, 0, query->arena, &query->emojis);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static int run_list(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = read_version(query, conn);
    query->duplicate = rc == 0 && query->seq && query->seq == query->version;
    return rc == 0 && !query->duplicate ? read_all(query, conn) : rc;
}

void query_emoji(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_list);
}

static int run_image(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = store_emoji_image(conn, query->key, query->arena, &query->image_type, &query->value);
    if (rc == -ENOENT)
        query->problem = problem_of(ERR_EMOJI_NOT_FOUND);
    return rc == -ENOENT ? 0 : rc;
}

void query_emoji_image(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_image);
}

/* ---- changing ------------------------------------------------------------------------------------ */

static struct custom_emoji *find(const struct query *query, struct str name)
{
    for (size_t i = 0; i < query->emojis.count; i++)
        if (str_eq(query->emojis.items[i].name, name))
            return &query->emojis.items[i];
    return NULL;
}

/* What run begins with, as it may run again: 0 with no problem, and the person may change them. */
static int begin(struct query *query, struct store_conn *conn)
{
    query->problem = problem_of(ERR_OK);
    query->duplicate = false;
    int rc = query_require_admin(query, conn);
    if (rc == 0 && query->problem.err == ERR_OK && query->condition == FEED_NEVER)
        query->problem = problem_of(ERR_PRECONDITION_FAILED);
    return rc == 0 && query->problem.err == ERR_OK ? read_all(query, conn) : rc;
}

/* It is the newest that has a name. */
static int take_name(struct query *query, struct store_conn *conn, struct str name)
{
    for (size_t i = 0; i < query->emojis.count; i++) {
        struct custom_emoji *other = &query->emojis.items[i];
        if (other->id == query->emoji.id || !custom_emoji_had(other, name))
            continue;
        custom_emoji_forget(other, name, query->arena);
        int rc = store_emoji_put(conn, other);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int write_down(struct query *query, struct store_conn *conn, enum audit_type type)
{
    return store_audit_put(conn, &(struct audit_entry){.seq = random_id(),
                                                       .at = clock_now_ms(),
                                                       .type = (uint8_t)type,
                                                       .by = query->self,
                                                       .payload = query->payload});
}

/* With the name that query->emoji has now. */
static int write_emoji(struct query *query, struct store_conn *conn, enum audit_type type)
{
    int rc = raise_version(query, conn);
    if (rc == 0)
        rc = take_name(query, conn, query->emoji.name);
    if (rc == 0)
        rc = store_emoji_put(conn, &query->emoji);
    return rc == 0 ? write_down(query, conn, type) : rc;
}

static void was_written(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    if (job->rc == -EEXIST)
        query->problem = problem_of(ERR_EMOJI_NAME_TAKEN);
    else if (job->rc != 0)
        query->problem = problem_of(chat_err_of(job->rc));
    else if (query->problem.err == ERR_OK && !query->duplicate)
        bus_publish_emoji(query->chat->bus, query->version);
    query->done(query);
}

static void post_write(struct chat *chat, struct query *query,
                       int (*run)(struct store_job *job, struct store_conn *conn))
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run, .done = was_written};
    store_write(chat->store, &query->job);
}

/* ---- which changes there are --------------------------------------------------------------------- */

static bool is_room_for_more(const struct query *query)
{
    if (query->emojis.count < query->chat->limits->emoji)
        return true;
    LIMIT_HIT(query->chat->limits, emoji);
    return false;
}

static int run_add(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = begin(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    const struct custom_emoji *named = find(query, query->emoji.name);
    query->duplicate = named && str_eq(named->digest, query->emoji.digest);
    if (query->duplicate)
        query->emoji = *named;
    else if (named)
        query->problem = problem_of(ERR_EMOJI_NAME_TAKEN);
    else if (!is_room_for_more(query))
        query->problem = problem_of(ERR_EMOJI_TOO_MANY);
    if (named || query->problem.err != ERR_OK)
        return 0;
    query->emoji.id = random_id();
    query->emoji.by = query->self;
    query->emoji.created_at = clock_now_ms();
    query->emoji.former = STR_NONE;
    rc = write_emoji(query, conn, AUDIT_EMOJI_ADDED);
    return rc == 0 ? store_emoji_image_put(conn, query->emoji.digest, query->emoji.image.type,
                                           query->value)
                   : rc;
}

void query_emoji_add(struct chat *chat, struct query *query)
{
    post_write(chat, query, run_add);
}

/* The name that it is to have may be the one that it has: asked for again. */
static int run_rename(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = begin(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    const struct custom_emoji *named = find(query, query->key), *other = find(query, query->text);
    bool same = str_eq(query->key, query->text);
    query->duplicate = other && (same || (!named && custom_emoji_had(other, query->key)));
    if (query->duplicate)
        query->emoji = *other;
    else if (!named)
        query->problem = problem_of(ERR_EMOJI_NOT_FOUND);
    else if (other)
        query->problem = problem_of(ERR_EMOJI_NAME_TAKEN);
    if (query->duplicate || query->problem.err != ERR_OK)
        return 0;
    query->emoji = *named;
    custom_emoji_rename(&query->emoji, query->text, query->arena);
    return write_emoji(query, conn, AUDIT_EMOJI_RENAMED);
}

void query_emoji_rename(struct chat *chat, struct query *query)
{
    post_write(chat, query, run_rename);
}

static int run_remove(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = begin(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    const struct custom_emoji *named = find(query, query->key);
    if (!named) {
        query->problem = problem_of(ERR_EMOJI_NOT_FOUND);
        return 0;
    }
    rc = raise_version(query, conn);
    if (rc == 0)
        rc = store_emoji_delete(conn, named);
    return rc == 0 ? write_down(query, conn, AUDIT_EMOJI_REMOVED) : rc;
}

void query_emoji_remove(struct chat *chat, struct query *query)
{
    post_write(chat, query, run_remove);
}
