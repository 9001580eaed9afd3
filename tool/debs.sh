#!/bin/sh
# Fetches yyjson and llhttp, which Debian has from 13 on, for a Debian 12: the two packages are
# unpacked below DIR and nothing of the system is touched. The mirror is the machine's own, as apt
# knows it, and apt checks the signatures as ever; both libraries need no newer libc.
# Use: tool/debs.sh DIR
set -eu

dir=$(mkdir -p "$1" && cd "$1" && pwd)
packages="libyyjson0 libyyjson-dev libllhttp-dev"
stamp="$dir/.have"

[ "$(cat "$stamp" 2>/dev/null)" = "$packages" ] && exit 0

mirror=$(apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(REPO_URI)' |
    awk '$1 == "Packages" && $2 == "main" && $3 !~ /security/ { print $3; exit }')
if [ -z "$mirror" ]; then
    echo "setup: apt has no source of Debian packages; add one to /etc/apt and run this again" >&2
    exit 1
fi

apt="$dir/apt"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/empty"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $mirror trixie main" > "$apt/sources.list"

apt_private() {
    apt-get -q -q \
        -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts="$apt/empty" \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@"
}

apt_private update
rm -rf "$dir/root"
mkdir -p "$dir/root"
# shellcheck disable=SC2086
(cd "$apt" && rm -f ./*.deb && apt_private download $packages)
for package in "$apt"/*.deb; do
    dpkg -x "$package" "$dir/root"
done

# One flat folder of headers and one of libraries, so that the build need not know the machine.
mkdir -p "$dir/include" "$dir/lib"
cp -p "$dir"/root/usr/include/*.h "$dir/include/"
find "$dir/root/usr/lib" \( -name 'libyyjson.so*' -o -name 'libllhttp.a' \) \
    -exec cp -a {} "$dir/lib/" \;
rm -rf "$apt" "$dir/root"
echo "$packages" > "$stamp"
