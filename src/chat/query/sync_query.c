#include "chat/query/sync_query.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"

enum {
    ROOMS_AT_FIRST =
        16, /* that are looked at: on a new device a page holds few, with their events */
    ROOMS_AT_ONCE = 128, /* in the end: of a device that has seen all of them hardly any is told */
    FEED_AT_ONCE = 300,
    ROOM_BYTES =
        1536,        /* what a room's entry takes beside its events and its topic, at most nearly */
    FEED_BYTES = 64, /* around key and value */
    LEFT_BYTES = 16,
};

struct
    late { /* rooms that a read did not show whole yet: pages further on look at them once more */
    size_t count;
    uint64_t rooms[SYNC_LATE_MOST];
};

/* A room with more events than a page holds: pages that follow begin with the rest of them. */
struct part {
    uint64_t room; /* 0: there is none */
    uint64_t seq;  /* up to which it is told */
    uint64_t told; /* so many events, on all pages */
    uint64_t left; /* of those that were asked for */
};

struct page {
    struct query *query;
    struct store_conn *conn;
    uint64_t room; /* rooms up to this id are done */
    uint64_t rev;  /* the feed up to this rev is done */
    size_t at;     /* in the rooms that the client named */
    size_t bytes;  /* still free in this page */
    size_t rooms_cap, left_cap;
    struct late before;  /* of the pages before, which are looked at first */
    struct late late;    /* of this page, with those of before that still are */
    struct part resumed; /* of the page before */
    struct part part;    /* of this one */
    bool full;
    bool ended; /* the next room is past the last that was asked for */
};

/* "<room id>.<rev>", and behind it ".<room id>" for each that is late and ".<room id>-<seq>-<told>-<left>" for
 * one that is told in part. */
static bool parse_cursor(struct str cursor, struct page *page)
{
    struct str room = str_cut(&cursor, '.'), rev = str_cut(&cursor, '.');
    if (!str_to_u64(rev, &page->rev))
        return false;
    if (!str_eq(room, STR("0")) && !base62_parse(room, &page->room))
        return false;
    struct late *before = &page->before;
    struct part *part = &page->resumed;
    while (cursor.len > 0) {
        struct str told = str_cut(&cursor, '.');
        room = str_cut(&told, '-');
        if (told.len > 0 && part->room == 0) {
            if (!base62_parse(room, &part->room) || !str_to_u64(str_cut(&told, '-'), &part->seq) ||
                !str_to_u64(str_cut(&told, '-'), &part->told) || !str_to_u64(told, &part->left))
                return false;
        } else if (told.len > 0 || before->count == SYNC_LATE_MOST ||
                   !base62_parse(room, &before->rooms[before->count++])) {
            return false;
        }
    }
    const size_t most = page->query->chat->limits->sync_limit;
    return part->left <= most && part->told <= most;
}

static struct str print_id(struct arena *arena, uint64_t id)
{
    char text[BASE62_LEN];
    if (id == 0)
        return STR("0");
    base62_print(id, text);
    return arena_copy(arena, str_of(text, sizeof(text)));
}

static struct str print_cursor(const struct page *page)
{
    struct arena *arena = page->query->arena;
    struct str cursor = arena_printf(arena, "%.*s.%llu", STR_ARG(print_id(arena, page->room)),
                                     (unsigned long long)page->rev);
    for (size_t i = 0; i < page->late.count; i++)
        cursor = arena_printf(arena, "%.*s.%.*s", STR_ARG(cursor),
                              STR_ARG(print_id(arena, page->late.rooms[i])));
    if (page->part.room)
        cursor = arena_printf(
            arena, "%.*s.%.*s-%llu-%llu-%llu", STR_ARG(cursor),
            STR_ARG(print_id(arena, page->part.room)), (unsigned long long)page->part.seq,
            (unsigned long long)page->part.told, (unsigned long long)page->part.left);
    return cursor;
}

/* The other rooms do not wait for it; but what comes behind too many of these does. */
static void pass_over(struct page *page, uint64_t room)
{
    if (page->late.count == SYNC_LATE_MOST)
        page->full = true;
    else
        page->late.rooms[page->late.count++] = room;
}

/* Takes bytes off the page. A fresh one has room for the largest event, so every page goes on. */
static bool charge(struct page *page, size_t bytes)
{
    if (bytes > page->bytes) {
        page->full = true;
        return false;
    }
    page->bytes -= bytes;
    return true;
}

static void *grow(struct arena *arena, void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    size_t more = *cap ? *cap * 2 : 16;
    void *moved = arena_take_array(arena, more, size);
    if (count)
        memcpy(moved, items, count * size);
    *cap = more;
    return moved;
}

