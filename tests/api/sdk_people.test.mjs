// People, through our own SDK: what a program knows of others without asking for it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startClient, until } from '../support/sdk.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const start = (owner, account, on = server) => startClient(owner, on, account);

const marks = (client, room) => (({ unread, mentions } = {}) => [unread, mentions])(client.rooms.get(room));

test('the number of unread mentions is right on all devices, without being asked for', async (t) => {
    const ann = await start(t), bob = await start(t);
    const { id: room } = await ann.rooms.createGroup('badge', [bob.user.id]);
    await until(bob, 'rooms', () => bob.rooms.get(room));
    const phone = await start(t, bob);
    const first = await ann.sendText(room, 'you', undefined, [bob.user.id]);
    const second = await ann.sendText(room, 'you and all', undefined, [bob.user.id, 'everyone']);
    const last = await ann.sendText(room, 'nobody');
    for (const device of [bob, phone])
        await until(device, 'rooms', () => `${marks(device, room)}` === '3,2');
    assert.deepEqual(marks(ann, room), [0, 0]);
    bob.markRead(room, first.seq);
    for (const device of [bob, phone])
        await until(device, 'rooms', () => `${marks(device, room)}` === '2,1');
    await ann.messages.delete(room, second.seq);
    for (const device of [bob, phone])
        await until(device, 'rooms', () => `${marks(device, room)}` === '2,0');
    bob.markRead(room, last.seq);
    for (const device of [bob, phone])
        await until(device, 'rooms', () => `${marks(device, room)}` === '0,0');
});

test('a program sees what others tell of themselves change, and keeps it when a room names them', async (t) => {
    const ann = await start(t), bob = await start(t);
    const { id: room } = await ann.rooms.createGroup('profiles', [bob.user.id]);
    await until(bob, 'rooms', () => bob.rooms.get(room));
    await ann.account.update({ about: 'Sailor', pronouns: 'she/her', time_zone: 'UTC' });
    await until(bob, 'people', () => bob.people.get(ann.user.id)?.about === 'Sailor');
    await until(ann, 'people', () => ann.user.pronouns === 'she/her');
    await bob.rooms.load(room);
    assert.equal(bob.people.get(ann.user.id).time_zone, 'UTC');
    await ann.account.update({ about: '' });
    await until(bob, 'people', () => bob.people.get(ann.user.id).about === undefined);
    assert.equal((await bob.people.profile(ann.user.id)).pronouns, 'she/her');
});

const LIMITS = ['--limit', 'presence_coalesce_ms=20', '--limit', 'presence_leave_ms=100'];

test('a program sees who comes, what they say of it, and who goes', async (t) => {
    const own = await serve(t, { args: LIMITS });
    const ann = await start(t, null, own), bob = await start(t, null, own);
    ann.presence.watch([bob.user.id]);
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.presence === 'online');
    await bob.presence.set({ choice: 'busy', text: 'In a call', emoji: '📞' });
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.text === 'In a call');
    assert.equal(ann.presence.get(bob.user.id).presence, 'busy');
    await until(bob, 'presence', () => bob.presence.get(bob.user.id)?.choice === 'busy');
    await bob.presence.set({ text: 'In a call' });
    bob.presence.away(true);
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.presence === 'away');
    const back = new Promise((done) => { bob.on('synced', done); });
    await own.restart({ hard: true });
    await back;
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.presence === 'away');
    bob.close();
    await until(ann, 'presence', () => Date.parse(ann.presence.get(bob.user.id)?.last_seen) > 0);
});

