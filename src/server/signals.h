/* signals.h - SIGTERM, SIGINT and SIGHUP taken by the main thread alone; SIGPIPE by nobody.
 * Call signals_block() before any other thread starts, since threads inherit it. */
#pragma once

void signals_block(void);
/* Waits for one of the three; timeout_ms -1: for ever. 0 when time is up. */
int signals_wait(int timeout_ms);
