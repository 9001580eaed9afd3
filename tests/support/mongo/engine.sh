#!/bin/bash
# The document engine for the tests: DocumentDB, which is MongoDB's queries, updates, indexes and
# aggregation as an extension of PostgreSQL 18, from Debian's testing suite, in a folder of its own that
# is run by chroot. No package of the system is touched. Needs root and mmdebstrap. README.md beside this.
#   engine.sh build ROOT           unpacks the packages into ROOT and makes the cluster that others copy
#   engine.sh copy ROOT NAME       a fresh cluster of that name
#   engine.sh run ROOT NAME PORT   runs it in the foreground: this process becomes the server
#   engine.sh wait ROOT NAME PORT  until it takes questions
#   engine.sh move ROOT NAME PORT  tells what runs in it by the clock where it runs now
#   engine.sh drop ROOT NAME
set -eu

verb=$1 root=$2 name=${3:-template} port=${4:-9712}
suite=forky
bin=/usr/lib/postgresql/18/bin
state=/var/lib/engine
data=$state/$name
libraries=/usr/lib/$(uname -m)-linux-gnu
id=26026 # any unused one

in_root() {
    chroot --userspec=$id:$id "$root" /usr/bin/env -i PATH=$bin:/usr/bin LC_ALL=C.UTF-8 \
        HOME=$state LD_LIBRARY_PATH="$libraries/blas:$libraries/lapack" "$@"
}

# Where this machine gets its packages.
mirror() {
    apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(REPO_URI)' |
        awk '$1 == "Packages" && $2 == "main" && $3 !~ /security/ { print $3; exit }'
}

unpack() {
    mmdebstrap --quiet --mode=root --variant=extract \
        --include=postgresql-18-documentdb,dash,coreutils \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
        $suite "$root" "$(mirror)"
    (cd "$root/usr/share" && rm -rf doc man locale info perl i18n fonts lintian bug)
    for folder in bin sbin lib lib64; do
        [ -e "$root/$folder" ] || ln -s "usr/$folder" "$root/$folder"
    done
    [ -e "$root/usr/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
    # In the package an "alternative", which nobody chose here.
    ln -sf postgis-3.control "$root/usr/share/postgresql/18/extension/postgis.control"
    echo "postgres:x:$id:$id::$state:/bin/sh" > "$root/etc/passwd"
    echo "postgres:x:$id:" > "$root/etc/group"
    echo '127.0.0.1 localhost' > "$root/etc/hosts"
    mkdir -p "$root/dev/shm" "$root/proc" "$root$state" "$root/tmp"
    chmod 1777 "$root/tmp" "$root/dev/shm"
    for node in 'null 1 3' 'zero 1 5' 'random 1 8' 'urandom 1 9'; do
        # shellcheck disable=SC2086
        set -- $node
        [ -c "$root/dev/$1" ] || mknod -m 666 "$root/dev/$1" c "$2" "$3"
    done
    chown $id:$id "$root$state"
}

make_template() {
    rm -rf "${root:?}$data"
    in_root initdb -D "$data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync > /dev/null
    cat >> "$root$data/postgresql.conf" << 'CONF'
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb_extended_rum,pg_documentdb'
# The index method that can return rows in key order, and without which the planner never uses it.
documentdb.alternate_index_handler_name = 'extended_rum'
enable_bitmapscan = off
documentdb.localhost_connection_string = 'host=127.0.0.1'
cron.host = '127.0.0.1'
cron.log_run = off
cron.log_statement = off
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
max_connections = 200
jit = off
# Else each open sorted cursor holds a connection.
documentdb.useFileBasedPersistedCursors = on
# Racing inserts into one unique key deadlock in this engine.
deadlock_timeout = 10ms
# Survives a killed server, not a killed machine. Whole pages are written all the same: without them the
# index method is damaged by a crash that comes soon after another.
fsync = off
full_page_writes = on
CONF
    in_root pg_ctl -D "$data" -o "-p $port" -l "$state/log" -w -t 60 start > /dev/null
    in_root psql -h 127.0.0.1 -p "$port" -U postgres -v ON_ERROR_STOP=1 -qc \
        'SET client_min_messages=error' -c 'CREATE EXTENSION documentdb CASCADE' \
        -c 'CREATE EXTENSION documentdb_extended_rum'
    in_root pg_ctl -D "$data" -m fast -w -t 30 stop > /dev/null
}

case $verb in
build)
    stamp="$root/.have"
    [ "$(cat "$stamp" 2> /dev/null)" = "$(sha256sum < "$0")" ] && exit 0
    case $root in /*/*) rm -rf --one-file-system "$root" ;; esac
    unpack
    make_template
    sha256sum < "$0" > "$stamp"
    ;;
copy)
    cp -a "$root$state/template" "$root$data"
    ;;
run)
    exec chroot --userspec=$id:$id "$root" /usr/bin/env -i PATH=$bin:/usr/bin LC_ALL=C.UTF-8 \
        HOME=$state LD_LIBRARY_PATH="$libraries/blas:$libraries/lapack" \
        postgres -D "$data" -p "$port"
    ;;
wait)
    until in_root pg_isready -q -h 127.0.0.1 -p "$port"; do sleep 0.05; done
    ;;
move)
    in_root psql -h 127.0.0.1 -p "$port" -U postgres -v ON_ERROR_STOP=1 -qc \
        "UPDATE cron.job SET nodeport = $port"
    ;;
drop)
    rm -rf "${root:?}$data"
    ;;
*)
    echo "usage: engine.sh build|copy|run|wait|move|drop ROOT [NAME] [PORT]" >&2
    exit 2
    ;;
esac
