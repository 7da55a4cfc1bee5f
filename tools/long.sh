#!/usr/bin/env bash
# make long: every test of suite 'long', with progress lines, and docs/long.md made of what was counted. What the day's
# tests do with small numbers is done here with large ones: kills, races, full disks, memory that ends, whole feeds.
# TOBUHI_SEED makes the dice of a run fall again; LONG="name name" runs only those and leaves docs/long.md alone.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS
export LC_ALL=C.UTF-8

./tools/need.sh run test
[ ! -f build/build.ninja ] || meson setup --reconfigure build >/dev/null
make -s all

at=$(mktemp -d)
export TOBUHI_LONG_PROGRESS=$at/progress TOBUHI_LONG_FIGURES=$at/figures
touch "$TOBUHI_LONG_PROGRESS" "$TOBUHI_LONG_FIGURES"
tail -f -n +1 "$TOBUHI_LONG_PROGRESS" &
tail=$!
trap 'kill "$tail" 2>/dev/null || true; rm -rf "$at"' EXIT

begun=$(date +%s)
status=0
read -ra only <<<"${LONG:-}"
if [ ${#only[@]} -gt 0 ]; then
    meson test -C build --logbase long --num-processes 2 --print-errorlogs "${only[@]}" || status=$?
    exit "$status"
fi
meson test -C build --logbase long --num-processes 2 --print-errorlogs --suite long || status=$?
python3 tools/long.py "$TOBUHI_LONG_FIGURES" build/meson-logs/long.json "$(($(date +%s) - begun))" >docs/long.md
echo "docs/long.md is written."
exit "$status"
