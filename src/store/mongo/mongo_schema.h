/* mongo_schema.h - the collections and their indexes, made when the store is opened. Private to
 * store/mongo. Fails with -errno and in `why` a sentence that says what to do.
 * An index over what is there already may take an hour: the connection has to wait for so long. */
#pragma once

#include "store/mongo/mongo_conn.h"

int mongo_schema_make(struct store_conn *conn, const char *database, char *why);
