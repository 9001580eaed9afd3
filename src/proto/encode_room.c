#include "core/arena.h"
#include "model/permission.h"
#include "proto/newcomers.h"
#include "proto/parts.h"

void put_kind(struct json_writer *w, enum room_kind kind)
{
    json_put_raw(w, kind == ROOM_DIRECT ? STR("\"direct\"") : STR("\"group\""));
}

void put_role(struct json_writer *w, enum role role)
{
    json_put_text(w, role_name(role));
}

void put_read(struct json_writer *w, uint64_t read_seq, uint64_t unread)
{
    json_name(w, "read_seq"), json_put_u64(w, read_seq);
    json_name(w, "unread"), json_put_u64(w, unread);
}

void encode_read(struct buf *out, uint64_t read_seq, uint64_t unread)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_read(&w, read_seq, unread);
    json_close(&w, '}');
}

static void put_permissions(struct json_writer *w, uint64_t set)
{
    json_name(w, "permissions");
    json_open(w, '{');
    for (int i = 0; i < PERMISSION_COUNT; i++) {
        enum role role = permission_set(set, (enum permission)i);
        if (role != ROLE_NONE)
            json_put_name(w, permission_name((enum permission)i)), put_role(w, role);
    }
    json_close(w, '}');
}

static void put_visibility(struct json_writer *w, bool is_public)
{
    json_name(w, "visibility");
    json_put_text(w, is_public ? STR("public") : STR("private"));
}

static void put_join(struct json_writer *w, bool by_approval)
{
    json_name(w, "join");
    json_put_text(w, by_approval ? STR("approval") : STR("free"));
}

static void put_history(struct json_writer *w, bool from_joining)
{
    json_name(w, "history");
    json_put_text(w, from_joining ? STR("joined") : STR("all"));
}

/* What is as it is in most rooms is left away: a list may have ten thousand of them. */
static void put_room_settings(struct json_writer *w, const struct room *room)
{
    if (room->topic.len)
        json_name(w, "topic"), json_put_text(w, room->topic);
    if (room->permissions)
        put_permissions(w, room->permissions);
    if (room->slow_mode_s)
        json_name(w, "slow_mode_s"), json_put_u64(w, room->slow_mode_s);
    if (room->locked)
        json_name(w, "locked"), json_put_flag(w, true);
    if (room->archived)
        json_name(w, "archived"), json_put_flag(w, true);
    if (room->held)
        put_holds(w, room->held);
    if (room->is_public)
        put_visibility(w, true);
    if (room->by_approval)
        put_join(w, true);
    if (room->newcomers)
        json_name(w, "newcomers"), put_newcomers(w, room->newcomers);
    if (room->from_joining)
        put_history(w, true);
    if (room->retention_s)
        json_name(w, "retention_s"), json_put_u64(w, room->retention_s);
}

void put_room_face(struct json_writer *w, const struct room_view *view)
{
    json_name(w, "kind"), put_kind(w, view->room.kind);
    if (view->room.kind == ROOM_GROUP)
        json_name(w, "name"), json_put_text(w, view->room.name);
    if (view->peer.id.v)
        json_name(w, "peer"), put_user(w, &view->peer, false);
    put_room_settings(w, &view->room);
}

void put_room_standing(struct json_writer *w, const struct room_view *view)
{
    uint64_t last = view->room.last_count, read = view->read_count;
    json_name(w, "role"), put_role(w, view->role);
    if (view->room.newcomers)
        json_name(w, "joined_at"), put_time(w, view->joined_at);
    if (view->from_seq)
        json_name(w, "from_seq"), json_put_u64(w, view->from_seq);
    if (view->muted_until)
        json_name(w, "muted_until"), put_time(w, view->muted_until);
    json_name(w, "last_count"), json_put_u64(w, last);
    json_name(w, "read_seq"), json_put_u64(w, view->read_seq);
    json_name(w, "read_count"), json_put_u64(w, read);
    json_name(w, "unread"), json_put_u64(w, last > read ? last - read : 0);
    json_name(w, "mentions"), json_put_u64(w, view->mentions);
}

/* Both lists usually come in the same order, so the same place is looked at first. */
const struct user *user_among(const struct user_list *users, size_t at, user_id id)
{
    if (at < users->count && user_id_eq(users->items[at].id, id))
        return &users->items[at];
    for (size_t i = 0; i < users->count; i++)
        if (user_id_eq(users->items[i].id, id))
            return &users->items[i];
    return NULL;
}

/* Somebody whose account is not among those read has just been deleted. */
void put_person(struct json_writer *w, user_id id, const struct user *user)
{
    struct user gone = {.id = id, .deleted = true};
    json_name(w, "user"), put_user(w, user ? user : &gone, false);
}

static void put_member(struct json_writer *w, const struct member *member, const struct user *user)
{
    json_open(w, '{');
    put_person(w, member->user, user);
    json_name(w, "role"), put_role(w, member->role);
    json_name(w, "joined_at"), put_time(w, member->joined_at);
    if (member->muted_until)
        json_name(w, "muted_until"), put_time(w, member->muted_until);
    json_close(w, '}');
}

