/* documents.h - the descriptions of the API that the server itself serves, made from schema/.
 * Thread: any; all of it is constant. */
#pragma once

#include "core/str.h"

extern const struct str natternet_openapi;  /* OpenAPI 3.1, JSON */
extern const struct str natternet_asyncapi; /* AsyncAPI 3.0, JSON */
