-- The console's own look-ups: which records hang together. They answer ids and numbers; what a person sees of a record
-- still goes through the gate's view.

-- name: console_case_parts
-- in: $1 text case
SELECT kind, id FROM (
  SELECT 1 AS pos, 'coord' AS kind, id, leaf FROM s_coord WHERE "case" = $1
  UNION ALL SELECT 2, 'response', id, leaf FROM s_response WHERE "case" = $1
  UNION ALL SELECT 3, 'provision', id, leaf FROM s_provision WHERE "case" = $1
  UNION ALL SELECT 4, 'product', id, leaf FROM s_product WHERE "case" = $1
  UNION ALL SELECT 5, 'notice', n.id, n.leaf FROM s_notice n JOIN s_product p ON p.id = n."product" WHERE p."case" = $1
) x ORDER BY pos, leaf, id LIMIT 120;

-- Machines and operators that a vulnerability meets, by how sure it is. For desks that read matches as their work.
-- name: console_match_counts
-- in: $1 text vuln
SELECT "level", count(*), count(DISTINCT "operator"), max(moved) FROM s_match WHERE "vuln" = $1 GROUP BY "level" ORDER BY "level";

-- name: console_vuln
-- in: $1 text cve
SELECT v.source, v.kev, v.epss, f.moved FROM p_vuln v JOIN s_feed f ON f.id = v.feed WHERE v.cve = $1 ORDER BY v.source;

-- name: console_leaf_head
-- in: $1 int idx
SELECT at, act, person FROM leaf WHERE idx = $1;
