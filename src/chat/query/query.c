#include "chat/query.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "chat/query/receipts.h"
#include "chat/query/sync_query.h"
#include "core/clock.h"
#include "core/unicode.h"

void query_deinit(struct query *query)
{
    event_list_deinit(&query->page.messages);
    event_list_deinit(&query->events);
    found_list_deinit(&query->found);
    thread_view_list_deinit(&query->threads);
    for (size_t i = 0; i < query->answer.room_count; i++)
        sync_room_deinit(&query->answer.rooms[i]);
    query->answer.room_count = 0;
}

static void query_done(struct store_job *job)
{
    struct query *query = CONTAINER_OF(job, struct query, job);
    if (job->rc == -ENOENT)
        query->problem = problem_of(ERR_ROOM_NOT_FOUND);
    else if (job->rc != 0)
        query->problem = problem_of(chat_err_of(job->rc));
    query->done(query);
}

bool query_is_admitted(struct chat *chat, struct query *query, bool newcomer)
{
    query->chat = chat;
    enum err err = store_admits(chat->store, chat->limits, newcomer);
    if (err == ERR_OK)
        return true;
    query->problem = problem_of(err);
    query->done(query);
    return false;
}

static void post_for(struct chat *chat, struct query *query, bool newcomer,
                     int (*run)(struct store_job *job, struct store_conn *conn))
{
    if (!query_is_admitted(chat, query, newcomer))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run, .done = query_done};
    store_read(chat->store, &query->job);
}

void query_post(struct chat *chat, struct query *query,
                int (*run)(struct store_job *job, struct store_conn *conn))
{
    post_for(chat, query, false, run);
}

int query_readable(const struct query *query, struct store_conn *conn, uint64_t *first)
{
    const struct ageing ageing = chat_ageing(query->chat);
    return store_readable(conn, query->room, query->self, &ageing, first);
}

int query_view_of(const struct query *query, struct store_conn *conn, room_id room,
                  struct room_view *out)
{
    const struct ageing ageing = chat_ageing(query->chat);
    int rc = store_room_view(conn, room, query->self, query->arena, out);
    return rc == 0 ? store_view_readable(conn, &ageing, out) : rc;
}

int query_read_view(const struct query *query, struct store_conn *conn, struct room_view *out)
{
    return query_view_of(query, conn, query->room, out);
}

int query_views_readable(const struct query *query, struct store_conn *conn,
                         struct room_view_list *views)
{
    const struct ageing ageing = chat_ageing(query->chat);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < views->count; i++)
        rc = store_view_readable(conn, &ageing, &views->items[i]);
    return rc;
}

static uint64_t told_of(const struct query *query, room_id room)
{
    return home_told(chat_home_of(query->chat, room), room);
}

int query_view_keeps_up(const struct query *query, struct store_conn *conn, struct room_view *view,
                        bool *out)
{
    const room_id room = view->room.id;
    const uint64_t told = told_of(query, room);
    int rc = 0;
    if (view->room.last_seq < told) /* told meanwhile, mostly */
        rc = query_view_of(query, conn, room, view);
    *out = rc == 0 && view->room.last_seq >= told;
    return rc;
}

/* -ENOENT unless the person is in the room now. */
static int require_member(struct query *query, struct store_conn *conn)
{
    struct member member;
    return store_member_get(conn, query->room, query->self, &member);
}

/* What is on these messages, for the person who asks. */
static int read_reactions(struct query *query, struct store_conn *conn,
                          const struct event_list *messages)
{
    query->reactions = arena_take_array(query->arena, messages->count, sizeof(*query->reactions));
    for (size_t i = 0; i < messages->count; i++) {
        const struct event *message = messages->items[i];
        int rc = 0;
        query->reactions[i] = (struct reaction_list){0};
        if (message->reactions)
            rc = store_reactions(conn, query->room, message->seq, query->self, query->arena,
                                 &query->reactions[i]);
        if (rc == 0 && event_is_poll(message))
            rc = query_poll_state(query, conn, message->seq, &query->reactions[i].poll);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* Of tombstones what others left: what the deletion says of itself. */
static int read_deletions(struct query *query, struct store_conn *conn,
                          const struct event_list *messages)
{
    struct event_place *places = arena_take_array(query->arena, messages->count, sizeof(*places));
    struct event ***slots = arena_take_array(query->arena, messages->count, sizeof(*slots));
    size_t count = 0;
    for (size_t i = 0; i < messages->count; i++) {
        const struct event *message = messages->items[i];
        if (!event_is_deleted(message) || user_id_eq(message->edit_by, message->sender))
            continue;
        slots[count] = &messages->items[i];
        places[count++] = (struct event_place){query->room, message->edit_seq};
    }
    if (count == 0)
        return 0;
    struct event **deletions = arena_take_array(query->arena, count, sizeof(*deletions));
    int rc = store_events_get(conn, places, count, deletions);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        OWN(event_unref) struct event *deletion = deletions[i];
        struct event *tombstone = *slots[i];
        if (!deletion || deletion->payload.len == 0)
            continue;
        *slots[i] = event_told_deletion(tombstone, deletion);
        event_unref(tombstone);
    }
    return rc;
}

/* What is told with messages where they are asked for. */
static int read_beside(struct query *query, struct store_conn *conn,
                       const struct event_list *messages)
{
    int rc = read_deletions(query, conn, messages);
    return rc == 0 ? read_reactions(query, conn, messages) : rc;
}

static int run_messages(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t first;
    int rc = query_readable(query, conn, &first);
    if (rc != 0)
        return rc;
    rc = store_messages(conn, query->room, query->thread, first, query->position, query->seq,
                        query->limit, &query->page);
    return rc != 0 ? rc : read_beside(query, conn, &query->page.messages);
}

void query_messages(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_messages);
}

