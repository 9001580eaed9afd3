// What people do with rooms, one sentence a test, as a program does it with our SDK.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ADMIN, serveWithAdmin } from '../support/admin.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { PASSWORD } from '../support/people.mjs';
import { startClient, until } from '../support/sdk.mjs';
import { serve } from '../support/server.mjs';

const { Admin, permits, ROLES } = await import('../../clients/sdk/dist/mod.js');
const server = await serve({ after });
const start = (account) => startClient({ after }, server, account);
const ann = await start(), bob = await start(), cal = await start(), phone = await start(bob);
const text = (words) => ({ type: 'text', text: words });
const knows = (client, room, what = () => true) => until(client, 'rooms', () => client.rooms.get(room) && what(client.rooms.get(room)));

async function group(settings, ...members) {
    const { id } = await ann.rooms.createGroup('a group', members.map(({ user }) => user.id), settings);
    await Promise.all([ann, ...members].map((client) => knows(client, id)));
    return id;
}

test('two people have one direct room, whoever opens it', async () => {
    const { id } = await ann.rooms.openDirect(bob.user.id);
    assert.equal((await bob.rooms.openDirect(ann.user.id)).id, id);
    await knows(phone, id, ({ kind, peer }) => kind === 'direct' && peer.id === ann.user.id);
});

test('a public group is found in the directory by its words, and joined freely', async () => {
    const room = await group({ visibility: 'public', topic: 'about marmots' });
    const { rooms } = await bob.rooms.directory('marmo');
    assert.deepEqual(rooms.map(({ id, topic, member_count }) => [id, topic, member_count]), [[room, 'about marmots', 1]]);
    await bob.rooms.join(room);
    await knows(phone, room);
    await knows(ann, room, ({ member_count }) => member_count === 2);
    const hidden = await group({ topic: 'about marmots' });
    await assert.rejects(bob.rooms.join(hidden), { code: 'room.not_found' });
});

test('or on approval, by who asks and says why, and is accepted or refused', async () => {
    const room = await group({ visibility: 'public', join: 'approval' });
    await assert.rejects(bob.rooms.join(room), { code: 'room.approval' });
    await bob.rooms.ask(room, 'I like it');
    await cal.rooms.ask(room);
    const { requests } = await ann.rooms.requests(room);
    assert.deepEqual(requests.map(({ user, text: said }) => [user.id, said]), [[bob.user.id, 'I like it'], [cal.user.id, undefined]]);
    await ann.rooms.acceptRequest(room, bob.user.id);
    await ann.rooms.closeRequest(room, cal.user.id);
    await knows(bob, room);
    assert.equal((await cal.rooms.ownRequests()).requests.find(({ room: where }) => where === room).state, 'refused');
});

test('in a room of announcements some write, and all react', async () => {
    const room = await group({ permissions: { write: 'admin' } }, bob);
    const { seq } = await ann.rooms.post(room, text('News'));
    assert.deepEqual([bob.rooms.may(room, 'write'), bob.rooms.may(room, 'react')], [false, true]);
    await assert.rejects(bob.rooms.post(room, text('Mine')), { code: 'room.forbidden' });
    await bob.messages.react(room, seq, '👍');
});

test('a name and a topic are set, and all see it', async () => {
    const room = await group({}, bob);
    await ann.rooms.update(room, { name: 'Another name', topic: 'what about' });
    await knows(phone, room, ({ name, topic }) => name === 'Another name' && topic === 'what about');
    await ann.rooms.update(room, { topic: '' });
    await knows(phone, room, ({ topic }) => topic === undefined);
    await assert.rejects(bob.rooms.update(room, { name: 'Mine' }), { code: 'room.forbidden' });
});

test('an invitation link lets in until it was used so often, until it expires, or until it is revoked', async () => {
    const room = await group();
    const once = await ann.rooms.makeLink(room, { uses: 1, seconds: 3600 });
    const other = await ann.rooms.makeLink(room);
    assert.ok(once.expires_at && !other.expires_at);
    await bob.rooms.joinByLink(once.code);
    await knows(phone, room);
    await assert.rejects(cal.rooms.joinByLink(once.code), { code: 'link.not_found' });
    assert.deepEqual((await ann.rooms.links(room)).map(({ seq }) => seq), [other.seq]);
    await ann.rooms.revokeLink(room, other.seq);
    await assert.rejects(cal.rooms.joinByLink(other.code), { code: 'link.not_found' });
});

