#include "proto/parts.h"

void put_problem(struct json_writer *w, const struct problem *problem)
{
    json_name(w, "code"), json_put_text(w, err_code(problem->err));
    json_name(w, "detail");
    json_put_text(w, problem->detail.len ? problem->detail : err_detail(problem->err));
    if (problem->field.len)
        json_name(w, "field"), json_put_text(w, problem->field);
    if (problem->retry_after_s)
        json_name(w, "retry_after"), json_put_u64(w, problem->retry_after_s);
    if (problem->reason.len)
        json_name(w, "reason"), json_put_text(w, problem->reason);
    if (problem->until)
        json_name(w, "until"), put_time(w, problem->until);
}

/* `type` is a name, not an address: the page that explains it may move (RFC 9457, 3.1.1). */
void encode_problem(struct buf *out, const struct problem *problem)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "type");
    buf_put_lit(out, "\"urn:natternet:problem:");
    buf_put_str(out, err_code(problem->err));
    buf_put_char(out, '"');
    w.comma = true;
    json_name(&w, "title"), json_put_text(&w, err_title(problem->err));
    json_name(&w, "status"), json_put_u64(&w, (uint64_t)err_status(problem->err));
    put_problem(&w, problem);
    json_close(&w, '}');
}