static bool add_left(struct page *page, room_id room)
{
    struct sync_answer *answer = &page->query->answer;
    if (room.v == 0)
        return true; /* not even an id: whoever parsed it knows */
    if (!charge(page, LEFT_BYTES))
        return false;
    answer->left = grow(page->query->arena, answer->left, answer->left_count, &page->left_cap,
                        sizeof(*answer->left));
    answer->left[answer->left_count++] = room;
    return true;
}

/* ---- one room ------------------------------------------------------------------------------------ */

/* Beside `bytes` of the room itself: all of them, or none, so that the next page tells the room whole. On an empty page as
 * many of the oldest as fit, and one always, however large an operator lets them be. */
static bool fit_events(struct page *page, size_t bytes, struct event_list *events)
{
    const struct sync_answer *answer = &page->query->answer;
    bool is_empty = answer->room_count == 0 && answer->left_count == 0;
    size_t kept = 0;
    for (; kept < events->count; kept++) {
        size_t size = event_json_most(events->items[kept]);
        if (bytes + size > page->bytes && !(is_empty && kept == 0))
            break;
        bytes += size;
    }
    if (kept < events->count && !is_empty) {
        page->full = true;
        return false;
    }
    for (size_t i = kept; i < events->count; i++)
        event_unref(events->items[i]);
    events->count = kept;
    page->bytes -= bytes < page->bytes ? bytes : page->bytes;
    return true;
}

/* Which events of a room a page tells: at most `limit` behind seq `after`. */
struct span {
    uint64_t after;
    size_t limit;
    size_t told; /* of the same, on the pages before */
};

static struct span span_of(const struct page *page, const struct room *room,
                           const struct sync_seen *seen)
{
    const struct sync_query *sync = &page->query->sync;
    const struct part *resumed = &page->resumed;
    struct span span = {.limit = seen ? sync->limit : sync->newest};
    if (seen)
        span.after = seen->seq;
    else
        span.after = room->last_seq > span.limit ? room->last_seq - span.limit : 0;
    if (resumed->room == room->id.v)
        span = (struct span){.after = resumed->seq, .limit = resumed->left, .told = resumed->told};
    if (span.after + 1 < room->first_seq)
        span.after = room->first_seq - 1;
    return span;
}

static int read_events(struct page *page, struct span span, struct sync_room *out)
{
    const struct room *room = &out->view.room;
    int rc =
        store_events(page->conn, room->id, span.after, span.limit,
                     page->query->chat->limits->sync_reply_bytes, &out->events, &out->has_more);
    if (rc == 0)
        hide_before(&out->events, room->first_seq);
    return rc;
}

static struct event *newest_message(const struct event_list *events)
{
    for (size_t i = events->count; i-- > 0;)
        if (event_is_room_message(events->items[i]))
            return events->items[i];
    return NULL;
}

/* What a list of rooms shows of one and sorts it by, also where so much else has happened since. */
static int read_last_message(struct page *page, struct sync_room *room)
{
    const struct room *of = &room->view.room;
    struct message_page found = {0};
    const struct event_list *read = &room->events;
    bool to_the_end = read->count > 0 && read->items[read->count - 1]->seq == of->last_seq;
    struct event *message = to_the_end ? newest_message(read) : NULL;
    int rc = 0;
    if (!message && of->last_count > 0)
        rc = store_messages(page->conn, of->id, 0, of->first_seq, POSITION_BEFORE, of->last_seq + 1,
                            1, &found);
    if (found.messages.count > 0)
        message = found.messages.items[0];
    room->last_message = message ? event_ref(message) : NULL;
    event_list_deinit(&found.messages);
    return rc;
}

/* It is told apart only where it is none of the events that the page has room for. */
static void drop_last_message(struct sync_room *room)
{
    const struct event *newest = newest_message(&room->events);
    if (room->last_message && newest && newest->seq == room->last_message->seq)
        event_unref(TAKE(room->last_message));
}

/* What a room takes beside its events: a topic may be long. */
static size_t room_bytes(const struct sync_room *room)
{
    return ROOM_BYTES + room->view.room.topic.len +
           (room->last_message ? event_json_most(room->last_message) : 0);
}

void sync_room_deinit(struct sync_room *room)
{
    event_list_deinit(&room->events);
    event_unref(room->last_message);
    room->last_message = NULL;
}

/* The next page begins with what is left of the room, and this one tells of no other. */
static void go_on_with(struct page *page, struct part part)
{
    page->part = part;
    page->bytes = 0;
}

