-- The console's own look-ups: which records hang together. They answer ids and numbers; what a person sees of a record
-- still goes through the gate's view.

-- name: console_receipt
-- in: $1 text serial
SELECT r.id, p.id, p."receipt_hash" FROM s_vulreport r CROSS JOIN s_person p WHERE r."serial" = $1 AND p.id = r."finder" AND p."receipt_hash" IS NOT NULL;

-- name: console_case_parts
-- in: $1 text case
SELECT kind, id FROM (
  SELECT 1 AS pos, 'coord' AS kind, id, leaf FROM s_coord WHERE "case" = $1
  UNION ALL SELECT 2, 'response', id, leaf FROM s_response WHERE "case" = $1
  UNION ALL SELECT 3, 'provision', id, leaf FROM s_provision WHERE "case" = $1
  UNION ALL SELECT 4, 'product', id, leaf FROM s_product WHERE "case" = $1
  UNION ALL SELECT 5, 'notice', n.id, n.leaf FROM s_notice n JOIN s_product p ON p.id = n."product" WHERE p."case" = $1
) x ORDER BY pos, leaf, id LIMIT 120;

-- Numbers: "alike" is all that the matrix could tell two rows by, and one of them is asked of the view for all.

-- Machines and operators that a vulnerability meets, by how sure it is.
-- name: console_match_counts
-- in: $1 text vuln, $2 text own_org
SELECT alike, min(id), "level", "operator", count(*), max(moved) FROM (SELECT id, "level", "operator", moved, COALESCE("sector", '') || '|' || label || '|' || COALESCE("secret", 0) || '|' || COALESCE("seen_cao", 0) || '|' || CASE WHEN "operator" = $2 THEN 1 ELSE 0 END AS alike FROM s_match WHERE "vuln" = $1) x GROUP BY "level", "operator", alike ORDER BY "level", "operator", alike;

-- name: console_vuln
-- in: $1 text cve
SELECT v.source, v.kev, v.epss, f.moved FROM p_vuln v JOIN s_feed f ON f.id = v.feed WHERE v.cve IN (SELECT CAST($1 AS TEXT) UNION SELECT cve FROM p_vuln_link WHERE vuln = $1) ORDER BY v.source, v.cve;

-- The records of CVE 5, which bring CISA's SSVC.
-- name: console_cve5
-- in: $1 text vuln
SELECT r.body, f.moved FROM p_vuln v JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n JOIN s_feed f ON f.id = v.feed WHERE v.source = 'CVE5' AND v.cve IN (SELECT CAST($1 AS TEXT) UNION SELECT cve FROM p_vuln_link WHERE vuln = $1) ORDER BY v.cve LIMIT 50;

-- name: console_links
-- in: $1 text vuln
SELECT DISTINCT cve FROM p_vuln_link WHERE vuln = $1 ORDER BY cve LIMIT 50;

-- What records leave open, by why and source; a name that has been decided is open no more. Feeds are alike by their label.
-- name: console_open_counts
SELECT f.label, min(u.feed), u.why, u.source, count(*) FROM p_unresolved u JOIN s_feed f ON f.id = u.feed WHERE NOT EXISTS (SELECT 1 FROM s_name d WHERE d."maker" = u.maker AND d."product" = u.product AND d.state IN ('DECIDED', 'NOT_A_PRODUCT')) GROUP BY f.label, u.why, u.source ORDER BY u.why, u.source, f.label;

-- name: console_open_page
-- in: $1 text why or empty, $2 text source or empty, $3 text after source, $4 text after vuln, $5 int after n, $6 int at_most
SELECT f.label, u.feed, u.source, u.vuln, u.n, u.why, u.maker, u.product, u.said, COALESCE((SELECT min(q.id) FROM s_name q WHERE q."maker" = u.maker AND q."product" = u.product), '') FROM p_unresolved u JOIN s_feed f ON f.id = u.feed WHERE ($1 = '' OR u.why = $1) AND ($2 = '' OR u.source = $2) AND (u.source > $3 OR (u.source = $3 AND (u.vuln > $4 OR (u.vuln = $4 AND u.n > $5)))) AND NOT EXISTS (SELECT 1 FROM s_name d WHERE d."maker" = u.maker AND d."product" = u.product AND d.state IN ('DECIDED', 'NOT_A_PRODUCT')) ORDER BY u.source, u.vuln, u.n LIMIT $6;

-- name: console_leaf_head
-- in: $1 int idx
SELECT at, act, person FROM leaf WHERE idx = $1;

-- The clocks that a board shows: not those of invitations, grants and terms, which nobody watches by the hour, and not
-- those of machines and names, which come in hundreds.
-- name: console_ticks
-- in: $1 int at_most
SELECT id FROM s_clock WHERE state IN ('RUNNING', 'LAPSED') AND "subject_kind" NOT IN ('asset', 'name') AND "name" NOT IN ('c_grant', 'c_invite', 'c_entrust', 'c_finder_1y') ORDER BY COALESCE("due", "started"), id LIMIT $1;

