// Keeping the peace, one sentence a test, as a program does it with our SDK. Reports: sdk_reports.test.mjs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ADMIN, serveWithAdmin } from '../support/admin.mjs';
import { startClient, until } from '../support/sdk.mjs';

const { Admin } = await import('../../clients/sdk/dist/mod.js');
const server = await serveWithAdmin({ after });
const start = (account) => startClient({ after }, server, account);
const ann = await start(), mod = await start(), bob = await start();
const root = await start({ user: { username: ADMIN } });
const admin = new Admin(root.api);
const text = (words) => ({ type: 'text', text: words });
const knows = (client, room, what = () => true) => until(client, 'rooms', () => client.rooms.get(room) && what(client.rooms.get(room)));

async function hall() {
    const { id } = await ann.rooms.createGroup('hall', [mod.user.id, bob.user.id]);
    await ann.rooms.setRole(id, mod.user.id, 'moderator');
    await knows(bob, id);
    await knows(mod, id, ({ role }) => role === 'moderator');
    return id;
}

/** What the audit log of a room says, the last first. */
async function acts(room) {
    const { entries } = await ann.rooms.audit(room);
    return entries.map(({ type, by, user_id, details }) => [type, by, user_id, details.reason]);
}

test('somebody is muted for a time, with a reason, knows until when, and it is lifted', async () => {
    const room = await hall();
    await mod.rooms.mute(room, bob.user.id, 600, 'too loud');
    await knows(bob, room, ({ muted_until: end }) => Date.parse(end) > Date.now());
    await assert.rejects(bob.rooms.post(room, text('but')), { code: 'room.muted' });
    await mod.rooms.unmute(room, bob.user.id);
    await knows(bob, room, ({ muted_until: end }) => end === undefined);
    await bob.rooms.post(room, text('well'));
    assert.deepEqual((await acts(room)).slice(0, 2), [['room.user.unmuted', mod.user.id, bob.user.id, undefined], ['room.user.muted', mod.user.id, bob.user.id, 'too loud']]);
});

test('somebody is removed, with a reason that they are told', async () => {
    const room = await hall();
    const told = new Promise((done) => { bob.on('event', ({ event }) => event.type === 'room.user.left' && event.room === room && done(event)); });
    await mod.rooms.removeMember(room, bob.user.id, 'not here');
    assert.equal((await told).reason, 'not here');
    await until(bob, 'rooms', () => !bob.rooms.get(room));
    await ann.rooms.addMember(room, bob.user.id);
    await knows(bob, room);
});

test('somebody is banned, for a time or for good, and does not come in again until it is lifted', async () => {
    const room = await hall();
    const link = await ann.rooms.makeLink(room);
    await mod.rooms.ban(room, bob.user.id, 3600, 'spam');
    await until(bob, 'rooms', () => !bob.rooms.get(room));
    await assert.rejects(bob.rooms.joinByLink(link.code), { code: 'room.banned' });
    const { bans: [ban] } = await mod.rooms.bans(room);
    assert.deepEqual([ban.user.id, ban.reason, ban.seconds], [bob.user.id, 'spam', 3600]);
    await mod.rooms.unban(room, bob.user.id);
    await bob.rooms.joinByLink(link.code);
    await knows(bob, room);
});

test('all that somebody wrote of late is deleted at once', async () => {
    const room = await hall();
    for (const words of ['one', 'two', 'three'])
        await bob.rooms.post(room, text(words));
    assert.equal(await mod.rooms.deleteMessagesOf(room, bob.user.id, 3600), 3);
    const { messages } = await ann.rooms.history(room);
    assert.deepEqual(messages.map(({ content }) => content.text), ['', '', '']);
});

test('a room is locked: only who may lock it writes', async () => {
    const room = await hall();
    await mod.rooms.update(room, { locked: true });
    await knows(bob, room, ({ locked }) => locked);
    await assert.rejects(bob.rooms.post(room, text('hm')), { code: 'room.locked' });
    await mod.rooms.post(room, text('order'));
    await mod.rooms.update(room, { locked: false });
    await knows(bob, room, ({ locked }) => locked === undefined);
});

test('words and links that are not wanted are refused, in a room and everywhere', async () => {
    const room = await hall();
    await mod.rooms.update(room, { filters: { words: ['casino'], links: 'none' } });
    assert.deepEqual((await mod.rooms.filters(room)).words, ['casino']);
    await assert.rejects(bob.rooms.filters(room), { code: 'room.forbidden' });
    for (const words of ['to the Casino', 'see https://example.org'])
        await assert.rejects(bob.rooms.post(room, text(words)), { code: 'content.filtered' });
    await mod.rooms.update(room, { filters: null });
    await bob.rooms.post(room, text('to the casino'));
    await admin.set({ filters: { words: ['lottery'] } });
    await assert.rejects(ann.rooms.post(room, text('a lottery')), { code: 'content.filtered' });
    await admin.set({ filters: null });
});

test('who has just come to a room is held to less for a while, and knows until when', async () => {
    const room = await hall();
    await mod.rooms.update(room, { newcomers: { seconds: 3600, bars: ['links'] } });
    await knows(bob, room, ({ newcomers, joined_at: since }) => newcomers?.bars.includes('links') && Date.parse(since) <= Date.now());
    await assert.rejects(bob.rooms.post(room, text('see https://example.org')), { code: 'newcomer.limited' });
    await bob.rooms.post(room, text('only words'));
    await mod.rooms.update(room, { newcomers: null });
    await knows(bob, room, ({ newcomers, joined_at: since }) => newcomers === undefined && since === undefined);
    await bob.rooms.post(room, text('see https://example.org'));
});

