/* seed - fills a data directory through the store, as fast as it writes: people with a session
 * each, rooms, members, messages. No server may hold the directory meanwhile.
 *
 *   seed --data DIR --people N --rooms R --members M [--stride] [--messages K] [--tokens FILE]
 *        [--lists FILE] [--ids FILE] [--words W] [--password TEXT]
 *
 * Room r has the M people from number r * M on, round and round, so everybody is in R * M / N rooms;
 * with --stride those with the numbers r, r + R, r + 2 R ..., so person i is in room i mod R.
 * Messages go round the rooms, K in all; with --words each is of a dozen among W words, of which the nth is said
 * half as often as the one of half its number; else all say the same. With --password everybody signs in with
 * that, as p0x, p1x and so on. FILE of --tokens: a line a person, an access token that is
 * good for a day (serve with --limit access_token_s=86400). FILE of --lists: a line a person,
 * their first rooms with the last seq of each as a JSON object, as `sync` takes it. FILE of --ids: a
 * line a room.
 * Exit status: 0 done, 1 not, 2 for a wrong use. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/jwt.h"
#include "auth/keys.h"
#include "auth/password.h"
#include "core/clock.h"
#include "core/random.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_wait.h"

enum { A_DAY_S = 86400, A_JOB = 1000, A_BATCH = 500, LISTED_MOST = 16 };

struct seed_room {
    room_id id;
    uint64_t last_seq, last_count;
};

struct seed {
    const char *data, *tokens, *lists, *ids, *password;
    uint64_t people, rooms, members, messages, words;
    uint64_t chance; /* of xorshift: the same words each time */
    char hash[PASSWORD_HASH_SIZE];
    bool stride;
    struct store *store;
    struct inbox inbox;
    user_id *users;
    session_id *sessions;
    struct seed_room *made;
    uint64_t under_way;
    int64_t now;
};

/* ---- people ---------------------------------------------------------------------------------- */

struct people_job {
    struct store_job job;
    const struct seed *seed;
    uint64_t from, to;
};

static int create_people(struct store_job *job, struct store_conn *conn)
{
    const struct people_job *people = CONTAINER_OF(job, struct people_job, job);
    int rc = 0;
    for (uint64_t i = people->from; rc == 0 && i < people->to; i++) {
        char name[24];
        struct str text = str_of(name, (size_t)snprintf(name, sizeof(name), "p%" PRIu64 "x", i));
        struct user user = {.id = people->seed->users[i],
                            .username = text,
                            .display_name = text,
                            .created_at = people->seed->now};
        struct session session = {.id = people->seed->sessions[i],
                                  .user = user.id,
                                  .created_at = people->seed->now,
                                  .rotated_at = people->seed->now};
        rc = store_user_create(conn, &user, text, str_from_c(people->seed->hash));
        if (rc == 0)
            rc = store_session_create(conn, &session);
    }
    return rc;
}

static void make_people(struct seed *seed)
{
    struct password_cost cost = {.memory_kib = 19456, .passes = 2};
    if (seed->password && password_hash(cost, str_from_c(seed->password), seed->hash) != 0)
        errx(1, "the password could not be hashed");
    seed->users = xcalloc(seed->people, sizeof(*seed->users));
    seed->sessions = xcalloc(seed->people, sizeof(*seed->sessions));
    for (uint64_t i = 0; i < seed->people; i++) {
        seed->users[i].v = random_id();
        seed->sessions[i].v = random_id();
    }
    for (uint64_t from = 0; from < seed->people; from += A_JOB) {
        uint64_t to = from + A_JOB < seed->people ? from + A_JOB : seed->people;
        struct people_job job = {.job.run = create_people, .seed = seed, .from = from, .to = to};
        int rc = store_write_wait(seed->store, &job.job);
        if (rc != 0)
            errx(1, "people could not be written: %s", strerror(-rc));
    }
}

/* ---- rooms ----------------------------------------------------------------------------------- */

/* Events of one room, on their way. */
struct load {
    struct append append;
    struct seed *seed;
};

static void is_durable(struct store_job *job)
{
    struct load *load = CONTAINER_OF(CONTAINER_OF(job, struct append, job), struct load, append);
    if (job->rc != 0)
        errx(1, "events could not be written: %s", strerror(-job->rc));
    for (size_t i = 0; i < load->append.count; i++)
        event_unref(load->append.events[i]);
    load->seed->under_way--;
    xfree(load->append.events);
    xfree((void *)load->append.projections);
    xfree(load);
}

static void wait_until(struct seed *seed, uint64_t under_way)
{
    while (seed->under_way > under_way)
        if (inbox_run(&seed->inbox, A_JOB) == 0)
            inbox_wait(&seed->inbox, -1);
}

static struct load *load_new(struct seed *seed, const struct seed_room *room, size_t events)
{
    struct load *load = NEW(struct load);
    load->seed = seed;
    load->append.job = (struct store_job){.home = &seed->inbox, .done = is_durable};
    load->append.room = room->id;
    load->append.events = xcalloc(events, sizeof(*load->append.events));
    return load;
}

