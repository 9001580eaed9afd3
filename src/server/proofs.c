#include "server/proofs.h"

#include <openssl/evp.h>
#include <pthread.h>

#include "net/tls_challenge.h"

enum { TOKENS_MOST = 2 * ACME_NAMES_MAX };

struct token {
    char text[ACME_TOKEN_LEN_MAX + 1];
};

struct proofs {
    struct tls_challenges *challenges;
    pthread_mutex_t mutex; /* the rest */
    struct token tokens[TOKENS_MOST];
    size_t token_count;
};

struct proofs *proofs_new(void)
{
    struct proofs *proofs = NEW(struct proofs);
    proofs->challenges = tls_challenges_new();
    REQUIRE(pthread_mutex_init(&proofs->mutex, NULL) == 0);
    return proofs;
}

void proofs_free(struct proofs *proofs)
{
    if (!proofs)
        return;
    tls_challenges_free(proofs->challenges);
    pthread_mutex_destroy(&proofs->mutex);
    xfree(proofs);
}

struct tls_challenges *proofs_challenges(const struct proofs *proofs)
{
    return proofs->challenges;
}

/* RFC 8555, 8.1. */
static struct str key_authorization(const struct acme_account *account, struct str token,
                                    struct arena *arena)
{
    return arena_printf(arena, "%.*s.%.*s", STR_ARG(token),
                        STR_ARG(acme_account_thumbprint(account)));
}

static void show_by_tls(struct proofs *proofs, const struct acme_account *account, struct str name,
                        struct str token)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    uint8_t digest[TLS_CHALLENGE_DIGEST_LEN];
    struct str text = key_authorization(account, token, &arena);
    REQUIRE(EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha256(), NULL) == 1);
    tls_challenges_put(proofs->challenges, name, digest);
}

static bool show_by_http(struct proofs *proofs, struct str token)
{
    REQUIRE(token.len <= ACME_TOKEN_LEN_MAX);
    pthread_mutex_lock(&proofs->mutex);
    bool room = proofs->token_count < TOKENS_MOST;
    if (room) {
        char *text = proofs->tokens[proofs->token_count++].text;
        memcpy(text, token.ptr, token.len);
        text[token.len] = '\0';
    }
    pthread_mutex_unlock(&proofs->mutex);
    return room;
}

bool proofs_show(struct proofs *proofs, const struct acme_account *account, enum acme_proof proof,
                 struct str name, struct str token)
{
    if (proof == ACME_HTTP_01)
        return show_by_http(proofs, token);
    show_by_tls(proofs, account, name, token);
    return true;
}

void proofs_clear(struct proofs *proofs)
{
    tls_challenges_clear(proofs->challenges);
    pthread_mutex_lock(&proofs->mutex);
    proofs->token_count = 0;
    pthread_mutex_unlock(&proofs->mutex);
}

struct str proofs_answer(struct proofs *proofs, const struct acme_account *account,
                         struct str token, struct arena *arena)
{
    bool found = false;
    pthread_mutex_lock(&proofs->mutex);
    for (size_t i = 0; i < proofs->token_count && !found; i++)
        found = str_eq(str_from_c(proofs->tokens[i].text), token);
    pthread_mutex_unlock(&proofs->mutex);
    return found ? key_authorization(account, token, arena) : STR_NONE;
}
