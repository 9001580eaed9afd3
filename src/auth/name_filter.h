/* name_filter.h - inside auth: what the server does not want said is in nobody's name or profile either. */
#pragma once

#include "auth/work.h"

/* Inside run: 0, or cancelled with a problem of this field. */
int name_filter_check(struct auth_work *work, struct store_conn *conn, struct str field,
                      struct str text);