/* 0, or an error; page->full when it did not fit and must come first on the next page. Of a room that is not shown
 * whole yet nothing is told: a device that knows more of it would go back. */
static int add_room(struct page *page, struct room_view *view, const struct sync_seen *seen)
{
    struct sync_answer *answer = &page->query->answer;
    const uint64_t id = view->room.id.v;
    bool keeps_up;
    int rc = query_view_keeps_up(page->query, page->conn, view, &keeps_up);
    if (rc == 0 && !keeps_up) {
        if (page->resumed.room == id)
            go_on_with(page, page->resumed);
        else
            pass_over(page, id);
        return 0;
    }
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc; /* who has just left is not told of it */
    const struct span span = span_of(page, &view->room, seen);
    if (seen && span.after >= view->room.last_seq)
        return 0;
    struct sync_room room = {.view = *view};
    if (page->bytes < room_bytes(&room)) {
        page->full = true;
        return 0;
    }
    rc = read_events(page, span, &room);
    if (rc == 0 && !seen)
        rc = read_last_message(page, &room);
    if (rc != 0 || !fit_events(page, room_bytes(&room), &room.events)) {
        sync_room_deinit(&room);
        return rc;
    }
    drop_last_message(&room);
    if (room.events.count) {
        uint64_t first = room.events.items[0]->seq;
        uint64_t last = room.events.items[room.events.count - 1]->seq;
        if (room.events.count < span.limit && last < view->room.last_seq)
            go_on_with(page, (struct part){.room = id,
                                           .seq = last,
                                           .told = span.told + room.events.count,
                                           .left = span.limit - room.events.count});
        room.has_more =
            seen ? last < view->room.last_seq : first - span.told > view->room.first_seq;
    }
    answer->rooms = grow(page->query->arena, answer->rooms, answer->room_count, &page->rooms_cap,
                         sizeof(*answer->rooms));
    answer->rooms[answer->room_count++] = room;
    return 0;
}

/* ---- all rooms, beside what the client named -------------------------------------------------------- */

static bool is_past_end(const struct page *page, room_id room)
{
    room_id through = page->query->sync.through;
    return through.v != 0 && room.v > through.v;
}

/* The named room with this id; those before it are rooms that the person is not in. */
static const struct sync_seen *seen_of(struct page *page, room_id room)
{
    const struct sync_query *sync = &page->query->sync;
    while (page->at < sync->seen_count && sync->seen[page->at].room.v < room.v) {
        if (!add_left(page, sync->seen[page->at].room))
            return NULL;
        page->room = sync->seen[page->at++].room.v;
    }
    if (page->at < sync->seen_count && room_id_eq(sync->seen[page->at].room, room))
        return &sync->seen[page->at];
    return NULL;
}

static int add_rooms(struct page *page, struct room_view_list *rooms)
{
    for (size_t i = 0; i < rooms->count; i++) {
        struct room_view *view = &rooms->items[i];
        if (is_past_end(page, view->room.id)) {
            page->ended = true;
            return 0;
        }
        const struct sync_seen *seen = seen_of(page, view->room.id);
        int rc = page->full ? 0 : add_room(page, view, seen);
        if (rc != 0 || page->full)
            return rc;
        page->at += seen != NULL;
        page->room = view->room.id.v;
    }
    return 0;
}

static int add_all_rooms(struct page *page)
{
    struct query *query = page->query;
    struct room_view_list rooms;
    size_t looked_at = 0, next;
    do {
        next = looked_at < ROOMS_AT_FIRST ? ROOMS_AT_FIRST : looked_at;
        next = next < ROOMS_AT_ONCE ? next : ROOMS_AT_ONCE;
        int rc = store_rooms_of(page->conn, query->self, (room_id){page->room}, next, query->arena,
                                &rooms);
        looked_at += rooms.count;
        if (rc == 0)
            rc = query_views_readable(query, page->conn, &rooms);
        if (rc == 0)
            rc = add_rooms(page, &rooms);
        if (rc != 0)
            return rc;
    } while (!page->full && !page->ended && rooms.count == next);
    return 0;
}

/* Looked at by itself; `seen` NULL: it was not named. Whoever was told of it hears that it is left. */
static int add_one_room(struct page *page, room_id room, const struct sync_seen *seen)
{
    struct room_view view;
    int rc = room.v == 0 ? -ENOENT : query_view_of(page->query, page->conn, room, &view);
    if (rc == 0)
        return add_room(page, &view, seen);
    if (rc == -ENOENT && (seen || page->resumed.room == room.v))
        add_left(page, room);
    return rc == -ENOENT ? 0 : rc;
}

