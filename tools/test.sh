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

count=() # what tapsum.py is to count
# builds TARGET: makes it; a build that fails is one failed case, and the others go on.
builds() {
    make -s "$1" && return
    count+=(--failed "the build 'make $1'")
    return 1
}

# run NAME DIR ARG...: runs tests, keeping a log of every program; failures are counted from the logs.
run() {
    local name=$1 dir=$2 log=$2/meson-logs/$1.json
    shift 2
    rm -f "$log"
    count+=("$log")
    meson test -C "$dir" --logbase "$name" --num-processes 2 --print-errorlogs "$@" ||
        count+=(--status "$name: the test runner")
}

builds clang || true
! builds asan || run unit-asan build-asan --suite unit --timeout-multiplier 4
! builds all || run all build --no-suite long --timeout-multiplier 2
python3 tools/tapsum.py "${count[@]}"
