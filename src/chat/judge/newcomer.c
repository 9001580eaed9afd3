#include "chat/judge/newcomer.h"

#include <errno.h>

#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/judge/judge.h"
#include "chat/judge/rules.h"
#include "core/clock.h"
#include "model/newcomers.h"

enum { PLACES = 4096, ROOMS_LOOKED_AT = 2000 };

struct newcomer_memory {
    _Atomic uint64_t
        seasoned[PLACES]; /* each an id, mixed with what holds: with another setting all are new */
};

struct newcomer_memory *newcomer_memory_new(void)
{
    return NEW(struct newcomer_memory);
}

void newcomer_memory_free(struct newcomer_memory *memory)
{
    xfree(memory);
}

static uint64_t rules_now(struct chat *chat)
{
    return atomic_load_explicit(&chat->newcomers, memory_order_relaxed);
}

static _Atomic uint64_t *place_of(struct chat *chat, user_id user)
{
    return &chat->newcomer_memory->seasoned[map_hash(user.v) % PLACES];
}

static uint64_t mark_of(uint64_t rules, user_id user)
{
    return user.v ^ map_hash(rules);
}

static bool may_be_one(struct chat *chat, user_id user)
{
    uint64_t rules = rules_now(chat);
    return rules &&
           atomic_load_explicit(place_of(chat, user), memory_order_relaxed) != mark_of(rules, user);
}

bool newcomer_asks(struct act *act)
{
    bool says = act->kind == ACT_SEND || act->kind == ACT_EDIT || act->kind == ACT_FORWARD;
    if (act->account == ACCOUNT_UNREAD && says && may_be_one(act->chat, act->self))
        act->account = ACCOUNT_ASKED;
    return act->account == ACCOUNT_ASKED;
}

/* Since when there is this account, where that is not long; else 0, which is remembered. */
static int64_t since_of(struct chat *chat, const struct user *user)
{
    uint64_t rules = rules_now(chat);
    struct newcomers newcomers = newcomers_unpack(rules);
    if (clock_now_ms() - user->created_at < (int64_t)newcomers.seconds * 1000)
        return user->created_at;
    atomic_store_explicit(place_of(chat, user->id), mark_of(rules, user->id), memory_order_relaxed);
    return 0;
}

static bool is_among(const user_id *ids, size_t count, user_id user)
{
    for (size_t i = 0; i < count; i++)
        if (user_id_eq(ids[i], user))
            return true;
    return false;
}

static void set_since(struct act **acts, size_t count, const struct user *user)
{
    int64_t since = since_of(acts[0]->chat, user);
    for (size_t i = 0; i < count; i++)
        if (acts[i]->account == ACCOUNT_READ && user_id_eq(acts[i]->self, user->id))
            acts[i]->since = since;
}

int newcomers_read(struct act **acts, size_t count, struct store_conn *conn)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    user_id *ids = arena_take_array(&arena, count + 1, sizeof(*ids));
    struct user_list users = {0};
    size_t asked = 0;
    for (size_t i = 0; i < count; i++)
        if (acts[i]->account == ACCOUNT_ASKED && !is_among(ids, asked, acts[i]->self))
            ids[asked++] = acts[i]->self;
    int rc = asked ? store_users_get(conn, ids, asked, &arena, &users) : 0;
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < count; i++)
        if (acts[i]->account == ACCOUNT_ASKED)
            acts[i]->account = ACCOUNT_READ;
    for (size_t i = 0; i < users.count; i++)
        set_since(acts, count, &users.items[i]);
    return 0;
}

/* Of one who has come to be among others. */
static int read_one(struct act *act, struct store_conn *conn)
{
    if (act->account == ACCOUNT_UNREAD && may_be_one(act->chat, act->self))
        act->account = ACCOUNT_ASKED;
    return newcomers_read(&act, 1, conn);
}

/* ---- strangers ---------------------------------------------------------------------------------- */

/* The rooms of who acts, read once, where it takes them. */
struct own_rooms {
    room_id *items;
    size_t count;
    bool read;
};

static int read_rooms(struct act *act, struct store_conn *conn, struct own_rooms *rooms)
{
    if (rooms->read)
        return 0;
    int rc = store_room_ids_of(conn, act->self, act->arena, &rooms->items, &rooms->count);
    if (rooms->count > ROOMS_LOOKED_AT)
        rooms->count = ROOMS_LOOKED_AT;
    rooms->read = rc == 0;
    return rc;
}

static int shares_room(const struct own_rooms *rooms, struct store_conn *conn, user_id other,
                       bool *out)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct member_place *places = arena_take_array(&arena, rooms->count, sizeof(*places));
    struct member *members = arena_take_array(&arena, rooms->count, sizeof(*members));
    for (size_t i = 0; i < rooms->count; i++)
        places[i] = (struct member_place){rooms->items[i], other};
    int rc = store_members_get(conn, places, rooms->count, members);
    for (size_t i = 0; rc == 0 && i < rooms->count; i++)
        *out |= members[i].user.v != 0;
    return rc;
}

/* They know each other: share a room, or the other has put them among the contacts. */
static int knows(struct act *act, struct store_conn *conn, struct own_rooms *rooms, user_id other,
                 bool *out)
{
    *out = user_id_eq(act->self, other);
    int rc = *out ? 0 : blocks_has_contact(conn, other, act->self, act->arena, out);
    if (rc == 0 && !*out)
        rc = read_rooms(act, conn, rooms);
    return rc == 0 && !*out ? shares_room(rooms, conn, other, out) : rc;
}

int newcomer_meets(struct act *act, struct store_conn *conn, const struct user_list *people)
{
    struct newcomers newcomers = newcomers_unpack(rules_now(act->chat));
    int rc = newcomers.bars & BAR_STRANGERS ? read_one(act, conn) : 0;
    struct own_rooms rooms = {0};
    bool known = true;
    for (size_t i = 0; rc == 0 && known && act->since && i < people->count; i++) {
        rc = knows(act, conn, &rooms, people->items[i].id, &known);
        if (rc == 0 && !known)
            newcomer_refuse(
                act, act->since + (int64_t)newcomers.seconds * 1000, clock_now_ms(),
                "newcomers to this server talk only with people of their rooms and those "
                "who have them as a contact");
    }
    return rc;
}
