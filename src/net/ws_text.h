/* ws_text.h - one text message, or a few in a row, for any number of receivers and workers, framed
 * once: as they are, and compressed for those who agreed to permessage-deflate. Frames of several
 * lie behind each other in one piece, so a receiver's queue and socket have one thing to do for
 * all of them.
 * Owns:   a reference to the frames.
 * Thread: made by one, then shared; the frames never change. */
#pragma once

#include "core/bytes.h"

struct ws_deflater;

struct ws_text {
    struct bytes *plain;
    struct bytes *deflated; /* NULL: nobody wants it, or it is not worth it */
    uint32_t count;         /* of messages */
    uint32_t longest;       /* bytes of the longest frame among the plain ones */
};

/* `lens` are those of the texts, which lie behind each other. Without a deflater there are only the
 * plain frames. */
void ws_text_init(struct ws_text *frames, const char *texts, const uint32_t *lens, uint32_t count,
                  struct ws_deflater *deflater);
void ws_text_deinit(struct ws_text *frames); /* zeroed is fine */
