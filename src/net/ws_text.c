#include "net/ws_text.h"

#include "core/buf.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

static struct bytes *frame_all(const char *texts, const uint32_t *lens, uint32_t count,
                               uint32_t *longest)
{
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size += WS_SERVER_HEAD_MAX + lens[i];
    struct bytes *frames = bytes_new(size);
    char *at = frames->data;
    *longest = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t head = ws_frame_head((uint8_t *)at, WS_TEXT, lens[i]);
        memcpy(at + head, texts, lens[i]);
        at += head + lens[i];
        texts += lens[i];
        if (head + lens[i] > *longest)
            *longest = (uint32_t)head + lens[i];
    }
    frames->len = (uint32_t)(at - frames->data);
    return frames;
}

/* Those that compressing does not make smaller stay plain among the others. NULL: none became so. */
static struct bytes *deflate_all(const char *texts, const uint32_t *lens, uint32_t count,
                                 struct ws_deflater *deflater)
{
    if (count == 1)
        return ws_deflate(deflater, str_of(texts, lens[0]));
    OWN(buf_deinit) struct buf all = BUF_INIT;
    bool any = false;
    for (uint32_t i = 0; i < count; texts += lens[i], i++) {
        OWN(bytes_unref) struct bytes *frame = ws_deflate(deflater, str_of(texts, lens[i]));
        any |= frame != NULL;
        if (!frame)
            frame = ws_frame_new(WS_TEXT, str_of(texts, lens[i]));
        buf_put_str(&all, bytes_str(frame));
    }
    return any ? bytes_copy(buf_str(&all)) : NULL;
}

void ws_text_init(struct ws_text *frames, const char *texts, const uint32_t *lens, uint32_t count,
                  struct ws_deflater *deflater)
{
    frames->count = count;
    frames->plain = frame_all(texts, lens, count, &frames->longest);
    frames->deflated = deflater ? deflate_all(texts, lens, count, deflater) : NULL;
}

void ws_text_deinit(struct ws_text *frames)
{
    bytes_unref(frames->plain);
    bytes_unref(frames->deflated);
}
