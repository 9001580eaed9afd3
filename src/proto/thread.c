#include "proto/thread.h"

#include "json/reader.h"
#include "proto/parts.h"

struct str fields_thread_marker(struct fields *fields, bool *follows)
{
    struct fields inner;
    const struct str why = STR("`value` must be an object with `read`, how many answers were read, "
                               "and with `off` true where the thread is not followed.");
    if (!fields_within(fields, "value", why, &inner))
        return STR_NONE;
    struct thread_marker marker = {.read =
                                       fields_number(&inner, "read", REQUIRED, 0, INT64_MAX, 0)};
    marker.off = fields_flag(&inner, "off", false);
    *follows = inner.problem.err == ERR_OK && !fields_flag(&inner, "off", true);
    fields->problem = inner.problem;
    return thread_marker_print(fields->arena, &marker);
}

void encode_threads(struct buf *out, const struct thread_view_list *threads, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "threads");
    json_open(&w, '[');
    for (size_t i = 0; i < threads->count; i++) {
        json_open(&w, '{');
        json_name(&w, "root"), put_message(&w, threads->items[i].root, NULL);
        json_name(&w, "read"), json_put_u64(&w, threads->items[i].read);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}
