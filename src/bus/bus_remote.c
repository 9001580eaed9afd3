/* The bus between servers: what is said to the others, and what they say. */
#include "bus/remote.h"

#include "bus/bus_internal.h"
#include "bus/wire.h"

void bus_connect(struct bus *bus, struct bus_remote *remote)
{
    REQUIRE(!bus->remote);
    bus->remote = remote;
}

void bus_disconnect(struct bus *bus)
{
    if (bus && bus->remote)
        bus->remote->close(bus->remote);
    if (bus)
        bus->remote = NULL;
}

void bus_listen(struct bus *bus, struct bus_listener *listener)
{
    REQUIRE(bus->listener_count < BUS_LISTENERS_MAX && !bus->remote);
    bus->listeners[bus->listener_count++] = listener;
}

bool bus_wants(const struct bus *bus, unsigned slot)
{
    return interest_in_slot(bus->interest, slot);
}

bool bus_has_interest(const struct bus *bus, room_id room)
{
    return interest_get(bus->interest, room) != 0;
}

bool bus_is_ready(const struct bus *bus)
{
    return !bus->remote || bus->remote->is_ready(bus->remote);
}

void bus_metrics(const struct bus *bus, struct buf *out)
{
    if (bus->remote)
        bus->remote->metrics(bus->remote, out);
}

/* ---- to others ------------------------------------------------------------------------------- */

void bus_send(struct bus *bus, int slot, const struct wire *wire)
{
    OWN(buf_deinit) struct buf bytes = BUF_INIT;
    wire_write(wire, &bytes);
    bus->remote->send(bus->remote, slot, buf_str(&bytes));
}

int bus_slot_of(const struct publication *publication)
{
    return publication->room.v ? (int)interest_slot_of(publication->room) : -1;
}

void bus_carry(struct bus *bus, const struct publication *publication, struct str text)
{
    struct wire wire = {.kind = WIRE_SIGNAL, .publication = *publication, .text = text};
    bus_send(bus, bus_slot_of(publication), &wire);
}

static void send_news(struct bus *bus, int slot, const struct bus_news *news, size_t count)
{
    bus_send(
        bus, slot,
        &(struct wire){.kind = WIRE_NEWS, .news = (struct bus_news *)news, .news_count = count});
}

void bus_publish_news(struct bus *bus, const struct bus_news *news)
{
    if (bus->remote)
        send_news(bus, news->moves_people ? -1 : (int)interest_slot_of(news->room), news, 1);
}

void bus_announce_news(struct bus *bus, const struct bus_news *news, size_t count)
{
    if (bus->remote && count > 0)
        send_news(bus, -1, news, count);
}

void bus_publish_blocks(struct bus *bus, room_id direct_room)
{
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_BLOCKS, .room = direct_room});
}

void bus_publish_tally(struct bus *bus, const struct bus_tally *tally)
{
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_TALLY, .tally = *tally});
}

void bus_publish_presents(struct bus *bus, const struct bus_presents *presents)
{
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_PRESENTS, .presents = *presents});
}

void bus_ask_presents(struct bus *bus, uint64_t server)
{
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_PRESENTS_ASKED, .presents.server = server});
}

void bus_publish_alive(struct bus *bus, const struct bus_alive *alive)
{
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_ALIVE, .alive = *alive});
}

static void send_to(struct bus *bus, uint64_t server, const struct wire *wire)
{
    OWN(buf_deinit) struct buf bytes = BUF_INIT;
    wire_write(wire, &bytes);
    bus->remote->send_to(bus->remote, server, buf_str(&bytes));
}

void bus_hand_over(struct bus *bus, const struct handover *handover)
{
    if (bus->remote)
        send_to(bus, handover->to, &(struct wire){.kind = WIRE_HANDOVER, .handover = *handover});
}

void bus_hand_back(struct bus *bus, const struct handback *handback)
{
    if (bus->remote)
        send_to(bus, handback->to, &(struct wire){.kind = WIRE_HANDBACK, .handback = *handback});
}

/* ---- from others ----------------------------------------------------------------------------- */

static void arrive_news(const struct bus *bus, const struct bus_news *news)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_news)
            bus->listeners[i]->on_news(bus->listeners[i], news);
}

static void arrive_blocks(const struct bus *bus, room_id room)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_blocks)
            bus->listeners[i]->on_blocks(bus->listeners[i], room);
}

