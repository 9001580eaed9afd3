/* Answers of a certificate authority: nothing crashes, and what is taken is what the rest of the
 * program relies on. Input: the body of an answer. */
#include "acme/answer.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_url(struct str text)
{
    struct url url;
    REQUIRE(url_parse_https(text, &url));
}

static void read_order(struct arena *arena, struct str body)
{
    struct acme_order order;
    if (!acme_read_order(arena, body, &order))
        return;
    require_url(order.finalize);
    REQUIRE(order.authorization_count <= ACME_NAMES_MAX);
    for (size_t i = 0; i < order.authorization_count; i++)
        require_url(order.authorizations[i]);
    if (order.status == ACME_VALID)
        require_url(order.certificate);
}

static void read_authorization(struct arena *arena, struct str body)
{
    struct acme_authorization authorization;
    if (!acme_read_authorization(arena, body, &authorization))
        return;
    REQUIRE(authorization.name.len > 0);
    for (enum acme_proof proof = 0; proof < ACME_PROOFS; proof++) {
        if (!authorization.by[proof].url.len)
            continue;
        require_url(authorization.by[proof].url);
        REQUIRE(acme_is_token(authorization.by[proof].token));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str body = str_of((const char *)data, size);
    struct acme_directory directory;
    struct acme_problem problem;
    if (acme_read_directory(&arena, body, &directory)) {
        require_url(directory.new_nonce);
        require_url(directory.new_account);
        require_url(directory.new_order);
    }
    read_order(&arena, body);
    read_authorization(&arena, body);
    int64_t from_ms, to_ms;
    if (acme_read_window(&arena, body, &from_ms, &to_ms))
        REQUIRE(from_ms >= 0 && from_ms < to_ms);
    (void)acme_read_problem(&arena, body, &problem);
    return 0;
}
