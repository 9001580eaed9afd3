/* bus.h - how events get from the home of a room to every worker with somebody in that room.
 *
 * An event is encoded once, framed once, and compressed once where somebody connected takes that;
 * each receiver's worker gets one reference. What became durable together is published together,
 * as one piece of bytes. The bus is a hint, the log is the truth: what it loses, sync finds.
 * Interest is a table of bits over hashed rooms, so that no lock and no answer is needed: a worker
 * sets its bit before it reads the log, a publisher reads the bits after the log was written. A
 * false positive costs the worker one failed look-up.
 * Other servers hear of it where there is a way to them (remote.h): of events only that they are there,
 * since each reads its log; of all else what is given out here too.
 * Order:  what one thread publishes arrives at each worker in that order.
 * Thread: bus_attach before the workers start; interest from the worker itself; publish from any. */
#pragma once

#include "core/buf.h"
#include "core/bytes.h"
#include "core/inbox.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/presence.h"
#include "model/user.h"
#include "net/ws_text.h"

enum { BUS_WORKERS_MAX = 64 };

struct bus;

enum publication_kind {
    PUBLISH_EVENTS,    /* stored events; with `reach` to all but those that it hides them from */
    PUBLISH_SUBSCRIBE, /* from now on `only` gets what is published in the room; no frame */
    PUBLISH_SIGNAL,    /* not stored: typing, a person's own markers and entries */
    PUBLISH_READ, /* not stored: how far `reader` (0: `except`) is, to them and who takes receipts */
    PUBLISH_REACH,         /* not stored: to whom `reach` reaches, and to who watches `except` */
    PUBLISH_SESSION_ENDED, /* to every worker; no frame */
    PUBLISH_GAP,    /* to every worker: what other servers told meanwhile may be lost; no frame */
    PUBLISH_EMOJI,  /* not stored: to everybody; those of the server are others now */
    PUBLISH_HIDDEN, /* a stored event as it is told to those that `reach` hides it from, alone */
};

struct publication {
    enum publication_kind kind;
    room_id room;
    /* PUBLISH_EVENTS: in the order of the log; who joins or leaves does so alone. */
    struct event **events;
    uint32_t event_count;
    struct ws_text text; /* the frames; none for those that are for workers only */
    user_id only;        /* not 0: just this person's connections */
    user_id except;      /* not 0: not this person's connections */
    user_id reader;      /* PUBLISH_READ */
    enum {
        RECEIPTS_AS_BEFORE,
        RECEIPTS_TAKEN,
        RECEIPTS_HIDDEN
    } receipts;         /* of `only`, from now on */
    session_id session; /* PUBLISH_SESSION_ENDED */
    const struct reach *reach;
};

/* What a worker does with a publication; it is good until the call returns. */
struct bus_subscriber {
    void (*on_publication)(struct bus_subscriber *subscriber,
                           const struct publication *publication);
};

/* `connections`: how many there may be (limits.connections), or 0; the more, the more rooms are told apart. */
struct bus *bus_local_new(unsigned workers, uint64_t connections) MUST_USE;
void bus_free(struct bus *bus); /* after the workers stopped; NULL is fine */
void bus_attach(struct bus *bus, unsigned worker, struct inbox *inbox,
                struct bus_subscriber *subscriber);

/* From this length on texts are compressed too (limits.deflate_min_bytes), while somebody is there
 * who takes that; before the workers start. Otherwise nothing is compressed. */
void bus_compress(struct bus *bus, size_t min_bytes);
/* Connections of any worker that take compressed frames; from any thread. */
void bus_deflating_add(struct bus *bus);
void bus_deflating_remove(struct bus *bus);

/* Counted: as many removes as adds. */
void bus_interest_add(struct bus *bus, unsigned worker, room_id room);
void bus_interest_remove(struct bus *bus, unsigned worker, room_id room);

/* Before the events of a new room: its first members. */
void bus_publish_subscribe(struct bus *bus, room_id room, user_id user);
/* Of one room, in the order of its log; takes references of its own. */
void bus_publish_events(struct bus *bus, struct event **events, size_t count);
/* One of them, of which `hidden` (sorted) are told `bare`, and all others the whole. */
void bus_publish_apart(struct bus *bus, struct event *whole, struct event *bare,
                       const user_id *hidden, size_t count);

/* What is told of many people one after the other goes to other servers together, in a few messages: of
 * people who all come back at once hundreds, not a hundred thousand. Who has the bundle sends it; here it is
 * told at once. Of few slots of rooms each goes to the servers with somebody there, of many all of it to all.
 * Begins empty, {0}; holds at most some 128 KiB. Thread: one at a time. */
struct bus_bundle {
    struct buf bytes;
    size_t count, cap;
    int *slots; /* of each; negative: for all servers */
};
/* Sends what is in it, and empties it. */
void bus_bundle_send(struct bus *bus, struct bus_bundle *bundle);
void bus_bundle_drop(struct bus_bundle *bundle);

/* thread: the seq of its root; 0: in the room itself. */
void bus_publish_typing(struct bus *bus, room_id room, user_id user, uint64_t thread,
                        struct bus_bundle *bundle);
