import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoomEntry, StoredEvent } from "@natternet/sdk";
import { Removals } from "../src/state/removals.js";
import { WritePermission } from "../src/state/write_permission.js";
import { FakeClient, created, message, person, view } from "./support/fake_client.js";

const NOW = Date.now();
const at = (ms: number) => new Date(NOW + ms).toISOString();
const base = { room: "a", seq: 9, count: 3, sender: "ann", created_at: at(0), user_id: "me", by: "ann" };

function setUp(change: Partial<RoomEntry> = {}) {
    const fake = new FakeClient();
    const writePermission = new WritePermission(fake.client);
    const room = view("a", change);
    fake.views = [room];
    return { fake, writePermission, room, tell: (event: StoredEvent) => fake.say("event", { event, backlog: false }) };
}

test("an ordinary member of an ordinary group writes", () => {
    const { writePermission, room } = setUp();
    assert.equal(writePermission.silence(room), null);
});

test("an archive silences everybody, a lock those who may not lift it", () => {
    const { writePermission } = setUp();
    assert.deepEqual(writePermission.silence(view("a", { archived: true, role: "owner" })), { why: "archived" });
    assert.deepEqual(writePermission.silence(view("a", { locked: true })), { why: "locked" });
    assert.equal(writePermission.silence(view("a", { locked: true, role: "moderator" })), null);
});

test("emoji are for who may react where the room is open, and not for who is muted", () => {
    const { writePermission } = setUp();
    const may = (change: Partial<RoomEntry>) => writePermission.mayReact(view("a", change));
    assert.deepEqual([{}, { permissions: { write: "moderator" } }, { locked: true, role: "moderator" }, { role: "owner", muted_until: at(60_000) }, { muted_until: at(-1) }].map((one) => may(one as Partial<RoomEntry>)), [true, true, true, true, true]);
    assert.deepEqual([{ archived: true, role: "owner" }, { locked: true }, { permissions: { react: "admin" } }, { muted_until: at(60_000) }].map((one) => may(one as Partial<RoomEntry>)), [false, false, false, false]);
});

test("with whom one has blocked nobody writes, reacts or pins, until they are unblocked; in a group one does", async () => {
    const { fake, writePermission } = setUp();
    const chat = view("c", { kind: "direct", peer: person("bob") });
    const may = () => [writePermission.silence(chat), writePermission.mayReact(chat), writePermission.mayPin(chat)];
    assert.deepEqual(may(), [null, true, true]);
    await fake.client.contacts.block("bob");
    assert.deepEqual(may(), [{ why: "blocked", user: "bob" }, false, false]);
    assert.equal(writePermission.silence(view("a")), null);
    await fake.client.contacts.unblock("bob");
    assert.deepEqual(may(), [null, true, true]);
});

test("in a room of announcements those below are told which role writes", () => {
    const { writePermission } = setUp();
    const permissions = { write: "moderator" } as const;
    assert.deepEqual(writePermission.silence(view("a", { permissions })), { why: "role", least: "moderator" });
    assert.equal(writePermission.silence(view("a", { permissions, role: "moderator" })), null);
});

test("who is muted is told until when and why, until it is over or ended; others' mutes are not theirs", () => {
    const { writePermission, room, tell } = setUp();
    tell({ ...base, type: "room.user.muted", user_id: "bob", seconds: 60 });
    assert.equal(writePermission.silence(room), null);
    tell({ ...base, type: "room.user.muted", seconds: 60, reason: "too loud" });
    const muted = { ...room, muted_until: at(60_000) };
    assert.deepEqual(writePermission.silence(muted), { why: "muted", until: NOW + 60_000, reason: "too loud" });
    assert.equal(writePermission.silence(muted, NOW + 60_000), null);
    assert.equal(writePermission.silence({ ...room, muted_until: at(0) }, NOW + 1), null);
    assert.equal(writePermission.silence({ ...muted, role: "owner" }), null);
});

test("a device that has heard of no mute knows it by the room, and not why", () => {
    const { writePermission, room } = setUp();
    assert.deepEqual(writePermission.silence({ ...room, muted_until: at(30_000) }), { why: "muted", until: NOW + 30_000, reason: undefined });
});

test("slow mode counts from one's own last message, and not for those who may write at once", () => {
    const { writePermission, room, tell } = setUp({ slow_mode_s: 30 });
    assert.ok(writePermission.slowUntil(room) <= 0);
    tell(created({ ...message(5, "ann"), created_at: at(0) }));
    assert.ok(writePermission.slowUntil(room) <= 0);
    tell(created({ ...message(6, "me"), created_at: at(0) }));
    assert.equal(writePermission.slowUntil(room), NOW + 30_000);
    assert.equal(writePermission.slowUntil({ ...room, role: "moderator" }), 0);
    assert.equal(writePermission.slowUntil({ ...room, slow_mode_s: 0 }), 0);
});

