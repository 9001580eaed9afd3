/* What is reported, as those see it who decide: newest first, found by words of what was said of it and by the
 * names of who is reported and who reports. A cursor is time and id of the last report looked at. */
#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/report/reports.h"
#include "core/unicode.h"

enum {
    PLACE_LEN = 2 * BASE62_LEN,
    STEP = 100,       /* reports that are read at once */
    LOOKED_AT = 2000, /* among so many one request looks */
    WORDS_MOST = 8,
};

static bool read_place(const struct query *query, struct report_place *out)
{
    uint64_t at = INT64_MAX, id = INT64_MAX;
    struct str cursor = query->cursor;
    bool right = cursor.len == 0 ||
                 (cursor.len == PLACE_LEN && base62_parse(str_of(cursor.ptr, BASE62_LEN), &at) &&
                  base62_parse(str_of(cursor.ptr + BASE62_LEN, BASE62_LEN), &id));
    *out = (struct report_place){(int64_t)at, id};
    return right;
}

static struct str print_place(struct arena *arena, const struct report_place *place)
{
    char text[PLACE_LEN];
    base62_print((uint64_t)place->at, text);
    base62_print(place->id, text + BASE62_LEN);
    return arena_copy(arena, str_of(text, sizeof(text)));
}

/* ---- by words ------------------------------------------------------------------------------------ */

struct words {
    struct str items[WORDS_MOST];
    size_t count;
};

static bool read_words(const struct query *query, struct words *out)
{
    struct str rest;
    *out = (struct words){0};
    if (!unicode_fold(query->text, query->arena, &rest))
        return false;
    while (rest.ptr && out->count < WORDS_MOST) {
        struct str word = str_cut(&rest, ' ');
        if (word.len)
            out->items[out->count++] = word;
    }
    return true;
}

static bool holds(struct str text, struct str word, struct arena *arena)
{
    struct str folded;
    return text.len && unicode_fold(text, arena, &folded) &&
           memmem(folded.ptr, folded.len, word.ptr, word.len);
}

static bool is_named(const struct map *people, user_id id, struct str word, struct arena *arena)
{
    const struct user *user = map_get(people, id.v);
    return id.v && user &&
           (holds(user->display_name, word, arena) || holds(user->username, word, arena));
}

static bool fits(const struct report *report, const struct words *words, const struct map *people,
                 struct arena *arena)
{
    for (size_t i = 0; i < words->count; i++) {
        struct str word = words->items[i];
        if (!holds(report->text, word, arena) && !holds(report->escalation, word, arena) &&
            !holds(report->resolution, word, arena) &&
            !holds(report_category_name(report->category), word, arena) &&
            !is_named(people, report->user, word, arena) &&
            !is_named(people, report->by, word, arena))
            return false;
    }
    return true;
}

/* ---- who and what they are about ------------------------------------------------------------------ */

/* Those named in these reports, of whom `people` does not know yet. */
static int read_people(struct query *query, struct store_conn *conn,
                       const struct report_list *reports, struct map *people)
{
    enum { NAMED = 4 };
    user_id *ids = arena_take_array(query->arena, reports->count * NAMED, sizeof(*ids));
    struct user_list found = {0};
    struct map seen = {0};
    size_t count = 0;
    for (size_t i = 0; i < reports->count; i++) {
        const struct report *report = &reports->items[i];
        const user_id all[NAMED] = {report->user, report->by, report->escalated_by,
                                    report->resolved_by};
        for (size_t j = 0; j < NAMED; j++) {
            if (!all[j].v || map_get(people, all[j].v) || map_get(&seen, all[j].v))
                continue;
            map_put(&seen, all[j].v, query);
            ids[count++] = all[j];
        }
    }
    map_deinit(&seen);
    int rc = store_users_get(conn, ids, count, query->arena, &found);
    for (size_t i = 0; rc == 0 && i < found.count; i++)
        map_put(people, found.items[i].id.v, &found.items[i]);
    return rc;
}

