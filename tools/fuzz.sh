#!/usr/bin/env bash
# make fuzz: every libFuzzer target for TIME seconds (60), under the sanitizers; FUZZ="NAME…" takes some. A line for
# each: how many inputs it ran, how much of the code it reached. What it finds on the way is kept in build-clang/fuzz/NAME/
# and used next time; the corpus in tests/fuzz, which `make test` replays, is only read. Exit 1 if anything broke.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${TIME:-60}
[[ $time =~ ^[1-9][0-9]{0,5}$ ]] || {
    echo "fuzz.sh: TIME=$time is no number of seconds (1 to 999999) for each target" >&2
    exit 2
}

mapfile -t all < <(ninja -C build-clang -t targets all | sed -n 's/^\(tests[^:]*-fuzz\):.*/\1/p' | sort)
wanted=()
for name in ${FUZZ:-}; do
    found=
    for t in "${all[@]}"; do [ "$(basename "$t")" != "$name-fuzz" ] || found=$t; done
    [ -n "$found" ] || {
        echo "fuzz.sh: there is no target '$name'; there are: $(for t in "${all[@]}"; do basename "$t" -fuzz; done | xargs)" >&2
        exit 2
    }
    wanted+=("$found")
done
[ "${#wanted[@]}" -gt 0 ] || wanted=("${all[@]}")
ninja -C build-clang "${wanted[@]}" >/dev/null

bad=0 n=0
for target in "${wanted[@]}"; do
    name=$(basename "$target" -fuzz)
    n=$((n + 1))
    work=build-clang/fuzz/$name
    mkdir -p "$work/corpus"
    printf 'fuzz %d/%d %-18s %ss … ' "$n" "${#wanted[@]}" "$name" "$time"
    status=0
    "build-clang/$target" -max_total_time="$time" -max_len=65536 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$work/" "$work/corpus" "tests/fuzz/${name%%-*}/${name#*-}" >"$work/log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    reach=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$work/log" | tail -1)
    if [ $status -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
        echo "$runs inputs, $reach edges reached, nothing broke"
    else
        bad=1
        echo "BROKE; see $work/log"
        for f in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
            [ ! -f "$f" ] || echo "    again: build-clang/$target $f"
        done
    fi
done
exit $bad
