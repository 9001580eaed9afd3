#include "proto/parts.h"

static void put_people(struct json_writer *w, const struct user_list *users)
{
    json_name(w, "users");
    json_open(w, '[');
    for (size_t i = 0; i < users->count; i++)
        put_profile(w, &users->items[i], false);
    json_close(w, ']');
}

struct str encode_evidence(const struct report_evidence *evidence, struct arena *arena)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "messages");
    json_open(&w, '[');
    for (size_t i = 0; i < evidence->messages.count; i++)
        put_message(&w, evidence->messages.items[i], NULL);
    json_close(&w, ']');
    put_people(&w, &evidence->users);
    if (evidence->room)
        json_name(&w, "name"), json_put_text(&w, evidence->room->name);
    if (evidence->room && evidence->room->topic.len)
        json_name(&w, "topic"), json_put_text(&w, evidence->room->topic);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

/* ---- one, within an object that is open ------------------------------------------------------------ */

static void put_subject(struct json_writer *w, const struct report *report)
{
    json_name(w, "id"), put_id(w, report->id);
    json_name(w, "kind"), json_put_text(w, report_kind_name(report->kind));
    json_name(w, "category"), json_put_text(w, report_category_name(report->category));
    json_name(w, "state"), json_put_text(w, report_outcome_name(report->outcome));
    json_name(w, "created_at"), put_time(w, report->created_at);
    if (report->room.v)
        json_name(w, "room"), put_id(w, report->room.v);
    if (report->seq)
        json_name(w, "seq"), json_put_u64(w, report->seq);
}

/* Whose message it is they know where they read it. */
static void put_own(struct json_writer *w, const struct report *report)
{
    put_subject(w, report);
    if (report->kind == REPORT_USER)
        json_name(w, "user_id"), put_id(w, report->user.v);
}

static void put_whole(struct json_writer *w, const struct report *report)
{
    put_subject(w, report);
    json_name(w, "queue"), json_put_text(w, report->queue.v ? STR("room") : STR("server"));
    if (report->user.v)
        json_name(w, "user_id"), put_id(w, report->user.v);
    if (report->by.v) /* nobody: a filter does */
        json_name(w, "by"), put_id(w, report->by.v);
    if (report->text.len)
        json_name(w, "text"), json_put_text(w, report->text);
    if (report->escalated_at) {
        json_name(w, "escalated_at"), put_time(w, report->escalated_at);
        json_name(w, "escalated_by"), put_id(w, report->escalated_by.v);
        if (report->escalation.len)
            json_name(w, "escalation"), json_put_text(w, report->escalation);
    }
    if (report->resolved_at) {
        json_name(w, "resolved_at"), put_time(w, report->resolved_at);
        json_name(w, "resolved_by"), put_id(w, report->resolved_by.v);
        if (report->resolution.len)
            json_name(w, "resolution"), json_put_text(w, report->resolution);
    }
    if (report->evidence.len)
        json_name(w, "evidence"), json_put_raw(w, report->evidence);
}

static void put_report(struct json_writer *w, const struct report *report)
{
    json_open(w, '{');
    put_whole(w, report);
    json_close(w, '}');
}

static void put_named(struct json_writer *w, const struct user_list *users,
                      const struct room_list *rooms)
{
    json_name(w, "users");
    json_open(w, '[');
    for (size_t i = 0; i < users->count; i++)
        put_user(w, &users->items[i], false);
    json_close(w, ']');
    json_name(w, "rooms");
    json_open(w, '[');
    for (size_t i = 0; i < rooms->count; i++) {
        json_open(w, '{');
        json_name(w, "id"), put_id(w, rooms->items[i].id.v);
        json_name(w, "name"), json_put_text(w, rooms->items[i].name);
        json_close(w, '}');
    }
    json_close(w, ']');
}

/* ---- bodies ---------------------------------------------------------------------------------------- */

void encode_own_report(struct buf *out, const struct report *report)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_own(&w, report);
    json_close(&w, '}');
}

void encode_report(struct buf *out, const struct report *report)
{
    struct json_writer w = json_writer(out);
    put_report(&w, report);
}

void encode_report_named(struct buf *out, const struct report *report,
                         const struct user_list *users, const struct room_list *rooms)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "report");
    put_report(&w, report);
    put_named(&w, users, rooms);
    json_close(&w, '}');
}

void encode_reports(struct buf *out, const struct report_page *page)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "reports");
    json_open(&w, '[');
    for (size_t i = 0; i < page->reports->count; i++)
        put_report(&w, &page->reports->items[i]);
    json_close(&w, ']');
    put_named(&w, page->users, page->rooms);
    json_name(&w, "open"), json_put_u64(&w, page->open);
    put_next(&w, page->next);
    json_close(&w, '}');
}

/* ---- replies --------------------------------------------------------------------------------------- */

static struct json_writer begin(struct buf *out, struct str reply_to)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "reply_to"), json_put_raw(&w, reply_to);
    json_name(&w, "ok"), json_put_flag(&w, true);
    return w;
}

void encode_reply_own_report(struct buf *out, struct str reply_to, const struct report *report)
{
    struct json_writer w = begin(out, reply_to);
    put_own(&w, report);
    json_close(&w, '}');
}

void encode_reply_report(struct buf *out, struct str reply_to, const struct report *report)
{
    struct json_writer w = begin(out, reply_to);
    put_whole(&w, report);
    json_close(&w, '}');
}
