#include <errno.h>
#include <stdlib.h>

#include "core/base62.h"
#include "core/buf.h"
#include "core/clock.h"
#include "proto/content.h"
#include "search/walk.h"

enum {
    PAGE_BYTES = 1 << 18, /* of texts in one answer; past it the page ends */
};

/* One search: a walk a room, a look at each candidate. */
struct find {
    struct search *search;
    struct store_conn *store;
    struct postings_source index;
    const struct search_request *request;
    const struct search_query *query;
    struct arena *arena;
    struct walk *walks;
    size_t walk_count;
    struct str *blocked; /* keys of the person's feed: "block:ID" */
    size_t blocked_count;
    struct map
        firsts; /* room id -> where what the person reads of it begins, and 1, as far as it was asked */
    uint64_t deadline; /* ms of the monotonic clock */
};

/* Where something stands in the order of the answer. */
struct place {
    uint64_t score; /* 0 where the newest come first */
    int64_t at;
    room_id room;
    uint64_t seq;
};

/* < 0: a comes before b in the answer. */
static int compare(const struct place *a, const struct place *b)
{
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->at != b->at)
        return a->at > b->at ? -1 : 1;
    if (a->room.v != b->room.v)
        return a->room.v > b->room.v ? -1 : 1;
    return a->seq > b->seq ? -1 : a->seq < b->seq;
}

static bool is_late(struct find *find)
{
    if (clock_monotonic_ms() < find->deadline)
        return false;
    LIMIT_HIT(find->search->limits, search_ms);
    return true;
}

/* ---- cursors: the last place that was given ------------------------------------------------------- */

enum { CURSOR_LEN = 4 * BASE62_LEN };

static struct str print_cursor(struct arena *arena, const struct place *place)
{
    char *text = arena_take(arena, CURSOR_LEN);
    const uint64_t parts[] = {place->score + 1, (uint64_t)place->at + 1, place->room.v, place->seq};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        base62_print(parts[i], text + i * BASE62_LEN);
    return str_of(text, CURSOR_LEN);
}

static bool parse_cursor(struct str text, struct place *out)
{
    uint64_t parts[4];
    if (text.len != CURSOR_LEN)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!base62_parse(str_of(text.ptr + i * BASE62_LEN, BASE62_LEN), &parts[i]))
            return false;
    *out = (struct place){parts[0] - 1, (int64_t)parts[1] - 1, {parts[2]}, parts[3]};
    return true;
}

/* ---- one candidate --------------------------------------------------------------------------------------- */

static int read_blocked(struct find *find)
{
    struct feed_entry_list list;
    int rc = store_feed_list(find->store, find->request->self, STR("block:"), STR_NONE, 0,
                             find->arena, &list);
    if (rc != 0)
        return rc;
    find->blocked = arena_take_array(find->arena, list.count, sizeof(struct str));
    find->blocked_count = list.count;
    for (size_t i = 0; i < list.count; i++)
        find->blocked[i] = list.items[i].key;
    return 0;
}

static bool is_blocked(const struct find *find, user_id sender)
{
    static const struct str prefix = STR_INIT("block:");
    char id[BASE62_LEN];
    base62_print(sender.v, id);
    for (size_t i = 0; i < find->blocked_count; i++) {
        struct str key = find->blocked[i];
        if (key.len == prefix.len + BASE62_LEN && memcmp(key.ptr + prefix.len, id, BASE62_LEN) == 0)
            return true;
    }
    return false;
}

/* Deleted for oneself. 1, 0 or -errno. */
static int is_hidden(struct find *find, const struct event *message, struct arena *arena)
{
    char id[BASE62_LEN];
    struct feed_entry entry;
    base62_print(message->room.v, id);
    struct str key =
        arena_printf(arena, "hidden:%.*s.%llu", BASE62_LEN, id, (unsigned long long)message->seq);
    int rc = store_feed_get(find->store, find->request->self, key, arena, &entry);
    return rc == 0 ? 1 : rc == -ENOENT ? 0 : rc;
}

/* Asked where something was found, not of all rooms. */
static int read_first(struct find *find, room_id room, uint64_t *out)
{
    uintptr_t known = (uintptr_t)map_get(&find->firsts, room.v);
    *out = known - 1;
    if (known)
        return 0;
    int rc = store_readable(find->store, room, find->request->self, &find->request->ageing, out);
    if (rc == 0)
        map_put(&find->firsts, room.v, (void *)(uintptr_t)(*out + 1));
    return rc;
}

