// What people do with messages, one sentence a test, as a program does it with our SDK.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ADMIN, serveWithAdmin } from '../support/admin.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { png } from '../support/images.mjs';
import { startClient, until } from '../support/sdk.mjs';

const { createdFrom, EmojiAdmin, isAnswer, pollOf, reactionsOf, withActs } = await import('../../clients/sdk/dist/mod.js');
const server = await serveWithAdmin({ after });
const start = (account) => startClient({ after }, server, account);
const ann = await start(), bob = await start(), cal = await start(), phone = await start(bob);
const text = (words) => ({ type: 'text', text: words });

/** A group of the three that all their devices know, and something that ann said there. */
async function hall(settings) {
    const { id: room } = await ann.rooms.createGroup('hall', [bob.user.id, cal.user.id], settings);
    await Promise.all([bob, cal, phone].map((client) => until(client, 'rooms', () => client.rooms.get(room))));
    const { seq } = await ann.sendText(room, 'Hello');
    await Promise.all([bob, cal, phone].map((client) => until(client, 'rooms', () => client.rooms.lastMessage(room)?.seq === seq)));
    return { room, seq };
}

/** A message as a client has it. */
async function seen(client, room, seq) {
    const { events } = await client.rooms.read(room, { around: seq });
    return events.find((event) => event.seq === seq)?.message;
}

/** The next event of a type that a client is told in a room. */
const told = (client, type, room) => new Promise((done) => {
    const stop = client.on('event', ({ event }) => {
        if (event.type === type && event.room === room) {
            stop();
            done(event);
        }
    });
});

test('a message is edited, and what it said before is kept for the time that the room decides', async () => {
    const { room, seq } = await hall({ edit_history_s: 3600 });
    const edited = told(bob, 'message.updated', room);
    await ann.acts.put(room, seq, { do: 'edit', content: text('Hello all') });
    assert.equal((await edited).message.content.text, 'Hello all');
    assert.deepEqual((await bob.messages.versions(room, seq)).versions.map(({ content }) => content.text), ['Hello']);
    assert.equal(bob.rooms.get(room).edit_history_s, 3600);
    await ann.rooms.update(room, { edit_history_s: 0 });
    await until(bob, 'rooms', () => bob.rooms.get(room).edit_history_s === 0);
    assert.deepEqual((await bob.messages.versions(room, seq)).versions, []);
});

test('a message is deleted for everyone: a tombstone stays, of who deleted it', async () => {
    const { room, seq } = await hall();
    const deleted = told(bob, 'message.deleted', room);
    await ann.acts.put(room, seq, { do: 'delete' });
    assert.equal((await deleted).message.content.type, 'deleted');
    for (const client of [ann, bob, phone]) {
        await until(client, 'rooms', () => client.rooms.get(room).last_seq > seq);
        const { content, deleted_at } = await seen(client, room, seq);
        assert.deepEqual([content.text, Boolean(deleted_at)], ['', true]);
    }
});

/** What of a room a client shows: as the page does, without what is deleted for oneself. */
async function shown(client, room) {
    const { events } = await client.rooms.read(room);
    return events.filter(({ type, seq }) => type === 'message.created' && !client.hidden.has(room, seq)).map(({ message }) => message.content.text);
}

test('a message is deleted for oneself alone, on all devices, and that is taken back', async () => {
    const { room, seq } = await hall();
    await ann.sendText(room, 'Anybody there?');
    const heard = new Promise((done) => { phone.on('hidden', done); });
    await bob.hidden.hide(room, seq);
    assert.deepEqual(await heard, { room, seq });
    const later = await start(bob);
    for (const own of [bob, phone, later]) assert.deepEqual(await shown(own, room), ['Anybody there?']);
    for (const other of [ann, cal]) assert.deepEqual(await shown(other, room), ['Hello', 'Anybody there?']);
    assert.equal((await seen(phone, room, seq)).content.text, 'Hello', 'it is still in the log, with its seq');
    assert.equal(bob.rooms.get(room).unread, 2, 'what is read is what one says is read');
    await phone.hidden.show(room, seq);
    await until(bob, 'hidden', () => !bob.hidden.has(room, seq));
    for (const own of [bob, phone]) assert.deepEqual(await shown(own, room), ['Hello', 'Anybody there?']);
});

