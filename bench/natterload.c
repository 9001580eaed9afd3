/* natterload - a load generator for WebSocket servers on this machine.
 *
 * It connects to 127.0.0.0/8 only, is bounded in time, ends by itself and prints one JSON line.
 * It knows nothing of NatterNet but what the command line says: the login is a list of texts to
 * send and to wait for, so other servers are measured with the same program (README.md).
 *
 * Exit status: 0 with at least one live connection, 1 with none, 2 for a wrong option. */
#include <arpa/inet.h>
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "load.h"
#include "load_inflate.h"
#include "proc.h"

enum kind { FLAG, TEXT, COUNT, SECONDS, LINES, HEADER, SEND, AWAIT, HOST };

/* Every option: what it sets, within which bounds, and what --help says. */
static const struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    uint64_t most;
    const char *help;
} settings[] = {
#define SETTING(name, kind, field, most, help)                                                     \
    {                                                                                              \
        name, kind, offsetof(struct load_options, field), most, help                               \
    }
    SETTING("host", HOST, host, 0, "the server's address, in 127.0.0.0/8"),
    SETTING("port", COUNT, port, 65535, "its port"),
    SETTING("path", TEXT, path, 0, "target of the upgrade"),
    SETTING("connections", COUNT, connections, 1000000, "how many"),
    SETTING("inflight", COUNT, inflight, 100000, "at most so many are being made"),
    SETTING("per-address", COUNT, per_address, 60000, "connections of one source address"),
    SETTING("first-source", COUNT, first_source, 65535, "the first one, counted from 127.0.0.0"),
    SETTING("raw", FLAG, raw, 0, "frames from the first byte on, no HTTP upgrade"),
    SETTING("tls", FLAG, tls, 0, "by TLS, with whoever answers"),
    SETTING("deflate", FLAG, deflate, 0,
            "permessage-deflate is offered, and what comes is inflated"),
    SETTING("header", HEADER, headers, 0, "one more request header; repeatable"),
    SETTING("send", SEND, steps, 0, "login: send this; repeatable"),
    SETTING("await", AWAIT, steps, 0, "login: wait for a frame that holds this; repeatable"),
    SETTING("tokens", LINES, tokens, 0, "file: {token} is line i of it, round and round"),
    SETTING("rooms", LINES, rooms, 0, "file: {room} likewise"),
    SETTING("message", TEXT, message, 0, "what is sent"),
    SETTING("size", COUNT, size, 65536, "{pad} fills the message up to so many bytes"),
    SETTING("most", COUNT, most, UINT64_MAX, "{rand} is from 1 to this"),
    SETTING("key", TEXT, key, 0, "what stands before the {t} of a delivery"),
    SETTING("fault", TEXT, fault, 0, "frames that hold this are counted as faults"),
    SETTING("publishers", COUNT, publishers, 1000000, "fanout: so many send"),
    SETTING("window", COUNT, window, 100000, "messages of one sender on their way"),
    SETTING("rate", COUNT, rate, 10000000, "fanout: messages a second in all, on schedule"),
    SETTING("warmup", SECONDS, warmup, 3600, "seconds before the figures are taken"),
    SETTING("duration", SECONDS, duration, 3600, "seconds over which they are"),
    SETTING("drain", SECONDS, drain, 3600, "seconds given to what is on its way at the end"),
    SETTING("hold", SECONDS, hold, 86400, "idle: seconds to hold the connections"),
    SETTING("connect-timeout", SECONDS, connect_timeout, 3600, "seconds to make them"),
    SETTING("max-time", SECONDS, max_time, 3600, "seconds after which all ends"),
    SETTING("pid", COUNT, server, INT32_MAX, "the server's process: its time and memory are told"),
#undef SETTING
};

#define SETTING_COUNT (sizeof settings / sizeof *settings)

static void usage(FILE *out, int status)
{
    fputs("natterload [options] idle|fanout|echo|cut\n", out);
    for (size_t at = 0; at < SETTING_COUNT; at++)
        fprintf(out, "  --%-16s %s\n", settings[at].name, settings[at].help);
    exit(status);
}

static double seconds_of(const char *text, uint64_t most)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || value < 0 || value > (double)most)
        errx(2, "not a number of seconds: %s", text);
    return value;
}

static uint64_t count_of(const char *text, uint64_t most)
{
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    if (end == text || *end != '\0' || value < 1 || value > most)
        errx(2, "not between 1 and %" PRIu64 ": %s", most, text);
    return value;
}

static void add_step(struct load_options *options, const char *text, bool await)
{
    if (options->step_count == LOAD_STEPS_MAX)
        errx(2, "too many steps");
    options->steps[options->step_count].text = text;
    options->steps[options->step_count++].await = await;
}

