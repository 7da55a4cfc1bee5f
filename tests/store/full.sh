#!/usr/bin/env bash
# tests/store/full.sh CMD ARG... - runs CMD ARG... FOLDER, where FOLDER is an otherwise empty file system of 1 MiB that
# lives in a mount namespace of its own and ends with the command.
set -euo pipefail

dir=$(mktemp -d /tmp/tbfull.XXXXXX)
trap 'rmdir "$dir"' EXIT
# nobody: the private PostgreSQL runs as that one when the tests run as root.
# shellcheck disable=SC2016
inside='mount -t tmpfs -o size=1m,mode=0700 tmpfs "$1" && { [ "$(id -u)" != 0 ] || chown nobody "$1" 2>/dev/null || true; } || exit 99
    dir=$1; shift; [ $# = 0 ] || exec "$@" "$dir"'
for how in -m -rm; do
    if unshare $how sh -c "$inside" sh "$dir" 2>/dev/null; then
        unshare $how sh -c "$inside" sh "$dir" "$@"
        exit
    fi
done
echo "1..0 # SKIP skipped: the right to mount a tmpfs"
