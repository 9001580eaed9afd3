#include "proto/room_change.h"

#include "core/unicode.h"

static struct str read_name(struct fields *fields, const struct limits *limits)
{
    struct str name = fields_text(fields, "name", OPTIONAL, 1, limits->room_name_bytes);
    if (name.ptr && !unicode_is_label(name))
        fields->problem =
            problem_field(ERR_FIELD_INVALID, STR("name"),
                          STR("A name needs something to see, and no control characters."));
    return name;
}

/* -1 if it is not there. */
static int64_t read_seconds(struct fields *fields, const char *name, uint64_t max)
{
    uint64_t seconds = fields_number(fields, name, OPTIONAL, 0, max, UINT64_MAX);
    return seconds > max ? -1 : (int64_t)seconds;
}

struct room_change room_change_read(struct fields *fields, const struct limits *limits)
{
    struct room_change change = ROOM_CHANGE_NONE;
    change.name = read_name(fields, limits);
    change.edit_history_s = read_seconds(fields, "edit_history_s", limits->edit_history_s);
    return change;
}

bool room_change_is_empty(const struct room_change *change)
{
    return !change->name.ptr && change->edit_history_s < 0;
}
