#include "bus/wire_internal.h"

enum { WIRE_VERSION = 1, NEWS_SIZE = 25, PRESENT_SIZE = 9 };
enum { IS_FIRST = 1, IS_LAST = 2 };
enum { IS_THERE = 1, IS_ACTIVE = 2, TOLD_SHIFT = 2 };

/* ---- writing --------------------------------------------------------------------------------- */

static void put_news(struct buf *out, const struct bus_news *news)
{
    put_u64(out, news->room.v);
    put_u64(out, news->first);
    put_u64(out, news->last);
    buf_put_char(out, (char)news->moves_people);
}

static void put_presents(struct buf *out, const struct bus_presents *presents)
{
    put_u64(out, presents->server);
    put_u64(out, presents->seq);
    buf_put_char(out, (char)presents->part);
    buf_put_char(out, (char)((presents->first ? IS_FIRST : 0) | (presents->last ? IS_LAST : 0)));
    for (size_t i = 0; i < presents->count; i++) {
        const struct bus_present *present = &presents->items[i];
        put_u64(out, present->user.v);
        buf_put_char(out, (char)((present->there ? IS_THERE : 0) |
                                 (present->active ? IS_ACTIVE : 0) | present->told << TOLD_SHIFT));
    }
}

static void put_reach(struct buf *out, const struct reach *reach)
{
    put_u64(out, reach->room_count);
    put_u64(out, reach->hidden_count);
    for (size_t i = 0; i < reach->room_count; i++)
        put_u64(out, reach->rooms[i].v);
    for (size_t i = 0; i < reach->hidden_count; i++)
        put_u64(out, reach->hidden[i].v);
}

static void put_publication(struct buf *out, const struct publication *publication)
{
    buf_put_char(out, (char)publication->kind);
    buf_put_char(out, (char)publication->receipts);
    put_u64(out, publication->room.v);
    put_u64(out, publication->only.v);
    put_u64(out, publication->except.v);
    put_u64(out, publication->reader.v);
    put_u64(out, publication->session.v);
    if (publication->kind == PUBLISH_REACH)
        put_reach(out, publication->reach);
}

