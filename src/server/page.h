/* page.h - the web client that is packed into the program, with the headers that keep it safe.
 * Thread: any; all of it is constant. Private to server. */
#pragma once

#include "net/static_files.h"

struct static_files page_files(void);
