/* What is handed over and back, as bytes. */
#include "bus/wire_internal.h"

enum {
    IS_MULTIPLE = 1,
    IS_ANONYMOUS = 2,
    TO_EVERYONE = 4,
    TO_HERE = 8,
    HAS_BASE = 16,
    DEED_FLAGS = 32
};
enum { IS_TAKEN = 1, IS_CONTENDED = 2, HANDBACK_FLAGS = 4 };
enum { DEED_SIZE = 1 + 1 + 1 + 10 * 8 }; /* of one without texts and mentions */

/* ---- that a server lives ------------------------------------------------------------------------- */

void wire_put_alive(struct buf *out, const struct bus_alive *alive)
{
    put_u64(out, alive->server);
    buf_put_char(out, (char)alive->version);
    buf_put_char(out, (char)alive->leads);
    put_u64(out, alive->clock_ms);
}

void wire_take_alive(struct cursor *in, struct bus_alive *out)
{
    out->server = take_u64(in);
    out->version = take_byte(in);
    uint8_t leads = take_byte(in);
    out->leads = leads == 1;
    out->clock_ms = take_u64(in);
    in->bad |= leads > 1 || out->server == 0;
}

/* ---- what is asked ------------------------------------------------------------------------------- */

size_t deed_size(const struct deed *deed)
{
    return DEED_SIZE + deed->nonce.len + deed->emoji.len + deed->payload.len +
           deed->mentions.count * 8;
}

static void put_deed(struct buf *out, const struct deed *deed)
{
    const struct poll *poll = &deed->poll;
    buf_put_char(out, (char)deed->kind);
    buf_put_char(
        out, (char)((poll->multiple ? IS_MULTIPLE : 0) | (poll->anonymous ? IS_ANONYMOUS : 0) |
                    (deed->mentions.everyone ? TO_EVERYONE : 0) |
                    (deed->mentions.here ? TO_HERE : 0) | (deed->ballot.has_base ? HAS_BASE : 0)));
    buf_put_char(out, (char)poll->options);
    put_u64(out, (uint64_t)poll->closes_at);
    put_u64(out, deed->self.v);
    put_u64(out, deed->seq);
    put_u64(out, deed->thread);
    put_u64(out, deed->ballot.choices);
    put_u64(out, deed->ballot.base);
    put_text(out, deed->nonce);
    put_text(out, deed->emoji);
    put_text(out, deed->payload);
    put_u64(out, deed->mentions.count);
    for (size_t i = 0; i < deed->mentions.count; i++)
        put_u64(out, deed->mentions.users[i].v);
}

static void take_mentions(struct cursor *in, struct arena *arena, struct mentions *out)
{
    uint64_t count = take_u64(in);
    if (in->bad || count > in->left / 8) {
        in->bad = true;
        return;
    }
    user_id *users = arena_take_array(arena, count, sizeof(*users));
    for (size_t i = 0; i < count; i++)
        users[i].v = take_u64(in);
    out->users = users;
    out->count = count;
}

static void take_deed(struct cursor *in, struct arena *arena, struct deed *out)
{
    uint8_t kind = take_byte(in), flags = take_byte(in);
    out->kind = kind;
    out->poll.multiple = flags & IS_MULTIPLE;
    out->poll.anonymous = flags & IS_ANONYMOUS;
    out->mentions.everyone = flags & TO_EVERYONE;
    out->mentions.here = flags & TO_HERE;
    out->ballot.has_base = flags & HAS_BASE;
    out->poll.options = take_byte(in);
    out->poll.closes_at = (int64_t)take_u64(in);
    out->self.v = take_u64(in);
    out->seq = take_u64(in);
    out->thread = take_u64(in);
    out->ballot.choices = take_u64(in);
    out->ballot.base = take_u64(in);
    out->nonce = take_text(in);
    out->emoji = take_text(in);
    out->payload = take_text(in);
    take_mentions(in, arena, &out->mentions);
    in->bad |= kind == 0 || kind >= DEED_KINDS || flags >= DEED_FLAGS ||
               out->poll.options > POLL_OPTIONS_MAX || out->self.v == 0 || out->nonce.len == 0 ||
               out->nonce.len > NONCE_MAX;
}

