/* pages - what a page of 50 messages costs the server: found in the store, encoded as it is sent.
 *
 *   pages DIRECTORY ROOM LAST_SEQ SECONDS
 *
 * A connection of the store as its readers have; each page is a snapshot of its own, as theirs are.
 * Prints, of the newest page and of pages around a random place, percentiles of the time on the
 * clock and of the processor's time, which others on the machine do not lengthen. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "core/base62.h"
#include "core/buf.h"
#include "histogram.h"
#include "proto/encode.h"
#include "store/sqlite/sqlite_conn.h"
#include "store/sqlite/sqlite_files.h"

enum { PAGE = 50, READER_CACHE_KIB = 512 };

struct figures {
    struct histogram wall, cpu;
};

static uint64_t cpu_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (uint64_t)at.tv_sec * NS_PER_S + (uint64_t)at.tv_nsec;
}

static void one_page(struct store_conn *conn, room_id room, enum position position, uint64_t seq)
{
    struct message_page page;
    struct buf text = BUF_INIT;
    if (sql_do(conn, SQL_BEGIN_READ) != 0 ||
        store_messages(conn, room, 0, 0, position, seq, PAGE, &page) != 0)
        errx(1, "a page could not be read");
    (void)sql_do(conn, SQL_ROLLBACK);
    encode_messages(&text,
                    &(struct message_view){page.messages, NULL, page.has_older, page.has_newer});
    buf_deinit(&text);
    event_list_deinit(&page.messages);
}

static void measure(struct store_conn *conn, room_id room, uint64_t last, double seconds,
                    struct figures *out)
{
    uint64_t end = now_ns() + (uint64_t)(seconds * (double)NS_PER_S), random = 88172645463325252u;
    while (now_ns() < end) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint64_t wall = now_ns(), cpu = cpu_ns();
        one_page(conn, room, last ? POSITION_AROUND : POSITION_NEWEST,
                 last ? 1 + (random >> 20) % last : 0);
        histogram_add(&out->cpu, cpu_ns() - cpu);
        histogram_add(&out->wall, now_ns() - wall);
    }
}

static void print(const char *what, const struct figures *figures, const char *behind)
{
    printf("\"%s\":{\"pages\":%llu,\"cpu_us\":{\"p50\":%.1f,\"p99\":%.1f},\"wall_us\":{\"p50\":"
           "%.1f,\"p99\":%.1f}}%s",
           what, (unsigned long long)figures->cpu.total,
           (double)histogram_share(&figures->cpu, 0.5) / 1e3,
           (double)histogram_share(&figures->cpu, 0.99) / 1e3,
           (double)histogram_share(&figures->wall, 0.5) / 1e3,
           (double)histogram_share(&figures->wall, 0.99) / 1e3, behind);
}

int main(int argc, char **argv)
{
    static struct figures newest, anywhere;
    struct store_conn *conn;
    char path[SQLITE_PATH_SIZE], why[512];
    room_id room;
    uint64_t last;
    if (argc != 5 || !base62_parse(str_from_c(argv[2]), &room.v) ||
        !str_to_u64(str_from_c(argv[3]), &last))
        errx(2, "pages DIRECTORY ROOM LAST_SEQ SECONDS");
    if (data_path(path, argv[1], SQLITE_FILE, why) != 0 ||
        sqlite_conn_open(&conn, path, CONN_READER, READER_CACHE_KIB) != 0)
        errx(1, "%s cannot be opened", argv[1]);
    measure(conn, room, 0, atof(argv[4]), &newest);
    measure(conn, room, last, atof(argv[4]), &anywhere);
    putchar('{');
    print("newest", &newest, ",");
    print("anywhere", &anywhere, "}\n");
    sqlite_conn_close(conn);
    return 0;
}
