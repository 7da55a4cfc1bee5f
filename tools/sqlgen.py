#!/usr/bin/env python3
"""Named queries and schema files (sql/*.sql) -> queries_gen.h and queries_gen.c.

The one place where SQL becomes C: the enum, the text for either database, the parameters' types and what a
query may touch all come from the .sql file, so nothing has to be kept in step by hand. sql/README.md is the
manual of the format. A fault is reported as file:line and nothing is written.
"""
import argparse
import glob
import hashlib
import os
import re
import sys

PARAMS_MAX = 64
SCHEMAS_MAX = 256
DIALECTS = ("sqlite", "pg")
TYPES = {"int": "i", "text": "t", "blob": "b"}
HEADERS = ("name", "in", "class", "roles", "kind", "only")
TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>--[^\n]*)|(?P<block>/\*.*?\*/)|(?P<string>'(?:[^']|'')*')
      |(?P<quoted>"(?:[^"]|"")*")|(?P<param>\$[0-9]+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9][0-9.]*)
      |(?P<end>;)|(?P<op>::|.)""", re.X | re.S)
HEADER = re.compile(r"--\s*([a-z]+):\s*(.*?)\s*$")
# The portable column types and what each database calls them. SQLite's STRICT tables do not know BIGINT.
TYPE_NAMES = {"BIGINT": {"sqlite": "INTEGER", "pg": "BIGINT"}, "BLOB": {"sqlite": "BLOB", "pg": "BYTEA"}}
FOREIGN_TYPES = {"INT", "INTEGER", "SMALLINT", "SERIAL", "BIGSERIAL", "REAL", "DOUBLE", "FLOAT", "NUMERIC", "DECIMAL",
                 "BOOLEAN", "BOOL", "VARCHAR", "CHAR", "BYTEA", "DATE", "TIME", "TIMESTAMP", "DATETIME", "JSON", "JSONB"}


class Fault(Exception):
    pass


class Token:
    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line

    def is_word(self, *words):
        return self.kind == "word" and self.text.upper() in words


def fail(path, line, text):
    raise Fault("%s:%d: %s" % (path, line, text))


def tokens(path, text):
    line = 1
    for m in TOKEN.finditer(text):
        if m.lastgroup == "op":
            if m.group() in "'\"":
                fail(path, line, "the string that begins here is never closed")
            if m.group() in "?@$:":
                fail(path, line, "%r is no parameter: parameters are $1 to $%d" % (m.group(), PARAMS_MAX))
        if m.lastgroup == "quoted" and not re.fullmatch(r'"[a-z_][a-z0-9_]*"', m.group()):
            fail(path, line, "%s is no plain name (a-z, 0-9, _); strings take single quotes" % m.group())
        yield Token(m.lastgroup, m.group(), line)
        line += m.group().count("\n")


def render(toks, dialect=None):
    """Statement text without comments; runs of white space outside strings become one space."""
    out = []
    for t in toks:
        if t.kind in ("space", "comment", "block"):
            if out and out[-1] != " ":
                out.append(" ")
        elif dialect and t.kind == "word" and t.text.upper() in TYPE_NAMES:
            out.append(TYPE_NAMES[t.text.upper()][dialect])
        else:
            out.append(t.text)
    return "".join(out).strip()


def solid(toks):
    return [t for t in toks if t.kind not in ("space", "comment", "block")]


def written_tables(toks):
    """Tables that a statement changes, wherever in it (a CTE of PostgreSQL may write too)."""
    s = solid(toks)
    found = []
    for i, t in enumerate(s):
        nxt = s[i + 1] if i + 1 < len(s) else None
        prev = s[i - 1] if i else None
        if t.is_word("INTO") or (t.is_word("FROM") and prev and prev.is_word("DELETE")):
            found.append(nxt)
        elif t.is_word("UPDATE") and not (prev and prev.is_word("DO", "FOR")):
            found.append(nxt)
    return [t.text.lower().strip('"') if t else "" for t in found]


class Query:
    def __init__(self, path, line, name):
        self.path, self.line, self.name = path, line, name
        self.head = {}
        self.params = {}
        self.text = {}
        self.kinds, self.used = set(), set()

    def fail(self, text, line=None):
        fail(self.path, line or self.line, "query %s: %s" % (self.name, text))

    def header(self, key, value, line):
        if key in self.head:
            self.fail("a second '-- %s:'" % key, line)
        self.head[key] = value
        if key == "in":
            self.declare(value, line)
        if key == "only" and value not in DIALECTS:
            self.fail("'-- only:' takes sqlite or pg", line)
        if key == "kind" and (value != "control" or not self.name.startswith("store_")):
            self.fail("'-- kind: control' is for the driver's own store_* queries, and there is no other kind", line)

    def declare(self, value, line):
        for item in filter(None, (x.strip() for x in value.split(","))):
            m = re.fullmatch(r"\$([0-9]+)\s+(int|text|blob)\s+([a-z_][a-z0-9_ ]*)", item)
            if not m:
                self.fail("'%s' is not '$n int|text|blob name'" % item, line)
            n = int(m.group(1))
            if n in self.params:
                self.fail("$%d is declared twice" % n, line)
            self.params[n] = (TYPES[m.group(2)], m.group(3))
        if sorted(self.params) != list(range(1, len(self.params) + 1)):
            self.fail("the declared parameters have a gap: %s" % ", ".join("$%d" % n for n in sorted(self.params)), line)
        if len(self.params) > PARAMS_MAX:
            self.fail("more than %d parameters" % PARAMS_MAX, line)

    def statement(self, dialect, toks):
        s = solid(toks)
        for t in s:
            if t.kind == "param" and (int(t.text[1:]) not in self.params or t.text.startswith("$0")):
                self.fail("%s is not declared; add it to '-- in:'" % t.text, t.line)
        for d in (dialect,) if dialect else DIALECTS:
            if d in self.text:
                self.fail("a second statement for %s" % d, s[0].line)
            self.text[d] = render(toks, d)
        self.kinds.add(self.kind_of(toks))
        self.used |= {int(t.text[1:]) for t in s if t.kind == "param"}

    def kind_of(self, toks):
        s = solid(toks)
        if self.head.get("kind") == "control":
            return "CONTROL"
        if not s[0].is_word("SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"):
            self.fail("begins with %s; a named query reads or changes rows and nothing else" % s[0].text, s[0].line)
        tables = written_tables(toks)
        if not tables:
            return "READ"
        return "CACHE" if all(t.startswith("cache_") for t in tables) else "WRITE"

    def finish(self):
        only = self.head.get("only")
        want = (only,) if only else DIALECTS
        if not self.text:
            self.fail("has no statement")
        for d in DIALECTS:
            if d in want and d not in self.text:
                self.fail("has no statement for %s" % d)
            if d not in want:
                self.text[d] = None
        unused = sorted(set(self.params) - self.used)
        if unused:
            self.fail("$%d is declared and never used" % unused[0])
        self.kind = max(self.kinds, key=("READ", "CACHE", "WRITE", "CONTROL").index)


class QueryFile:
    """One pass over a file of named queries."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.done = []
        self.q = None
        self.variant = None
        self.open = []      # tokens of the statement being read

    def read(self):
        for t in tokens(self.path, self.text):
            m = HEADER.match(t.text) if t.kind == "comment" else None
            if solid(self.open):
                self.inside(t, m)
            elif m:
                self.head(m.group(1), m.group(2), t.line)
            elif t.kind not in ("space", "comment", "block"):
                self.begin(t)
        if solid(self.open):
            self.q.fail("the statement is not ended by ';'", solid(self.open)[0].line)
        self.close()
        return self.done

    def inside(self, t, m):
        if m and m.group(1) in HEADERS + DIALECTS:
            self.q.fail("the statement is not ended by ';' before line %d" % t.line, solid(self.open)[0].line)
        if t.kind != "end":
            self.open.append(t)
            return
        self.q.statement(self.variant, self.open)
        self.open, self.variant = [], None

    def begin(self, t):
        if not self.q:
            fail(self.path, t.line, "a statement without '-- name:'")
        if t.kind == "end":
            self.q.fail("an empty statement", t.line)
        if self.q.text and not self.variant:
            self.q.fail("a second statement; give it a '-- name:' of its own", t.line)
        self.open = [t]

    def head(self, key, value, line):
        if key == "name":
            self.close()
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value):
                fail(self.path, line, "'%s' is no query name (a-z, 0-9, _; up to 63)" % value)
            self.q = Query(self.path, line, value)
        elif key not in HEADERS + DIALECTS:
            fail(self.path, line, "unknown header '-- %s:' (known: %s)" % (key, ", ".join(HEADERS + DIALECTS)))
        elif not self.q:
            fail(self.path, line, "'-- %s:' before '-- name:'" % key)
        elif key in DIALECTS:
            if value:
                self.q.fail("the statement for %s begins on the line after '-- %s:'" % (key, key), line)
            self.variant = key
        else:
            self.q.header(key, value, line)

    def close(self):
        if self.q:
            if self.variant:
                self.q.fail("'-- %s:' without a statement" % self.variant)
            self.q.finish()
            self.done.append(self.q)
        self.q = None


