-- The facts that conditions read (src/law/facts.def), and the selectors of consequences (acts.def: side, then). CROSS JOIN
-- where the first table is to be read first: SQLite keeps that order.

-- name: fact_last_by
-- in: $1 text subject, $2 text act
SELECT person FROM leaf WHERE subject = $1 AND act = $2 AND ok = 1 ORDER BY idx DESC LIMIT 1;

-- name: fact_designation_live
-- in: $1 text operator
SELECT count(*) FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED';

-- name: fact_designated_on
-- in: $1 text operator
SELECT max("designated_on") FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED';

-- name: fact_first_designated_on
-- in: $1 text operator
SELECT min("designated_on") FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED';

-- name: fact_by_succession
-- in: $1 text operator
SELECT COALESCE(max("by_succession"), 0) FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED' AND "designated_on" = (SELECT max("designated_on") FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED');

-- name: fact_list_changed_on
-- in: $1 text operator
SELECT max("list_changed_on") FROM s_designation WHERE "operator" = $1 AND state = 'DESIGNATED';

-- name: fact_org_sector
-- in: $1 text org
SELECT COALESCE("sector", '') FROM s_org WHERE id = $1;

-- name: fact_org_state
-- in: $1 text org
SELECT state FROM s_org WHERE id = $1;

-- name: fact_org_kind
-- in: $1 text org
SELECT "org_kind" FROM s_org WHERE id = $1;

-- name: fact_org_body
-- in: $1 text org
SELECT COALESCE("body", '') FROM s_org WHERE id = $1;

-- name: fact_org_kind_of_person
-- in: $1 text person
SELECT o."org_kind" FROM s_person p JOIN s_org o ON o.id = p."org" WHERE p.id = $1 AND p.state IN ('INVITED', 'ACTIVE');

-- name: fact_org_of_person
-- in: $1 text person
SELECT "org" FROM s_person WHERE id = $1;

-- name: fact_acks_of_person
-- in: $1 text person
SELECT COALESCE("acks", '') FROM s_person WHERE id = $1 AND state = 'ACTIVE';

-- name: fact_live_roles
-- in: $1 text person, $2 text grant
SELECT "role" FROM s_grant WHERE "person" = $1 AND id <> $2 AND state = 'ACTIVE' ORDER BY "role";

-- name: fact_org_open_clocks
-- in: $1 text org
SELECT count(*) FROM s_asset a CROSS JOIN s_clock c WHERE a.id = c."subject" AND a."operator" = $1 AND c.state IN ('RUNNING', 'LAPSED') AND c."name" IN ('c_asset_due', 'c_asset_change', 'c_fix');

-- name: fact_successor_of
-- in: $1 text org
SELECT n.id FROM s_org o JOIN s_org n ON n.id = o."successor" WHERE o.id = $1 AND o.state = 'CLOSED' AND n.state = 'ACTIVE';

-- name: fact_successor_ref_taken
-- in: $1 text asset
SELECT count(*) FROM s_asset a JOIN s_org o ON o.id = a."operator" JOIN s_asset b ON b."operator" = o."successor" AND b."op_ref" = a."op_ref" WHERE a.id = $1 AND b.state NOT IN ('RETIRED', 'VOIDED');

-- name: fact_org_number
-- in: $1 text org
SELECT "number" FROM s_org WHERE id = $1;

-- name: fact_order_addressee
-- in: $1 text type, $2 text operator
SELECT CASE WHEN $1 = 'OPINION7' THEN (SELECT m.id FROM s_org m WHERE m."org_kind" = 'MINISTRY' AND m.state = 'ACTIVE' AND ' ' || m."sector" || ' ' LIKE '% ' || o."sector" || ' %' ORDER BY m.id LIMIT 1) ELSE o.id END FROM s_org o WHERE o.id = $2;

-- name: fact_asset_operator
-- in: $1 text asset
SELECT "operator" FROM s_asset WHERE id = $1;

-- name: fact_asset_orders
-- in: $1 text asset
SELECT count(*) FROM s_order WHERE "asset" = $1 AND state IN ('HEARING', 'ISSUED', 'OVERDUE');

-- name: fact_asset_state
-- in: $1 text asset
SELECT state FROM s_asset WHERE id = $1;

-- name: fact_council_live
SELECT count(*) FROM s_council WHERE state = 'ORGANISED';

