/* Doing the acts that other servers hand over to this one, as the leader of a room: docs/design/cluster.md. They wait
 * in the room's queue like those of our own people; when all of them are answered, so is who handed them over. */
#include "chat/home/home_internal.h"

#include "core/memory.h"

enum {
    DUTY_ACTS = 4096,      /* of others at once; more is handed back, */
    DUTY_BYTES = 16777216, /* and what they say */
    LIFE_MOST_MS = 10000,  /* whoever asks for longer is refused */
    REMEMBER_MS = 60000,   /* longer than any handover may live */
    CONTENDED_MS = 3000,   /* who wrote within so long counts as writing */
};

/* One handover. */
struct duty {
    struct home *home;
    struct bus_parcel *parcel;
    size_t left;     /* that are not answered */
    size_t bytes;    /* that they say */
    bool has_lapsed; /* something of it was not judged: who handed it over does so */
    struct duty_act {
        struct act act;
        struct arena arena;
        struct duty *duty;
    } acts[];
};

struct duties {
    size_t acts, bytes; /* under way */
    /* home of another server -> its last number; what was not heard of for long is in neither. */
    struct map heard, heard_before;
    uint64_t turned_ms;
};

struct duties *duties_new(void)
{
    return NEW(struct duties);
}

void duties_free(struct duties *duties)
{
    if (!duties)
        return;
    REQUIRE(duties->acts == 0);
    map_deinit(&duties->heard);
    map_deinit(&duties->heard_before);
    xfree(duties);
}

/* ---- who writes to a room ---------------------------------------------------------------------------- */

void home_note_writer(struct live_room *live, uint64_t server)
{
    struct writer *last = &live->writers[0], *before = &live->writers[1];
    if (last->server != server)
        *before = *last;
    *last = (struct writer){server, clock_monotonic_ms()};
}

