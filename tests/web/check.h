/* What the tests of the console share: cmocka with its includes, slices, a clock that stands. */
#ifndef TB_TEST_WEB_CHECK_H
#define TB_TEST_WEB_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/date.h"

#define assert_sl(s, z) check_sl((s), (z), __FILE__, __LINE__)
static inline void check_sl(slice s, const char *z, const char *file, int line)
{
    if (!sl_is(s, z)) {
        print_error("\"" PRIs "\" is not \"%s\"\n", ARGs(s), z);
        _fail(file, line);
    }
}

#define assert_has(s, z)     check_has((s), (z), true, __FILE__, __LINE__)
#define assert_has_not(s, z) check_has((s), (z), false, __FILE__, __LINE__)
static inline void check_has(slice s, const char *z, bool wanted, const char *file, int line)
{
    bool found = s.n && memmem(s.p, s.n, z, strlen(z)) != NULL;
    if (found != wanted) {
        print_error("\"" PRIs "\" %s \"%s\"\n", ARGs(s), wanted ? "lacks" : "has", z);
        _fail(file, line);
    }
}

#endif
