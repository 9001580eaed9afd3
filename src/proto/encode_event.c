/* A message is encoded once, however many receive it, but each message is: no formatting by pattern
 * here, and names are written in one piece with their quotation marks. */
#include "proto/parts.h"

/* What an edit or a deletion left; the one with the larger edit_seq is newer. */
static void put_change(struct json_writer *w, const struct event *event)
{
    json_name(w, "edit_seq"), json_put_u64(w, event->edit_seq);
    if (!event_is_deleted(event)) {
        json_name(w, "edited_at"), put_time(w, event->edit_at);
        return;
    }
    json_name(w, "deleted_at"), put_time(w, event->edit_at);
    json_name(w, "deleted_by"), put_id(w, event->edit_by.v);
    put_settings(w, event->deletion);
}

static void put_reactions(struct json_writer *w, const struct reaction_list *reactions)
{
    json_name(w, "reactions");
    json_open(w, '[');
    for (size_t i = 0; i < reactions->count; i++) {
        const struct reaction *reaction = &reactions->items[i];
        json_open(w, '{');
        json_name(w, "emoji"), json_put_text(w, reaction->emoji);
        json_name(w, "count"), json_put_u64(w, reaction->count);
        json_name(w, "seq"), json_put_u64(w, reaction->seq);
        json_name(w, "mine"), json_put_flag(w, reaction->mine);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void put_choices(struct json_writer *w, uint64_t choices)
{
    json_open(w, '[');
    for (unsigned i = 0; i < POLL_OPTIONS_MAX; i++)
        if (choices >> i & 1)
            json_put_u64(w, i);
    json_close(w, ']');
}

static void put_tally(struct json_writer *w, const struct tally *tally, unsigned options)
{
    json_name(w, "counts");
    json_open(w, '[');
    for (unsigned i = 0; i < options; i++)
        json_put_u64(w, tally->counts[i]);
    json_close(w, ']');
    json_name(w, "voters"), json_put_u64(w, tally->voters);
}

static void put_poll(struct json_writer *w, const struct poll_state *state)
{
    json_name(w, "poll");
    json_open(w, '{');
    put_tally(w, &state->tally, state->poll.options);
    json_name(w, "seq"), json_put_u64(w, state->seq);
    json_name(w, "mine"), put_choices(w, state->own);
    if (state->own_seq)
        json_name(w, "mine_seq"), json_put_u64(w, state->own_seq);
    if (state->closed_seq) {
        json_name(w, "closed_at"), put_time(w, state->closed_at);
        json_name(w, "closed_by"), put_id(w, state->closed_by.v);
    }
    json_close(w, '}');
}

struct str encode_vote(const struct vote *vote, bool secret, struct arena *arena)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    if (!secret)
        json_name(&w, "choices"), put_choices(&w, vote->choices);
    put_tally(&w, &vote->tally, vote->options);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}

/* Of a root, what was answered in its thread; of an answer, where it is. */
static void put_thread(struct json_writer *w, const struct event *event)
{
    if (event->thread)
        json_name(w, "thread"), json_put_u64(w, event->thread);
    json_name(w, "answers"), json_put_u64(w, event->answers);
    if (event->thread)
        return;
    json_name(w, "answered_at"), put_time(w, event->answered_at);
    json_name(w, "answered_by");
    json_open(w, '[');
    for (size_t i = 0; i < ANSWERERS_TOLD && event->answered_by[i].v; i++)
        put_id(w, event->answered_by[i].v);
    json_close(w, ']');
}

void put_message(struct json_writer *w, const struct event *event,
                 const struct reaction_list *reactions)
{
    json_open(w, '{');
    json_name(w, "room"), put_id(w, event->room.v);
    json_name(w, "seq"), json_put_u64(w, event->seq);
    json_name(w, "id"), put_message_id(w, event);
    json_name(w, "sender"), put_id(w, event->sender.v);
    json_name(w, "nonce"), json_put_text(w, event->nonce);
    json_name(w, "content");
    json_put_raw(w, event_is_deleted(event) ? STR("{\"type\":\"deleted\",\"text\":\"\"}")
                                            : event->payload);
    json_name(w, "created_at"), put_time(w, event->created_at);
    json_name(w, "count"), json_put_u64(w, event->count);
    if (event->reply_to)
        json_name(w, "reply_to"), json_put_u64(w, event->reply_to);
    if (event->answers)
        put_thread(w, event);
    if (event->edit_seq)
        put_change(w, event);
    if (reactions && reactions->count)
        put_reactions(w, reactions);
    if (reactions && reactions->poll)
        put_poll(w, reactions->poll);
    json_close(w, '}');
}

static void put_body_of_message(struct json_writer *w, const struct event *event)
{
    json_name(w, "message"), put_message(w, event, NULL);
}

/* Those that we made ourselves, which begin with '~', are nobody's to send again. */
static void put_nonce(struct json_writer *w, const struct event *event)
{
    if (event->nonce.len && event->nonce.ptr[0] != '~' && !event_is_secret(event))
        json_name(w, "nonce"), json_put_text(w, event->nonce);
}

static void put_body_of_change(struct json_writer *w, const struct event *event)
{
    put_nonce(w, event);
    json_name(w, "target"), json_put_u64(w, event->target);
    if (event->type == EVENT_MESSAGE_DELETED && event->payload.len)
        json_name(w, "by_server"), json_put_flag(w, true);
    if (event->message)
        json_name(w, "message"), put_message(w, event->message, NULL);
}

static void put_body_of_mark(struct json_writer *w, const struct event *event)
{
    put_nonce(w, event);
    json_name(w, "target"), json_put_u64(w, event->target);
    put_settings(w, event->payload);
    if (event->type == EVENT_REACTION_ADDED || event->type == EVENT_REACTION_REMOVED)
        json_name(w, "people"), json_put_u64(w, event->reactions);
}

void put_settings(struct json_writer *w, struct str object)
{
    if (object.len > strlen("{}"))
        json_put_raw(w, str_of(object.ptr + 1, object.len - strlen("{}")));
}

static void put_body_of_room(struct json_writer *w, const struct event *event)
{
    put_nonce(w, event);
    if (event->kind)
        json_name(w, "kind"), put_kind(w, event->kind);
    put_settings(w, event->payload);
    if (event->target)
        json_name(w, "owner"), put_id(w, event->target);
}

static void put_body_of_member(struct json_writer *w, const struct event *event)
{
    put_nonce(w, event);
    json_name(w, "user_id"), put_id(w, event->target);
    json_name(w, "by"), put_id(w, event->sender.v);
    if (event->role != ROLE_NONE)
        json_name(w, "role"), put_role(w, event->role);
    put_settings(w, event->payload);
}

static void put_body_of_link(struct json_writer *w, const struct event *event)
{
    bool made = event->type == EVENT_LINK_CREATED;
    put_nonce(w, event);
    json_name(w, "link"), json_put_u64(w, made ? event->seq : event->target);
    put_settings(w, event->payload);
}

static const struct form {
    struct str opening;
    void (*put_body)(struct json_writer *w, const struct event *event);
} forms[] = {
    [EVENT_MESSAGE_CREATED] = {STR_INIT("{\"type\":\"message.created\""), put_body_of_message},
    [EVENT_MESSAGE_UPDATED] = {STR_INIT("{\"type\":\"message.updated\""), put_body_of_change},
    [EVENT_MESSAGE_DELETED] = {STR_INIT("{\"type\":\"message.deleted\""), put_body_of_change},
    [EVENT_ROOM_CREATED] = {STR_INIT("{\"type\":\"room.created\""), put_body_of_room},
    [EVENT_USER_JOINED] = {STR_INIT("{\"type\":\"room.user.joined\""), put_body_of_member},
    [EVENT_USER_LEFT] = {STR_INIT("{\"type\":\"room.user.left\""), put_body_of_member},
    [EVENT_USER_UPDATED] = {STR_INIT("{\"type\":\"room.user.updated\""), put_body_of_member},
    [EVENT_USER_MUTED] = {STR_INIT("{\"type\":\"room.user.muted\""), put_body_of_member},
    [EVENT_USER_UNMUTED] = {STR_INIT("{\"type\":\"room.user.unmuted\""), put_body_of_member},
    [EVENT_USER_BANNED] = {STR_INIT("{\"type\":\"room.user.banned\""), put_body_of_member},
    [EVENT_USER_UNBANNED] = {STR_INIT("{\"type\":\"room.user.unbanned\""), put_body_of_member},
    [EVENT_LINK_CREATED] = {STR_INIT("{\"type\":\"room.link.created\""), put_body_of_link},
    [EVENT_LINK_REVOKED] = {STR_INIT("{\"type\":\"room.link.revoked\""), put_body_of_link},
    [EVENT_REQUEST_CREATED] = {STR_INIT("{\"type\":\"room.request.created\""), put_body_of_member},
    [EVENT_REQUEST_CLOSED] = {STR_INIT("{\"type\":\"room.request.closed\""), put_body_of_member},
    [EVENT_ROOM_UPDATED] = {STR_INIT("{\"type\":\"room.updated\""), put_body_of_room},
    [EVENT_REACTION_ADDED] = {STR_INIT("{\"type\":\"reaction.added\""), put_body_of_mark},
    [EVENT_REACTION_REMOVED] = {STR_INIT("{\"type\":\"reaction.removed\""), put_body_of_mark},
    [EVENT_MESSAGE_PINNED] = {STR_INIT("{\"type\":\"message.pinned\""), put_body_of_mark},
    [EVENT_MESSAGE_UNPINNED] = {STR_INIT("{\"type\":\"message.unpinned\""), put_body_of_mark},
    [EVENT_POLL_VOTED] = {STR_INIT("{\"type\":\"poll.voted\""), put_body_of_mark},
    [EVENT_POLL_CLOSED] = {STR_INIT("{\"type\":\"poll.closed\""), put_body_of_mark},
};

void put_event(struct json_writer *w, const struct event *event)
{
    REQUIRE(event->type < ARRAY_LEN(forms) && forms[event->type].put_body);
    const struct form *form = &forms[event->type];
    json_put_raw(w, form->opening);
    json_name(w, "room"), put_id(w, event->room.v);
    json_name(w, "seq"), json_put_u64(w, event->seq);
    json_name(w, "count"), json_put_u64(w, event->count);
    json_name(w, "sender"), put_id(w, event_is_secret(event) ? 0 : event->sender.v);
    json_name(w, "created_at"), put_time(w, event->created_at);
    form->put_body(w, event);
    json_close(w, '}');
}

/* Behind {"type":" and before the last ". */
struct str event_type_name(uint8_t type)
{
    const size_t before = strlen("{\"type\":\"");
    struct str opening = forms[type].opening;
    return str_of(opening.ptr + before, opening.len - before - 1);
}

uint8_t event_type_of(struct str name)
{
    for (size_t type = 1; type < ARRAY_LEN(forms); type++)
        if (str_eq(event_type_name((uint8_t)type), name))
            return (uint8_t)type;
    return 0;
}

void encode_event(struct buf *out, const struct event *event)
{
    struct json_writer w = json_writer(out);
    buf_reserve(out, event_json_most(event));
    put_event(&w, event);
}

void encode_message(struct buf *out, const struct event *event,
                    const struct reaction_list *reactions)
{
    struct json_writer w = json_writer(out);
    put_message(&w, event, reactions);
}

static void put_message_list(struct json_writer *w, const struct event_list *messages,
                             const struct reaction_list *reactions)
{
    json_name(w, "messages");
    json_open(w, '[');
    for (size_t i = 0; i < messages->count; i++)
        put_message(w, messages->items[i], reactions ? &reactions[i] : NULL);
    json_close(w, ']');
}

void put_message_page(struct json_writer *w, const struct message_view *view)
{
    put_message_list(w, &view->messages, view->reactions);
    json_name(w, "has_older"), json_put_flag(w, view->has_older);
    json_name(w, "has_newer"), json_put_flag(w, view->has_newer);
}

void encode_messages(struct buf *out, const struct message_view *view)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_message_page(&w, view);
    json_close(&w, '}');
}

