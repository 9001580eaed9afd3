#include "chat/judge/judge.h"

#include "chat/judge/rules.h"

static void add_first_member(struct batch *batch, const struct act *act, user_id user)
{
    char nonce[OWN_NONCE_MAX];
    bool owns = act->room_kind == ROOM_GROUP && user_id_eq(user, act->self);
    const struct event *joined =
        batch_add(batch, &(struct event){.type = EVENT_USER_JOINED,
                                         .sender = act->self,
                                         .target = user.v,
                                         .role = owns ? ROLE_OWNER : ROLE_MEMBER,
                                         .nonce = own_nonce(nonce, "first.", user.v)});
    struct projection projection = member_joins(joined);
    batch_project(batch, &projection);
}

/* What its maker left open. */
static void fill_in(struct room_change *change, const struct limits *limits)
{
    if (change->edit_history_s < 0)
        change->edit_history_s = (int64_t)limits->edit_history_s;
    if (change->slow_mode_s < 0)
        change->slow_mode_s = 0;
    if (change->locked < 0)
        change->locked = 0;
    if (change->archived < 0)
        change->archived = 0;
    if (change->is_public < 0)
        change->is_public = 0;
    if (change->by_approval < 0)
        change->by_approval = 0;
    if (change->newcomers < 0)
        change->newcomers = 0;
    if (change->from_joining < 0)
        change->from_joining = 0;
    if (change->retention_s < 0)
        change->retention_s = 0;
}

