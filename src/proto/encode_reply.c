#include "proto/parts.h"

/* Opens the object; reply_to is JSON already. */
static struct json_writer begin(struct buf *out, struct str reply_to, bool ok)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "reply_to"), json_put_raw(&w, reply_to);
    json_name(&w, "ok"), json_put_flag(&w, ok);
    return w;
}

void encode_reply_ok(struct buf *out, struct str reply_to)
{
    struct json_writer w = begin(out, reply_to, true);
    json_close(&w, '}');
}

void encode_reply_time(struct buf *out, struct str reply_to, int64_t now)
{
    struct json_writer w = begin(out, reply_to, true);
    json_name(&w, "time"), put_time(&w, now);
    json_close(&w, '}');
}

void encode_reply_problem(struct buf *out, struct str reply_to, const struct problem *problem)
{
    struct json_writer w = begin(out, reply_to, false);
    json_name(&w, "error");
    json_open(&w, '{');
    put_problem(&w, problem);
    json_close(&w, '}');
    json_close(&w, '}');
}

void encode_reply_sent(struct buf *out, struct str reply_to, const struct event *event,
                       bool duplicate)
{
    struct json_writer w = begin(out, reply_to, true);
    json_name(&w, "seq"), json_put_u64(&w, event->seq);
    json_name(&w, "message_id"), put_message_id(&w, event);
    json_name(&w, "created_at"), put_time(&w, event->created_at);
    json_name(&w, "duplicate"), json_put_flag(&w, duplicate);
    json_close(&w, '}');
}

void put_done(struct json_writer *w, const struct event *event, bool duplicate)
{
    json_name(w, "seq"), json_put_u64(w, event->seq);
    json_name(w, "created_at"), put_time(w, event->created_at);
    json_name(w, "duplicate"), json_put_flag(w, duplicate);
}

void encode_reply_done(struct buf *out, struct str reply_to, const struct event *event,
                       bool duplicate)
{
    struct json_writer w = begin(out, reply_to, true);
    put_done(&w, event, duplicate);
    json_close(&w, '}');
}

void encode_reply_feed(struct buf *out, struct str reply_to, uint64_t rev)
{
    struct json_writer w = begin(out, reply_to, true);
    json_name(&w, "rev"), json_put_u64(&w, rev);
    json_close(&w, '}');
}

void encode_reply_own_presence(struct buf *out, struct str reply_to,
                               const struct presence *presence)
{
    struct json_writer w = begin(out, reply_to, true);
    put_own_presence(&w, presence);
    json_close(&w, '}');
}

void encode_reply_presences(struct buf *out, struct str reply_to,
                            const struct presence_list *presences, user_id self)
{
    struct json_writer w = begin(out, reply_to, true);
    put_presences(&w, presences, self);
    json_close(&w, '}');
}

void encode_reply_link(struct buf *out, struct str reply_to, const struct room_link *link,
                       struct str code)
{
    struct json_writer w = begin(out, reply_to, true);
    put_link(&w, link, code);
    json_close(&w, '}');
}

void encode_reply_links(struct buf *out, struct str reply_to, const struct room_link_list *links,
                        const struct str *codes)
{
    struct json_writer w = begin(out, reply_to, true);
    put_links(&w, links, codes);
    json_close(&w, '}');
}

void encode_reply_joined(struct buf *out, struct str reply_to, const struct event *event,
                         bool duplicate)
{
    struct json_writer w = begin(out, reply_to, true);
    json_name(&w, "room"), put_id(&w, event->room.v);
    put_done(&w, event, duplicate);
    json_close(&w, '}');
}

void encode_reply_read(struct buf *out, struct str reply_to, uint64_t read_seq, uint64_t unread)
{
    struct json_writer w = begin(out, reply_to, true);
    put_read(&w, read_seq, unread);
    json_close(&w, '}');
}

void encode_reply_deleted(struct buf *out, struct str reply_to, size_t deleted, uint64_t next)
{
    struct json_writer w = begin(out, reply_to, true);
    put_deleted(&w, deleted, next);
    json_close(&w, '}');
}

void encode_reply_messages(struct buf *out, struct str reply_to, const struct message_view *view)
{
    struct json_writer w = begin(out, reply_to, true);
    put_message_page(&w, view);
    json_close(&w, '}');
}

static void put_sync_room(struct json_writer *w, const struct sync_room *entry)
{
    const struct room *room = &entry->view.room;
    json_open(w, '{');
    json_name(w, "room"), put_id(w, room->id.v);
    put_room_face(w, &entry->view);
    json_name(w, "member_count"), json_put_u64(w, room->member_count);
    json_name(w, "first_seq"), json_put_u64(w, room->first_seq);
    json_name(w, "last_seq"), json_put_u64(w, room->last_seq);
    json_name(w, "edit_history_s"), json_put_u64(w, room->edit_history_s);
    put_room_standing(w, &entry->view);
    if (entry->last_message)
        json_name(w, "last_message"), put_message(w, entry->last_message, NULL);
    put_events(w, &entry->events, entry->has_more);
    json_close(w, '}');
}

static void put_left(struct json_writer *w, const struct sync_answer *answer,
                     const struct str *unknown, size_t unknown_count)
{
    json_name(w, "left");
    json_open(w, '[');
    for (size_t i = 0; i < answer->left_count; i++)
        put_id(w, answer->left[i].v);
    for (size_t i = 0; i < unknown_count; i++)
        json_put_text(w, unknown[i]);
    json_close(w, ']');
}

static void put_feed(struct json_writer *w, const struct feed_entry_list *entries)
{
    json_name(w, "me");
    json_open(w, '[');
    for (size_t i = 0; i < entries->count; i++) {
        const struct feed_entry *entry = &entries->items[i];
        json_open(w, '{');
        put_feed_entry(w, entry);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void encode_reply_sync(struct buf *out, struct str reply_to, const struct sync_answer *answer,
                       const struct str *unknown, size_t unknown_count)
{
    struct json_writer w = begin(out, reply_to, true);
    json_name(&w, "rooms");
    json_open(&w, '[');
    for (size_t i = 0; i < answer->room_count; i++)
        put_sync_room(&w, &answer->rooms[i]);
    json_close(&w, ']');
    put_left(&w, answer, unknown, unknown_count);
    put_feed(&w, &answer->me);
    json_name(&w, "rev"), json_put_u64(&w, answer->rev);
    put_next(&w, answer->next);
    json_close(&w, '}');
}
