#include "proto/report_read.h"

#include "core/random.h"
#include "core/unicode.h"
#include "proto/parts.h"

enum { NAME_BYTES_MOST = 32 };

static void refuse(struct fields *fields, struct str name, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(ERR_FIELD_INVALID, name, detail);
}

static uint8_t read_category(struct fields *fields)
{
    struct str name = fields_text(fields, "category", REQUIRED, 1, NAME_BYTES_MOST);
    uint8_t category = name.ptr ? report_category_of(name) : 0;
    if (!category)
        refuse(fields, STR("category"),
               STR("`category` is one of spam, harassment, hate, violence, sexual, illegal, "
                   "impersonation, self_harm and other."));
    return category;
}

static struct str read_words(struct fields *fields, const char *name, size_t most)
{
    struct str text = fields_text(fields, name, OPTIONAL, 0, most);
    return text.ptr && unicode_is_blank(text) ? STR_NONE : text;
}

/* A message, a person or a room: what is named says which. */
static void read_subject(struct fields *fields, struct report *report)
{
    bool has_room = fields_has(fields, "room"), has_seq = fields_has(fields, "seq");
    if (fields_has(fields, "user_id")) {
        report->kind = REPORT_USER;
        report->user = fields_user(fields, "user_id");
        if (has_room || has_seq)
            refuse(fields, STR("user_id"),
                   STR("Give `user_id` for a person, `room` and `seq` for a message, or `room` for "
                       "a group."));
        return;
    }
    report->kind = has_seq ? REPORT_MESSAGE : REPORT_ROOM;
    report->room = fields_room(fields, "room");
    if (has_seq)
        report->seq = fields_number(fields, "seq", REQUIRED, 1, INT64_MAX, 0);
}

/* ---- for the audit log --------------------------------------------------------------------------- */

static struct str details(struct fields *fields, const struct report *report, struct str reason)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "report"), put_id(&w, report->id);
    if (report->category)
        json_name(&w, "category"), json_put_text(&w, report_category_name(report->category));
    if (report->room.v)
        json_name(&w, "room"), put_id(&w, report->room.v);
    if (report->outcome)
        json_name(&w, "outcome"), json_put_text(&w, report_outcome_name(report->outcome));
    if (reason.len)
        json_name(&w, "reason"), json_put_text(&w, reason);
    json_close(&w, '}');
    return arena_copy(fields->arena, buf_str(&out));
}

/* ---- what is read -------------------------------------------------------------------------------- */

struct report report_read(struct fields *fields, const struct limits *limits, struct str *payload)
{
    struct report report = {.id = random_id()};
    read_subject(fields, &report);
    report.category = read_category(fields);
    report.text = read_words(fields, "text", limits->report_text_bytes);
    *payload = details(fields, &report, STR_NONE);
    return report;
}

struct report report_read_outcome(struct fields *fields, const struct limits *limits, uint64_t id,
                                  struct str *payload)
{
    struct report report = {.id = id};
    struct str outcome = fields_text(fields, "outcome", REQUIRED, 1, NAME_BYTES_MOST);
    report.outcome = outcome.ptr ? report_outcome_of(outcome) : 0;
    if (!report.outcome)
        refuse(fields, STR("outcome"),
               STR("`outcome` is `acted`, something was done, or `dismissed`, nothing was wrong."));
    report.resolution = read_words(fields, "reason", limits->reason_bytes);
    *payload = details(fields, &report, report.resolution);
    return report;
}

struct report report_read_escalation(struct fields *fields, const struct limits *limits,
                                     uint64_t id, struct str *payload)
{
    struct report report = {.id = id};
    report.escalation = read_words(fields, "reason", limits->reason_bytes);
    *payload = details(fields, &report, report.escalation);
    return report;
}
