#include "chat/room/batch.h"

struct batch *batch_new(struct live_room *live, int64_t now)
{
    struct batch *batch = NEW(struct batch);
    batch->live = live;
    batch->append.room = live->id;
    batch->last_seq = live->room.last_seq;
    batch->last_count = live->room.last_count;
    /* Times never run backwards along a room, whatever the clock does. */
    batch->last_at = now > live->room.last_at ? now : live->room.last_at;
    return batch;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; i < batch->append.count; i++)
        event_unref(batch->append.events[i]);
    xfree(batch->append.events);
    xfree((void *)batch->append.projections);
    xfree(batch->entries);
    xfree(batch);
}

bool batch_is_full(const struct batch *batch)
{
    return batch->append.count >= BATCH_EVENTS || batch->changes_members;
}

/* Makes room for one more in an array that doubles. */
static void *grow(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 8;
    return xrealloc(items, *cap * size);
}

void batch_begin(struct batch *batch, struct act *act)
{
    batch->entries =
        grow(batch->entries, batch->entry_count, &batch->entry_cap, sizeof(*batch->entries));
    batch->entries[batch->entry_count++] =
        (struct batch_entry){.act = act, .first = batch->append.count};
}

const struct event *batch_add(struct batch *batch, const struct event *columns)
{
    REQUIRE(batch->entry_count > 0);
    struct append *append = &batch->append;
    append->events =
        grow(append->events, append->count, &batch->event_cap, sizeof(*append->events));
    struct event *event = event_new(columns);
    event->room = append->room;
    event->seq = ++batch->last_seq;
    event->count = batch->last_count += event_is_room_message(event);
    event->created_at = batch->last_at;
    append->events[append->count++] = event;
    batch->entries[batch->entry_count - 1].count++;
    return event;
}

void batch_project(struct batch *batch, const struct projection *projection)
{
    struct append *append = &batch->append;
    struct projection *items = grow((void *)append->projections, append->projection_count,
                                    &batch->projection_cap, sizeof(*items));
    items[append->projection_count++] = *projection;
    append->projections = items;
    batch->changes_members = true;
}

void batch_show(struct batch *batch, const struct event *message)
{
    struct event *change = batch->append.events[batch->append.count - 1];
    REQUIRE(!change->message);
    change->message = event_changed_message(message, change);
}

bool batch_changes_messages(const struct batch *batch)
{
    for (size_t i = 0; i < batch->append.stored; i++)
        if (event_changes_message(batch->append.events[i]))
            return true;
    return false;
}

const struct event *batch_last_answer(const struct batch *batch, uint64_t root)
{
    for (size_t i = batch->append.count; i > 0; i--)
        if (batch->append.events[i - 1]->thread == root)
            return batch->append.events[i - 1];
    return NULL;
}

const struct event *batch_last_vote(const struct batch *batch, uint64_t poll)
{
    for (size_t i = batch->append.count; i > 0; i--) {
        const struct event *event = batch->append.events[i - 1];
        if (event->type == EVENT_POLL_VOTED && event->target == poll)
            return event;
    }
    return NULL;
}

bool batch_polls(const struct batch *batch, uint64_t poll, user_id voter)
{
    enum event_type type = voter.v ? EVENT_POLL_VOTED : EVENT_POLL_CLOSED;
    for (size_t i = 0; i < batch->append.count; i++) {
        const struct event *event = batch->append.events[i];
        if (event->type == type && event->target == poll &&
            (!voter.v || user_id_eq(event->sender, voter)))
            return true;
    }
    return false;
}

bool batch_touches(const struct batch *batch, uint64_t message)
{
    for (size_t i = 0; i < batch->append.count; i++) {
        const struct event *event = batch->append.events[i];
        if (event_changes_message(event) && event->target == message)
            return true;
    }
    return false;
}

bool batch_has_message_of(const struct batch *batch, user_id user)
{
    for (size_t i = 0; i < batch->append.count; i++) {
        const struct event *event = batch->append.events[i];
        if (event_is_message(event) && user_id_eq(event->sender, user))
            return true;
    }
    return false;
}

/* +1: puts it there, -1: takes it away, 0: is about something else. */
static int effect_of(const struct event *event, uint64_t message, struct str emoji)
{
    if (message && event->target != message)
        return 0;
    switch (event->type) {
    case EVENT_REACTION_ADDED:
        return emoji.len && str_eq(event->emoji, emoji);
    case EVENT_REACTION_REMOVED:
        return emoji.len && str_eq(event->emoji, emoji) ? -1 : 0;
    case EVENT_MESSAGE_PINNED:
        return emoji.len == 0;
    case EVENT_MESSAGE_UNPINNED:
        return emoji.len == 0 ? -1 : 0;
    default:
        return 0;
    }
}

bool batch_marks(const struct batch *batch, uint64_t message, user_id user, struct str emoji)
{
    for (size_t i = 0; i < batch->append.count; i++) {
        const struct event *event = batch->append.events[i];
        bool theirs = emoji.len == 0 || user_id_eq(event->sender, user);
        if (theirs && effect_of(event, message, emoji) != 0)
            return true;
    }
    return false;
}

int64_t batch_count(const struct batch *batch, uint64_t message, struct str emoji)
{
    int64_t count = 0;
    for (size_t i = 0; i < batch->append.count; i++)
        count += effect_of(batch->append.events[i], message, emoji);
    return count;
}