-- name: fact_case_evidence
-- in: $1 text case
SELECT count(*) FROM x_evidence WHERE parent = $1;

-- The newest leaf that brought evidence or a match that still stands; 0: there is none.
-- name: fact_case_newest
-- in: $1 text case
SELECT COALESCE(max(t.n), 0) FROM (SELECT max(leaf) AS n FROM x_evidence WHERE parent = $1 UNION ALL SELECT max(leaf) FROM s_match WHERE "vuln" = 'case:' || $1 AND "level" <> 'NO') t;

-- name: fact_kev_listed
-- in: $1 text cve
SELECT count(*) FROM p_vuln WHERE cve IN (SELECT CAST($1 AS TEXT) UNION SELECT cve FROM p_vuln_link WHERE vuln = $1) AND kev = 1;

-- name: fact_epss_permille
-- in: $1 text cve
SELECT max(epss) FROM p_vuln WHERE cve IN (SELECT CAST($1 AS TEXT) UNION SELECT cve FROM p_vuln_link WHERE vuln = $1) AND source = 'EPSS';

-- name: fact_generations
SELECT count(*) FROM s_generation;

-- The latest withdrawal of a match that a provision rests on: the recipient's own, with the case, its CVE, or an advisory on it.
-- name: fact_retracted_under
-- in: $1 text provision
SELECT COALESCE(max(m."retracted_in"), 0) FROM s_provision p CROSS JOIN s_case c CROSS JOIN s_match m WHERE p.id = $1 AND c.id = p."case" AND m."level" = 'NO' AND m."retracted_in" IS NOT NULL AND m."operator" = p."recipient" AND p."item_kind" = 'CASE_EXTRACT' AND (m."vuln" = 'case:' || c.id OR m."vuln" = c."cve" OR m."vuln" IN (SELECT vuln FROM p_vuln_link WHERE cve = c."cve"));

-- name: fact_case_report
-- in: $1 text case
SELECT COALESCE("report", '') FROM s_case WHERE id = $1;

-- name: fact_case_report_state
-- in: $1 text case
SELECT r.state FROM s_case c JOIN s_vulreport r ON r.id = c."report" WHERE c.id = $1;

-- name: fact_case_state
-- in: $1 text case
SELECT state FROM s_case WHERE id = $1;

-- name: fact_case_seen_cao
-- in: $1 text case
SELECT COALESCE("seen_cao", 0) FROM s_case WHERE id = $1;

-- name: fact_case_nict
-- in: $1 text case
SELECT COALESCE(r."nict", 0) FROM s_case c JOIN s_vulreport r ON r.id = c."report" WHERE c.id = $1;

-- name: fact_inquiry_state
-- in: $1 text inquiry
SELECT state FROM s_inquiry WHERE id = $1;

-- name: fact_inquiry_notified
-- in: $1 text inquiry
SELECT COALESCE(max(c."seen_cao"), 0) FROM s_inquiry q CROSS JOIN s_case c WHERE q.id = $1 AND c."report" = q."report";

-- What a finder cannot know: whose machines are hit, who was told, the numbers of the case and its holds.
-- name: fact_inquiry_names
-- in: $1 text inquiry
SELECT o."name" FROM s_inquiry q CROSS JOIN s_case c CROSS JOIN s_provision p CROSS JOIN s_org o WHERE q.id = $1 AND c."report" = q."report" AND p."case" = c.id AND o.id = p."recipient" UNION SELECT o."name" FROM s_inquiry q CROSS JOIN s_case c CROSS JOIN s_match m CROSS JOIN s_org o WHERE q.id = $1 AND c."report" = q."report" AND m."vuln" = 'case:' || c.id AND m."level" <> 'NO' AND o.id = m."operator" UNION SELECT c."serial" FROM s_inquiry q CROSS JOIN s_case c WHERE q.id = $1 AND c."report" = q."report" AND c."serial" <> '' UNION SELECT h."serial" FROM s_inquiry q CROSS JOIN s_case c CROSS JOIN s_hold h WHERE q.id = $1 AND c."report" = q."report" AND h."case" = c.id AND h."serial" <> '' ORDER BY 1;

