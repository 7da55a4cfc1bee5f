/* A server's handlers without a server: a store in memory with the people of the gate's tests, and a request made of
 * bytes. In those, a byte below 32 stands for the id of somebody or something there, so that a corpus holds no random
 * number: 1 to 7 people, 14 to 18 organisations, 19 an asset, 20 the session of who asks. */
#ifndef TB_FUZZ_SERVED_H
#define TB_FUZZ_SERVED_H

#include "web/server.h"

/* The request of that person (WHO_COUNT and more: a visitor). Its arena is emptied by the next. */
struct http_req *served(unsigned who);
slice served_text(struct http_req *r, slice s);
/* What must be true of any answer of the API; forgets the answer. Makes the store anew when it has grown. */
void served_done(struct http_req *r, struct http_ans *ans);

#endif
