#include "chat/newcomer.h"

#include <errno.h>

#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/judge.h"
#include "chat/rules.h"
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

bool newcomer_maybe(struct chat *chat, user_id user)
{
    uint64_t rules = rules_now(chat);
    return rules &&
           atomic_load_explicit(place_of(chat, user), memory_order_relaxed) != mark_of(rules, user);
}

int newcomer_read(struct act *act, struct store_conn *conn)
{
    struct chat *chat = act->chat;
    uint64_t rules = rules_now(chat);
    struct newcomers newcomers = newcomers_unpack(rules);
    struct user self;
    act->since = 0;
    if (!newcomer_maybe(chat, act->self))
        return 0;
    int rc = store_user_get(conn, act->self, act->arena, &self);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    if (clock_now_ms() - self.created_at < (int64_t)newcomers.seconds * 1000)
        act->since = self.created_at;
    else
        atomic_store_explicit(place_of(chat, act->self), mark_of(rules, act->self),
                              memory_order_relaxed);
    return 0;
}

/* ---- strangers ---------------------------------------------------------------------------------- */

static int shares_room(struct act *act, struct store_conn *conn, user_id other, bool *out)
{
    room_id *rooms = NULL;
    size_t count = 0;
    int rc = store_room_ids_of(conn, act->self, act->arena, &rooms, &count);
    if (count > ROOMS_LOOKED_AT)
        count = ROOMS_LOOKED_AT;
    struct member_place *places = arena_take_array(act->arena, count, sizeof(*places));
    struct member *members = arena_take_array(act->arena, count, sizeof(*members));
    for (size_t i = 0; rc == 0 && i < count; i++)
        places[i] = (struct member_place){rooms[i], other};
    if (rc == 0)
        rc = store_members_get(conn, places, count, members);
    for (size_t i = 0; rc == 0 && i < count; i++)
        *out |= members[i].user.v != 0;
    return rc;
}

/* They know each other: share a room, or the other has put them among the contacts. */
static int knows(struct act *act, struct store_conn *conn, user_id other, bool *out)
{
    *out = user_id_eq(act->self, other);
    int rc = *out ? 0 : blocks_has_contact(conn, other, act->self, act->arena, out);
    return rc == 0 && !*out ? shares_room(act, conn, other, out) : rc;
}

int newcomer_meets(struct act *act, struct store_conn *conn, const struct user_list *people)
{
    struct newcomers newcomers = newcomers_unpack(rules_now(act->chat));
    int rc = newcomers.bars & BAR_STRANGERS ? newcomer_read(act, conn) : 0;
    for (size_t i = 0; rc == 0 && act->since && i < people->count; i++) {
        bool known = false;
        rc = knows(act, conn, people->items[i].id, &known);
        if (rc == 0 && !known)
            newcomer_refuse(
                act, act->since + (int64_t)newcomers.seconds * 1000, clock_now_ms(),
                "newcomers to this server talk only with people of their rooms and those "
                "who have them as a contact");
    }
    return rc;
}
