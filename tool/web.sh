#!/bin/sh
# Builds the web client into clients/web/dist, where one of its sources is newer than the last
# build. Fails where npm's packages are missing: a program without its page is no NatterNet.
set -eu
cd "$(dirname "$0")/../clients"

built=web/dist/index.html
newer() {
    find . ../locales \( -name node_modules -o -name dist -o -name .test -o -name test \) -prune -o \
        -type f -newer "$built" -print -quit
}
[ -f "$built" ] && [ -z "$(newer)" ] && exit 0

if [ ! -d node_modules ]; then
    echo "web: the npm packages are missing; run \`make setup\`, then try again" >&2
    exit 1
fi
echo "building the web client" >&2
npm run --silent build >&2
[ -f "$built" ] || {
    echo "web: npm run build made no clients/$built" >&2
    exit 1
}
touch "$built"
