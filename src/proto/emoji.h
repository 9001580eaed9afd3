/* emoji.h - is a text one emoji, as people pick it from a keyboard?
 *
 * The grammar of UTS #51 (possible emoji sequences: flags, keycaps, skin tones, families, tags) over
 * the blocks in which emoji lie, so that new ones of a known kind need no new table here.
 * Thread: any. */
#pragma once

#include "core/str.h"

/* 1 to EMOJI_BYTES_MAX bytes of UTF-8, one emoji and nothing else. */
bool emoji_is_valid(struct str text);
/* That, or ":name:" of one of the server, whether there is one of this name or not. */
bool emoji_is_reaction(struct str text);
