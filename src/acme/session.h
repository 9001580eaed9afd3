/* session.h - one sitting with a certificate authority: signed requests, each with a nonce of the
 * answer before (RFC 8555, 6), and the account.
 *
 * Owns:   nothing but what lies in its arena. Blocks.
 * Fails:  false, with `failure` filled in. A badNonce is tried again with the fresh one (6.5).
 * Thread: one. */
#pragma once

#include "acme/account.h"
#include "acme/answer.h"
#include "acme/failure.h"
#include "net/https_client.h"

struct acme_session {
    struct https_client *client;
    const struct acme_account *account;
    struct arena *arena;
    struct acme_failure *failure;
    struct acme_directory directory;
    struct str kid, nonce;
};

/* Reads the directory, and signs in, which makes the account where there is none. `email`: NULL,
 * or where the authority may write to. The fields before `directory` are set. */
bool acme_session_open(struct acme_session *session, struct str directory_url, const char *email);

/* When the certificate of that id (certificate.h) should be replaced, by the wish of an authority that
 * has one. Needs no account. */
bool acme_session_look(struct acme_session *session, struct str directory_url, struct str id,
                       int64_t *from_ms, int64_t *to_ms, uint32_t *again_s);

/* POST; without a payload POST-as-GET (6.3). True: a 2xx answer whose body lies in the arena. */
struct acme_reply {
    struct str body, location;
    uint32_t retry_after_s;
};
bool acme_post(struct acme_session *session, struct str url, struct str payload,
               struct acme_reply *out);

bool acme_fail(struct acme_session *session, const char *type, const char *detail,
               struct str name); /* false */
bool acme_fail_with(struct acme_session *session, const struct acme_problem *problem,
                    struct str name); /* false */

/* A Retry-After of seconds or a date (RFC 9110, 10.2.3), at most a week; 0 if it is none. */
uint32_t acme_read_retry_after(struct str value, int64_t now_ms);
