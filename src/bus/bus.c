#include "bus/bus_internal.h"

#include "core/random.h"
#include "net/ws_deflate.h"
#include "proto/encode.h"

/* One publication on its way, and a leg of the way for each worker that gets it. */
struct leg {
    struct inbox_item item;
    struct shipment *shipment;
    struct port *port;
};

struct shipment {
    atomic_uint legs_left;
    struct bus *bus;
    bool holds;                     /* the room is held until the last leg has arrived */
    struct publication publication; /* its list of events lies behind the legs */
    struct leg legs[];
};

struct bus *bus_local_new(unsigned workers, uint64_t connections)
{
    REQUIRE(workers >= 1 && workers <= BUS_WORKERS_MAX);
    struct bus *bus = NEW(struct bus);
    bus->interest = interest_new(workers, connections);
    bus->server = random_id();
    bus->workers = workers;
    return bus;
}

void bus_free(struct bus *bus)
{
    if (!bus)
        return;
    bus_disconnect(bus);
    interest_free(bus->interest);
    for (unsigned i = 0; i < BUS_WORKERS_MAX; i++)
        ws_deflater_free(bus->presses[i].deflater);
    xfree(bus);
}

uint64_t bus_server(const struct bus *bus)
{
    return bus->server;
}

void bus_attach(struct bus *bus, unsigned worker, struct inbox *inbox,
                struct bus_subscriber *subscriber)
{
    REQUIRE(worker < bus->workers);
    bus->ports[worker] = (struct port){inbox, subscriber};
}

/* ---- frames ---- */

void bus_compress(struct bus *bus, size_t min_bytes)
{
    bus->deflate_min_bytes = min_bytes;
}

void bus_deflating_add(struct bus *bus)
{
    atomic_fetch_add_explicit(&bus->deflating, 1, memory_order_relaxed);
}

void bus_deflating_remove(struct bus *bus)
{
    atomic_fetch_sub_explicit(&bus->deflating, 1, memory_order_relaxed);
}

static bool is_to_compress(const struct bus *bus, size_t len)
{
    return bus->deflate_min_bytes && len >= bus->deflate_min_bytes &&
           atomic_load_explicit(&bus->deflating, memory_order_relaxed);
}

/* One that nobody has; as many threads publish as there are workers, so there nearly always is. */
static struct press *press_take(struct bus *bus)
{
    for (unsigned i = 0; i < BUS_WORKERS_MAX; i++)
        if (!atomic_flag_test_and_set_explicit(&bus->presses[i].taken, memory_order_acquire))
            return &bus->presses[i];
    return NULL;
}

/* Frames what was encoded, and empties it. Who publishes compresses: before the frames are shared,
 * so that no receiver has to wait for another or does it once more. */
static struct ws_text frames_take(struct bus *bus, struct texts *texts)
{
    struct ws_text frames;
    struct press *press = is_to_compress(bus, texts->all.len) ? press_take(bus) : NULL;
    if (press && !press->deflater)
        press->deflater = ws_deflater_new(bus->deflate_min_bytes);
    ws_text_init(&frames, texts->all.ptr, texts->lens, texts->count,
                 press ? press->deflater : NULL);
    if (press)
        atomic_flag_clear_explicit(&press->taken, memory_order_release);
    buf_deinit(&texts->all);
    return frames;
}

/* What was written into the buffer since the last one is a text. */
static void text_ends(struct texts *texts)
{
    texts->lens[texts->count++] = (uint32_t)(texts->all.len - texts->ended);
    texts->ended = texts->all.len;
}

/* ---- shipping ---- */

void bus_interest_add(struct bus *bus, unsigned worker, room_id room)
{
    if (interest_add(bus->interest, worker, room) && bus->remote)
        bus->remote->look(bus->remote, interest_slot_of(room));
}

void bus_interest_remove(struct bus *bus, unsigned worker, room_id room)
{
    if (interest_remove(bus->interest, worker, room) && bus->remote)
        bus->remote->look(bus->remote, interest_slot_of(room));
}

