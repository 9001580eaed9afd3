/* The figures of a server for its administrators: what /metrics says, with those of all workers summed. */
#include "core/clock.h"
#include "proto/parts.h"

/* One line of the text format: a name, perhaps labels, a value. */
struct sample {
    struct str name, labels, value;
};

static bool is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.ptr[i] >= '0' && text.ptr[i] <= '9') && text.ptr[i] != '.' &&
            !(text.ptr[i] == '-' && i == 0))
            return false;
    return text.len > 0 && text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9';
}

/* The next one whose value is a number; false: there is none. */
static bool next_sample(struct str *text, struct sample *out)
{
    static const struct str prefix = STR_INIT("natternet_");
    while (text->len) {
        struct str line = str_cut(text, '\n');
        if (!str_starts(line, prefix))
            continue;
        out->value = line;
        struct str name = str_cut(&out->value, ' ');
        name = str_of(name.ptr + prefix.len, name.len - prefix.len);
        out->labels = name;
        out->name = str_cut(&out->labels, '{');
        if (is_number(out->value))
            return true;
    }
    return false;
}

/* What a label says: `name="connections"}`. */
static struct str label_of(struct str labels)
{
    (void)str_cut(&labels, '"');
    return str_cut(&labels, '"');
}

static bool is_of_limits(const struct sample *sample)
{
    return str_eq(sample->name, STR("limit")) || str_eq(sample->name, STR("limit_hits_total"));
}

static void put_value(struct json_writer *w, struct str name, struct str value)
{
    json_put_name(w, name);
    json_put_raw(w, value);
}

/* Those of each worker lie side by side. */
static void put_sum(struct json_writer *w, struct sample *sample, struct str *text)
{
    struct str name = sample->name, rest = *text;
    uint64_t sum = 0, value;
    do {
        sum += str_to_u64(sample->value, &value) ? value : 0;
        *text = rest;
    } while (next_sample(&rest, sample) && str_eq(sample->name, name));
    json_put_name(w, name);
    json_put_u64(w, sum);
}

static void put_figures(struct json_writer *w, struct str text)
{
    struct sample sample;
    json_open(w, '{');
    while (next_sample(&text, &sample)) {
        if (is_of_limits(&sample) || str_eq(sample.name, STR("info")))
            continue;
        if (str_starts(sample.labels, STR("worker=")))
            put_sum(w, &sample, &text);
        else if (sample.labels.len == 0)
            put_value(w, sample.name, sample.value);
    }
    json_close(w, '}');
}

/* Limits that nobody ran into are left away. */
static void put_hits(struct json_writer *w, struct str text)
{
    struct sample sample;
    json_open(w, '{');
    while (next_sample(&text, &sample))
        if (str_eq(sample.name, STR("limit_hits_total")) && !str_eq(sample.value, STR("0")))
            put_value(w, label_of(sample.labels), sample.value);
    json_close(w, '}');
}

void encode_figures(struct buf *out, struct str metrics, struct str version, unsigned workers,
                    int64_t now)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "version"), json_put_text(&w, version);
    json_name(&w, "at"), put_time(&w, now);
    json_name(&w, "workers"), json_put_u64(&w, workers);
    json_name(&w, "figures"), put_figures(&w, metrics);
    json_name(&w, "limit_hits"), put_hits(&w, metrics);
    json_close(&w, '}');
}