test('what was given for a time is over at its time: a link, a mute, a ban, a suspension, a poll and being new', async (t) => {
    const own = await serveWithAdmin(t, { start: serveWithClock });
    const [one, other, third, fresh] = [await startClient(t, own), await startClient(t, own), await startClient(t, own), await startClient(t, own)];
    const admin = new Admin((await startClient(t, own, { user: { username: ADMIN } })).api);
    const { id: room } = await one.rooms.createGroup('for a time', [other.user.id, fresh.user.id]);
    const invitation = await one.rooms.makeLink(room, { seconds: 600 });
    await one.rooms.mute(room, other.user.id, 600);
    await assert.rejects(other.rooms.post(room, text('muted')), { code: 'room.muted' });
    await one.rooms.ban(room, third.user.id, 600);
    const suspended = { user: third.user };
    await admin.suspend(third.user.id, 600, 'cool down');
    await assert.rejects(startClient(t, own, suspended), { code: 'auth.suspended' });
    const poll = await one.sendPoll(room, { text: 'Now?', options: ['yes', 'no'], closes_at: new Date(Date.now() + 600_000).toISOString() });
    await fresh.messages.vote(room, poll.seq, [0]);
    await one.rooms.update(room, { newcomers: { seconds: 600, bars: ['links'] } });
    const withLink = text('see https://example.org');
    await assert.rejects(fresh.rooms.post(room, withLink), { code: 'newcomer.limited' });
    await own.turnClock(601_000);
    await other.rooms.post(room, text('not any more'));
    await fresh.rooms.post(room, withLink);
    await assert.rejects(fresh.messages.vote(room, poll.seq, [1]), { code: 'poll.closed' });
    assert.deepEqual((await fresh.messages.get(room, poll.seq)).poll.counts, [1, 0]);
    const back = await startClient(t, own, suspended);
    await assert.rejects(back.rooms.joinByLink(invitation.code), { code: 'link.not_found' });
    assert.deepEqual(await one.rooms.links(room), []);
    await back.rooms.joinByLink((await one.rooms.makeLink(room)).code);
});

test('roles give what the table of permissions says, which the owner changes within sense', async () => {
    const room = await group({}, bob);
    for (const role of ROLES.slice(1)) {
        await ann.rooms.setRole(room, bob.user.id, role);
        await knows(bob, room, (entry) => entry.role === role);
        assert.equal(bob.rooms.may(room, 'pin'), permits(bob.rooms.get(room), role, 'pin'), role);
    }
    await assert.rejects(bob.rooms.post(room, text('as a guest')), { code: 'room.forbidden' });
    await ann.rooms.update(room, { permissions: { write: 'guest' } });
    await knows(bob, room, () => bob.rooms.may(room, 'write'));
    await bob.rooms.post(room, text('as a guest'));
    await assert.rejects(ann.rooms.update(room, { permissions: { ban: 'guest' } }), { field: 'permissions.ban' });
});

test('a room is handed over, and passes on where its owner leaves or ends their account', async () => {
    const room = await group({}, bob, cal);
    await ann.rooms.setRole(room, bob.user.id, 'owner');
    await knows(bob, room, ({ role }) => role === 'owner');
    await knows(ann, room, ({ role }) => role === 'admin');
    await bob.rooms.removeMember(room, bob.user.id);
    await knows(ann, room, ({ role, member_count }) => role === 'owner' && member_count === 2);

    const dora = await start();
    const { id: hers } = await dora.rooms.createGroup('of dora', [cal.user.id, ann.user.id]);
    await dora.rooms.setRole(hers, ann.user.id, 'moderator');
    await knows(ann, hers, ({ role }) => role === 'moderator');
    await dora.deleteAccount(PASSWORD);
    await knows(ann, hers, ({ role, member_count }) => role === 'owner' && member_count === 2);
});

test('a room is archived and taken out again', async () => {
    const room = await group({}, bob);
    await ann.rooms.update(room, { archived: true });
    await knows(bob, room, ({ archived }) => archived);
    await assert.rejects(ann.rooms.post(room, text('too late')), { code: 'room.archived' });
    await ann.rooms.update(room, { archived: false });
    await knows(bob, room, ({ archived }) => archived === undefined);
    await bob.rooms.post(room, text('again'));
});

