// Reports, through our own SDK: a badge that follows its queue, and the end that is told on all devices.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ADMIN, serveWithAdmin } from '../support/admin.mjs';
import { startClient, until } from '../support/sdk.mjs';

const server = await serveWithAdmin({ after });
const start = (owner, account, on = server) => startClient(owner, on, account);

test('a report is made, seen, decided and put aside', async (t) => {
    const ann = await start(t), bob = await start(t), cal = await start(t);
    const { id: room } = await ann.rooms.createGroup('reported', [bob.user.id, cal.user.id]);
    await until(bob, 'rooms', () => bob.rooms.get(room));
    const say = (who, words) => who.rooms.post(room, { type: 'text', text: words });
    await say(ann, 'before');
    const { seq } = await say(bob, 'rude');
    await say(ann, 'after');
    const made = await cal.reports.make({ room, seq }, 'harassment', 'Third time');
    const handed = await cal.reports.make({ room }, 'other');
    await until(ann, 'own', () => ann.reports.openIn(room) === 1);
    assert.equal(ann.reports.openOfServer(), 0);
    const { reports: [report], open } = await ann.reports.ofRoom(room, { q: 'third' });
    assert.deepEqual([report.id, report.category, open], [made.id, 'harassment', 1]);
    const { evidence } = (await ann.reports.get(report.id)).report;
    assert.deepEqual(evidence.messages.map(({ content }) => content.text), ['before', 'rude', 'after'], 'what was said around it too');
    await until(cal, 'own', () => cal.reports.own().length === 2);
    const resolved = await ann.reports.resolve(report.id, 'acted', 'He was told');
    assert.deepEqual([resolved.state, resolved.resolved_by], ['acted', ann.user.id]);
    await until(ann, 'own', () => ann.reports.openIn(room) === 0);
    const stateOf = (client, id) => client.reports.own().find((one) => one.id === id)?.state;
    await until(cal, 'own', () => stateOf(cal, made.id) === 'acted');
    const phone = await start(t, cal);
    assert.deepEqual([stateOf(phone, made.id), stateOf(phone, handed.id)], ['acted', 'open']);
    await phone.reports.putAside(made.id);
    await until(cal, 'own', () => cal.reports.own().length === 1);
    await assert.rejects(ann.reports.get(handed.id), { code: 'report.not_found' });
    await assert.rejects(ann.reports.ofServer(), { code: 'auth.forbidden' });
});

test('who moderates a group hands on what is too much for them', async (t) => {
    const ann = await start(t), bob = await start(t), cal = await start(t);
    const { id: room } = await ann.rooms.createGroup('handed on', [bob.user.id, cal.user.id]);
    const { seq } = await bob.rooms.post(room, { type: 'text', text: 'unlawful' });
    const { id } = await cal.reports.make({ room, seq }, 'illegal');
    assert.equal((await ann.reports.escalate(id, 'for the police')).queue, 'server');
    assert.deepEqual((await ann.reports.ofRoom(room, { state: 'all' })).reports, []);
});

test('administrators delete what was reported to them, and whoever is in the room sees it gone', async (t) => {
    const bob = await start(t), cal = await start(t), root = await start(t, { user: { username: ADMIN } });
    const { id: room } = await bob.rooms.openDirect(cal.user.id);
    const { seq } = await bob.rooms.post(room, { type: 'text', text: 'unlawful' });
    await until(cal, 'rooms', () => cal.rooms.get(room));
    const told = new Promise((done) => { cal.on('event', ({ event }) => event.type === 'message.deleted' && event.room === room && done(event)); });
    const { id } = await cal.reports.make({ room, seq }, 'illegal');
    await assert.rejects(cal.reports.deleteMessage(id), { code: 'report.not_found' });
    await root.reports.deleteMessage(id, 'against the law');
    const { target, by_server: byServer, message } = await told;
    assert.deepEqual([target, byServer, message.reason], [seq, true, 'against the law']);
    const { content, reason } = await cal.messages.get(room, seq);
    assert.deepEqual([content.type, reason], ['deleted', 'against the law']);
    await assert.rejects(root.reports.deleteMessage(id), { code: 'message.deleted' });
});

test('a person is reported to who runs the server, who decides of it, and whoever reported is told', async (t) => {
    const own = await serveWithAdmin(t);
    const bob = await start(t, null, own), cal = await start(t, null, own), phone = await start(t, cal, own);
    const root = await start(t, { user: { username: ADMIN } }, own);
    const made = await cal.reports.make({ user_id: bob.user.id }, 'impersonation', 'Says to be me');
    assert.equal((await cal.reports.make({ user_id: bob.user.id }, 'impersonation')).id, made.id, 'once, until it is decided');
    await until(root, 'own', () => root.reports.openOfServer() === 1);
    const { reports: [report] } = await root.reports.ofServer({ q: 'to be me' });
    assert.deepEqual([report.id, report.kind, report.user_id, report.by, report.room, report.seq], [made.id, 'user', bob.user.id, cal.user.id, undefined, undefined]);
    await assert.rejects(bob.reports.get(made.id), { code: 'report.not_found' });
    await root.reports.resolve(made.id, 'dismissed', 'He is who he says');
    await until(root, 'own', () => root.reports.openOfServer() === 0);
    await until(phone, 'own', () => phone.reports.own().find(({ id }) => id === made.id)?.state === 'dismissed');
    assert.equal(bob.reports.own().length, 0, 'who is reported is not told');
});
