#include "core/config.h"

#include <errno.h>
#include <stdlib.h>

#include "core/config_value.h"
#include "gen/settings.inc"

struct setting {
    struct str name; /* of the flag and in the file */
    const char *env, *initial, *form, *help;
    bool adds_up;
    int (*set)(struct config *config, struct str text, char *why);
};

static const struct setting settings[] = {
#define X(name, flag, env, type, repeatable, default_, value, help)                                \
    {STR_INIT(flag), env, default_, value, help, repeatable, config_value_##type},
    SETTING_LIST(X)
#undef X
};

static const struct setting *setting_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (str_eq(settings[i].name, name))
            return &settings[i];
    return NULL;
}

/* `where` names the source in the message: a flag, a variable, a line of a file. */
static int setting_apply(struct config *config, const struct setting *setting, const char *value,
                         const char *where, FILE *err)
{
    char why[LIMITS_WHY_SIZE];
    int rc = setting->set(config, str_from_c(value), why);
    if (rc != 0)
        fprintf(err, "natternet: %s: %s\n", where, why);
    return rc;
}

static void defaults(struct config *config)
{
    *config = (struct config){0};
    limits_init(&config->limits);
    config->limits.hits = NEW(struct limit_hits);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        char why[LIMITS_WHY_SIZE];
        if (settings[i].initial[0])
            REQUIRE(settings[i].set(config, str_from_c(settings[i].initial), why) == 0);
    }
}

/* One "name = value" line, taken apart in place. */
static int file_line(struct config *config, char *line, int number, FILE *err)
{
    struct str value = str_from_c(line);
    struct str name = str_trim(str_cut(&value, '='));
    if (!name.len || name.ptr[0] == '#')
        return 0;

    char where[4200];
    snprintf(where, sizeof(where), "%s, line %d: %.*s", config->config, number,
             (int)(name.len < 64 ? name.len : 64), name.ptr);
    const struct setting *setting = setting_find(name);
    if (!setting || !value.ptr || setting->set == config_value_config) {
        fprintf(err, "natternet: %s: a line is `name = value` with a name of serve --help\n",
                where);
        return -EINVAL;
    }
    value = str_trim(value);
    line[value.ptr - line + (ptrdiff_t)value.len] = '\0';
    return setting_apply(config, setting, value.ptr, where, err);
}

static void file_close(FILE *file)
{
    if (file)
        fclose(file);
}
OWN_DEFINE(file_close, FILE *)

