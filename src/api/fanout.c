#include "api/fanout.h"

#include <stdlib.h>

#include "api/watches.h"
#include "api/ws_session.h"

struct seat { /* somebody in an audience */
    struct person *person;
    uint32_t subscription; /* which of theirs it is */
};
IS_SIZED(struct seat, 16);

struct audience { /* the people of one room on this worker */
    room_id room;
    uint32_t count, cap;
    struct seat *seats;
};

struct fanout {
    struct bus_subscriber subscriber;
    struct bus *bus;
    unsigned worker;
    struct map audiences; /* by room */
    struct map people;    /* by user */
    struct watches watches;
    uint32_t stamp; /* of the last presence that was given out */
    void (*on_gap)(void *ctx);
    void *on_gap_ctx;
    void (*on_emoji)(void *ctx);
    void *on_emoji_ctx;
};

/* ---- subscriptions: person and audience point at each other -------------------------------------- */

static struct subscription *find(const struct person *person, room_id room, uint32_t among)
{
    for (uint32_t i = 0; i < among; i++)
        if (room_id_eq(person->subscriptions[i].audience->room, room))
            return &person->subscriptions[i];
    return NULL;
}

static struct audience *audience_of(struct fanout *fanout, room_id room)
{
    struct audience *audience = map_get(&fanout->audiences, room.v);
    if (audience)
        return audience;
    audience = NEW(struct audience);
    audience->room = room;
    map_put(&fanout->audiences, room.v, audience);
    bus_interest_add(fanout->bus, fanout->worker, room);
    return audience;
}

static void audience_free(struct fanout *fanout, struct audience *audience)
{
    bus_interest_remove(fanout->bus, fanout->worker, audience->room);
    map_remove(&fanout->audiences, audience->room.v);
    xfree(audience->seats);
    xfree(audience);
}

/* By half: of a million idle connections these lists are a fifth of the memory. */
static void *grow(void *items, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap += *cap / 2 + 2;
    return xrealloc(items, *cap * size);
}

static void reserve_subscriptions(struct person *person, size_t count)
{
    REQUIRE(count <= UINT32_MAX);
    if (count <= person->cap)
        return;
    person->cap = (uint32_t)count;
    person->subscriptions =
        xrealloc(person->subscriptions, person->cap * sizeof(*person->subscriptions));
}

static bool has_left(const struct person *person, room_id room)
{
    return person->left && map_get(person->left, room.v);
}

static void forget_left(struct person *person)
{
    if (person->left)
        map_deinit(person->left);
    xfree(TAKE(person->left));
}

static void subscribe(struct fanout *fanout, struct person *person, room_id room)
{
    struct audience *audience = audience_of(fanout, room);
    audience->seats =
        grow(audience->seats, audience->count, &audience->cap, sizeof(*audience->seats));
    person->subscriptions =
        grow(person->subscriptions, person->count, &person->cap, sizeof(*person->subscriptions));
    audience->seats[audience->count] = (struct seat){person, person->count};
    person->subscriptions[person->count] = (struct subscription){audience, audience->count};
    audience->count++;
    person->count++;
}

/* The last of each side takes the freed place. */
static void unsubscribe(struct fanout *fanout, struct person *person,
                        struct subscription *subscription)
{
    struct audience *audience = subscription->audience;
    struct seat *moved_seat = &audience->seats[--audience->count];
    audience->seats[subscription->place] = *moved_seat;
    moved_seat->person->subscriptions[moved_seat->subscription].place = subscription->place;

    struct subscription *last = &person->subscriptions[--person->count];
    if (last != subscription) {
        *subscription = *last;
        subscription->audience->seats[subscription->place].subscription =
            (uint32_t)(subscription - person->subscriptions);
    }
    if (audience->count == 0)
        audience_free(fanout, audience);
}