test('here calls those who are there: of two devices neither while their person is away or busy; the badge is for all', async (t) => {
    const own = await serve(t, { args: LIMITS });
    const ann = await start(t, null, own), bob = await start(t, null, own), cal = await start(t, null, own);
    const { id: room } = await ann.rooms.createGroup('here', [bob.user.id, cal.user.id]);
    await bob.presence.set({ choice: 'busy' });
    cal.presence.away(true);
    const phone = await start(t, bob, own);
    const all = [bob, phone, cal];
    for (const one of all) {
        await until(one, 'rooms', () => one.rooms.get(room));
        one.presence.watch([one.user.id]);
        await one.roomWishes.setStandard('mentions');
    }
    const isNow = (one, presence) => until(one, 'presence', () => one.presence.get(one.user.id)?.presence === presence);
    const loud = (one, message) => one.roomWishes.isLoud(message, one.rooms.get(room), one.user.id);
    await Promise.all([isNow(bob, 'busy'), isNow(phone, 'busy'), isNow(cal, 'away')]);
    const { seq } = await ann.sendText(room, 'Lunch?', undefined, ['here']);
    for (const one of all)
        await until(one, 'rooms', () => `${marks(one, room)}` === '1,1');
    const message = await cal.messages.get(room, seq);
    assert.deepEqual(all.map((one) => loud(one, message)), [false, false, false]);
    assert.ok(loud(cal, await ann.messages.get(room, (await ann.sendText(room, 'All of you', undefined, ['everyone'])).seq)));
    await phone.presence.set({ choice: 'auto' });
    cal.presence.away(false);
    await Promise.all(all.map((one) => isNow(one, 'online')));
    assert.deepEqual(all.map((one) => loud(one, message)), [true, true, true]);
});

test('contacts have nicknames and notes, on all devices and for oneself alone', async (t) => {
    const ann = await start(t), bob = await start(t), phone = await start(t, ann);
    await ann.contacts.put(bob.user.id, { nickname: 'Bobby', notes: 'from school' });
    await until(phone, 'own', () => phone.contacts.get(bob.user.id)?.nickname === 'Bobby');
    assert.deepEqual([...phone.contacts.all()], [[bob.user.id, { nickname: 'Bobby', notes: 'from school' }]]);
    assert.equal(bob.contacts.get(ann.user.id), null);
    await phone.contacts.delete(bob.user.id);
    await until(ann, 'own', () => ann.contacts.get(bob.user.id) === null);
});

test('who is blocked cannot invite, write directly or see presence, and is told what strangers are told', async (t) => {
    const own = await serve(t, { args: LIMITS });
    const ann = await start(t, null, own), bob = await start(t, null, own), shy = await start(t, null, own);
    const { id: direct } = await ann.rooms.openDirect(bob.user.id);
    await until(bob, 'rooms', () => bob.rooms.get(direct));
    await ann.contacts.block(bob.user.id);
    await shy.privacy.set('contacts-only', true);
    const refusals = [
        () => bob.rooms.post(direct, { type: 'text', text: 'hello?' }),
        () => bob.rooms.createGroup('come', [ann.user.id]),
        () => bob.rooms.createGroup('come', [shy.user.id]),
        () => bob.rooms.openDirect(shy.user.id),
    ];
    for (const act of refusals)
        await assert.rejects(act, { code: 'user.unreachable' });
    await assert.rejects(ann.rooms.post(direct, { type: 'text', text: 'no' }), { code: 'user.blocked' });
    bob.presence.watch([ann.user.id]);
    await until(bob, 'presence', () => bob.presence.get(ann.user.id)?.presence === 'offline');
    const { id: group } = await shy.rooms.createGroup('shared', []);
    await shy.rooms.update(group, { visibility: 'public' });
    await Promise.all([ann.rooms.join(group), bob.rooms.join(group)]);
    const { seq } = await bob.rooms.post(group, { type: 'text', text: 'in a shared group' });
    await until(ann, 'rooms', () => ann.rooms.lastMessage(group)?.seq === seq);
    assert.ok(ann.contacts.blocked().has(ann.rooms.lastMessage(group).sender), 'for the program to fold away');
    await ann.contacts.unblock(bob.user.id);
    await bob.rooms.post(direct, { type: 'text', text: 'hello again' });
});