/* To who takes receipts, and oneself; only_self: others are not told. */
void bus_publish_read(struct bus *bus, room_id room, user_id user, uint64_t read_seq,
                      uint64_t read_count, bool only_self, struct bus_bundle *bundle);
/* To the others who take receipts. */
void bus_publish_delivered(struct bus *bus, room_id room, user_id user, uint64_t seq,
                           struct bus_bundle *bundle);
/* What somebody chose in an anonymous poll of the room, which no event tells: to themselves alone. */
void bus_publish_own_vote(struct bus *bus, room_id room, user_id user, uint64_t poll,
                          uint64_t voted_seq, uint64_t choices);
/* To the connections of one person, wherever they are. */
void bus_publish_feed(struct bus *bus, user_id user, const struct feed_entry *entry);
/* Somebody came, went or says something else of it: to others, each once, and to themselves. */
void bus_publish_presence(struct bus *bus, const struct presence *presence,
                          const struct reach *reach, struct bus_bundle *bundle);
/* The same, to one of those alone. */
void bus_publish_presence_apart(struct bus *bus, const struct presence *presence,
                                const struct reach *reach, user_id other);
void bus_publish_own_presence(struct bus *bus, const struct presence *presence,
                              struct bus_bundle *bundle);
/* Somebody tells something else of themselves: to others, each once, and to themselves. */
void bus_publish_user(struct bus *bus, const struct user *user, const struct reach *reach);
void bus_publish_session_ended(struct bus *bus, user_id user, session_id session);
/* To every connection of all servers: the emoji of the server have this version now. */
void bus_publish_emoji(struct bus *bus, uint64_t version);

/* ---- other servers ------------------------------------------------------------------------------ */

/* Somebody's log has events up to `last`, of which `first` and those behind it are new. */
struct bus_news {
    room_id room;
    uint64_t first, last;
    bool moves_people; /* somebody joins or leaves by them */
};

/* Something that wears out a budget of an address or a name; what the numbers mean is the listener's. */
struct bus_tally {
    uint8_t act;
    uint64_t key;
};

/* Who is there at another server; `told`: what that one has told people of them (enum presence_state). */
struct bus_present {
    user_id user;
    bool there, active;
    uint8_t told;
};

/* What has changed at one part of another server, or all of it in several pieces; `seq` grows by one with each. */
struct bus_presents {
    uint64_t server, seq;
    uint8_t part;
    bool first, last; /* all of it begins, ends here */
    const struct bus_present *items;
    size_t count;
};

struct bus_alive;
struct bus_parcel;

/* What other servers say to this one; called on a thread of the bus, NULL: not for this one. */
struct bus_listener {
    void (*on_news)(struct bus_listener *listener, const struct bus_news *news);
    void (*on_blocks)(struct bus_listener *listener, room_id direct_room);
    void (*on_session_ended)(struct bus_listener *listener, session_id session);
    void (*on_tally)(struct bus_listener *listener, const struct bus_tally *tally);
    void (*on_presents)(struct bus_listener *listener, const struct bus_presents *presents);
    void (*on_presents_asked)(struct bus_listener *listener, uint64_t server);
    void (*on_alive)(struct bus_listener *listener, const struct bus_alive *alive);
    /* What is handed over to this server, or back: theirs from now on (handover.h). Of one listener at most. */
    void (*on_handover)(struct bus_listener *listener, struct bus_parcel *parcel);
    void (*on_handback)(struct bus_listener *listener, struct bus_parcel *parcel);
};
/* Before the way to other servers is there. */
void bus_listen(struct bus *bus, struct bus_listener *listener);

/* By what other servers know this one: drawn at its start, and another one at the next. */
uint64_t bus_server(const struct bus *bus);

/* Nothing of other servers arrives any more, and nothing is sent; while no worker runs. NULL is fine. */
void bus_disconnect(struct bus *bus);

/* To the servers with somebody in the room, or to all where people move. Nothing where there are no others. A hint: it
 * may be lost, doubled or late. Any thread. */
void bus_publish_news(struct bus *bus, const struct bus_news *news);
/* To all, whoever is in the rooms: their searches are to find it too. */
void bus_announce_news(struct bus *bus, const struct bus_news *news, size_t count);
/* Somebody has blocked the other one of this direct room, or no longer does. */
void bus_publish_blocks(struct bus *bus, room_id direct_room);
/* Who is there; and: let this server say all of it again. */
void bus_publish_presents(struct bus *bus, const struct bus_presents *presents);
void bus_ask_presents(struct bus *bus, uint64_t server);
/* Counted here, and to be counted there. */
void bus_publish_tally(struct bus *bus, const struct bus_tally *tally);
/* Has this server somebody in the room? May say yes of a room that it has nobody in. Any thread. */
bool bus_has_interest(const struct bus *bus, room_id room);
/* True where there are no other servers, or they can be told. */
bool bus_is_ready(const struct bus *bus);
/* Prometheus text; nothing where there are no other servers. */
void bus_metrics(const struct bus *bus, struct buf *out);
