"""TypeScript types of the API, for clients/sdk. Of it only the close codes and the permissions are
left at run time."""
import re

from schema_read import pascal, split_field

HEAD = """\
// Made by tool/generate.py from schema/: change those files, not this one.

"""
WORDS = {"string": "string", "id": "string", "nonce": "string", "time": "string", "int": "number", "number": "number",
         "bool": "boolean", "any": "unknown", "null": "null"}


def type_of(text):
    if text.endswith("|null"):
        return f"{type_of(text[:-5])} | null"
    if text.endswith("[]"):
        return f"{type_of(text[:-2])}[]"
    if match := re.fullmatch(r"map<(.+)>", text):
        return f"Record<string, {type_of(match[1])}>"
    return WORDS.get(text, text)


def doc(text, indent=""):
    return f"{indent}/** {text} */\n" if text else ""


def members(fields):
    out = ""
    for key, (kind, text) in fields.items():
        name, optional = split_field(key)
        out += doc(text, "    ") + f"    {name}{'?' if optional else ''}: {type_of(kind)};\n"
    return out


def interface(name, fields, text="", extends=None):
    base = f" extends {extends}" if extends else ""
    return f"{doc(text)}export interface {name}{base} {{\n{members(fields)}}}\n\n"


def union(name, names, text=""):
    return f"{doc(text)}export type {name} =\n" + "".join(f"    | {n}\n" for n in names) \
        .rstrip("\n") + ";\n\n"


def types(schema):
    out = ""
    for name, spec in schema.types.items():
        if "enum" in spec:
            out += union(name, [f'"{value}"' for value in spec["enum"]], spec["doc"])
        elif "union" in spec:
            out += union(name, spec["union"], spec["doc"])
        else:
            out += interface(name, spec["fields"], spec["doc"], spec.get("extends"))
    return out


def events(schema):
    out = interface("Stored", schema.stored_fields,
                    "What every event of a room's log carries.")
    for event in schema.events:
        fields = {"type": [f'"{event["type"]}"', ""]} | event["fields"]
        out += interface(event["name"], fields, event["summary"],
                         "Stored" if event["stored"] else None)
    stored = [e["name"] for e in schema.events if e["stored"]]
    live = [e["name"] for e in schema.events if not e["stored"]]
    out += union("StoredEvent", stored, "Events of a room's log, numbered by `seq`.")
    out += union("LiveEvent", live, "Events that are told once and never stored.")
    return out + union("Event", ["StoredEvent", "LiveEvent"])


def commands(schema):
    out = ""
    for command in schema.commands:
        name = pascal(command["type"])
        fields = {"type": [f'"{command["type"]}"', ""]} | command["fields"]
        out += interface(f"{name}Command", fields, command["summary"])
        if isinstance(command["reply"], str):
            out += f"export type {name}Reply = {command['reply']};\n\n"
        else:
            out += interface(f"{name}Reply", command["reply"])
    out += union("Command", [f"{pascal(c['type'])}Command" for c in schema.commands])
    out += "/** The reply to each command, by the command's type. */\nexport interface Replies {\n"
    for command in schema.commands:
        out += f'    "{command["type"]}": {pascal(command["type"])}Reply;\n'
    return out + "}\n\n"


def routes(schema):
    out = ""
    for route in schema.rest:
        name = pascal(route["name"])
        if "query" in route:
            out += interface(f"{name}Query", route["query"])
        if "body" in route:
            out += interface(f"{name}Body", route["body"], route["summary"])
        answer = next(iter(route["answers"].values()))
        if isinstance(answer, dict):
            out += interface(f"{name}Answer", answer)
    return out


def close_codes(schema):
    out = "/** Why the server closes a socket. */\nexport const CloseCode = {\n"
    for close in schema.closes:
        out += doc(close["doc"], "    ") + f"    {close['name']}: {close['code']},\n"
    return out + "} as const;\n"


def permissions(schema):
    out = "/** The roles, the highest first. */\nexport const ROLES: readonly Role[] = [" \
        + ", ".join(f'"{role}"' for role in schema.types["Role"]["enum"]) + "];\n\n"
    out += "/** The lowest role that may do it, unless the room says otherwise; `direct`: both people of " \
        "a direct room may. */\nexport const PERMISSIONS: Readonly<Record<Permission, " \
        "{ role: Role; least: Role; direct: boolean }>> = {\n"
    for p in schema.permissions:
        out += doc(p["doc"], "    ")
        out += f'    {p["name"]}: {{ role: "{p["default"]}", least: "{p["least"]}", ' \
               f'direct: {"true" if p["direct"] else "false"} }},\n'
    return out + "};\n\n"


def render(schema):
    return (HEAD + union("ErrorCode", [f'"{e["code"]}"' for e in schema.errors],
                         "Why something failed; stable, for machines.")
            + types(schema) + events(schema) + commands(schema) + routes(schema)
            + permissions(schema) + close_codes(schema))