static void add_header(struct load_options *options, const char *text)
{
    if (options->header_count == LOAD_HEADERS_MAX)
        errx(2, "too many headers");
    options->headers[options->header_count++] = text;
}

static void set_host(struct load_options *options, const char *text)
{
    if (inet_aton(text, &options->host) == 0 || ntohl(options->host.s_addr) >> 24 != 127)
        errx(2, "--host must be in 127.0.0.0/8");
}

static void apply(struct load_options *options, const struct setting *setting, const char *text)
{
    void *field = (char *)options + setting->offset;
    switch (setting->kind) {
    case FLAG:
        *(bool *)field = true;
        return;
    case TEXT:
        *(const char **)field = text;
        return;
    case COUNT:
        *(uint64_t *)field = count_of(text, setting->most);
        return;
    case SECONDS:
        *(double *)field = seconds_of(text, setting->most);
        return;
    case LINES:
        lines_read(field, text);
        return;
    case HEADER:
        add_header(options, text);
        return;
    case SEND:
    case AWAIT:
        add_step(options, text, setting->kind == AWAIT);
        return;
    case HOST:
        set_host(options, text);
        return;
    }
}

static const char *const modes[LOAD_MODES] = {"idle", "fanout", "echo", "cut"};

static enum load_mode mode_of(const char *text)
{
    for (size_t mode = 0; mode < LOAD_MODES; mode++)
        if (strcmp(modes[mode], text) == 0)
            return (enum load_mode)mode;
    errx(2, "there is no mode %s", text);
}

static void parse_options(struct load_options *options, int argc, char **argv)
{
    struct option known[SETTING_COUNT + 2] = {0};
    for (size_t at = 0; at < SETTING_COUNT; at++)
        known[at] = (struct option){
            .name = settings[at].name, .has_arg = settings[at].kind != FLAG, .val = 256 + (int)at};
    known[SETTING_COUNT] = (struct option){.name = "help", .val = 'h'};
    int which;
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (which < 256)
            usage(which == 'h' ? stdout : stderr, which == 'h' ? 0 : 2);
        apply(options, &settings[which - 256], optarg);
    }
    if (options->deflate)
        add_header(options, LOAD_DEFLATE_OFFER);
    if (optind != argc - 1)
        usage(stderr, 2);
    options->mode = mode_of(argv[optind]);
    if (options->publishers > options->connections)
        options->publishers = options->connections;
}

static void raise_file_limit(uint64_t connections)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < connections + 32)
        errx(2, "%" PRIu64 " connections need a limit of open files above %lu", connections,
             (unsigned long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct result {
    struct snapshot before, connected, start, end, settled;
    struct load_counts at_start, at_end;
    uint64_t live;
};

static void turn_for(struct load *load, double duration)
{
    uint64_t end = now_ns() + (uint64_t)(duration * (double)NS_PER_S);
    do
        load_turn(load);
    while (now_ns() < end);
}

static void connect_all(struct load *load)
{
    const struct load_options *options = load->options;
    uint64_t end = now_ns() + (uint64_t)(options->connect_timeout * (double)NS_PER_S);
    while (load->counts.ready + load->counts.failed < options->connections && now_ns() < end)
        load_turn(load);
    turn_for(load, 1);
}

static void measure(struct load *load, struct result *result)
{
    const struct load_options *options = load->options;
    bool idle = options->mode == LOAD_IDLE || options->mode == LOAD_CUT;
    if (!idle) {
        load_enter(load, PHASE_WARM);
        turn_for(load, options->warmup);
        load_enter(load, PHASE_MEASURE);
    }
    snapshot_take(&result->start, options->server);
    result->at_start = load->counts;
    turn_for(load, idle ? options->hold : options->duration);
    snapshot_take(&result->end, options->server);
    result->at_end = load->counts;
    load_enter(load, PHASE_DRAIN);
    uint64_t end = now_ns() + (uint64_t)(options->drain * (double)NS_PER_S);
    while (!load_settled(load) && now_ns() < end)
        load_turn(load);
    snapshot_take(&result->settled, options->server);
}

static void print_rates(const struct load *load, const struct result *result)
{
    double elapsed = (double)(result->end.at_ns - result->start.at_ns) / (double)NS_PER_S;
    double server = result->end.server_cpu_s - result->start.server_cpu_s;
    double own = result->end.own_cpu_s - result->start.own_cpu_s;
    double machine = result->end.machine_cpu_s - result->start.machine_cpu_s;
    uint64_t delivered = result->at_end.delivered - result->at_start.delivered;
    uint64_t reads = result->at_end.reads - result->at_start.reads;
    printf(",\"seconds\":%.3f,\"fan\":%" PRIu64
           ",\"published_per_s\":%.1f,\"delivered_per_s\":%.1f",
           elapsed, load->fan,
           (double)(result->at_end.published - result->at_start.published) / elapsed,
           (double)delivered / elapsed);
    printf(",\"bytes_per_s\":%.0f,\"deliveries_per_read\":%.2f",
           (double)(result->at_end.bytes - result->at_start.bytes) / elapsed,
           reads ? (double)delivered / (double)reads : 0);
    printf(",\"published\":%" PRIu64 ",\"missing\":%" PRId64 ",\"given_up\":%" PRIu64
           ",\"other_frames\":%" PRIu64 ",\"faults\":%" PRIu64,
           load->counts.published,
           (int64_t)(load->counts.published * load->fan - load->counts.delivered),
           load->counts.given_up, load->counts.other_frames, load->counts.faults);
    printf(",\"server_cpu_s\":%.2f,\"load_cpu_s\":%.2f,\"other_cpu_s\":%.2f,\"delivered_per_server_"
           "cpu_s\":%.0f",
           server, own, machine - own - server, server > 0 ? (double)delivered / server : 0);
}

static void print_latency(const struct histogram *latency)
{
    static const struct {
        const char *name;
        double share;
    } shares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}};
    printf(",\"latency_us\":{\"count\":%" PRIu64, latency->total);
    for (size_t at = 0; at < sizeof shares / sizeof *shares; at++)
        printf(",\"%s\":%.1f", shares[at].name,
               (double)histogram_share(latency, shares[at].share) / 1e3);
    printf(",\"max\":%.1f}", (double)latency->max / 1e3);
}

