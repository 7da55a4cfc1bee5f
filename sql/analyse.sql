-- Matching: what goes into a generation, and what it changed.

-- name: match_vulns_page
-- in: $1 text after_cve, $2 text after_source, $3 int at_most
SELECT v.cve, v.source, r.body FROM p_vuln v JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n WHERE (v.cve > $1 OR (v.cve = $1 AND v.source > $2)) AND v.source NOT IN ('KEV', 'EPSS') ORDER BY v.cve, v.source LIMIT $3;

-- name: match_cases
SELECT id, "config" FROM s_case WHERE "config" IS NOT NULL ORDER BY id;

-- In the order of the key, page by page: by the state's index each page would sort them all.
-- name: match_assets_page
-- in: $1 text after_id, $2 int at_most
SELECT id, "operator", COALESCE("system", ''), COALESCE("cpe", ''), COALESCE("maker", ''), COALESCE("product", ''), COALESCE("version", '') FROM s_asset WHERE id > $1 AND (state || '') IN ('FILED', 'FIX_ASKED', 'FORWARDED', 'CHANGE_DUE', 'CHANGE_OVERDUE', 'CHANGE_FILED') ORDER BY id LIMIT $2;

-- name: match_names
SELECT id, COALESCE("maker", ''), COALESCE("product", ''), COALESCE("folded", ''), state, COALESCE("target", '') FROM s_name ORDER BY id;

-- name: match_current_page
-- in: $1 text after_asset, $2 text after_vuln, $3 int at_most
SELECT "asset", "vuln", COALESCE("computed", "level"), CASE WHEN state = 'DECIDED' THEN COALESCE("decided_why", '') ELSE '' END FROM s_match WHERE "asset" > $1 OR ("asset" = $1 AND "vuln" > $2) ORDER BY "asset", "vuln" LIMIT $3;

-- How far the last generation had read; a record that was finished later is new to the next one.
-- name: generation_seen
SELECT COALESCE(max(COALESCE("seen", leaf)), -1) FROM s_generation;

-- What counts of a record now, of each source, and what counted when the leaf $2 was the newest ('': nothing).
-- name: match_record_changes
-- in: $1 text vuln, $2 int seen
SELECT v.source, v.feed, r.hash, COALESCE((SELECT b.hash FROM b_feed_record b JOIN s_feed f ON f.id = b.feed WHERE b.cve = v.cve AND f."format" = v.source AND f.state = 'DONE' AND f.leaf <= $2 ORDER BY f.leaf DESC, b.n DESC LIMIT 1), '') FROM p_vuln v JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n WHERE v.cve = $1 AND v.source NOT IN ('KEV', 'EPSS') ORDER BY v.source;

-- The newest leaf behind $2 that may have changed what a case says it affects, and what it says now.
-- name: match_case_changes
-- in: $1 text case, $2 int seen
SELECT COALESCE(max(l.idx), -1), COALESCE((SELECT "config" FROM s_case WHERE id = $1), '') FROM leaf l WHERE l.subject = $1 AND l.act = 'case.add_evidence' AND l.ok = 1 AND l.idx > $2;

-- name: generation_next
SELECT COALESCE(max("serial"), 0) + 1 FROM s_generation;

-- name: match_rows_page
-- in: $1 int generation, $2 int from, $3 int at_most
SELECT n, asset, vuln, level, why FROM b_match_row WHERE generation = $1 AND n >= $2 ORDER BY n LIMIT $3;

-- name: match_case_seen
-- in: $1 text case
UPDATE s_match SET "seen_cao" = 1 WHERE "vuln" = 'case:' || $1;

-- name: coord_case_seen
-- in: $1 text case
UPDATE s_coord SET "seen_cao" = 1 WHERE "case" = $1;

-- Machines that a case's vulnerability touches; each is released by the view, or not.
-- name: case_match_ids
-- in: $1 text case
SELECT id FROM s_match WHERE "vuln" = 'case:' || $1 AND "level" <> 'NO' ORDER BY "operator", id;

-- name: vuln_bodies
-- in: $1 text cve
SELECT v.source, r.body FROM p_vuln v JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n WHERE v.cve = $1 ORDER BY v.source;
