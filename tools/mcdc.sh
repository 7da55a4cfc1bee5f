#!/usr/bin/env bash
# make mcdc: how many conditions of the decisions in src/law the law's own tests show to decide by themselves (MC/DC), as
# clang 19 counts them, in build-mcdc. Prints each condition that is not shown, with its line; writes the figures, with
# that of `make coverage` if it has run, to docs/coverage.md. Exit 1 below 100 %.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=build-mcdc
programs=(tests/law/law-{due,label,release,rows,preds,edges,decide}-test)

[ -f $dir/build.ninja ] || LLVM_PROFILE_FILE=/dev/null CC=${CC:-clang-19} meson setup $dir -Doptimization=0 -Dwerror=false \
    -Dc_args='-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc -Wno-error' \
    -Dc_link_args=-fprofile-instr-generate
ninja -C $dir "${programs[@]}"

rm -rf $dir/profile
mkdir $dir/profile
export CMOCKA_MESSAGE_OUTPUT=TAP
objects=()
for p in "${programs[@]}"; do
    args=()
    case $p in */law-decide-test) args=(src/law) ;; esac
    LLVM_PROFILE_FILE="$dir/profile/%p.profraw" "$dir/$p" "${args[@]}" >$dir/profile/log 2>&1 || {
        grep -A5 '^not ok' $dir/profile/log >&2 || tail -5 $dir/profile/log >&2
        echo "mcdc.sh: $p failed" >&2
        exit 1
    }
    objects+=(-object "$dir/$p")
done
llvm-profdata-19 merge -sparse $dir/profile/*.profraw -o $dir/profile/all
llvm-cov-19 export -instr-profile $dir/profile/all "${objects[@]:1}" src/law >$dir/profile/all.json
python3 tools/mcdc.py $dir/profile/all.json build-cov/coverage.txt docs/coverage.md
