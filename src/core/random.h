/* random.h - unguessable bytes from the kernel (getrandom). Never fails: without them no secret
 * could be made, so the program stops. Thread: any. */
#pragma once

#include "core/base.h"

void random_bytes(void *out, size_t len);
uint64_t random_id(void); /* 1 .. 2^63 - 1 */
