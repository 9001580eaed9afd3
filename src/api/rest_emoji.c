/* Emoji of the server: what there are, their images, and what administrators do to them. */
#include "api/emoji_images.h"
#include "api/router.h"
#include "api/worker.h"
#include "proto/image_read.h"

/* ---- all of them --------------------------------------------------------------------------------- */

/* "VERSION-PROGRAM", as another program may say more of each. */
static const struct str etag_end = STR_INIT("-" NATTERNET_VERSION "\"");

/* The version that the client has; 0: none, or one of another program. Weakly compared (RFC 9110, 13.1.2): it
 * only spares the bytes. */
static uint64_t known_version(const struct request *request)
{
    struct str tag = str_trim(http_header_get(request->http, STR("If-None-Match")));
    if (str_starts(tag, STR("W/")))
        tag = str_of(tag.ptr + 2, tag.len - 2);
    uint64_t version;
    if (tag.len <= etag_end.len + 1 || tag.ptr[0] != '"' ||
        !str_eq(str_of(tag.ptr + tag.len - etag_end.len, etag_end.len), etag_end))
        return 0;
    return str_to_u64(str_of(tag.ptr + 1, tag.len - etag_end.len - 1), &version) ? version : 0;
}

static void listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    request_header(request, STR("ETag"),
                   arena_printf(request->arena, "\"%llu%.*s", (unsigned long long)query->version,
                                STR_ARG(etag_end)));
    request_header(request, STR("Cache-Control"), STR("private, no-cache"));
    if (query->duplicate) {
        request_answer(request, 304, STR(""), STR(""));
        return;
    }
    encode_emoji_list(&body, &query->emojis, query->version);
    request_answer_json(request, 200, &body);
}

void rest_list_emoji(struct request *request)
{
    request->query = (struct query){.seq = known_version(request)};
    request_post_query(request, query_emoji, listed);
}

/* ---- one image ----------------------------------------------------------------------------------- */

/* Nothing in it is run, whatever it is taken for. Pages of other origins get it where the operator allows
 * some. */
