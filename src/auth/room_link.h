/* room_link.h - the code of a link that lets people into a room.
 *
 * base64url(room 8 | seq of the event that made it 8 | MAC 16), numbers big-endian, the MAC with a key
 * that is not in the database: so nothing in the database can be shown as a code, and those who may see
 * a link can be given its code again.
 * Fails:  false; the comparison takes the same time wherever the difference is.
 * Thread: any. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

struct keys;

enum { ROOM_LINK_LEN = 43, ROOM_LINK_SIZE = ROOM_LINK_LEN + 1 }; /* characters of 32 bytes */

/* Writes the code and its final NUL. */
struct str room_link_print(const struct keys *keys, room_id room, uint64_t seq,
                           char out[ROOM_LINK_SIZE]);
/* Of a code that we made, what it is for. */
bool room_link_read(const struct keys *keys, struct str code, room_id *room, uint64_t *seq);
