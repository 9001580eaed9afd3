#include "chat/act.h"

#include <errno.h>
#include <stdlib.h>

#include "chat/admins.h"
#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/judge/newcomer.h"
#include "chat/report/report_message.h"
#include "model/permission.h"

void act_deinit(struct act *act)
{
    event_unref(act->event);
    event_unref(act->subject);
    event_unref(act->standing);
    event_unref(act->root);
    act->event = act->subject = act->standing = act->root = NULL;
    act->subject_seq = 0;
}

/* ---- to the home ------------------------------------------------------------------------------------ */

static void arrived(struct inbox_item *item)
{
    struct act *act = CONTAINER_OF(item, struct act, item);
    home_receive(chat_home_of(act->chat, act->room), act);
}

static void travel(struct act *act)
{
    struct home *home = chat_home_of(act->chat, act->room);
    atomic_fetch_add_explicit(&home->figures.waiting, 1, memory_order_relaxed);
    act->item.run = arrived;
    inbox_post(home->inbox, &act->item);
}

void act_line_init(struct act_line *line)
{
    list_init(&line->acts);
}

/* The last one to this room; NULL: nothing of this connection is on its way there. The last is asked first, as who
 * sends much sends it to one room. */
static struct act *last_in_line(const struct act_line *line, room_id room)
{
    for (struct list *link = line->acts.prev; link != &line->acts; link = link->prev) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        if (room_id_eq(act->room, room))
            return act;
    }
    return NULL;
}

static void stand_in_line(struct act *act, bool reads)
{
    act->reads = reads;
    list_append(&act->line->acts, &act->link);
}

/* At once, where nothing that the same connection sent there before it is still read for. */
static void travel_in_order(struct act *act)
{
    if (act->line && last_in_line(act->line, act->room))
        stand_in_line(act, false);
    else
        travel(act);
}

/* All that waits for nothing any more, up to the first that is still read for. */
static void move_up(struct act_line *line, room_id room)
{
    LIST_EACH (link, &line->acts) {
        struct act *act = CONTAINER_OF(link, struct act, link);
        if (!room_id_eq(act->room, room))
            continue;
        if (act->reads)
            return;
        list_remove(&act->link);
        travel(act);
    }
}

/* Before the act is done, with which the line may go. */
static void leave_line(struct act *act)
{
    if (!act->line)
        return;
    list_remove(&act->link);
    move_up(act->line, act->room);
}

static void has_read(struct act *act)
{
    act->reads = false;
    if (act->line)
        move_up(act->line, act->room);
    else
        travel(act);
}

/* Before it has begun, so that an overload costs those who cause it a short answer, and nobody else
 * anything. */
static enum err admit_to(struct chat *chat, room_id room)
{
    const struct limits *limits = chat->limits;
    struct home *home = chat_home_of(chat, room);
    if (atomic_load_explicit(&home->figures.waiting, memory_order_relaxed) >= limits->home_queue) {
        LIMIT_HIT(limits, home_queue);
        return ERR_SERVER_BUSY;
    }
    return ERR_OK;
}

/* Of what was reported the room is known when the report has been read, and its home is asked then. */
static enum err admit(struct chat *chat, const struct act *act)
{
    enum err err = act->kind == ACT_DELETE_REPORTED ? ERR_OK : admit_to(chat, act->room);
    return err == ERR_OK ? store_admits(chat->store, chat->limits, false) : err;
}

static void refuse_field(struct act *act, struct str field, struct str detail)
{
    act->problem = problem_field(ERR_FIELD_INVALID, field, detail);
}

/* ---- people that an act names must exist ----------------------------------------------------------- */

/* They exist; are they to be reached by who does it? */
static int check_reach(struct act *act, struct store_conn *conn, const struct user_list *people)
{
    for (size_t i = 0; i < people->count; i++) {
        bool reach = true;
        int rc = blocks_reach(conn, people->items[i].id, act->self, act->arena, &reach);
        if (rc != 0)
            return rc;
        if (!reach)
            act->problem = problem_of(ERR_USER_UNREACHABLE);
    }
    return 0;
}