static struct event *load_add(struct load *load, struct seed_room *room, struct event columns)
{
    char nonce[24];
    uint64_t seq = ++room->last_seq;
    columns.room = room->id;
    columns.seq = seq;
    columns.count = room->last_count += columns.type == EVENT_MESSAGE_CREATED;
    columns.created_at = load->seed->now;
    columns.nonce = str_of(nonce, (size_t)snprintf(nonce, sizeof(nonce), "seed.%" PRIu64, seq));
    return load->append.events[load->append.count++] = event_new(&columns);
}

static void send_off(struct load *load)
{
    load->seed->under_way++;
    store_append(load->seed->store, &load->append);
}

static user_id member_of(const struct seed *seed, uint64_t room, uint64_t nth)
{
    uint64_t number = seed->stride ? room + nth * seed->rooms : room * seed->members + nth;
    return seed->users[number % seed->people];
}

static void make_room(struct seed *seed, uint64_t nth)
{
    struct seed_room *room = &seed->made[nth];
    room->id.v = random_id();
    struct load *load = load_new(seed, room, seed->members + 1);
    struct projection *projections = xcalloc(seed->members + 1, sizeof(*projections));
    user_id maker = member_of(seed, nth, 0);
    load_add(load, room,
             (struct event){.type = EVENT_ROOM_CREATED,
                            .kind = ROOM_GROUP,
                            .sender = maker,
                            .payload = STR("{\"name\":\"Seed\"}")});
    projections[0] = (struct projection){.kind = PROJECT_ROOM,
                                         .change = {.name = STR("Seed"), .edit_history_s = 0},
                                         .room_kind = ROOM_GROUP,
                                         .user = maker,
                                         .seq = 1,
                                         .at = seed->now};
    for (uint64_t i = 0; i < seed->members; i++) {
        user_id user = member_of(seed, nth, i);
        enum role role = i == 0 ? ROLE_OWNER : ROLE_MEMBER;
        const struct event *joined = load_add(load, room,
                                              (struct event){.type = EVENT_USER_JOINED,
                                                             .sender = maker,
                                                             .target = user.v,
                                                             .role = (uint8_t)role});
        projections[i + 1] = (struct projection){.kind = PROJECT_MEMBER,
                                                 .user = user,
                                                 .role = role,
                                                 .seq = joined->seq,
                                                 .at = seed->now};
    }
    load->append.projections = projections;
    load->append.projection_count = seed->members + 1;
    send_off(load);
}

static void make_rooms(struct seed *seed)
{
    seed->made = xcalloc(seed->rooms, sizeof(*seed->made));
    for (uint64_t i = 0; i < seed->rooms; i++) {
        make_room(seed, i);
        wait_until(seed, 64);
    }
    wait_until(seed, 0);
}

/* ---- messages -------------------------------------------------------------------------------- */

static const struct str same =
    STR_INIT("{\"type\":\"text\",\"text\":\"As long as most of what people write to one another: "
             "nearly a hundred characters and then an end.\"}");

static double draw(struct seed *seed)
{
    seed->chance ^= seed->chance << 13;
    seed->chance ^= seed->chance >> 7;
    seed->chance ^= seed->chance << 17;
    return (double)(seed->chance >> 11) / 0x1p53;
}

/* The nth of all words: syllables and an end, so that no two are alike and few are the beginning of others. */
static size_t put_word(char *out, uint64_t nth)
{
    static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
    size_t len = 0;
    for (uint64_t left = nth + 70; left > 0; left /= 70) {
        out[len++] = consonants[left % 70 / 5];
        out[len++] = vowels[left % 5];
    }
    out[len++] = consonants[nth % 14];
    return len;
}

static struct str say(struct seed *seed, char *out)
{
    enum { A_MESSAGE = 12 };
    if (seed->words == 0)
        return same;
    size_t len = (size_t)sprintf(out, "{\"type\":\"text\",\"text\":\"");
    for (int i = 0; i < A_MESSAGE; i++) {
        if (i > 0)
            out[len++] = ' ';
        len += put_word(out + len, (uint64_t)pow((double)seed->words, draw(seed)) - 1);
    }
    len += (size_t)sprintf(out + len, "\"}");
    return str_of(out, len);
}

static void make_messages(struct seed *seed)
{
    char payload[512];
    uint64_t left = seed->messages;
    uint64_t each =
        seed->rooms ? seed->messages / seed->rooms : 0; /* at a time: a room gets its share */
    each = each < 1 ? 1 : each < A_BATCH ? each : A_BATCH;
    for (uint64_t nth = 0; left > 0; nth = (nth + 1) % seed->rooms) {
        struct seed_room *room = &seed->made[nth];
        size_t count = left < each ? (size_t)left : (size_t)each;
        struct load *load = load_new(seed, room, count);
        for (size_t i = 0; i < count; i++)
            load_add(load, room,
                     (struct event){.type = EVENT_MESSAGE_CREATED,
                                    .sender = member_of(seed, nth, i % seed->members),
                                    .payload = say(seed, payload)});
        send_off(load);
        left -= count;
        wait_until(seed, seed->rooms < 16 ? seed->rooms - 1 : 16);
    }
    wait_until(seed, 0);
}

