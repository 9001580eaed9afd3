/* filter_read.h - the words and links that are not wanted, as somebody sets them: checked, and made canonical for
 * filter_new() (filter/filter.h).
 *
 * Canonical: all of {"words": [], "words_action": "", "links": "", "hosts": [], "links_action": ""} in this order,
 * hosts as they are compared, nothing twice. So what is told of it is what is stored.
 * Owns:   the result lies in the arena.
 * Thread: any. */
#pragma once

#include "proto/fields.h"

/* "filters", an object; ptr NULL if it is not there, or wrong; empty if it is null or refuses nothing. */
struct str fields_filters(struct fields *fields, const struct limits *limits);

/* What is told where nothing was set. */
#define FILTERS_NONE                                                                               \
    STR("{\"words\":[],\"words_action\":\"refuse\",\"links\":\"any\",\"hosts\":[],"                \
        "\"links_action\":\"refuse\"}")
