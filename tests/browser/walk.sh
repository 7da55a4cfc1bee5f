#!/usr/bin/env bash
# walk.sh TOBUHI SCRIPT SMALL [every] - the walk through every page, on the small exercise played to its end.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd -P)
for need in "${CHROMIUM:-/usr/bin/chromium}" node npm; do
    command -v "$need" >/dev/null || { echo "1..0 # SKIP $need"; exit 0; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TOBUHI_HOME=$dir/home TOBUHI_DATA=$3 TOBUHI_LISTEN=127.0.0.1:0 LC_ALL=C.UTF-8
"$1" exercise init >/dev/null 2>"$dir/log" || { cat "$dir/log" >&2; exit 1; }

# The story is played through the API of a server of its own, which ends before the walk begins.
"$1" serve >"$dir/url" 2>>"$dir/log" &
server=$!
for _ in $(seq 200); do [ ! -s "$dir/url" ] || break; sleep 0.1; done
TOBUHI_LISTEN=$(sed 's,^http://,,' "$dir/url") "$1" exercise play --json >"$dir/play" 2>>"$dir/log" || { cat "$dir/log" >&2; kill $server; exit 1; }
kill $server
wait $server || true

"$here/../../tools/npm.sh" node "$2" "$1" ${4:+"$4"}
