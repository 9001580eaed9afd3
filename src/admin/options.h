/* options.h - the flags of one subcommand, from a table: --name VALUE, --name=VALUE, --name alone.
 * The table is parser and help at once.
 * Thread: any. */
#pragma once

#include <stdio.h>

#include "core/base.h"

struct option_spec {
    const char *name;  /* without the dashes; NULL ends the table */
    const char *value; /* what the help calls it; NULL: a flag */
    const char *help;
    const char **text; /* where a value goes */
    bool *flag;        /* what a flag sets */
};

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_WRONG };

/* OPTIONS_WRONG: a sentence was written to `err`. */
enum options_result options_parse(const struct option_spec *specs, int argc, char **argv,
                                  FILE *err);
void options_help(const struct option_spec *specs, FILE *out);
