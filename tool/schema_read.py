"""Reads schema/*.json and checks what every generator relies on.

A field is written `"name": ["type", "what it is"]`, or `"name?"` where it may be absent. Types:
string, int, bool, id, nonce, time, any, a name of types.json, a quoted constant, and of any of
them `T[]`, `map<T>` and `T|null`.
"""
import json
import re
import sys

BASIC = {"string", "int", "number", "bool", "id", "nonce", "time", "any", "StoredEvent", "ErrorCode"}


def fail(message):
    sys.exit(f"schema: {message}")


def split_field(key):
    """The name of a field, and whether it may be absent."""
    return key.rstrip("?"), key.endswith("?")


def pascal(name):
    """room.read, create_room -> RoomRead, CreateRoom"""
    return "".join(part.capitalize() for part in re.split(r"[._]", name))


class Schema:
    stored_fields = {
        "room": ["id", ""],
        "seq": ["int", "its place in the room's log"],
        "count": ["int", "messages of the room up to and including this event"],
        "sender": ["id", "a user id"],
        "created_at": ["time", "never before that of an earlier seq"],
        "nonce?": ["nonce", ""],
    }

    def __init__(self, folder):
        self.folder = folder
        self.errors = self.load("errors")
        self.limit_groups = self.load("limits")
        self.settings = self.load("settings")
        self.types = self.load("types")
        self.events = self.load("events")
        self.commands = self.load("commands")
        self.closes = self.load("closes")
        self.permissions = self.load("permissions")
        self.rest = self.load("rest")
        self.limits = [entry for group in self.limit_groups for entry in group["limits"]]
        self.codes = {entry["code"] for entry in self.errors}
        self.check()

    def load(self, name):
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError) as error:
            fail(f"{path}: {error}")

    def check(self):
        unique("error", [entry["code"] for entry in self.errors])
        unique("limit", [entry["name"] for entry in self.limits])
        unique("setting", [entry["name"] for entry in self.settings])
        unique("command", [entry["type"] for entry in self.commands])
        unique("event", [entry["type"] for entry in self.events])
        unique("route", [f"{entry['method']} {entry['path']}" for entry in self.rest])
        unique("route", [entry["name"] for entry in self.rest])
        for entry in self.errors:
            if not re.fullmatch(r"[a-z_]+\.[a-z_]+", entry["code"]):
                fail(f"{entry['code']}: a code is area.problem")
            if not 400 <= entry["status"] <= 599:
                fail(f"{entry['code']}: {entry['status']} is no status of an error")
        for entry in self.limits:
            if not entry["min"] <= entry["default"] <= entry["max"]:
                fail(f"{entry['name']}: its default is out of its range")
        self.check_permissions()
        self.check_types()

    def check_permissions(self):
        unique("permission", [entry["name"] for entry in self.permissions])
        roles = self.types["Role"]["enum"]
        if self.types["Permission"]["enum"] != [entry["name"] for entry in self.permissions]:
            fail("types.json: Permission has not the names of permissions.json")
        for entry in self.permissions:
            if roles.index(entry["default"]) > roles.index(entry["least"]):
                fail(f"{entry['name']}: its default is below its least role")

    def check_types(self):
        for name, spec in self.types.items():
            self.check_fields(name, spec.get("fields", {}))
        for event in self.events:
            self.check_fields(event["type"], event["fields"])
        for entry in self.commands + self.rest:
            where = entry.get("type") or entry["name"]
            for code in entry["errors"]:
                if code not in self.codes:
                    fail(f"{where}: {code} is not in errors.json")
            answers = [entry["reply"]] if "reply" in entry else entry["answers"].values()
            for part in [entry.get("fields"), entry.get("body"), entry.get("query"), *answers]:
                if isinstance(part, str):
                    self.check_type(where, part)
                elif part:
                    self.check_fields(where, part)

    def check_fields(self, where, fields):
        for key, field in fields.items():
            if len(field) != 2:
                fail(f"{where}.{key}: a field is [type, what it is]")
            self.check_type(f"{where}.{key}", field[0])

    def check_type(self, where, text):
        text = re.sub(r"(\[\]|\|null)$", "", text)
        text = re.sub(r"^map<(.+)>$", r"\1", text)
        if text not in BASIC and text not in self.types and not text.startswith('"'):
            fail(f"{where}: there is no type {text}")


def unique(what, names):
    for name in names:
        if names.count(name) > 1:
            fail(f"{what} {name} is there twice")
