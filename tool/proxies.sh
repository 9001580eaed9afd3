#!/bin/sh
# Fetches Debian's nginx and HAProxy for the conformance tests. They are unpacked below DIR, not
# installed: no service starts, no file of the system changes. apt checks the signatures as ever.
# Use: tool/proxies.sh DIR
set -eu

dir=$(mkdir -p "$1" && cd "$1" && pwd)
packages="nginx haproxy liblua5.3-0 libopentracing1 libopentracing-c-wrapper0"
stamp="$dir/.have"

[ "$(cat "$stamp" 2> /dev/null)" = "$packages" ] && exit 0

mkdir -p "$dir/debs"
# shellcheck disable=SC2086
(cd "$dir/debs" && rm -f ./*.deb && apt-get -q -q -o APT::Sandbox::User="$(id -un)" download $packages)
for package in "$dir"/debs/*.deb; do
    dpkg -x "$package" "$dir"
done
rm -rf "$dir/debs"
echo "$packages" > "$stamp"
