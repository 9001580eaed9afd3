/* natternet check */
#include "admin/command.h"
#include "core/buf.h"

enum { EXIT_FOUND = 1, EXIT_NOT_CHECKED = 2 };

int command_check(const struct command_call *call)
{
    const char *data = command_default_data();
    const struct option_spec specs[] = {COMMAND_DATA(data), {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    OWN(buf_deinit) struct buf findings = BUF_INIT;
    char why[ADMIN_WHY_SIZE] = "";
    int found = call->engine->check(data, &findings, why);
    if (found < 0) {
        fprintf(stderr, "natternet check: %s\n", why);
        return EXIT_NOT_CHECKED;
    }
    if (findings.len > 0)
        fwrite(findings.ptr, 1, findings.len, stdout);
    if (found == 0)
        puts("Everything is whole.");
    else
        printf("%d findings. Stop the server, keep a copy of the directory, and restore a backup "
               "if you have one.\n",
               found);
    return found == 0 ? EXIT_DONE : EXIT_FOUND;
}
