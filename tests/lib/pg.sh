#!/usr/bin/env bash
# tests/lib/pg.sh [CMD ARG...] - a private PostgreSQL for one command: no network, a short-lived folder, an unprivileged
# user. CMD finds it in TOBUHI_TEST_PG=postgresql:///tobuhi?host=DIR. Without CMD it prints that address and stays
# until it is ended. TOBUHI_TEST_PG_AT is where its folder is to be (/tmp). Where there is no PostgreSQL it answers one
# TAP plan that says so.
set -euo pipefail

bin=
for dir in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && bin=$dir
done
if [ -z "$bin" ]; then
    echo "1..0 # SKIP skipped: PostgreSQL server binaries"
    exit 0
fi

# The path of a socket is limited to about 107 bytes, so not below TMPDIR.
home=$(mktemp -d "${TOBUHI_TEST_PG_AT:-/tmp}/tbpg.XXXXXX")
as=()
child=

finish() {
    trap '' INT TERM HUP
    [ -z "$child" ] || kill "$child" 2>/dev/null || true
    (cd / && "${as[@]}" pg_ctl -D "$home/d" -m immediate -w stop) >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root. In a user namespace of root alone there is nobody else.
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
    if ! chown nobody:nogroup "$home" 2>/dev/null; then
        echo "1..0 # SKIP skipped: an unprivileged user to run PostgreSQL as"
        exit 0
    fi
fi
as+=(env -i HOME="$home" PATH="$bin:/usr/bin:/bin" LC_ALL=C)

start() {
    cd /
    "${as[@]}" initdb -D "$home/d" -U "$(id -un)" -A trust --locale=C -E UTF8 --no-sync >"$home/log" 2>&1 || return 1
    # Small: several of these may run at once. Without fsync: the tests kill processes, never the machine, and what a
    # process has written outlives it.
    "${as[@]}" pg_ctl -D "$home/d" -l "$home/d/log" -w -t 60 \
        -o "-c listen_addresses='' -c unix_socket_directories=$home -c shared_buffers=32MB -c max_connections=60 -c fsync=off" \
        start >>"$home/log" 2>&1
}
if ! (start); then
    cat "$home/log" "$home/d/log" >&2 2>/dev/null || true
    echo "Bail out! PostgreSQL did not start"
    exit 1
fi

export TOBUHI_TEST_PG="postgresql:///tobuhi?host=$home"
if [ $# = 0 ]; then
    echo "$TOBUHI_TEST_PG"
    sleep infinity &
else
    # In the background, so that a signal ends the server too and at once.
    "$@" <&0 &
fi
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
