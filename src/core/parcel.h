/* parcel.h - what the server and a helper process of its own say to each other: a kind, a number and
 * a few texts, one packet of a SOCK_SEQPACKET each, so that nothing is ever half there.
 *
 * What they mean is theirs; who receives one still judges every field, since a helper speaks with
 * strangers.
 * Owns:   nothing. Thread: any. */
#pragma once

#include "core/buf.h"

enum { PARCEL_TEXTS = 3, PARCEL_BYTES_MAX = 131072 };

struct parcel {
    uint8_t kind;
    uint32_t number;
    struct str texts[PARCEL_TEXTS];
};

void parcel_write(const struct parcel *parcel, struct buf *out);
/* The texts point into `bytes`. False if that is no parcel, exactly. */
bool parcel_read(struct str bytes, struct parcel *out);

/* 0 or -errno; -EMSGSIZE where it is too large. */
int parcel_send(int fd, const struct parcel *parcel) MUST_USE;
/* 0, and the parcel lies in `space`; -EAGAIN: there is none now, and the socket does not block;
 * -EPIPE: the other end is gone; -EBADMSG: it sent something else; or another -errno. */
int parcel_receive(int fd, struct buf *space, struct parcel *out) MUST_USE;
