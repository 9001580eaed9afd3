#include "proto/room_change.h"

#include "core/unicode.h"
#include "json/reader.h"
#include "model/permission.h"
#include "proto/encode.h"
#include "proto/filter_read.h"
#include "proto/newcomers.h"

static void refuse(struct fields *fields, struct str field, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(ERR_FIELD_INVALID, field, detail);
}

static struct str read_name(struct fields *fields, const struct limits *limits)
{
    struct str name = fields_text(fields, "name", OPTIONAL, 1, limits->room_name_bytes);
    if (name.ptr && !unicode_is_label(name))
        refuse(fields, STR("name"),
               STR("A name needs something to see, and no control characters."));
    return name;
}

static struct str read_topic(struct fields *fields, const struct limits *limits)
{
    struct str topic = fields_text(fields, "topic", OPTIONAL, 0, limits->room_topic_bytes);
    if (topic.len && !unicode_is_label(topic))
        refuse(fields, STR("topic"),
               STR("A topic is one line with something to see; \"\" takes it away."));
    return topic;
}

/* -1 if it is not there. */
static int64_t read_seconds(struct fields *fields, const char *name, uint64_t max)
{
    uint64_t seconds = fields_number(fields, name, OPTIONAL, 0, max, UINT64_MAX);
    return seconds > max ? -1 : (int64_t)seconds;
}

int64_t room_retention_read(struct fields *fields, const struct limits *limits)
{
    enum { LEAST_S = 60 };
    const uint64_t longest = 3153600000; /* a hundred years */
    int64_t seconds =
        read_seconds(fields, "retention_s", limits->retention_s ? limits->retention_s : longest);
    if (seconds > 0 && seconds < LEAST_S)
        refuse(fields, STR("retention_s"),
               STR("What is said is kept for 60 seconds at least, or for ever (0)."));
    return seconds;
}

static int read_flag(struct fields *fields, const char *name)
{
    return fields_has(fields, name) ? fields_flag(fields, name, false) : -1;
}

/* One of two words: 0 or 1; -1 if it is not there. */
static int read_choice(struct fields *fields, const char *name, struct str no, struct str yes)
{
    struct str choice = fields_text(fields, name, OPTIONAL, 1, NONCE_MAX);
    if (!choice.ptr)
        return -1;
    if (!str_eq(choice, yes) && !str_eq(choice, no))
        refuse(fields, str_from_c(name),
               arena_printf(fields->arena, "`%s` is `%.*s` or `%.*s`.", name, STR_ARG(no),
                            STR_ARG(yes)));
    return str_eq(choice, yes);
}

/* ---- permissions ------------------------------------------------------------------------------- */

/* Names that we do not know are ignored, as unknown fields are. */
static int permission_of(struct str name)
{
    int found = PERMISSION_COUNT;
    for (int i = 0; i < PERMISSION_COUNT; i++)
        if (str_eq(permission_name((enum permission)i), name))
            found = i;
    return found;
}

static uint64_t put_permission(struct fields *fields, uint64_t set, struct json_iter at)
{
    int permission = permission_of(at.name);
    struct str role;
    if (permission == PERMISSION_COUNT)
        return set;
    if (json_to_text(at.value, &role) &&
        permission_can_be((enum permission)permission, role_of(role)))
        return permission_put(set, (enum permission)permission, role_of(role));
    refuse(fields, arena_printf(fields->arena, "permissions.%.*s", STR_ARG(at.name)),
           STR("A permission is given to a role, and not every one to each; what can be is in "
               "docs/reference/permissions.md."));
    return set;
}

static uint64_t read_permissions(struct fields *fields)
{
    if (fields->problem.err != ERR_OK || !fields_has(fields, "permissions"))
        return 0;
    const struct json *object = json_get(fields->object, STR("permissions"));
    if (json_kind(object) != JSON_OBJECT)
        refuse(fields, STR("permissions"),
               STR("`permissions` must be an object of permissions and roles."));
    struct json_iter at = json_iter(object);
    uint64_t set = 0;
    while (fields->problem.err == ERR_OK && json_next(&at))
        set = put_permission(fields, set, at);
    return set;
}

/* ---- all of it --------------------------------------------------------------------------------- */

struct room_change room_change_read(struct fields *fields, const struct limits *limits)
{
    return (struct room_change){
        .name = read_name(fields, limits),
        .topic = read_topic(fields, limits),
        .edit_history_s = read_seconds(fields, "edit_history_s", limits->edit_history_s),
        .slow_mode_s = read_seconds(fields, "slow_mode_s", limits->slow_mode_s),
        .locked = read_flag(fields, "locked"),
        .archived = read_flag(fields, "archived"),
        .is_public = read_choice(fields, "visibility", STR("private"), STR("public")),
        .by_approval = read_choice(fields, "join", STR("free"), STR("approval")),
        .from_joining = read_choice(fields, "history", STR("all"), STR("joined")),
        .retention_s = room_retention_read(fields, limits),
        .permissions = read_permissions(fields),
        .newcomers = fields_newcomers(fields, limits, false),
        .filters = fields_filters(fields, limits),
        .held = -1,
    };
}

static bool room_change_is_empty(const struct room_change *change)
{
    return !change->name.ptr && !change->topic.ptr && change->edit_history_s < 0 &&
           change->slow_mode_s < 0 && change->locked < 0 && change->archived < 0 &&
           change->is_public < 0 && change->by_approval < 0 && change->from_joining < 0 &&
           change->retention_s < 0 && change->permissions == 0 && change->newcomers < 0 &&
           !change->filters.ptr;
}

void room_change_read_act(struct fields *fields, const struct limits *limits,
                          struct room_change *change, struct str *payload)
{
    *change = room_change_read(fields, limits);
    *payload = encode_room_change(fields->arena, change);
    if (fields->problem.err == ERR_OK && room_change_is_empty(change))
        fields->problem = problem_field(ERR_FIELD_MISSING, STR("name"),
                                        STR("Nothing is to change; send `name`, or what else is."));
}
