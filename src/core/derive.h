/* derive.h - ids made from what they stand for, so that making the same thing twice makes one.
 * SipHash-2-4 (libsodium's crypto_shorthash) under a key of the database's own: not guessable from
 * outside, the same on every server. Thread: any. */
#pragma once

#include "core/base.h"

enum { DERIVE_KEY_LEN = 16 };

uint64_t derive_id(const uint8_t key[DERIVE_KEY_LEN], const void *data, size_t len); /* never 0 */