def schema_types(path, s):
    """Column types, which stand behind a name that stands behind '(' or ','."""
    for i in range(2, len(s)):
        name, before = s[i - 1], s[i - 2]
        if s[i].kind == "word" and s[i].text.upper() in FOREIGN_TYPES and before.text in ("(", ",") and (
                name.kind in ("word", "quoted")):
            fail(path, s[i].line, "%s: columns are BIGINT, TEXT or BLOB, which both databases have" % s[i].text)


def schema_statement(path, toks, dialect):
    """SQLite gets STRICT whether it is written or not, so that a wrong type is refused as PostgreSQL refuses it."""
    s = solid(toks)
    schema_types(path, s)
    tail = len(s)
    while tail and (s[tail - 1].is_word("STRICT", "WITHOUT", "ROWID") or s[tail - 1].text == ","):
        tail -= 1
    options = [t.text.upper() for t in s[tail:]]
    table = len(s) > 2 and s[0].is_word("CREATE") and s[1].is_word("TABLE")
    if dialect == "pg":
        return render(toks[:toks.index(s[tail])] if options else toks, dialect)
    return render(toks, dialect) + ((", STRICT" if options else " STRICT") if table and "STRICT" not in options else "")


class Schema:
    """schema/NNNN_name.sql for both databases, NNNN_name.sqlite.sql or .pg.sql for one of them."""

    def __init__(self, path, text):
        self.name = os.path.basename(path)
        only = re.search(r"\.(sqlite|pg)\.sql$", self.name)
        plain, self.text, part = [], {d: [] for d in DIALECTS}, []
        for t in tokens(path, text):
            if t.kind == "param":
                fail(path, t.line, "a schema has no parameters")
            if t.kind != "end":
                part.append(t)
                continue
            if solid(part):
                plain.append(render(part))
                for d in DIALECTS:
                    if not only or only.group(1) == d:
                        free = only is not None
                        self.text[d].append(render(part, d) if free else schema_statement(path, part, d))
            part = []
        if solid(part):
            fail(path, solid(part)[0].line, "the statement is not ended by ';'")
        # Of the statements, not of the bytes: mending a comment does not part a store from its program.
        self.hash = hashlib.sha256(";\n".join(plain).encode()).hexdigest()

    def order(self):
        """Numbered files first up to 4999, then what the law's tables generate, then 5000 and up."""
        return self.name if self.name[0].isdigit() else "4999~" + self.name