-- name: fact_inquiry_finder
-- in: $1 text inquiry
SELECT k."name" FROM s_inquiry q CROSS JOIN x_contact k WHERE q.id = $1 AND k.parent = q."report" AND k."name" <> '' UNION SELECT k."address" FROM s_inquiry q CROSS JOIN x_contact k WHERE q.id = $1 AND k.parent = q."report" AND k."address" <> '' UNION SELECT p."name" FROM s_inquiry q CROSS JOIN s_person p WHERE q.id = $1 AND p.id = q."finder" ORDER BY 1;

-- name: fact_inquiry_agreed
-- in: $1 text inquiry
SELECT "agreed" FROM s_consult WHERE "inquiry" = $1 AND state = 'CONSULTED' ORDER BY leaf DESC, id LIMIT 1;

-- name: fact_clock_lapsed
-- in: $1 text subject, $2 text name
SELECT count(*) FROM s_clock WHERE "subject" = $1 AND "name" = $2 AND state = 'LAPSED';

-- name: fact_finder_free
-- in: $1 text case
SELECT count(*) FROM s_case c JOIN s_clock k ON k."subject" = c."report" WHERE c.id = $1 AND k."name" = 'c_finder_1y' AND k.state = 'LAPSED';

-- name: fact_case_prongs
-- in: $1 text case
SELECT count(*) FROM s_case WHERE id = $1 AND ("prong_a" = 'YES' OR "prong_b" = 'YES' OR "cao_opened" = 1);

-- name: fact_case_names
-- in: $1 text case
SELECT DISTINCT o."name" FROM s_org o WHERE o.id IN (SELECT "recipient" FROM s_provision WHERE "case" = $1) OR o.id IN (SELECT "operator" FROM s_match WHERE "vuln" = 'case:' || $1 AND "level" <> 'NO') ORDER BY 1;

-- name: fact_target_off
-- in: $1 text provision, $2 text case, $3 text kind of response, $4 int today
SELECT 1 - count(*) FROM s_provision p WHERE p.id = $1 AND p."case" = $2 AND p.state IN ('PROPOSED', 'APPROVED') AND (CASE WHEN $3 = 'R3_ALLIES' THEN (SELECT count(*) FROM s_protection f WHERE f."recipient" = p."recipient" AND f."basis" = p."basis" AND f.state = 'FOUND' AND f."until" >= $4) WHEN p."basis" IN ('A39', 'A72_3') THEN 0 ELSE 1 END) > 0;

-- name: fact_live_responses
-- in: $1 text case
SELECT count(*) FROM s_response WHERE "case" = $1 AND state IN ('PROPOSED', 'ACTIVE');

-- name: fact_unsettled
-- in: $1 text case
SELECT count(*) FROM s_provision WHERE "case" = $1 AND state NOT IN ('SETTLED', 'REFUSED', 'RETURNED');

-- name: fact_hold_exploited
-- in: $1 text case
SELECT (SELECT count(*) FROM x_evidence WHERE parent = $1 AND ("exploited" = 1 OR "ev_kind" IN ('KEV', 'INCIDENT'))) + (SELECT count(*) FROM s_case WHERE id = $1 AND ("jp_exploitation" IN ('SUSPECTED', 'CONFIRMED') OR "ssvc_exploitation" = 'ACTIVE' OR "prong_a" = 'YES')) + (SELECT count(*) FROM s_case c CROSS JOIN p_vuln v WHERE c.id = $1 AND v.cve = c."cve" AND v.kev = 1) + (SELECT count(*) FROM s_case c CROSS JOIN p_vuln_link l CROSS JOIN p_vuln v WHERE c.id = $1 AND l.vuln = c."cve" AND v.cve = l.cve AND v.kev = 1);

-- name: fact_hold_effect
-- in: $1 text case
SELECT (SELECT count(*) FROM s_match WHERE "vuln" = 'case:' || $1 AND "level" <> 'NO') * (SELECT count(*) FROM s_case WHERE id = $1 AND "prong_b" = 'YES');

-- name: fact_hold_first_at
-- in: $1 text case
SELECT COALESCE(min("decided_at"), 0) FROM s_hold WHERE "case" = $1 AND state NOT IN ('PROPOSED', 'REFUSED');

-- name: fact_holds_off
-- in: $1 text case, $2 text replaced hold or empty, $3 text this hold
SELECT count(CASE WHEN id NOT IN ($2, $3) AND state IN ('PROPOSED', 'ACTIVE') THEN 1 END) + (CASE WHEN $2 = '' THEN 0 ELSE 1 END) - count(CASE WHEN id = $2 AND state = 'ACTIVE' THEN 1 END) FROM s_hold WHERE "case" = $1;