void encode_pins(struct buf *out, const struct event_list *messages,
                 const struct reaction_list *reactions)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_message_list(&w, messages, reactions);
    json_close(&w, '}');
}

static void put_excerpt(struct json_writer *w, const struct excerpt *excerpt)
{
    json_name(w, "excerpt");
    json_open(w, '[');
    for (size_t i = 0; i < excerpt->count; i++) {
        json_open(w, '{');
        json_name(w, "text"), json_put_text(w, excerpt->pieces[i].text);
        json_name(w, "match"), json_put_flag(w, excerpt->pieces[i].match);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void encode_found(struct buf *out, const struct found_list *found, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "results");
    json_open(&w, '[');
    for (size_t i = 0; i < found->count; i++) {
        json_open(&w, '{');
        json_name(&w, "message"), put_message(&w, found->items[i].message, NULL);
        put_excerpt(&w, &found->items[i].excerpt);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_done(struct buf *out, const struct event *event, bool duplicate)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_done(&w, event, duplicate);
    json_close(&w, '}');
}

void put_events(struct json_writer *w, const struct event_list *events, bool has_more)
{
    json_name(w, "events");
    json_open(w, '[');
    for (size_t i = 0; i < events->count; i++)
        put_event(w, events->items[i]);
    json_close(w, ']');
    json_name(w, "has_more"), json_put_flag(w, has_more);
}

void encode_events(struct buf *out, const struct event_list *events, bool has_more)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_events(&w, events, has_more);
    json_close(&w, '}');
}

void encode_versions(struct buf *out, const struct version_list *versions, bool has_more)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "versions");
    json_open(&w, '[');
    for (size_t i = 0; i < versions->count; i++) {
        const struct version *version = &versions->items[i];
        json_open(&w, '{');
        json_name(&w, "seq"), json_put_u64(&w, version->seq);
        json_name(&w, "replaced_at"), put_time(&w, version->replaced_at);
        json_name(&w, "content"), json_put_raw(&w, version->content);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_name(&w, "has_more"), json_put_flag(&w, has_more);
    json_close(&w, '}');
}
