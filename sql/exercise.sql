-- The exercise's story: its subjects found in the store, so that the next step follows from what has been done.

-- name: story_report
-- in: $1 text product, $2 text finder
SELECT id FROM s_vulreport WHERE "product" = $1 AND "finder" = $2 ORDER BY leaf LIMIT 1;

-- name: story_case
-- in: $1 text report
SELECT id FROM s_case WHERE "report" = $1 ORDER BY made, id LIMIT 1;

-- name: story_coord
-- in: $1 text case
SELECT id FROM s_coord WHERE "case" = $1 ORDER BY made, id LIMIT 1;

-- name: story_response
-- in: $1 text case
SELECT id FROM s_response WHERE "case" = $1 AND state <> 'REFUSED' ORDER BY made DESC, id LIMIT 1;

-- name: story_product
-- in: $1 text case
SELECT id FROM s_product WHERE "case" = $1 AND state <> 'DISCARDED' ORDER BY made DESC, id LIMIT 1;

-- name: story_notice
-- in: $1 text product
SELECT id FROM s_notice WHERE "product" = $1 AND state <> 'WITHDRAWN' ORDER BY made DESC, id LIMIT 1;

-- name: story_provision
-- in: $1 text case, $2 text recipient
SELECT id FROM s_provision WHERE "case" = $1 AND "recipient" = $2 AND state <> 'REFUSED' ORDER BY made DESC, id LIMIT 1;

-- name: story_member
-- in: $1 text org
SELECT id FROM s_member WHERE "org" = $1 AND state <> 'DECLINED' ORDER BY made DESC, id LIMIT 1;

-- name: story_matches
-- in: $1 text case
SELECT count(*) FROM s_match WHERE "vuln" = 'case:' || $1 AND "level" <> 'NO';

-- name: story_done
-- in: $1 text subject, $2 text act
SELECT count(*) FROM leaf WHERE subject = $1 AND act = $2 AND ok = 1;

-- name: story_person
-- in: $1 text name, $2 text org
SELECT p.id FROM s_person p JOIN s_org o ON o.id = p."org" WHERE p."name" = $1 AND o."name" = $2 AND p.state = 'ACTIVE' ORDER BY p.id LIMIT 1;

-- name: story_org
-- in: $1 text number
SELECT id FROM s_org WHERE "number" = $1;

-- name: match_dirty
SELECT (SELECT COALESCE(max(idx), 0) FROM leaf WHERE ok = 1 AND act IN ('asset.notify', 'asset.notify_substitute', 'asset.fix', 'asset.notify_change', 'asset.retire', 'asset.accept_void', 'asset.succeed', 'case.add_evidence', 'case.open_own', 'name.decide', 'feed.finish')), (SELECT COALESCE(max(COALESCE("seen", leaf)), 0) FROM s_generation);