test('one mutes, favours, sorts into folders and says how loud a room is to be, on all devices', async () => {
    const room = await group({}, bob);
    const folder = await bob.roomWishes.makeFolder('Work');
    await bob.roomWishes.putInFolder(room, folder);
    await bob.roomWishes.setFavourite(room, true);
    await bob.roomWishes.setStandard('mentions');
    await until(phone, 'own', () => phone.roomWishes.standard === 'mentions' && phone.roomWishes.isFavourite(room));
    assert.deepEqual([phone.roomWishes.folderOf(room), phone.roomWishes.folders().map(({ title }) => title)], [folder, ['Work']]);
    const { seq } = await ann.rooms.post(room, text('quiet'));
    const loud = await ann.rooms.post(room, { ...text('loud'), mentions: [bob.user.id] });
    const quiet = await bob.messages.get(room, seq);
    const isLoud = (message) => phone.roomWishes.isLoud(message, phone.rooms.get(room), bob.user.id);
    assert.deepEqual([isLoud(quiet), isLoud(loud)], [false, true]);
    await bob.roomWishes.setLevel(room, 'all');
    await until(phone, 'own', () => isLoud(quiet));
    await bob.roomWishes.setMuted(room, true);
    await until(phone, 'own', () => !isLoud(loud));
    await bob.roomWishes.deleteFolder(folder);
    await until(phone, 'own', () => phone.roomWishes.folderOf(room) === null);
    await bob.roomWishes.setStandard('all');
});

test('a chat, also one of two, is put away for oneself on all devices, and the other knows nothing of it', async () => {
    const { id } = await bob.rooms.openDirect(ann.user.id);
    await knows(ann, id);
    await bob.roomWishes.setArchived(id, true);
    await until(phone, 'own', () => phone.roomWishes.isArchived(id));
    assert.deepEqual([phone.roomWishes.level({ id, kind: 'direct' }), ann.roomWishes.isArchived(id)], ['none', false]);
    const { seq } = await ann.rooms.post(id, text('are you there?'));
    await knows(phone, id, ({ last_seq }) => last_seq >= seq);
    assert.ok(phone.roomWishes.isArchived(id), 'it stays there when something is said');
    await phone.roomWishes.setArchived(id, false);
    await until(bob, 'own', () => !bob.roomWishes.isArchived(id));
    assert.equal(bob.roomWishes.level({ id, kind: 'direct' }), 'all');
});

test('who joins sees the history from the beginning', async () => {
    const room = await group();
    const { seq } = await ann.rooms.post(room, text('before you came'));
    await ann.rooms.addMember(room, bob.user.id);
    await knows(bob, room);
    const { events } = await bob.rooms.read(room);
    assert.equal(events.find((event) => event.seq === seq).message.content.text, 'before you came');
});

test('or from when they joined, where the room has it so: nothing of what was before', async () => {
    const room = await group({ history: 'joined' });
    const { seq } = await ann.rooms.post(room, text('before you came'));
    await ann.rooms.addMember(room, bob.user.id);
    await knows(phone, room, ({ first_seq, from_seq, history }) => first_seq > seq && first_seq === from_seq && history === 'joined');
    const answer = await ann.rooms.post(room, text('now that you are here'), undefined, { reply_to: seq });
    for (const client of [bob, phone, await start(bob)]) {
        await knows(client, room, ({ last_seq }) => last_seq >= answer.seq);
        const { events, hasOlder } = await client.rooms.read(room);
        assert.deepEqual([events.filter((event) => event.seq <= seq), hasOlder], [[], false]);
        assert.deepEqual(events.filter(({ type }) => type === 'message.created').map(({ message }) => message.reply_to), [seq]);
        await assert.rejects(client.messages.get(room, seq), { code: 'message.not_found' });
    }
    const { events } = await ann.rooms.read(room);
    assert.ok(events.some((event) => event.seq === seq), 'who was there reads all of it');
});

test('members come in pages', async () => {
    const room = await group({}, bob, cal);
    const first = await bob.rooms.members(room, undefined, 2);
    const second = await bob.rooms.members(room, first.next, 2);
    assert.deepEqual([first.members.length, second.members.length, second.next], [2, 1, null]);
    assert.equal(new Set([...first.members, ...second.members].map(({ user }) => user.id)).size, 3);
    const { members, next } = await bob.rooms.members(room, undefined, undefined, cal.user.username.toUpperCase());
    assert.deepEqual([members.map(({ user }) => user.id), next], [[cal.user.id], null]);
});