static bool is_wanted(const struct find *find, const struct event *message)
{
    const struct search_request *request = find->request;
    return event_is_message(message) && !event_is_deleted(message) &&
           message->created_at < find->query->before && message->created_at >= find->query->after &&
           (!request->has_from || user_id_eq(message->sender, request->from)) &&
           !is_blocked(find, message->sender);
}

/* A candidate as the log has it now. 1: it is one, *message with a reference; text and match lie in
 * the arena. */
static int look(struct find *find, room_id room, uint64_t seq, struct arena *arena,
                struct event **message, struct str *text, struct match *match)
{
    OWN(event_unref) struct event *event = NULL;
    uint64_t first;
    int rc = read_first(find, room, &first);
    if (rc == 0)
        rc = seq < first ? -ENOENT : store_event_get(find->store, room, seq, &event);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    if (!is_wanted(find, event) || !content_text(event->payload, arena, text) ||
        !match_text(find->query, *text, arena, match))
        return 0;
    rc = is_hidden(find, event, arena);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    *message = TAKE(event);
    return 1;
}

/* Only whether, and how well. */
static int weigh(struct find *find, room_id room, uint64_t seq, uint64_t *score)
{
    OWN(arena_deinit) struct arena scratch = ARENA_INIT;
    OWN(event_unref) struct event *message = NULL;
    struct str text = STR_NONE;
    struct match match = {0};
    int rc = look(find, room, seq, &scratch, &message, &text, &match);
    if (rc == 1)
        *score = match.score;
    return rc;
}

/* Puts it into the answer, if it is still what it was. */
static int show(struct find *find, room_id room, uint64_t seq, struct search_answer *out,
                size_t *bytes)
{
    struct event *message = NULL;
    struct str text = STR_NONE;
    struct match match = {0};
    int rc = look(find, room, seq, find->arena, &message, &text, &match);
    if (rc != 1)
        return rc;
    struct found *found = &out->found.items[out->found.count++];
    found->message = message;
    match_excerpt(text, &match, find->arena, &found->excerpt);
    *bytes += text.len;
    return 0;
}

/* ---- all rooms, newest first ------------------------------------------------------------------------------ */

static void drop_walk(struct find *find, size_t at)
{
    find->walks[at] = find->walks[--find->walk_count];
}

/* The newest candidate of a room that comes behind `from` (NULL: from the end on). -ENOENT. */
static int start_walk(struct find *find, struct walk *walk, const struct place *from)
{
    int64_t last = from && from->at < find->query->before ? from->at : find->query->before - 1;
    uint64_t most = INT64_MAX;
    int rc = 0;
    if (last < INT64_MAX - 1)
        rc = walk_find_time(walk, last, &most);
    if (rc == 0)
        rc = walk_to(walk, most);
    while (rc == 0 && from) {
        struct place here = {from->score, walk->at, walk->room, walk->seq};
        if (compare(&here, from) > 0)
            break;
        rc = walk_to(walk, walk->seq - 1);
    }
    return rc;
}

static int start_walks(struct find *find, const struct place *from, struct problem *problem)
{
    const struct search_request *request = find->request;
    find->walks = arena_take_array(find->arena, request->room_count, sizeof(*find->walks));
    for (size_t i = 0; i < request->room_count; i++) {
        struct walk *walk = &find->walks[find->walk_count];
        if (is_late(find)) {
            *problem = problem_of(ERR_SEARCH_TOO_WIDE);
            return 0;
        }
        int rc = walk_init(walk, &find->index, request->rooms[i], request, find->search->limits);
        if (rc == 0)
            rc = start_walk(find, walk, from);
        if (rc == 0)
            find->walk_count++;
        else if (rc != -ENOENT)
            return rc;
    }
    return 0;
}

/* The newest of all candidates; false: there is none, or none that is new enough. */
static bool pick(struct find *find, size_t *out)
{
    size_t best = 0;
    for (size_t i = 1; i < find->walk_count; i++) {
        const struct walk *a = &find->walks[i], *b = &find->walks[best];
        struct place left = {0, a->at, a->room, a->seq}, right = {0, b->at, b->room, b->seq};
        if (compare(&left, &right) < 0)
            best = i;
    }
    *out = best;
    return find->walk_count > 0 && find->walks[best].at >= find->query->after;
}

