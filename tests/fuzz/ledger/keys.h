/* One key for the targets of the ledger, the same in every run: a corpus may hold what it has signed. */
#ifndef TB_FUZZ_KEYS_H
#define TB_FUZZ_KEYS_H

#include "ledger/note.h"

const struct note_key *fuzz_key(void);
const struct note_verifier *fuzz_verifier(void);

#endif
