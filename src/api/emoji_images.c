#include "api/emoji_images.h"

#include "core/base.h"

enum { KEPT_MS = 60000 };

struct kept {
    struct list link;
    char digest[DIGEST_LEN];
    enum image_type type;
    uint64_t since; /* ms */
    size_t len;
    char bytes[];
};

/* A digest is as good as chance: eight of its bytes tell them apart well enough, and the rest is compared. */
static uint64_t key_of(struct str digest)
{
    uint64_t key;
    REQUIRE(digest.len == DIGEST_LEN);
    memcpy(&key, digest.ptr, sizeof(key));
    return key;
}

static void drop(struct emoji_images *images, struct kept *kept)
{
    map_remove(&images->by_digest, key_of(str_of(kept->digest, DIGEST_LEN)));
    list_remove(&kept->link);
    images->bytes -= kept->len;
    xfree(kept);
}

static struct kept *oldest(const struct emoji_images *images)
{
    return CONTAINER_OF(images->order.next, struct kept, link);
}

void emoji_images_init(struct emoji_images *images)
{
    *images = (struct emoji_images){0};
    list_init(&images->order);
}

void emoji_images_forget(struct emoji_images *images)
{
    images->age++;
    while (!list_empty(&images->order))
        drop(images, oldest(images));
}

void emoji_images_deinit(struct emoji_images *images)
{
    emoji_images_forget(images);
    map_deinit(&images->by_digest);
}

bool emoji_images_get(struct emoji_images *images, struct str digest, uint64_t now_ms,
                      enum image_type *type, struct str *bytes)
{
    struct kept *kept = map_get(&images->by_digest, key_of(digest));
    if (kept && now_ms - kept->since > KEPT_MS) {
        drop(images, kept);
        return false;
    }
    if (!kept || !str_eq(str_of(kept->digest, DIGEST_LEN), digest))
        return false;
    *type = kept->type;
    *bytes = str_of(kept->bytes, kept->len);
    return true;
}

void emoji_images_put(struct emoji_images *images, uint64_t age, struct str digest,
                      enum image_type type, struct str bytes, uint64_t now_ms,
                      const struct limits *limits)
{
    if (age != images->age || bytes.len > limits->emoji_cache_bytes)
        return;
    struct kept *before = map_get(&images->by_digest, key_of(digest));
    if (before)
        drop(images, before);
    while (images->bytes + bytes.len > limits->emoji_cache_bytes)
        drop(images, oldest(images));
    struct kept *kept = xmalloc(sizeof(*kept) + bytes.len);
    kept->type = type;
    kept->since = now_ms;
    kept->len = bytes.len;
    memcpy(kept->digest, digest.ptr, DIGEST_LEN);
    memcpy(kept->bytes, bytes.ptr, bytes.len);
    map_put(&images->by_digest, key_of(digest), kept);
    list_append(&images->order, &kept->link);
    images->bytes += bytes.len;
}
