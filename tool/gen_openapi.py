"""OpenAPI 3.1 of the REST API."""
import json
import re

from gen_json_schema import components, of_fields, of_type
from schema_read import split_field

# What any route may answer, on top of what schema/rest.json says of it.
EVERYWHERE = ["request.invalid", "precondition.failed", "rate.limited", "server.internal", "server.stopping"]
WITH_AUTH = ["auth.required", "auth.invalid_token", "auth.session_ended"]
WITH_BODY = ["json.malformed", "media_type.unsupported", "request.too_large", "field.missing",
             "field.invalid"]
# Headers that come with a status.
HEADERS = {401: ("WWW-Authenticate", "string"), 415: ("Accept", "string"),
           429: ("Retry-After", "integer"), 503: ("Retry-After", "integer")}
NO_ADDRESS = ["create_invite"]  # makes something that has none
WORDS = ["emoji", "image", "name"]  # what in a path is no id
STATUS = {"200": "Done, or done before", "201": "Made", "204": "Done"}


def codes_of(route):
    codes = EVERYWHERE + (WITH_AUTH if route["auth"] else []) + route["errors"]
    if "body" in route:
        codes = codes + WITH_BODY
    elif "query" in route:
        codes = codes + ["field.invalid"]
    return codes


def header(name, kind):
    return {name: {"schema": {"type": kind}}}


def problem(status, codes):
    answer = {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {"application/problem+json": {"schema": of_type("Problem")}},
    }
    if status in HEADERS:
        answer["headers"] = header(*HEADERS[status])
    return answer


def binary(types):
    """Bytes of one of these media types, as they are."""
    return {media: {} for media in types}


def answers(schema, route):
    out = {}
    for status, body in route["answers"].items():
        out[status] = {"description": STATUS[status]}
        if "binary" in route:
            out[status]["content"] = binary(route["binary"])
        if body:
            spec = of_type(body) if isinstance(body, str) else of_fields(body)
            out[status]["content"] = {"application/json": {"schema": spec}}
        if status == "201" and route["name"] not in NO_ADDRESS:
            out[status]["headers"] = header("Location", "string")
    by_status = {}
    status_of = {error["code"]: error["status"] for error in schema.errors}
    for code in codes_of(route):
        by_status.setdefault(status_of[code], []).append(code)
    for status in sorted(by_status):
        out[str(status)] = problem(status, by_status[status])
    return out


def parameters(route):
    out = [{"name": name, "in": "path", "required": True, "schema": of_type("string" if name in WORDS else "id")}
           for name in re.findall(r"\{(\w+)\}", route["path"])]
    for key, (kind, about) in route.get("query", {}).items():
        name, optional = split_field(key)
        entry = {"name": name, "in": "query", "required": not optional, "schema": of_type(kind)}
        out.append(entry | ({"description": about} if about else {}))
    return out


def operation(schema, route):
    out = {"operationId": route["name"], "tags": [route["tag"]], "summary": route["summary"]}
    if not route["auth"]:
        out["security"] = []
    if found := parameters(route):
        out["parameters"] = found
    if "body" in route:
        needed = any(not split_field(key)[1] for key in route["body"])
        out["requestBody"] = {"required": needed, "content": {
            "application/json": {"schema": of_fields(route["body"])}}}
    if "binary_body" in route:
        out["requestBody"] = {"required": True, "content": binary(route["binary_body"])}
    return out | {"responses": answers(schema, route)}


def document(schema, version):
    paths = {}
    for route in schema.rest:
        paths.setdefault(route["path"], {})[route["method"].lower()] = operation(schema, route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "NatterNet", "version": version, "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Rooms are logs: their events carry `seq` 1, 2, 3, ... without a gap. "
                           "A POST that appends takes a `nonce`; sent again with the same one it "
                           "gives the first result. The live side is described by asyncapi.json.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name} for name in dict.fromkeys(r["tag"] for r in schema.rest)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": components(schema),
        },
    }


def render(schema, version):
    return json.dumps(document(schema, version), ensure_ascii=False, separators=(",", ":"))
