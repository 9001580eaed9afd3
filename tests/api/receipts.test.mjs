// Who has read how far: told and asked for, but of nobody who does not want it, nor to them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'presence_push_members=3',
    '--limit', 'delivered_members=3'] });

const NO_RECEIPTS = '/me/feed/settings:no-receipts';
const hide = async (who) => expectStatus(await who.put(NO_RECEIPTS, { value: {} }), 200);
const show = async (who) => expectStatus(await who.delete(NO_RECEIPTS), 204);
const read = async (who, room, seq) => expectStatus(await who.put(`/rooms/${room.id}/read`, { seq }), 200);
const receipts = async (who, room) =>
    Object.fromEntries(expectStatus(await who.get(`/rooms/${room.id}/receipts`), 200).receipts.map(({ user_id, read_seq }) => [user_id, read_seq]));
const readsOf = async (socket, who) => (await socket.settle()).filter((one) => one.type === 'room.read' && one.user_id === who.id);

const delivered = async (who, room) =>
    Object.fromEntries(expectStatus(await who.get(`/rooms/${room.id}/receipts`), 200).receipts.map(({ user_id, delivered_seq }) => [user_id, delivered_seq]));
const deliveriesTo = async (socket) => (await socket.settle()).filter(({ type }) => type === 'room.delivered');

async function roomOf(count) {
    const [ann, ...others] = await signUpMany(server, count);
    const room = await ann.createGroup('read', others.slice(0, 2));
    if (count > 3)
        await addMembers(ann, room, others.slice(2));
    const { seq } = await ann.say(room, 'hello');
    return { ann, others, room, seq };
}

test('who has read how far is told in small rooms, asked for in all, and outlives a crash', async () => {
    const { ann, others: [bob, cal], room, seq } = await roomOf(3);
    const watcher = await ann.connect();
    await read(bob, room, seq);
    const told = await watcher.next('room.read');
    assert.deepEqual([told.user_id, told.read_seq], [bob.id, seq]);
    const before = await receipts(ann, room);
    assert.deepEqual([before[ann.id], before[bob.id], before[cal.id] < seq], [seq, seq, true]);
    await server.restart({ hard: true });
    assert.deepEqual(await receipts(cal, room), before);
});

test('in a large room it is only asked for, page by page', async () => {
    const { ann, others: [bob], room, seq } = await roomOf(5);
    const watcher = await ann.connect();
    await read(bob, room, seq);
    assert.equal((await receipts(ann, room))[bob.id], seq);
    assert.deepEqual(await readsOf(watcher, bob), []);
    const all = [];
    for (let next = ''; next !== null;) {
        const page = expectStatus(await ann.get(`/rooms/${room.id}/receipts?limit=2${next && `&cursor=${next}`}`), 200);
        all.push(...page.receipts.map(({ user_id }) => user_id));
        next = page.next;
    }
    assert.equal(new Set(all).size, 5);
    assert.equal(all.length, 5);
});

test('who does not want receipts is told of to nobody, and is told of nobody, from that moment on', async () => {
    const { ann, others: [bob, cal], room, seq } = await roomOf(3);
    const [hers, his, phone] = [await ann.connect(), await bob.connect(), await bob.connect()];
    await hide(bob);
    await read(bob, room, seq);
    assert.equal((await phone.next('room.read')).user_id, bob.id, 'one\'s own devices hear of it');
    await read(cal, room, seq);
    assert.equal((await hers.next('room.read')).user_id, cal.id);
    assert.deepEqual(await readsOf(hers, bob), []);
    assert.deepEqual(await readsOf(his, cal), []);
    assert.deepEqual(Object.keys(await receipts(bob, room)), [bob.id]);
    assert.deepEqual(new Set(Object.keys(await receipts(ann, room))), new Set([ann.id, cal.id]));
    await show(bob);
    assert.equal((await receipts(ann, room))[bob.id], seq);
    const { seq: last } = await ann.say(room, 'more');
    await read(cal, room, last);
    assert.equal((await his.next('room.read', ({ user_id }) => user_id === cal.id)).read_seq, last);
});

test('that one does not want them holds for connections that begin later', async () => {
    const { others: [bob, cal], room, seq } = await roomOf(3);
    await hide(bob);
    const his = await bob.connect();
    await read(cal, room, seq);
    assert.deepEqual(await readsOf(his, cal), []);
});

