#!/usr/bin/env bash
# tools/need.sh SECTION... - installs the packages of those sections of ./packages that are missing.
# Asks nothing and needs no terminal; touches neither apt nor the network when nothing is missing.
set -euo pipefail
list=$(dirname "$0")/../packages

# names SECTION: its packages, without those that an already present program makes needless.
names() {
    sed 's/#.*//' "$list" | awk -v want="[$1]" '/^\[/ { on = $1 == want; found = found || on; next } on && NF
        END { if (!found) exit 3 }' | while read -r name rest; do
        case "$rest" in
        unless=*) command -v "${rest#unless=}" >/dev/null 2>&1 && continue ;;
        esac
        echo "$name"
    done
}

wanted=()
for section in "$@"; do
    if ! found=$(names "$section"); then
        echo "need.sh: ./packages has no section [$section]" >&2
        exit 2
    fi
    mapfile -t -O "${#wanted[@]}" wanted <<<"$found"
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "need.sh: this is not Debian; please see to it that these are there: ${wanted[*]}" >&2
    exit 0
fi

here=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
missing=()
for name in "${wanted[@]}"; do
    [ -z "$name" ] || grep -qxF -- "$name" <<<"$here" || missing+=("$name")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        {
            echo "need.sh: these packages are missing, and installing them takes root or a sudo that asks no password:"
            echo "    ${missing[*]}"
            echo "As root, please run:  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        } >&2
        exit 1
    fi
fi

echo "need.sh: installing ${missing[*]}" >&2
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
        "$@" </dev/null >&2
}
if ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
    echo "need.sh: apt-get failed (see above); missing: ${missing[*]}" >&2
    exit 1
fi