static void print_memory(const struct result *result)
{
    const struct snapshot *before = &result->before, *connected = &result->connected;
    printf(",\"rss_before_kb\":%" PRIu64 ",\"rss_connected_kb\":%" PRIu64
           ",\"rss_end_kb\":%" PRIu64,
           before->server_rss_kb, connected->server_rss_kb, result->settled.server_rss_kb);
    if (result->live > 0)
        printf(",\"rss_bytes_per_connection\":%.0f,\"kernel_bytes_per_connection_both_ends\":%.0f",
               ((double)connected->server_rss_kb - (double)before->server_rss_kb) * 1024 /
                   (double)result->live,
               ((double)connected->slab_kb - (double)before->slab_kb) * 1024 /
                   (double)result->live);
}

static void print_result(const struct load *load, const struct result *result)
{
    const struct load_options *options = load->options;
    double ready_s = (double)(load->last_ready_ns - load->first_ns) / (double)NS_PER_S;
    double connect_cpu_s = result->connected.server_cpu_s - result->before.server_cpu_s;
    printf("{\"mode\":\"%s\",\"connections\":%" PRIu64 ",\"ready\":%" PRIu64 ",\"failed\":%" PRIu64
           ",\"closed\":%" PRIu64
           ",\"ready_s\":%.3f,\"ready_per_s\":%.0f,\"ready_per_server_cpu_s\":%.0f",
           modes[options->mode], options->connections, load->counts.ready, load->counts.failed,
           load->counts.closed, ready_s,
           load->last_ready_ns ? (double)load->counts.ready / ready_s : 0,
           connect_cpu_s > 0 ? (double)load->counts.ready / connect_cpu_s : 0);
    print_rates(load, result);
    print_latency(&load->latency);
    print_memory(result);
    printf(",\"trouble\":\"%s\"}\n", load->trouble);
}

int main(int argc, char **argv)
{
    struct load_options options = {.port = 8080,
                                   .connections = 100,
                                   .inflight = 256,
                                   .per_address = 10000,
                                   .first_source = 2,
                                   .publishers = 1,
                                   .window = 1,
                                   .path = "/",
                                   .message = "{\"t\":{t},\"pad\":\"{pad}\"}",
                                   .key = "\"t\":",
                                   .size = 100,
                                   .most = 1,
                                   .warmup = 1,
                                   .duration = 5,
                                   .hold = 2,
                                   .drain = 5,
                                   .connect_timeout = 60,
                                   .max_time = 300};
    options.host.s_addr = htonl(INADDR_LOOPBACK);
    parse_options(&options, argc, argv);
    raise_file_limit(options.connections);
    signal(SIGPIPE, SIG_IGN);
    alarm((unsigned)options.max_time);

    struct load load;
    struct result result = {0};
    load_init(&load, &options);
    snapshot_take(&result.before, options.server);
    connect_all(&load);
    if (options.mode == LOAD_CUT) { /* the figures are those of the second time */
        snapshot_take(&result.before, options.server);
        load_cut(&load);
        connect_all(&load);
    }
    snapshot_take(&result.connected, options.server);
    result.live = load.counts.ready - load.counts.closed;
    load.fan = options.mode == LOAD_FANOUT && result.live > 0 ? result.live : 1;
    if (result.live > 0)
        measure(&load, &result);
    print_result(&load, &result);
    return result.live > 0 ? 0 : 1;
}
