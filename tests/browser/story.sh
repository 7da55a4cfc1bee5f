#!/usr/bin/env bash
# story.sh TOBUHI SCRIPT - the story in a browser, on an exercise of its own.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
for need in "${CHROMIUM:-/usr/bin/chromium}" node npm; do
    command -v "$need" >/dev/null || { echo "1..0 # SKIP $need"; exit 0; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$here/../../tools/npm.sh" node "$2" "$1" "$dir/home" ${3:+"$3"}