static int look_at_people(struct act *act, struct store_conn *conn, const struct user_list *people)
{
    int rc = newcomer_meets(act, conn, people);
    return rc == 0 && act->problem.err == ERR_OK ? check_reach(act, conn, people) : rc;
}

static int run_check_people(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    bool creates = act->kind == ACT_CREATE_ROOM;
    const user_id *ids = creates ? act->members : &act->target;
    size_t count = creates ? act->member_count : 1;
    struct user_list found;
    act->problem = problem_of(ERR_OK);
    int rc = store_users_get(conn, ids, count, act->arena, &found);
    if (rc != 0)
        return rc;
    size_t living = 0;
    for (size_t i = 0; i < found.count; i++)
        living += !found.items[i].deleted;
    if (living == count)
        return act->kind == ACT_BAN ? 0 : look_at_people(act, conn, &found);
    if (act->kind == ACT_BAN) {
        act->problem = problem_of(ERR_USER_NOT_FOUND);
        return 0;
    }
    refuse_field(act, creates ? STR("members") : STR("user_id"),
                 STR("There is nobody with such an id."));
    return 0;
}

static void have_read(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    if (job->rc == 0) {
        has_read(act); /* with what is wrong, since the home may know the nonce */
        return;
    }
    leave_line(act);
    act->problem = problem_of(chat_err_of(job->rc));
    act->done(act);
}

static void read_for(struct act *act, int (*run)(struct store_job *job, struct store_conn *conn),
                     void (*done)(struct store_job *job))
{
    act->job = (struct store_job){.home = act->origin, .run = run, .done = done};
    store_read(act->chat->store, &act->job);
}

/* Goes to the home with what `run` found, or made of it; and before what the same connection sends there later. */
static void read_first(struct act *act, int (*run)(struct store_job *job, struct store_conn *conn))
{
    if (act->line)
        stand_in_line(act, true);
    read_for(act, run, have_read);
}

/* ---- who oversees rooms must be an administrator ------------------------------------------------- */

static int run_check_admin(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    bool admin = false;
    int rc = admin_is(conn, act->self, act->arena, &admin);
    act->problem = problem_of(rc != 0 || admin ? ERR_OK : ERR_AUTH_FORBIDDEN);
    return rc;
}

/* To anybody else it is not told whether there is such a room. */
static void have_checked_admin(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    if (job->rc == 0 && act->problem.err != ERR_OK)
        act->done(act);
    else
        have_read(job);
}

/* ---- what an administrator deletes must have been reported to them --------------------------------- */

static int run_find_reported(struct store_job *job, struct store_conn *conn)
{
    return report_message(CONTAINER_OF(job, struct act, job), conn);
}

static void have_found_reported(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    bool found = job->rc == 0 && act->room.v;
    enum err err = found ? admit_to(act->chat, act->room) : ERR_OK;
    if (err != ERR_OK)
        act->problem = problem_of(err);
    if (err != ERR_OK || (job->rc == 0 && !found))
        act->done(act);
    else
        have_read(job);
}

/* In no line: of which room it is, is not known yet. */
static void post_delete_reported(struct act *act)
{
    act->line = NULL;
    read_for(act, run_find_reported, have_found_reported);
}

/* ---- what an act forwards must be there, and its sender able to read it ------------------------------ */