test('a message answers another one', async () => {
    const { room, seq } = await hall();
    const answer = await bob.sendText(room, 'Indeed', seq);
    await until(cal, 'rooms', () => cal.rooms.lastMessage(room)?.seq === answer.seq);
    assert.equal((await seen(cal, room, answer.seq)).reply_to, seq);
});

test('a thread is a view of the log, with an unread of its own that all devices share', async () => {
    const { room, seq } = await hall();
    const answered = told(cal, 'message.created', room);
    await bob.sendText(room, 'Under it', undefined, [], seq);
    assert.ok(isAnswer(await answered));
    await until(ann, 'own', () => ann.threads.readOf(room, seq) !== null);
    const { threads } = await ann.threads.followed();
    const { root } = threads.find(({ root: { room: where } }) => where === room);
    assert.equal(root.answers - ann.threads.readOf(room, seq), 1);
    assert.equal(cal.rooms.get(room).unread, 1, 'the room itself counts its own messages alone');
    await phone.threads.follow(room, seq, 1);
    await until(bob, 'own', () => bob.threads.readOf(room, seq) === 1);
    const { page } = await cal.threads.open(room, seq);
    assert.deepEqual(page.messages.map(({ content }) => content.text), ['Under it']);
});

test('a message has reactions: any emoji, counted, and with who', async () => {
    const { room, seq } = await hall();
    await bob.acts.put(room, seq, { do: 'react', emoji: '👍' });
    await cal.acts.put(room, seq, { do: 'react', emoji: '👍' });
    await cal.acts.put(room, seq, { do: 'react', emoji: '🫎' });
    await until(ann, 'rooms', () => ann.rooms.get(room).last_seq >= seq + 3);
    const counted = (message) => reactionsOf(message).map(({ emoji, count, mine }) => [emoji, count, mine]);
    assert.deepEqual(counted(await seen(bob, room, seq)), [['👍', 2, true], ['🫎', 1, false]]);
    assert.deepEqual(counted(await ann.messages.get(room, seq)), [['👍', 2, false], ['🫎', 1, false]]);
    assert.deepEqual((await ann.messages.reactionUsers(room, seq, '👍')).users.map(({ id }) => id).sort(), [bob.user.id, cal.user.id].sort());
    await bob.acts.put(room, seq, { do: 'unreact', emoji: '👍' });
    assert.deepEqual(counted(await ann.messages.get(room, seq)), [['👍', 1, false], ['🫎', 1, false]]);
});

test('an emoji of the server is a reaction too, counted and with who, and goes on having its name when it is another', async () => {
    const { room, seq } = await hall();
    const emoji = new EmojiAdmin((await start({ user: { username: ADMIN } })).api);
    await assert.rejects(bob.acts.put(room, seq, { do: 'react', emoji: ':boat:' }), { code: 'emoji.unknown' });
    await emoji.upload('boat', new Blob([png()], { type: 'image/png' }));
    const reacted = told(ann, 'reaction.added', room);
    await bob.acts.put(room, seq, { do: 'react', emoji: ':boat:' });
    assert.deepEqual((({ emoji: text, people, target }) => [text, people, target])(await reacted), [':boat:', 1, seq]);
    await cal.acts.put(room, seq, { do: 'react', emoji: ':boat:' });
    await until(phone, 'rooms', () => phone.rooms.get(room).last_seq >= seq + 2);
    const counted = (message) => reactionsOf(message).map(({ emoji: text, count, mine }) => [text, count, mine]);
    for (const own of [bob, phone])
        assert.deepEqual(counted(await seen(own, room, seq)), [[':boat:', 2, true]]);
    assert.deepEqual((await ann.messages.reactionUsers(room, seq, ':boat:')).users.map(({ id }) => id).sort(), [bob.user.id, cal.user.id].sort());
    await emoji.rename('boat', 'ship');
    await bob.acts.put(room, seq, { do: 'unreact', emoji: ':boat:' });
    assert.deepEqual(counted(await ann.messages.get(room, seq)), [[':boat:', 1, false]]);
});

