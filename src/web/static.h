/* The files that the program carries: style sheet, faces, licence text. */
#ifndef TB_STATIC_H
#define TB_STATIC_H

#include "base/base.h"

struct static_file {
    const char *name, *type; /* the name holds a hash of the bytes */
    const char *p;
    size_t n;
};
extern const struct static_file static_files[];
extern const size_t static_files_n;

#endif
