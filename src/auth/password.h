/* password.h - passwords against their hashes: Argon2id (RFC 9106) by libsodium, in its text form
 * $argon2id$v=19$m=..,t=..,p=1$salt$hash.
 * Takes about 20 ms and 19 MiB each by default, by design: on a loop never, see password_pool.h.
 * Owns:   nothing; no copy of a password outlives the call.
 * Fails:  -ENOMEM when the memory cannot be had now.
 * Thread: any that may take long. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum {
    PASSWORD_HASH_SIZE = 128, /* crypto_pwhash_STRBYTES */
    /* What a hash from elsewhere may cost at most, as schema/limits.json has it for our own. */
    PASSWORD_MEMORY_KIB_MOST = 1048576,
    PASSWORD_PASSES_MOST = 100,
};

struct password_cost {
    uint64_t memory_kib, passes;
};

/* Writes the hash and its final NUL. */
int password_hash(struct password_cost cost, struct str password, char out[PASSWORD_HASH_SIZE]);
/* 0: right. -EACCES: wrong. An empty hash is compared with a dummy of the same cost and always
 * wrong: how long it took does not tell whether there is somebody of that name. */
int password_verify(struct password_cost cost, struct str password, struct str hash);
/* Was it made at a lower cost than is asked for today? */
bool password_hash_is_weak(struct password_cost cost, struct str hash);

/* Can a hash from elsewhere be verified here, at no more than this cost? */
bool password_hash_is_usable(struct password_cost most, struct str hash);

/* Overwrites the text where it is. For passwords in the memory of a request; NULL is fine. */
void password_wipe(struct str password);
