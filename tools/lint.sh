#!/usr/bin/env bash
# tools/lint.sh lint|format - the style of the C sources (clang-format 14) and what cppcheck and shellcheck find; with
# TIDY=1 also what clang-tidy says of src/, which takes minutes and is for reading, not for passing.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t sources < <(find src tests tools bench -name '*.[ch]' | sort)

if [ "${1:-lint}" = format ]; then
    clang-format-14 -i "${sources[@]}"
    exit 0
fi

bad=0
clang-format-14 --dry-run -Werror "${sources[@]}" || bad=1
if command -v cppcheck >/dev/null 2>&1; then
    # Left out: what its parser cannot follow (must() never returns; compound literals), and what both compilers and
    # the sanitizers judge better (pointers and integers among them: it takes a function type for an integer).
    find src -name '*.c' | sort | cppcheck --file-list=- -q --std=c11 --enable=warning,portability --inline-suppr \
        --suppress=unknownMacro --suppress=missingIncludeSystem --suppress=internalAstError --suppress=uninitvar \
        --suppress=memleakOnRealloc --suppress=AssignmentAddressToInteger --suppress=AssignmentIntegerToAddress --error-exitcode=1 -Isrc -j2 || bad=1
fi
if command -v shellcheck >/dev/null 2>&1; then
    find tools tests .ci -type f \( -name '*.sh' -o -path '.ci/run' \) -print0 | xargs -0 -r shellcheck -S warning || bad=1
fi
if [ "${TIDY:-}" = 1 ] && command -v clang-tidy >/dev/null 2>&1; then
    make -s build-clang/build.ninja
    find src -name '*.c' -print0 | xargs -0 -r -n 8 -P 2 clang-tidy -p build-clang --quiet \
        --checks='-*,bugprone-*,cert-*,-bugprone-easily-swappable-parameters,-cert-err33-c,-cert-dcl37-c' || true
fi
exit $bad
