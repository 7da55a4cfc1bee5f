#!/usr/bin/env bash
# roles_test.sh SRC - pages, API and commands hold no rule: they ask the rows who may do what, and name no role of
# roles.def (CONTRIBUTING.md, 書き方).
set -u
src=$1
n=0
roles=$(sed -nE 's/^(role|machine|special) ([A-Z_]+) .*/\2/p' "$src/law/roles.def" | paste -sd'|')

named() { # named DIR...: lines that name a role, as the enum has it, as its text, or pasted together from a part of it
    grep -rnE "\bROLE_($roles)\b|\"($roles)\"|ROLE_##" --include='*.[ch]' "$@"
}

say() { # say STATUS NAME
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

[ -n "$roles" ] && found=$(cd "$src" && named web cli app) || found=${found:-}
[ -n "$roles" ] && [ -z "$found" ]
say $? pages_api_and_commands_name_no_role
[ -z "$found" ] || printf '%s\n' "$found" | sed 's/^/# /'

# Its twin: each way of naming one is found where it is planted.
twin=$(mktemp -d /tmp/tbroles.XXXXXX)
trap 'rm -rf "$twin"' EXIT
while IFS='|' read -r name line; do
    printf '%s\n' "$line" >"$twin/planted.c"
    named "$twin" >/dev/null
    say $? "a_planted_${name}_is_found"
done <<'LINES'
role|    return page_role(p, ROLE_OP_RECV);
name_of_a_role|    return sl_is(role, "CAO_APPR");
macro_that_makes_one|#define R(x) (UINT64_C(1) << ROLE_##x)
special_role|    return law_act[i].by[0] == ROLE_FINDER;
LINES
printf '%s\n' '    for (int r = 0; r < ROLE_COUNT; r++) f(law_role[r].sort != ROLE_HELD ? "" : law_role[r].name);' >"$twin/planted.c"
! named "$twin" >/dev/null
say $? the_sorts_of_roles_may_be_asked
echo "1..$n"
