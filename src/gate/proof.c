/* What the ledger's files prove, for whoever may read the leaf: that is asked of a view before. */
#include "gate_int.h"

#include <stdio.h>

static enum err no_files(struct fault *f)
{
    return fault_set(f, E_CONFIG, "",
                     "この台帳には、まだ署名がありません。創設してから、または保存先のあるところで使ってください。");
}

const struct note_verifier *gate_verifier(struct gate *g)
{
    return g->key ? note_key_public(g->key) : NULL;
}

enum err gate_head(struct gate *g, struct buf *note, struct checkpoint *out, struct fault *f)
{
    char path[700];
    slice text;
    if (!g->key || !g->home[0])
        return no_files(f);
    struct arena *a = arena_new(1 << 20);
    snprintf(path, sizeof path, "%s/checkpoint", g->ledger_dir);
    enum err e = file_read(a, path, NOTE_MAX, &text, f);
    if (!e)
        e = checkpoint_open(text, gate_verifier(g), out, f);
    if (!e)
        buf_sl(note, text);
    arena_free(a);
    return e;
}

enum err gate_proof(struct gate *g, int64_t leaf, struct buf *out, struct fault *f)
{
    if (!g->key || !g->home[0])
        return no_files(f);
    return ledger_proof(g->ledger_dir, gate_verifier(g), NULL, (uint64_t)leaf, out, f);
}
