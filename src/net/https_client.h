/* https_client.h - asks other servers by https, one question after the other, and blocks until there
 * is an answer or time is up. For processes that have nothing else to do; the workers never wait.
 *
 * Each question is a connection of its own (Connection: close). The server's certificate must be for
 * the URL's host and lead to a root of the system (OpenSSL's folder) or of `ca_file`. Redirects are
 * not followed.
 * Owns:   its TLS context.
 * Fails:  with -errno and a sentence that names the server: `why` has HTTPS_WHY_SIZE bytes.
 * Thread: one. */
#pragma once

#include "net/http_reply.h"

struct https_client;

enum { HTTPS_WHY_SIZE = 512 };

struct https_times {
    int connect_ms; /* to each address of the host */
    int answer_ms;  /* for all of it */
};

/* `ca_file`: more roots, in PEM; NULL: none. */
int https_client_new(struct https_client **out, const char *ca_file,
                     const struct https_times *times, char *why) MUST_USE;
void https_client_free(struct https_client *client); /* NULL is fine */
OWN_DEFINE(https_client_free, struct https_client *)

struct https_question {
    struct str method, url;
    struct str type; /* of the body; empty: there is none */
    struct str body;
    size_t reply_max; /* bytes of the answer's body */
};

/* 0 and a whole reply, whatever its status, in the arena's time; free it. */
int https_ask(struct https_client *client, const struct https_question *question,
              struct arena *arena, struct http_reply **out, char *why) MUST_USE;
