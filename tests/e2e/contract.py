"""The API's own description (GET /api/v1/openapi.json) held against what the API takes and answers.

`Contract(document)` is given every request and its answer: an answer must be of a status that the path describes, of the
media type said there, with every member and no other; a request that was accepted must be one that the description allows;
a path that the description does not know may only be refused."""
import json
import re

import jsonschema


class Broken(AssertionError):
    """What was answered is not what is described."""


def _pattern(path):
    return re.compile("^" + "".join("[^/]+" if piece.startswith("{") else re.escape(piece) for piece in re.split(r"(\{\w+\})", path)) + "$")


class Contract:
    def __init__(self, document):
        self.document = document
        self.seen = {}  # (operation, status): how often
        self.checks = {}
        self.paths = {}
        # A literal beats a {…}, as in the server.
        self.templates = sorted(((_pattern(p), p) for p in document["paths"] if "{" in p), key=lambda x: (x[1].count("{"), x[1]))

    def path(self, path):
        path = path.split("?")[0]
        if path not in self.paths:
            if len(self.paths) > 5000:
                self.paths.clear()
            item = self.document["paths"].get(path) if "{" not in path else None
            self.paths[path] = item or next((self.document["paths"][name] for pattern, name in self.templates if pattern.match(path)), {})
        return self.paths[path]

    def operation(self, method, path):
        """The described operation, or None. One address may be an item to read and a step to make: /asset/record."""
        found = self.path(path).get(method.lower())
        if not found:
            for pattern, name in self.templates:
                found = found or (self.document["paths"][name].get(method.lower()) if pattern.match(path.split("?")[0]) else None)
        return found

    def resolve(self, node):
        while "$ref" in node:
            at = node["$ref"]
            node = self.document
            for piece in at[2:].split("/"):
                node = node[piece]
        return node

    def faults(self, schema, value):
        """What is wrong with a value, one line each."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self.checks:
            self.checks[key] = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})
        return ["%s: %s" % ("/".join(map(str, e.absolute_path)) or "(all of it)", e.message[:300]) for e in self.checks[key].iter_errors(value)]

    def answer(self, method, path, status, headers, body):
        op = self.operation(method, path)
        where = "%s %s: %d" % (method, path, status)
        if op:
            described = op["responses"].get(str(status)) or op["responses"].get("default")
            self.seen[op["operationId"], status] = self.seen.get((op["operationId"], status), 0) + 1
        else:  # not described: nothing but a refusal may come
            described = {"$ref": "#/components/responses/Problem"}
            if status < 400:
                raise Broken(where + " is not described")
        if not described:
            raise Broken(where + " is not described")
        described = self.resolve(described)
        if "content" not in described:
            if body:
                raise Broken("%s: no content is described, %r was sent" % (where, body[:200]))
            return
        kind = (headers["Content-Type"] or "").split(";")[0]
        if kind not in described["content"]:
            raise Broken("%s: %s is not one of %s" % (where, kind, sorted(described["content"])))
        value = json.loads(body) if kind.endswith("json") else body.decode()
        wrong = self.faults(described["content"][kind]["schema"], value)
        if wrong:
            raise Broken("%s is not as described: %s" % (where, "; ".join(wrong[:5])))
        leaf = headers.get("X-Tobuhi-Leaf")
        if leaf is not None and ("X-Tobuhi-Leaf" not in described.get("headers", {}) or not re.fullmatch("[0-9]+", leaf)):
            raise Broken("%s: the header X-Tobuhi-Leaf: %s is not described" % (where, leaf))
        if status == 200 or status == 201 or kind == "application/problem+json":
            if kind == "application/problem+json" and value["status"] != status:
                raise Broken("%s: its body says %s" % (where, value["status"]))

    def request(self, method, path, kind, body):
        """Of a request that was accepted."""
        op = self.operation(method, path)
        content = (op or {}).get("requestBody", {}).get("content", {})
        if not op or not body:
            if (op or {}).get("requestBody", {}).get("required") and content:
                schema = self.resolve(content.get("application/json", {}).get("schema", {}))
                if schema.get("required"):
                    raise Broken("%s %s was accepted without the body it needs" % (method, path))
            return
        if kind not in content:
            raise Broken("%s %s: accepted %s, described are %s" % (method, path, kind, sorted(content)))
        if kind == "application/json":
            wrong = self.faults(content[kind]["schema"], json.loads(body))
            if wrong:
                raise Broken("%s %s: accepted, and not as described: %s" % (method, path, "; ".join(wrong[:5])))

    def check(self, method, path, kind, body, status, headers, out):
        self.answer(method, path, status, headers, out)
        if status in (200, 201):
            self.request(method, path, kind, body)