def c_string(text):
    if text is None:
        return "NULL"
    esc = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("?", "\\?")
    lines = [esc[i:i + 100] for i in range(0, len(esc), 100)] or [""]
    # A cut inside an escape would change it: move the backslashes to the next piece.
    for i in range(len(lines) - 1):
        keep = len(lines[i]) - len(lines[i].rstrip("\\"))
        if keep % 2:
            lines[i], lines[i + 1] = lines[i][:-1], "\\" + lines[i + 1]
    return "\n        ".join('"%s"' % x for x in lines)


def emit_header(queries):
    names = "".join("    Q_%s,\n" % q.name for q in queries)
    return ("/* Made by tools/sqlgen.py from the .sql files; sorted by name. */\n#ifndef TB_QUERIES_GEN_H\n"
            "#define TB_QUERIES_GEN_H\n\nenum query {\n%s    Q_COUNT\n};\n\n#endif\n" % names)


def emit_source(queries, schemas):
    out = ["/* Made by tools/sqlgen.py from the .sql files. */\n#include \"store/store_int.h\"\n\n",
           "const struct query_def query_def[Q_COUNT] = {\n"]
    for q in queries:
        types = "".join(q.params[n][0] for n in sorted(q.params))
        out.append("    [Q_%s] = {\"%s\",\n        %s,\n        %s,\n        \"%s\", QUERY_%s, %s, %s},\n" % (
            q.name, q.name, c_string(q.text["sqlite"]), c_string(q.text["pg"]), types, q.kind,
            c_string(q.head.get("class", "")), c_string(q.head.get("roles", ""))))
    out.append("};\n\nconst struct schema_def schema_def[] = {\n")
    for s in schemas:
        texts = [c_string(";\n".join(s.text[d]) + ";") if s.text[d] else "NULL" for d in DIALECTS]
        out.append("    {\"%s\", \"%s\",\n        %s,\n        %s},\n" % (s.name, s.hash, texts[0], texts[1]))
    out.append("    {0},\n};\nconst size_t schema_count = %d;\n" % len(schemas))
    return "".join(out)