void fanout_subscribe_all(struct fanout *fanout, struct person *person, const room_id *rooms,
                          size_t count)
{
    if (person->subscribed)
        return;
    person->subscribed = true;
    uint32_t joined_meanwhile = person->count; /* the only ones that can be in the list too */
    reserve_subscriptions(person, person->count + count);
    for (size_t i = 0; i < count; i++)
        if (!has_left(person, rooms[i]) && !find(person, rooms[i], joined_meanwhile))
            subscribe(fanout, person, rooms[i]);
    forget_left(person);
}

void fanout_on_gap(struct fanout *fanout, void (*on_gap)(void *ctx), void *ctx)
{
    fanout->on_gap = on_gap;
    fanout->on_gap_ctx = ctx;
}

void fanout_on_emoji(struct fanout *fanout, void (*on_emoji)(void *ctx), void *ctx)
{
    fanout->on_emoji = on_emoji;
    fanout->on_emoji_ctx = ctx;
}

user_id *fanout_people(const struct fanout *fanout, size_t *count)
{
    user_id *users = xcalloc(fanout->people.len + 1, sizeof(*users));
    *count = 0;
    MAP_EACH (slot, &fanout->people) {
        const struct person *person = slot->value;
        if (person->subscribed)
            users[(*count)++] = person->id;
    }
    return users;
}

size_t fanout_missing(const struct fanout *fanout, user_id user, const room_id *rooms, size_t count,
                      room_id **out)
{
    struct person *person = map_get(&fanout->people, user.v);
    *out = NULL;
    if (!person)
        return 0;
    struct map here = {0}; /* there may be thousands */
    for (uint32_t i = 0; i < person->count; i++)
        map_put(&here, person->subscriptions[i].audience->room.v, person);
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (map_get(&here, rooms[i].v))
            continue;
        if (!*out)
            *out = xcalloc(count - i, sizeof(**out));
        (*out)[missing++] = rooms[i];
    }
    map_deinit(&here);
    return missing;
}

void fanout_close(struct fanout *fanout, user_id user, uint16_t code, struct str reason)
{
    const struct person *person = map_get(&fanout->people, user.v);
    if (!person)
        return;
    LIST_EACH (link, &person->sessions)
        ws_session_close(CONTAINER_OF(link, struct ws_session, link), code, reason);
}

/* ---- people ---------------------------------------------------------------------------------------- */

struct person *fanout_enter(struct fanout *fanout, user_id user, struct list *session_link)
{
    struct person *person = map_get(&fanout->people, user.v);
    if (!person) {
        person = NEW(struct person);
        person->id = user;
        list_init(&person->sessions);
        map_put(&fanout->people, user.v, person);
    }
    list_append(&person->sessions, session_link);
    person->session_count++;
    return person;
}

void fanout_leave(struct fanout *fanout, struct person *person, struct list *session_link)
{
    list_remove(session_link);
    if (--person->session_count > 0)
        return;
    while (person->count)
        unsubscribe(fanout, person, &person->subscriptions[person->count - 1]);
    map_remove(&fanout->people, person->id.v);
    forget_left(person);
    xfree(person->subscriptions);
    xfree(person);
}

/* ---- giving out -------------------------------------------------------------------------------------- */

static void give_person(const struct person *person, const struct ws_text *text)
{
    LIST_EACH (link, &person->sessions)
        ws_session_give(CONTAINER_OF(link, struct ws_session, link), text);
}

static const struct ws_session *first_session(const struct seat *seat)
{
    return CONTAINER_OF(seat->person->sessions.next, struct ws_session, link);
}

/* Of a room of thousands nobody is in the cache, and each is found through the one before: so, step by
 * step, the person, then their first session, then its connection. */
static void fetch_ahead(const struct audience *audience, uint32_t at)
{
    enum { STEP = 8 };
    const struct seat *seat = &audience->seats[at];
    uint32_t behind = audience->count - at - 1;
    if (behind >= 3 * STEP)
        fetch_soon(seat[3 * STEP].person, sizeof(struct person));
    if (behind >= 2 * STEP)
        fetch_soon(first_session(&seat[2 * STEP]), sizeof(struct ws_session));
    if (behind >= STEP)
        ws_session_fetch(first_session(&seat[STEP]));
}