void wire_put_handover(struct buf *out, const struct handover *handover)
{
    put_u64(out, handover->from);
    put_u64(out, handover->to);
    put_u64(out, handover->home);
    put_u64(out, handover->number);
    put_u64(out, handover->clock_ms);
    put_u64(out, handover->life_ms);
    put_u64(out, handover->room.v);
    for (size_t i = 0; i < handover->count; i++)
        put_deed(out, &handover->deeds[i]);
}

void wire_take_handover(struct cursor *in, struct arena *arena, struct handover *out)
{
    out->from = take_u64(in);
    out->to = take_u64(in);
    out->home = take_u64(in);
    out->number = take_u64(in);
    out->clock_ms = take_u64(in);
    out->life_ms = take_u64(in);
    out->room.v = take_u64(in);
    in->bad |= !out->from || !out->to || !out->home || !out->number || !out->room.v || !in->left;
    struct deed *deeds = arena_take_array(arena, HANDOVER_ACTS, sizeof(*deeds));
    for (; !in->bad && in->left && out->count < HANDOVER_ACTS; out->count++)
        take_deed(in, arena, &deeds[out->count]);
    out->deeds = deeds;
}

/* ---- what is answered ---------------------------------------------------------------------------- */

/* By its code: numbers are another version's own. */
static enum err err_of(struct str code)
{
    for (int err = ERR_OK + 1; err < ERR_COUNT; err++)
        if (str_eq(err_code((enum err)err), code))
            return (enum err)err;
    return ERR_OK;
}

static void put_outcome(struct buf *out, const struct outcome *outcome)
{
    const struct problem *problem = &outcome->problem;
    buf_put_char(out, (char)outcome->kind);
    if (outcome->kind != OUTCOME_REFUSED) {
        put_u64(out, outcome->seq);
        return;
    }
    put_text(out, err_code(problem->err));
    put_text(out, problem->field);
    put_text(out, problem->detail);
    put_text(out, problem->reason);
    put_u64(out, problem->retry_after_s);
    put_u64(out, (uint64_t)problem->until);
}

static void take_outcome(struct cursor *in, struct outcome *out)
{
    uint8_t kind = take_byte(in);
    out->kind = kind <= OUTCOME_REFUSED ? kind : OUTCOME_REFUSED;
    in->bad |= kind > OUTCOME_REFUSED;
    if (kind != OUTCOME_REFUSED) {
        out->seq = take_u64(in);
        in->bad |= out->seq == 0;
        return;
    }
    struct problem *problem = &out->problem;
    problem->err = err_of(take_text(in));
    problem->field = take_text(in);
    problem->detail = take_text(in);
    problem->reason = take_text(in);
    problem->retry_after_s = take_u64(in);
    problem->until = (int64_t)take_u64(in);
    in->bad |= problem->err == ERR_OK;
}

void wire_put_handback(struct buf *out, const struct handback *handback)
{
    put_u64(out, handback->from);
    put_u64(out, handback->to);
    put_u64(out, handback->home);
    put_u64(out, handback->number);
    put_u64(out, handback->room.v);
    put_u64(out, handback->clock_ms);
    buf_put_char(
        out, (char)((handback->taken ? IS_TAKEN : 0) | (handback->contended ? IS_CONTENDED : 0)));
    for (size_t i = 0; i < handback->count; i++)
        put_outcome(out, &handback->outcomes[i]);
}

void wire_take_handback(struct cursor *in, struct arena *arena, struct handback *out)
{
    out->from = take_u64(in);
    out->to = take_u64(in);
    out->home = take_u64(in);
    out->number = take_u64(in);
    out->room.v = take_u64(in);
    out->clock_ms = take_u64(in);
    uint8_t flags = take_byte(in);
    out->taken = flags & IS_TAKEN;
    out->contended = flags & IS_CONTENDED;
    in->bad |= flags >= HANDBACK_FLAGS || out->taken != (in->left != 0) || !out->from || !out->to;
    struct outcome *outcomes = arena_take_array(arena, HANDOVER_ACTS, sizeof(*outcomes));
    for (; !in->bad && in->left && out->count < HANDOVER_ACTS; out->count++)
        take_outcome(in, &outcomes[out->count]);
    out->outcomes = outcomes;
}
