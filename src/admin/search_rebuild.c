/* natternet search rebuild */
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "core/clock.h"
#include "core/data_dir.h"
#include "core/limits.h"
#include "search/search.h"

enum { LOOK_US = 20000 };

static int complain(const char *why)
{
    fprintf(stderr, "natternet search rebuild: %s\n", why);
    return EXIT_NOT_DONE;
}

static void close_fd_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* The index is in the data directory of each server, wherever the messages are. Beside SQLite the store holds it. */
static bool hold_index(const struct command_place *place, int *lock, char *why)
{
    _Static_assert((int)DATA_DIR_WHY_SIZE <= (int)SEARCH_WHY_SIZE, "its sentences fit");
    return strcmp(place->store, "sqlite") == 0 ||
           (data_dir_make(place->data, why) == 0 && data_dir_lock(place->data, lock, why) == 0);
}

int command_search_rebuild(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const struct option_spec specs[] = {COMMAND_PLACE(place), {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    char why[SEARCH_WHY_SIZE] = "";
    OWN(close_fd) int lock = -1;
    if (!hold_index(&place, &lock, why))
        return complain(why);
    OWN(store_close) struct store *store = command_open(call, &place);
    if (!store)
        return EXIT_NOT_DONE;
    struct limits limits;
    struct search *search = NULL;
    uint64_t start = clock_monotonic_ms();
    limits_init(&limits);
    const struct search_options options = {
        .store = store, .data_dir = place.data, .limits = &limits};
    if (search_delete(place.data, why) != 0 || search_open(&search, &options, why) != 0)
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
