#include "print.h"

void law_print_tables(struct buf *out, day_t today, bool ja)
{
    for (int i = 0; i < ACT_COUNT; i++)
        buf_fmt(out, "%-26s %s  %s  %s\n", law_act[i].name, ja ? law_act[i].title : law_kind[law_act[i].kind].name, law_act[i].basis, law_gate_open(law_act[i].gate, today) ? "" : "未施行");
}

void law_print_html(struct buf *out, day_t today)
{
    buf_str(out, "<!DOCTYPE html><html lang=\"ja\"><meta charset=\"utf-8\"><title>規則の行</title><pre>");
    law_print_tables(out, today, true);
    buf_str(out, "</pre></html>");
}

enum err law_print_book(const char *dir, day_t today, struct fault *f)
{
    (void)today;
    return fault_set(f, E_INTERNAL, dir, "この版では書けません。");
}
