/* worker.h - what the files of api share: one worker's state. Private to api. */
#pragma once

#include "api/api.h"
#include "api/fanout.h"
#include "api/rate.h"

struct api_figures { /* read by other threads for /metrics */
    _Atomic uint64_t requests, commands, refused, signed_in;
};

struct api {
    struct api_shared *shared;
    const struct limits *limits;
    unsigned worker;
    struct loop *loop;
    struct inbox *inbox;
    struct http_server *http;
    struct fanout *fanout;
    struct rate rates[RATES];
    size_t under_way; /* requests and commands that wait for an answer */
    bool stopping;
    struct api_figures figures;
};
