/* image_read.h - what kind of image some bytes are, how large it is and how many frames it has: PNG
 * (animated ones too), GIF and WebP. Nothing is decoded: the containers are walked from the first byte to
 * the last, which must be that of the image, so that no other file hides behind one.
 * Thread: any. */
#pragma once

#include "model/custom_emoji.h"

/* False: it is none of these, or not whole. Width, height and frames are at least 1. */
bool image_read(struct str bytes, struct image *out);
