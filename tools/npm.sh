#!/usr/bin/env bash
# tools/npm.sh COMMAND... - runs a command with the npm packages of package-lock.json installed beside it (checks in a
# browser need them; the program and its build do not). Several tests may ask at once: one installs, the others wait.
set -euo pipefail
root=$(cd -P "$(dirname "$0")/.." && pwd -P)
exec 9>"${TMPDIR:-/tmp}/tobuhi-npm.$(id -u).lock"
flock 9
if ! cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock.json"; then
    (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund </dev/null >&2)
    cp "$root/package-lock.json" "$root/node_modules/.installed-lock.json"
fi
flock -u 9
exec 9>&-
exec "$@"
