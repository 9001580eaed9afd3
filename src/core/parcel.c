#include "core/parcel.h"

#include <errno.h>
#include <sys/socket.h>

static void put_u32(struct buf *out, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                             (uint8_t)value};
    buf_put(out, bytes, sizeof(bytes));
}

static bool take_u32(struct str *rest, uint32_t *out)
{
    if (rest->len < 4)
        return false;
    const uint8_t *at = (const uint8_t *)rest->ptr;
    *out = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    *rest = str_of(rest->ptr + 4, rest->len - 4);
    return true;
}

void parcel_write(const struct parcel *parcel, struct buf *out)
{
    buf_put_char(out, (char)parcel->kind);
    put_u32(out, parcel->number);
    for (size_t i = 0; i < PARCEL_TEXTS; i++) {
        put_u32(out, (uint32_t)parcel->texts[i].len);
        buf_put_str(out, parcel->texts[i]);
    }
}

bool parcel_read(struct str bytes, struct parcel *out)
{
    if (bytes.len == 0)
        return false;
    out->kind = (uint8_t)bytes.ptr[0];
    bytes = str_of(bytes.ptr + 1, bytes.len - 1);
    if (!take_u32(&bytes, &out->number))
        return false;
    for (size_t i = 0; i < PARCEL_TEXTS; i++) {
        uint32_t len;
        if (!take_u32(&bytes, &len) || len > bytes.len)
            return false;
        out->texts[i] = str_of(bytes.ptr, len);
        bytes = str_of(bytes.ptr + len, bytes.len - len);
    }
    return bytes.len == 0;
}

int parcel_send(int fd, const struct parcel *parcel)
{
    OWN(buf_deinit) struct buf bytes = BUF_INIT;
    parcel_write(parcel, &bytes);
    if (bytes.len > PARCEL_BYTES_MAX)
        return -EMSGSIZE;
    ssize_t n;
    do
        n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int parcel_receive(int fd, struct buf *space, struct parcel *out)
{
    buf_clear(space);
    ssize_t n;
    do
        n = recv(fd, buf_reserve(space, PARCEL_BYTES_MAX), PARCEL_BYTES_MAX, MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == ECONNRESET ? -EPIPE : -errno;
    if (n == 0)
        return -EPIPE;
    if (n > PARCEL_BYTES_MAX)
        return -EBADMSG;
    space->len = (size_t)n;
    return parcel_read(buf_str(space), out) ? 0 : -EBADMSG;
}
