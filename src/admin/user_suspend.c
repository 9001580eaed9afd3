/* natternet user suspend and natternet user lift */
#include <errno.h>
#include <inttypes.h>

#include "admin/command.h"
#include "core/clock.h"
#include "core/unicode.h"
#include "json/writer.h"
#include "store/store_wait.h"

struct suspend_job {
    struct store_job job;
    struct arena arena;
    const char *username;
    uint64_t seconds; /* 0: for good */
    struct str reason;
    struct suspension suspension;
    size_t ended;
};

static struct str payload_of(struct suspend_job *suspend)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    if (suspend->seconds)
        json_name(&w, "seconds"), json_put_u64(&w, suspend->seconds);
    if (suspend->reason.len)
        json_name(&w, "reason"), json_put_text(&w, suspend->reason);
    json_close(&w, '}');
    return arena_copy(&suspend->arena, buf_str(&out));
}

static int run_suspend(struct store_job *job, struct store_conn *conn)
{
    struct suspend_job *suspend = CONTAINER_OF(job, struct suspend_job, job);
    struct user user;
    struct session_list ended;
    int64_t now = clock_now_ms();
    int rc = command_find_user(conn, suspend->username, &suspend->arena, &user);
    if (rc != 0)
        return rc;
    suspend->suspension = (struct suspension){
        .user = user.id,
        .at = now,
        .until = suspend->seconds ? now + (int64_t)suspend->seconds * 1000 : SUSPENDED_FOR_GOOD,
        .reason = suspend->reason,
    };
    rc = store_suspension_put(conn, &suspend->suspension);
    if (rc == 0)
        rc = store_sessions_end(conn, user.id, (session_id){0}, now, &suspend->arena, &ended);
    if (rc != 0)
        return rc;
    suspend->ended = ended.count;
    return command_write_down(conn, AUDIT_USER_SUSPENDED, user.id, now, payload_of(suspend));
}

static int run_lift(struct store_job *job, struct store_conn *conn)
{
    struct suspend_job *suspend = CONTAINER_OF(job, struct suspend_job, job);
    struct user user;
    int rc = command_find_user(conn, suspend->username, &suspend->arena, &user);
    if (rc != 0)
        return rc;
    rc = store_suspension_lift(conn, user.id);
    if (rc == -ENOENT)
        return -EALREADY;
    return rc == 0
               ? command_write_down(conn, AUDIT_USER_UNSUSPENDED, user.id, clock_now_ms(), STR_NONE)
               : rc;
}

static bool write_it(struct store *store, struct suspend_job *suspend,
                     int (*run)(struct store_job *job, struct store_conn *conn))
{
    suspend->job.run = run;
    int rc = store_write_wait(store, &suspend->job);
    if (rc == -ENOENT)
        fprintf(stderr, "Nobody has the username %s; `natternet user list` shows them all.\n",
                suspend->username);
    else if (rc == -EALREADY)
        fprintf(stderr, "%s is not suspended.\n", suspend->username);
    else if (rc != 0)
        command_complain("The account could not be changed", rc);
    return rc == 0;
}

static int name_is_missing(void)
{
    fputs("Give the name: --username NAME\n", stderr);
    return EXIT_WRONG_USE;
}

static bool read_seconds(const char *text, uint64_t most, uint64_t *out)
{
    if (!text || (str_to_u64(str_from_c(text), out) && *out >= 1 && *out <= most))
        return true;
    fprintf(stderr, "--seconds %s: give a number from 1 to %" PRIu64 "\n", text, most);
    return false;
}

static bool read_reason(const char *text, uint64_t most, struct str *out)
{
    if (!text)
        return true;
    *out = str_from_c(text);
    if (out->len >= 1 && out->len <= most && unicode_is_label(*out))
        return true;
    fprintf(stderr, "--reason: give one line of at most %" PRIu64 " bytes of UTF-8\n", most);
    return false;
}

int command_user_suspend(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const char *seconds = NULL, *reason = NULL;
    struct suspend_job suspend = {.arena = ARENA_INIT};
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "username", .value = "NAME", .help = "who", .text = &suspend.username},
        {.name = "seconds", .value = "N", .help = "how long; for good if absent", .text = &seconds},
        {.name = "reason",
         .value = "TEXT",
         .help = "one line that they read who want to sign in",
         .text = &reason},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (!suspend.username)
        return name_is_missing();
    struct limits limits;
    limits_init(&limits);
    if (!read_seconds(seconds, limits.ban_s, &suspend.seconds) ||
        !read_reason(reason, limits.reason_bytes, &suspend.reason))
        return EXIT_WRONG_USE;
    OWN(store_close) struct store *store = command_open(call, &place);
    bool done = store && write_it(store, &suspend, run_suspend);
    if (done)
        printf("Suspended %s and ended %zu sessions.\n", suspend.username, suspend.ended);
    arena_deinit(&suspend.arena);
    return done ? EXIT_DONE : EXIT_NOT_DONE;
}

int command_user_lift(const struct command_call *call)
{
    struct command_place place = command_default_place();
    struct suspend_job suspend = {.arena = ARENA_INIT};
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "username", .value = "NAME", .help = "who", .text = &suspend.username},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (!suspend.username)
        return name_is_missing();
    OWN(store_close) struct store *store = command_open(call, &place);
    bool done = store && write_it(store, &suspend, run_lift);
    if (done)
        printf("%s can sign in again.\n", suspend.username);
    arena_deinit(&suspend.arena);
    return done ? EXIT_DONE : EXIT_NOT_DONE;
}
