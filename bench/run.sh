#!/bin/sh
# Builds what measures, then measures. Use: bench/run.sh [--quick] [FIGURE...]
#                                           bench/run.sh cluster
#                                           bench/run.sh page [--quick] [size|paint|rooms...]
# Without a name, all of it (with --quick not the cluster).
set -eu
cd "$(dirname "$0")/.."
build=${NATTERNET_BUILD:-build}
[ -d tests/node_modules/ws ] || npm --prefix tests ci --silent
if [ "${1:-}" = page ]; then
    shift
    exec node bench/page.mjs "$@"
fi
if [ "${1:-}" = edge ]; then
    ninja -C "$build" --quiet program bench/natterload bench/limit
    exec node bench/edge.mjs
fi
if [ "${1:-}" = cluster ]; then
    ninja -C "$build" --quiet program bench/limit_mongo
    shift
    exec node bench/cluster.mjs "$@"
fi
ninja -C "$build" --quiet bench/natterload bench/limit bench/seed bench/linked bench/pages bench/hot_paths
node bench/run.mjs "$@"
case "$*" in
"")
    node bench/page.mjs
    exec bench/run.sh cluster --if-there
    ;;
--quick) exec node bench/page.mjs "$@" ;;
esac