static void shipment_arrived(struct shipment *shipment)
{
    if (atomic_fetch_sub_explicit(&shipment->legs_left, 1, memory_order_acq_rel) != 1)
        return;
    if (shipment->holds)
        interest_release(shipment->bus->interest, shipment->publication.room);
    for (uint32_t i = 0; i < shipment->publication.event_count; i++)
        event_unref(shipment->publication.events[i]);
    ws_text_deinit(&shipment->publication.text);
    xfree((void *)shipment->publication.reach);
    xfree(shipment);
}

static void leg_arrived(struct inbox_item *item)
{
    struct leg *leg = CONTAINER_OF(item, struct leg, item);
    leg->port->subscriber->on_publication(leg->port->subscriber, &leg->shipment->publication);
    shipment_arrived(leg->shipment);
}

static uint64_t every_worker(const struct bus *bus)
{
    return bus->workers == 64 ? UINT64_MAX : ((uint64_t)1 << bus->workers) - 1;
}

/* Takes the frames of the publication, and references of its own to its events. */
static void ship_to(struct bus *bus, const struct publication *publication, uint64_t workers,
                    bool holds)
{
    unsigned count = (unsigned)__builtin_popcountll(workers);
    struct shipment *shipment = xmalloc(sizeof(*shipment) + count * sizeof(struct leg) +
                                        publication->event_count * sizeof(struct event *));
    atomic_init(&shipment->legs_left, count + 1); /* and ours, until all legs are posted */
    shipment->bus = bus;
    shipment->holds = holds;
    shipment->publication = *publication;
    shipment->publication.events = (struct event **)&shipment->legs[count];
    for (uint32_t i = 0; i < publication->event_count; i++)
        shipment->publication.events[i] = event_ref(publication->events[i]);
    struct leg *leg = shipment->legs;
    for (unsigned w = 0; w < bus->workers; w++) {
        if (!(workers >> w & 1))
            continue;
        leg->item.run = leg_arrived;
        leg->shipment = shipment;
        leg->port = &bus->ports[w];
        inbox_post(leg->port->inbox, &leg->item);
        leg++;
    }
    shipment_arrived(shipment);
}

static void ship(struct bus *bus, const struct publication *publication)
{
    ship_to(bus, publication, interest_get(bus->interest, publication->room), false);
}

static void ship_and_hold(struct bus *bus, const struct publication *publication)
{
    interest_hold(bus->interest, publication->room);
    ship_to(bus, publication, every_worker(bus), true);
}

void bus_publish_subscribe(struct bus *bus, room_id room, user_id user)
{
    struct publication publication = {.kind = PUBLISH_SUBSCRIBE, .room = room, .only = user};
    ship_and_hold(bus, &publication);
}

static bool moves_people(const struct event *event)
{
    return event->type == EVENT_USER_JOINED || event->type == EVENT_USER_LEFT;
}

/* Encodes as many as may leave together, at least one; returns how many. */
static uint32_t encode_some(struct texts *texts, struct event **events, size_t count)
{
    texts->all = BUF_INIT;
    texts->ended = texts->count = 0;
    size_t most = count < EVENTS_MOST ? count : EVENTS_MOST;
    do {
        encode_event(&texts->all, events[texts->count]);
        text_ends(texts);
    } while (texts->count < most && texts->all.len < TEXTS_MOST && !moves_people(events[0]) &&
             !moves_people(events[texts->count]));
    return texts->count;
}

static uint32_t publish_some(struct bus *bus, struct event **events, size_t count)
{
    struct texts texts;
    struct publication publication = {
        .kind = PUBLISH_EVENTS, .room = events[0]->room, .events = events};
    publication.event_count = encode_some(&texts, events, count);
    publication.text = frames_take(bus, &texts);
    /* A worker that is just reading somebody's rooms must hear of both, interested or not. */
    if (events[0]->type == EVENT_USER_JOINED)
        ship_and_hold(bus, &publication);
    else if (events[0]->type == EVENT_USER_LEFT)
        ship_to(bus, &publication, every_worker(bus), false);
    else
        ship(bus, &publication);
    return publication.event_count;
}

