#!/usr/bin/env bash
# make fuzz: every libFuzzer target for TIME seconds (60), under the sanitizers; FUZZ="NAME…" takes some. With RUNS=N a
# target goes on until it has run N inputs in all, counted over every call in build-clang/fuzz/NAME/runs (and TIME, when
# given, is the most that one call spends on each); the totals are then written to docs/fuzz.md.
# A line for each: how many inputs it ran, how many edges of the code it reached. What it finds on the way is kept in
# build-clang/fuzz/NAME/ and used next time; the corpus in tests/fuzz, which `make test` replays, is only read.
# As many targets at once as there are processors (JOBS=N for another number). Exit 1 if anything broke.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${RUNS:-0} time=${TIME:-60} jobs=${JOBS:-$(nproc)}
# An input is small and its memory soon gone: a megabyte of what was freed is watched, not 256, and where it came from is
# left to the run that shows a find again. Twenty to seventy times as many inputs a second.
export ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=1:max_malloc_fill_size=64}
[[ $time =~ ^[1-9][0-9]{0,5}$ ]] || {
    echo "fuzz.sh: TIME=$time is no number of seconds (1 to 999999) for each target" >&2
    exit 2
}
[[ $goal =~ ^(0|[1-9][0-9]{0,11})$ ]] || {
    echo "fuzz.sh: RUNS=$goal is no number of inputs (1 to 999999999999) for each target" >&2
    exit 2
}

[[ $jobs =~ ^[1-9][0-9]?$ ]] || {
    echo "fuzz.sh: JOBS=$jobs is no number of targets at once (1 to 99)" >&2
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
built=$(ninja -C build-clang "${wanted[@]}" 2>&1) || {
    echo "$built" >&2
    exit 1
}

number() { # FILE: the number in it, or 0
    [ -f "$1" ] && cat "$1" || echo 0
}

# once TARGET SECONDS INPUTS: one run of the program, at most so long and so many (0: no limit). What it ran is added to
# the total, also when it is interrupted: then the last line of its log says how far it was.
once() {
    local name work status=0 ran reach max=4096
    name=$(basename "$1" -fuzz) work=build-clang/fuzz/$name
    case $name in feed-*) max=12288 ;; esac # a tar has blocks of 512 bytes, and ends with twenty
    "build-clang/$1" -max_total_time="$2" -runs="$(($3 > 0 ? $3 : -1))" -max_len=$max -timeout=25 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$work/" "$work/corpus" "tests/fuzz/${name%%-*}/${name#*-}" \
        >"$work/log" 2>&1 || status=$?
    ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    [ -n "$ran" ] || ran=$(sed -n 's/^#\([0-9]*\).*/\1/p' "$work/log" | tail -1)
    reach=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$work/log" | tail -1)
    echo $(($(number "$work/runs") + ${ran:-0})) >"$work/runs"
    echo "${reach:-0}" >"$work/edges"
    [ $status -eq 0 ] && [ "${ran:-0}" -gt 0 ]
}

# The totals of all targets, those that had no turn this time too.
report() {
    local t
    echo "# What the fuzzers have run"
    echo
    echo "Written by \`make fuzz RUNS=$goal\`, $(date -u +%Y-%m-%d). Every input ran the program's own functions under the address"
    echo "and undefined-behaviour sanitizers. What a target checks stands at the head of its source under [tests/fuzz](../tests/fuzz);"
    echo "what broke on the way has been mended, and its input is in the corpus that \`make test\` replays. Targets that have run"
    echo "fewer than $goal go on where they are at the next call."
    echo
    echo "| target | inputs run | edges reached | inputs in the corpus |"
    echo "|---|---:|---:|---:|"
    for t in "${all[@]}"; do
        local name work
        name=$(basename "$t" -fuzz) work=build-clang/fuzz/$(basename "$t" -fuzz)
        echo "| $name | $(number "$work/runs") | $(number "$work/edges") | $(find "tests/fuzz/${name%%-*}/${name#*-}" -type f | wc -l) |"
    done
}

# target N PATH: all that one target is given; what it says is one line.
target() {
    local name work ok=1 began=$SECONDS before total left
    name=$(basename "$2" -fuzz) work=build-clang/fuzz/$(basename "$2" -fuzz)
    mkdir -p "$work/corpus"
    before=$(number "$work/runs")
    if [ "$goal" -eq 0 ]; then
        once "$2" "$time" 0 || ok=0
    else
        # In pieces, so that little is lost when the machine goes down.
        while [ $ok -eq 1 ] && total=$(number "$work/runs") && [ "$total" -lt "$goal" ]; do
            left=300
            [ -z "${TIME:-}" ] || left=$((began + TIME - SECONDS))
            [ "$left" -gt 0 ] || break
            once "$2" $((left < 300 ? left : 300)) $((goal - total)) || ok=0
        done
    fi
    total=$(number "$work/runs")
    if [ $ok -eq 1 ]; then
        printf 'fuzz %d/%d %-18s %d inputs in %d s (%d in all), %d edges reached, nothing broke\n' "$1" "${#wanted[@]}" \
            "$name" $((total - before)) $((SECONDS - began)) "$total" "$(number "$work/edges")"
        return 0
    fi
    printf 'fuzz %d/%d %-18s BROKE; see %s\n' "$1" "${#wanted[@]}" "$name" "$work/log"
    for f in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
        [ ! -f "$f" ] || echo "    again: build-clang/$2 $f"
    done
    return 1
}

bad=0 n=0 going=0
ended() { # one of them
    wait -n || bad=1
    going=$((going - 1))
    [ "$goal" -eq 0 ] || report >docs/fuzz.md
}
for t in "${wanted[@]}"; do
    [ "$going" -lt "$jobs" ] || ended
    n=$((n + 1)) going=$((going + 1))
    target "$n" "$t" &
done
while [ "$going" -gt 0 ]; do ended; done
exit $bad
