/* Any JSON as content: what is taken is JSON, holds the bounds, and is canonical content of itself; said
 * again elsewhere it has the same words, and is from where it was said first. */
#include "proto/content.h"

#include "json/reader.h"
#include "model/event.h"
#include "proto/poll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void forward(struct str canonical, struct str text, struct arena *arena)
{
    struct event message = {.room = {7}, .seq = 8, .sender = {9}, .payload = canonical};
    struct str once = content_forwarded(&message, arena), words;
    REQUIRE(once.ptr && content_text(once, arena, &words) && str_eq(words, text));
    struct event again = {.room = {1}, .seq = 2, .sender = {3}, .payload = once};
    REQUIRE(str_eq(content_forwarded(&again, arena), once));
}

static void look_at_poll(struct str canonical, const struct json *content, const struct poll *poll,
                         struct arena *arena, const struct limits *limits)
{
    struct problem problem = {0};
    struct str words;
    REQUIRE(poll->options >= 2 && poll->options <= limits->poll_options);
    REQUIRE(json_count(json_get(content, STR("options"))) == poll->options);
    REQUIRE(content_text(canonical, arena, &words) && words.len > 0);
    struct str again = content_canonical(content, arena, limits, &problem, NULL);
    REQUIRE(problem.err == ERR_OK && str_eq(canonical, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    struct problem problem = {0};
    struct mentions mentions = {0};
    struct str why, text;
    limits_init(&limits);
    limits.message_text_bytes = 64;
    const struct json *content = json_parse(&arena, str_of((const char *)data, size), &why);
    if (!content)
        return 0;
    struct str canonical = content_canonical(content, &arena, &limits, &problem, &mentions);
    REQUIRE(canonical.ptr ? problem.err == ERR_OK : problem.err != ERR_OK && problem.field.len);
    if (!canonical.ptr)
        return 0;
    content = json_parse(&arena, canonical, &why);
    struct poll poll = content_poll(canonical, &arena);
    if (poll.options) {
        look_at_poll(canonical, content, &poll, &arena, &limits);
        return 0;
    }
    const struct json *list = json_get(content, STR("mentions"));
    REQUIRE(content && json_count(content) == (list ? 3 : 2));
    REQUIRE(json_count(list) == mentions.count + mentions.everyone + mentions.here);
    REQUIRE(mentions.count <= limits.message_mentions);
    REQUIRE(json_to_text(json_get(content, STR("text")), &text) && text.len <= 64);
    struct str words;
    REQUIRE(content_text(canonical, &arena, &words) && str_eq(words, text));
    forward(canonical, text, &arena);
    struct str again = content_canonical(content, &arena, &limits, &problem, NULL);
    REQUIRE(problem.err == ERR_OK && str_eq(canonical, again));
    return 0;
}
