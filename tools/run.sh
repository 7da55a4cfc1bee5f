#!/usr/bin/env bash
# make run: opens the exercise (made at the first start, kept in var/) and prints its URL. A port that is taken gives way to the next.
set -euo pipefail
cd "$(dirname "$0")/.."
export TOBUHI_HOME=${TOBUHI_HOME:-$PWD/var}
if [ -z "${TOBUHI_LISTEN:-}" ]; then
    port=8080
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    export TOBUHI_LISTEN=127.0.0.1:$port
fi
exec build/tobuhi serve --exercise
