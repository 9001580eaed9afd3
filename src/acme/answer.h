/* answer.h - what a certificate authority answers (RFC 8555, 7.1), from JSON to structs. It is
 * outside: URLs are https or refused, tokens are base64url, texts may be anything.
 * Owns:   all of it lies in the arena. Fails: false. Thread: one, as the arena. */
#pragma once

#include "core/arena.h"

enum acme_proof { ACME_TLS_ALPN_01, ACME_HTTP_01, ACME_PROOFS };

enum acme_status {
    ACME_PENDING,    /* we are waited for */
    ACME_PROCESSING, /* the authority is at it */
    ACME_READY,      /* an order that may be finalized */
    ACME_VALID,
    ACME_OVER, /* invalid, expired, revoked, deactivated: it leads nowhere */
};

enum { ACME_TOKEN_LEN_MAX = 256, ACME_NAMES_MAX = 100 };

struct acme_directory {
    struct str new_nonce, new_account, new_order;
    struct str renewal_info; /* empty: it has none (RFC 9773) */
};

struct acme_problem {
    struct str type;   /* without urn:ietf:params:acme:error: where it has that */
    struct str detail; /* those of its subproblems behind it */
    struct str name;   /* of the first subproblem that says one */
};

struct acme_order {
    enum acme_status status;
    struct str authorizations[ACME_NAMES_MAX];
    size_t authorization_count;
    struct str finalize, certificate; /* the second once it is valid */
    struct acme_problem problem;
};

struct acme_challenge {
    struct str url, token; /* empty: it is not offered */
    enum acme_status status;
    struct acme_problem problem;
};

struct acme_authorization {
    enum acme_status status;
    struct str name;
    struct acme_challenge by[ACME_PROOFS];
};

struct str acme_proof_name(enum acme_proof proof);
bool acme_is_token(struct str text);

bool acme_read_directory(struct arena *arena, struct str body, struct acme_directory *out);
bool acme_read_order(struct arena *arena, struct str body, struct acme_order *out);
bool acme_read_authorization(struct arena *arena, struct str body, struct acme_authorization *out);
/* When a certificate should be replaced (RFC 9773, 4.2), in milliseconds since 1970. */
bool acme_read_window(struct arena *arena, struct str body, int64_t *from_ms, int64_t *to_ms);
bool acme_read_problem(struct arena *arena, struct str body, struct acme_problem *out);
