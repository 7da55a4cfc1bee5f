/* What the API takes and answers, as an OpenAPI 3.1 document: made from the rows, so that a changed row changes it.
 * Answers are described as exactly as they are made: every member, and no other. */
#ifndef TB_OPENAPI_H
#define TB_OPENAPI_H

#include <jansson.h>

/* The same bytes on any day: what is in force today is told by GET /api/v1/law. The caller drops it. */
json_t *openapi_json(void);

#endif
