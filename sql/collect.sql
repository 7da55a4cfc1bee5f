-- Feeds: records of a running import, and which record counts now.

-- name: feed_of_file
-- in: $1 text format, $2 text file_hash
SELECT id, state FROM s_feed WHERE "format" = $1 AND "file_hash" = $2 AND state IN ('RUNNING', 'STOPPED') ORDER BY leaf DESC LIMIT 1;

-- name: feed_progress
-- in: $1 text feed
SELECT seen, accepted, unchanged, rejected FROM cache_feed WHERE feed = $1;

-- name: feed_progress_put
-- in: $1 text feed, $2 int seen, $3 int accepted, $4 int unchanged, $5 int rejected
INSERT INTO cache_feed (feed, seen, accepted, unchanged, rejected) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (feed) DO UPDATE SET seen = $2, accepted = $3, unchanged = $4, rejected = $5;

-- What is stored of many records at once, each named by its place in the list $2.
-- name: vuln_current_hashes
-- in: $1 text source, $2 text cves
-- sqlite:
SELECT k.key, r.hash FROM json_each($2) k CROSS JOIN p_vuln v ON v.source = $1 AND v.cve = k.value CROSS JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n;
-- pg:
SELECT k.place - 1, r.hash FROM json_array_elements_text(CAST($2 AS json)) WITH ORDINALITY k(cve, place) JOIN p_vuln v ON v.source = $1 AND v.cve = k.cve JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n;

-- The same file brought these very records before: bringing one again is no news, even if another file has changed it since.
-- name: vuln_seen_in_file
-- in: $1 text cves, $2 text format, $3 text file_hash
-- sqlite:
SELECT k.key, r.hash FROM json_each($1) k CROSS JOIN b_feed_record r ON r.cve = k.value CROSS JOIN s_feed f ON f.id = r.feed WHERE f."format" = $2 AND f."file_hash" = $3;
-- pg:
SELECT k.place - 1, r.hash FROM json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY k(cve, place) JOIN b_feed_record r ON r.cve = k.cve JOIN s_feed f ON f.id = r.feed WHERE f."format" = $2 AND f."file_hash" = $3;

-- name: feed_record_page
-- in: $1 text feed, $2 int from, $3 int at_most
SELECT n, cve, body FROM b_feed_record WHERE feed = $1 AND n >= $2 ORDER BY n LIMIT $3;

-- name: vuln_put
-- in: $1 text source, $2 text cve, $3 text feed, $4 int n, $5 int kev, $6 int epss
INSERT INTO p_vuln (source, cve, feed, n, kev, epss) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source, cve) DO UPDATE SET feed = $3, n = $4, kev = $5, epss = $6;

-- name: vuln_link_clear
-- in: $1 text source, $2 text vuln
DELETE FROM p_vuln_link WHERE source = $1 AND vuln = $2;

-- name: vuln_link_put
-- in: $1 text source, $2 text vuln, $3 text cve, $4 text feed
INSERT INTO p_vuln_link (source, vuln, cve, feed) VALUES ($1, $2, $3, $4) ON CONFLICT (source, vuln, cve) DO UPDATE SET feed = $4;

-- name: vuln_open_clear
-- in: $1 text source, $2 text vuln
DELETE FROM p_unresolved WHERE source = $1 AND vuln = $2;

-- name: vuln_open_any
-- in: $1 text source
SELECT 1 FROM p_unresolved WHERE source = $1 LIMIT 1;

-- name: vuln_open_put
-- in: $1 text source, $2 text vuln, $3 int n, $4 text why, $5 text maker, $6 text product, $7 text said, $8 text feed
INSERT INTO p_unresolved (source, vuln, n, why, maker, product, said, feed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: vuln_open_of_feed
-- in: $1 text feed
SELECT count(*) FROM p_unresolved WHERE feed = $1;

-- name: product_put
-- in: $1 text product, $2 text feed
INSERT INTO p_product (product, feed) VALUES ($1, $2) ON CONFLICT (product) DO NOTHING;

-- name: designations_live
SELECT id FROM s_designation WHERE state = 'DESIGNATED' ORDER BY id;
