#!/bin/sh
# Builds what measures, then measures. Use: bench/run.sh [--quick] [FIGURE...]
set -eu
cd "$(dirname "$0")/.."
build=${NATTERNET_BUILD:-build}
ninja -C "$build" --quiet bench/natterload bench/limit bench/seed bench/linked
[ -d tests/node_modules/ws ] || npm --prefix tests ci --silent
exec node bench/run.mjs "$@"
