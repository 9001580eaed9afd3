/* web_assets.h - the web client's files, packed into the program when it is built.
 *
 * Made by tool/pack_web.mjs; sorted by path ("/index.html"), precompressed where that helps. The
 * table is empty in a build without the page (meson -Dweb=false).
 * Thread: any; all of it is constant. */
#pragma once

#include "net/static_files.h"

extern const struct static_file web_assets[];
extern const size_t web_assets_count;
