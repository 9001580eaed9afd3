#include "chat/act.h"
#include "chat/chat_internal.h"
#include "chat/profile.h"

/* One telling, on its way to the store and back. */
struct telling_of {
    struct store_job job;
    struct chat *chat;
    struct arena arena;
    struct user user;
    struct reach reach;
    bool last;
};

static int run_read(struct store_job *job, struct store_conn *conn)
{
    struct telling_of *telling = CONTAINER_OF(job, struct telling_of, job);
    const struct limits *limits = telling->chat->limits;
    user_id id = telling->user.id;
    room_id *rooms = NULL;
    int rc = store_user_get(conn, id, &telling->arena, &telling->user);
    if (rc == 0)
        rc = store_rooms_within(conn, id, limits->presence_push_members, limits->presence_rooms,
                                &telling->arena, &rooms, &telling->reach.room_count);
    telling->reach.rooms = rooms;
    return rc;
}

static void was_read(struct store_job *job)
{
    struct telling_of *telling = CONTAINER_OF(job, struct telling_of, job);
    if (job->rc == 0)
        bus_publish_user(telling->chat->bus, &telling->user, &telling->reach);
    if (telling->last)
        act_leave_everywhere(telling->chat, job->home, telling->user.id);
    arena_deinit(&telling->arena);
    xfree(telling);
}

/* Always from the same thread for the same person: of two tellings the later one is given out last. */
static void tell(struct chat *chat, user_id user, bool last)
{
    struct home *home = &chat->homes[(map_hash(user.v) >> 32) % chat->workers];
    struct telling_of *telling = NEW(struct telling_of);
    telling->chat = chat;
    telling->user.id = user;
    telling->last = last;
    telling->job = (struct store_job){.home = home->inbox, .run = run_read, .done = was_read};
    store_read(chat->store, &telling->job);
}

void profile_tell(struct chat *chat, user_id user)
{
    tell(chat, user, false);
}

void profile_tell_last(struct chat *chat, user_id user)
{
    tell(chat, user, true);
}
