/* natternet user invite */
#include <inttypes.h>

#include "admin/command.h"
#include "auth/invite_code.h"
#include "core/clock.h"
#include "store/store_wait.h"

enum { WEEK_S = 7 * 24 * 3600 };

struct invite_job {
    struct store_job job;
    struct invite invite;
    struct str payload; /* of the audit log */
};

static int create(struct store_job *job, struct store_conn *conn)
{
    struct invite_job *made = CONTAINER_OF(job, struct invite_job, job);
    int rc = store_invite_create(conn, &made->invite);
    return rc == 0 ? command_write_down(conn, AUDIT_INVITE_CREATED, (user_id){0},
                                        made->invite.created_at, made->payload)
                   : rc;
}

static bool read_number(const char *name, const char *text, uint64_t most, uint64_t *out)
{
    if (!text)
        return true;
    if (str_to_u64(str_from_c(text), out) && *out >= 1 && *out <= most)
        return true;
    fprintf(stderr, "--%s %s: give a number from 1 to %" PRIu64 "\n", name, text, most);
    return false;
}

static int write_invite(struct store *store, uint64_t uses, uint64_t lifetime_s)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    char text[INVITE_CODE_SIZE], expires[TIME_TEXT_LEN];
    struct str code = invite_code_make(text);
    int64_t now = clock_now_ms();
    struct invite_job invite_job = {
        .job.run = create,
        .invite = {.code = invite_code_key(code, &arena),
                   .uses_left = uses,
                   .created_at = now,
                   .expires_at = now + (int64_t)lifetime_s * 1000},
    };
    invite_job.payload =
        arena_printf(&arena, "{\"uses\":%" PRIu64 ",\"seconds\":%" PRIu64 "}", uses, lifetime_s);
    int rc = store_write_wait(store, &invite_job.job);
    if (rc != 0) {
        command_complain("The invitation could not be written", rc);
        return EXIT_NOT_DONE;
    }
    clock_format(invite_job.invite.expires_at, expires);
    printf("%.*s\n", STR_ARG(code)); /* alone on stdout, for scripts */
    fprintf(stderr, "Good for %" PRIu64 " sign-up%s until %.*s; it is not shown again.\n", uses,
            uses == 1 ? "" : "s", TIME_TEXT_LEN, expires);
    return EXIT_DONE;
}

int command_user_invite(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const char *uses_text = NULL, *expires_text = NULL;
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "uses",
         .value = "N",
         .help = "how many may sign up with it; 1 if absent",
         .text = &uses_text},
        {.name = "expires",
         .value = "SECONDS",
         .help = "how long it is good; 604800, a week, if absent",
         .text = &expires_text},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    struct limits limits;
    limits_init(&limits);
    uint64_t uses = 1, lifetime_s = WEEK_S;
    if (!read_number("uses", uses_text, limits.invite_uses, &uses) ||
        !read_number("expires", expires_text, limits.invite_s, &lifetime_s))
        return EXIT_WRONG_USE;
    OWN(store_close) struct store *store = command_open(call, &place);
    return store ? write_invite(store, uses, lifetime_s) : EXIT_NOT_DONE;
}