static void take_people(struct query *query, const struct map *people)
{
    query->users.items = arena_take_array(query->arena, people->len, sizeof(struct user));
    MAP_EACH (slot, people)
        query->users.items[query->users.count++] = *(const struct user *)slot->value;
}

/* The groups that they are about. */
static int read_rooms(struct query *query, struct store_conn *conn,
                      const struct report_list *reports)
{
    struct map seen = {0};
    int rc = 0;
    query->named.items = arena_take_array(query->arena, reports->count, sizeof(struct room));
    for (size_t i = 0; rc == 0 && i < reports->count; i++) {
        room_id id = reports->items[i].room;
        struct room *room = &query->named.items[query->named.count];
        if (!id.v || map_get(&seen, id.v))
            continue;
        map_put(&seen, id.v, query);
        rc = store_room_get(conn, id, query->arena, room);
        if (rc == 0 && room->kind == ROOM_GROUP)
            query->named.count++;
        if (rc == -ENOENT)
            rc = 0;
    }
    map_deinit(&seen);
    return rc;
}

/* ---- a page -------------------------------------------------------------------------------------- */

static int read_queue(struct query *query, struct store_conn *conn, struct map *people)
{
    struct words words;
    struct report_place place;
    struct report_list *out = &query->reports;
    if (!read_place(query, &place) || !read_words(query, &words)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                       STR("`cursor` must be what `next` of the page before was."));
        return 0;
    }
    out->items = arena_take_array(query->arena, query->limit, sizeof(*out->items));
    for (size_t looked_at = 0; looked_at < LOOKED_AT; looked_at += STEP) {
        struct report_list some = {0};
        int rc = store_reports(conn, &query->report_filter, &place, STEP, query->arena, &some);
        if (rc == 0)
            rc = read_people(query, conn, &some, people);
        if (rc != 0)
            return rc;
        for (size_t i = 0; i < some.count; i++) {
            if (out->count == query->limit) {
                query->next = print_place(query->arena, &place);
                return 0;
            }
            place = (struct report_place){some.items[i].created_at, some.items[i].id};
            if (fits(&some.items[i], &words, people, query->arena))
                out->items[out->count++] = some.items[i];
        }
        if (some.count < STEP)
            return 0;
    }
    query->next = print_place(query->arena, &place);
    return 0;
}

static int read_page(struct query *query, struct store_conn *conn)
{
    struct map people = {0};
    query->report_filter.except = query->self; /* nobody judges in their own matter */
    int rc = read_queue(query, conn, &people);
    if (rc == 0)
        take_people(query, &people);
    map_deinit(&people);
    if (rc == 0)
        rc = read_rooms(query, conn, &query->reports);
    if (rc == 0)
        rc = store_reports_open(conn, query->report_filter.queue, query->self, REPORTS_COUNTED,
                                &query->open_reports);
    return rc;
}

static int run_reports(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc;
    if (query->report_filter.queue.v == 0) {
        rc = report_is_admin(query, conn);
        if (rc == 0)
            query->problem = problem_of(ERR_AUTH_FORBIDDEN);
        rc = rc < 0 ? rc : 0;
    } else {
        query->room = query->report_filter.queue;
        rc = query_require(query, conn, PERMISSION_REPORTS);
    }
    return rc != 0 || query->problem.err != ERR_OK ? rc : read_page(query, conn);
}

void query_reports(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_reports);
}

static int run_get(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct map people = {0};
    int found = report_find(query, conn, query->report.id);
    if (found <= 0) {
        query->problem = problem_of(ERR_REPORT_NOT_FOUND);
        return found;
    }
    const struct report_list one = {&query->reported, 1};
    int rc = read_people(query, conn, &one, &people);
    if (rc == 0)
        take_people(query, &people);
    map_deinit(&people);
    return rc == 0 ? read_rooms(query, conn, &one) : rc;
}

void query_report_get(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_get);
}