static void arrive_end(const struct bus *bus, session_id session)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_session_ended)
            bus->listeners[i]->on_session_ended(bus->listeners[i], session);
}

static void arrive_tally(const struct bus *bus, const struct bus_tally *tally)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_tally)
            bus->listeners[i]->on_tally(bus->listeners[i], tally);
}

static void arrive_presents(const struct bus *bus, const struct wire *wire)
{
    for (size_t i = 0; i < bus->listener_count; i++) {
        struct bus_listener *listener = bus->listeners[i];
        if (wire->kind == WIRE_PRESENTS && listener->on_presents)
            listener->on_presents(listener, &wire->presents);
        if (wire->kind == WIRE_PRESENTS_ASKED && listener->on_presents_asked)
            listener->on_presents_asked(listener, wire->presents.server);
    }
}

void bus_arrive_signal(struct bus *bus, const struct wire *wire)
{
    struct publication publication = wire->publication;
    struct texts texts = {.all = BUF_INIT};
    buf_put_str(&texts.all, wire->text);
    if (publication.reach)
        publication.reach = bus_reach_copy(publication.reach);
    if (publication.kind == PUBLISH_SESSION_ENDED)
        arrive_end(bus, publication.session);
    bus_give_out(bus, &publication, &texts, publication.room.v == 0);
    buf_deinit(&texts.all);
}

static void arrive_alive(const struct bus *bus, const struct bus_alive *alive)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_alive)
            bus->listeners[i]->on_alive(bus->listeners[i], alive);
}

void bus_parcel_free(struct bus_parcel *parcel)
{
    if (parcel)
        arena_deinit(&parcel->arena);
    xfree(parcel);
}

/* It is read once more, into memory that stays. */
static struct bus_parcel *parcel_of(struct str bytes)
{
    struct bus_parcel *parcel = NEW(struct bus_parcel);
    struct wire wire;
    parcel->arena = ARENA_INIT;
    REQUIRE(wire_read(arena_copy(&parcel->arena, bytes), &parcel->arena, &wire));
    parcel->handover = wire.handover;
    parcel->handback = wire.handback;
    return parcel;
}

static void arrive_handover(const struct bus *bus, struct str bytes)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_handover)
            bus->listeners[i]->on_handover(bus->listeners[i], parcel_of(bytes));
}

static void arrive_handback(const struct bus *bus, struct str bytes)
{
    for (size_t i = 0; i < bus->listener_count; i++)
        if (bus->listeners[i]->on_handback)
            bus->listeners[i]->on_handback(bus->listeners[i], parcel_of(bytes));
}

void bus_arrive(struct bus *bus, struct str bytes)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct wire wire;
    if (!wire_read(bytes, &arena, &wire))
        return;
    switch (wire.kind) {
    case WIRE_NEWS:
        for (size_t i = 0; i < wire.news_count; i++)
            arrive_news(bus, &wire.news[i]);
        break;
    case WIRE_BLOCKS:
        arrive_blocks(bus, wire.room);
        break;
    case WIRE_SIGNAL:
        bus_arrive_signal(bus, &wire);
        break;
    case WIRE_BUNDLE:
        bus_arrive_bundle(bus, wire.text);
        break;
    case WIRE_TALLY:
        arrive_tally(bus, &wire.tally);
        break;
    case WIRE_PRESENTS:
    case WIRE_PRESENTS_ASKED:
        arrive_presents(bus, &wire);
        break;
    case WIRE_GAP:
        bus_missed(bus);
        break;
    case WIRE_ALIVE:
        arrive_alive(bus, &wire.alive);
        break;
    case WIRE_HANDOVER:
        if (wire.handover.to == bus->server)
            arrive_handover(bus, bytes);
        break;
    case WIRE_HANDBACK:
        if (wire.handback.to == bus->server)
            arrive_handback(bus, bytes);
        break;
    case WIRE_KINDS:
    default:
        REQUIRE(!"a known kind");
    }
}

void bus_missed(struct bus *bus)
{
    struct texts none = {.all = BUF_INIT};
    bus_give_out(bus, &(struct publication){.kind = PUBLISH_GAP}, &none, true);
}

void bus_rejoined(struct bus *bus)
{
    bus_missed(bus);
    if (bus->remote)
        bus_send(bus, -1, &(struct wire){.kind = WIRE_GAP});
}
