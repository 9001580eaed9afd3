#include "proto/image_read.h"

/* What is left to read. Past its end it gives zeros, and is bad from then on. */
struct walk {
    const uint8_t *at;
    size_t left;
    bool bad;
};

static struct walk walk_of(struct str bytes)
{
    return (struct walk){.at = (const uint8_t *)bytes.ptr, .left = bytes.len};
}

static struct str take(struct walk *walk, size_t len)
{
    if (walk->bad || len > walk->left) {
        walk->bad = true;
        return STR_NONE;
    }
    struct str taken = str_of((const char *)walk->at, len);
    walk->at += len;
    walk->left -= len;
    return taken;
}

static uint8_t take_byte(struct walk *walk)
{
    struct str byte = take(walk, 1);
    return byte.len ? (uint8_t)byte.ptr[0] : 0;
}

/* Of up to four bytes, the least first. */
static uint32_t take_little(struct walk *walk, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)take_byte(walk) << (8 * i);
    return value;
}

static uint32_t take_big(struct walk *walk)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | take_byte(walk);
    return value;
}

/* ---- PNG (ISO/IEC 15948; APNG has several fcTL) ---------------------------------------------------- */

enum { PNG_CRC = 4, PNG_HEAD = 13 };

static bool read_png_head(struct walk *walk, struct image *out)
{
    if (take_big(walk) != PNG_HEAD || !str_eq(take(walk, 4), STR("IHDR")))
        return false;
    out->width = take_big(walk);
    out->height = take_big(walk);
    take(walk, PNG_HEAD - 8 + PNG_CRC);
    return out->width <= INT32_MAX && out->height <= INT32_MAX;
}

static bool read_png(struct walk walk, struct image *out)
{
    bool has_data = false, ended = false;
    uint32_t frames = 0;
    if (!read_png_head(&walk, out))
        return false;
    while (!walk.bad && !ended) {
        uint32_t len = take_big(&walk);
        struct str type = take(&walk, 4);
        take(&walk, len);
        take(&walk, PNG_CRC);
        has_data |= str_eq(type, STR("IDAT"));
        frames += str_eq(type, STR("fcTL"));
        ended = str_eq(type, STR("IEND"));
    }
    out->frames = frames > 1 ? frames : 1;
    return has_data && ended && !walk.bad && walk.left == 0;
}

/* ---- GIF (87a and 89a) ------------------------------------------------------------------------------ */

enum { GIF_EXTENSION = 0x21, GIF_FRAME = 0x2c, GIF_TRAILER = 0x3b, GIF_HAS_COLORS = 0x80 };

static void skip_gif_colors(struct walk *walk, uint8_t flags)
{
    if (flags & GIF_HAS_COLORS)
        take(walk, (size_t)3 << ((flags & 7) + 1));
}

static void skip_gif_blocks(struct walk *walk)
{
    uint8_t len;
    while ((len = take_byte(walk)) != 0)
        take(walk, len);
}

/* A frame lies within the picture. */
static bool read_gif_frame(struct walk *walk, const struct image *image)
{
    uint32_t left = take_little(walk, 2), top = take_little(walk, 2);
    uint32_t width = take_little(walk, 2), height = take_little(walk, 2);
    skip_gif_colors(walk, take_byte(walk));
    take(walk, 1); /* code size */
    skip_gif_blocks(walk);
    return left + width <= image->width && top + height <= image->height;
}

static bool read_gif(struct walk walk, struct image *out)
{
    out->width = take_little(&walk, 2);
    out->height = take_little(&walk, 2);
    uint8_t flags = take_byte(&walk);
    take(&walk, 2); /* background, aspect */
    skip_gif_colors(&walk, flags);
    for (;;) {
        switch (take_byte(&walk)) {
        case GIF_EXTENSION:
            take(&walk, 1);
            skip_gif_blocks(&walk);
            break;
        case GIF_FRAME:
            if (!read_gif_frame(&walk, out))
                return false;
            out->frames++;
            break;
        case GIF_TRAILER:
            return !walk.bad && walk.left == 0 && out->frames > 0;
        default:
            return false;
        }
    }
}

/* ---- WebP (RFC 9649) ----------------------------------------------------------------------------------- */

enum {
    VP8L_SIGNATURE = 0x2f,
    WEBP_SIDE_BITS = 14,
    WEBP_FRAME_HEAD = 16,
};

