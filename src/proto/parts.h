/* parts.h - the pieces that the encoders share: values as the API writes them, and the objects that
 * occur within others. Private to proto; encode.h is the door.
 * Thread: any. */
#pragma once

#include "core/clock.h"
#include "json/writer.h"
#include "proto/encode.h"

/* Ids, times and message ids need no escapes: each is written in one piece. */
static inline void put_id(struct json_writer *w, uint64_t id)
{
    json_separate(w);
    char *at = buf_reserve(w->out, BASE62_LEN + 2);
    at[0] = '"';
    base62_print(id, at + 1);
    at[BASE62_LEN + 1] = '"';
    w->out->len += BASE62_LEN + 2;
}

static inline void put_time(struct json_writer *w, int64_t ms)
{
    json_separate(w);
    char *at = buf_reserve(w->out, TIME_TEXT_LEN + 2);
    at[0] = '"';
    clock_format(ms, at + 1);
    at[TIME_TEXT_LEN + 1] = '"';
    w->out->len += TIME_TEXT_LEN + 2;
}

/* "<room>.<seq>": at most 36 characters, and nothing to be stored. */
static inline void put_message_id(struct json_writer *w, const struct event *event)
{
    json_separate(w);
    char *at = buf_reserve(w->out, BASE62_LEN + 2);
    at[0] = '"';
    base62_print(event->room.v, at + 1);
    at[BASE62_LEN + 1] = '.';
    w->out->len += BASE62_LEN + 2;
    buf_put_u64(w->out, event->seq);
    buf_put_char(w->out, '"');
}

/* The `next` of a list: null at its end. */
static inline void put_next(struct json_writer *w, struct str next)
{
    json_name(w, "next");
    if (next.len)
        json_put_text(w, next);
    else
        json_put_null(w);
}

/* Which bits of enum room_hold, by their names. */
void put_holds(struct json_writer *w, uint64_t held);
void put_kind(struct json_writer *w, enum room_kind kind);
void put_role(struct json_writer *w, enum role role);
void put_user(struct json_writer *w, const struct user *user, bool to_oneself);
/* ... and what they tell of themselves */
void put_profile(struct json_writer *w, const struct user *user, bool to_oneself);
void put_event(struct json_writer *w, const struct event *event);
/* reactions may be NULL: in events, that come to everybody and are followed by those of reactions. */
void put_message(struct json_writer *w, const struct event *event,
                 const struct reaction_list *reactions);
void put_deleted(struct json_writer *w, size_t deleted, uint64_t next);

/* Within an object that is open: */
/* A bit for each, from 0 on. */
void put_choices(struct json_writer *w, uint64_t choices);
void put_message_page(struct json_writer *w, const struct message_view *view);
void put_done(struct json_writer *w, const struct event *event, bool duplicate);
void put_events(struct json_writer *w, const struct event_list *events, bool has_more);
/* The fields of a link; `links`, code of each at the same place. */
void put_link(struct json_writer *w, const struct room_link *link, struct str code);
void put_links(struct json_writer *w, const struct room_link_list *links, const struct str *codes);
void put_read(struct json_writer *w, uint64_t read_seq, uint64_t unread);
/* what was set in a room: the members of an object that is JSON already */
void put_settings(struct json_writer *w, struct str object);
/* as oneself sees it; of each, oneself among them */
void put_own_presence(struct json_writer *w, const struct presence *presence);
void put_presences(struct json_writer *w, const struct presence_list *presences, user_id self);
/* key, value, rev */
void put_feed_entry(struct json_writer *w, const struct feed_entry *entry);
/* kind, name or peer, and what is set in it */
void put_room_face(struct json_writer *w, const struct room_view *view);
/* role, last_count, read_seq, read_count, unread, mentions */
void put_room_standing(struct json_writer *w, const struct room_view *view);
/* code, detail, field, retry_after */
void put_problem(struct json_writer *w, const struct problem *problem);

/* ---- people in lists ------------------------------------------------------------------------- */
/* The one with this id, likely at `at`; NULL: not among them. */
const struct user *user_among(const struct user_list *users, size_t at, user_id id);
void put_person(struct json_writer *w, user_id id,
                const struct user *user); /* "user"; NULL: deleted */
