/* account_rules.h - what a name, a password, an address or a language has to look like.
 *
 * Each gives a problem with err ERR_OK, or field.invalid naming the field and saying what is
 * wanted. Details are made in the arena. The API and the operator's subcommands ask the same.
 * A username that happens to look like an id is fine: no route takes either where it takes the
 * other.
 * Thread: any. */
#pragma once

#include "core/arena.h"
#include "core/limits.h"
#include "model/problem.h"

struct problem account_check_username(const struct limits *limits, struct str username,
                                      struct arena *arena);
/* `field`: password or new_password. Any bytes: no rule but the length (NIST SP 800-63B, 5.1.1). */
struct problem account_check_password(const struct limits *limits, struct str field,
                                      struct str password, struct arena *arena);
struct problem account_check_display_name(const struct limits *limits, struct str name,
                                          struct arena *arena);
/* Plausible, not proved: something@host.name. */
struct problem account_check_email(const struct limits *limits, struct str email,
                                   struct arena *arena);
/* The form of BCP 47 (RFC 5646, 2.1): a language and more subtags; that they exist is not asked. */
struct problem account_check_locale(const struct limits *limits, struct str locale,
                                    struct arena *arena);
/* Lines of words. */
struct problem account_check_about(const struct limits *limits, struct str about,
                                   struct arena *arena);
struct problem account_check_pronouns(const struct limits *limits, struct str pronouns,
                                      struct arena *arena);
/* As the IANA time zone database names them; whether there is such a one only clients know. */
struct problem account_check_time_zone(struct str time_zone);