/* The picture in a VP8 or VP8L chunk. */
static bool read_webp_picture(struct str type, struct str data, struct image *out)
{
    struct walk walk = walk_of(data);
    const uint32_t side = (1u << WEBP_SIDE_BITS) - 1;
    if (str_eq(type, STR("VP8L"))) {
        bool is_one = take_byte(&walk) == VP8L_SIGNATURE;
        uint32_t bits = take_little(&walk, 4);
        out->width = (bits & side) + 1;
        out->height = (bits >> WEBP_SIDE_BITS & side) + 1;
        return is_one && !walk.bad;
    }
    bool is_key = !(take_byte(&walk) & 1);
    take(&walk, 2);
    bool is_one = str_eq(take(&walk, 3), STR("\x9d\x01\x2a"));
    out->width = take_little(&walk, 2) & side;
    out->height = take_little(&walk, 2) & side;
    return is_key && is_one && !walk.bad;
}

static bool read_webp_canvas(struct str data, struct image *out)
{
    struct walk walk = walk_of(data);
    take(&walk, 4); /* flags */
    out->width = take_little(&walk, 3) + 1;
    out->height = take_little(&walk, 3) + 1;
    return !walk.bad;
}

/* One frame of an animation lies within the picture. */
static bool read_webp_frame(struct str data, const struct image *image)
{
    struct walk walk = walk_of(data);
    uint32_t left = take_little(&walk, 3) * 2, top = take_little(&walk, 3) * 2;
    uint32_t width = take_little(&walk, 3) + 1, height = take_little(&walk, 3) + 1;
    return !walk.bad && data.len > WEBP_FRAME_HEAD && left + width <= image->width &&
           top + height <= image->height;
}

struct webp {
    struct image *image;
    bool extended; /* it has a canvas, which decides how large it is */
    uint32_t pictures, frames;
};

static bool read_webp_chunk(struct webp *webp, struct str type, struct str data)
{
    struct image inner = {0};
    if (str_eq(type, STR("VP8X"))) {
        bool first = !webp->extended && webp->pictures == 0;
        webp->extended = true;
        return first && read_webp_canvas(data, webp->image);
    }
    if (str_eq(type, STR("ANMF"))) {
        webp->frames++;
        return webp->extended && read_webp_frame(data, webp->image);
    }
    if (!str_eq(type, STR("VP8 ")) && !str_eq(type, STR("VP8L")))
        return webp->extended; /* what it says beside: colours, transparency, where it was taken */
    webp->pictures++;
    if (!read_webp_picture(type, data, &inner))
        return false;
    if (webp->extended)
        return inner.width == webp->image->width && inner.height == webp->image->height;
    webp->image->width = inner.width;
    webp->image->height = inner.height;
    return true;
}

static bool read_webp(struct walk walk, struct image *out)
{
    struct webp webp = {.image = out};
    uint32_t len = take_little(&walk, 4);
    if (len != walk.left || !str_eq(take(&walk, 4), STR("WEBP")))
        return false;
    while (!walk.bad && walk.left > 0) {
        struct str type = take(&walk, 4);
        uint32_t bytes = take_little(&walk, 4);
        struct str data = take(&walk, bytes);
        take(&walk, bytes & 1);
        if (walk.bad || !read_webp_chunk(&webp, type, data))
            return false;
    }
    out->frames = webp.frames > 0 ? webp.frames : 1;
    return !walk.bad && (webp.frames > 0) != (webp.pictures == 1) && webp.pictures < 2;
}

/* ---- which of them ------------------------------------------------------------------------------------- */

static const struct format {
    enum image_type type;
    struct str begin;
    bool (*read)(struct walk walk, struct image *out);
} formats[] = {
    {IMAGE_PNG, STR_INIT("\x89PNG\r\n\x1a\n"), read_png},
    {IMAGE_GIF, STR_INIT("GIF87a"), read_gif},
    {IMAGE_GIF, STR_INIT("GIF89a"), read_gif},
    {IMAGE_WEBP, STR_INIT("RIFF"), read_webp},
};

bool image_read(struct str bytes, struct image *out)
{
    *out = (struct image){0};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct walk walk = walk_of(bytes);
        if (!str_starts(bytes, formats[i].begin))
            continue;
        take(&walk, formats[i].begin.len);
        out->type = formats[i].type;
        return formats[i].read(walk, out) && out->width > 0 && out->height > 0;
    }
    return false;
}
