/* Who follows a thread: whoever wrote in it, its root's author, and who was mentioned there. Written when
 * the answer stands and before its sender is told, so that a retry by the nonce does what a crash left
 * undone. What it costs does not grow with the followers: how much each has not read is a subtraction. */
#include "chat/home_internal.h"

#include <errno.h>

#include "model/thread.h"

struct following_thread {
    struct store_job job;
    struct act *act;
    struct live_room *live;
    struct arena arena;
    struct feed_due_list told; /* entries that are new, with whose they are */
};

static int put_mark(struct following_thread *to, struct store_conn *conn, user_id user,
                    struct str key, const struct thread_mark *mark)
{
    static const struct str family = FEED_THREAD;
    struct feed_due *told = &to->told.items[to->told.count];
    *told = (struct feed_due){.user = user,
                              .entry = {.key = key, .value = thread_mark_print(&to->arena, mark)}};
    int rc = store_feed_put(conn, user, key, told->entry.value, FEED_ANY_REV, family,
                            to->act->chat->limits->feed_entries, 0, &told->entry.rev);
    to->told.count += rc == 0;
    return rc == -EDQUOT ? 0 : rc; /* who follows so many has to follow this by themselves */
}

/* 1 with the mark, 0: they have none. */
static int get_mark(struct following_thread *to, struct store_conn *conn, user_id user,
                    struct str key, struct thread_mark *out)
{
    struct feed_entry entry;
    int rc = store_feed_get(conn, user, key, &to->arena, &entry);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    return thread_mark_read(entry.value, out);
}

/* Who answers has read what was there. */
static int follow_as_sender(struct following_thread *to, struct store_conn *conn, struct str key)
{
    const struct event *answer = to->act->event;
    struct thread_mark mark = {0};
    int found = get_mark(to, conn, answer->sender, key, &mark);
    if (found < 0 || (found == 1 && mark.read >= answer->answers))
        return found < 0 ? found : 0;
    return put_mark(to, conn, answer->sender, key, &(struct thread_mark){.read = answer->answers});
}

/* Others begin at this answer, unless they follow it already, or no longer want to. */
static int follow_as_other(struct following_thread *to, struct store_conn *conn, user_id user,
                           struct str key)
{
    const struct event *answer = to->act->event;
    struct thread_mark mark = {.read = answer->answers - 1};
    struct member member;
    if (user_id_eq(user, answer->sender))
        return 0;
    int found = get_mark(to, conn, user, key, &(struct thread_mark){0}); /* most have one */
    if (found != 0)
        return found < 0 ? found : 0;
    int rc = store_member_get(conn, answer->room, user, &member);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    return put_mark(to, conn, user, key, &mark);
}

/* The mentions of the answer that stands: a retry by its nonce may come with any others. */
static size_t mentions_of(const struct act *act)
{
    bool is_it = !act->duplicate || str_eq(act->payload, act->event->payload);
    return is_it ? act->mentions.count : 0;
}

static int run_following(struct store_job *job, struct store_conn *conn)
{
    struct following_thread *to = CONTAINER_OF(job, struct following_thread, job);
    const struct event *answer = to->act->event;
    const size_t mentioned = mentions_of(to->act);
    OWN(event_unref) struct event *root = NULL;
    struct str key = thread_key(&to->arena, answer->room, answer->thread);
    to->told.count = 0;
    to->told.items = arena_take_array(&to->arena, mentioned + 2, sizeof(*to->told.items));
    int rc = store_event_get(conn, answer->room, answer->thread, &root);
    if (rc == -ENOENT)
        return 0; /* without a root there is nothing to follow, and no retry changes that */
    if (rc == 0)
        rc = follow_as_sender(to, conn, key);
    if (rc == 0)
        rc = follow_as_other(to, conn, root->sender, key);
    for (size_t i = 0; rc == 0 && i < mentioned; i++)
        rc = follow_as_other(to, conn, to->act->mentions.users[i], key);
    return rc;
}

static void following(struct store_job *job)
{
    struct following_thread *to = CONTAINER_OF(job, struct following_thread, job);
    struct live_room *live = to->live;
    struct act *act = to->act;
    live->pending--;
    if (job->rc == 0) {
        for (size_t i = 0; i < to->told.count; i++)
            bus_publish_feed(live->home->chat->bus, to->told.items[i].user,
                             &to->told.items[i].entry);
        home_answer(act);
    } else {
        home_answer_err(act, ERR_STORE_UNAVAILABLE);
    }
    arena_deinit(&to->arena);
    xfree(to);
    home_advance(live);
}

void home_answer_sent(struct live_room *live, struct act *act)
{
    if (act->kind != ACT_SEND || !event_is_answer(act->event)) {
        home_answer(act);
        return;
    }
    struct following_thread *to = NEW(struct following_thread);
    to->act = act;
    to->live = live;
    to->job =
        (struct store_job){.home = live->home->inbox, .run = run_following, .done = following};
    live->pending++;
    act->live = live;
    store_write(live->home->chat->store, &to->job);
}