test('of two who have blocked one another in a direct room none sees the other\'s', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createDirect(bob);
    await ann.say(room, 'hello');
    assert.equal(Object.keys(await receipts(bob, room)).length, 2);
    expectStatus(await ann.put(`/me/feed/block:${bob.id}`, { value: {} }), 200);
    assert.deepEqual(Object.keys(await receipts(bob, room)), [bob.id]);
    assert.deepEqual(Object.keys(await receipts(ann, room)), [ann.id]);
});

test('what has arrived is told to the others, is asked for, only grows, and outlives a crash', async () => {
    const { ann, others: [bob, cal], room, seq } = await roomOf(3);
    const [watcher, phone] = [await ann.connect(), await bob.connect()];
    await phone.call('room.delivered', { room: room.id, seq });
    const told = await watcher.next('room.delivered');
    assert.deepEqual(told, { type: 'room.delivered', room: room.id, user_id: bob.id, delivered_seq: seq });
    const before = await delivered(ann, room);
    assert.deepEqual([before[ann.id], before[bob.id], before[cal.id] < seq], [seq, seq, true]);
    assert.equal((await receipts(ann, room))[bob.id] < seq, true, 'it is not read by that');
    expectStatus(await cal.put(`/rooms/${room.id}/delivered`, { seq: seq + 100 }), 204);
    assert.deepEqual(await watcher.next('room.delivered', ({ user_id }) => user_id === cal.id),
        { type: 'room.delivered', room: room.id, user_id: cal.id, delivered_seq: seq }, 'past the end counts as the end');
    for (const again of [seq, 1, 0])
        await phone.call('room.delivered', { room: room.id, seq: again });
    assert.deepEqual(await deliveriesTo(watcher), [], 'what was told before is not told again');
    assert.deepEqual(await deliveriesTo(phone), [{ ...told, user_id: cal.id }], 'nor to oneself');
    await server.restart({ hard: true });
    assert.equal((await delivered(cal, room))[bob.id], seq);
});

test('what was read was delivered', async () => {
    const { ann, others: [bob], room, seq } = await roomOf(3);
    const watcher = await ann.connect();
    await read(bob, room, seq);
    expectStatus(await bob.put(`/rooms/${room.id}/delivered`, { seq }), 204);
    assert.equal((await delivered(ann, room))[bob.id], seq);
    assert.deepEqual(await deliveriesTo(watcher), []);
});

test('in a room that is not small nobody keeps who has what', async () => {
    const { ann, others: [bob], room, seq } = await roomOf(5);
    const watcher = await ann.connect();
    expectStatus(await bob.put(`/rooms/${room.id}/delivered`, { seq }), 204);
    assert.deepEqual(await deliveriesTo(watcher), []);
    assert.equal((await delivered(ann, room))[bob.id] < seq, true);
});

test('who does not want receipts tells nobody what has arrived, and is not told of others', async () => {
    const { ann, others: [bob, cal], room, seq } = await roomOf(3);
    const [hers, his] = [await ann.connect(), await bob.connect()];
    await hide(bob);
    expectStatus(await bob.put(`/rooms/${room.id}/delivered`, { seq }), 204);
    expectStatus(await cal.put(`/rooms/${room.id}/delivered`, { seq }), 204);
    await hers.next('room.delivered', ({ user_id }) => user_id === cal.id);
    assert.deepEqual(await deliveriesTo(hers), []);
    assert.deepEqual(await deliveriesTo(his), []);
    await show(bob);
    assert.equal((await delivered(ann, room))[bob.id] < seq, true, 'nor is it known afterwards');
});

test('of two who have blocked one another in a direct room none hears what has arrived', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createDirect(bob);
    const { seq } = await ann.say(room, 'hello');
    expectStatus(await ann.put(`/me/feed/block:${bob.id}`, { value: {} }), 200);
    const watcher = await ann.connect();
    expectStatus(await bob.put(`/rooms/${room.id}/delivered`, { seq }), 204);
    assert.deepEqual(await deliveriesTo(watcher), []);
});

test('what a mark of delivery cannot be', async () => {
    const { ann, room } = await roomOf(3);
    for (const seq of [-1, 1.5, 'x', null])
        expectProblem(await ann.put(`/rooms/${room.id}/delivered`, { seq }), 422, 'field.invalid', 'seq');
    expectProblem(await ann.put(`/rooms/${room.id}/delivered`, {}), 422, 'field.missing', 'seq');
});

test('who is not in the room learns nothing', async () => {
    const { room } = await roomOf(3);
    const [eve] = await signUpMany(server, 1);
    expectProblem(await eve.get(`/rooms/${room.id}/receipts`), 404, 'room.not_found');
    expectProblem(await eve.put(`/rooms/${room.id}/delivered`, { seq: 1 }), 404, 'room.not_found');
});
