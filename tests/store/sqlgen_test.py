"""sqlgen_test.py SQLGEN - what tools/sqlgen.py makes of good files, and what it says of bad ones."""
import os
import re
import subprocess
import sys
import tempfile

GOOD = "-- name: good\nSELECT 1;\n"


class Ground:
    """A folder with the given files in it; runs the generator over sql/ and schema/."""

    def __init__(self, files):
        self.dir = tempfile.TemporaryDirectory(prefix="tbsqlgen.")
        os.makedirs(self.path("sql"))
        os.makedirs(self.path("schema"))
        for name, text in files.items():
            self.write(name, text)

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def run(self):
        return subprocess.run([sys.executable, sys.argv[1], "--out", self.dir.name, "--depfile", self.path("d"),
                               "--schema", self.path("schema"), self.path("sql")], capture_output=True, text=True)

    def made(self):
        r = self.run()
        assert r.returncode == 0, r.stderr
        return self.read("queries_gen.c")


def c_strings(text):
    """The C text with neighbouring literals joined, so that it does not matter where they were cut."""
    return re.sub(r'"\s*\n\s*"', "", text)


def refused(sql, *said, schema=None):
    files = {"sql/a.sql": sql}
    if schema is not None:
        files["schema/0001_a.sql"] = schema
    g = Ground(files)
    r = g.run()
    assert r.returncode == 1, "accepted"
    assert "Traceback" not in r.stderr, r.stderr
    for s in said:
        assert s in r.stderr, r.stderr
    assert not os.path.exists(g.path("queries_gen.c")), "something was written"


def two_queries_of_one_name():
    refused(GOOD + "\n-- name: good\nSELECT 2;\n", "a.sql:4:", "query good", "already defined", "a.sql:1")


def the_same_name_in_two_files():
    g = Ground({"sql/a.sql": GOOD, "sql/b.sql": "\n" + GOOD})
    r = g.run()
    assert r.returncode == 1 and "b.sql:2:" in r.stderr and "a.sql:1" in r.stderr, r.stderr


def a_gap_in_the_declared_parameters():
    refused("-- name: q\n-- in: $1 int a, $3 int b\nSELECT $1, $3;\n", "a.sql:2:", "gap", "$1, $3")


def a_parameter_that_is_not_declared():
    refused("-- name: q\n-- in: $1 int a\nSELECT $1,\n  $2;\n", "a.sql:4:", "$2 is not declared")
    refused("-- name: q\nSELECT $0;\n", "a.sql:2:", "$0")


def a_parameter_that_is_not_used():
    refused("-- name: q\n-- in: $1 int a, $2 int b\nSELECT $1;\n", "query q", "$2 is declared and never used")


def a_parameter_in_a_string_or_comment_is_none():
    refused("-- name: q\n-- in: $1 int a\nSELECT '$1' /* $1 */ -- $1\n;\n", "$1 is declared and never used")


def a_statement_without_its_semicolon():
    refused("-- name: q\nSELECT 1\n", "a.sql:2:", "not ended by ';'")
    refused("-- name: q\n\nSELECT 1\n\n-- name: r\nSELECT 2;\n", "a.sql:3:", "before line 5")


def a_query_without_a_statement():
    refused("-- name: q\n-- name: r\nSELECT 1;\n", "a.sql:1:", "query q", "no statement")
    refused("SELECT 1;\n", "a.sql:1:", "without '-- name:'")
    refused("-- name: q\nSELECT 1;\nSELECT 2;\n", "a.sql:3:", "second statement")


def a_mistyped_head():
    refused("-- name: q\n-- clas: S\nSELECT 1;\n", "a.sql:2:", "unknown header '-- clas:'")
    refused("-- name: Q\nSELECT 1;\n", "a.sql:1:", "no query name")
    refused("-- name: q\n-- in: $1 number a\nSELECT $1;\n", "a.sql:2:", "int|text|blob")
    refused("-- name: q\n-- class: S\n-- class: T\nSELECT 1;\n", "a.sql:3:", "second")


def more_than_64_parameters():
    def text(n):
        return "-- name: q\n-- in: %s\nSELECT %s;\n" % (
            ", ".join("$%d int p" % i for i in range(1, n + 1)), ", ".join("$%d" % i for i in range(1, n + 1)))
    refused(text(65), "more than 64")
    assert '"%s", QUERY_READ' % ("i" * 64) in Ground({"sql/a.sql": text(64)}).made()


def other_kinds_of_parameters_and_open_strings():
    refused("-- name: q\nSELECT ?;\n", "a.sql:2:", "parameter")
    refused("-- name: q\nSELECT :x;\n", "a.sql:2:", "parameter")
    refused("-- name: q\nSELECT 'x;\n", "a.sql:2:", "never closed")
    refused('-- name: q\nSELECT "A b";\n', "a.sql:2:", "plain name")