/* ---- what the load needs to know --------------------------------------------------------------- */

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "we");
    if (!file)
        err(1, "%s", path);
    return file;
}

static void finish(FILE *file, const char *path)
{
    if (fclose(file) != 0)
        err(1, "%s", path);
}

static void write_tokens(const struct seed *seed)
{
    char why[KEYS_WHY_SIZE];
    struct keys *keys = NULL;
    if (keys_open(&keys, seed->data, why) != 0)
        errx(1, "%s", why);
    struct jwt_issuer issuer;
    jwt_issuer_init(&issuer, keys, A_DAY_S);
    FILE *file = create(seed->tokens);
    for (uint64_t i = 0; i < seed->people; i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct str token =
            jwt_sign(&issuer, seed->users[i], seed->sessions[i], seed->now / 1000, &arena);
        fprintf(file, "%.*s\n", STR_ARG(token));
    }
    finish(file, seed->tokens);
    keys_free(keys);
}

static bool is_in(const struct seed *seed, uint64_t person, uint64_t room)
{
    if (seed->stride)
        return person % seed->rooms == room;
    uint64_t first = room * seed->members % seed->people;
    return (person + seed->people - first) % seed->people < seed->members;
}

static void write_list(const struct seed *seed, uint64_t person, FILE *file)
{
    int listed = 0;
    fputc('{', file);
    for (uint64_t r = 0; r < seed->rooms && listed < LISTED_MOST; r++) {
        if (!is_in(seed, person, r))
            continue;
        char id[BASE62_LEN];
        base62_print(seed->made[r].id.v, id);
        fprintf(file, "%s\"%.*s\":%" PRIu64, listed++ ? "," : "", BASE62_LEN, id,
                seed->made[r].last_seq);
    }
    fputs("}\n", file);
}

static void write_ids(const struct seed *seed)
{
    FILE *file = create(seed->ids);
    for (uint64_t r = 0; r < seed->rooms; r++) {
        char id[BASE62_LEN];
        base62_print(seed->made[r].id.v, id);
        fprintf(file, "%.*s\n", BASE62_LEN, id);
    }
    finish(file, seed->ids);
}

static void write_files(const struct seed *seed)
{
    if (seed->tokens)
        write_tokens(seed);
    if (seed->ids)
        write_ids(seed);
    if (!seed->lists)
        return;
    FILE *file = create(seed->lists);
    for (uint64_t i = 0; i < seed->people; i++)
        write_list(seed, i, file);
    finish(file, seed->lists);
}

/* ---- the command line -------------------------------------------------------------------------- */

static uint64_t number(const char *text, uint64_t least)
{
    uint64_t value;
    if (!str_to_u64(str_from_c(text), &value) || value < least || value > 100000000)
        errx(2, "not a number from %" PRIu64 " to 100000000: %s", least, text);
    return value;
}

static void read_options(struct seed *seed, int argc, char **argv)
{
    static const struct option known[] = {
        {"data", 1, NULL, 'd'},    {"people", 1, NULL, 'p'},   {"rooms", 1, NULL, 'r'},
        {"members", 1, NULL, 'm'}, {"messages", 1, NULL, 'k'}, {"tokens", 1, NULL, 't'},
        {"lists", 1, NULL, 'l'},   {"stride", 0, NULL, 's'},   {"ids", 1, NULL, 'i'},
        {"words", 1, NULL, 'w'},   {"password", 1, NULL, 'a'}, {0}};
    int which;
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (which) {
        case 's':
            seed->stride = true;
            break;
        case 'd':
            seed->data = optarg;
            break;
        case 't':
            seed->tokens = optarg;
            break;
        case 'l':
            seed->lists = optarg;
            break;
        case 'i':
            seed->ids = optarg;
            break;
        case 'w':
            seed->words = number(optarg, 1);
            break;
        case 'a':
            seed->password = optarg;
            break;
        case 'p':
            seed->people = number(optarg, 1);
            break;
        case 'r':
            seed->rooms = number(optarg, 0);
            break;
        case 'm':
            seed->members = number(optarg, 1);
            break;
        case 'k':
            seed->messages = number(optarg, 0);
            break;
        default:
            errx(2, "the top of bench/seed.c says what it takes");
        }
    }
    if (!seed->data || seed->members > seed->people || (seed->messages && !seed->rooms))
        errx(2, "--data, and at least as many --people as --members; messages need rooms");
}

int main(int argc, char **argv)
{
    struct seed seed = {
        .people = 1, .members = 1, .chance = 88172645463325252, .now = clock_now_ms()};
    read_options(&seed, argc, argv);
    char why[SQLITE_WHY_SIZE];
    struct sqlite_options options = {.data_dir = seed.data, .readers = 1, .cache_kib = 65536};
    if (sqlite_store_open(&seed.store, &options, why) != 0)
        errx(1, "%s", why);
    if (inbox_init(&seed.inbox) != 0)
        err(1, "eventfd");
    make_people(&seed);
    make_rooms(&seed);
    make_messages(&seed);
    store_close(seed.store);
    write_files(&seed);
    return 0;
}
