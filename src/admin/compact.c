/* natternet compact */
#include "admin/command.h"

int command_compact(const struct command_call *call)
{
    const char *data = command_default_data();
    const struct option_spec specs[] = {COMMAND_DATA(data), {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    char why[ADMIN_WHY_SIZE] = "";
    if (call->engine->compact(data, why) != 0) {
        fprintf(stderr, "natternet compact: %s\n", why);
        return EXIT_NOT_DONE;
    }
    puts("Written anew: nothing that was deleted is left in the file.");
    return EXIT_DONE;
}