void wire_write(const struct wire *wire, struct buf *out)
{
    buf_put_char(out, WIRE_VERSION);
    buf_put_char(out, (char)wire->kind);
    switch (wire->kind) {
    case WIRE_NEWS:
        for (size_t i = 0; i < wire->news_count; i++)
            put_news(out, &wire->news[i]);
        break;
    case WIRE_BLOCKS:
        put_u64(out, wire->room.v);
        break;
    case WIRE_SIGNAL:
        put_publication(out, &wire->publication);
        buf_put_str(out, wire->text);
        break;
    case WIRE_BUNDLE:
        buf_put_str(out, wire->text);
        break;
    case WIRE_GAP:
        break;
    case WIRE_TALLY:
        buf_put_char(out, (char)wire->tally.act);
        put_u64(out, wire->tally.key);
        break;
    case WIRE_PRESENTS:
        put_presents(out, &wire->presents);
        break;
    case WIRE_PRESENTS_ASKED:
        put_u64(out, wire->presents.server);
        break;
    case WIRE_ALIVE:
        wire_put_alive(out, &wire->alive);
        break;
    case WIRE_HANDOVER:
        wire_put_handover(out, &wire->handover);
        break;
    case WIRE_HANDBACK:
        wire_put_handback(out, &wire->handback);
        break;
    case WIRE_KINDS:
    default:
        REQUIRE(!"a known kind");
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

static void take_news(struct cursor *in, struct arena *arena, struct wire *out)
{
    out->news_count = in->left / NEWS_SIZE;
    in->bad |= in->left % NEWS_SIZE != 0 || in->left == 0;
    out->news = arena_take_array(arena, out->news_count, sizeof(*out->news));
    for (size_t i = 0; i < out->news_count; i++) {
        struct bus_news *news = &out->news[i];
        news->room.v = take_u64(in);
        news->first = take_u64(in);
        news->last = take_u64(in);
        uint8_t moves = take_byte(in);
        news->moves_people = moves == 1;
        in->bad |= moves > 1 || news->first > news->last || news->first == 0;
    }
}

static void take_present(struct cursor *in, struct bus_present *out)
{
    out->user.v = take_u64(in);
    uint8_t flags = take_byte(in);
    out->there = flags & IS_THERE;
    out->active = flags & IS_ACTIVE;
    out->told = flags >> TOLD_SHIFT;
    in->bad |= out->told > STATE_BUSY || (out->active && !out->there);
}

static void take_presents(struct cursor *in, struct arena *arena, struct bus_presents *out)
{
    out->server = take_u64(in);
    out->seq = take_u64(in);
    out->part = take_byte(in);
    uint8_t flags = take_byte(in);
    out->first = flags & IS_FIRST;
    out->last = flags & IS_LAST;
    in->bad |= flags > (IS_FIRST | IS_LAST) || out->part >= BUS_WORKERS_MAX ||
               in->left % PRESENT_SIZE != 0;
    if (in->bad)
        return;
    out->count = in->left / PRESENT_SIZE;
    struct bus_present *items = arena_take_array(arena, out->count, sizeof(*items));
    for (size_t i = 0; i < out->count; i++)
        take_present(in, &items[i]);
    out->items = items;
}

static void take_reach(struct cursor *in, struct arena *arena, struct wire *out)
{
    uint64_t room_count = take_u64(in), hidden_count = take_u64(in), most = in->left / 8;
    if (in->bad || room_count > most || hidden_count > most - room_count) {
        in->bad = true;
        return;
    }
    room_id *rooms = arena_take_array(arena, room_count, sizeof(*rooms));
    user_id *hidden = arena_take_array(arena, hidden_count, sizeof(*hidden));
    for (size_t i = 0; i < room_count; i++)
        rooms[i].v = take_u64(in);
    for (size_t i = 0; i < hidden_count; i++)
        hidden[i].v = take_u64(in);
    out->reach = (struct reach){
        .rooms = rooms, .room_count = room_count, .hidden = hidden, .hidden_count = hidden_count};
    out->publication.reach = &out->reach;
}

static bool is_carried(enum publication_kind kind)
{
    return kind == PUBLISH_SIGNAL || kind == PUBLISH_READ || kind == PUBLISH_REACH ||
           kind == PUBLISH_SESSION_ENDED || kind == PUBLISH_EMOJI;
}

static void take_publication(struct cursor *in, struct arena *arena, struct wire *out)
{
    struct publication *publication = &out->publication;
    publication->kind = take_byte(in);
    uint8_t receipts = take_byte(in);
    in->bad |= !is_carried(publication->kind) || receipts > RECEIPTS_HIDDEN;
    publication->receipts = receipts;
    publication->room.v = take_u64(in);
    publication->only.v = take_u64(in);
    publication->except.v = take_u64(in);
    publication->reader.v = take_u64(in);
    publication->session.v = take_u64(in);
    if (!in->bad && publication->kind == PUBLISH_REACH)
        take_reach(in, arena, out);
    out->text = str_of((const char *)in->at, in->left);
    in->bad |= (in->left == 0) != (publication->kind == PUBLISH_SESSION_ENDED);
    in->left = 0;
}

/* ---- several together ------------------------------------------------------------------------- */

enum { LEN_SIZE = 4 };

void wire_bundle_put(struct buf *bundle, struct str bytes)
{
    uint8_t len[LEN_SIZE];
    for (int i = 0; i < LEN_SIZE; i++)
        len[i] = (uint8_t)(bytes.len >> (24 - 8 * i));
    buf_put(bundle, len, sizeof(len));
    buf_put_str(bundle, bytes);
}

bool wire_bundle_next(struct str *bundle, struct str *bytes)
{
    size_t len = 0;
    if (bundle->len < LEN_SIZE)
        return false;
    for (int i = 0; i < LEN_SIZE; i++)
        len = len << 8 | (uint8_t)bundle->ptr[i];
    if (len == 0 || len > bundle->len - LEN_SIZE)
        return false;
    *bytes = str_of(bundle->ptr + LEN_SIZE, len);
    *bundle = str_of(bytes->ptr + len, bundle->len - LEN_SIZE - len);
    return true;
}

/* Whole, and of at least one. */
static void take_bundle(struct cursor *in, struct wire *out)
{
    out->text = str_of((const char *)in->at, in->left);
    struct str rest = out->text, bytes;
    in->bad |= rest.len == 0;
    while (wire_bundle_next(&rest, &bytes))
        ;
    in->bad |= rest.len != 0;
    in->left = 0;
}

bool wire_read(struct str bytes, struct arena *arena, struct wire *out)
{
    struct cursor in = {(const uint8_t *)bytes.ptr, bytes.len, false};
    *out = (struct wire){0};
    if (take_byte(&in) != WIRE_VERSION)
        return false;
    out->kind = take_byte(&in);
    switch (out->kind) {
    case WIRE_NEWS:
        take_news(&in, arena, out);
        break;
    case WIRE_BLOCKS:
        out->room.v = take_u64(&in);
        break;
    case WIRE_SIGNAL:
        take_publication(&in, arena, out);
        break;
    case WIRE_BUNDLE:
        take_bundle(&in, out);
        break;
    case WIRE_GAP:
        break;
    case WIRE_TALLY:
        out->tally.act = take_byte(&in);
        out->tally.key = take_u64(&in);
        break;
    case WIRE_PRESENTS:
        take_presents(&in, arena, &out->presents);
        break;
    case WIRE_PRESENTS_ASKED:
        out->presents.server = take_u64(&in);
        break;
    case WIRE_ALIVE:
        wire_take_alive(&in, &out->alive);
        break;
    case WIRE_HANDOVER:
        wire_take_handover(&in, arena, &out->handover);
        break;
    case WIRE_HANDBACK:
        wire_take_handback(&in, arena, &out->handback);
        break;
    case WIRE_KINDS:
    default:
        return false;
    }
    return !in.bad && in.left == 0;
}
