-- The exercise's own: who may be chosen. (Outside the exercise nothing calls it.)

-- name: exercise_people
SELECT p.id, p."name", COALESCE(p."post", ''), o."name", COALESCE((SELECT max(g."role") FROM s_grant g WHERE g."person" = p.id AND g.state = 'ACTIVE'), 'FINDER'), o."org_kind", COALESCE(o."sector", ''), o.id FROM s_person p JOIN s_org o ON o.id = p."org" WHERE p.state = 'ACTIVE' ORDER BY CASE o."org_kind" WHEN 'CABINET' THEN 0 WHEN 'ENTRUSTEE' THEN 1 WHEN 'MINISTRY' THEN 2 WHEN 'PUBLIC' THEN 3 WHEN 'OPERATOR' THEN 4 ELSE 5 END, o."number", p.leaf, p.id;

-- name: board_sectors
SELECT COALESCE("sector", ''), count(DISTINCT "operator"), count(*) FROM s_match WHERE "level" = 'CONFIRMED' AND "secret" = 0 AND "sector" IS NOT NULL GROUP BY "sector" ORDER BY count(DISTINCT "operator") DESC, "sector";

-- name: board_names
SELECT count(*) FROM s_name WHERE state = 'UNRESOLVED';

-- name: org_approvers
-- in: $1 text org, $2 int today
SELECT p.id, g."role" FROM s_person p JOIN s_grant g ON g."person" = p.id WHERE p."org" = $1 AND p.state = 'ACTIVE' AND g.state = 'ACTIVE' AND g."until" >= $2 ORDER BY g."role", p.id;
