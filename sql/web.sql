-- The exercise's own: who may be chosen. (Outside the exercise nothing calls it.)

-- name: exercise_people
SELECT p.id, p."name", COALESCE(p."post", ''), o."name", COALESCE((SELECT max(g."role") FROM s_grant g WHERE g."person" = p.id AND g.state = 'ACTIVE'), 'FINDER'), o."org_kind", COALESCE(o."sector", ''), o.id FROM s_person p JOIN s_org o ON o.id = p."org" WHERE p.state = 'ACTIVE' AND p."receipt_hash" IS NULL ORDER BY CASE o."org_kind" WHEN 'CABINET' THEN 0 WHEN 'ENTRUSTEE' THEN 1 WHEN 'MINISTRY' THEN 2 WHEN 'PUBLIC' THEN 3 WHEN 'OPERATOR' THEN 4 ELSE 5 END, o."number", p.leaf, p.id;
