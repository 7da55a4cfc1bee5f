/* The product's own queries and schema: every text is taken by either database, and answers types that can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testdb.h"

static enum test_db kind;

static void every_query_of_the_product_is_understood(void **state)
{
    (void)state;
    struct testdb t;
    struct fault f = {0};
    test_db_open(&t, kind);
    if (db_check_all(t.db, &f))
        fail_msg("%s: %s", f.where, f.what);
    test_db_close(&t);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest test[] = {cmocka_unit_test(every_query_of_the_product_is_understood)};
    kind = test_db_kind(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests_name("store: the product's queries", test, NULL, NULL);
}
