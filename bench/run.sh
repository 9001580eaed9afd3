#!/bin/sh
# Builds what measures, then measures. Use: bench/run.sh [--quick] [FIGURE...] [where]
#                                           bench/run.sh cluster
#                                           bench/run.sh edge
#                                           bench/run.sh page [--quick] [size|paint|rooms...]
#                                           bench/run.sh engines [ROWS_BEFORE [ROUNDS]]
# Without a name, all of it but the edge and the engines (with --quick not the cluster). bench/figures.mjs names
# the figures: `costs` is what an act costs in rooms of ten, of 1,000 and of 100,000.
set -eu
cd "$(dirname "$0")/.."
build=${NATTERNET_BUILD:-build}
[ -d tests/node_modules/ws ] || npm --prefix tests ci --silent
if [ "${1:-}" = page ]; then
    shift
    ninja -C "$build" --quiet program
    exec node bench/page.mjs "$@"
fi
if [ "${1:-}" = engines ]; then
    shift
    for library in lmdb rocksdb; do
        pkg-config --exists $library || missing="${missing:-} lib$library-dev"
    done
    if [ -n "${missing:-}" ]; then
        echo "SQLite is held against LMDB and RocksDB. Not here:$missing (apt-get install$missing)" >&2
        exit 1
    fi
    meson setup --reconfigure "$build" > "$build/setup.log" || { cat "$build/setup.log"; exit 1; }
    ninja -C "$build" --quiet bench/engines
    directory=$(mktemp -d "$build/engines.XXXXXX")
    trap 'rm -rf "$directory"' EXIT
    load() { echo "Load $1: $(cut -d ' ' -f 1-3 /proc/loadavg)"; }
    load before
    taskset -c 0 "$build/bench/engines" "$directory" "$@"
    load after
    echo "$(date '+%-d %B %Y'), $(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2-), one core"
    exit
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
ninja -C "$build" --quiet program bench/natterload bench/limit bench/seed bench/linked bench/pages bench/hot_paths
node bench/run.mjs "$@"
case "$*" in
"")
    node bench/page.mjs
    exec bench/run.sh cluster --if-there
    ;;
--quick) exec node bench/page.mjs "$@" ;;
esac
