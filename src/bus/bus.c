#include "bus/bus.h"

#include "bus/interest.h"
#include "net/ws_deflate.h"
#include "proto/encode.h"

struct port { /* one worker's end */
    struct inbox *inbox;
    struct bus_subscriber *subscriber;
};

/* What compresses, for one thread at a time. */
struct press {
    atomic_flag taken;
    struct ws_deflater *deflater; /* made when first needed */
};

struct bus {
    struct interest *interest;
    unsigned workers;
    size_t deflate_min_bytes; /* 0: nothing is compressed */
    atomic_size_t deflating;  /* connections that take it */
    struct press presses[BUS_WORKERS_MAX];
    struct port ports[BUS_WORKERS_MAX];
};

/* One publication on its way, and a leg of the way for each worker that gets it. */
struct leg {
    struct inbox_item item;
    struct shipment *shipment;
    struct port *port;
};

struct shipment {
    atomic_uint legs_left;
    struct bus *bus;
    bool holds; /* the room is held until the last leg has arrived */
    struct publication publication;
    struct leg legs[];
};

struct bus *bus_local_new(unsigned workers)
{
    REQUIRE(workers >= 1 && workers <= BUS_WORKERS_MAX);
    struct bus *bus = NEW(struct bus);
    bus->interest = interest_new(workers);
    bus->workers = workers;
    return bus;
}

void bus_free(struct bus *bus)
{
    if (!bus)
        return;
    interest_free(bus->interest);
    for (unsigned i = 0; i < BUS_WORKERS_MAX; i++)
        ws_deflater_free(bus->presses[i].deflater);
    xfree(bus);
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

/* Frames what was encoded, and empties the buffer. Who publishes compresses: before the frame is
 * shared, so that no receiver has to wait for another or does it once more. */
static struct ws_text frames_take(struct bus *bus, struct buf *encoded)
{
    struct ws_text frames;
    struct press *press = is_to_compress(bus, encoded->len) ? press_take(bus) : NULL;
    if (press && !press->deflater)
        press->deflater = ws_deflater_new(bus->deflate_min_bytes);
    ws_text_init(&frames, buf_str(encoded), press ? press->deflater : NULL);
    if (press)
        atomic_flag_clear_explicit(&press->taken, memory_order_release);
    buf_deinit(encoded);
    return frames;
}

/* ---- shipping ---- */

void bus_interest_add(struct bus *bus, unsigned worker, room_id room)
{
    interest_add(bus->interest, worker, room);
}

void bus_interest_remove(struct bus *bus, unsigned worker, room_id room)
{
    interest_remove(bus->interest, worker, room);
}

static void shipment_arrived(struct shipment *shipment)
{
    if (atomic_fetch_sub_explicit(&shipment->legs_left, 1, memory_order_acq_rel) != 1)
        return;
    if (shipment->holds)
        interest_release(shipment->bus->interest, shipment->publication.room);
    event_unref(shipment->publication.event);
    ws_text_deinit(&shipment->publication.text);
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

/* Takes the references that the publication holds. */
static void ship_to(struct bus *bus, const struct publication *publication, uint64_t workers,
                    bool holds)
{
    unsigned count = (unsigned)__builtin_popcountll(workers);
    struct shipment *shipment = xmalloc(sizeof(*shipment) + count * sizeof(struct leg));
    atomic_init(&shipment->legs_left, count + 1); /* and ours, until all legs are posted */
    shipment->bus = bus;
    shipment->holds = holds;
    shipment->publication = *publication;
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

void bus_publish_event(struct bus *bus, struct event *event)
{
    /* A worker that is just reading somebody's rooms must hear of both, interested or not. */
    bool joins = event->type == EVENT_USER_JOINED, leaves = event->type == EVENT_USER_LEFT;
    if (!joins && !leaves && interest_get(bus->interest, event->room) == 0)
        return;
    struct buf text = BUF_INIT;
    encode_event(&text, event);
    struct publication publication = {.kind = PUBLISH_EVENT,
                                      .room = event->room,
                                      .event = event_ref(event),
                                      .text = frames_take(bus, &text)};
    if (joins)
        ship_and_hold(bus, &publication);
    else if (leaves)
        ship_to(bus, &publication, every_worker(bus), false);
    else
        ship(bus, &publication);
}

void bus_publish_typing(struct bus *bus, room_id room, user_id user)
{
    struct buf text = BUF_INIT;
    encode_typing(&text, room, user);
    struct publication publication = {
        .kind = PUBLISH_SIGNAL, .room = room, .except = user, .text = frames_take(bus, &text)};
    ship(bus, &publication);
}

void bus_publish_read(struct bus *bus, room_id room, user_id user, uint64_t read_seq,
                      uint64_t read_count, bool only_self)
{
    struct buf text = BUF_INIT;
    encode_read_event(&text, room, user, read_seq, read_count);
    struct publication publication = {
        .kind = PUBLISH_SIGNAL, .room = room, .text = frames_take(bus, &text)};
    if (only_self)
        publication.only = user;
    ship(bus, &publication);
}

void bus_publish_session_ended(struct bus *bus, user_id user, session_id session)
{
    struct publication publication = {
        .kind = PUBLISH_SESSION_ENDED, .only = user, .session = session};
    ship_to(bus, &publication, every_worker(bus), false);
}