/* A page of the log is bounded in bytes too: 200 messages of full length are 3 MB. */
enum { EVENTS_BYTES = 1 << 20 };

static int read_events(struct query *query, struct store_conn *conn)
{
    uint64_t first;
    int rc = query_readable(query, conn, &first);
    if (rc != 0)
        return rc;
    uint64_t after = query->seq + 1 < first ? first - 1 : query->seq;
    rc = store_events(conn, query->room, after, query->limit, EVENTS_BYTES, &query->events,
                      &query->has_more);
    if (rc == 0)
        hide_before(&query->events, first);
    return rc;
}

/* Events that people here were told are behind what was read. */
static bool is_short(const struct query *query, uint64_t told)
{
    const struct event_list *events = &query->events;
    uint64_t end = events->count ? events->items[events->count - 1]->seq : query->seq;
    return !query->has_more && end < told;
}

/* Who fills a hole asks for what others were told: so much of the log is shown, or nothing, but for what is gone. */
static int run_events(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t told = told_of(query, query->room);
    struct room_view view;
    bool keeps_up = false;
    int rc = read_events(query, conn);
    if (rc != 0 || !is_short(query, told))
        return rc;
    rc = query_read_view(query, conn, &view);
    if (rc == 0)
        rc = query_view_keeps_up(query, conn, &view, &keeps_up);
    if (rc != 0)
        return rc;
    if (!keeps_up)
        return -EBUSY;
    event_list_deinit(&query->events);
    return read_events(query, conn);
}

void query_events(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_events);
}

int query_read_message(struct query *query, struct store_conn *conn)
{
    uint64_t first;
    int rc = query_readable(query, conn, &first);
    struct event *event = NULL;
    if (rc != 0)
        return rc;
    rc = query->seq < first ? -ENOENT : store_event_get(conn, query->room, query->seq, &event);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (rc == -ENOENT || !event_is_message(event)) {
        event_unref(event);
        query->problem = problem_of(ERR_MESSAGE_NOT_FOUND);
        return 0;
    }
    query->events = (struct event_list){NEW(struct event *), 1};
    query->events.items[0] = event;
    return 0;
}

static int run_message(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_read_message(query, conn);
    return rc != 0 ? rc : read_beside(query, conn, &query->events);
}

void query_message(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_message);
}

/* Those from `first` on, in their order. */
static void keep_from(struct event_list *messages, uint64_t first)
{
    size_t kept = 0;
    for (size_t i = 0; i < messages->count; i++) {
        struct event *message = messages->items[i];
        if (message->seq >= first)
            messages->items[kept++] = message;
        else
            event_unref(message);
    }
    messages->count = kept;
}

static int run_pins(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t first;
    int rc = query_readable(query, conn, &first);
    if (rc == 0)
        rc = store_pins(conn, query->room, &query->events);
    if (rc == 0)
        keep_from(&query->events, first);
    return rc != 0 ? rc : read_beside(query, conn, &query->events);
}

void query_pins(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_pins);
}

static int run_versions(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_read_message(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    rc = store_versions(conn, query->room, query->seq, query->after, clock_now_ms(),
                        query->limit + 1, query->arena, &query->versions);
    query->has_more = query->versions.count > query->limit;
    query->versions.count -= query->has_more;
    return rc;
}

void query_versions(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_versions);
}

int query_cursor(struct query *query, uint64_t *out)
{
    *out = 0;
    if (query->cursor.len == 0 || base62_parse(query->cursor, out))
        return 0;
    query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                   STR("`cursor` must be what `next` of the page before was."));
    return -EINVAL;
}

void query_next(struct query *query, uint64_t last)
{
    char text[BASE62_LEN];
    base62_print(last, text);
    query->next = arena_copy(query->arena, str_of(text, sizeof(text)));
}

static int run_rooms(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t after;
    if (query_cursor(query, &after) != 0)
        return 0;
    int rc = store_rooms_of(conn, query->self, (room_id){after}, query->limit + 1, query->arena,
                            &query->rooms);
    if (rc == 0)
        rc = query_views_readable(query, conn, &query->rooms);
    if (rc == 0 && query->rooms.count > query->limit) {
        query->rooms.count = query->limit;
        query_next(query, query->rooms.items[query->limit - 1].room.id.v);
    }
    return rc;
}

void query_rooms(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_rooms);
}