/* Behind the beginning of what they may read there is nothing more to find. */
static int step(struct find *find, size_t at)
{
    struct walk *walk = &find->walks[at];
    uint64_t first;
    int rc = read_first(find, walk->room, &first);
    if (rc == 0)
        rc = walk->seq <= first ? -ENOENT : walk_to(walk, walk->seq - 1);
    if (rc == -ENOENT)
        drop_walk(find, at);
    return rc == -ENOENT ? 0 : rc;
}

/* In the order in which they are found; when time is up, the page ends where it stands. */
static int find_newest(struct find *find, struct search_answer *out)
{
    size_t at, bytes = 0;
    struct place last;
    while (pick(find, &at)) {
        struct walk *walk = &find->walks[at];
        last = (struct place){0, walk->at, walk->room, walk->seq};
        uint64_t score;
        int rc = weigh(find, walk->room, walk->seq, &score);
        if (rc == 1)
            rc = show(find, walk->room, walk->seq, out, &bytes);
        if (rc == 0)
            rc = step(find, at);
        if (rc < 0)
            return rc;
        if (find->walk_count &&
            (out->found.count == find->request->limit || bytes > PAGE_BYTES || is_late(find))) {
            out->next = print_cursor(find->arena, &last);
            return 0;
        }
    }
    return 0;
}

/* ---- the best of the newest ------------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    return compare(a, b);
}

static int rank(struct find *find, struct buf *places)
{
    size_t at;
    while (pick(find, &at) &&
           places->len / sizeof(struct place) < find->search->limits->search_best_of &&
           !is_late(find)) {
        const struct walk *walk = &find->walks[at];
        struct place place = {0, walk->at, walk->room, walk->seq};
        int rc = weigh(find, walk->room, walk->seq, &place.score);
        if (rc == 1) {
            buf_put(places, &place, sizeof(place));
            rc = 0;
        }
        if (rc == 0)
            rc = step(find, at);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int find_best(struct find *find, const struct place *from, struct search_answer *out)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    int rc = rank(find, &found);
    size_t count = found.len / sizeof(struct place), bytes = 0;
    struct place *places = (struct place *)(void *)found.ptr;
    if (rc == 0 && count > 1)
        qsort(places, count, sizeof(*places), by_place);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (from && compare(&places[i], from) <= 0)
            continue;
        rc = show(find, places[i].room, places[i].seq, out, &bytes);
        if (rc == 0 && i + 1 < count &&
            (out->found.count == find->request->limit || bytes > PAGE_BYTES)) {
            out->next = print_cursor(find->arena, &places[i]);
            return 0;
        }
    }
    return rc;
}

/* ---- the door --------------------------------------------------------------------------------------------- */

static int find_all(struct find *find, struct search_answer *out, struct problem *problem)
{
    const struct search_request *request = find->request;
    struct place cursor;
    bool has_cursor = request->cursor.len > 0;
    if (has_cursor && !parse_cursor(request->cursor, &cursor)) {
        *problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                 STR("`cursor` must be what `next` of the page before was."));
        return 0;
    }
    bool newest = request->order == SEARCH_NEWEST;
    cursor.score = has_cursor && !newest ? cursor.score : 0;
    const struct place *from = has_cursor ? &cursor : NULL;
    int rc = read_blocked(find);
    if (rc == 0)
        rc = start_walks(find, newest ? from : NULL, problem);
    if (rc != 0 || problem->err != ERR_OK)
        return rc;
    return newest ? find_newest(find, out) : find_best(find, from, out);
}

int search_run(struct search *search, struct store_conn *conn, const struct search_request *request,
               struct arena *arena, struct search_answer *out, struct problem *problem)
{
    REQUIRE(request->limit > 0);
    struct idle_conn *reader;
    *out = (struct search_answer){
        .found.items = arena_take_array(arena, request->limit, sizeof(struct found))};
    atomic_fetch_add_explicit(&search->searches, 1, memory_order_relaxed);
    int rc = readers_take(search, &reader);
    if (rc != 0)
        return rc == -ENOENT ? -EBUSY : rc;
    struct find find = {.search = search,
                        .store = conn,
                        .index = {.conn = reader->conn, .arena = arena},
                        .request = request,
                        .query = request->query,
                        .arena = arena,
                        .deadline = clock_monotonic_ms() + search->limits->search_ms};
    rc = index_begin(reader->conn);
    if (rc == 0)
        rc = find_all(&find, out, problem);
    index_end(reader->conn);
    readers_put(search, reader);
    map_deinit(&find.firsts);
    if (rc != 0)
        found_list_deinit(&out->found);
    return rc == -ENOENT ? -EBUSY : rc;
}
