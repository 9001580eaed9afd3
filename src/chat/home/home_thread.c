/* Who follows a thread: whoever wrote in it, its root's author, and who was mentioned there. Written when
 * the answer stands and before its sender is told, so that a retry by the nonce does what a crash left
 * undone. What it costs does not grow with the followers: how much each has not read is a subtraction. */
#include "chat/home/home_internal.h"

#include <errno.h>

#include "model/thread.h"

struct following_thread {
    struct store_job job;
    struct act *act;
    struct live_room *live;
    struct arena arena;
    struct str key;
    user_id *users; /* whom it is about, each once; the sender first */
    struct feed_put *puts;
    size_t user_count, put_count;
};

/* The mentions of the answer that stands: a retry by its nonce may come with any others. */
static size_t mentions_of(const struct act *act)
{
    bool is_it = !act->duplicate || str_eq(act->payload, act->event->payload);
    return is_it ? act->mentions.count : 0;
}

static void add_user(struct following_thread *to, user_id user)
{
    for (size_t i = 0; i < to->user_count; i++)
        if (user_id_eq(to->users[i], user))
            return;
    to->users[to->user_count++] = user;
}

static int find_users(struct following_thread *to, struct store_conn *conn)
{
    const struct event *answer = to->act->event;
    const size_t mentioned = mentions_of(to->act);
    OWN(event_unref) struct event *root = NULL;
    to->users = arena_take_array(&to->arena, mentioned + 2, sizeof(*to->users));
    to->user_count = 0;
    if (to->act->root && to->act->root->seq == answer->thread)
        root = event_ref(to->act->root); /* read for the verdict */
    int rc = root ? 0 : store_event_get(conn, answer->room, answer->thread, &root);
    if (rc != 0)
        return rc;
    add_user(to, answer->sender);
    add_user(to, root->sender);
    for (size_t i = 0; i < mentioned; i++)
        add_user(to, to->act->mentions.users[i]);
    return 0;
}

/* Of those who have no marker, who is in the room. */
static int find_strangers(struct following_thread *to, struct store_conn *conn,
                          const struct feed_entry *entries, bool *in)
{
    struct member_place *places = arena_take_array(&to->arena, to->user_count, sizeof(*places));
    struct member *members = arena_take_array(&to->arena, to->user_count, sizeof(*members));
    size_t *at = arena_take_array(&to->arena, to->user_count, sizeof(*at));
    size_t count = 0;
    for (size_t i = 1; i < to->user_count; i++) { /* the sender is in it */
        if (entries[i].key.len)
            continue;
        places[count] = (struct member_place){to->act->event->room, to->users[i]};
        at[count++] = i;
    }
    int rc = count ? store_members_get(conn, places, count, members) : 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        in[at[i]] = members[i].user.v != 0;
    return rc;
}

static void add_put(struct following_thread *to, user_id user, uint64_t read, bool is_new)
{
    struct str value = thread_marker_print(&to->arena, &(struct thread_marker){.read = read});
    to->puts[to->put_count++] = (struct feed_put){.user = user, .value = value, .is_new = is_new};
}

/* Who answers has read what was there. Others begin at this answer, unless they follow the thread already, or
 * no longer want to. */
static void choose_puts(struct following_thread *to, const struct feed_entry *entries,
                        const bool *in)
{
    const uint64_t answers = to->act->event->answers;
    struct thread_marker marker = {0};
    bool has_marker = entries[0].key.len && thread_marker_read(entries[0].value, &marker);
    if (!has_marker || marker.read < answers)
        add_put(to, to->users[0], answers, entries[0].key.len == 0);
    for (size_t i = 1; i < to->user_count; i++)
        if (in[i])
            add_put(to, to->users[i], answers - 1, true);
}

/* A handful of questions, however many are mentioned. */
static int run_following(struct store_job *job, struct store_conn *conn)
{
    struct following_thread *to = CONTAINER_OF(job, struct following_thread, job);
    static const struct str family = FEED_THREAD;
    to->put_count = 0;
    int rc = find_users(to, conn);
    if (rc == -ENOENT)
        return 0; /* without a root there is nothing to follow, and no retry changes that */
    if (rc != 0)
        return rc;
    struct feed_entry *entries = arena_take_array(&to->arena, to->user_count, sizeof(*entries));
    bool *in = arena_take_array(&to->arena, to->user_count, sizeof(*in));
    to->puts = arena_take_array(&to->arena, to->user_count, sizeof(*to->puts));
    to->key = thread_key(&to->arena, to->act->event->room, to->act->event->thread);
    rc = store_feeds_get(conn, to->users, to->user_count, to->key, &to->arena, entries);
    if (rc == 0)
        rc = find_strangers(to, conn, entries, in);
    if (rc != 0)
        return rc;
    choose_puts(to, entries, in);
    /* Who follows as many as may be has to follow this by themselves. */
    return to->put_count
               ? store_feeds_put(conn, to->key, family, to->act->chat->limits->feed_entries,
                                 to->puts, to->put_count)
               : 0;
}

static void tell_devices(struct following_thread *to)
{
    for (size_t i = 0; i < to->put_count; i++) {
        const struct feed_put *put = &to->puts[i];
        struct feed_entry entry = {.key = to->key, .value = put->value, .rev = put->rev};
        if (put->rev)
            bus_publish_feed(to->live->home->chat->bus, put->user, &entry);
    }
}

static void following(struct store_job *job)
{
    struct following_thread *to = CONTAINER_OF(job, struct following_thread, job);
    struct live_room *live = to->live;
    struct act *act = to->act;
    live->pending--;
    if (job->rc == 0) {
        tell_devices(to);
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
