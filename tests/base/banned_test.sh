#!/usr/bin/env bash
# banned_test.sh CC... banned.h - each banned call does not compile with the header and does without it, so that the
# refusal is the header's; calls that are not banned go on compiling.
set -u
header=${*: -1}
cc=("${@:1:$#-1}")
n=0

compiles() { # compiles BODY ARG...: whether a function with that body does
    local body=$1
    shift
    printf '%s\n' '#include <stdio.h>' '#include <string.h>' '#include <time.h>' '#include <stdarg.h>' \
        'extern char *gets(char *);' 'void f(char *p, va_list ap, time_t t);' \
        "void f(char *p, va_list ap, time_t t) { (void)ap; (void)t; (void)p; $body }" |
        "${cc[@]}" -std=c17 -w -fsyntax-only "$@" -x c - 2>/dev/null
}

say() { # say STATUS NAME
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

while IFS='|' read -r name body; do
    # gets() is declared by no header any more; the line above that declares it must not meet the macro.
    if [ "$name" = gets ]; then
        ! printf '%s\n' "void f(char *p);" "void f(char *p) { gets(p); }" |
            "${cc[@]}" -std=c17 -w -fsyntax-only -include "$header" -x c - 2>/dev/null
        say $? "${name}_does_not_compile"
        continue
    fi
    compiles "$body" && ! compiles "$body" -Dgets=gets_ -include "$header"
    say $? "${name}_does_not_compile"
done <<'CALLS'
strcpy|strcpy(p, p);
strcat|strcat(p, p);
sprintf|sprintf(p, "%s", p);
vsprintf|vsprintf(p, p, ap);
strtok|strtok(p, p);
gmtime|gmtime(&t);
localtime|localtime(&t);
ctime|ctime(&t);
asctime|struct tm m; asctime(&m);
time|time(NULL);
gets|gets(p);
CALLS

printf '%s\n' '#include <string.h>' '#include <time.h>' 'struct s { long time; };' 'void f(char *p, struct s *s);' \
    'void f(char *p, struct s *s) { char b[4]; snprintf(b, sizeof b, "%s", p); memcpy(p, b, 4); s->time = 1; }' |
    "${cc[@]}" -std=c17 -Wall -Werror -fsyntax-only -include "$header" -x c - 2>/dev/null
say $? what_is_not_banned_compiles
echo "1..$n"
