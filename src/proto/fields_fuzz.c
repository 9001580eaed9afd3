/* Any bytes, read as a command by every getter. Whatever comes of it, the reply is JSON. */
#include "proto/fields.h"

#include "core/buf.h"
#include "json/reader.h"
#include "proto/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_sync(struct fields *fields, struct limits *limits)
{
    struct sync_query query = {0};
    struct str *unknown;
    size_t count;
    fields_seen(fields, &query, &unknown, &count);
    query.rev = fields_number(fields, "rev", OPTIONAL, 0, INT64_MAX, 0);
    query.limit = fields_number(fields, "limit", OPTIONAL, 1, limits->sync_limit, 50);
    query.only = fields_flag(fields, "only", false);
    query.cursor = fields_text(fields, "cursor", OPTIONAL, 1, 64);
    REQUIRE(query.limit >= 1 && query.limit <= limits->sync_limit && query.cursor.len <= 64);
    for (size_t i = 0; i < query.seen_count; i++) {
        REQUIRE(i < count ? query.seen[i].room.v == 0 : query.seen[i].room.v > 0);
        REQUIRE(i == 0 || query.seen[i].room.v == 0 ||
                query.seen[i - 1].room.v < query.seen[i].room.v);
    }
}

static void read_others(struct fields *fields, struct limits *limits)
{
    size_t count;
    fields_room(fields, "room");
    fields_user(fields, "user_id");
    REQUIRE(fields_users(fields, "members", 3, &count) && count <= 3);
    struct str name = fields_text(fields, "name", OPTIONAL, 1, 16);
    REQUIRE(name.len <= 16 && str_is_utf8(name));
    struct str nonce = fields_nonce(fields, OPTIONAL);
    REQUIRE(!nonce.ptr || nonce_is_valid(nonce));
    fields_content(fields, limits, NULL);
    fields_has(fields, "token");
}

static void check_reply(struct arena *arena, struct str reply_to, const struct problem *problem)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct str why;
    if (problem->err == ERR_OK)
        encode_reply_ok(&out, reply_to);
    else
        encode_reply_problem(&out, reply_to, problem);
    REQUIRE(json_parse(arena, buf_str(&out), &why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    struct fields fields, again;
    limits_init(&limits);
    fields_parse(&fields, &arena, str_of((const char *)data, size));
    again = fields;
    struct str reply_to = fields_reply_to(&fields);
    read_sync(&fields, &limits);
    check_reply(&arena, reply_to, &fields.problem);
    read_others(&again, &limits);
    check_reply(&arena, reply_to, &again.problem);
    return 0;
}
