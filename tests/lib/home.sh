#!/usr/bin/env bash
# tests/lib/home.sh TOBUHI CACHE DIR - a seeded exercise home in DIR, which must not be there yet.
#
# The first caller seeds it into CACHE; everybody else copies. What is kept belongs to one program and one set of data
# (TOBUHI_DATA, else exercise/): another build seeds anew. The simulated date is that of the seeding, whenever the copy
# is made. With TOBUHI_DB=postgresql:///NAME?host=DIR the database NAME_partners is made as well.
set -euo pipefail
tobuhi=$(realpath "$1")
cache=$2
dir=$3
data=${TOBUHI_DATA:-$(realpath "$(dirname "$0")/../../exercise")}
export TOBUHI_DATA=$data LC_ALL=C.UTF-8

db=${TOBUHI_DB:-sqlite}
case $db in
postgresql:*)
    kind=pg
    name=${db#postgresql:///}
    export PGHOST=${name#*host=}
    name=${name%%\?*}_partners
    for bin in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
        [ ! -x "$bin/pg_restore" ] || PATH=$bin:$PATH
    done
    ;;
*) kind=sqlite ;;
esac

key=$({ cat "$tobuhi" && find "$data" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat; } | sha256sum | cut -c1-16)
kept=$cache/$key-$kind
mkdir -p "$cache"

# With a lock, so that two tests that begin together seed once.
exec 9>"$cache/lock"
flock 9
if [ ! -d "$kept" ]; then
    rm -rf "$cache"/*-"$kind" "$cache"/*-"$kind".part
    TOBUHI_HOME=$kept.part/home "$tobuhi" exercise init 2>"$cache/log" || {
        cat "$cache/log" >&2
        exit 1
    }
    if [ $kind = pg ]; then
        pg_dump -Fc -Z1 -f "$kept.part/dump" "$name"
        dropdb "$name"
    fi
    mv "$kept.part" "$kept"
fi
flock -u 9

mkdir -p "$(dirname "$dir")"
cp -r "$kept/home" "$dir"
legal=$(sed 's/.*"legal":\([0-9]*\).*/\1/' "$dir/exercise.json")
echo "{\"legal\":$legal,\"wall\":$(date +%s)000000}" >"$dir/exercise.json"
if [ $kind = pg ]; then
    createdb -T template0 -E UTF8 --lc-collate=C --lc-ctype=C "$name"
    pg_restore -d "$name" "$kept/dump"
fi