/* 0 and act->problem, or the message. */
static int read_source(struct act *act, struct store_conn *conn, struct event **out)
{
    const struct forward *forward = &act->forward;
    const struct ageing ageing = chat_ageing(act->chat);
    struct member member;
    struct room room;
    uint64_t first = 0;
    int rc = store_member_get(conn, forward->room, act->self, &member);
    if (rc == 0)
        rc = store_room_get(conn, forward->room, act->arena, &room);
    if (rc == 0)
        rc = store_readable(conn, forward->room, act->self, &ageing, &first);
    if (rc == -ENOENT) {
        act->problem = problem_of(ERR_ROOM_NOT_FOUND);
        return 0;
    }
    if (rc != 0)
        return rc;
    if (!room_permits(&room, member.role, PERMISSION_FORWARD)) {
        act->problem =
            problem_field(ERR_ROOM_FORBIDDEN, STR_NONE,
                          STR("Your role in the room where this message stands does not allow to "
                              "forward from it; ask one of its admins."));
        return 0;
    }
    rc = forward->seq < first ? -ENOENT : store_event_get(conn, forward->room, forward->seq, out);
    if (rc == -ENOENT || (rc == 0 && !event_is_message(*out)))
        act->problem = problem_of(ERR_MESSAGE_NOT_FOUND);
    else if (rc == 0 && event_is_deleted(*out))
        act->problem = problem_of(ERR_MESSAGE_DELETED);
    return rc == -ENOENT ? 0 : rc;
}

static int run_read_source(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    OWN(event_unref) struct event *message = NULL;
    act->problem = problem_of(ERR_OK);
    int rc = read_source(act, conn, &message);
    if (rc != 0 || act->problem.err != ERR_OK)
        return rc;
    act->payload = act->forward.content_of(message, act->arena);
    if (act->payload.len == 0)
        refuse_field(act, STR("seq"), STR("A message of this type cannot be forwarded."));
    return 0;
}

/* ---- the id of a room follows from what it is, so that making it twice makes one --------------------- */

static int compare_users(const void *a, const void *b)
{
    uint64_t left = ((const user_id *)a)->v, right = ((const user_id *)b)->v;
    return (left > right) - (left < right);
}

/* Each once, without oneself; in a fixed order. */
static void tidy_members(struct act *act)
{
    size_t kept = 0;
    if (act->member_count)
        qsort(act->members, act->member_count, sizeof(*act->members), compare_users);
    for (size_t i = 0; i < act->member_count; i++) {
        user_id user = act->members[i];
        if (user_id_eq(user, act->self) || (kept && user_id_eq(user, act->members[kept - 1])))
            continue;
        act->members[kept++] = user;
    }
    act->member_count = kept;
}

room_id chat_direct_room_of(struct chat *chat, user_id a, user_id b)
{
    struct {
        char what[8];
        uint64_t low, high;
    } name = {"direct", a.v < b.v ? a.v : b.v, a.v < b.v ? b.v : a.v};
    return (room_id){derive_id(chat->id_key, &name, sizeof(name))};
}

user_id chat_voter(struct chat *chat, room_id room, uint64_t poll, user_id user)
{
    struct {
        char what[8];
        uint64_t room, poll, user;
    } name = {"voter", room.v, poll, user.v};
    return (user_id){derive_id(chat->id_key, &name, sizeof(name))};
}

static room_id group_room_of(struct chat *chat, user_id maker, struct str nonce)
{
    struct {
        char what[8];
        uint64_t maker;
        char nonce[NONCE_MAX];
    } name = {"group", maker.v, ""};
    REQUIRE(nonce.len <= NONCE_MAX);
    memcpy(name.nonce, nonce.ptr, nonce.len);
    return (room_id){derive_id(chat->id_key, &name, sizeof(name))};
}

static void post_create(struct act *act)
{
    tidy_members(act);
    if (act->room_kind == ROOM_DIRECT) {
        if (act->member_count != 1) {
            refuse_field(act, STR("members"),
                         STR("A direct room needs exactly one other person in `members`."));
            act->done(act);
            return;
        }
        act->room = chat_direct_room_of(act->chat, act->self, act->members[0]);
    } else {
        act->room = group_room_of(act->chat, act->self, act->nonce);
    }
    if (act->member_count)
        read_first(act, run_check_people);
    else
        travel_in_order(act);
}

