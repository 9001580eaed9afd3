#include "acme/failure.h"

#define NOT_PROVED                                                                                 \
    "The authority looked for this server at the name and did not find it: all A and AAAA "        \
    "records of the name must lead here, its port 443 (or port 80, to --http-redirect) must be "   \
    "open to the whole Internet, and no proxy may end TLS before it."

static const struct {
    struct str type;
    const char *advice;
} table[] = {
    {STR_INIT(""), "Can this machine reach the certificate authority (--acme-directory)? Names, "
                   "routes, a firewall, the clock and --acme-ca come into question."},
    {STR_INIT("accountDoesNotExist"),
     "The authority forgot the account; a new one is made with the next order."},
    {STR_INIT("badCSR"), "The authority does not like the names or the key asked for; see detail."},
    {STR_INIT("caa"),
     "A CAA record of the name allows other authorities only: change it, or choose "
     "another --acme-directory."},
    {STR_INIT("connection"), NOT_PROVED},
    {STR_INIT("dns"), "The name does not resolve: give it an A or AAAA record that leads here."},
    {STR_INIT("externalAccountRequired"),
     "This authority wants an account made elsewhere, which NatterNet cannot use: choose another "
     "--acme-directory."},
    {STR_INIT("helper"), "The process that speaks with the authority is started anew by itself."},
    {STR_INIT("invalidContact"), "The authority does not take --acme-email."},
    {STR_INIT("unsupportedContact"), "The authority does not take --acme-email."},
    {STR_INIT("noProof"),
     "The authority offers no proof for the name that can be given here: tls-alpn-01, or http-01 "
     "with --http-redirect."},
    {STR_INIT("rateLimited"), "Too many orders or failures: it is tried again when the authority "
                              "allows it. Try settings out with its staging directory."},
    {STR_INIT("rejectedIdentifier"), "The authority gives no certificates for this name."},
    {STR_INIT("tls"), NOT_PROVED},
    {STR_INIT("unauthorized"), NOT_PROVED},
    {STR_INIT("unsupportedIdentifier"), "The authority gives no certificates for such names."},
    {STR_INIT("userActionRequired"), "The authority wants something done first; see detail."},
};

const char *acme_advice(struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].type, type))
            return table[i].advice;
    return "See what the authority says in detail; it is tried again by itself.";
}
