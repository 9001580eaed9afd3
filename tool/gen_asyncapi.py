"""AsyncAPI 3.0 of the WebSocket protocol."""
import json

from gen_json_schema import components, of_fields, of_type
from schema_read import pascal

ID = {"oneOf": [{"type": "integer"}, {"type": "string"}]}


def command_message(command):
    spec = of_fields({"type": [f'"{command["type"]}"', ""]} | command["fields"])
    spec["properties"] = {"id": ID} | spec["properties"]
    spec["required"] = ["id"] + spec["required"]
    return {"name": command["type"], "summary": command["summary"], "payload": spec}


def reply_message(command):
    done = of_fields({"ok": ["bool", ""]})
    done["properties"] = {"reply_to": ID} | done["properties"]
    done["required"] = ["reply_to", "ok"]
    reply = command["reply"]
    body = of_type(reply) if isinstance(reply, str) else of_fields(reply)
    return {"name": command["type"] + " reply", "summary": f"The reply to {command['type']}.",
            "payload": {"allOf": [done, body]}}


def failure_message():
    spec = of_fields({"ok": ["bool", ""], "error": ["CommandError", ""]})
    spec["properties"] = {"reply_to": {"oneOf": [*ID["oneOf"], {"type": "null"}]}} \
        | spec["properties"]
    spec["required"] = ["reply_to", "ok", "error"]
    return {"name": "failure", "payload": spec,
            "summary": "The reply to any command that failed; `reply_to` is null where what came "
                       "was no JSON or had no id."}


def messages(schema):
    out = {}
    for command in schema.commands:
        out[pascal(command["type"]) + "Command"] = command_message(command)
        out[pascal(command["type"]) + "Reply"] = reply_message(command)
    out["Failure"] = failure_message()
    for event in schema.events:
        out[event["name"]] = {"name": event["type"], "summary": event["summary"],
                              "payload": of_type(event["name"])}
    return out


def refs(names, where):
    return [{"$ref": where + name} for name in names]


def operations(schema):
    here = "#/channels/socket/messages/"
    out = {"events": {
        "action": "send", "channel": {"$ref": "#/channels/socket"},
        "summary": "Every event of every room that the person is in; no subscribing is needed.",
        "messages": refs([event["name"] for event in schema.events], here)}}
    for command in schema.commands:
        name = pascal(command["type"])
        out[name[0].lower() + name[1:]] = {
            "action": "receive", "channel": {"$ref": "#/channels/socket"},
            "summary": command["summary"],
            "messages": refs([name + "Command"], here),
            "reply": {"channel": {"$ref": "#/channels/socket"},
                      "messages": refs([name + "Reply", "Failure"], here)},
        }
    return out


def document(schema, version):
    closes = "; ".join(f"{close['code']} {close['doc']}" for close in schema.closes)
    every = messages(schema)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "NatterNet", "version": version,
            "license": {"name": "MIT"},
            "description": "One JSON object a text frame, subprotocol natternet.v1. Every command "
                           "has an `id` and gets exactly one reply with that `reply_to`. Sign in "
                           "by an Authorization header at the upgrade, or by the command `auth`. "
                           f"Close codes: {closes}.",
        },
        "defaultContentType": "application/json",
        "channels": {"socket": {
            "address": "/api/v1/ws",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in every},
            "bindings": {"ws": {"method": "GET"}},
        }},
        "operations": operations(schema),
        "components": {"messages": every, "schemas": components(schema)},
    }


def render(schema, version):
    return json.dumps(document(schema, version), ensure_ascii=False, separators=(",", ":"))