static void give_room(struct fanout *fanout, const struct publication *publication)
{
    const struct audience *audience = map_get(&fanout->audiences, publication->room.v);
    for (uint32_t i = 0; audience && i < audience->count; i++) {
        fetch_ahead(audience, i);
        const struct person *person = audience->seats[i].person;
        if (!user_id_eq(person->id, publication->except))
            give_person(person, &publication->text);
    }
}

static int compare_users(const void *a, const void *b)
{
    uint64_t left = ((const user_id *)a)->v, right = ((const user_id *)b)->v;
    return (left > right) - (left < right);
}

static bool is_hidden(const struct reach *reach, user_id user)
{
    return reach->hidden_count &&
           bsearch(&user, reach->hidden, reach->hidden_count, sizeof(user), compare_users);
}

/* Some of the room are told something else. */
static void give_apart(struct fanout *fanout, const struct publication *publication)
{
    const struct audience *audience = map_get(&fanout->audiences, publication->room.v);
    bool to_hidden = publication->kind == PUBLISH_HIDDEN;
    for (uint32_t i = 0; audience && i < audience->count; i++) {
        const struct person *person = audience->seats[i].person;
        if (is_hidden(publication->reach, person->id) == to_hidden)
            give_person(person, &publication->text);
    }
}

static void joins(struct fanout *fanout, room_id room, uint64_t user)
{
    struct person *person = map_get(&fanout->people, user);
    if (!person)
        return;
    if (person->left)
        map_remove(person->left, room.v);
    if (!find(person, room, person->count))
        subscribe(fanout, person, room);
}

static void leaves(struct fanout *fanout, room_id room, uint64_t user)
{
    struct person *person = map_get(&fanout->people, user);
    if (!person)
        return;
    if (!person->subscribed) {
        if (!person->left)
            person->left = NEW(struct map);
        map_put(person->left, room.v, person);
    }
    struct subscription *subscription = find(person, room, person->count);
    if (subscription)
        unsubscribe(fanout, person, subscription);
}

static void give_events(struct fanout *fanout, const struct publication *publication)
{
    const struct event *event = publication->events[0]; /* who joins or leaves does so alone */
    if (event->type == EVENT_USER_JOINED)
        joins(fanout, event->room, event->target);
    if (publication->reach)
        give_apart(fanout, publication);
    else
        give_room(fanout, publication);
    if (event->type == EVENT_USER_LEFT)
        leaves(fanout, event->room, event->target);
}

static void set_receipts(struct person *person, bool hides)
{
    person->hides_receipts = hides;
    person->receipts_known = true;
}

void fanout_hide_receipts(struct person *person, bool hides)
{
    if (!person->receipts_known)
        set_receipts(person, hides);
}

static void give_signal(struct fanout *fanout, const struct publication *publication)
{
    if (publication->only.v == 0) {
        give_room(fanout, publication);
        return;
    }
    struct person *person = map_get(&fanout->people, publication->only.v);
    if (!person)
        return;
    if (publication->receipts != RECEIPTS_AS_BEFORE)
        set_receipts(person, publication->receipts == RECEIPTS_HIDDEN);
    give_person(person, &publication->text);
}

/* Who tells nobody how far they have read is not told of others. */
static void give_read(struct fanout *fanout, const struct publication *publication)
{
    const struct audience *audience = map_get(&fanout->audiences, publication->room.v);
    for (uint32_t i = 0; audience && i < audience->count; i++) {
        const struct person *person = audience->seats[i].person;
        if (user_id_eq(person->id, publication->except))
            continue;
        if (!person->hides_receipts || user_id_eq(person->id, publication->reader))
            give_person(person, &publication->text);
    }
}

