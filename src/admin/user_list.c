/* natternet user list */
#include "admin/command.h"
#include "core/clock.h"
#include "store/store_wait.h"

enum { PAGE = 500 };

struct list_job {
    struct store_job job;
    struct arena *arena;
    struct str after, next;
    struct user_list page;
};

static int list(struct store_job *job, struct store_conn *conn)
{
    struct list_job *list_job = CONTAINER_OF(job, struct list_job, job);
    return store_users_search(conn, STR_NONE, list_job->after, PAGE, list_job->arena,
                              &list_job->page, &list_job->next);
}

/* Columns with tabs between them, to be cut and sorted by other tools. */
static void print_page(const struct user_list *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct user *user = &page->items[i];
        char id[BASE62_LEN], created[TIME_TEXT_LEN];
        base62_print(user->id.v, id);
        clock_format(user->created_at, created);
        printf("%.*s\t%.*s\t%.*s\t%s\t%.*s\n", STR_ARG(user->username), BASE62_LEN, id,
               TIME_TEXT_LEN, created, user->admin ? "admin" : "-", STR_ARG(user->display_name));
    }
}

static int print_all(struct store *store)
{
    struct str after = STR_NONE;
    OWN(arena_deinit) struct arena last_arena = ARENA_INIT;
    do {
        struct arena arena = ARENA_INIT;
        struct list_job list_job = {.job.run = list, .arena = &arena, .after = after};
        int rc = store_read_wait(store, &list_job.job);
        if (rc != 0) {
            arena_deinit(&arena);
            command_complain("The accounts could not be read", rc);
            return EXIT_NOT_DONE;
        }
        print_page(&list_job.page);
        arena_deinit(&last_arena); /* `after` was in it */
        last_arena = arena;
        after = list_job.next;
    } while (after.len > 0);
    return EXIT_DONE;
}

int command_user_list(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const struct option_spec specs[] = {COMMAND_PLACE(place), {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    OWN(store_close) struct store *store = command_open(call, &place);
    if (!store)
        return EXIT_NOT_DONE;
    fputs("# username\tid\tcreated_at\tadmin\tdisplay_name\n", stdout);
    return print_all(store);
}
