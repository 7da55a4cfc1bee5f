-- The gate's own queries: leaves, actors, clocks.

-- name: leaf_put
-- in: $1 int idx, $2 int at, $3 text act, $4 text subject, $5 text person, $6 int ok, $7 text entry
INSERT INTO leaf (idx, at, act, subject, person, ok, entry) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: leaf_body_put
-- in: $1 int idx, $2 text salt, $3 text body
INSERT INTO leaf_body (idx, salt, body) VALUES ($1, $2, $3);

-- name: leaf_size
SELECT COALESCE(max(idx) + 1, 0) FROM leaf;

-- name: leaf_last_at
SELECT COALESCE(max(at), 0) FROM leaf WHERE idx = (SELECT max(idx) FROM leaf);

-- name: leaf_entries
-- in: $1 int first, $2 int below
SELECT idx, entry FROM leaf WHERE idx >= $1 AND idx < $2 ORDER BY idx;

-- name: leaf_all
-- in: $1 int first, $2 int at_most
SELECT l.idx, l.at, l.act, l.subject, l.person, l.ok, l.entry, COALESCE(b.salt, ''), COALESCE(b.body, '') FROM leaf l LEFT JOIN leaf_body b ON b.idx = l.idx WHERE l.idx >= $1 ORDER BY l.idx LIMIT $2;

-- name: leaf_body_strays
SELECT b.idx FROM leaf_body b LEFT JOIN leaf l ON l.idx = b.idx WHERE l.idx IS NULL ORDER BY b.idx LIMIT 200;

-- name: leaf_of_subject
-- in: $1 text subject
SELECT idx, at, act, person, ok, entry FROM leaf WHERE subject = $1 ORDER BY idx;

-- name: leaf_one
-- in: $1 int idx
SELECT l.at, l.act, l.subject, l.person, l.ok, l.entry, b.salt, b.body FROM leaf l LEFT JOIN leaf_body b ON b.idx = l.idx WHERE l.idx = $1;

-- name: actor_person
-- in: $1 text person
SELECT p.state, p."org", COALESCE(p."acks", ''), o.state, o."org_kind", COALESCE(o."body", ''), p."name", COALESCE(p."post", ''), o."name" FROM s_person p JOIN s_org o ON o.id = p."org" WHERE p.id = $1;

-- name: actor_grants
-- in: $1 text person, $2 int today
SELECT "role", COALESCE("scope", '') FROM s_grant WHERE "person" = $1 AND state = 'ACTIVE' AND "until" >= $2 ORDER BY "role";

-- name: actor_flags
-- in: $1 text org, $2 int today
SELECT (SELECT count(*) FROM s_member WHERE "org" = $1 AND state = 'MEMBER'), (SELECT count(*) FROM s_entrust WHERE "body" = $1 AND "work" = 'A37' AND state = 'ACTIVE'), (SELECT count(*) FROM s_protection WHERE "recipient" = $1 AND state = 'FOUND' AND "until" >= $2), (SELECT count(*) FROM s_entrust WHERE "body" = $1 AND state = 'ACTIVE');

-- name: session_live
-- in: $1 text session, $2 text person
SELECT count(*) FROM s_session WHERE id = $1 AND "person" = $2 AND state = 'OPEN';

-- name: clock_open
-- in: $1 text subject, $2 text name or empty
SELECT id FROM s_clock WHERE "subject" = $1 AND ($2 = '' OR "name" = $2) AND state IN ('RUNNING', 'LAPSED') ORDER BY id;

-- name: clock_due
-- in: $1 int now, $2 int at_most
SELECT id FROM s_clock WHERE state = 'RUNNING' AND "due" <= $1 ORDER BY "due", id LIMIT $2;

-- name: clock_next
-- in: $1 int at_most
SELECT "due" FROM s_clock WHERE state = 'RUNNING' AND "due" IS NOT NULL ORDER BY "due" LIMIT $1;

-- Those that publish.notice would refuse all the same (a hold, an embargo) are not asked for again and again: each refusal is a leaf.
-- name: notice_due
-- in: $1 int now, $2 int at_most
SELECT n.id FROM s_notice n WHERE n.state = 'SCHEDULED' AND n."at" <= $1 AND NOT EXISTS (SELECT 1 FROM s_product p CROSS JOIN s_hold h WHERE p.id = n."product" AND h."case" = p."case" AND h.state = 'ACTIVE') AND NOT EXISTS (SELECT 1 FROM s_product p CROSS JOIN s_embargo e WHERE p.id = n."product" AND e."case" = p."case" AND e.state IN ('ACTIVE', 'REVISING') AND e."ends_at" > $1) ORDER BY n."at", n.id LIMIT $2;

-- name: clock_of_subject
-- in: $1 text subject
SELECT id, state, "name", "variant", "started", "due", "due_day", "nominal_day", "stopped" FROM s_clock WHERE "subject" = $1 ORDER BY "started", id;

