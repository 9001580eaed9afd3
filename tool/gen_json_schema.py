"""JSON Schema (2020-12) of the API's types, for OpenAPI and AsyncAPI alike."""
import re

from schema_read import split_field

WORDS = {
    "string": {"type": "string"},
    "id": {"type": "string", "maxLength": 36},
    "nonce": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
    "time": {"type": "string", "format": "date-time"},
    "int": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "any": {},
}


def of_type(text, where="#/components/schemas/"):
    if text.endswith("|null"):
        inner = of_type(text[:-5])
        if "$ref" in inner:
            return {"anyOf": [inner, {"type": "null"}]}
        return inner | {"type": [inner["type"], "null"]}
    if text.endswith("[]"):
        return {"type": "array", "items": of_type(text[:-2])}
    if match := re.fullmatch(r"map<(.+)>", text):
        return {"type": "object", "additionalProperties": of_type(match[1])}
    if text.startswith('"'):
        return {"type": "string", "const": text.strip('"')}
    return dict(WORDS[text]) if text in WORDS else {"$ref": where + text}


def of_fields(fields, text=""):
    properties, required = {}, []
    for key, (kind, about) in fields.items():
        name, optional = split_field(key)
        properties[name] = of_type(kind) | ({"description": about} if about else {})
        if not optional:
            required.append(name)
    out = {"type": "object"}
    if text:
        out["description"] = text
    if properties:
        out["properties"] = properties
    if required:
        out["required"] = required
    return out


def of_spec(spec):
    if "enum" in spec:
        return {"type": "string", "enum": spec["enum"], "description": spec["doc"]}
    if "union" in spec:
        return {"oneOf": [of_type(name) for name in spec["union"]], "description": spec["doc"]}
    if "extends" in spec:
        return {"allOf": [of_type(spec["extends"]), of_fields(spec["fields"])],
                "description": spec["doc"]}
    return of_fields(spec["fields"], spec["doc"])


def of_event(schema, event):
    fields = {"type": [f'"{event["type"]}"', ""]}
    if event["stored"]:
        fields |= schema.stored_fields
    return of_fields(fields | event["fields"], event["summary"])


def components(schema):
    out = {"ErrorCode": {"type": "string", "enum": [e["code"] for e in schema.errors]}}
    out |= {name: of_spec(spec) for name, spec in schema.types.items()}
    out |= {event["name"]: of_event(schema, event) for event in schema.events}
    out["StoredEvent"] = {"oneOf": [of_type(e["name"]) for e in schema.events if e["stored"]]}
    return out
