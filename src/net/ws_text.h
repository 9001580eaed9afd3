/* ws_text.h - one text message for any number of receivers and workers, framed once: as it is, and
 * compressed for those who agreed to permessage-deflate.
 * Owns:   a reference to each frame.
 * Thread: made by one, then shared; the frames never change. */
#pragma once

#include "core/bytes.h"

struct ws_deflater;

struct ws_text {
    struct bytes *plain;
    struct bytes *deflated; /* NULL: nobody wants it, or it is not worth it */
};

/* Without a deflater there is only the plain one. */
void ws_text_init(struct ws_text *frames, struct str text, struct ws_deflater *deflater);
void ws_text_deinit(struct ws_text *frames); /* zeroed is fine */