-- name: idem_get
-- in: $1 text person, $2 text key
SELECT leaf, subject FROM cache_idem WHERE person = $1 AND key = $2;

-- name: idem_put
-- in: $1 text person, $2 text key, $3 int leaf, $4 text subject
INSERT INTO cache_idem (person, key, leaf, subject) VALUES ($1, $2, $3, $4);

-- name: told_put
-- in: $1 text role, $2 text org, $3 text kind, $4 text subject, $5 int leaf
INSERT INTO cache_told (role, org, kind, subject, leaf) VALUES ($1, $2, $3, $4, $5);

-- name: told_list
-- in: $1 text role, $2 text org, $3 int at_most
SELECT kind, subject, leaf FROM cache_told WHERE role = $1 AND (org = '' OR org = $2) ORDER BY leaf DESC LIMIT $3;

-- name: bulk_feed_hashes
-- in: $1 text feed
SELECT n, hash FROM b_feed_record WHERE feed = $1 ORDER BY n;

-- name: bulk_match_hashes
-- in: $1 int generation
SELECT n, hash FROM b_match_row WHERE generation = $1 ORDER BY n;

-- Bulk rows: (key, n, …, content, hash); the hash is of the content (feed) or of all of it (match).
-- name: bulk_feed_all
-- in: $1 text feed
SELECT feed, n, cve, body, hash FROM b_feed_record WHERE feed = $1 ORDER BY n;

-- name: bulk_feed_put
-- in: $1 text feed, $2 int n, $3 text cve, $4 text body, $5 text hash
INSERT INTO b_feed_record (feed, n, cve, body, hash) VALUES ($1, $2, $3, $4, $5);

-- name: bulk_match_all
-- in: $1 int generation
SELECT generation, n, asset, vuln, level, why, hash FROM b_match_row WHERE generation = $1 ORDER BY n;

-- name: bulk_match_put
-- in: $1 int generation, $2 int n, $3 text asset, $4 text vuln, $5 text level, $6 text why, $7 text hash
INSERT INTO b_match_row (generation, n, asset, vuln, level, why, hash) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: bulk_match_keys
SELECT DISTINCT generation FROM b_match_row ORDER BY generation;

-- name: bulk_match_count
-- in: $1 int generation
SELECT count(*) FROM b_match_row WHERE generation = $1;

-- name: bulk_match_beyond
-- in: $1 int generation, $2 int first
SELECT n FROM b_match_row WHERE generation = $1 AND (n < 0 OR n >= $2) ORDER BY n LIMIT 200;

-- name: bulk_feed_keys
SELECT DISTINCT feed FROM b_feed_record ORDER BY feed;

-- name: bulk_feed_count
-- in: $1 text feed
SELECT count(*), (SELECT count(*) FROM s_feed WHERE id = $1 AND state = 'RUNNING') FROM b_feed_record WHERE feed = $1;

-- name: bulk_feed_beyond
-- in: $1 text feed, $2 int first
SELECT n FROM b_feed_record WHERE feed = $1 AND (n < 0 OR n >= $2) ORDER BY n LIMIT 200;

-- name: vuln_dump
SELECT source, cve, feed, n, kev, epss FROM p_vuln ORDER BY source, cve;

-- name: vuln_link_dump
SELECT source, vuln, cve, feed FROM p_vuln_link ORDER BY source, vuln, cve;

-- name: vuln_open_dump
SELECT source, vuln, n, why, maker, product, said, feed FROM p_unresolved ORDER BY source, vuln, n;

-- name: product_dump
SELECT product, feed FROM p_product ORDER BY product;

-- name: seen_put
-- in: $1 text person, $2 int day, $3 text operator, $4 int leaf
INSERT INTO p_seen (person, day, operator, leaf) VALUES ($1, $2, $3, $4) ON CONFLICT (person, day, operator) DO NOTHING;

-- name: seen_dump
SELECT person, day, operator, leaf FROM p_seen ORDER BY person, day, operator;

-- Search: how far each kind has been read in, and what holds a folded word (newest first).
-- name: search_at
-- in: $1 text kind
SELECT leaf, id FROM cache_search_at WHERE kind = $1;

-- name: search_at_put
-- in: $1 text kind, $2 int leaf, $3 text id
INSERT INTO cache_search_at (kind, leaf, id) VALUES ($1, $2, $3) ON CONFLICT (kind) DO UPDATE SET leaf = $2, id = $3;

-- name: search_put
-- in: $1 text kind, $2 text id, $3 int leaf, $4 text folded
INSERT INTO cache_search (kind, id, leaf, folded) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id) DO UPDATE SET leaf = $3, folded = $4;

-- name: search_page
-- in: $1 text pattern, $2 int leaf not above, $3 text id after in that leaf, $4 int at_most
SELECT kind, id, leaf, folded FROM cache_search WHERE folded LIKE $1 ESCAPE '!' AND (leaf < $2 OR (leaf = $2 AND id > $3)) ORDER BY leaf DESC, id LIMIT $4;
