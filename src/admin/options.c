#include "admin/options.h"

#include "core/str.h"

static const struct option_spec *find(const struct option_spec *specs, struct str name)
{
    for (; specs->name; specs++)
        if (str_eq(str_from_c(specs->name), name))
            return specs;
    return NULL;
}

static enum options_result wrong(FILE *err, const char *what, const char *word)
{
    fprintf(err, "%s: %s; --help lists the options\n", word, what);
    return OPTIONS_WRONG;
}

/* Takes the option at argv[*at], and the word behind it where that is its value. */
static enum options_result take(const struct option_spec *specs, int argc, char **argv, int *at,
                                FILE *err)
{
    const char *word = argv[*at];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return OPTIONS_HELP;
    if (strncmp(word, "--", 2) != 0)
        return wrong(err, "options begin with --", word);
    struct str rest = str_from_c(word + 2);
    const struct option_spec *spec = find(specs, str_cut(&rest, '='));
    if (!spec)
        return wrong(err, "there is no such option", word);
    if (!spec->value && rest.ptr)
        return wrong(err, "this option takes no value", word);
    if (!spec->value)
        *spec->flag = true;
    else if (rest.ptr)
        *spec->text = rest.ptr; /* the end of word, so it has its NUL */
    else if (*at + 1 < argc)
        *spec->text = argv[++*at];
    else
        return wrong(err, "the value is missing", word);
    return OPTIONS_OK;
}

enum options_result options_parse(const struct option_spec *specs, int argc, char **argv, FILE *err)
{
    enum options_result result = OPTIONS_OK;
    for (int at = 0; at < argc && result == OPTIONS_OK; at++)
        result = take(specs, argc, argv, &at, err);
    return result;
}

void options_help(const struct option_spec *specs, FILE *out)
{
    for (; specs->name; specs++) {
        char left[40];
        snprintf(left, sizeof(left), "--%s %s", specs->name, specs->value ? specs->value : "");
        fprintf(out, "  %-26s %s\n", left, specs->help);
    }
}
