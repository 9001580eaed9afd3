/* refresh_token.h - what a client shows to get its next access token.
 *
 * base64url(session id 8 | generation 4 | MAC 32), numbers big-endian, the MAC over both and the
 * session's salt with a key that is not in the database. So nothing in the database can be shown
 * as a token, and the token of a generation is always the same text: the successor that was lost
 * on its way can be given again.
 * Fails:  false; comparisons take the same time wherever the difference is.
 * Thread: any. */
#pragma once

#include "core/base.h"
#include "core/str.h"
#include "model/session.h"

struct keys;

enum {
    REFRESH_TOKEN_MAC_LEN = 32,
    REFRESH_TOKEN_LEN = 59, /* characters of 44 bytes */
    REFRESH_TOKEN_SIZE = REFRESH_TOKEN_LEN + 1,
};

/* A token as it was read: its form is right, nothing is proved. */
struct refresh_token {
    session_id session;
    uint32_t generation;
    uint8_t mac[REFRESH_TOKEN_MAC_LEN];
};

/* Writes the token of that generation and its final NUL. */
struct str refresh_token_print(const struct keys *keys, const struct session *session,
                               uint32_t generation, char out[REFRESH_TOKEN_SIZE]);
bool refresh_token_parse(struct str text, struct refresh_token *out);
/* Did we make it, for this session? */
bool refresh_token_is_genuine(const struct keys *keys, const struct session *session,
                              const struct refresh_token *token);
