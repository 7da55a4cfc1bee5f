#!/usr/bin/env bash
# go_test.sh MAKE_LEDGER VERIFIER_SOURCE - ledgers written by the C code, checked by the note and tree-hash functions of
# Go's golang.org/x/mod/sumdb: size, root and signature agree, and a ledger that was tampered with is refused.
set -u
make_ledger=$1
source=$2
gopath=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
    echo "1..0 # SKIP skipped: go"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

say() { # say STATUS NAME
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

(cd "$source" && GO111MODULE=off GOPATH=$gopath GOCACHE=$work/cache GOFLAGS='' \
    go build -o "$work/verify" .) >&2
say $? the_verifier_builds_from_the_packages_alone

agrees() { # agrees NAME SIZE...: both see the last size and the same root
    local name=$1 home
    shift
    home=$work/$name
    mkdir "$home"
    local c go
    c=$("$make_ledger" "$home" "$@") && go=$("$work/verify" "$home/partners.ledger" "$home/key.pub") &&
        [ "$go" = "${c%\}},\"ok\":true}" ] && case $c in *"\"size\":${*: -1},"*) ;; *) false ;; esac
    local status=$?
    [ $status -eq 0 ] || echo "# C $c, Go $go" >&2
    say $status "both_agree_on_$name"
}

agrees 0_leaves 0
agrees 1_leaf 1
agrees 255_leaves 255
agrees 256_leaves 255 256
agrees 257_leaves 1 256 257
agrees 600_leaves_written_in_steps 3 17 200 255 258 300 511 513 599 600
agrees 70000_leaves 65535 65537 70000

flip() { # flip FILE OFFSET
    local byte
    byte=$(od -An -tu1 -j"$2" -N1 "$1") || return 1
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

refused() { # refused NAME COMMAND...: run in a copy of the ledger of 600 leaves
    local name=$1 copy=$work/copy out
    shift
    rm -rf "$copy"
    cp -r "$work/600_leaves_written_in_steps" "$copy"
    (cd "$copy/partners.ledger" && "$@") || {
        say 1 "$name"
        return
    }
    if out=$("$work/verify" "$copy/partners.ledger" "$copy/key.pub"); then
        say 1 "$name"
    else
        case $out in *'"ok":false'*) say 0 "$name" ;; *) say 1 "$name" ;; esac
    fi
}

(cp -r "$work/600_leaves_written_in_steps" "$work/copy" &&
    "$work/verify" "$work/copy/partners.ledger" "$work/copy/key.pub" >&2)
say $? an_untouched_copy_is_accepted

swap() { mv "$1" x && mv "$2" "$1" && mv x "$2"; }
cut() { truncate -s -1 "$1"; }

refused a_flipped_byte_of_an_entry_is_refused flip tile/entries/000 700
refused a_flipped_byte_of_the_last_entry_is_refused flip tile/entries/002.p/88 1000
refused a_flipped_byte_of_a_tile_is_refused flip tile/0/001 99
refused a_flipped_byte_of_the_partial_tile_is_refused flip tile/0/002.p/88 2815
refused a_flipped_byte_of_the_tile_above_is_refused flip tile/1/000.p/2 63
refused a_flipped_digit_of_the_size_is_refused flip checkpoint 26
refused a_flipped_byte_of_the_root_is_refused flip checkpoint 30
refused a_flipped_byte_of_the_signature_is_refused flip checkpoint 150
refused two_bundles_in_each_others_place_are_refused swap tile/entries/000 tile/entries/001
refused a_lost_bundle_is_refused rm tile/entries/001
refused a_lost_tile_is_refused rm tile/1/000.p/2
refused a_cut_bundle_is_refused cut tile/entries/002.p/88
refused a_foreign_file_is_refused cp tile/0/000 tile/0/003
refused an_older_checkpoint_is_refused cp "$work/257_leaves/partners.ledger/checkpoint" checkpoint
refused another_verifier_key_refuses sh -c 'printf %s PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW >../key.pub'

# One leaf's proof by itself, as a page hands it out.
one=$work/600_leaves_written_in_steps
got=$("$work/verify" -proof "$one/proof" "$one/key.pub")
case $got in '{"leaf":300,"size":600,'*'"ok":true}') say 0 one_leaf_is_proved_without_the_ledger ;; *) echo "# $got" >&2; say 1 one_leaf_is_proved_without_the_ledger ;; esac
passed=0
for ((at = 0; at < $(wc -c <"$one/proof"); at += 7)); do
    cp "$one/proof" "$work/flipped"
    flip "$work/flipped" "$at"
    if "$work/verify" -proof "$work/flipped" "$one/key.pub" >/dev/null; then
        echo "# byte $at flipped, and it passes" >&2
        passed=1
    fi
done
say $passed no_proof_with_a_flipped_byte_passes
"$work/verify" -proof "$one/proof" "$work/257_leaves/proof" >/dev/null
[ $? -eq 1 ]
say $? a_proof_without_its_key_is_refused
echo "1..$n"
