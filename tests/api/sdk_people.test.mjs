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
    await own.restart({ hard: true });
    await until(bob, 'connection', () => bob.connection === 'online');
    await until(ann, 'presence', () => ann.presence.get(bob.user.id)?.presence === 'away');
    bob.close();
    await until(ann, 'presence', () => Date.parse(ann.presence.get(bob.user.id)?.last_seen) > 0);
});
