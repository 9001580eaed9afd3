#include "chat/room/live_room.h"

#include "chat/home/home.h"
#include "model/permission.h"

struct live_room *live_room_new(struct home *home, room_id id)
{
    struct live_room *live = NEW(struct live_room);
    live->id = id;
    live->home = home;
    list_init(&live->queue);
    list_init(&live->idle_link);
    room_filter_init(&live->filter, home ? &home->filters : NULL);
    return live;
}

static void forget(struct live_room *live)
{
    MAP_EACH (slot, &live->members)
        xfree(slot->value);
    map_deinit(&live->members);
    xfree((char *)live->room.name.ptr);
    xfree((char *)live->room.topic.ptr);
    live->room = (struct room){.id = live->id};
    room_filter_drop(&live->filter, false);
}

void live_room_free(struct live_room *live)
{
    REQUIRE(list_empty(&live->queue) && !live->batch && live->pending == 0);
    list_remove(&live->idle_link);
    forget(live);
    xfree(live);
}

bool live_room_exists(const struct live_room *live)
{
    return live->room.last_seq > 0;
}

struct member *live_room_member(const struct live_room *live, user_id user)
{
    return map_get(&live->members, user.v);
}

uint64_t live_room_unread(const struct live_room *live, const struct member *member)
{
    const struct room *room = &live->room;
    uint64_t read = member->read_count > room->first_count ? member->read_count : room->first_count;
    return room->last_count > read ? room->last_count - read : 0; /* not yet, where it is behind */
}

void live_room_was_pruned(struct live_room *live, const struct pruned *pruned)
{
    struct room *room = &live->room;
    if (!live_room_exists(live) || pruned->first_seq <= room->first_seq)
        return;
    room->first_seq = pruned->first_seq;
    room->first_count = pruned->first_count;
    room->first_at = pruned->first_at;
}

struct member *live_room_peer(const struct live_room *live, user_id user)
{
    if (live->room.kind != ROOM_DIRECT || !live_room_member(live, user))
        return NULL;
    MAP_EACH (slot, &live->members)
        if (slot->key != user.v)
            return slot->value;
    return NULL;
}

void live_room_blocks_changed(struct live_room *live)
{
    /* Doubtful: what came to stand late meanwhile is told when it is read anew. */
    if (live->state == LIVE_READY)
        live->state = LIVE_DOUBTFUL;
    live->is_stale = live->state == LIVE_READING;
}

enum role live_room_role(const struct live_room *live, user_id user)
{
    const struct member *member = live_room_member(live, user);
    return member ? member->role : ROLE_NONE;
}

struct member *live_room_heir(const struct live_room *live, user_id except)
{
    struct member *heir = NULL;
    MAP_EACH (slot, &live->members) {
        struct member *member = slot->value;
        if (user_id_eq(member->user, except))
            continue;
        bool comes_first = !heir || role_is_above(member->role, heir->role);
        bool is_as_high = heir && !role_is_above(heir->role, member->role);
        if (comes_first || (is_as_high && member->joined_seq < heir->joined_seq))
            heir = member;
    }
    return heir;
}

static void put_member(struct live_room *live, const struct member *member)
{
    struct member *copy = NEW(struct member);
    *copy = *member;
    map_put(&live->members, member->user.v, copy);
}

static void set_text(struct str *text, struct str value)
{
    char *copy = xmalloc(value.len);
    if (value.len)
        memcpy(copy, value.ptr, value.len);
    xfree((char *)text->ptr);
    *text = str_of(copy, value.len);
}

static void set_number(uint64_t *number, int64_t value)
{
    if (value >= 0)
        *number = (uint64_t)value;
}

static void set_flag(bool *flag, int value)
{
    if (value >= 0)
        *flag = value != 0;
}

