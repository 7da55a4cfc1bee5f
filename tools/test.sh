#!/usr/bin/env bash
# make test: builds with gcc and clang, runs the unit tests under the sanitizers and everything (but the suite 'long')
# in the gcc build. Ends with one line, "N passed, N failed[, N skipped]", counting cases, not programs.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS
export LC_ALL=C.UTF-8

./tools/need.sh run test
# A folder that stands is looked at anew: a library (the tests') may have come since, or a room.
for dir in build build-clang build-asan; do
    [ ! -f $dir/build.ninja ] || meson setup --reconfigure $dir >/dev/null
done

logs=()
status=0
# run NAME DIR ARG...: runs tests, keeping a log of every program; failures are counted from the logs.
run() {
    local name=$1 dir=$2
    shift 2
    rm -f "$dir/meson-logs/$name.json"
    logs+=("$dir/meson-logs/$name.json")
    meson test -C "$dir" --logbase "$name" --num-processes 2 --print-errorlogs "$@" || status=1
}

if make -s all && make -s clang && make -s asan; then
    run unit-asan build-asan --suite unit --timeout-multiplier 4
    run all build --no-suite long --timeout-multiplier 2
    python3 tools/tapsum.py "$status" "${logs[@]}"
else
    echo "a build failed; no test was run" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