/* The people behind query->members. */
static int read_member_users(struct query *query, struct store_conn *conn)
{
    const struct member_list *members = &query->members;
    user_id *ids = arena_take_array(query->arena, members->count, sizeof(*ids));
    for (size_t i = 0; i < members->count; i++)
        ids[i] = members->items[i].user;
    return store_users_get(conn, ids, members->count, query->arena, &query->users);
}

static int run_room(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_read_view(query, conn, &query->view);
    if (rc != 0 || query->limit == 0)
        return rc;
    rc =
        store_members(conn, query->room, (user_id){0}, query->limit, query->arena, &query->members);
    return rc != 0 ? rc : read_member_users(query, conn);
}

void query_room(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_room);
}

/* Of the room nothing that came later: only that one's own act stands. */
static int read_past_room(struct query *query, struct store_conn *conn)
{
    struct room *room = &query->view.room;
    int rc = store_room_get(conn, query->room, query->arena, room);
    if (rc != 0)
        return rc;
    rc = store_events(conn, query->room, query->seq - 1, 1, SIZE_MAX, &query->events,
                      &query->has_more);
    if (rc != 0)
        return rc;
    const struct event *own = query->events.count ? query->events.items[0] : NULL;
    if (!own || own->seq != query->seq || !user_id_eq(own->sender, query->self))
        return -ENOENT;
    room->last_seq = own->seq;
    room->first_seq = room->first_seq < own->seq ? room->first_seq : own->seq;
    return 0;
}

static int run_room_after(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_read_view(query, conn, &query->view);
    return rc == -ENOENT ? read_past_room(query, conn) : rc;
}

void query_room_after(struct chat *chat, struct query *query)
{
    REQUIRE(query->seq > 0);
    query_post(chat, query, run_room_after);
}

/* One more than is asked for. Those whom the text finds, where there is one; *stood: where that stopped. */
static int read_some_members(struct query *query, struct store_conn *conn, user_id after,
                             user_id *stood)
{
    struct str key = STR("");
    *stood = (user_id){0};
    if (query->text.len && !unicode_fold(query->text, query->arena, &key))
        return 0; /* no name is like that */
    if (key.len == 0)
        return store_members(conn, query->room, after, query->limit + 1, query->arena,
                             &query->members);
    return store_members_search(conn, query->room, key, after, query->limit + 1, query->arena,
                                &query->members, stood);
}

int query_read_members(struct query *query, struct store_conn *conn)
{
    uint64_t after;
    user_id stood;
    if (query_cursor(query, &after) != 0)
        return 0;
    int rc = read_some_members(query, conn, (user_id){after}, &stood);
    if (rc != 0)
        return rc;
    if (query->members.count > query->limit) {
        query->members.count = query->limit;
        stood = query->members.items[query->limit - 1].user;
    }
    if (stood.v)
        query_next(query, stood.v);
    return read_member_users(query, conn);
}

int query_run_members(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = require_member(query, conn);
    return rc == 0 ? query_read_members(query, conn) : rc;
}

void query_members(struct chat *chat, struct query *query)
{
    query_post(chat, query, query_run_members);
}

static int run_reaction_users(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t after;
    user_id *ids;
    size_t count;
    int rc = query_read_message(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK || query_cursor(query, &after) != 0)
        return rc;
    rc = store_reaction_users(conn, query->room, query->seq, query->text, (user_id){after},
                              query->limit + 1, query->arena, &ids, &count);
    if (rc != 0)
        return rc;
    if (count > query->limit) {
        count = query->limit;
        query_next(query, ids[count - 1].v);
    }
    return store_users_get(conn, ids, count, query->arena, &query->users);
}

void query_reaction_users(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_reaction_users);
}

static int run_users(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    return store_users_get(conn, query->ids, query->id_count, query->arena, &query->users);
}

void query_users(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_users);
}

void query_sync(struct chat *chat, struct query *query)
{
    query_post(chat, query, sync_query_run);
}

static int read_places(struct query *query, struct store_conn *conn)
{
    int rc =
        store_places_of(conn, query->self, query->arena, &query->places, &query->room_id_count);
    if (rc != 0)
        return rc;
    query->room_ids =
        arena_take_array(query->arena, query->room_id_count, sizeof(*query->room_ids));
    for (size_t i = 0; i < query->room_id_count; i++)
        query->room_ids[i] = query->places[i].room;
    return 0;
}

static int run_subscriptions(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = store_users_get(conn, &query->self, 1, query->arena, &query->users);
    if (rc == 0)
        rc = receipts_are_hidden(conn, query->self, query->arena, &query->hides_receipts);
    if (rc != 0)
        return rc;
    return query->chat->has_peers ? read_places(query, conn)
                                  : store_room_ids_of(conn, query->self, query->arena,
                                                      &query->room_ids, &query->room_id_count);
}

void query_follow(struct chat *chat, const struct query *query)
{
    for (unsigned w = 0; query->places && w < chat->workers; w++)
        home_follow_places(&chat->homes[w], query->places, query->room_id_count);
}

void query_subscriptions(struct chat *chat, struct query *query)
{
    post_for(chat, query, true, run_subscriptions); /* this is how a connection begins */
}