static enum verdict judge_create(struct live_room *live, struct act *act, struct batch *batch,
                                 const struct limits *limits)
{
    if (live_room_exists(live)) {
        act->duplicate = true;
        act->problem = problem_of(ERR_OK);
        return VERDICT_ANSWER;
    }
    if (act->problem.err != ERR_OK)
        return VERDICT_REFUSE; /* it names somebody who is not there */
    enum verdict verdict = look_at_labels(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    fill_in(&act->change, limits);
    batch_begin(batch, act);
    const struct event *created = batch_add(batch, &(struct event){.type = EVENT_ROOM_CREATED,
                                                                   .kind = (uint8_t)act->room_kind,
                                                                   .sender = act->self,
                                                                   .nonce = STR("~created"),
                                                                   .payload = act->payload});
    batch_project(batch, &(struct projection){.kind = PROJECT_ROOM,
                                              .change = act->change,
                                              .room_kind = act->room_kind,
                                              .user = act->self,
                                              .seq = created->seq,
                                              .at = created->created_at});
    add_first_member(batch, act, act->self);
    for (size_t i = 0; i < act->member_count; i++)
        add_first_member(batch, act, act->members[i]);
    return VERDICT_APPEND;
}

/* ---- messages that are there ------------------------------------------------------------------- */

enum verdict look_at_subject(const struct live_room *live, struct act *act,
                             const struct batch *batch)
{
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (!act->subject || !event_is_message(act->subject))
        return refuse(act, ERR_MESSAGE_NOT_FOUND);
    if (batch_touches(batch, act->seq))
        return VERDICT_WAIT;
    if (event_is_deleted(act->subject))
        return refuse(act, ERR_MESSAGE_DELETED);
    return VERDICT_APPEND;
}

enum verdict look_at_message(const struct live_room *live, struct act *act,
                             const struct batch *batch)
{
    if (require_member(live, act) != VERDICT_APPEND)
        return VERDICT_REFUSE;
    return look_at_subject(live, act, batch);
}

/* Whom a message speaks to must be there to hear it, and it takes a permission to speak to all. VERDICT_APPEND: nothing is wrong. */
static enum verdict look_at_mentions(const struct live_room *live, struct act *act)
{
    const struct mentions *mentions = &act->mentions;
    enum role role = live_room_role(live, act->self);
    if (mentions_all(mentions) && !room_permits(&live->room, role, PERMISSION_MENTION_ALL))
        return refuse(act, ERR_MENTION_FORBIDDEN);
    for (size_t i = 0; i < mentions->count; i++)
        if (!live_room_member(live, mentions->users[i]))
            return refuse_field(act, STR("content.mentions"),
                                STR("Only members of the room can be mentioned in it; leave the "
                                    "others out of `content.mentions`."));
    return VERDICT_APPEND;
}

/* In slow mode one's messages lie so far apart. The clock is the room's, which never runs backwards. */
static enum verdict look_at_pace(const struct live_room *live, struct act *act,
                                 const struct batch *batch)
{
    const struct member *self = live_room_member(live, act->self);
    bool waits = !room_permits(&live->room, self->role, PERMISSION_SLOW_MODE);
    int64_t apart = waits ? (int64_t)live->room.slow_mode_s * 1000 : 0;
    int64_t newcomer = newcomer_pace(live, act, batch->last_at);
    if (newcomer > apart)
        apart = newcomer;
    if (apart == 0)
        return VERDICT_APPEND;
    if (batch_has_message_of(batch, act->self))
        return VERDICT_WAIT;
    int64_t since = batch->last_at - self->sent_at;
    if (self->sent_at == 0 || since >= apart)
        return VERDICT_APPEND;
    act->problem = (struct problem){.err = ERR_ROOM_SLOW_MODE,
                                    .retry_after_s = (uint64_t)(apart - since + 999) / 1000};
    if (apart == newcomer)
        act->problem.detail =
            STR("You have not been here for long: newcomers wait as long as retry_after "
                "says between two messages. Send it again then, with the same nonce.");
    return VERDICT_REFUSE;
}

/* Both are in the same thread, or neither is in one: what is answered can be seen beside the answer. */
static enum verdict look_at_place(struct act *act)
{
    uint64_t place = act->seq == act->thread ? act->thread
                     : act->subject          ? act->subject->thread
                                             : 0;
    if (act->seq == 0 || place == act->thread)
        return VERDICT_APPEND;
    return refuse_field(
        act, STR("reply_to"),
        STR("What a message answers must be in the same thread; give as `thread` what "
            "`thread` of that message is, or leave it out where that has none."));
}

/* VERDICT_APPEND: there is such a thread, or there may be one. It goes on where its root was deleted. */
static enum verdict look_at_thread(const struct live_room *live, struct act *act)
{
    if (act->thread == 0)
        return look_at_place(act);
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (!act->root || !event_is_message(act->root))
        return refuse(act, ERR_MESSAGE_NOT_FOUND);
    if (event_is_answer(act->root))
        return refuse_field(act, STR("thread"),
                            STR("A thread begins at a message of the room itself; this one is an "
                                "answer: give its `thread`."));
    return look_at_place(act);
}

/* Who answered last comes first, each once. */
static void put_answerer(struct event *answer, const struct event *before)
{
    size_t count = 0;
    answer->answered_by[count++] = answer->sender;
    for (size_t i = 0; i < ANSWERERS_TOLD && count < ANSWERERS_TOLD; i++)
        if (!user_id_eq(before->answered_by[i], answer->sender))
            answer->answered_by[count++] = before->answered_by[i];
}

/* Counted along its thread. */
static void number_answer(const struct act *act, const struct batch *batch, struct event *answer)
{
    const struct event *before = batch_last_answer(batch, act->thread);
    before = before ? before : act->root;
    answer->thread = act->thread;
    answer->answers = before->answers + 1;
    put_answerer(answer, before);
}

static enum verdict judge_send(struct live_room *live, struct act *act, struct batch *batch,
                               const struct limits *limits)
{
    enum verdict verdict = require_open(live, act, batch, PERMISSION_WRITE);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_end(act, batch, limits);
    if (verdict == VERDICT_APPEND && act->seq)
        verdict = look_at_message(live, act, batch);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_thread(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_mentions(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_account(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_pace(live, act, batch);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_words(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    struct event message = {.type = EVENT_MESSAGE_CREATED,
                            .sender = act->self,
                            .reply_to = act->seq,
                            .nonce = act->nonce,
                            .mentions = act->mentions,
                            .kind = act->poll.options ? MESSAGE_POLL : MESSAGE_TEXT,
                            .poll = act->poll,
                            .payload = act->payload};
    if (act->thread)
        number_answer(act, batch, &message);
    batch_begin(batch, act);
    batch_add(batch, &message);
    return VERDICT_APPEND;
}

/* What was found before it came here is told only now: the nonce may be known. */
static enum verdict judge_message(struct live_room *live, struct act *act, struct batch *batch,
                                  const struct limits *limits)
{
    if (require_member(live, act) != VERDICT_APPEND || act->problem.err != ERR_OK)
        return VERDICT_REFUSE;
    return judge_send(live, act, batch, limits);
}

/* 0: for ever. */
static bool is_past(const struct batch *batch, const struct event *message, uint64_t seconds)
{
    return seconds > 0 && batch->last_at - message->created_at > (int64_t)seconds * 1000;
}

void change_message(struct batch *batch, struct act *act, const struct event *columns)
{
    batch_begin(batch, act);
    batch_add(batch, columns);
    batch_show(batch, act->subject);
}

static enum verdict judge_edit(struct live_room *live, struct act *act, struct batch *batch,
                               const struct limits *limits)
{
    enum verdict verdict = look_at_message(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (!user_id_eq(act->subject->sender, act->self))
        return refuse(act, ERR_MESSAGE_FORBIDDEN);
    if (require_open(live, act, batch, PERMISSION_WRITE) != VERDICT_APPEND)
        return VERDICT_REFUSE;
    if (event_is_poll(act->subject) || act->poll.options)
        return refuse_field(act, STR("content.type"),
                            STR("A poll is not edited, as people vote on what it says, and no "
                                "message becomes one; delete it and ask anew."));
    if (is_past(batch, act->subject, limits->message_edit_s))
        return refuse(act, ERR_MESSAGE_TOO_LATE);
    verdict = look_at_mentions(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_account(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_words(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    change_message(
        batch, act,
        &(struct event){.type = EVENT_MESSAGE_UPDATED,
                        .sender = act->self,
                        .target = act->seq,
                        .nonce = act->nonce,
                        .payload = act->payload,
                        .keep_until = batch->last_at + (int64_t)live->room.edit_history_s * 1000});
    return VERDICT_APPEND;
}

static enum verdict judge_delete(struct live_room *live, struct act *act, struct batch *batch,
                                 const struct limits *limits)
{
    enum verdict verdict = look_at_message(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    enum role role = live_room_role(live, act->self);
    bool moderates = room_permits(&live->room, role, PERMISSION_DELETE);
    if (!moderates && !user_id_eq(act->subject->sender, act->self))
        return refuse(act, ERR_MESSAGE_FORBIDDEN);
    if (!moderates && is_past(batch, act->subject, limits->message_delete_s))
        return refuse(act, ERR_MESSAGE_TOO_LATE);
    change_message(batch, act,
                   &(struct event){.type = EVENT_MESSAGE_DELETED,
                                   .sender = act->self,
                                   .target = act->seq,
                                   .nonce = act->nonce});
    return VERDICT_APPEND;
}

/* ---- reactions and pins -------------------------------------------------------------------------- */

enum verdict answer_standing(struct act *act)
{
    act->event = TAKE(act->standing);
    act->duplicate = act_is_duplicate(act, act->event);
    act->problem = problem_of(ERR_OK);
    return VERDICT_ANSWER;
}

/* VERDICT_APPEND: the message stands, this person may mark it, and the batch holds no such mark of it. */
static enum verdict look_at_mark(const struct live_room *live, struct act *act,
                                 const struct batch *batch, enum permission permission)
{
    enum verdict verdict = require_open(live, act, batch, permission);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_message(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    return batch_marks(batch, act->seq, act->self, act->emoji) ? VERDICT_WAIT : VERDICT_APPEND;
}

static void add_reaction(struct batch *batch, struct act *act, enum event_type type, int change)
{
    int64_t more = batch_count(batch, act->seq, act->emoji) + change;
    batch_begin(batch, act);
    batch_add(batch, &(struct event){.type = type,
                                     .sender = act->self,
                                     .target = act->seq,
                                     .nonce = act->nonce,
                                     .emoji = act->emoji,
                                     .payload = act->payload,
                                     .reactions = act->marks.count + (uint64_t)more});
}

static enum verdict judge_react(struct live_room *live, struct act *act, struct batch *batch,
                                const struct limits *limits)
{
    enum verdict verdict = look_at_mark(live, act, batch, PERMISSION_REACT);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->standing)
        return answer_standing(act);
    if (act->emoji_unknown)
        return refuse(act, ERR_EMOJI_UNKNOWN);
    /* The batch may bring new kinds: near the limit it is judged on what is durable. */
    uint64_t kinds = act->marks.kinds + batch->append.count;
    if (act->marks.count == 0 && kinds >= limits->message_reactions)
        return batch->append.count ? VERDICT_WAIT : refuse(act, ERR_REACTION_TOO_MANY);
    add_reaction(batch, act, EVENT_REACTION_ADDED, 1);
    return VERDICT_APPEND;
}

static enum verdict judge_unreact(struct live_room *live, struct act *act, struct batch *batch,
                                  const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_mark(live, act, batch, PERMISSION_REACT);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (!act->standing)
        return refuse(act, ERR_REACTION_NOT_FOUND);
    add_reaction(batch, act, EVENT_REACTION_REMOVED, -1);
    return VERDICT_APPEND;
}

static void add_pin(struct batch *batch, struct act *act, enum event_type type)
{
    batch_begin(batch, act);
    batch_add(batch,
              &(struct event){
                  .type = type, .sender = act->self, .target = act->seq, .nonce = act->nonce});
}

static enum verdict judge_pin(struct live_room *live, struct act *act, struct batch *batch,
                              const struct limits *limits)
{
    enum verdict verdict = look_at_mark(live, act, batch, PERMISSION_PIN);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->standing)
        return answer_standing(act);
    int64_t pins = (int64_t)act->marks.pins + batch_count(batch, 0, STR_NONE);
    if (pins >= (int64_t)limits->room_pins)
        return batch->append.count ? VERDICT_WAIT : refuse(act, ERR_PIN_TOO_MANY);
    add_pin(batch, act, EVENT_MESSAGE_PINNED);
    return VERDICT_APPEND;
}

static enum verdict judge_unpin(struct live_room *live, struct act *act, struct batch *batch,
                                const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_mark(live, act, batch, PERMISSION_PIN);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (!act->standing)
        return refuse(act, ERR_PIN_NOT_FOUND);
    add_pin(batch, act, EVENT_MESSAGE_UNPINNED);
    return VERDICT_APPEND;
}

/* ---- what is told, and what is read -------------------------------------------------------------- */

static enum verdict judge_typing(struct live_room *live, struct act *act, struct batch *batch,
                                 const struct limits *limits)
{
    if (require_open(live, act, batch, PERMISSION_WRITE) != VERDICT_APPEND)
        return VERDICT_REFUSE;
    return live->members.len <= limits->typing_members ? VERDICT_SIGNAL : VERDICT_ANSWER;
}

static enum verdict judge_read(struct live_room *live, struct act *act, struct batch *batch,
                               const struct limits *limits)
{
    (void)batch;
    const struct member *self = live_room_member(live, act->self);
    if (!self)
        return refuse(act, ERR_ROOM_NOT_FOUND);
    if (act->seq > live->room.last_seq)
        act->seq = live->room.last_seq;
    /* Where something may be too old the store is asked, though nothing moves. */
    bool ages = live->room.retention_s > 0 || limits->retention_s > 0 || live->room.first_seq > 1;
    if (act->seq == 0 || (act->seq <= self->read_seq && !ages)) {
        act->read_seq = self->read_seq;
        act->unread = live_room_unread(live, self);
        return VERDICT_ANSWER;
    }
    return VERDICT_MARKER;
}

/* Of many people nobody counts up who has what, so that a busy room costs no more than its messages. */
static enum verdict judge_delivered(struct live_room *live, struct act *act, struct batch *batch,
                                    const struct limits *limits)
{
    (void)batch;
    const struct member *self = live_room_member(live, act->self);
    if (!self)
        return refuse(act, ERR_ROOM_NOT_FOUND);
    if (act->seq > live->room.last_seq)
        act->seq = live->room.last_seq;
    bool is_told = live->members.len <= limits->delivered_members;
    return is_told && act->seq > member_delivered(self) ? VERDICT_MARKER : VERDICT_ANSWER;
}

static const struct rule {
    enum verdict (*judge)(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
    bool alone; /* changes who may do what: judged on what is durable, with nothing behind it */
    enum event_type makes; /* 0: nothing */
    bool looks;            /* what it is about, a message or a person, is read before the verdict */
} rules[ACT_KINDS] = {
    [ACT_CREATE_ROOM] = {judge_create, true, EVENT_ROOM_CREATED, false},
    [ACT_SEND] = {judge_message, false, EVENT_MESSAGE_CREATED, false},
    [ACT_FORWARD] = {judge_message, false, EVENT_MESSAGE_CREATED, false},
    [ACT_EDIT] = {judge_edit, false, EVENT_MESSAGE_UPDATED, true},
    [ACT_DELETE] = {judge_delete, false, EVENT_MESSAGE_DELETED, true},
    [ACT_REACT] = {judge_react, false, EVENT_REACTION_ADDED, true},
    [ACT_UNREACT] = {judge_unreact, false, EVENT_REACTION_REMOVED, true},
    [ACT_PIN] = {judge_pin, false, EVENT_MESSAGE_PINNED, true},
    [ACT_UNPIN] = {judge_unpin, false, EVENT_MESSAGE_UNPINNED, true},
    [ACT_VOTE] = {judge_vote, false, EVENT_POLL_VOTED, true},
    [ACT_CLOSE_POLL] = {judge_close_poll, false, EVENT_POLL_CLOSED, true},
    [ACT_ADD_MEMBER] = {judge_add, true, EVENT_USER_JOINED, true},
    [ACT_REMOVE_MEMBER] = {judge_remove, true, EVENT_USER_LEFT, false},
    [ACT_MUTE] = {judge_mute, true, EVENT_USER_MUTED, false},
    [ACT_UNMUTE] = {judge_unmute, true, EVENT_USER_UNMUTED, false},
    [ACT_BAN] = {judge_ban, true, EVENT_USER_BANNED, false},
    [ACT_UNBAN] = {judge_unban, true, EVENT_USER_UNBANNED, true},
    [ACT_MAKE_LINK] = {judge_make_link, true, EVENT_LINK_CREATED, true},
    [ACT_REVOKE_LINK] = {judge_revoke_link, true, EVENT_LINK_REVOKED, true},
    [ACT_JOIN] = {judge_join, true, EVENT_USER_JOINED, true},
    [ACT_ASK] = {judge_ask, true, EVENT_REQUEST_CREATED, true},
    [ACT_ACCEPT] = {judge_accept, true, EVENT_USER_JOINED, true},
    [ACT_CLOSE] = {judge_close, true, EVENT_REQUEST_CLOSED, true},
    [ACT_SET_ROLE] = {judge_role, true, EVENT_USER_UPDATED, false},
    [ACT_CHANGE_ROOM] = {judge_change, true, EVENT_ROOM_UPDATED, false},
    [ACT_OVERSEE] = {judge_oversee, true, EVENT_ROOM_UPDATED, false},
    [ACT_DELETE_REPORTED] = {judge_delete_reported, false, EVENT_MESSAGE_DELETED, true},
    [ACT_REPAIR] = {judge_repair, true, 0, false},
    [ACT_TYPING] = {judge_typing, false, 0, false},
    [ACT_READ] = {judge_read, false, 0, false},
    [ACT_DELIVERED] = {judge_delivered, false, 0, false},
};

bool judge_looks(const struct act *act)
{
    return rules[act->kind].looks || (act->kind == ACT_SEND && (act->seq || act->thread));
}

bool judge_looks_back(const struct act *act)
{
    return act->kind == ACT_ADD_MEMBER || act->kind == ACT_UNBAN || act->kind == ACT_MAKE_LINK ||
           act->kind == ACT_REVOKE_LINK || act->kind == ACT_JOIN || act->kind == ACT_ASK ||
           act->kind == ACT_ACCEPT || act->kind == ACT_CLOSE;
}

bool judge_made(const struct act *act, const struct event *event)
{
    return event->type == rules[act->kind].makes;
}

/* What would become of it (RFC 9110, 13.2.1): a batch of its own, that goes nowhere. */
static enum verdict judge_unmet(struct live_room *live, struct act *act, const struct batch *batch,
                                const struct limits *limits)
{
    if (batch->append.count > 0)
        return VERDICT_WAIT;
    struct batch *nowhere = batch_new(live, batch->last_at);
    enum verdict verdict = rules[act->kind].judge(live, act, nowhere, limits);
    batch_free(nowhere);
    if (verdict == VERDICT_WAIT || verdict == VERDICT_LOOK || verdict == VERDICT_REFUSE)
        return verdict;
    return refuse(act, ERR_PRECONDITION_FAILED);
}

enum verdict judge(struct live_room *live, struct act *act, struct batch *batch,
                   const struct limits *limits)
{
    REQUIRE(act->kind < ACT_KINDS);
    const struct rule *rule = &rules[act->kind];
    if (rule->alone && batch->append.count > 0)
        return VERDICT_WAIT;
    if (act->kind != ACT_CREATE_ROOM && !live_room_exists(live))
        return refuse(act, ERR_ROOM_NOT_FOUND);
    return act->unmet ? judge_unmet(live, act, batch, limits)
                      : rule->judge(live, act, batch, limits);
}
