/* config.h - the server's settings: read once at start, then constant.
 *
 * They come from schema/settings.json's defaults, one file, the environment (NATTERNET_*) and
 * flags; what is later in this list wins. `limit` and `allow-origin` add up instead.
 * Owns:   all that it points to, until config_deinit().
 * Fails:  with a sentence on `err` that says what to do; the program then ends.
 * Thread: any, once loaded. */
#pragma once

#include <stdio.h>

#include "core/address.h"
#include "core/ipnet.h"
#include "core/limits.h"
#include "core/log.h"

enum { BUS_SERVERS_MOST = 64 }; /* that --bus names */
enum sandbox_mode { SANDBOX_AUTO, SANDBOX_OFF };
enum signup_policy { SIGNUP_AUTO, SIGNUP_OPEN, SIGNUP_INVITE, SIGNUP_CLOSED };

struct config {
    struct ip_address listen;
    uint16_t port;                  /* 0: the system picks one */
    const char *tls_cert, *tls_key; /* paths; both or none: plain HTTP */
    struct str *acme_domains;       /* in lower case; a certificate for them is obtained by ACME */
    size_t acme_domain_count;
    const char *acme_directory; /* an https URL */
    const char *acme_email;     /* NULL: none */
    const char *acme_ca;        /* path; NULL: none */
    struct ip_address redirect; /* where plain HTTP is sent on from, if has_redirect */
    uint16_t redirect_port;
    bool has_redirect;
    const char *data;
    const char *store;
    const char *bus;           /* "local", or at most BUS_SERVERS_MOST URLs with commas */
    const char *bus_ca;        /* path; NULL: none */
    unsigned workers;          /* at least 1 */
    enum signup_policy signup; /* never SIGNUP_AUTO once loaded */
    struct limits limits;
    struct ipnet *trust;
    size_t trust_count;
    struct ipnet *proxies; /* whose word on the client's address is believed */
    size_t proxy_count;
    bool proxy_protocol;       /* each of their connections begins with a PROXY header */
    struct str *allow_origins; /* as browsers write them: "https://chat.example.org" */
    size_t allow_origin_count;
    enum sandbox_mode sandbox;
    enum log_format log_format;
    enum log_level log_level;
    const char *config; /* path of the file; NULL without one */
    char *file_text;    /* what `config` held; the texts above may point into it */
};

enum { CONFIG_HELP = 1 };

/* `argv` are the words behind `serve`. Returns 0; CONFIG_HELP where --help was asked for; or
 * -EINVAL after a sentence on `err`. `out` needs config_deinit() in every case. */
MUST_USE int config_load(struct config *out, int argc, char **argv, FILE *err);
void config_deinit(struct config *config);

/* All settings and limits with their defaults. */
void config_help(FILE *out);

/* Does it speak https? */
static inline bool config_has_tls(const struct config *config)
{
    return config->tls_cert || config->acme_domain_count > 0;
}

/* Is the address exempt from rate limits? */
bool config_trusts(const struct config *config, const struct ip_address *address);