/* What is left of the named ones: all of them with `only`, else those behind the last room. */
static int add_named_rooms(struct page *page)
{
    const struct sync_query *sync = &page->query->sync;
    for (; page->at < sync->seen_count && !page->full; page->at++) {
        const struct sync_seen *seen = &sync->seen[page->at];
        if (is_past_end(page, seen->room))
            return 0;
        int rc = 0;
        if (sync->only)
            rc = add_one_room(page, seen->room, seen);
        else
            add_left(page, seen->room);
        if (rc != 0 || page->full)
            return rc;
        page->room = seen->room.v;
    }
    return 0;
}

/* ---- rooms that were late ---------------------------------------------------------------------------- */

static const struct sync_seen *find_seen(const struct sync_query *sync, uint64_t room)
{
    for (size_t i = 0; i < sync->seen_count; i++)
        if (sync->seen[i].room.v == room)
            return &sync->seen[i];
    return NULL;
}

/* Before all others, so that its events follow each other. */
static int add_resumed_room(struct page *page)
{
    const uint64_t room = page->resumed.room;
    return room ? add_one_room(page, (room_id){room}, find_seen(&page->query->sync, room)) : 0;
}

/* Behind it, before all others: each that is whole by now makes room in the cursor for one that is not. */
static int add_late_rooms(struct page *page)
{
    const struct sync_query *sync = &page->query->sync;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < page->before.count; i++) {
        const uint64_t room = page->before.rooms[i];
        if (!page->full)
            rc = add_one_room(page, (room_id){room}, find_seen(sync, room));
        if (page->full)
            pass_over(page, room);
    }
    return rc;
}

/* ---- the feed ---------------------------------------------------------------------------------------- */

/* Leaves out the newest that do not fit into half of the page, but one always. */
static bool fit_feed(struct page *page, struct feed_entry_list *entries)
{
    size_t most = page->bytes / 2, bytes = 0, kept = 0;
    for (; kept < entries->count; kept++) {
        const struct feed_entry *entry = &entries->items[kept];
        size_t size = FEED_BYTES + entry->key.len + entry->value.len;
        if (kept > 0 && bytes + size > most)
            break;
        bytes += size;
    }
    bool all = kept == entries->count;
    entries->count = kept;
    page->bytes -= bytes < page->bytes ? bytes : page->bytes;
    return all;
}

static int add_feed(struct page *page)
{
    struct query *query = page->query;
    struct sync_answer *answer = &query->answer;
    uint64_t last;
    int rc = store_feed(page->conn, query->self, page->rev, FEED_AT_ONCE, query->arena, &answer->me,
                        &last);
    if (rc != 0)
        return rc;
    bool all = fit_feed(page, &answer->me) && answer->me.count < FEED_AT_ONCE;
    answer->rev = all ? last : answer->me.items[answer->me.count - 1].rev;
    page->rev = answer->rev;
    page->full = answer->rev < last;
    return 0;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

static bool begin(struct page *page, struct query *query)
{
    page->rev = query->sync.rev;
    size_t kept = ROOM_BYTES + query->sync.reserved, most = query->chat->limits->sync_reply_bytes;
    page->bytes = most > kept ? most - kept : 0;
    if (query->sync.cursor.len && !parse_cursor(query->sync.cursor, page))
        return false;
    if (page->room < query->sync.after.v)
        page->room = query->sync.after.v;
    while (page->at < query->sync.seen_count && query->sync.seen[page->at].room.v <= page->room &&
           page->room != 0)
        page->at++;
    return true;
}

/* Where nothing came of a page, the next one would ask for the same again, at once. */
static int go_on(struct page *page)
{
    struct query *query = page->query;
    query->answer.next = print_cursor(page);
    return str_eq(query->answer.next, query->sync.cursor) ? -EBUSY : 0;
}

int sync_query_run(struct store_job *job, struct store_conn *conn)
{
    struct query *query = CONTAINER_OF(job, struct query, job);
    struct page page = {.query = query, .conn = conn};
    if (!begin(&page, query)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                       STR("`cursor` must be what `next` of the page before was."));
        return 0;
    }
    int rc = add_feed(&page);
    bool feed_goes_on = page.full;
    page.full = false;
    if (rc == 0)
        rc = add_resumed_room(&page);
    if (rc == 0)
        rc = add_late_rooms(&page);
    if (rc == 0 && !page.full && !query->sync.only)
        rc = add_all_rooms(&page);
    if (rc == 0 && !page.full)
        rc = add_named_rooms(&page);
    if (rc == 0 && (page.full || feed_goes_on || page.part.room || page.late.count > 0))
        rc = go_on(&page);
    return rc;
}
