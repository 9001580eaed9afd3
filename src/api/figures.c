#include "api/figures.h"

#include "api/worker.h"
#include "chat/chat.h"
#include "core/clock.h"
#include "core/memory.h"

static uint64_t figure(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void put_family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

enum source { OF_HTTP, OF_API, OF_CHAT };
static const struct family {
    const char *name, *type, *help;
    enum source source;
    size_t offset;
} families[] = {
#define HTTP(field) OF_HTTP, offsetof(struct http_figures, field)
#define API(field) OF_API, offsetof(struct api_figures, field)
#define CHAT(field) OF_CHAT, offsetof(struct chat_figures, field)
    {"natternet_connections", "gauge", "Open sockets.", HTTP(connections)},
    {"natternet_websockets", "gauge", "Open WebSockets.", HTTP(websockets)},
    {"natternet_signed_in_websockets", "gauge", "WebSockets of somebody.", API(signed_in)},
    {"natternet_queued_bytes", "gauge", "Bytes queued for connections.", HTTP(queued_bytes)},
    {"natternet_accept_pauses_total", "counter",
     "Pauses of accepting, for want of open files or memory.", HTTP(accept_pauses)},
    {"natternet_accepted_total", "counter", "Connections accepted.", HTTP(accepted)},
    {"natternet_requests_total", "counter", "HTTP requests.", HTTP(requests)},
    {"natternet_commands_total", "counter", "WebSocket commands.", API(commands)},
    {"natternet_problems_total", "counter", "Requests and commands answered by a problem.",
     API(refused)},
    {"natternet_received_bytes_total", "counter", "Bytes read from sockets.", HTTP(bytes_in)},
    {"natternet_sent_bytes_total", "counter", "Bytes written to sockets.", HTTP(bytes_out)},
    {"natternet_received_frames_total", "counter", "WebSocket frames read.", HTTP(frames_in)},
    {"natternet_sent_frames_total", "counter", "WebSocket frames written.", HTTP(frames_out)},
    {"natternet_sent_deflated_frames_total", "counter", "Of the frames written, compressed ones.",
     HTTP(deflated)},
    {"natternet_deflate_saved_bytes_total", "counter", "Bytes that compressing frames saved.",
     HTTP(deflate_saved)},
    {"natternet_received_deflated_messages_total", "counter", "Compressed messages read.",
     HTTP(inflated)},
    {"natternet_slow_readers_cut_total", "counter", "Connections cut for reading too slowly.",
     HTTP(slow_readers_cut)},
    {"natternet_tls_handshakes_total", "counter", "TLS handshakes done.", HTTP(tls_handshakes)},
    {"natternet_tls_resumed_total", "counter", "Of these, resumed by a ticket.", HTTP(tls_resumed)},
    {"natternet_tls_nothing_in_common_total", "counter",
     "Handshakes without a common version, cipher or protocol.", HTTP(tls_nothing_in_common)},
    {"natternet_tls_peer_refused_total", "counter",
     "Handshakes ended by the client, which mostly does not trust the certificate.",
     HTTP(tls_peer_refused)},
    {"natternet_tls_malformed_total", "counter", "What came instead of TLS.", HTTP(tls_malformed)},
    {"natternet_tls_gone_total", "counter", "Clients that left within the handshake.",
     HTTP(tls_gone)},
    {"natternet_tls_late_total", "counter", "Handshakes that took too long.", HTTP(tls_late)},
    {"natternet_rooms_in_memory", "gauge", "Rooms that have their home here.", CHAT(rooms)},
    {"natternet_acts_total", "counter", "Acts judged by the homes of rooms.", CHAT(acts)},
    {"natternet_acts_waiting", "gauge", "Acts on their way to the homes or waiting there.",
     CHAT(waiting)},
    {"natternet_events_appended_total", "counter", "Events made durable.", CHAT(appended)},
    {"natternet_followed_total", "counter", "Events read that other servers appended.",
     CHAT(followed)},
    {"natternet_holes_filled_total", "counter",
     "Times that events were read of which no hint had come.", CHAT(holes)},
    {"natternet_handed_over_total", "counter",
     "Acts of contended rooms that other servers were asked to do.", CHAT(handed_over)},
    {"natternet_handed_back_total", "counter", "Of these, the ones that were answered.",
     CHAT(handed_back)},
    {"natternet_fallen_back_total", "counter",
     "Of these, the ones that were not, in time, and were judged here.", CHAT(fallen_back)},
    {"natternet_led_total", "counter", "Acts that other servers asked this one to do.", CHAT(led)},
    {"natternet_duplicates_total", "counter", "Acts whose nonce was there already.",
     CHAT(duplicates)},
    {"natternet_events_pruned_total", "counter",
     "Events that were too old and are gone from their logs.", CHAT(pruned)},
    {"natternet_prune_rounds_total", "counter", "Times that rooms were asked for what is too old.",
     CHAT(prune_rounds)},
    {"natternet_prune_rooms_total", "counter", "Rooms that were looked at for it, one by one.",
     CHAT(prune_rooms)},
    {"natternet_acts_refused_total", "counter", "Acts that the rules refused.", CHAT(refused)},
};

static const void *figures_of(const struct api_shared *shared, unsigned worker, enum source source)
{
    const struct api *api = shared->apis[worker];
    if (source == OF_HTTP)
        return http_server_figures(api->http);
    if (source == OF_API)
        return &api->figures;
    return chat_figures(shared->chat, worker);
}

static void put_families(struct buf *out, const struct api_shared *shared)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        const struct family *family = &families[i];
        put_family(out, family->name, family->type, family->help);
        for (unsigned w = 0; w < shared->workers; w++) {
            const char *figures = figures_of(shared, w, family->source);
            buf_printf(out, "%s{worker=\"%u\"} %llu\n", family->name, w,
                       (unsigned long long)figure(
                           (const _Atomic uint64_t *)(const void *)(figures + family->offset)));
        }
    }
}

static void put_turns(struct buf *out, const struct api_shared *shared)
{
    put_family(out, "natternet_loop_turns_total", "counter",
               "Turns of the loop: how often it woke.");
    for (unsigned w = 0; w < shared->workers; w++)
        buf_printf(out, "natternet_loop_turns_total{worker=\"%u\"} %llu\n", w,
                   (unsigned long long)loop_turns(shared->apis[w]->loop));
}

static void put_memory(struct buf *out)
{
    uint64_t resident = memory_resident();
    if (resident == 0)
        return;
    put_family(out, "natternet_memory_resident_bytes", "gauge", "Memory that the program holds.");
    buf_printf(out, "natternet_memory_resident_bytes %llu\n", (unsigned long long)resident);
}

void figures_print(const struct api_shared *shared, struct buf *out)
{
    put_family(out, "natternet_info", "gauge", "The running version.");
    buf_printf(out, "natternet_info{version=\"%s\"} 1\n", NATTERNET_VERSION);
    put_family(out, "natternet_uptime_seconds", "gauge", "Time since the start.");
    buf_printf(out, "natternet_uptime_seconds %lld\n",
               (long long)((clock_now_ms() - shared->started_at) / 1000));
    put_families(out, shared);
    put_turns(out, shared);
    put_memory(out);
    limits_metrics(&shared->config->limits, out);
    shared->metrics(shared->ctx, out);
}