-- One line for all of one sort: the most pressing, and how many. A machine that is not yet filed is its operator's alone.
-- name: console_ticks_grouped
-- in: $1 text own_org
SELECT id, n FROM (
  SELECT c.id, count(*) OVER (PARTITION BY c."name", c.state, a.state, a."sector", CASE WHEN a."operator" = $1 THEN 1 ELSE 0 END) AS n, row_number() OVER (PARTITION BY c."name", c.state, a.state, a."sector", CASE WHEN a."operator" = $1 THEN 1 ELSE 0 END ORDER BY COALESCE(c."due", c."started"), c.id) AS k FROM s_clock c JOIN s_asset a ON a.id = c."subject" WHERE c.state IN ('RUNNING', 'LAPSED') AND c."subject_kind" = 'asset' AND (a.label NOT LIKE 'W:%' OR a."operator" = $1)
  UNION ALL
  SELECT c.id, count(*) OVER (PARTITION BY c."name", c.state) AS n, row_number() OVER (PARTITION BY c."name", c.state ORDER BY COALESCE(c."due", c."started"), c.id) AS k FROM s_clock c WHERE c.state IN ('RUNNING', 'LAPSED') AND c."subject_kind" = 'name'
) x WHERE k = 1 ORDER BY id;

-- name: console_ticks_of
-- in: $1 text name, $2 int at_most
SELECT id FROM s_clock WHERE state IN ('RUNNING', 'LAPSED') AND ($1 = '' OR "name" = $1) ORDER BY COALESCE("due", "started"), id LIMIT $2;

-- Pointers for a desk that lead to one subject each.
-- name: console_news
-- in: $1 text role, $2 text org, $3 int at_most
SELECT t.kind, t.subject, t.leaf, l.act, l.at FROM cache_told t JOIN leaf l ON l.idx = t.leaf WHERE t.role = $1 AND (t.org = '' OR t.org = $2) AND t.kind <> 'asset' ORDER BY t.leaf DESC LIMIT $3;

-- Filings by sector and week: how many operators filed.
-- name: console_filed
-- in: $1 int from, $2 text own_org
SELECT alike, min(id), s, w, count(DISTINCT "operator") FROM (SELECT id, "operator", COALESCE("sector", '') AS s, ("filed_at" - $1) / 604800000000 AS w, COALESCE("sector", '') || '|' || label || '|' || CASE WHEN "operator" = $2 THEN 1 ELSE 0 END AS alike FROM s_asset WHERE "filed_at" >= $1) x GROUP BY s, w, alike ORDER BY s, w, alike;

-- Operators with a machine that surely has a vulnerability which is exploited (KEV) or still unpublished.
-- name: console_hit
-- in: $1 text own_org
SELECT alike, min(id), s, "operator" FROM (SELECT id, "operator", COALESCE("sector", '') AS s, COALESCE("sector", '') || '|' || label || '|' || COALESCE("secret", 0) || '|' || COALESCE("seen_cao", 0) || '|' || CASE WHEN "operator" = $1 THEN 1 ELSE 0 END AS alike FROM s_match WHERE "level" = 'CONFIRMED' AND ("secret" = 1 OR "vuln" IN (SELECT cve FROM p_vuln WHERE kev = 1) OR "vuln" IN (SELECT l.vuln FROM p_vuln_link l JOIN p_vuln v ON v.cve = l.cve WHERE v.kev = 1))) x GROUP BY s, "operator", alike ORDER BY s, "operator", alike;

-- name: console_given
-- in: $1 text own_org
SELECT alike, min(id), s, "recipient" FROM (SELECT p.id, p."recipient", COALESCE(o."sector", '') AS s, COALESCE(p."provider", '') || '|' || COALESCE(p."item_kind", '') || '|' || p.label || '|' || p.state || '|' || CASE WHEN p."recipient" = $1 THEN 1 ELSE 0 END AS alike FROM s_provision p JOIN s_org o ON o.id = p."recipient" WHERE p.state IN ('SENT', 'RECEIVED', 'SETTLED', 'RECALLED', 'RETURNED')) x GROUP BY s, "recipient", alike ORDER BY s, "recipient", alike;

-- name: console_holders
-- in: $1 text org, $2 text role, $3 int today
SELECT p.id FROM s_person p JOIN s_grant g ON g."person" = p.id WHERE p."org" = $1 AND p.state = 'ACTIVE' AND g.state = 'ACTIVE' AND g."role" = $2 AND g."until" >= $3 ORDER BY p.id;

