/* proofs.h - what is shown to a certificate authority while it looks whether names lead here: by TLS
 * (RFC 8737) to who offers acme-tls/1, by HTTP (RFC 8555, 8.3) at the plain door.
 *
 * All are good for our account alone, since its thumbprint is part of them.
 * Owns:   the proofs that are out.
 * Thread: proofs_answer() and handshakes any, the rest main; a mutex for moments. */
#pragma once

#include "acme/account.h"
#include "acme/answer.h"

struct proofs;
struct tls_challenges;

struct proofs *proofs_new(void) MUST_USE;
void proofs_free(struct proofs *proofs); /* after all contexts that use it; NULL is fine */
struct tls_challenges *proofs_challenges(const struct proofs *proofs);

/* False: there are too many. The token is one (acme_is_token), the name in lower case. */
bool proofs_show(struct proofs *proofs, const struct acme_account *account, enum acme_proof proof,
                 struct str name, struct str token);
void proofs_clear(struct proofs *proofs);

/* The key authorization of a token that is asked for by HTTP; STR_NONE if it is not. */
struct str proofs_answer(struct proofs *proofs, const struct acme_account *account,
                         struct str token, struct arena *arena);
