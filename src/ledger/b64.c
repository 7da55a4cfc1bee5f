#include "b64.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_ORIGINAL
enum { PIECE = 3 * 256 }; /* a multiple of three bytes ends without padding, so pieces may be joined */

void b64_add(struct buf *out, const void *p, size_t n)
{
    const uint8_t *at = p;
    char text[sodium_base64_ENCODED_LEN(PIECE, VARIANT)];
    while (n > 0) {
        size_t take = n < PIECE ? n : PIECE;
        (void)sodium_bin2base64(text, sizeof text, at, take, VARIANT);
        buf_str(out, text);
        at += take;
        n -= take;
    }
}

bool b64_to(slice s, uint8_t *out, size_t room, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > '~') /* libsodium 1.0.18 takes some bytes of 0x80 and more for digits */
            return false;
    return s.n == 0 || sodium_base642bin(out, room, s.p, s.n, NULL, n, NULL, VARIANT) == 0;
}
