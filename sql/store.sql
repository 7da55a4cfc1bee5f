-- The store driver's own statements: transactions, locks, what has been applied. Nobody else runs them
-- (kind: control); `act` is the only savepoint name, nested by the databases themselves.

-- name: store_begin
-- kind: control
-- sqlite:
BEGIN IMMEDIATE;
-- pg:
BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE;

-- A reader's transaction over cache_* tables. Not serializable, so that it cannot doom the writer's batch.
-- name: store_begin_cache
-- kind: control
-- sqlite:
BEGIN IMMEDIATE;
-- pg:
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;

-- name: store_begin_read
-- kind: control
-- sqlite:
BEGIN DEFERRED;
-- pg:
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: store_commit
-- kind: control
COMMIT;

-- name: store_rollback
-- kind: control
ROLLBACK;

-- name: store_savepoint
-- kind: control
SAVEPOINT act;

-- name: store_release
-- kind: control
RELEASE SAVEPOINT act;

-- name: store_back
-- kind: control
ROLLBACK TO SAVEPOINT act;

-- Session lock of the one writer; it falls with the connection.
-- name: store_lock
-- kind: control
-- only: pg
-- in: $1 int lock
-- pg:
SELECT pg_try_advisory_lock($1);

-- Two processes that open a new store at once must not both make its tables.
-- name: store_schema_lock
-- kind: control
-- only: pg
-- in: $1 int lock
-- pg:
SELECT pg_advisory_xact_lock($1) IS NULL;

-- What the promises of the house rest on: byte-wise order, UTF-8, a commit that is on disk when it answers.
-- name: store_pg_settings
-- kind: control
-- only: pg
-- pg:
SELECT CASE WHEN d.datlocprovider = 'c' THEN d.datcollate ELSE 'icu' END AS collation,
       pg_encoding_to_char(d.encoding) AS encoding, current_setting('synchronous_commit') AS synchronous_commit
FROM pg_database AS d WHERE d.datname = current_database();

-- Every query here asks by a key. But a statement is planned once, often while its tables are still empty, when a scan
-- of the whole looks cheap and one index as good as another: so no scans of the whole, and plans are made anew when the
-- statistics are.
-- name: store_pg_by_key
-- kind: control
-- only: pg
-- pg:
SET enable_seqscan = off;

-- name: store_pg_analyze
-- kind: control
-- only: pg
-- pg:
ANALYZE;

-- name: store_pg_analyze_bulk
-- kind: control
-- only: pg
-- pg:
ANALYZE b_feed_record, b_match_row, p_vuln, p_product, s_feed;

-- name: store_schema_exists
-- kind: control
-- sqlite:
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'cache_schema';
-- pg:
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'cache_schema';

-- name: store_schema_make
-- kind: control
-- sqlite:
CREATE TABLE IF NOT EXISTS cache_schema (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- pg:
CREATE TABLE IF NOT EXISTS cache_schema (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL);

-- name: store_schema_list
-- kind: control
SELECT name, hash FROM cache_schema ORDER BY name;

-- name: store_schema_add
-- kind: control
-- in: $1 text name, $2 text hash
INSERT INTO cache_schema (name, hash) VALUES ($1, $2);
