/* What is told of many people or rooms goes to other servers together. */
#include "bus/bus_internal.h"
#include "bus/wire.h"

enum {
    BUNDLE_MOST = 131072, /* bytes: NATS carries a million */
    SLOTS_MOST = 4        /* to each of so many its own part; to more, all of it to all servers */
};

/* ---- to others --------------------------------------------------------------------------------- */

static bool has_slot(const struct bus_bundle *bundle, size_t before, int slot)
{
    for (size_t i = 0; i < before; i++)
        if (bundle->slots[i] == slot)
            return true;
    return false;
}

/* How many different ones, up to one more than SLOTS_MOST. */
static size_t count_slots(const struct bus_bundle *bundle)
{
    size_t different = 0;
    for (size_t i = 0; i < bundle->count && different <= SLOTS_MOST; i++)
        different += !has_slot(bundle, i, bundle->slots[i]);
    return different;
}

static void send_together(struct bus *bus, int slot, struct str bytes)
{
    bus_send(bus, slot, &(struct wire){.kind = WIRE_BUNDLE, .text = bytes});
}

/* The part of one slot, in the order in which it was told. */
static void send_slot(struct bus *bus, const struct bus_bundle *bundle, int slot)
{
    OWN(buf_deinit) struct buf part = BUF_INIT;
    struct str rest = buf_str(&bundle->bytes), bytes;
    for (size_t i = 0; i < bundle->count && wire_bundle_next(&rest, &bytes); i++)
        if (bundle->slots[i] == slot)
            wire_bundle_put(&part, bytes);
    send_together(bus, slot, buf_str(&part));
}

static void send_slots(struct bus *bus, const struct bus_bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (!has_slot(bundle, i, bundle->slots[i]))
            send_slot(bus, bundle, bundle->slots[i]);
}

void bus_bundle_send(struct bus *bus, struct bus_bundle *bundle)
{
    size_t different = count_slots(bundle);
    if (different > SLOTS_MOST)
        send_together(bus, -1, buf_str(&bundle->bytes));
    else if (different == 1)
        send_together(bus, bundle->slots[0], buf_str(&bundle->bytes));
    else
        send_slots(bus, bundle);
    bus_bundle_drop(bundle);
}

void bus_bundle_drop(struct bus_bundle *bundle)
{
    buf_deinit(&bundle->bytes);
    xfree(bundle->slots);
    *bundle = (struct bus_bundle){.bytes = BUF_INIT};
}

static void put_slot(struct bus_bundle *bundle, int slot)
{
    if (bundle->count == bundle->cap) {
        bundle->cap = bundle->cap * 2 + 8;
        bundle->slots = xrealloc(bundle->slots, bundle->cap * sizeof(*bundle->slots));
    }
    bundle->slots[bundle->count++] = slot;
}

void bus_carry_later(struct bus *bus, const struct publication *publication, struct str text,
                     struct bus_bundle *bundle)
{
    struct wire wire = {.kind = WIRE_SIGNAL, .publication = *publication, .text = text};
    OWN(buf_deinit) struct buf bytes = BUF_INIT;
    wire_write(&wire, &bytes);
    if (bundle->count && bundle->bytes.len + bytes.len > BUNDLE_MOST)
        bus_bundle_send(bus, bundle);
    wire_bundle_put(&bundle->bytes, buf_str(&bytes));
    put_slot(bundle, bus_slot_of(publication));
}

/* ---- from others ------------------------------------------------------------------------------- */

void bus_arrive_bundle(struct bus *bus, struct str bundle)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str bytes;
    struct wire wire;
    while (wire_bundle_next(&bundle, &bytes))
        if (wire_read(bytes, &arena, &wire) && wire.kind == WIRE_SIGNAL)
            bus_arrive_signal(bus, &wire);
}
