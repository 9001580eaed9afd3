#include "core/config_value.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

enum { WORKERS_MAX = 64, PORT_MAX = 65535 };

static int refuse(char *why, const char *sentence)
{
    snprintf(why, LIMITS_WHY_SIZE, "%s", sentence);
    return -EINVAL;
}

/* The place of `text` among `names`, or -EINVAL. */
static int choice(struct str text, const char *const *names, int count, char *why)
{
    for (int i = 0; i < count; i++)
        if (str_eq(text, str_from_c(names[i])))
            return i;
    int used = snprintf(why, LIMITS_WHY_SIZE, "is one of");
    for (int i = 0; i < count && used < LIMITS_WHY_SIZE; i++)
        used +=
            snprintf(why + used, (size_t)(LIMITS_WHY_SIZE - used), "%s %s", i ? "," : "", names[i]);
    return -EINVAL;
}

static int address_and_port(struct str text, struct ip_address *address, uint16_t *port_number,
                            char *why)
{
    static const char form[] = "is ADDRESS:PORT, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080";
    const char *colon = text.len ? memrchr(text.ptr, ':', text.len) : NULL;
    if (!colon)
        return refuse(why, form);
    struct str host = str_of(text.ptr, (size_t)(colon - text.ptr));
    struct str port = str_of(colon + 1, text.len - host.len - 1);
    if (str_eq(host, STR("localhost")))
        host = STR("127.0.0.1");
    /* Without brackets nobody can tell where an IPv6 address ends and its port begins. */
    if (memchr(host.ptr, ':', host.len) && host.ptr[0] != '[')
        return refuse(why, form);

    uint64_t number;
    if (!address_parse(host, address) || !str_to_u64(port, &number) || number > PORT_MAX)
        return refuse(why, form);
    *port_number = (uint16_t)number;
    return 0;
}

int config_value_address(struct config *config, struct str text, char *why)
{
    return address_and_port(text, &config->listen, &config->port, why);
}

int config_value_redirect(struct config *config, struct str text, char *why)
{
    config->has_redirect = true;
    return address_and_port(text, &config->redirect, &config->redirect_port, why);
}

int config_value_tls_cert(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is a file with a certificate, such as /etc/natternet/cert.pem");
    config->tls_cert = text.ptr;
    return 0;
}

int config_value_tls_key(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is a file with a private key, such as /etc/natternet/key.pem");
    config->tls_key = text.ptr;
    return 0;
}

int config_value_data(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is a folder, such as ./data");
    config->data = text.ptr;
    return 0;
}

int config_value_store(struct config *config, struct str text, char *why)
{
    if (!str_eq(text, STR("sqlite")) && !str_starts(text, STR("mongodb://")) &&
        !str_starts(text, STR("mongodb+srv://")))
        return refuse(
            why, "is \"sqlite\", or where a MongoDB is: mongodb://HOST/DATABASE?replicaSet=NAME");
    config->store = text.ptr;
    return 0;
}

int config_value_bus(struct config *config, struct str text, char *why)
{
    if (!str_eq(text, STR("local")) && !str_starts(text, STR("nats://")) &&
        !str_starts(text, STR("tls://")))
        return refuse(why, "is \"local\", or where NATS is: nats://HOST:4222, several with commas");
    struct str rest = text;
    for (int servers = 0; rest.len; servers++) {
        if (servers == BUS_SERVERS_MOST)
            return refuse(why, "names at most 64 servers; a few of them are enough to find all");
        (void)str_cut(&rest, ',');
    }
    config->bus = text.ptr;
    return 0;
}

int config_value_bus_ca(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is a file of certificates in PEM, such as /etc/natternet/ca.pem");
    config->bus_ca = text.ptr;
    return 0;
}

/* The cores that this process may use, which in a container are fewer than the machine has. */
static unsigned cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 1;
    unsigned count = (unsigned)CPU_COUNT(&set);
    return count < WORKERS_MAX ? count : WORKERS_MAX;
}

int config_value_workers(struct config *config, struct str text, char *why)
{
    uint64_t count;
    if (!str_to_u64(text, &count) || count > WORKERS_MAX)
        return refuse(why, "is a number from 1 to 64, or 0 for one thread for each core");
    config->workers = count ? (unsigned)count : cores();
    return 0;
}

