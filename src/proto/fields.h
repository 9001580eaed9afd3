/* fields.h - a JSON object that a client sent, read field by field.
 *
 * The error is sticky: read all fields, then look once at `problem`. After the first error every
 * getter returns nothing. Unknown fields are ignored; missing or mistyped ones are refused with the
 * field's name (422), text that is not JSON, or no object, with json.malformed (400).
 * Owns:   everything points into the arena or the slice given; both must outlive the fields.
 * Thread: one. */
#pragma once

#include "core/arena.h"
#include "core/limits.h"
#include "model/ids.h"
#include "model/mentions.h"
#include "model/problem.h"
#include "model/sync.h"

struct json;

struct fields {
    struct arena *arena;
    const struct json *object; /* NULL: it could not be parsed */
    struct problem problem;
};

enum need { OPTIONAL, REQUIRED };

/* Empty bytes count as {}. Nested deeper than 32, or with a key twice: refused. Starts `fields`
 * anew; false if the problem is set. */
bool fields_parse(struct fields *fields, struct arena *arena, struct str bytes);
bool fields_has(const struct fields *fields, const char *name); /* null counts as there */

/* An OPTIONAL field that is null counts as absent; a REQUIRED one is then mistyped. */

/* Text of min to max bytes, without NUL; STR_NONE if absent and OPTIONAL (an empty text that is
 * there has a ptr). */
struct str fields_text(struct fields *fields, const char *name, enum need need, size_t min,
                       size_t max);
/* A whole number from min to max; `otherwise` if absent and OPTIONAL. */
uint64_t fields_number(struct fields *fields, const char *name, enum need need, uint64_t min,
                       uint64_t max, uint64_t otherwise);
bool fields_flag(struct fields *fields, const char *name, bool otherwise);
struct str fields_nonce(struct fields *fields, enum need need); /* "nonce" */
/* Ids that do not even look like one are returned as 0 without a problem: they name nothing, and
 * the caller answers as for any unknown one. */
room_id fields_room(struct fields *fields, const char *name);   /* required text */
user_id fields_user(struct fields *fields, const char *name);   /* required text */
enum role fields_role(struct fields *fields, const char *name); /* required; ROLE_NONE on error */
/* A required list of at most max ids; never NULL, with *count 0 after an error. */
user_id *fields_users(struct fields *fields, const char *name, size_t max, size_t *count);
/* A required object, to be read by itself into *out, whose problems stay there. False: there is none, which is a
 * problem of `fields`, unless it has one, in these words. */
bool fields_within(struct fields *fields, const char *name, struct str why, struct fields *out);
/* A required object, as JSON again, of at most max bytes. */
struct str fields_object(struct fields *fields, const char *name, size_t max);
/* "key" of the feed. */
struct str fields_feed_key(struct fields *fields);
uint64_t fields_feed_rev(struct fields *fields); /* "rev"; FEED_ANY_REV if absent */
struct problem feed_key_problem(struct arena *arena);
/* A required emoji; STR_NONE after an error. */
struct str fields_emoji(struct fields *fields, const char *name);
/* The same as a JSON object, for the payload of the event. */
struct str fields_emoji_payload(struct arena *arena, struct str emoji);
/* "content", checked and made canonical: one known type, its fields in a fixed order, nothing else
 * (content.h); and whom it mentions, unless mentions is NULL. */
struct str fields_content(struct fields *fields, const struct limits *limits,
                          struct mentions *mentions);
/* What is wrong with "content", which then is no problem of the fields: a nonce that is stored is answered with its
 * event, whatever its content. ERR_OK: nothing is, or something else came first. */
struct problem fields_take_content_problem(struct fields *fields);
/* "rooms": {room id: seq} into out->seen, sorted by room; ids that name nothing are kept as id 0
 * first. Their texts are returned too, so that `left` can repeat them. Absent: none. */
void fields_seen(struct fields *fields, struct sync_query *out, struct str **unknown,
                 size_t *unknown_count);

/* The "id" of a WebSocket command as JSON to be repeated in reply_to: a number, as it was written,
 * or a string of at most 64 characters; STR("null") if it is absent or something else
 * (a problem of the field `id` then). Answers after an error too, since the error's reply needs it. */
struct str fields_reply_to(struct fields *fields);
