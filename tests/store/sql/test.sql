-- name: test_add
-- in: $1 int id, $2 text name, $3 int n, $4 blob body
-- class: REPORTED
-- roles: OP_FILER
INSERT INTO b_item (id, name, n, body) VALUES ($1, $2, $3, $4);

-- $2 stands before $1, and $1 stands twice.
-- name: test_add_turned
-- in: $1 int id, $2 text name
INSERT INTO b_item (name, id, n) VALUES ($2, $1, $1);

-- name: test_get
-- in: $1 int id
SELECT id, name, n, body FROM b_item WHERE id = $1;

-- name: test_all
SELECT id, name FROM b_item ORDER BY id;

-- name: test_by_name
SELECT name FROM b_item ORDER BY name, id;

-- name: test_like
-- in: $1 text pattern
SELECT id FROM b_item WHERE name LIKE $1 ESCAPE '\' ORDER BY id;

-- name: test_count
SELECT count(*) FROM b_item;

-- name: test_set_n
-- in: $1 int from id, $2 int n
UPDATE b_item SET n = $2 WHERE id >= $1;

-- name: test_delete
-- in: $1 int from id
DELETE FROM b_item WHERE id >= $1;

-- name: test_upsert
-- in: $1 int id, $2 text name
INSERT INTO b_item (id, name, n) VALUES ($1, $2, 1)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, n = b_item.n + 1 RETURNING id, name, n;

-- Many rows in one statement, all of them told.
-- name: test_add_many
-- in: $1 int from, $2 int to
INSERT INTO b_item (id, name)
WITH RECURSIVE i (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM i WHERE n < $2)
SELECT n, 'many' FROM i WHERE n <= $2 RETURNING id;

-- name: test_numbers
-- in: $1 int last
WITH RECURSIVE i (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM i WHERE n < $1)
SELECT n, 'some text that takes room in an arena' FROM i;

-- The parameter stands in one of the two texts only.
-- name: test_which
-- in: $1 text say
-- sqlite:
SELECT 'sqlite';
-- pg:
SELECT 'pg' || $1;

-- name: test_small
SELECT 1, 1 = 2, 2 > 1, NULL;

-- name: test_fraction
SELECT 1, CAST(1.5 AS DOUBLE PRECISION);

-- name: test_blob_cast
SELECT CAST('ab' AS BLOB);

-- name: test_thing_add
-- in: $1 text id
INSERT INTO s_thing (id, state) VALUES ($1, 'NEW');

-- name: test_thing_state
-- in: $1 text id
SELECT state FROM s_thing WHERE id = $1;

-- name: test_thing_move
-- in: $1 text id, $2 text state
UPDATE s_thing SET state = $2 WHERE id = $1;

-- name: test_part_add
-- in: $1 int leaf, $2 text parent
INSERT INTO x_part (leaf, parent) VALUES ($1, $2);

-- name: test_note_set
-- in: $1 int id, $2 text text
INSERT INTO cache_note (id, "text") VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET "text" = excluded."text";

-- name: test_note_get
-- in: $1 int id
SELECT "text" FROM cache_note WHERE id = $1;

-- name: test_note_take
-- in: $1 int id
DELETE FROM cache_note WHERE id = $1 RETURNING "text";

-- name: test_only_pg
-- only: pg
-- pg:
SELECT id FROM cache_only_pg;
