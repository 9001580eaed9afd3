#include "model/event.h"

/* Behind the event: first what has to lie straight. */
static char *copy_mentions(struct event *event)
{
    user_id *users = (user_id *)(event + 1);
    size_t count = event->mentions.count;
    if (count)
        memcpy(users, event->mentions.users, count * sizeof(*users));
    event->mentions.users = users;
    return (char *)(users + count);
}

static char *copy_vote(struct event *event, char *to)
{
    if (!event->vote)
        return to;
    struct vote *vote = (void *)to;
    *vote = *event->vote;
    event->vote = vote;
    return (char *)(vote + 1);
}

static char *copy_text(struct str *text, char *to)
{
    if (text->len)
        memcpy(to, text->ptr, text->len);
    text->ptr = to;
    return to + text->len;
}

struct event *event_new(const struct event *columns)
{
    size_t mentions = columns->mentions.count * sizeof(user_id);
    size_t vote = columns->vote ? sizeof(struct vote) : 0;
    struct event *event =
        xmalloc(sizeof(*event) + mentions + vote + columns->nonce.len + columns->payload.len +
                columns->emoji.len + columns->deletion.len);
    memcpy(event, columns, sizeof(*event));
    atomic_init(&event->refs, 1);
    char *texts = copy_vote(event, copy_mentions(event));
    texts = copy_text(&event->nonce, texts);
    texts = copy_text(&event->payload, texts);
    texts = copy_text(&event->emoji, texts);
    copy_text(&event->deletion, texts);
    if (event->message)
        event_ref(event->message);
    return event;
}

struct event *event_ref(struct event *event)
{
    atomic_fetch_add_explicit(&event->refs, 1, memory_order_relaxed);
    return event;
}

void event_unref(struct event *event)
{
    if (event && atomic_fetch_sub_explicit(&event->refs, 1, memory_order_acq_rel) == 1) {
        event_unref(event->message); /* which is a message, so no deeper */
        xfree(event);
    }
}

struct event *event_changed_message(const struct event *message, const struct event *change)
{
    REQUIRE(event_is_message(message) && event_changes_message(change));
    struct event columns;
    memcpy(&columns, message, sizeof(columns));
    columns.payload = change->type == EVENT_MESSAGE_DELETED ? STR_NONE : change->payload;
    columns.mentions = (struct mentions){0};
    columns.poll = (struct poll){0};
    columns.edit_seq = change->seq;
    columns.edit_at = change->created_at;
    columns.edit_by = change->sender;
    columns.deletion = STR_NONE;
    if (change->type == EVENT_MESSAGE_DELETED) {
        columns.reactions = 0;
        columns.deletion = change->payload;
    }
    return event_new(&columns);
}

struct event *event_told_deletion(const struct event *tombstone, const struct event *deletion)
{
    struct event columns;
    memcpy(&columns, tombstone, sizeof(columns));
    columns.deletion = deletion->payload;
    return event_new(&columns);
}

void event_list_push(struct event_list *list, size_t *cap, struct event *event)
{
    if (list->count == *cap) {
        *cap = *cap ? *cap * 2 : 16;
        list->items = xrealloc(list->items, *cap * sizeof(struct event *));
    }
    list->items[list->count++] = event;
}

void event_list_deinit(struct event_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        event_unref(list->items[i]);
    xfree(list->items);
    *list = (struct event_list){0};
}

/* [A-Za-z0-9_.:-], a bit for each; every message has a nonce to be looked through. */
static bool is_nonce_char(char c)
{
    static const uint64_t allowed[2] = {
        (uint64_t)0x3ff << '0' | (uint64_t)1 << '.' | (uint64_t)1 << ':' | (uint64_t)1 << '-',
        (uint64_t)0x3ffffff << ('A' - 64) | (uint64_t)0x3ffffff << ('a' - 64) |
            (uint64_t)1 << ('_' - 64)};
    unsigned char byte = (unsigned char)c;
    return byte < 128 && allowed[byte / 64] >> byte % 64 & 1;
}

bool nonce_is_valid(struct str nonce)
{
    if (nonce.len == 0 || nonce.len > NONCE_MAX)
        return false;
    for (size_t i = 0; i < nonce.len; i++)
        if (!is_nonce_char(nonce.ptr[i]))
            return false;
    return true;
}

size_t event_json_most(const struct event *event)
{
    enum { FIXED = 720 }; /* names, ids, numbers and times, each twice in a message */
    size_t behind = event->message ? event_json_most(event->message) : 0;
    return FIXED + event->nonce.len * 2 + event->payload.len + event->deletion.len + behind;
}
