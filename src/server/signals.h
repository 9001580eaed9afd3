/* signals.h - SIGTERM, SIGINT and SIGHUP taken by the main thread alone; SIGPIPE by nobody.
 * Call signals_block() before any other thread starts, since threads inherit it. */
#pragma once

void signals_block(void);
/* Waits for one of the three; 0 when time is up (-1: never), or when `also`, a descriptor or -1, is
 * readable. */
int signals_wait(int timeout_ms, int also);