test('what a room keeps for a time only disappears at its time, which programs are told, and nobody reads it again', async (t) => {
    const own = await serveWithClock(t);
    const [one, other] = [await startClient(t, own), await startClient(t, own)];
    const { id: room } = await one.rooms.createGroup('short', [other.user.id], { retention_s: 60 });
    await until(other, 'rooms', () => other.rooms.get(room)?.retention_s === 60);
    const { seq } = await one.sendText(room, 'Soon gone');
    await until(other, 'rooms', () => other.rooms.lastMessage(room)?.seq === seq);
    const { created_at } = await other.messages.get(room, seq);
    const expired = new Promise((done) => { other.on('expired', (gone) => gone.room === room && done(gone.through)); });
    await own.turnClock(61_000);
    other.wake(); // whoever opens a lid asks what time it is
    assert.ok(await expired >= Date.parse(created_at));
    assert.equal(other.rooms.lastMessage(room), undefined);
    const fresh = await one.sendText(room, 'Fresh');
    await until(other, 'rooms', () => other.rooms.lastMessage(room)?.seq === fresh.seq);
    const later = await startClient(t, own, other);
    for (const device of [other, later])
        assert.deepEqual(await shown(device, room), ['Fresh']);
    assert.deepEqual((({ first_seq, unread }) => [first_seq, unread])(later.rooms.get(room)), [fresh.seq, 1]);
    await assert.rejects(other.messages.get(room, seq), { code: 'message.not_found' });
    await assert.rejects(other.messages.react(room, seq, '👍'), { code: 'message.not_found' });
});

test('a message is forwarded with whose words they are, and not where they were said', async () => {
    const { room, seq } = await hall();
    const { room: other } = await hall();
    const copy = await bob.messages.forward(room, seq, other);
    const { content, sender } = await cal.messages.get(other, copy.seq);
    assert.deepEqual([content.text, content.forwarded.sender, sender], ['Hello', ann.user.id, bob.user.id]);
    assert.ok(!JSON.stringify(content).includes(room));
});

test('messages are pinned, and listed the last first', async () => {
    const { room, seq } = await hall();
    const { seq: second } = await bob.sendText(room, 'Second');
    const pinned = told(cal, 'message.pinned', room);
    await ann.acts.put(room, seq, { do: 'pin' });
    assert.equal((await pinned).target, seq);
    await ann.acts.put(room, second, { do: 'pin' });
    assert.deepEqual((await cal.messages.pins(room)).messages.map((message) => message.seq), [second, seq]);
    await ann.acts.put(room, seq, { do: 'unpin' });
    assert.deepEqual((await cal.messages.pins(room)).messages.map((message) => message.seq), [second]);
    await assert.rejects(bob.messages.pin(room, seq), { code: 'room.forbidden' });
});

test('a message is saved for later, and a draft goes on on another device', async () => {
    const { room, seq } = await hall();
    await bob.saved.save(room, seq);
    await bob.drafts.set(room, { text: 'What I wan' });
    await until(phone, 'own', () => phone.drafts.get(room)?.text === 'What I wan' && phone.saved.has(room, seq));
    await phone.drafts.set(room, { text: 'What I wanted', reply_to: seq });
    await until(bob, 'own', () => bob.drafts.get(room)?.text === 'What I wanted');
    const fresh = await start(bob);
    assert.deepEqual(fresh.drafts.get(room), { text: 'What I wanted', reply_to: seq });
    assert.ok(fresh.saved.all().some((one) => one.room === room && one.seq === seq));
    await fresh.drafts.delete(room);
    await fresh.saved.letGo(room, seq);
    await until(bob, 'own', () => bob.drafts.get(room) === null && !bob.saved.has(room, seq));
});

test('people are mentioned, and everybody by who may, with a badge of its own', async () => {
    const { room } = await hall();
    await ann.sendText(room, 'You', undefined, [bob.user.id]);
    await ann.sendText(room, 'All', undefined, ['everyone']);
    await until(bob, 'rooms', () => bob.rooms.get(room).mentions === 2);
    await until(cal, 'rooms', () => cal.rooms.get(room).mentions === 1 && cal.rooms.get(room).unread === 3);
    await assert.rejects(bob.sendText(room, 'All', undefined, ['here']), { code: 'mention.forbidden' });
    bob.outbox.in(room).forEach(({ nonce }) => bob.outbox.discard(nonce));
});