test('administrators suspend accounts, end sessions and close sign-up; all of it is in the log', async () => {
    const cal = await start();
    const ended = new Promise((done) => { cal.on('signed_out', done); });
    await admin.suspend(cal.user.id, 3600, 'abuse');
    assert.equal(await ended, 'suspended', 'and its reason is asked for');
    const { people: [one] } = await admin.people({ state: 'suspended' });
    await assert.rejects(start(one), { code: 'auth.suspended', reason: 'abuse' });
    await admin.unsuspend(one.user.id);
    const again = await start(one);
    const out = new Promise((done) => { again.on('signed_out', done); });
    assert.equal(await admin.endSessionsOf(again.user.id), 1);
    await out;
    await admin.setSignup('closed');
    assert.equal((await ann.service()).signup, 'closed');
    await assert.rejects(start(), { code: 'signup.closed' });
    await admin.setSignup('default');
    await assert.rejects(new Admin(ann.api).people(), { code: 'auth.forbidden' });
    const { entries } = await admin.audit({ by: root.user.id });
    assert.deepEqual(entries.slice(0, 5).map(({ type }) => type).reverse(), ['user.suspended', 'user.unsuspended', 'user.sessions_ended', 'server.settings_updated', 'server.settings_updated']);
});

test('people and their sessions are found in pages, and made administrators', async () => {
    const { people } = await admin.people({ search: bob.user.username.slice(0, 8), limit: 1 });
    assert.equal(people.length, 1);
    assert.equal((await admin.sessionsOf(bob.user.id)).length, 1);
    assert.equal((await admin.setAdmin(bob.user.id, true)).admin, true);
    await admin.setAdmin(bob.user.id, false);
    await assert.rejects(admin.setAdmin(root.user.id, false), { code: 'admin.last' });
    assert.ok((await admin.invite({ uses: 2 })).code);
});

test('administrators find a group, lock it with a reason that its people hear, and give it to another of them', async () => {
    const name = `quarrel ${bob.user.username}`;
    const { id: room } = await ann.rooms.createGroup(name, [bob.user.id]);
    await knows(bob, room);
    const { rooms: [found] } = await admin.rooms({ search: `quarrel ${bob.user.username}`, state: 'all' });
    assert.deepEqual([found.id, found.name, found.owner.id, found.held], [room, name, ann.user.id, []]);
    const { members } = await admin.membersOf(room);
    assert.deepEqual(members.map(({ user, role }) => [user.id, role]).sort(), [[ann.user.id, 'owner'], [bob.user.id, 'member']].sort());
    const told = new Promise((done) => { bob.on('event', ({ event }) => event.type === 'room.updated' && event.room === room && done(event)); });
    assert.deepEqual((await admin.oversee(room, { locked: true, reason: 'cool down' })).held, ['locked']);
    const { by_server: byServer, locked, reason } = await told;
    assert.deepEqual([byServer, locked, reason], [true, true, 'cool down']);
    await knows(bob, room, (entry) => entry.locked);
    await assert.rejects(bob.rooms.post(room, text('hm')), { code: 'room.locked' });
    await assert.rejects(ann.rooms.update(room, { locked: false }), { code: 'room.forbidden' });
    assert.equal((await admin.oversee(room, { owner: bob.user.id })).owner.id, bob.user.id);
    await knows(bob, room, ({ role }) => role === 'owner');
    assert.deepEqual((await admin.oversee(room, { locked: false })).held, []);
    assert.equal((await admin.room(room)).locked, false);
    await bob.rooms.post(room, text('well'));
    for (const asks of [(one) => one.rooms(), (one) => one.room(room), (one) => one.oversee(room, { locked: true })])
        await assert.rejects(asks(new Admin(ann.api)), { code: 'auth.forbidden' });
});

test('administrators read how the server is doing: what is done between two looks is in the second', async () => {
    const room = await hall();
    const before = await admin.figures();
    await ann.rooms.post(room, text('counted'));
    const after = await admin.figures();
    assert.ok(after.figures.events_appended_total > before.figures.events_appended_total);
    assert.ok(Date.parse(after.at) >= Date.parse(before.at) && after.figures.store_ready === 1);
    await assert.rejects(new Admin(ann.api).figures(), { code: 'auth.forbidden' });
});

test('the audit log is asked for what somebody did, for what was done to them, and by time', async () => {
    const room = await hall();
    await mod.rooms.mute(room, bob.user.id, 60, 'now');
    const [muted] = (await admin.audit({ by: mod.user.id, user: bob.user.id, type: 'room.user.muted' })).entries;
    assert.deepEqual([muted.room, muted.details.reason], [room, 'now']);
    const { created_at: at } = muted;
    const inRoom = async (query) => (await admin.audit({ user: bob.user.id, ...query })).entries.filter((entry) => entry.room === room).map(({ type }) => type);
    assert.deepEqual(await inRoom({ since: at }), ['room.user.muted']);
    assert.deepEqual(await inRoom({ since: new Date(Date.parse(at) + 1).toISOString() }), []);
    assert.deepEqual(await inRoom({ until: at }), []);
    assert.deepEqual((await ann.rooms.audit(room, { by: mod.user.id })).entries.map(({ user_id: id }) => id), [bob.user.id]);
    assert.deepEqual((await ann.rooms.audit(room, { user: ann.user.id })).entries, []);
});