def statements_that_neither_read_nor_change_rows():
    for word in ("DROP TABLE x", "PRAGMA foreign_keys = OFF", "CREATE TABLE x (a TEXT)", "ATTACH 'x' AS y", "BEGIN"):
        refused("-- name: q\n%s;\n" % word, "a.sql:2:", "begins with")
    refused("-- name: q\n-- kind: control\nBEGIN;\n", "a.sql:2:", "store_*")


def one_database_without_its_text():
    refused("-- name: q\n-- sqlite:\nSELECT 1;\n", "no statement for pg")
    refused("-- name: q\n-- sqlite:\nSELECT 1;\n-- sqlite:\nSELECT 2;\n", "a.sql:5:", "second statement for sqlite")
    refused("-- name: q\n-- only: mysql\nSELECT 1;\n", "a.sql:2:", "sqlite or pg")


def what_a_query_changes_is_read_off_its_text():
    kinds = {
        "SELECT a FROM s_x": "READ",
        "SELECT 'INSERT INTO s_x' FROM cache_y": "READ",
        "WITH c AS (SELECT 1) SELECT * FROM c": "READ",
        "INSERT INTO s_x (a) VALUES (1)": "WRITE",
        "INSERT INTO cache_x (a) SELECT a FROM s_x": "CACHE",
        "INSERT INTO cache_x (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2": "CACHE",
        'insert into "cache_x" (a) values (1)': "CACHE",
        "UPDATE s_x SET a = 1": "WRITE",
        "UPDATE\n/* no */ cache_x SET a = 1": "CACHE",
        "DELETE FROM leaf": "WRITE",
        "DELETE FROM cache_x": "CACHE",
        "WITH c AS (SELECT 1) DELETE FROM cache_x": "CACHE",
        "WITH d AS (DELETE FROM s_x RETURNING a) INSERT INTO cache_x SELECT a FROM d": "WRITE",
        "WITH d AS (UPDATE s_x SET a = 1 RETURNING a) SELECT a FROM d": "WRITE",
        "REPLACE INTO s_x VALUES (1)": None,
    }
    for sql, kind in kinds.items():
        if kind is None:
            refused("-- name: q\n%s;\n" % sql, "begins with REPLACE")
        else:
            made = Ground({"sql/a.sql": "-- name: q\n%s;\n" % sql}).made()
            assert "QUERY_%s," % kind in made, (sql, made)


def the_stricter_of_two_texts_counts():
    made = Ground({"sql/a.sql": "-- name: q\n-- sqlite:\nSELECT 1;\n-- pg:\nDELETE FROM s_x;\n"}).made()
    assert "QUERY_WRITE" in made


def texts_and_types_and_heads_arrive():
    made = c_strings(Ground({"sql/a.sql": (
        "-- name: b_second\n-- in: $1 text a, $2 int b, $3 blob c\n-- class: REPORTED\n-- roles: OP_FILER IPA_DESK\n"
        "SELECT  $2,\n   'it''s \"x\"  \\ ?' , $1 -- why\n FROM t WHERE c = CAST($3 AS BLOB) AND n = CAST($2 AS BIGINT);\n"
        "-- name: a_first\nSELECT 1;\n")}).made())
    assert r"""SELECT $2, 'it''s \"x\"  \\ \?' , $1 FROM t WHERE c = CAST($3 AS BYTEA) AND n = CAST($2 AS BIGINT)""" in made
    assert "CAST($3 AS BLOB) AND n = CAST($2 AS INTEGER)" in made
    assert '"tib", QUERY_READ, "REPORTED", "OP_FILER IPA_DESK"' in made
    assert made.index("Q_a_first") < made.index("Q_b_second")


def a_long_text_is_cut_into_literals_that_mean_the_same():
    text = "".join("\\'\"?"[i % 4] if i % 3 else "字" for i in range(1500)).replace("'", "''")
    g = Ground({"sql/a.sql": "-- name: q\nSELECT '%s';\n" % text})
    made = g.made()
    assert max(len(x) for x in made.splitlines()) < 140
    # Compiled, since only a compiler knows what its literals mean.
    g.write("store_int.h", "")
    os.makedirs(g.path("store"))
    g.write("store/store_int.h", "#include <stddef.h>\nenum query { Q_q, Q_COUNT };\n"
            "enum { QUERY_READ };\nstruct query_def { const char *name, *lite, *pg, *in; int kind; const char *c, *r; };\n"
            "struct schema_def { const char *n, *h, *l, *p; };\n")
    g.write("main.c", '#include <stdio.h>\n#include "queries_gen.c"\nint main(void) { puts(query_def[0].lite); return 0; }\n')
    subprocess.run(["cc", "-o", g.path("main"), g.path("main.c"), "-I", g.dir.name], check=True, stderr=subprocess.DEVNULL)
    out = subprocess.run([g.path("main")], capture_output=True, text=True, check=True).stdout
    assert out == "SELECT '%s'\n" % text