static void change(struct room *room, const struct room_change *change)
{
    if (change->name.ptr)
        set_text(&room->name, change->name);
    if (change->topic.ptr)
        set_text(&room->topic, change->topic);
    if (change->permissions)
        room->permissions = change->permissions;
    set_number(&room->edit_history_s, change->edit_history_s);
    set_number(&room->slow_mode_s, change->slow_mode_s);
    set_flag(&room->locked, change->locked);
    set_flag(&room->archived, change->archived);
    set_flag(&room->is_public, change->is_public);
    set_flag(&room->by_approval, change->by_approval);
    set_flag(&room->from_joining, change->from_joining);
    set_number(&room->retention_s, change->retention_s);
    set_number(&room->newcomers, change->newcomers);
    set_number(&room->held, change->held);
}

static void apply_change(struct live_room *live, const struct room_change *set)
{
    change(&live->room, set);
    if (set->filters.ptr) /* compiled when it is asked for, off this thread */
        room_filter_drop(&live->filter, set->filters.len > 0);
}

void live_room_load(struct live_room *live, const struct room *room,
                    const struct member_list *members)
{
    forget(live);
    if (room->last_seq > live->room.last_seq)
        live->foreign_seq = room->last_seq;
    live->room = *room;
    live->room.name = live->room.topic = STR_NONE;
    set_text(&live->room.name, room->name);
    set_text(&live->room.topic, room->topic);
    for (size_t i = 0; i < members->count; i++)
        put_member(live, &members->items[i]);
    live->state = live->is_stale ? LIVE_DOUBTFUL : LIVE_READY;
    live->is_stale = false;
}

void live_room_apply_event(struct live_room *live, const struct event *event)
{
    REQUIRE(event->seq == live->room.last_seq + 1);
    live->room.last_seq = event->seq;
    live->room.last_count = event->count;
    live->room.last_at = event->created_at;
    struct member *sender = live_room_member(live, event->sender);
    if (!event_is_message(event) || !sender)
        return;
    sender->sent_at = event->created_at;
    if (event_is_answer(event))
        return; /* who answers in a thread has not read the room */
    sender->read_seq = event->seq;
    sender->read_count = event->count;
}

static void apply_member(struct live_room *live, const struct projection *projection)
{
    struct member *member = live_room_member(live, projection->user);
    if (member) {
        member->role = projection->role;
        return;
    }
    put_member(live, &(struct member){.user = projection->user,
                                      .role = projection->role,
                                      .joined_at = projection->at,
                                      .joined_seq = projection->seq,
                                      .from_seq = projection->from_seq,
                                      .read_seq = projection->seq,
                                      .read_count = projection->count,
                                      .sent_at = projection->past.sent_at,
                                      .muted_until = projection->past.muted_until});
    live->room.member_count++;
    if (projection->from_seq > live->room.newest_from)
        live->room.newest_from = projection->from_seq;
}

void live_room_apply(struct live_room *live, const struct projection *projection)
{
    switch (projection->kind) {
    case PROJECT_ROOM:
        live->room.kind = projection->room_kind;
        live->room.creator = projection->user;
        live->room.created_at = projection->at;
        live->room.first_seq = 1;
        apply_change(live, &projection->change);
        break;
    case PROJECT_CHANGE:
        apply_change(live, &projection->change);
        break;
    case PROJECT_MEMBER:
        apply_member(live, projection);
        break;
    case PROJECT_MEMBER_GONE:
        xfree(map_remove(&live->members, projection->user.v));
        live->room.member_count--;
        break;
    case PROJECT_MUTE:
        live_room_member(live, projection->user)->muted_until = projection->at;
        break;
    case PROJECT_LINK: /* of what is read where it matters nothing is kept */
    case PROJECT_LINK_USED:
    case PROJECT_LINK_REVOKED:
    case PROJECT_BAN:
    case PROJECT_REQUEST:
    case PROJECT_REQUEST_CLOSED:
        break;
    default:
        REQUIRE(!"a projection of a known kind");
    }
}