static void put_members(struct json_writer *w, const struct member_list *members,
                        const struct user_list *users)
{
    json_name(w, "members");
    json_open(w, '[');
    for (size_t i = 0; i < members->count; i++)
        put_member(w, &members->items[i], user_among(users, i, members->items[i].user));
    json_close(w, ']');
}

static void put_room(struct json_writer *w, const struct room_view *view,
                     const struct member_list *members, const struct user_list *users)
{
    const struct room *room = &view->room;
    json_open(w, '{');
    json_name(w, "id"), put_id(w, room->id.v);
    put_room_face(w, view);
    json_name(w, "created_at"), put_time(w, room->created_at);
    json_name(w, "first_seq"), json_put_u64(w, room->first_seq);
    json_name(w, "last_seq"), json_put_u64(w, room->last_seq);
    json_name(w, "member_count"), json_put_u64(w, room->member_count);
    json_name(w, "edit_history_s"), json_put_u64(w, room->edit_history_s);
    if (members && users)
        put_members(w, members, users);
    put_room_standing(w, view);
    json_close(w, '}');
}

void encode_room(struct buf *out, const struct room_view *view, const struct member_list *members,
                 const struct user_list *users)
{
    struct json_writer w = json_writer(out);
    put_room(&w, view, members, users);
}

void encode_past_room(struct buf *out, const struct room *room, const struct event *own)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "id"), put_id(&w, room->id.v);
    json_name(&w, "kind"), put_kind(&w, room->kind);
    put_settings(&w, own->payload);
    json_name(&w, "created_at"), put_time(&w, room->created_at);
    json_name(&w, "first_seq"), json_put_u64(&w, room->first_seq);
    json_name(&w, "last_seq"), json_put_u64(&w, room->last_seq);
    json_close(&w, '}');
}

void encode_rooms(struct buf *out, const struct room_view_list *rooms, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "rooms");
    json_open(&w, '[');
    for (size_t i = 0; i < rooms->count; i++)
        put_room(&w, &rooms->items[i], NULL, NULL);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

/* What those who are not in it may see. */
static void put_listed(struct json_writer *w, const struct room *room)
{
    json_open(w, '{');
    json_name(w, "id"), put_id(w, room->id.v);
    json_name(w, "name"), json_put_text(w, room->name);
    if (room->topic.len)
        json_name(w, "topic"), json_put_text(w, room->topic);
    json_name(w, "member_count"), json_put_u64(w, room->member_count);
    if (room->by_approval)
        put_join(w, true);
    json_close(w, '}');
}

void encode_directory(struct buf *out, const struct room_list *rooms, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "rooms");
    json_open(&w, '[');
    for (size_t i = 0; i < rooms->count; i++)
        put_listed(&w, &rooms->items[i]);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_member(struct buf *out, const struct member *member, const struct user *user)
{
    struct json_writer w = json_writer(out);
    put_member(&w, member, user);
}

void encode_members(struct buf *out, const struct member_list *members,
                    const struct user_list *users, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_members(&w, members, users);
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_receipts(struct buf *out, const struct member_list *members, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "receipts");
    json_open(&w, '[');
    for (size_t i = 0; i < members->count; i++) {
        json_open(&w, '{');
        json_name(&w, "user_id"), put_id(&w, members->items[i].user.v);
        json_name(&w, "read_seq"), json_put_u64(&w, members->items[i].read_seq);
        json_name(&w, "delivered_seq"), json_put_u64(&w, member_delivered(&members->items[i]));
        json_close(&w, '}');
    }
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

struct str encode_room_change(struct arena *arena, const struct room_change *change)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    if (change->name.ptr)
        json_name(&w, "name"), json_put_text(&w, change->name);
    if (change->edit_history_s >= 0)
        json_name(&w, "edit_history_s"), json_put_u64(&w, (uint64_t)change->edit_history_s);
    if (change->topic.ptr)
        json_name(&w, "topic"), json_put_text(&w, change->topic);
    if (change->permissions)
        put_permissions(&w, change->permissions);
    if (change->slow_mode_s >= 0)
        json_name(&w, "slow_mode_s"), json_put_u64(&w, (uint64_t)change->slow_mode_s);
    if (change->locked >= 0)
        json_name(&w, "locked"), json_put_flag(&w, change->locked);
    if (change->archived >= 0)
        json_name(&w, "archived"), json_put_flag(&w, change->archived);
    if (change->is_public >= 0)
        put_visibility(&w, change->is_public);
    if (change->by_approval >= 0)
        put_join(&w, change->by_approval);
    if (change->newcomers >= 0)
        json_name(&w, "newcomers"), put_newcomers(&w, (uint64_t)change->newcomers);
    if (change->filters.ptr) /* which ones is not for all to read */
        json_name(&w, "filters"), json_put_flag(&w, change->filters.len > 0);
    if (change->from_joining >= 0)
        put_history(&w, change->from_joining);
    if (change->retention_s >= 0)
        json_name(&w, "retention_s"), json_put_u64(&w, (uint64_t)change->retention_s);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}
