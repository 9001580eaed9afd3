/* Telling one person alone of somebody, who has blocked them or has no longer: for whom it was "online" when they
 * were blocked, it would stay so for ever. */
#include "chat/chat_internal.h"
#include "chat/presence/presences.h"

struct apart { /* on its way to the store and back */
    struct store_job job;
    struct chat *chat;
    struct arena arena;
    user_id user, other;
    struct presence_list presences; /* the user's */
    struct reach reach;
};

static int run_read(struct store_job *job, struct store_conn *conn)
{
    struct apart *apart = CONTAINER_OF(job, struct apart, job);
    const struct limits *limits = apart->chat->limits;
    room_id *rooms = NULL;
    int rc = store_presences_get(conn, &apart->user, 1, &apart->arena, &apart->presences);
    if (rc == 0)
        rc = presence_seen_by(apart->chat, conn, apart->other, &apart->arena,
                              apart->presences.items);
    if (rc == 0)
        rc = store_rooms_within(conn, apart->user, limits->presence_push_members,
                                limits->presence_rooms, &apart->arena, &rooms,
                                &apart->reach.room_count);
    apart->reach.rooms = rooms;
    return rc;
}

static void was_read(struct store_job *job)
{
    struct apart *apart = CONTAINER_OF(job, struct apart, job);
    if (job->rc == 0)
        bus_publish_presence_apart(apart->chat->bus, apart->presences.items, &apart->reach,
                                   apart->other);
    arena_deinit(&apart->arena);
    xfree(apart);
}

/* On the worker that tells all others of them, so that what a turn has read before is not told behind it. */
void presence_tell_apart(struct chat *chat, user_id user, user_id other)
{
    struct apart *apart = NEW(struct apart);
    *apart = (struct apart){.chat = chat, .user = user, .other = other};
    apart->job =
        (struct store_job){.home = chat->homes[presences_worker(user, chat->workers)].inbox,
                           .run = run_read,
                           .done = was_read};
    presences_read_anew(chat->presences, user);
    store_read(chat->store, &apart->job);
}