void bus_publish_events(struct bus *bus, struct event **events, size_t count)
{
    for (size_t at = 0; at < count;) {
        bool heard = moves_people(events[at]) || interest_get(bus->interest, events[at]->room) != 0;
        at += heard ? publish_some(bus, events + at, count - at) : 1;
    }
}

/* One piece of memory, which the shipment frees. */
struct reach *bus_reach_copy(const struct reach *reach)
{
    size_t rooms = reach->room_count * sizeof(*reach->rooms);
    size_t hidden = reach->hidden_count * sizeof(*reach->hidden);
    struct reach *copy = xmalloc(sizeof(*copy) + rooms + hidden);
    *copy = *reach;
    char *at = (char *)(copy + 1);
    copy->rooms = (const room_id *)at;
    copy->hidden = (const user_id *)(at + rooms);
    if (rooms)
        memcpy(at, reach->rooms, rooms);
    if (hidden)
        memcpy(at + rooms, reach->hidden, hidden);
    return copy;
}

static void publish_one(struct bus *bus, enum publication_kind kind, struct event *event,
                        const struct reach *reach)
{
    struct texts texts;
    struct publication publication = {
        .kind = kind, .room = event->room, .events = &event, .reach = bus_reach_copy(reach)};
    publication.event_count = encode_some(&texts, &event, 1);
    publication.text = frames_take(bus, &texts);
    ship(bus, &publication);
}

void bus_publish_apart(struct bus *bus, struct event *whole, struct event *bare,
                       const user_id *hidden, size_t count)
{
    const struct reach reach = {.hidden = hidden, .hidden_count = count};
    if (interest_get(bus->interest, whole->room) == 0)
        return;
    publish_one(bus, PUBLISH_EVENTS, whole, &reach);
    publish_one(bus, PUBLISH_HIDDEN, bare, &reach);
}

void bus_give_out(struct bus *bus, struct publication *publication, struct texts *texts,
                  bool everywhere)
{
    if (texts->all.len) {
        text_ends(texts);
        publication->text = frames_take(bus, texts);
    }
    if (everywhere)
        ship_to(bus, publication, every_worker(bus), false);
    else
        ship(bus, publication);
}

/* To all workers here and on the other servers. */
static void signal_all(struct bus *bus, struct publication *publication, struct texts *texts)
{
    if (bus->remote)
        bus_carry(bus, publication, buf_str(&texts->all));
    bus_give_out(bus, publication, texts, true);
}

/* The same, but to the other servers with the rest of the bundle. */
static void signal_later(struct bus *bus, struct publication *publication, struct texts *texts,
                         bool everywhere, struct bus_bundle *bundle)
{
    if (bus->remote)
        bus_carry_later(bus, publication, buf_str(&texts->all), bundle);
    bus_give_out(bus, publication, texts, everywhere);
}

void bus_publish_typing(struct bus *bus, room_id room, user_id user, uint64_t thread,
                        struct bus_bundle *bundle)
{
    struct texts texts = {.all = BUF_INIT};
    encode_typing(&texts.all, room, user, thread);
    struct publication publication = {.kind = PUBLISH_SIGNAL, .room = room, .except = user};
    signal_later(bus, &publication, &texts, false, bundle);
}

void bus_publish_read(struct bus *bus, room_id room, user_id user, uint64_t read_seq,
                      uint64_t read_count, bool only_self, struct bus_bundle *bundle)
{
    struct texts texts = {.all = BUF_INIT};
    encode_read_event(&texts.all, room, user, read_seq, read_count);
    struct publication publication = {
        .kind = only_self ? PUBLISH_SIGNAL : PUBLISH_READ, .room = room, .reader = user};
    if (only_self)
        publication.only = user;
    signal_later(bus, &publication, &texts, false, bundle);
}