test('a message is sent later, is seen waiting on all devices, and is undone from any of them', async () => {
    const { room } = await hall();
    const sent = told(cal, 'message.created', room);
    await bob.scheduled.send(room, 'At once, and by the server', { when: 0 });
    assert.equal((await sent).message.content.text, 'At once, and by the server');
    await phone.undo.set(10);
    await until(bob, 'own', () => bob.undo.seconds === 10);
    const nonce = await bob.scheduled.send(room, 'In ten seconds', { when: bob.undo.seconds });
    await until(phone, 'own', () => phone.scheduled.all().some((one) => one.nonce === nonce));
    assert.equal(await phone.scheduled.cancel({ room, nonce }), true);
    await until(bob, 'own', () => bob.scheduled.all().length === 0);
    assert.equal(await bob.scheduled.cancel({ room, nonce }), false);
    await bob.undo.set(0);
});

test('a poll of one choice or several, anonymous or not, is voted in and closed', async () => {
    const { room } = await hall();
    const open = await ann.sendPoll(room, { text: 'Which?', options: ['this', 'that'], multiple: true });
    await bob.acts.put(room, open.seq, { do: 'vote', choices: [0, 1], secret: false });
    await cal.acts.put(room, open.seq, { do: 'vote', choices: [1], secret: false });
    const { counts, voters } = pollOf(await ann.messages.get(room, open.seq));
    assert.deepEqual([counts, voters], [[1, 2], 2]);
    assert.deepEqual((await ann.messages.voters(room, open.seq, 0)).users.map(({ id }) => id), [bob.user.id]);
    const closed = told(phone, 'poll.closed', room);
    await ann.acts.put(room, open.seq, { do: 'close' });
    await closed;
    await assert.rejects(bob.acts.put(room, open.seq, { do: 'vote', choices: [], secret: false }), { code: 'poll.closed' });

    const secret = await ann.sendPoll(room, { text: 'Whom?', options: ['her', 'him'], anonymous: true, closes_at: new Date(Date.now() + 3_600_000).toISOString() });
    await bob.acts.put(room, secret.seq, { do: 'vote', choices: [1], secret: true });
    await assert.rejects(ann.messages.voters(room, secret.seq, 1), { code: 'poll.anonymous' });
    await phone.lookAtVote(room, secret.seq);
    await until(phone, 'rooms', () => phone.rooms.get(room).last_seq > secret.seq);
    assert.deepEqual(pollOf(await phone.messages.get(room, secret.seq)).mine, [1]);
    await assert.rejects(cal.messages.vote(room, secret.seq, [0, 1]), { field: 'choices' });
});

test('slow mode lets each write only so often, but who may set it', async () => {
    const { room } = await hall({ slow_mode_s: 60 });
    await bob.rooms.post(room, text('first'));
    const refused = await bob.rooms.post(room, text('second')).catch((error) => error);
    assert.ok(refused.code === 'room.slow_mode' && refused.retryAfter > 50, refused.code);
    await ann.rooms.post(room, text('as often as I like'));
});

test('who has it and who has read it is told, and not of who does not want that', async () => {
    const { room, seq } = await hall();
    const has = new Promise((done) => { ann.on('delivered', (mark) => mark.room === room && mark.user_id === bob.user.id && done(mark.delivered_seq)); });
    const { seq: next } = await ann.sendText(room, 'and on');
    assert.equal(await has, next);
    const read = new Promise((done) => { ann.on('read', (mark) => mark.room === room && mark.user_id === bob.user.id && done(mark.read_seq)); });
    bob.markRead(room, seq);
    assert.equal(await read, seq);
    await until(phone, 'rooms', () => phone.rooms.get(room).unread === 1);
    const receiptOf = async (who) => (await ann.rooms.receipts(room)).receipts.find(({ user_id }) => user_id === who.user.id);
    assert.deepEqual((({ read_seq, delivered_seq }) => [read_seq, delivered_seq])(await receiptOf(bob)), [seq, next]);
    await bob.privacy.set('no-receipts', true);
    assert.equal(await receiptOf(bob), undefined);
    assert.deepEqual((await bob.rooms.receipts(room)).receipts.map(({ user_id }) => user_id), [bob.user.id]);
    await bob.privacy.set('no-receipts', false);
});

test('what is done without a connection is shown at once, and done when there is one', async () => {
    const { room, seq } = await hall();
    const before = await seen(bob, room, seq);
    const putting = bob.acts.put(room, seq, { do: 'react', emoji: '🎈' });
    assert.deepEqual(reactionsOf(withActs(before, bob.acts.in(room))).map(({ emoji, mine }) => [emoji, mine]), [['🎈', true]]);
    await putting;
    assert.equal(createdFrom(await ann.messages.get(room, seq)).message.reactions[0].emoji, '🎈');
});