-- name: fact_hold_ready
-- in: $1 text case, $2 text rule
SELECT (SELECT count(*) FROM s_coord WHERE "case" = $1 AND (state = 'PUBLISHED' OR (state = 'FIX_READY' AND $2 = 'FIX_READY'))) + (SELECT count(*) FROM s_product WHERE "case" = $1 AND "published" = 1) + (SELECT CASE WHEN count(*) > 0 AND count(*) = count(CASE WHEN state = 'SETTLED' AND "status" IN ('FIXED', 'NOT_AFFECTED') THEN 1 END) THEN 1 ELSE 0 END FROM s_provision WHERE "case" = $1 AND $2 = 'FIX_APPLIED' AND "basis" NOT IN ('A39', 'A72_3') AND state IN ('APPROVED', 'SENT', 'RECEIVED', 'SETTLED'));

-- name: fact_hold_declined
-- in: $1 text case, $2 text hold
SELECT count(*) FROM s_letter WHERE "case" = $1 AND "hold" = $2 AND state = 'DECLINED';

-- name: fact_hold_replaced
-- in: $1 text case, $2 text hold
SELECT count(*) FROM s_hold WHERE "case" = $1 AND "replaces" = $2 AND state = 'ACTIVE';

-- name: fact_holds_over
-- in: $1 text case itself, $2 text its case, $3 text product
SELECT count(*) FROM s_hold WHERE "case" IN ($1, $2, (SELECT "case" FROM s_product WHERE id = $3)) AND state = 'ACTIVE';

-- name: fact_hold_until
-- in: $1 text case
SELECT COALESCE(max("until"), 0) FROM s_hold WHERE "case" = $1 AND state = 'ACTIVE';

-- name: fact_hold_live
-- in: $1 text hold
SELECT count(*) FROM s_hold WHERE id = $1 AND state = 'ACTIVE';

-- name: fact_body_org
-- in: $1 text body
SELECT id FROM s_org WHERE state = 'ACTIVE' AND "body" = $1 ORDER BY leaf, id LIMIT 1;

-- name: fact_public_org
SELECT id FROM s_org WHERE state = 'ACTIVE' AND "org_kind" = 'PUBLIC' ORDER BY leaf, id LIMIT 1;

-- name: fact_receipt_of
-- in: $1 text person
SELECT COALESCE("receipt_hash", '') FROM s_person WHERE id = $1;

-- name: fact_case_finder
-- in: $1 text case
SELECT r."finder" FROM s_case c JOIN s_vulreport r ON r.id = c."report" WHERE c.id = $1;

-- name: fact_embargo_until
-- in: $1 text case, $2 text product
SELECT COALESCE(max("ends_at"), 0) FROM s_embargo WHERE "case" IN ($1, (SELECT "case" FROM s_product WHERE id = $2)) AND state IN ('ACTIVE', 'REVISING');

-- name: fact_entrusts_of
-- in: $1 text body
SELECT count(*) FROM s_entrust WHERE "body" = $1 AND state = 'ACTIVE';

-- name: fact_own_matches
-- in: $1 text recipient, $2 text case
SELECT a.id, COALESCE(a."op_ref", ''), COALESCE(a."product", ''), COALESCE(a."version", ''), m."level" FROM s_match m JOIN s_asset a ON a.id = m."asset" WHERE m."operator" = $1 AND m."vuln" = 'case:' || $2 AND m."level" <> 'NO' ORDER BY a."op_ref", a.id;

-- name: fact_product_state
-- in: $1 text product
SELECT state FROM s_product WHERE id = $1;

-- name: fact_product_case
-- in: $1 text product
SELECT "case" FROM s_product WHERE id = $1;

-- name: fact_product_grade
-- in: $1 text product
SELECT "grade" FROM s_product WHERE id = $1;

-- name: fact_entrust_active
-- in: $1 text body, $2 text work
SELECT count(*) FROM s_entrust WHERE "body" = $1 AND "work" = $2 AND state = 'ACTIVE';

-- name: fact_open_feeds
SELECT count(*) FROM s_feed WHERE state = 'RUNNING';

-- name: fact_product_known
-- in: $1 text product
SELECT count(*) FROM p_product WHERE product = $1;