static bool do_others_write(const struct live_room *live, uint64_t server)
{
    uint64_t now_ms = clock_monotonic_ms();
    for (size_t i = 0; i < ARRAY_LEN(live->writers); i++) {
        const struct writer *writer = &live->writers[i];
        if (writer->at_ms && writer->server != server && now_ms < writer->at_ms + CONTENDED_MS)
            return true;
    }
    return false;
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static struct outcome outcome_of(const struct act *act)
{
    struct outcome outcome = {.kind = OUTCOME_REFUSED, .problem = act->problem};
    if (act->problem.err == ERR_OK && !act->event)
        outcome.problem = problem_of(ERR_STORE_UNAVAILABLE);
    if (outcome.problem.err != ERR_OK)
        return outcome;
    outcome.kind = act->duplicate ? OUTCOME_STOOD : OUTCOME_STANDS;
    outcome.seq = act->event->seq;
    return outcome;
}

static void answer(const struct duty *duty, const struct outcome *outcomes, size_t count)
{
    struct chat *chat = duty->home->chat;
    const struct handover *handover = &duty->parcel->handover;
    const struct live_room *live = map_get(&duty->home->rooms, handover->room.v);
    bus_hand_back(chat->bus,
                  &(struct handback){.from = bus_server(chat->bus),
                                     .to = handover->from,
                                     .home = handover->home,
                                     .number = handover->number,
                                     .room = handover->room,
                                     .clock_ms = clock_monotonic_ms(),
                                     .taken = count > 0,
                                     .contended = live && do_others_write(live, handover->from),
                                     .outcomes = outcomes,
                                     .count = count});
}

static void duty_free(struct duty *duty)
{
    bus_parcel_free(duty->parcel);
    xfree(duty);
}

static void conclude(struct duty *duty)
{
    struct outcome outcomes[HANDOVER_ACTS] = {0};
    const size_t count = duty->parcel->handover.count;
    for (size_t i = 0; i < count; i++)
        outcomes[i] = outcome_of(&duty->acts[i].act);
    if (!duty->has_lapsed)
        answer(duty, outcomes, count);
    for (size_t i = 0; i < count; i++) {
        act_deinit(&duty->acts[i].act);
        arena_deinit(&duty->acts[i].arena);
    }
    duty->home->duties->acts -= count;
    duty->home->duties->bytes -= duty->bytes;
    duty_free(duty);
}

static void is_done(struct act *act)
{
    struct duty *duty = CONTAINER_OF(act, struct duty_act, act)->duty;
    if (--duty->left == 0)
        conclude(duty);
}

/* ---- what is asked ------------------------------------------------------------------------------------ */

static enum act_kind act_kind_of(enum deed_kind kind)
{
    switch (kind) {
    case DEED_SEND:
        return ACT_SEND;
    case DEED_FORWARD:
        return ACT_FORWARD;
    case DEED_REACT:
        return ACT_REACT;
    case DEED_UNREACT:
        return ACT_UNREACT;
    case DEED_PIN:
        return ACT_PIN;
    case DEED_UNPIN:
        return ACT_UNPIN;
    case DEED_EDIT:
        return ACT_EDIT;
    case DEED_DELETE:
        return ACT_DELETE;
    case DEED_VOTE:
        return ACT_VOTE;
    case DEED_CLOSE_POLL:
        return ACT_CLOSE_POLL;
    case DEED_KINDS:
    default:
        REQUIRE(!"a known kind");
        return ACT_KINDS;
    }
}

static void begin_act(struct duty *duty, size_t at)
{
    const struct handover *handover = &duty->parcel->handover;
    const struct deed *deed = &handover->deeds[at];
    struct home *home = duty->home;
    struct duty_act *step = &duty->acts[at];
    step->duty = duty;
    step->arena = ARENA_INIT;
    step->act = (struct act){.origin = home->inbox,
                             .done = is_done,
                             .kind = act_kind_of(deed->kind),
                             .room = handover->room,
                             .self = deed->self,
                             .nonce = deed->nonce,
                             .payload = deed->payload,
                             .seq = deed->seq,
                             .emoji = deed->emoji,
                             .mentions = deed->mentions,
                             .poll = deed->poll,
                             .thread = deed->thread,
                             .ballot = deed->ballot,
                             .lapses_ms = handover->clock_ms + handover->life_ms,
                             .chat = home->chat,
                             .arena = &step->arena};
    if (deed->kind == DEED_VOTE)
        step->act.voter = chat_voter(home->chat, handover->room, deed->seq, deed->self);
    atomic_fetch_add_explicit(&home->figures.waiting, 1, memory_order_relaxed);
    home_receive(home, &step->act);
}

static size_t size_of(const struct handover *handover)
{
    size_t bytes = 0;
    for (size_t i = 0; i < handover->count; i++)
        bytes += deed_size(&handover->deeds[i]);
    return bytes;
}

static void begin(struct home *home, struct bus_parcel *parcel)
{
    const size_t count = parcel->handover.count;
    struct duty *duty = xcalloc(1, sizeof(*duty) + count * sizeof(duty->acts[0]));
    duty->home = home;
    duty->parcel = parcel;
    duty->left = count;
    duty->bytes = size_of(&parcel->handover);
    home->duties->acts += count;
    home->duties->bytes += duty->bytes;
    atomic_fetch_add_explicit(&home->figures.led, count, memory_order_relaxed);
    for (size_t i = 0; i < count; i++)
        begin_act(duty, i);
    struct live_room *live = map_get(&home->rooms, parcel->handover.room.v);
    if (live)
        home_note_writer(live, parcel->handover.from);
}

static void decline(struct home *home, struct bus_parcel *parcel)
{
    answer(&(struct duty){.home = home, .parcel = parcel}, NULL, 0);
    bus_parcel_free(parcel);
}

static void forget_the_silent(struct duties *duties, uint64_t now_ms)
{
    if (now_ms < duties->turned_ms + REMEMBER_MS)
        return;
    map_deinit(&duties->heard_before);
    duties->heard_before = duties->heard;
    duties->heard = (struct map){0};
    duties->turned_ms = now_ms;
}

/* Neither doubled nor behind one that came later. */
static bool is_new(struct duties *duties, const struct handover *handover, uint64_t now_ms)
{
    forget_the_silent(duties, now_ms);
    uintptr_t last = (uintptr_t)map_get(&duties->heard, handover->home);
    if (!last)
        last = (uintptr_t)map_get(&duties->heard_before, handover->home);
    if (handover->number <= last)
        return false;
    map_put(&duties->heard, handover->home, (void *)(uintptr_t)handover->number);
    return true;
}

/* Our own clock says that it may still be judged. */
static bool is_alive(const struct handover *handover, uint64_t now_ms)
{
    return handover->life_ms <= LIFE_MOST_MS && handover->clock_ms <= now_ms &&
           now_ms - handover->clock_ms <= handover->life_ms;
}

/* All of it finds a place, or none of it is taken: who handed it over can judge it, and refuses nobody for our queue. */
static bool has_place(const struct home *home, const struct handover *handover)
{
    const struct live_room *live = map_get(&home->rooms, handover->room.v);
    const size_t waiting = live ? live->queued : 0;
    return waiting + handover->count <= home->chat->limits->room_queue &&
           home->duties->acts + handover->count <= DUTY_ACTS &&
           home->duties->bytes + size_of(handover) <= DUTY_BYTES && !memory_is_tight();
}

void home_lead(struct home *home, struct bus_parcel *parcel)
{
    const struct handover *handover = &parcel->handover;
    uint64_t now_ms = clock_monotonic_ms();
    if (!is_new(home->duties, handover, now_ms))
        bus_parcel_free(parcel); /* what came first is answered */
    else if (!is_alive(handover, now_ms) || !has_place(home, handover) ||
             atomic_load(&home->chat->stopping))
        decline(home, parcel);
    else
        begin(home, parcel);
}

bool home_has_lapsed(struct act *act)
{
    bool has_lapsed = act->lapses_ms && clock_monotonic_ms() > act->lapses_ms;
    if (has_lapsed)
        CONTAINER_OF(act, struct duty_act, act)->duty->has_lapsed = true;
    return has_lapsed;
}
