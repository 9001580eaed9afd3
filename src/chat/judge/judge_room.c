/* What is set in a room. */
#include "chat/judge/rules.h"

/* What it takes to set this: a bit for each permission. */
static unsigned permissions_for(const struct room_change *change)
{
    const struct {
        bool is_set;
        enum permission permission;
    } settings[] = {
        {change->name.ptr != NULL, PERMISSION_EDIT},
        {change->topic.ptr != NULL, PERMISSION_EDIT},
        {change->edit_history_s >= 0, PERMISSION_EDIT},
        {change->is_public >= 0, PERMISSION_EDIT},
        {change->by_approval >= 0, PERMISSION_EDIT},
        {change->from_joining >= 0, PERMISSION_EDIT},
        {change->slow_mode_s >= 0, PERMISSION_SLOW_MODE},
        {change->retention_s >= 0, PERMISSION_RETENTION},
        {change->locked >= 0, PERMISSION_LOCK},
        {change->archived >= 0, PERMISSION_ARCHIVE},
        {change->permissions != 0, PERMISSION_PERMISSIONS},
        {change->filters.ptr != NULL, PERMISSION_FILTERS},
        {change->newcomers >= 0, PERMISSION_FILTERS},
    };
    unsigned bits = 0;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        bits |= (unsigned)settings[i].is_set << settings[i].permission;
    return bits;
}

/* Of what two have with each other nothing is set but how long it is kept, by either, unless one has blocked the
 * other. */
static enum verdict look_at_direct(const struct live_room *live, struct act *act,
                                   const struct batch *batch, unsigned bits)
{
    if (bits != 1u << PERMISSION_RETENTION)
        return refuse(act, ERR_ROOM_DIRECT_FIXED);
    return require_open(live, act, batch, PERMISSION_RETENTION);
}

static enum verdict look_at_change(struct live_room *live, struct act *act,
                                   const struct batch *batch)
{
    unsigned bits = permissions_for(&act->change);
    enum verdict verdict = require_member(live, act);
    if (verdict == VERDICT_APPEND && live->room.kind == ROOM_DIRECT)
        return look_at_direct(live, act, batch, bits);
    for (int permission = 0; verdict == VERDICT_APPEND && bits >> permission; permission++)
        if (bits >> permission & 1)
            verdict = require_permission(live, act, (enum permission)permission);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_holds(live, act);
    return verdict == VERDICT_APPEND ? look_at_labels(live, act) : verdict;
}

/* What a group is found by goes to the store all at once. */
static void complete_listing(const struct room *room, struct room_change *change)
{
    if (change->is_public < 0 && !change->name.ptr && !change->topic.ptr)
        return;
    if (!change->name.ptr)
        change->name = room->name;
    if (!change->topic.ptr)
        change->topic = room->topic.len ? room->topic : STR("");
}

enum verdict judge_change(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_change(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    struct room_change change = act->change;
    if (change.permissions)
        change.permissions = permission_merge(live->room.permissions, change.permissions);
    change.held = -1; /* that is for administrators of the server alone */
    complete_listing(&live->room, &change);
    batch_begin(batch, act);
    const struct event *updated = batch_add(batch, &(struct event){.type = EVENT_ROOM_UPDATED,
                                                                   .sender = act->self,
                                                                   .nonce = act->nonce,
                                                                   .payload = act->payload});
    batch_project(batch, &(struct projection){.kind = PROJECT_CHANGE,
                                              .change = change,
                                              .seq = updated->seq,
                                              .at = updated->created_at});
    return VERDICT_APPEND;
}
