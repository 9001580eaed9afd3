/* What was done to keep the peace, in one room and everywhere. */
#include "api/router.h"
#include "api/worker.h"
#include "core/base62.h"
#include "core/clock.h"

enum { TEXT_MOST = 64 };

static user_id read_user(struct request *request, const char *name)
{
    struct str text = params_text(&request->params, name, TEXT_MOST);
    user_id user = {0};
    if (text.ptr && !base62_parse(text, &user.v) && request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, str_from_c(name),
                                         STR("This must be the id of a person."));
    return user;
}

static uint8_t read_type(struct request *request)
{
    struct str text = params_text(&request->params, "type", TEXT_MOST);
    uint8_t type = text.ptr ? event_type_of(text) : 0;
    if (text.ptr && !type)
        type = audit_type_of(text);
    if (text.ptr && !type && request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, STR("type"),
                                         STR("There are no events of such a type."));
    return type;
}

/* 0: none is given. */
static int64_t read_time(struct request *request, const char *name)
{
    struct str text = params_text(&request->params, name, TEXT_MOST);
    int64_t time = 0;
    if (text.ptr && !clock_parse(text, &time) && request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, str_from_c(name),
                                         STR("This must be a time of RFC 3339, such as "
                                             "2026-11-22T11:00:00.000Z."));
    return text.ptr && time < 1 ? 1 : time;
}

static void audit_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_audit(&body, &query->audit, &query->users, query->next);
    request_answer_json(request, 200, &body);
}

static void list(struct request *request, room_id room,
                 void (*post)(struct chat *chat, struct query *query))
{
    request->query = (struct query){.room = room};
    request->query.audit_filter = (struct audit_filter){.by = read_user(request, "by"),
                                                        .user = read_user(request, "user"),
                                                        .type = read_type(request),
                                                        .since = read_time(request, "since"),
                                                        .until = read_time(request, "until")};
    request_page(request);
    request_post_query(request, post, audit_listed);
}

void rest_list_audit(struct request *request)
{
    list(request, request_room(request), query_audit);
}

void rest_list_all_audit(struct request *request)
{
    list(request, (room_id){0}, query_all_audit);
}
