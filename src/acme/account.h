/* account.h - the key that is our account with a certificate authority (RFC 8555, 6.2): P-256, for
 * ES256. Whoever has it can order and revoke certificates for names that lead to them, no more.
 *
 * Owns:   the key. Fails: negative errno with a sentence (ACME_WHY_SIZE bytes). Thread: any. */
#pragma once

#include "core/buf.h"

struct acme_account;

enum { ACME_WHY_SIZE = 512, ACME_THUMBPRINT_LEN = 43, ACME_SIGNATURE_LEN = 64 };

/* Reads the key in the file, or makes one and writes it there (0600). */
int acme_account_open(struct acme_account **out, const char *path, char *why) MUST_USE;
void acme_account_free(struct acme_account *account); /* NULL is fine */
OWN_DEFINE(acme_account_free, struct acme_account *)

/* The public half (RFC 7517) in the form that RFC 7638 hashes, and that hash as base64url. */
void acme_account_put_jwk(const struct acme_account *account, struct buf *out);
struct str acme_account_thumbprint(const struct acme_account *account);
/* ES256 (RFC 7518, 3.4): R and S, 32 bytes each. */
void acme_account_sign(const struct acme_account *account, struct str text,
                       uint8_t out[ACME_SIGNATURE_LEN]);