-- name: release_recipient
-- in: $1 text org, $2 int today
SELECT (SELECT count(*) FROM s_member WHERE "org" = $1 AND state = 'MEMBER'), (SELECT count(*) FROM s_person p CROSS JOIN s_grant g WHERE g."person" = p.id AND p."org" = $1 AND p.state = 'ACTIVE' AND g.state = 'ACTIVE' AND g."until" >= $2 AND ((g."role" = 'OP_RECV' AND (' ' || p."acks" || ' ') LIKE '% 45_7 %') OR (g."role" IN ('IPA_HEAD', 'JP_HEAD', 'NICT_HEAD') AND (' ' || p."acks" || ' ') LIKE '% 72_4 %'))), (SELECT COALESCE(max("org_kind"), '') FROM s_org WHERE id = $1 AND state = 'ACTIVE');

-- Which body it is, how many entrustments of it go on, and what was asked under them (72).
-- name: release_entrust
-- in: $1 text org
SELECT (SELECT COALESCE(max("body"), '') FROM s_org WHERE id = $1), (SELECT count(*) FROM s_entrust WHERE "body" = $1 AND state = 'ACTIVE'), (SELECT count(*) FROM s_entrust e CROSS JOIN x_asked k WHERE k.parent = e.id AND e."body" = $1 AND e.state = 'ACTIVE');

-- name: fact_handed_off
-- in: $1 text provision, $2 text body
SELECT 1 - count(*) FROM s_provision WHERE id = $1 AND "recipient" = $2 AND "basis" = 'A72_3' AND state IN ('SENT', 'RECEIVED', 'SETTLED');

-- name: release_protection
-- in: $1 text org, $2 text basis, $3 int today
SELECT count(*) FROM s_protection WHERE "recipient" = $1 AND "basis" = $2 AND state = 'FOUND' AND "until" >= $3;

-- name: release_response
-- in: $1 text case, $2 text provision in quotes, $3 text kind of response
SELECT count(CASE WHEN state = 'ACTIVE' THEN 1 END), count(*) FROM s_response WHERE "case" = $1 AND "response_kind" = $3 AND state IN ('PROPOSED', 'ACTIVE') AND "targets" LIKE '%' || $2 || '%';

-- name: label_of_org_case
-- in: $1 text id
SELECT label FROM s_case WHERE id = $1;

-- name: sel_grants_of_org
-- in: $1 text org
SELECT g.id FROM s_person p CROSS JOIN s_grant g WHERE p.id = g."person" AND p."org" = $1 AND g.state IN ('ACTIVE', 'SUSPENDED') ORDER BY g.id;

-- name: sel_assets_to_successor
-- in: $1 text org
SELECT a.id FROM s_org o JOIN s_org n ON n.id = o."successor" CROSS JOIN s_asset a WHERE o.id = $1 AND n.state = 'ACTIVE' AND a."operator" = o.id AND a.state NOT IN ('RETIRED', 'VOIDED') ORDER BY a.id;

-- name: sel_matches_of_asset
-- in: $1 text asset
SELECT id FROM s_match WHERE "asset" = $1 ORDER BY id;

-- name: sel_retracted_matches
-- in: $1 text generation
SELECT m.id FROM s_generation g CROSS JOIN s_match m WHERE g.id = $1 AND m."retracted_in" = g."serial" ORDER BY m.id;

-- name: sel_provisions_on_match
-- in: $1 text match
SELECT p.id FROM s_match m CROSS JOIN s_provision p CROSS JOIN s_case c WHERE m.id = $1 AND c.id = p."case" AND p.state IN ('SENT', 'RECEIVED', 'SETTLED') AND m."operator" = p."recipient" AND p."item_kind" = 'CASE_EXTRACT' AND (m."vuln" = 'case:' || c.id OR m."vuln" = c."cve" OR m."vuln" IN (SELECT vuln FROM p_vuln_link WHERE cve = c."cve")) ORDER BY p.id;

-- name: sel_handed_provisions
-- in: $1 text entrust
SELECT DISTINCT p.id FROM x_handed h CROSS JOIN s_provision p WHERE h.parent = $1 AND p.id = h."provision" AND p.state IN ('SENT', 'RECEIVED', 'SETTLED') ORDER BY p.id;