static void begin(struct act *act)
{
    if (act->kind == ACT_CREATE_ROOM) {
        post_create(act);
        return;
    }
    if (act->kind == ACT_DELETE_REPORTED) {
        post_delete_reported(act);
        return;
    }
    if (act->room.v == 0) {
        act->problem = problem_of(ERR_ROOM_NOT_FOUND);
        act->done(act);
        return;
    }
    if (act->kind == ACT_VOTE)
        act->voter = chat_voter(act->chat, act->room, act->seq, act->self);
    if (act->kind == ACT_ADD_MEMBER || act->kind == ACT_BAN)
        read_first(act, run_check_people);
    else if (act->kind == ACT_FORWARD)
        read_first(act, run_read_source);
    else if (act->kind == ACT_OVERSEE)
        read_for(act, run_check_admin, have_checked_admin);
    else
        travel_in_order(act);
}

void act_post(struct chat *chat, struct act *act)
{
    act->chat = chat;
    enum err err = admit(chat, act);
    if (err == ERR_OK) {
        begin(act);
        return;
    }
    act->problem = problem_of(err);
    act->done(act);
}

bool act_has_made(const struct act *act, const struct event *event)
{
    bool is_theirs = user_id_eq(event->sender, act->self) || user_id_eq(event->sender, act->voter);
    return is_theirs && str_eq(event->nonce, act->nonce);
}

bool act_is_duplicate(const struct act *act, const struct event *event)
{
    return !act->own_from || event->seq < act->own_from || !act_has_made(act, event);
}

/* ---- a deleted account leaves its groups --------------------------------------------------------------- */

struct leaving {
    struct store_job job;
    struct chat *chat;
    struct inbox *origin;
    user_id user;
    struct arena arena;
    struct room_view_list rooms;
    size_t left; /* steps under way */
};

static void leaving_free(struct leaving *leaving)
{
    arena_deinit(&leaving->arena);
    xfree(leaving);
}

static int run_read_groups(struct store_job *job, struct store_conn *conn)
{
    struct leaving *leaving = CONTAINER_OF(job, struct leaving, job);
    return store_rooms_of(conn, leaving->user, (room_id){0}, 0, &leaving->arena, &leaving->rooms);
}

struct leaving_act {
    struct act act;
    struct leaving *leaving;
};

static void has_left(struct act *act)
{
    struct leaving_act *step = CONTAINER_OF(act, struct leaving_act, act);
    struct leaving *leaving = step->leaving;
    act_deinit(act);
    xfree(step);
    if (--leaving->left == 0)
        leaving_free(leaving);
}

static void leave_group(struct leaving *leaving, room_id room)
{
    struct leaving_act *step = NEW(struct leaving_act);
    step->leaving = leaving;
    step->act = (struct act){.origin = leaving->origin,
                             .done = has_left,
                             .kind = ACT_REMOVE_MEMBER,
                             .room = room,
                             .self = leaving->user,
                             .target = leaving->user,
                             .nonce = STR("~deleted")};
    leaving->left++;
    step->act.chat = leaving->chat;
    begin(&step->act); /* it must be done, whatever else there is to do */
}

static void groups_read(struct store_job *job)
{
    struct leaving *leaving = CONTAINER_OF(job, struct leaving, job);
    leaving->left = 1; /* ourselves, until all are on their way */
    for (size_t i = 0; job->rc == 0 && i < leaving->rooms.count; i++)
        if (leaving->rooms.items[i].room.kind == ROOM_GROUP)
            leave_group(leaving, leaving->rooms.items[i].room.id);
    if (--leaving->left == 0)
        leaving_free(leaving);
}

void act_leave_everywhere(struct chat *chat, struct inbox *origin, user_id user)
{
    struct leaving *leaving = NEW(struct leaving);
    leaving->chat = chat;
    leaving->origin = origin;
    leaving->user = user;
    leaving->job = (struct store_job){.home = origin, .run = run_read_groups, .done = groups_read};
    store_read(chat->store, &leaving->job);
}
