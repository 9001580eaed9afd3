import assert from "node:assert/strict";
import { test } from "node:test";
import { PERMISSIONS, ROLES, isAbove, type Role } from "@natternet/sdk";
import { hasRights, isMuted, permissionLines, rightsOver } from "../src/state/rights.js";
import { person, view } from "./support/fake_client.js";

const member = (role: Role, id = "other") => ({ user: person(id), role });

test("each role is offered what the table of permissions allows over each other role", () => {
    for (const mine of ROLES) {
        for (const theirs of ROLES) {
            const rights = rightsOver(view("a", { role: mine }), "me", member(theirs));
            const allowed = (least: Role) => isAbove(mine, theirs) && !isAbove(least, mine);
            const where = `${mine} over ${theirs}`;
            assert.equal(rights.mute, allowed(PERMISSIONS.mute.role), where);
            assert.equal(rights.remove, allowed(PERMISSIONS.remove.role), where);
            assert.equal(rights.deleteMessages, allowed(PERMISSIONS.delete.role), where);
            assert.equal(rights.handOver, mine === "owner" && theirs !== "owner", where);
            const roles = allowed(PERMISSIONS.roles.role) ? ROLES.filter((role) => isAbove(mine, role) && role !== theirs) : [];
            assert.deepEqual(rights.roles, roles, where);
        }
    }
});

test("a group's own table counts", () => {
    const room = view("a", { role: "moderator", permissions: { roles: "moderator", remove: "admin" } });
    assert.deepEqual(rightsOver(room, "me", member("member")), { roles: ["guest"], handOver: false, mute: true, remove: false, ban: true, deleteMessages: true });
});

test("one's own role can be laid down for a lower one, but the owner's can only be handed over", () => {
    assert.deepEqual(rightsOver(view("a", { role: "admin" }), "me", member("admin", "me")), { roles: ["moderator", "member", "guest"], handOver: false, mute: false, remove: false, ban: false, deleteMessages: false });
    assert.equal(hasRights(rightsOver(view("a", { role: "owner" }), "me", member("owner", "me"))), false);
});

test("of two in a direct chat neither has rights over the other", () => {
    assert.equal(hasRights(rightsOver(view("a", { kind: "direct", role: "owner" }), "me", member("member"))), false);
});

test("a deleted account is removed, but owns no group", () => {
    const gone = { user: { ...person("other"), deleted: true }, role: "member" as const };
    const { handOver, remove } = rightsOver(view("a", { role: "owner" }), "me", gone);
    assert.deepEqual([handOver, remove], [false, true]);
});

test("a mute holds until its time", () => {
    assert.equal(isMuted(undefined, 0), false);
    assert.equal(isMuted("2026-11-01T00:00:01.000Z", Date.parse("2026-11-01T00:00:00Z")), true);
    assert.equal(isMuted("2026-11-01T00:00:00.000Z", Date.parse("2026-11-01T00:00:00Z")), false);
});

test("the table of permissions says who may do what, and to whom it can be given", () => {
    const lines = permissionLines(view("a", { permissions: { write: "moderator" } }));
    const line = (wanted: string) => lines.find(({ permission }) => permission === wanted)!;
    assert.deepEqual(line("write").roles.filter(({ may }) => may).map(({ role }) => role), ["owner", "admin", "moderator"]);
    assert.deepEqual(line("delete").roles.filter(({ open }) => open).map(({ role }) => role), ["owner", "admin", "moderator"]);
    assert.equal(line("pin").from, "moderator", "as it is where nothing is set");
});
