/* natternet search rebuild */
#include <unistd.h>

#include "admin/command.h"
#include "core/clock.h"
#include "core/limits.h"
#include "search/search.h"

enum { LOOK_US = 20000 };

static int complain(const char *why)
{
    fprintf(stderr, "natternet search rebuild: %s\n", why);
    return EXIT_NOT_DONE;
}

int command_search_rebuild(const struct command_call *call)
{
    const char *data = command_default_data();
    const struct option_spec specs[] = {COMMAND_DATA(data), {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    OWN(store_close)
    struct store *store = command_open(call, &(struct command_place){"sqlite", data});
    if (!store)
        return EXIT_NOT_DONE;
    struct limits limits;
    struct search *search = NULL;
    char why[SEARCH_WHY_SIZE] = "";
    uint64_t start = clock_monotonic_ms();
    limits_init(&limits);
    const struct search_options options = {.store = store, .data_dir = data, .limits = &limits};
    if (search_delete(data, why) != 0 || search_open(&search, &options, why) != 0)
        return complain(why);
    while (!search_is_level(search) && search_works(search))
        (void)usleep(LOOK_US);
    bool works = search_works(search);
    uint64_t count = search_message_count(search);
    search_close(search);
    if (!works)
        return complain("the index could not be written: look at the rights and the free space of "
                        "the data directory; the server goes on with it when it can");
    printf("%llu messages can be found; it took %.1f s.\n", (unsigned long long)count,
           (double)(clock_monotonic_ms() - start) / 1000);
    return EXIT_DONE;
}