static void answer_image(struct request *request, enum image_type type, struct str bytes)
{
    request_header(request, STR("Content-Security-Policy"),
                   STR("default-src 'none'; sandbox; frame-ancestors 'none'"));
    request_header(request, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
    if (request->api->shared->config->allow_origin_count)
        request_header(request, STR("Cross-Origin-Resource-Policy"), STR("cross-origin"));
    request_answer(request, 200, image_media_type(type), bytes);
}

static void image_found(struct request *request)
{
    struct api *api = request->api;
    const struct query *query = &request->query;
    emoji_images_put(&api->emoji_images, query->version, query->key, query->image_type,
                     query->value, loop_now_ms(api->loop), api->limits);
    answer_image(request, query->image_type, query->value);
}

void rest_get_emoji_image(struct request *request)
{
    struct emoji_images *images = &request->api->emoji_images;
    struct str digest = request->path[0], bytes;
    enum image_type type;
    if (!digest_is_one(digest)) {
        request_answer_err(request, ERR_EMOJI_NOT_FOUND);
        return;
    }
    if (emoji_images_get(images, digest, loop_now_ms(request->api->loop), &type, &bytes)) {
        answer_image(request, type, arena_copy(request->arena, bytes));
        return;
    }
    /* The store's own version is not read with one image: here it is that of what is kept. */
    request->query = (struct query){.key = digest, .version = images->age};
    request_post_query(request, query_emoji_image, image_found);
}

/* ---- what administrators do ---------------------------------------------------------------------- */

static void check_name(struct request *request, struct str name)
{
    if (!emoji_name_is_valid(name) && request->problem.err == ERR_OK)
        request->problem =
            problem_field(ERR_FIELD_INVALID, STR("name"),
                          STR("A name is 2 to 32 of a-z, 0-9 and _, such as party_parrot."));
}

static bool is_image(const struct http_request *http)
{
    struct str type = http_header_get(http, STR("Content-Type"));
    struct str name = str_trim(str_cut(&type, ';'));
    for (enum image_type i = IMAGE_NONE + 1; i < IMAGE_TYPES; i++)
        if (str_eq_nocase(name, image_media_type(i)))
            return http_header_count(http, STR("Content-Type")) == 1;
    return false;
}

static struct problem refuse_image(struct str detail)
{
    return (struct problem){.err = ERR_EMOJI_IMAGE_INVALID, .detail = detail};
}

static struct problem check_image(struct request *request, struct image *out)
{
    const struct limits *limits = request->api->limits;
    if (!image_read(request->http->body, out))
        return refuse_image(STR_NONE);
    if (out->width > limits->emoji_side || out->height > limits->emoji_side) {
        LIMIT_HIT(limits, emoji_side);
        return refuse_image(arena_printf(
            request->arena, "The image is %u by %u pixels; make it at most %llu on either side.",
            out->width, out->height, (unsigned long long)limits->emoji_side));
    }
    if (out->frames > limits->emoji_frames) {
        LIMIT_HIT(limits, emoji_frames);
        return refuse_image(arena_printf(request->arena,
                                         "The image has %u frames; leave at most %llu of them.",
                                         out->frames, (unsigned long long)limits->emoji_frames));
    }
    return problem_of(ERR_OK);
}

/* A condition that does not hold is for the store to refuse, so that nothing is written. */
static enum feed_condition condition_of(struct request *request)
{
    enum feed_condition condition = request->unmet ? FEED_NEVER : FEED_ANYWAY;
    request->unmet = false;
    return condition;
}

static void put_there(struct request *request)
{
    struct buf body = BUF_INIT;
    const struct custom_emoji *emoji = &request->query.emoji;
    if (!request->query.duplicate)
        request_location(request,
                         arena_printf(request->arena, "/emoji/%.*s", STR_ARG(emoji->digest)));
    encode_emoji(&body, emoji);
    request_answer_json(request, request->query.duplicate ? 200 : 201, &body);
}

void rest_put_emoji(struct request *request)
{
    char digest[DIGEST_LEN];
    struct str body = request->http->body, name = request->path[0];
    struct custom_emoji emoji = {.name = name, .bytes = body.len};
    if (!is_image(request->http)) {
        request_header(request, STR("Accept"), STR("image/png, image/gif, image/webp"));
        request_answer_problem(
            request, &(struct problem){.err = ERR_MEDIA_TYPE_UNSUPPORTED,
                                       .detail = STR("Send a PNG, GIF or WebP image as it is, with "
                                                     "its type as Content-Type.")});
        return;
    }
    check_name(request, name);
    if (request->problem.err == ERR_OK)
        request->problem = check_image(request, &emoji.image);
    digest_print(body, digest);
    emoji.digest = arena_copy(request->arena, str_of(digest, sizeof(digest)));
    request->query = (struct query){.emoji = emoji, .value = body};
    request->query.condition = condition_of(request);
    request->query.payload = encode_emoji_details(request->arena, name, STR_NONE);
    request_post_query(request, query_emoji_add, put_there);
}

static void renamed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_emoji(&body, &request->query.emoji);
    request_answer_json(request, 200, &body);
}

void rest_rename_emoji(struct request *request)
{
    struct str name = fields_text(&request->body, "name", REQUIRED, 1, EMOJI_NAME_MAX);
    if (name.ptr)
        check_name(request, name);
    request->query = (struct query){.key = request->path[0], .text = name};
    request->query.condition = condition_of(request);
    request->query.payload = encode_emoji_details(request->arena, request->path[0], name);
    request_post_query(request, query_emoji_rename, renamed);
}

static void removed(struct request *request)
{
    request_answer_empty(request);
}

void rest_delete_emoji(struct request *request)
{
    request->query = (struct query){.key = request->path[0]};
    request->query.condition = condition_of(request);
    request->query.payload = encode_emoji_details(request->arena, request->path[0], STR_NONE);
    request_post_query(request, query_emoji_remove, removed);
}