def write_changed(path, text):
    """Leaves an equal file alone, so that a change of SQL does not rebuild all that includes the enum."""
    try:
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def read_text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def expand(paths):
    """Files as given, folders as their *.sql; what was looked at, for the depfile."""
    files, seen = [], []
    for p in paths:
        found = sorted(glob.glob(os.path.join(p, "*.sql"))) if os.path.isdir(p) else [p]
        files += found
        seen += [p] + found
    return files, seen


def load(query_paths, schema_paths):
    queries, schemas = {}, {}
    for path in query_paths:
        for q in QueryFile(path, read_text(path)).read():
            if q.name in queries:
                q.fail("already defined at %s:%d" % (queries[q.name].path, queries[q.name].line))
            queries[q.name] = q
    for path in schema_paths:
        s = Schema(path, read_text(path))
        if s.name in schemas:
            fail(path, 1, "a second schema file of this name")
        schemas[s.name] = s
    if not queries:
        raise Fault("no queries found")
    if len(schemas) > SCHEMAS_MAX:
        raise Fault("more than %d schema files" % SCHEMAS_MAX)
    return [queries[n] for n in sorted(queries)], sorted(schemas.values(), key=Schema.order)


def main():
    ap = argparse.ArgumentParser(description="named queries and schema files -> queries_gen.h, queries_gen.c")
    ap.add_argument("--out", required=True, help="folder of the two files")
    ap.add_argument("--depfile", help="make-style list of what was read")
    ap.add_argument("--schema", action="append", default=[], help="schema file, or a folder of them")
    ap.add_argument("queries", nargs="+", help="file of named queries, or a folder of them")
    a = ap.parse_args()
    query_files, seen = expand(a.queries)
    schema_files, seen2 = expand(a.schema)
    try:
        queries, schemas = load(query_files, schema_files)
    except (Fault, OSError, UnicodeDecodeError) as e:
        sys.exit(str(e))
    write_changed(os.path.join(a.out, "queries_gen.h"), emit_header(queries))
    write_changed(os.path.join(a.out, "queries_gen.c"), emit_source(queries, schemas))
    if a.depfile:
        deps = " ".join(x.replace(" ", "\\ ") for x in seen + seen2 + [os.path.abspath(__file__)])
        with open(a.depfile, "w", encoding="utf-8") as f:
            f.write("queries_gen.h: %s\n" % deps)


if __name__ == "__main__":
    main()
