-- Tables of the store's own tests; nothing of the product reads them.
CREATE TABLE b_item (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT,
    n BIGINT,
    body BLOB
);

CREATE TABLE s_thing (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE x_part (
    leaf BIGINT NOT NULL PRIMARY KEY,
    parent TEXT NOT NULL REFERENCES s_thing (id)
);

CREATE TABLE cache_note (
    id BIGINT NOT NULL PRIMARY KEY,
    "text" TEXT NOT NULL
);
