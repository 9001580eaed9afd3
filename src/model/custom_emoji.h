/* custom_emoji.h - pictures that administrators give to this server, to be used by their names like any emoji:
 * ":name:" in a text, and as a reaction.
 * Texts are borrowed from the arena of whoever read them. Thread: any. */
#pragma once

#include "core/arena.h"
#include "core/digest.h"
#include "model/ids.h"

enum {
    EMOJI_NAME_MIN = 2,
    EMOJI_NAME_MAX = 32,
    EMOJI_FORMER_MOST = 8, /* names that one had before; older ones are forgotten */
};

/* Values are stored: never renumber. */
enum image_type { IMAGE_NONE, IMAGE_PNG, IMAGE_GIF, IMAGE_WEBP, IMAGE_TYPES };
struct str image_media_type(enum image_type type); /* "image/png" */

struct image {
    enum image_type type;
    uint32_t width, height; /* pixels */
    uint32_t frames;        /* 1: it does not move */
};

struct custom_emoji {
    uint64_t id;
    struct str name;
    struct str former; /* names that it had, the last one first, with a space between them */
    struct str digest; /* of its bytes: what the image is called, DIGEST_LEN */
    struct image image;
    uint64_t bytes;
    user_id by;
    int64_t created_at; /* ms */
};

struct custom_emoji_list {
    struct custom_emoji *items;
    size_t count;
};

/* a-z, 0-9 and _, EMOJI_NAME_MIN to EMOJI_NAME_MAX of them. */
bool emoji_name_is_valid(struct str name);
/* ":name:" of such a name, nothing else; *name is within it. */
bool emoji_is_custom(struct str text, struct str *name);

/* Was it called so before? */
bool custom_emoji_had(const struct custom_emoji *emoji, struct str name);
/* Calls it so from now on, and what it was called until now is one of its former names. */
void custom_emoji_rename(struct custom_emoji *emoji, struct str name, struct arena *arena);
/* The name is another's now. */
void custom_emoji_forget(struct custom_emoji *emoji, struct str name, struct arena *arena);