def schema_types_and_table_options_fit_each_database():
    made = c_strings(Ground({"sql/a.sql": GOOD, "schema/0001_a.sql": (
        "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, -- the key; of all\n b BLOB, \"date\" TEXT CHECK (b <> 'BLOB;'));\n"
        "CREATE TABLE u (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;\n"
        "CREATE TABLE v (id TEXT) STRICT;\nCREATE INDEX v_id ON v (id);\n")}).made())
    lite, pg = re.search(r'\{"0001_a\.sql", "[0-9a-f]{64}",\s*"(.*)",\s*"(.*)"\}', made).groups()
    assert lite == ("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, b BLOB, \\\"date\\\" TEXT CHECK (b <> 'BLOB;')) STRICT;\\n"
                    "CREATE TABLE u (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID, STRICT;\\n"
                    "CREATE TABLE v (id TEXT) STRICT;\\nCREATE INDEX v_id ON v (id);"), lite
    assert pg == ("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, b BYTEA, \\\"date\\\" TEXT CHECK (b <> 'BLOB;'));\\n"
                  "CREATE TABLE u (id TEXT NOT NULL PRIMARY KEY);\\n"
                  "CREATE TABLE v (id TEXT);\\nCREATE INDEX v_id ON v (id);"), pg


def schema_faults():
    refused(GOOD, "0001_a.sql:2:", "not ended by ';'", schema="CREATE TABLE a (b TEXT);\nCREATE TABLE c (d TEXT)\n")
    for t in ("INTEGER", "int", "VARCHAR", "BOOLEAN", "REAL", "TIMESTAMP"):
        refused(GOOD, "0001_a.sql:2:", t, "BIGINT, TEXT or BLOB", schema="CREATE TABLE a (b TEXT,\n c %s);\n" % t)
    refused(GOOD, "0001_a.sql:1:", "parameters", schema="INSERT INTO a VALUES ($1);\n")


def schema_files_stand_in_the_order_in_which_they_are_applied():
    names = ["0001_a.sql", "0002_b.pg.sql", "4999_c.sql", "schema_gen.sql", "5000_d.sql"]
    g = Ground({"sql/a.sql": GOOD, **{"schema/" + n: "CREATE INDEX i ON t (a);" for n in reversed(names)}})
    made = g.made()
    at = [made.index('"%s"' % n) for n in names]
    assert at == sorted(at), made
    assert "schema_count = 5" in made
    assert re.search(r'"0002_b\.pg\.sql", "\w+",\s*NULL,\s*"CREATE', made)


def a_hash_is_of_the_statements_and_not_of_the_comments():
    def hash_of(text):
        return re.search(r'"0001_a\.sql", "(\w+)"', Ground({"sql/a.sql": GOOD, "schema/0001_a.sql": text}).made()).group(1)
    plain = hash_of("CREATE TABLE t (a TEXT);\n")
    assert plain == hash_of("-- why\nCREATE TABLE t\n   (a TEXT) /* that */;\n")
    assert plain != hash_of("CREATE TABLE t (b TEXT);\n")
    assert plain != hash_of("CREATE TABLE t (a TEXT); CREATE TABLE u (a TEXT);\n")


def an_equal_header_is_left_alone_and_what_was_read_is_listed():
    g = Ground({"sql/a.sql": GOOD})
    g.made()
    os.utime(g.path("queries_gen.h"), (1, 1))
    g.write("sql/a.sql", GOOD.replace("1", "2"))
    assert "SELECT 2" in g.made()
    assert os.stat(g.path("queries_gen.h")).st_mtime == 1
    deps = g.read("d").split()
    assert deps[0] == "queries_gen.h:"
    for p in ("sql", "sql/a.sql", "schema"):
        assert g.path(p) in deps, deps


TESTS = [two_queries_of_one_name, the_same_name_in_two_files, a_gap_in_the_declared_parameters,
         a_parameter_that_is_not_declared, a_parameter_that_is_not_used, a_parameter_in_a_string_or_comment_is_none,
         a_statement_without_its_semicolon, a_query_without_a_statement, a_mistyped_head, more_than_64_parameters,
         other_kinds_of_parameters_and_open_strings, statements_that_neither_read_nor_change_rows,
         one_database_without_its_text, what_a_query_changes_is_read_off_its_text, the_stricter_of_two_texts_counts,
         texts_and_types_and_heads_arrive, a_long_text_is_cut_into_literals_that_mean_the_same,
         schema_types_and_table_options_fit_each_database, schema_faults,
         schema_files_stand_in_the_order_in_which_they_are_applied,
         a_hash_is_of_the_statements_and_not_of_the_comments, an_equal_header_is_left_alone_and_what_was_read_is_listed]


def main():
    print("1..%d" % len(TESTS))
    bad = 0
    for n, t in enumerate(TESTS, 1):
        try:
            t()
            print("ok %d - %s" % (n, t.__name__))
        except Exception as e:  # a test that breaks is a test that fails
            bad += 1
            print("not ok %d - %s\n# %s" % (n, t.__name__, repr(e).replace("\n", "\n# ")))
    sys.exit(1 if bad else 0)


main()
