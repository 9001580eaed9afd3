/* wire.h - what servers say to each other over the bus, as bytes: numbers big-endian, texts by length.
 *
 * Servers of different versions may meet while they are updated: what begins with another version, or is
 * of an unknown kind, is refused whole.
 * Owns:   nothing; what was read lies in the bytes and in the arena. Thread: any. */
#pragma once

#include "bus/handover.h"

enum wire_kind {
    WIRE_NEWS = 1,       /* of one room or many */
    WIRE_BLOCKS,         /* room */
    WIRE_SIGNAL,         /* a publication, without events, and its text */
    WIRE_GAP,            /* what I told while I was cut off is lost */
    WIRE_TALLY,          /* one */
    WIRE_PRESENTS,       /* who is there at a server */
    WIRE_PRESENTS_ASKED, /* of presents.server */
    WIRE_BUNDLE,         /* many signals: text, of wire_bundle_put() */
    WIRE_ALIVE,          /* a server is */
    WIRE_HANDOVER,       /* acts for another server to do */
    WIRE_HANDBACK,       /* what became of them */
    WIRE_KINDS
};

struct wire {
    enum wire_kind kind;
    struct bus_news *news;
    size_t news_count;
    room_id room;
    struct bus_tally tally;
    struct bus_presents presents;
    struct bus_alive alive;
    struct handover handover;
    struct handback handback;
    struct publication publication;
    struct reach reach; /* what publication.reach points to, where it has one */
    struct str text;    /* may be empty */
};

void wire_write(const struct wire *wire, struct buf *out);
/* One more of what wire_write() made; the next one of them, false: there is none. */
void wire_bundle_put(struct buf *bundle, struct str bytes);
bool wire_bundle_next(struct str *bundle, struct str *bytes);
/* False: it is nothing that wire_write() makes. */
bool wire_read(struct str bytes, struct arena *arena, struct wire *out);