test('who lets only contacts bring them into rooms is brought there by contacts', async (t) => {
    const ann = await start(t), bob = await start(t);
    await ann.privacy.set('contacts-only', true);
    await assert.rejects(bob.rooms.openDirect(ann.user.id), { code: 'user.unreachable' });
    await ann.contacts.put(bob.user.id);
    await bob.rooms.openDirect(ann.user.id);
});

test('who does not want to be found by name is found by contacts alone, and by themselves', async (t) => {
    const ann = await start(t), bob = await start(t), cal = await start(t);
    const finds = async (who) => (await who.people.search(ann.user.username)).map(({ id }) => id);
    await ann.account.update({ display_name: 'Annemarie Unlisted' });
    assert.deepEqual(await finds(bob), [ann.user.id]);
    await ann.privacy.set('unlisted', true);
    await ann.contacts.put(cal.user.id);
    assert.deepEqual([await finds(bob), await finds(cal), await finds(ann)], [[], [ann.user.id], [ann.user.id]]);
    assert.deepEqual(await bob.people.search('annemarie unl'), []);
    assert.equal((await bob.people.profile(ann.user.id)).id, ann.user.id, 'whoever knows their id still knows who that is');
    await ann.contacts.delete(cal.user.id);
    assert.deepEqual(await finds(cal), []);
    await ann.privacy.set('unlisted', false);
    assert.deepEqual(await finds(cal), [ann.user.id]);
});

test('when somebody was last there is told, and not of who does not want that', async (t) => {
    const own = await serve(t, { args: LIMITS });
    const ann = await start(t, null, own), bob = await start(t, null, own), cal = await start(t, null, own);
    await cal.privacy.set('no-last-seen', true);
    ann.presence.watch([bob.user.id, cal.user.id]);
    await until(ann, 'presence', () => [bob, cal].every(({ user }) => ann.presence.get(user.id)?.presence === 'online'));
    const [bobId, calId] = [bob.user.id, cal.user.id];
    bob.close();
    cal.close();
    await until(ann, 'presence', () => [bobId, calId].every((id) => ann.presence.get(id).presence === 'offline'));
    assert.deepEqual([bobId, calId].map((id) => Boolean(ann.presence.get(id).last_seen)), [true, false]);
});

test('a status ends by itself, and who wants to be invisible is offline to others', async (t) => {
    const own = await serve(t, { args: LIMITS });
    const ann = await start(t, null, own), bob = await start(t, null, own);
    ann.presence.watch([bob.user.id]);
    await bob.presence.set({ text: 'Lunch', emoji: '🍲', expires_in: 3600 });
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.text === 'Lunch');
    const { until: end, emoji } = ann.presence.get(bob.user.id);
    assert.ok(emoji === '🍲' && Math.abs(Date.parse(end) - Date.now() - 3_600_000) < 60_000);
    await bob.presence.set({ choice: 'invisible' });
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.presence === 'offline');
    assert.deepEqual([ann.presence.get(bob.user.id).text, (await bob.presence.own()).choice], [undefined, 'invisible']);
});

test('who is typing is told, in the room and in a thread of it', async (t) => {
    const ann = await start(t), bob = await start(t);
    const { id: room } = await ann.rooms.createGroup('typing', [bob.user.id]);
    await until(bob, 'rooms', () => bob.rooms.get(room));
    const { seq } = await ann.sendText(room, 'a root');
    bob.typing.tap(room);
    await until(ann, 'typing', () => ann.typing.in(room).includes(bob.user.id));
    assert.deepEqual(ann.typing.in(room, seq), []);
    bob.typing.tap(room, seq);
    await until(ann, 'typing', () => ann.typing.in(room, seq).includes(bob.user.id));
    await bob.sendText(room, 'said', undefined, [], seq);
    await until(ann, 'typing', () => ann.typing.in(room, seq).length === 0);
});