/* ---- who comes and goes ------------------------------------------------------------------------------ */

static bool is_reached(const struct publication *publication, user_id user)
{
    if (publication->only.v && !user_id_eq(user, publication->only))
        return false;
    return !user_id_eq(user, publication->except) && !is_hidden(publication->reach, user);
}

/* To each once, however many rooms they share. */
static void give_presence_to(struct fanout *fanout, struct person *person,
                             const struct publication *publication)
{
    if (person->stamp == fanout->stamp || !is_reached(publication, person->id))
        return;
    person->stamp = fanout->stamp;
    give_person(person, &publication->text);
}

static void give_presence(struct fanout *fanout, const struct publication *publication)
{
    const struct reach *reach = publication->reach;
    fanout->stamp++;
    for (size_t r = 0; r < reach->room_count; r++) {
        const struct audience *audience = map_get(&fanout->audiences, reach->rooms[r].v);
        for (uint32_t i = 0; audience && i < audience->count; i++)
            give_presence_to(fanout, audience->seats[i].person, publication);
    }
    size_t count;
    const struct watcher *watchers = watches_of(&fanout->watches, publication->except, &count);
    for (size_t i = 0; i < count; i++) {
        const struct person *person = watchers[i].session->person;
        if (person->stamp != fanout->stamp && is_reached(publication, person->id))
            ws_session_give(watchers[i].session, &publication->text);
    }
}

void fanout_watch(struct fanout *fanout, struct ws_session *session, user_id *users, size_t count)
{
    watches_set(&fanout->watches, session, users, count);
}

static void end_session(struct fanout *fanout, const struct publication *publication)
{
    const struct person *person = map_get(&fanout->people, publication->only.v);
    if (!person)
        return;
    LIST_EACH (link, &person->sessions)
        ws_session_end(CONTAINER_OF(link, struct ws_session, link), publication->session);
}

static void give_everybody(struct fanout *fanout, const struct publication *publication)
{
    if (fanout->on_emoji)
        fanout->on_emoji(fanout->on_emoji_ctx);
    MAP_EACH (slot, &fanout->people) {
        const struct person *person = slot->value;
        give_person(person, &publication->text);
    }
}

static void on_publication(struct bus_subscriber *subscriber, const struct publication *publication)
{
    struct fanout *fanout = CONTAINER_OF(subscriber, struct fanout, subscriber);
    switch (publication->kind) {
    case PUBLISH_EVENTS:
        give_events(fanout, publication);
        break;
    case PUBLISH_HIDDEN:
        give_apart(fanout, publication);
        break;
    case PUBLISH_SUBSCRIBE:
        joins(fanout, publication->room, publication->only.v);
        break;
    case PUBLISH_SIGNAL:
        give_signal(fanout, publication);
        break;
    case PUBLISH_READ:
        give_read(fanout, publication);
        break;
    case PUBLISH_REACH:
        give_presence(fanout, publication);
        break;
    case PUBLISH_SESSION_ENDED:
        end_session(fanout, publication);
        break;
    case PUBLISH_EMOJI:
        give_everybody(fanout, publication);
        break;
    case PUBLISH_GAP:
        if (fanout->on_gap)
            fanout->on_gap(fanout->on_gap_ctx);
        break;
    default:
        REQUIRE(!"a known kind of publication");
    }
}

struct fanout *fanout_new(struct bus *bus, unsigned worker)
{
    struct fanout *fanout = NEW(struct fanout);
    fanout->subscriber.on_publication = on_publication;
    fanout->bus = bus;
    fanout->worker = worker;
    return fanout;
}

void fanout_free(struct fanout *fanout)
{
    if (!fanout)
        return;
    REQUIRE(fanout->people.len == 0 && fanout->audiences.len == 0);
    watches_deinit(&fanout->watches);
    xfree(fanout);
}

struct bus_subscriber *fanout_subscriber(struct fanout *fanout)
{
    return &fanout->subscriber;
}
