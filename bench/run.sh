#!/bin/sh
<<<<<<< HEAD
# Builds what measures, then measures. Use: bench/run.sh [--quick] [FIGURE...]
set -eu
cd "$(dirname "$0")/.."
build=${NATTERNET_BUILD:-build}
ninja -C "$build" --quiet bench/natterload bench/limit bench/seed bench/linked
=======
# Builds what measures, then measures. Use: bench/run.sh [--quick] [durable|fanout|idle|history...]
#                                           bench/run.sh page [--quick] [size|paint|rooms...]
# Without a name, all of it.
set -eu
cd "$(dirname "$0")/.."
build=${NATTERNET_BUILD:-build}
>>>>>>> dca2f95 (The page is measured against its budgets)
[ -d tests/node_modules/ws ] || npm --prefix tests ci --silent
if [ "${1:-}" = page ]; then
    shift
    exec node bench/page.mjs "$@"
fi
ninja -C "$build" --quiet bench/natterload bench/limit
node bench/run.mjs "$@"
case "$*" in
"" | --quick) exec node bench/page.mjs "$@" ;;
esac
