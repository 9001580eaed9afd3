/* Events that are told once and never stored: they have no seq. */
#include "proto/parts.h"

/* Opens the object. */
static void put_type(struct json_writer *w, struct str type)
{
    json_open(w, '{');
    json_name(w, "type"), json_put_text(w, type);
}

void encode_typing(struct buf *out, room_id room, user_id user, uint64_t thread)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("room.typing"));
    json_name(&w, "room"), put_id(&w, room.v);
    json_name(&w, "user_id"), put_id(&w, user.v);
    if (thread)
        json_name(&w, "thread"), json_put_u64(&w, thread);
    json_close(&w, '}');
}

void encode_delivered_event(struct buf *out, room_id room, user_id user, uint64_t seq)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("room.delivered"));
    json_name(&w, "room"), put_id(&w, room.v);
    json_name(&w, "user_id"), put_id(&w, user.v);
    json_name(&w, "delivered_seq"), json_put_u64(&w, seq);
    json_close(&w, '}');
}

void encode_read_event(struct buf *out, room_id room, user_id user, uint64_t read_seq,
                       uint64_t read_count)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("room.read"));
    json_name(&w, "room"), put_id(&w, room.v);
    json_name(&w, "user_id"), put_id(&w, user.v);
    json_name(&w, "read_seq"), json_put_u64(&w, read_seq);
    json_name(&w, "read_count"), json_put_u64(&w, read_count);
    json_close(&w, '}');
}

void encode_own_vote(struct buf *out, room_id room, uint64_t poll, uint64_t voted_seq,
                     uint64_t choices)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("poll.chosen"));
    json_name(&w, "room"), put_id(&w, room.v);
    json_name(&w, "target"), json_put_u64(&w, poll);
    json_name(&w, "voted_seq"), json_put_u64(&w, voted_seq);
    json_name(&w, "choices"), put_choices(&w, choices);
    json_close(&w, '}');
}

void encode_feed_changed(struct buf *out, const struct feed_entry *entry)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("feed.changed"));
    put_feed_entry(&w, entry);
    json_close(&w, '}');
}

void encode_user_updated(struct buf *out, const struct user *user, bool to_oneself)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("user.updated"));
    json_name(&w, "user"), put_profile(&w, user, to_oneself);
    json_close(&w, '}');
}

void encode_limits(struct buf *out, const struct limits *limits)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "message_bytes"), json_put_u64(&w, limits->message_text_bytes);
    json_name(&w, "message_edit_s"), json_put_u64(&w, limits->message_edit_s);
    json_name(&w, "message_delete_s"), json_put_u64(&w, limits->message_delete_s);
    json_name(&w, "frame_bytes"), json_put_u64(&w, limits->frame_bytes);
    json_name(&w, "nonce_chars"), json_put_u64(&w, limits->nonce_chars);
    json_name(&w, "room_name_bytes"), json_put_u64(&w, limits->room_name_bytes);
    json_name(&w, "room_first_members"), json_put_u64(&w, limits->room_first_members);
    json_name(&w, "room_members"), json_put_u64(&w, limits->room_members);
    json_name(&w, "display_name_bytes"), json_put_u64(&w, limits->display_name_bytes);
    json_name(&w, "history_limit"), json_put_u64(&w, limits->history_limit);
    json_name(&w, "sync_limit"), json_put_u64(&w, limits->sync_limit);
    json_name(&w, "page_limit"), json_put_u64(&w, limits->page_limit);
    json_name(&w, "delivered_members"), json_put_u64(&w, limits->delivered_members);
    json_name(&w, "poll_options"), json_put_u64(&w, limits->poll_options);
    json_name(&w, "poll_option_bytes"), json_put_u64(&w, limits->poll_option_bytes);
    json_name(&w, "poll_question_bytes"), json_put_u64(&w, limits->poll_question_bytes);
    json_name(&w, "poll_open_s"), json_put_u64(&w, limits->poll_open_s);
    json_name(&w, "filter_words"), json_put_u64(&w, limits->filter_words);
    json_name(&w, "filter_word_bytes"), json_put_u64(&w, limits->filter_word_bytes);
    json_name(&w, "filter_hosts"), json_put_u64(&w, limits->filter_hosts);
    json_name(&w, "emoji"), json_put_u64(&w, limits->emoji);
    json_name(&w, "emoji_bytes"), json_put_u64(&w, limits->emoji_bytes);
    json_name(&w, "emoji_side"), json_put_u64(&w, limits->emoji_side);
    json_close(&w, '}');
}

void encode_connected(struct buf *out, const struct user *user, session_id session, int64_t now,
                      struct str limits)
{
    enum { BESIDE_LIMITS = 512 };
    buf_reserve(out, limits.len + BESIDE_LIMITS);
    struct json_writer w = json_writer(out);
    put_type(&w, STR("connection.connected"));
    json_name(&w, "user"), put_profile(&w, user, true);
    json_name(&w, "session"), put_id(&w, session.v);
    json_name(&w, "time"), put_time(&w, now);
    json_name(&w, "server");
    json_open(&w, '{');
    json_name(&w, "name"), json_put_text(&w, STR("NatterNet"));
    json_name(&w, "version"), json_put_text(&w, STR(NATTERNET_VERSION));
    json_close(&w, '}');
    json_name(&w, "limits"), json_put_raw(&w, limits);
    json_close(&w, '}');
}

void encode_emoji_changed(struct buf *out, uint64_t version)
{
    struct json_writer w = json_writer(out);
    put_type(&w, STR("emoji.changed"));
    json_name(&w, "version"), json_put_u64(&w, version);
    json_close(&w, '}');
}