test("a server whose clock goes ahead makes nobody wait longer than it says", () => {
    const { writePermission, room, tell } = setUp({ slow_mode_s: 30 });
    tell(created({ ...message(6, "me"), created_at: at(500_000) }));
    assert.ok(writePermission.slowUntil(room) <= Date.now() + 30_000);
});

test("the last message of an earlier visit counts too", async () => {
    const { fake, writePermission, room } = setUp({ slow_mode_s: 30 });
    Object.assign(fake.rooms, { load: async () => room });
    fake.log = [{ ...message(1, "me"), created_at: at(-10_000) }, message(2, "ann")];
    await writePermission.open("a");
    assert.equal(writePermission.slowUntil(room), NOW + 20_000);
});

test("who is removed is told by whom and why; who leaves, or comes back, is not", () => {
    const fake = new FakeClient();
    const removals = new Removals(fake.client, () => "Choir");
    const tell = (event: StoredEvent) => fake.say("event", { event, backlog: false });
    tell({ ...base, type: "room.user.left", by: "me" });
    tell({ ...base, type: "room.user.left", user_id: "bob" });
    assert.deepEqual(removals.get(), []);
    tell({ ...base, type: "room.user.left", reason: "spam" });
    assert.deepEqual(removals.get(), [{ room: "a", name: "Choir", by: "ann", reason: "spam", ban: undefined }]);
    tell({ ...base, type: "room.user.joined" });
    assert.deepEqual(removals.get(), []);
});

test("a newcomer to a room is told what they may not write yet, until when, and waits longer; moderators are none", () => {
    const { writePermission, tell } = setUp();
    const newcomers = { seconds: 3_600, slow_mode_s: 60, bars: ["links" as const] };
    const room = view("a", { newcomers, joined_at: at(-600_000), slow_mode_s: 10 });
    assert.deepEqual(writePermission.newness(room, NOW), { until: NOW + 3_000_000, bars: ["links"] });
    assert.equal(writePermission.newness(room, NOW + 3_000_000), null);
    assert.equal(writePermission.newness({ ...room, role: "moderator" }, NOW), null);
    assert.equal(writePermission.newness(view("a", { newcomers: { seconds: 3_600, slow_mode_s: 60, bars: [] }, joined_at: at(0) }), NOW), null);
    tell(created({ ...message(1, "me"), created_at: at(-1_000) }));
    assert.equal(writePermission.slowUntil(room), NOW - 1_000 + 60_000);
    assert.equal(writePermission.slowUntil({ ...room, joined_at: at(-4_000_000) }), NOW - 1_000 + 10_000);
});

test("what holds for newcomers to the server is asked once, of an account that is new, and holds for moderators too", async () => {
    const { fake, writePermission, room } = setUp({ role: "owner" });
    fake.newcomers = { seconds: 3_600, bars: ["links", "strangers"] };
    fake.user = { ...fake.user, created_at: at(-600_000) };
    assert.equal(writePermission.newness(room, NOW), null);
    await writePermission.open("a");
    assert.deepEqual(writePermission.newness(room, NOW), { until: NOW + 3_000_000, bars: ["links"] });
    const { fake: other, writePermission: others } = setUp();
    other.user = { ...other.user, created_at: at(-2_600_000_000) };
    other.service = () => assert.fail("of an old account nothing is asked");
    await others.open("a");
});

test("what holds for newcomers is asked again where it could not be told, at the next connection", async () => {
    const { fake, writePermission, room } = setUp();
    fake.newcomers = { seconds: 3_600, bars: ["links"] };
    fake.user = { ...fake.user, created_at: at(-600_000) };
    const { service } = fake;
    fake.service = () => Promise.reject(new Error("offline"));
    await writePermission.open("a");
    assert.equal(writePermission.newness(room, NOW), null);
    fake.service = service;
    fake.say("synced", undefined);
    await new Promise(setImmediate);
    assert.deepEqual(writePermission.newness(room, NOW), { until: NOW + 3_000_000, bars: ["links"] });
});

test("a device whose clock is fast ends no mute before its time", () => {
    const { fake, writePermission } = setUp();
    fake.now = () => NOW - 86_400_000;
    assert.deepEqual(writePermission.silence(view("a", { muted_until: at(-3_600_000) })), { why: "muted", until: NOW - 3_600_000, reason: undefined });
});
