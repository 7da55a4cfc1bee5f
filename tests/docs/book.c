/* book DIR: the pages of docs/law, made anew below DIR. book --tables | --html: the other forms, to standard output. */
#include <stdio.h>
#include <string.h>

#include "law/print.h"

int main(int argc, char **argv)
{
    struct fault f = {0};
    struct buf b = BUF((size_t)16 << 20);
    day_t today = day_of(2026, 11, 24);
    if (argc != 2)
        return 2;
    if (strcmp(argv[1], "--tables") == 0)
        law_print_tables(&b, today, true);
    else if (strcmp(argv[1], "--tables-en") == 0)
        law_print_tables(&b, today, false);
    else if (strcmp(argv[1], "--html") == 0)
        law_print_html(&b, today);
    else if (law_print_book(argv[1], today, &f) != E_OK)
        return fprintf(stderr, "%s: %s\n", f.where, f.what), 1;
    if (b.over)
        return 1;
    fwrite(b.p ? b.p : "", 1, b.n, stdout);
    buf_free(&b);
    return 0;
}
