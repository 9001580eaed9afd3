/* report_message.h - what an act is about that a report names. Thread: a store thread. Private to chat. */
#pragma once

#include "chat/act.h"

/* Of ACT_DELETE_REPORTED: 0 and its room and seq; with a problem too where the report is decided, as the nonce may be
 * known. Where there is no such report, or it is not for this person to decide: 0, a problem and no room. */
int report_message(struct act *act, struct store_conn *conn);