int config_value_signup(struct config *config, struct str text, char *why)
{
    static const char *const names[] = {[SIGNUP_AUTO] = "auto",
                                        [SIGNUP_OPEN] = "open",
                                        [SIGNUP_INVITE] = "invite",
                                        [SIGNUP_CLOSED] = "closed"};
    int found = choice(text, names, ARRAY_LEN(names), why);
    if (found < 0)
        return found;
    config->signup = (enum signup_policy)found;
    return 0;
}

static int networks(struct str text, struct ipnet **nets, size_t *count, char *why)
{
    *count = 0;
    while (text.len) {
        struct str word = str_trim(str_cut(&text, ','));
        struct ipnet net;
        if (!ipnet_parse(word, &net))
            return refuse(why, "is a list of networks with commas between, such as "
                               "10.0.0.0/8,fd00::/8; no bits may be set behind the prefix");
        *nets = xrealloc(*nets, (*count + 1) * sizeof(net));
        (*nets)[(*count)++] = net;
    }
    return 0;
}

int config_value_nets(struct config *config, struct str text, char *why)
{
    return networks(text, &config->trust, &config->trust_count, why);
}

int config_value_proxies(struct config *config, struct str text, char *why)
{
    return networks(text, &config->proxies, &config->proxy_count, why);
}

int config_value_proxy_protocol(struct config *config, struct str text, char *why)
{
    static const char *const names[] = {"off", "on"};
    int found = choice(text, names, ARRAY_LEN(names), why);
    if (found < 0)
        return found;
    config->proxy_protocol = found;
    return 0;
}

/* As browsers send it (RFC 6454, 6.2): scheme and host in lower case, no path. */
static bool is_origin(struct str text)
{
    struct str rest;
    if (str_starts(text, STR("https://")))
        rest = str_of(text.ptr + 8, text.len - 8);
    else if (str_starts(text, STR("http://")))
        rest = str_of(text.ptr + 7, text.len - 7);
    else
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("-._:[]", c);
        if (!c || !fine)
            return false;
    }
    return rest.len > 0;
}

int config_value_origins(struct config *config, struct str text, char *why)
{
    while (text.len) {
        struct str word = str_trim(str_cut(&text, ','));
        if (!is_origin(word))
            return refuse(why, "is an origin as browsers send it, such as "
                               "https://chat.example.org: lower case, no path, no final slash");
        size_t size = (config->allow_origin_count + 1) * sizeof(word);
        config->allow_origins = xrealloc(config->allow_origins, size);
        config->allow_origins[config->allow_origin_count++] = word;
    }
    return 0;
}

int config_value_limit(struct config *config, struct str text, char *why)
{
    while (text.len) {
        int rc = limits_set(&config->limits, str_cut(&text, ','), why);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int config_value_sandbox(struct config *config, struct str text, char *why)
{
    static const char *const names[] = {[SANDBOX_AUTO] = "auto", [SANDBOX_OFF] = "off"};
    int found = choice(text, names, ARRAY_LEN(names), why);
    if (found < 0)
        return found;
    config->sandbox = (enum sandbox_mode)found;
    return 0;
}

int config_value_log_format(struct config *config, struct str text, char *why)
{
    static const char *const names[] = {
        [LOG_FORMAT_AUTO] = "auto", [LOG_FORMAT_TEXT] = "text", [LOG_FORMAT_JSON] = "json"};
    int found = choice(text, names, ARRAY_LEN(names), why);
    if (found < 0)
        return found;
    config->log_format = (enum log_format)found;
    return 0;
}

int config_value_log_level(struct config *config, struct str text, char *why)
{
    static const char *const names[] = {
        [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};
    int found = choice(text, names, ARRAY_LEN(names), why);
    if (found < 0)
        return found;
    config->log_level = (enum log_level)found;
    return 0;
}

int config_value_config(struct config *config, struct str text, char *why)
{
    if (!text.len)
        return refuse(why, "is the path of a file");
    config->config = text.ptr;
    return 0;
}