static int file_apply(struct config *config, FILE *err)
{
    if (!config->config)
        return 0;
    OWN(file_close) FILE *file = fopen(config->config, "r");
    size_t size = 0;
    if (!file || getdelim(&config->file_text, &size, '\0', file) < 0) {
        if (file && feof(file))
            return 0;
        fprintf(err, "natternet: cannot read the settings in %s: %s\n", config->config,
                strerror(errno));
        return -EINVAL;
    }
    char *rest = config->file_text;
    for (int number = 1; rest; number++) {
        char *line = strsep(&rest, "\n");
        int rc = file_line(config, line, number, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int environment_apply(struct config *config, FILE *err)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        const char *value = getenv(settings[i].env);
        if (!value || !value[0])
            continue;
        int rc = setting_apply(config, &settings[i], value, settings[i].env, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* Takes "--name=value" or "--name value" from the front; says how many words that were. */
static int flag_read(int argc, char **argv, const struct setting **setting, const char **value,
                     FILE *err)
{
    struct str rest = str_from_c(argv[0]);
    if (!str_starts(rest, STR("--"))) {
        fprintf(err, "natternet: \"%s\" is no flag; serve --help lists them all\n", argv[0]);
        return -EINVAL;
    }
    rest = str_of(rest.ptr + 2, rest.len - 2);
    struct str name = str_cut(&rest, '=');
    *setting = setting_find(name);
    if (!*setting) {
        fprintf(err, "natternet: there is no flag --%.*s; serve --help lists them all\n",
                STR_ARG(name));
        return -EINVAL;
    }
    *value = rest.ptr ? rest.ptr : argc > 1 ? argv[1] : NULL;
    if (!*value) {
        fprintf(err, "natternet: --%.*s needs a value: %s\n", STR_ARG(name), (*setting)->form);
        return -EINVAL;
    }
    return rest.ptr ? 1 : 2;
}

/* Two passes use it: the first looks for the file alone, since flags win over what is in it. */
static int flags_apply(struct config *config, int argc, char **argv, bool only_config, FILE *err)
{
    for (int i = 0; i < argc;) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return CONFIG_HELP;
        const struct setting *setting;
        const char *value;
        int used = flag_read(argc - i, argv + i, &setting, &value, err);
        if (used < 0)
            return used;
        char where[64];
        snprintf(where, sizeof(where), "--%s", setting->name.ptr);
        if (!only_config || setting->set == config_value_config) {
            int rc = setting_apply(config, setting, value, where, err);
            if (rc != 0)
                return rc;
        }
        i += used;
    }
    return 0;
}

static int finish(struct config *config, FILE *err)
{
    char why[LIMITS_WHY_SIZE];
    if (limits_check(&config->limits, why) != 0) {
        fprintf(err, "natternet: %s\n", why);
        return -EINVAL;
    }
    if (!config->tls_cert != !config->tls_key) {
        fputs("natternet: --tls-cert and --tls-key go together: a certificate and its key\n", err);
        return -EINVAL;
    }
    if (config->tls_cert && config->acme_domain_count) {
        fputs("natternet: --tls-cert and --acme-domain are two ways to a certificate: choose one\n",
              err);
        return -EINVAL;
    }
    if ((config->acme_email || config->acme_ca) && !config->acme_domain_count) {
        fputs("natternet: --acme-email and --acme-ca need --acme-domain, which says for what\n",
              err);
        return -EINVAL;
    }
    if (config->bus_ca && !strstr(config->bus, "tls://")) {
        fputs("natternet: --bus-ca needs a --bus of tls:// to trust by it\n", err);
        return -EINVAL;
    }
    if (config->has_redirect && !config_has_tls(config)) {
        fputs("natternet: --http-redirect needs https to send people to: --acme-domain, or "
              "--tls-cert and --tls-key\n",
              err);
        return -EINVAL;
    }
    if (config->proxy_protocol && config->proxy_count == 0) {
        fputs("natternet: --proxy-protocol on needs --trust-proxy, which says who sends it\n", err);
        return -EINVAL;
    }
    if (config->signup == SIGNUP_AUTO)
        config->signup = address_is_loopback(&config->listen) ? SIGNUP_OPEN : SIGNUP_INVITE;
    return 0;
}

int config_load(struct config *out, int argc, char **argv, FILE *err)
{
    defaults(out);
    const char *path = getenv("NATTERNET_CONFIG");
    if (path && path[0])
        out->config = path;

    int rc = flags_apply(out, argc, argv, true, err);
    if (rc == 0)
        rc = file_apply(out, err);
    if (rc == 0)
        rc = environment_apply(out, err);
    if (rc == 0)
        rc = flags_apply(out, argc, argv, false, err);
    if (rc == 0)
        rc = finish(out, err);
    return rc;
}

void config_deinit(struct config *config)
{
    xfree(config->trust);
    xfree(config->proxies);
    xfree(config->allow_origins);
    xfree(config->limits.hits);
    xfree(config->acme_domains);
    free(config->file_text);
    *config = (struct config){0};
}

void config_help(FILE *out)
{
    fputs("Use: natternet serve [--NAME VALUE]...\n\n"
          "Each setting may be a flag, a variable of the environment or a line `name = value` of\n"
          "the file given by --config. Flags win over the environment, which wins over the file.\n"
          "Settings marked * may be given more than once and add up.\n\n",
          out);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        const struct setting *setting = &settings[i];
        fprintf(out, "  --%s %s%s\n      %s\n      %s", setting->name.ptr, setting->form,
                setting->adds_up ? " *" : "", setting->help, setting->env);
        if (setting->initial[0])
            fprintf(out, "; default %s", setting->initial);
        fputc('\n', out);
    }
    struct limits limits;
    limits_init(&limits);
    fputs("\nLimits, for --limit NAME=VALUE:\n", out);
    limits_print(&limits, out);
}

bool config_trusts(const struct config *config, const struct ip_address *address)
{
    for (size_t i = 0; i < config->trust_count; i++)
        if (ipnet_has(&config->trust[i], address))
            return true;
    return false;
}