-- name: sel_orders_on_asset
-- in: $1 text asset
SELECT id FROM s_order WHERE "asset" = $1 AND "order_type" = 'ORDER6' AND state IN ('ISSUED', 'OVERDUE') ORDER BY id;

-- name: sel_grants_of_person
-- in: $1 text person
SELECT id FROM s_grant WHERE "person" = $1 AND state IN ('PROPOSED', 'ACTIVE', 'SUSPENDED') ORDER BY id;

-- name: sel_sessions_of_person
-- in: $1 text person
SELECT id FROM s_session WHERE "person" = $1 AND state = 'OPEN' ORDER BY id;

-- name: sel_older_lists
-- in: $1 text list
SELECT o.id FROM s_list o JOIN s_list n ON n.id = $1 WHERE o.id <> n.id AND o."list_kind" = n."list_kind" AND o.state = 'ADOPTED' ORDER BY o.id;

-- name: sel_case_of_report
-- in: $1 text report
SELECT id FROM s_case WHERE "report" = $1 ORDER BY id;

-- name: sel_report_of_case
-- in: $1 text case
SELECT "report" FROM s_case WHERE id = $1 AND "report" IS NOT NULL;

-- name: sel_report_of_coord
-- in: $1 text coord
SELECT c."report" FROM s_coord k JOIN s_case c ON c.id = k."case" WHERE k.id = $1 AND c."report" IS NOT NULL;

-- name: sel_targets
-- in: $1 text response
SELECT p.id FROM s_provision p JOIN s_response r ON r.id = $1 WHERE p."case" = r."case" AND r."targets" LIKE '%"' || p.id || '"%' ORDER BY p.id;

-- name: sel_watched_cases
-- in: $1 text generation
SELECT c.id FROM s_case c WHERE c.state = 'WATCHED' AND $1 <> '' ORDER BY c.id;

-- name: sel_holds_of_case
-- in: $1 text case
SELECT id FROM s_hold WHERE "case" = $1 AND state = 'ACTIVE' ORDER BY id;

-- name: sel_active_holds
-- in: $1 text feed
SELECT id FROM s_hold WHERE state = 'ACTIVE' AND $1 <> '' ORDER BY id;

-- name: sel_holds_of_provision
-- in: $1 text provision
SELECT h.id FROM s_provision p CROSS JOIN s_hold h WHERE p.id = $1 AND h."case" = p."case" AND h.state = 'ACTIVE' ORDER BY h.id;

-- name: sel_holds_of_coord
-- in: $1 text coord
SELECT h.id FROM s_coord k CROSS JOIN s_hold h WHERE k.id = $1 AND h."case" = k."case" AND h.state = 'ACTIVE' ORDER BY h.id;

-- name: sel_hold_of_letter
-- in: $1 text letter
SELECT "hold" FROM s_letter WHERE id = $1 AND "hold" IS NOT NULL;

-- name: sel_replaced_hold
-- in: $1 text hold
SELECT "replaces" FROM s_hold WHERE id = $1 AND "replaces" IS NOT NULL;

-- name: sel_letters_of_hold
-- in: $1 text hold
SELECT l.id FROM s_hold h CROSS JOIN s_letter l WHERE h.id = $1 AND l."case" = h."case" AND l."hold" = h.id ORDER BY l.id;

-- A plan that falls before the hold's last day (the day of Japan) is no plan any more.
-- name: sel_coords_before_hold
-- in: $1 text hold
SELECT k.id FROM s_hold h CROSS JOIN s_coord k WHERE h.id = $1 AND k."case" = h."case" AND k."planned_on" < (h."until" + 32400000000) / 86400000000 ORDER BY k.id;

-- name: sel_reports_before_hold
-- in: $1 text hold
SELECT r.id FROM s_hold h CROSS JOIN s_case c CROSS JOIN s_vulreport r WHERE h.id = $1 AND c.id = h."case" AND r.id = c."report" AND r."planned_on" < (h."until" + 32400000000) / 86400000000;

-- name: sel_product_of_notice
-- in: $1 text notice
SELECT "product" FROM s_notice WHERE id = $1 AND "product" IS NOT NULL;

-- Whose machines and matches a person has been shown on that legal day.
-- name: fact_operators_seen
-- in: $1 text person, $2 int day
SELECT operator FROM p_seen WHERE person = $1 AND day = $2 ORDER BY operator LIMIT 10000;
