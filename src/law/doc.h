/* The rows for people and programs: `tobuhi law`, GET /api/v1/law, docs/law/. Apart from the decisions, because it
 * allocates. */
#ifndef TB_LAW_DOC_H
#define TB_LAW_DOC_H

#include <jansson.h>

#include "law/law.h"

/* {"image","today","acts":[…],"clocks":[…],"kinds":[…],"roles":[…],"classes":[…],"recipients":[…],"gates":[…],"parameters":[…]};
 * the caller drops it. */
json_t *law_json(day_t today);
json_t *law_act_json(enum act_id id, day_t today);

#endif