void bus_publish_delivered(struct bus *bus, room_id room, user_id user, uint64_t seq,
                           struct bus_bundle *bundle)
{
    struct texts texts = {.all = BUF_INIT};
    encode_delivered_event(&texts.all, room, user, seq);
    struct publication publication = {.kind = PUBLISH_READ, .room = room, .except = user};
    signal_later(bus, &publication, &texts, false, bundle);
}

void bus_publish_own_vote(struct bus *bus, room_id room, user_id user, uint64_t poll,
                          uint64_t voted_seq, uint64_t choices)
{
    struct texts texts = {.all = BUF_INIT};
    encode_own_vote(&texts.all, room, poll, voted_seq, choices);
    struct publication publication = {.kind = PUBLISH_SIGNAL, .only = user};
    signal_all(bus, &publication, &texts);
}

void bus_publish_feed(struct bus *bus, user_id user, const struct feed_entry *entry)
{
    struct texts texts = {.all = BUF_INIT};
    encode_feed_changed(&texts.all, entry);
    struct publication publication = {.kind = PUBLISH_SIGNAL, .only = user};
    if (str_eq(entry->key, FEED_NO_RECEIPTS))
        publication.receipts = str_eq(entry->value, STR("null")) ? RECEIPTS_TAKEN : RECEIPTS_HIDDEN;
    signal_all(bus, &publication, &texts);
}

/* What is in `texts`, of this person: to whom it reaches (`only`: and who is this one), but not to themselves. */
static void ship_reach(struct bus *bus, user_id user, const struct reach *reach, user_id only,
                       struct texts *texts)
{
    struct publication publication = {
        .kind = PUBLISH_REACH, .only = only, .except = user, .reach = bus_reach_copy(reach)};
    signal_all(bus, &publication, texts);
}

static void ship_own(struct bus *bus, user_id user, struct texts *texts)
{
    struct publication publication = {.kind = PUBLISH_SIGNAL, .only = user};
    signal_all(bus, &publication, texts);
}

void bus_publish_presence(struct bus *bus, const struct presence *presence,
                          const struct reach *reach, struct bus_bundle *bundle)
{
    struct texts texts = {.all = BUF_INIT};
    encode_presence_changed(&texts.all, presence, false);
    struct publication publication = {
        .kind = PUBLISH_REACH, .except = presence->user, .reach = bus_reach_copy(reach)};
    signal_later(bus, &publication, &texts, true, bundle);
}

void bus_publish_presence_apart(struct bus *bus, const struct presence *presence,
                                const struct reach *reach, user_id other)
{
    struct texts texts = {.all = BUF_INIT};
    encode_presence_changed(&texts.all, presence, false);
    ship_reach(bus, presence->user, reach, other, &texts);
}

void bus_publish_own_presence(struct bus *bus, const struct presence *presence,
                              struct bus_bundle *bundle)
{
    struct texts texts = {.all = BUF_INIT};
    encode_presence_changed(&texts.all, presence, true);
    struct publication publication = {.kind = PUBLISH_SIGNAL, .only = presence->user};
    signal_later(bus, &publication, &texts, true, bundle);
}

void bus_publish_user(struct bus *bus, const struct user *user, const struct reach *reach)
{
    struct texts others = {.all = BUF_INIT}, own = {.all = BUF_INIT};
    encode_user_updated(&others.all, user, false);
    ship_reach(bus, user->id, reach, (user_id){0}, &others);
    encode_user_updated(&own.all, user, true);
    ship_own(bus, user->id, &own);
}

void bus_publish_session_ended(struct bus *bus, user_id user, session_id session)
{
    struct texts none = {.all = BUF_INIT};
    struct publication publication = {
        .kind = PUBLISH_SESSION_ENDED, .only = user, .session = session};
    signal_all(bus, &publication, &none);
}

void bus_publish_emoji(struct bus *bus, uint64_t version)
{
    struct texts texts = {.all = BUF_INIT};
    encode_emoji_changed(&texts.all, version);
    struct publication publication = {.kind = PUBLISH_EMOJI};
    signal_all(bus, &publication, &texts);
}