-- name: console_last_by
-- in: $1 text subject, $2 text act
SELECT person FROM leaf WHERE subject = $1 AND act = $2 AND ok = 1 ORDER BY idx DESC LIMIT 1;

-- A few of an operator's machines that the case meets, the surest first.
-- name: console_case_machines
-- in: $1 text case, $2 text operator, $3 int at_most
SELECT id, "asset" FROM s_match WHERE "vuln" = 'case:' || $1 AND "operator" = $2 AND "level" <> 'NO' ORDER BY "level", "asset" LIMIT $3;

-- name: console_case_provisions
-- in: $1 text case, $2 int at_most
SELECT id, "recipient", state FROM s_provision WHERE "case" = $1 AND state <> 'REFUSED' ORDER BY leaf DESC, id LIMIT $2;

-- name: console_case_response
-- in: $1 text case
SELECT id FROM s_response WHERE "case" = $1 ORDER BY leaf DESC, id LIMIT 1;

-- name: console_case_shuchi
-- in: $1 text case
SELECT count(*), COALESCE(max("published"), 0) FROM s_product WHERE "case" = $1 AND state = 'ISSUED';

-- How many machines in each state; one that is not yet filed is its operator's alone.
-- name: console_asset_counts
-- in: $1 text operator, $2 text own_org
SELECT alike, min(id), state, count(*) FROM (SELECT id, state, COALESCE("sector", '') || '|' || label || '|' || CASE WHEN "operator" = $2 THEN 1 ELSE 0 END AS alike FROM s_asset WHERE ($1 = '' AND label NOT LIKE 'W:%') OR "operator" = $1) x GROUP BY alike, state ORDER BY alike, state;

-- Whose leaf it is: the page asks the view for the subject before it says anything of the leaf.
-- name: console_leaf_of
-- in: $1 int idx
SELECT act, subject, at, ok FROM leaf WHERE idx = $1;

-- name: console_sectors
SELECT DISTINCT "sector" FROM s_org WHERE "sector" IS NOT NULL AND "sector" <> '' ORDER BY "sector" LIMIT 60;

-- Of one sector: how many matches of each operator and product, and how sure.
-- name: console_match_cells
-- in: $1 text sector, $2 text own_org
SELECT alike, min(id), "operator", "product", "cpe", "level", count(*) FROM (SELECT m.id, m."operator", m."level", COALESCE(a."product", '') AS "product", COALESCE(a."cpe", '') AS "cpe", COALESCE(m."sector", '') || '|' || m.label || '|' || COALESCE(m."secret", 0) || '|' || COALESCE(m."seen_cao", 0) || '|' || CASE WHEN m."operator" = $2 THEN 1 ELSE 0 END AS alike FROM s_match m JOIN s_asset a ON a.id = m."asset" WHERE m."sector" = $1 AND m."level" <> 'NO') x GROUP BY "operator", "product", "cpe", "level", alike ORDER BY "operator", "product", "cpe", "level", alike LIMIT 6000;

-- name: console_match_cell
-- in: $1 text operator, $2 text sector, $3 int at_most
SELECT m.id, m."asset", COALESCE(a."product", ''), COALESCE(a."cpe", '') FROM s_match m JOIN s_asset a ON a.id = m."asset" WHERE m."operator" = $1 AND m."sector" = $2 AND m."level" <> 'NO' ORDER BY m."level", a."op_ref", m.id LIMIT $3;

-- What a case's publication hangs on: its texts, its coordination, what holds it back, its notices.
-- name: console_publish_parts
-- in: $1 text case
SELECT kind, id FROM (
  SELECT 1 AS pos, 'coord' AS kind, id, leaf FROM s_coord WHERE "case" = $1
  UNION ALL SELECT 2, 'product', id, leaf FROM s_product WHERE "case" = $1
  UNION ALL SELECT 3, 'hold', id, leaf FROM s_hold WHERE "case" = $1
  UNION ALL SELECT 4, 'embargo', id, leaf FROM s_embargo WHERE "case" = $1
  UNION ALL SELECT 5, 'notice', n.id, n.leaf FROM s_notice n JOIN s_product p ON p.id = n."product" WHERE p."case" = $1
) x ORDER BY pos, leaf DESC, id LIMIT 120;

-- How far the operators that were given a case are.
-- name: console_ready_counts
-- in: $1 text case, $2 text own_org
SELECT alike, min(id), state, COALESCE("status", ''), count(*) FROM (SELECT id, state, "status", COALESCE("provider", '') || '|' || COALESCE("item_kind", '') || '|' || label || '|' || state || '|' || CASE WHEN "recipient" = $2 THEN 1 ELSE 0 END AS alike FROM s_provision WHERE "case" = $1 AND state <> 'REFUSED') x GROUP BY alike, state, "status" ORDER BY state, "status", alike;
