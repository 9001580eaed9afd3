/* The settings about certificates that are obtained by ACME. */
#include <errno.h>

#include "core/config_value.h"

enum { NAMES_MAX = 100, NAME_LEN_MAX = 253, LABEL_LEN_MAX = 63 };

static int refuse(char *why, const char *sentence)
{
    snprintf(why, LIMITS_WHY_SIZE, "%s", sentence);
    return -EINVAL;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* RFC 1123, 2.1, in lower case. */
static bool is_label(struct str label)
{
    if (label.len == 0 || label.len > LABEL_LEN_MAX || label.ptr[0] == '-' ||
        label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!is_letter_or_digit(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    return true;
}

static bool is_name(struct str name)
{
    struct ip_address address;
    bool dotted = name.len && memchr(name.ptr, '.', name.len);
    if (!dotted || name.len > NAME_LEN_MAX || address_parse(name, &address))
        return false;
    struct str rest = name;
    while (rest.ptr)
        if (!is_label(str_cut(&rest, '.')))
            return false;
    return true;
}

static bool is_there(const struct config *config, struct str name)
{
    for (size_t i = 0; i < config->acme_domain_count; i++)
        if (str_eq(config->acme_domains[i], name))
            return true;
    return false;
}

int config_value_acme_domain(struct config *config, struct str text, char *why)
{
    while (text.ptr) {
        struct str name = str_trim(str_cut(&text, ','));
        if (str_starts(name, STR("*.")))
            return refuse(why, "cannot be a wildcard, which only DNS could prove: name each host, "
                               "or obtain the certificate elsewhere and use --tls-cert");
        if (!is_name(name))
            return refuse(why, "is a list of names with commas between, such as "
                               "chat.example.org,www.example.org: lower case, other letters as "
                               "xn--..., no addresses, no final dot");
        if (is_there(config, name))
            continue;
        if (config->acme_domain_count == NAMES_MAX)
            return refuse(why, "is at most 100 names, as many as fit one certificate");
        size_t size = (config->acme_domain_count + 1) * sizeof(name);
        config->acme_domains = xrealloc(config->acme_domains, size);
        config->acme_domains[config->acme_domain_count++] = name;
    }
    return 0;
}

int config_value_acme_directory(struct config *config, struct str text, char *why)
{
    if (!str_starts(text, STR("https://")))
        return refuse(why, "is the https URL of an ACME directory, such as "
                           "https://acme-v02.api.letsencrypt.org/directory");
    config->acme_directory = text.ptr;
    return 0;
}

int config_value_acme_email(struct config *config, struct str text, char *why)
{
    const char *at = text.len ? memchr(text.ptr, '@', text.len) : NULL;
    bool one = at && !memchr(at + 1, '@', text.len - (size_t)(at + 1 - text.ptr));
    bool odd = false;
    for (size_t i = 0; i < text.len; i++) /* what a mailto: URL (RFC 6068) would have to escape */
        odd |= text.ptr[i] <= ' ' || text.ptr[i] > '~' || strchr(",?&%#\"<>", text.ptr[i]);
    if (!one || odd || at == text.ptr || at + 1 == text.ptr + text.len)
        return refuse(why, "is an e-mail address, such as admin@example.org");
    config->acme_email = text.ptr;
    return 0;
}

int config_value_acme_ca(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is a file of certificates in PEM, such as /etc/natternet/ca.pem");
    config->acme_ca = text.ptr;
    return 0;
}
