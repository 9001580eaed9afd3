#include "auth/account_rules.h"

#include <inttypes.h>

#include "core/unicode.h"

static struct problem invalid(struct str field, struct str detail)
{
    return problem_field(ERR_FIELD_INVALID, field, detail);
}

struct problem account_check_username(const struct limits *limits, struct str username,
                                      struct arena *arena)
{
    bool spelled = unicode_is_username(username, limits->username_min, limits->username_max);
    if (spelled)
        return problem_of(ERR_OK);
    return invalid(STR("username"),
                   arena_printf(arena,
                                "A username has %" PRIu64 " to %" PRIu64 " letters, digits, `_`, "
                                "`.` or `-`, and at least one letter or digit.",
                                limits->username_min, limits->username_max));
}

struct problem account_check_password(const struct limits *limits, struct str field,
                                      struct str password, struct arena *arena)
{
    if (password.len >= limits->password_min && password.len <= limits->password_max)
        return problem_of(ERR_OK);
    return invalid(field, arena_printf(arena, "A password has %" PRIu64 " to %" PRIu64 " bytes.",
                                       limits->password_min, limits->password_max));
}

struct problem account_check_display_name(const struct limits *limits, struct str name,
                                          struct arena *arena)
{
    if (name.len <= limits->display_name_bytes && str_is_utf8(name) && unicode_is_label(name))
        return problem_of(ERR_OK);
    return invalid(STR("display_name"),
                   arena_printf(arena,
                                "A display name has something to see, no control characters, and "
                                "at most %" PRIu64 " bytes.",
                                limits->display_name_bytes));
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters and digits of any script (RFC 6531), hyphens inside (RFC 1123, 2.1). */
static bool is_host_label(struct str label)
{
    enum { LABEL_MAX = 63 };
    if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' ||
        label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];
        if (!is_letter(c) && !is_digit(c) && c != '-' && (unsigned char)c < 0x80)
            return false;
    }
    return true;
}

static bool is_host(struct str host)
{
    do {
        if (!is_host_label(str_cut(&host, '.')))
            return false;
    } while (host.ptr);
    return true;
}

/* RFC 5322, 3.2.3: a dot-atom, any script. Quoted local parts are legal and in nobody's use. */
static bool is_mailbox(struct str local)
{
    enum { LOCAL_MAX = 64 };
    if (local.len == 0 || local.len > LOCAL_MAX || local.ptr[0] == '.' ||
        local.ptr[local.len - 1] == '.')
        return false;
    for (size_t i = 0; i < local.len; i++) {
        char c = local.ptr[i];
        if ((unsigned char)c <= ' ' || c == 0x7f || strchr("()<>[]:;@\\,\"", c))
            return false;
        if (c == '.' && local.ptr[i + 1] == '.')
            return false;
    }
    return true;
}

struct problem account_check_email(const struct limits *limits, struct str email,
                                   struct arena *arena)
{
    struct str host = email;
    struct str local = str_cut(&host, '@');
    if (email.len <= limits->email_bytes && host.ptr && is_mailbox(local) && is_host(host) &&
        str_is_utf8(email) && unicode_is_label(email))
        return problem_of(ERR_OK);
    return invalid(STR("email"),
                   arena_printf(arena,
                                "An e-mail address looks like name@example.org and has at most "
                                "%" PRIu64 " bytes.",
                                limits->email_bytes));
}

static bool is_subtag(struct str subtag, bool first)
{
    if (subtag.len < (first ? 2 : 1) || subtag.len > 8)
        return false;
    for (size_t i = 0; i < subtag.len; i++)
        if (!is_letter(subtag.ptr[i]) && (first || !is_digit(subtag.ptr[i])))
            return false;
    return true;
}

struct problem account_check_locale(const struct limits *limits, struct str locale,
                                    struct arena *arena)
{
    struct str rest = locale;
    bool good = locale.len <= limits->locale_bytes && is_subtag(str_cut(&rest, '-'), true);
    while (good && rest.ptr)
        good = is_subtag(str_cut(&rest, '-'), false);
    if (good)
        return problem_of(ERR_OK);
    return invalid(STR("locale"),
                   arena_printf(arena,
                                "A locale is a language tag like en or pt-BR, of at most %" PRIu64
                                " bytes.",
                                limits->locale_bytes));
}

/* ---- what people tell of themselves ---------------------------------------------------------- */

static bool is_lines(struct str text)
{
    if (!str_is_utf8(text) || unicode_is_blank(text))
        return false;
    struct str rest = text;
    while (rest.ptr) {
        struct str line = str_cut(&rest, '\n');
        if (line.len && !unicode_is_label(line))
            return false;
    }
    return true;
}

struct problem account_check_about(const struct limits *limits, struct str about,
                                   struct arena *arena)
{
    if (about.len <= limits->about_bytes && is_lines(about))
        return problem_of(ERR_OK);
    return invalid(STR("about"),
                   arena_printf(arena,
                                "What one tells of oneself has something to see, no control "
                                "characters but ends of lines, and at most %" PRIu64 " bytes.",
                                limits->about_bytes));
}

struct problem account_check_pronouns(const struct limits *limits, struct str pronouns,
                                      struct arena *arena)
{
    if (pronouns.len <= limits->pronouns_bytes && str_is_utf8(pronouns) &&
        unicode_is_label(pronouns))
        return problem_of(ERR_OK);
    return invalid(STR("pronouns"),
                   arena_printf(arena,
                                "Pronouns have something to see, no control characters, and at "
                                "most %" PRIu64 " bytes.",
                                limits->pronouns_bytes));
}

/* Area/Location, or one word such as UTC: letters, digits, _ + -, each part beginning with a letter. */
static bool is_zone_part(struct str part)
{
    enum { PART_MAX = 30 };
    if (part.len == 0 || part.len > PART_MAX || !is_letter(part.ptr[0]))
        return false;
    for (size_t i = 1; i < part.len; i++)
        if (!is_letter(part.ptr[i]) && !is_digit(part.ptr[i]) && !strchr("_+-", part.ptr[i]))
            return false;
    return true;
}

struct problem account_check_time_zone(struct str time_zone)
{
    enum { PARTS_MAX = 3 };
    struct str rest = time_zone;
    int parts = 0;
    bool good = true;
    while (good && rest.ptr && parts++ < PARTS_MAX)
        good = is_zone_part(str_cut(&rest, '/'));
    if (good && !rest.ptr)
        return problem_of(ERR_OK);
    return invalid(STR("time_zone"), STR("A time zone is named as the IANA database does, like "
                                         "Europe/Vienna or UTC."));
}
