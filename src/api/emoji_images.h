/* emoji_images.h - images of emoji that one worker has read lately, so that a page which shows a hundred of
 * them asks the store for each once. A hint only: what an address names never changes, but is taken away
 * together with its emoji, and is then forgotten here at once, or, should that word be lost, within a minute.
 * Owns:   copies of all it keeps, at most limits.emoji_cache_bytes. Thread: the worker's. Private to api. */
#pragma once

#include "core/digest.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/map.h"
#include "model/custom_emoji.h"

struct emoji_images {
    struct map by_digest; /* hashed; of two that share a place the later one is kept */
    struct list order;    /* the one that was kept first is first */
    uint64_t bytes;
    uint64_t age; /* grows whenever all of them are forgotten */
};

void emoji_images_init(struct emoji_images *images);
void emoji_images_deinit(struct emoji_images *images);

/* False: it is not here. *bytes is borrowed until the next call. */
bool emoji_images_get(struct emoji_images *images, struct str digest, uint64_t now_ms,
                      enum image_type *type, struct str *bytes);
/* What was read after `age` was seen, unless all was forgotten since. */
void emoji_images_put(struct emoji_images *images, uint64_t age, struct str digest,
                      enum image_type type, struct str bytes, uint64_t now_ms,
                      const struct limits *limits);
/* The emoji are others: all that is here may be gone. */
void emoji_images_forget(struct emoji_images *images);
