/* Signed notes and checkpoints (C2SP). The first byte says what the rest is: a note from outside; a text to be signed,
 * which must come back, and with one bit turned must not; a verifier's text; a checkpoint's text, which is signed so
 * that its lines are read. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void outside(slice note)
{
    struct fault f = {0};
    struct checkpoint c;
    slice text = SLN;
    if (note_open(note, fuzz_verifier(), &text, &f) == E_OK) {
        must(text.n && text.n < note.n && memcmp(text.p, note.p, text.n) == 0 && text.p[text.n - 1] == '\n');
        must(utf8_ok(text));
    } else {
        must(f.err != E_OK && f.what[0] && utf8_ok(sl(f.what)));
        must(checkpoint_open(note, fuzz_verifier(), &c, &f) != E_OK);
    }
}

static void verifier(slice text)
{
    struct note_verifier v;
    struct fault f = {0};
    struct buf back = BUF(400);
    if (note_verifier_parse(text, &v, &f) == E_OK) {
        note_verifier_text(&v, &back);
        must(note_name_ok(sl(v.name)) && sl_starts(text, back.p) && text.n - back.n <= 1);
    }
    buf_free(&back);
}

static void sign(slice text, uint8_t at, bool as_checkpoint)
{
    static struct buf note;
    const struct note_key *key = fuzz_key();
    struct fault f = {0};
    struct checkpoint c;
    slice back = SLN;
    note.max = NOTE_MAX;
    buf_clear(&note);
    if (note_sign(text, &key, 1, &note, &f) != E_OK || note.over)
        return;
    if (as_checkpoint) {
        if (checkpoint_open(buf_slice(&note), fuzz_verifier(), &c, &f) == E_OK) {
            struct buf again = BUF(NOTE_MAX);
            must(checkpoint_sign(&c, key, &again, &f) == E_OK && sl_eq(buf_slice(&again), buf_slice(&note)));
            buf_free(&again);
        }
        return;
    }
    must(note_open(buf_slice(&note), fuzz_verifier(), &back, &f) == E_OK && sl_eq(back, text));
    note.p[(size_t)at * note.n >> 8] ^= (char)(1 << (at & 7));
    must(note_open(buf_slice(&note), fuzz_verifier(), &back, &f) != E_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    slice rest = {(const char *)data + 1, size - 1};
    switch (data[0] % 8) {
    case 0:
        sign((slice){rest.p + 1, rest.n - 1}, data[1], false);
        break;
    case 1:
        sign(rest, 0, true);
        break;
    case 2:
    case 3:
        verifier(rest);
        break;
    default:
        outside(rest);
    }
    return 0;
}
