// Messages that ask: votes, who gave them, secret ones, and the end.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { elsewhere, filesHold, isForgotten } from '../support/files.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'poll_options=4', '--limit', 'poll_open_s=3600'] });
const [ann, bob, cal, dan] = await signUpMany(server, 4);

const NOBODY = '00000000000';
const at = ({ room, seq }) => `/rooms/${room}/messages/${seq}`;
const group = (...others) => ann.createGroup('polls', others);
const send = (who, room, content) => who.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: { type: 'poll', text: 'Where?', options: ['here', 'there', 'nowhere'], ...content } });
const ask = async (who, room, content = {}) => expectStatus(await send(who, room, content), 201);
const vote = (who, poll, choices, nonce = freshNonce()) => who.put(`${at(poll)}/vote`, { choices, nonce });
const voted = async (who, poll, choices) => expectStatus(await vote(who, poll, choices), 200);
const look = async (who, poll) => expectStatus(await who.get(at(poll)), 200);
const result = async (who, poll) => (await look(who, poll)).poll;
const voters = async (who, poll, option) => expectStatus(await who.get(`${at(poll)}/votes/${option}`), 200).users.map(({ id }) => id).sort();

test('votes are counted for everybody, with who, and may change', async () => {
    const room = await group(bob, cal);
    const watcher = await cal.connect();
    const poll = await ask(ann, room);
    assert.deepEqual(poll.content, { type: 'poll', text: 'Where?', options: ['here', 'there', 'nowhere'] });
    assert.deepEqual((await watcher.next('message.created')).message, poll);
    assert.deepEqual(await result(ann, poll), { counts: [0, 0, 0], voters: 0, seq: 0, mine: [] });
    const first = await voted(ann, poll, [0]);
    assert.equal(first.duplicate, false);
    await voted(bob, poll, [0]);
    await voted(ann, poll, [2]);
    const events = [await watcher.next('poll.voted'), await watcher.next('poll.voted'), await watcher.next('poll.voted')];
    assert.deepEqual(events.map(({ sender, target, choices, counts, voters: all }) => [sender, target, choices, counts, all]),
        [[ann.id, poll.seq, [0], [1, 0, 0], 1], [bob.id, poll.seq, [0], [2, 0, 0], 2], [ann.id, poll.seq, [2], [1, 0, 1], 2]]);
    assert.deepEqual(await result(ann, poll), { counts: [1, 0, 1], voters: 2, seq: events[2].seq, mine: [2], mine_seq: events[2].seq });
    assert.deepEqual((await result(cal, poll)).mine, []);
    assert.deepEqual(await voters(cal, poll, 0), [bob.id]);
    const page = expectStatus(await cal.get(`/rooms/${room.id}/messages`), 200);
    const history = await watcher.call('room.history', { room: room.id });
    assert.deepEqual(page.messages[0].poll.counts, [1, 0, 1]);
    assert.deepEqual(history.messages, page.messages);
    expectStatus(await ann.delete(`${at(poll)}/vote`), 204);
    assert.deepEqual((({ choices, counts, voters: all }) => [choices, counts, all])(await watcher.next('poll.voted')), [[], [1, 0, 0], 1]);
    expectProblem(await ann.delete(`${at(poll)}/vote`), 404, 'vote.not_found');
    assert.equal((await cal.room(room)).unread, 1, 'a vote is no message');
});

test('several options only where one may, and only those that there are', async () => {
    const room = await group(bob);
    const [single, several] = [await ask(ann, room), await ask(ann, room, { multiple: true })];
    const socket = await bob.connect();
    expectProblem(await vote(bob, single, [0, 1]), 422, 'field.invalid', 'choices');
    expectProblem(await vote(bob, single, [3]), 422, 'field.invalid', 'choices');
    expectProblem(await vote(bob, single, 'here'), 422, 'field.invalid', 'choices');
    await socket.refused('field.missing', 'poll.vote', { room: room.id, seq: single.seq });
    await socket.call('poll.vote', { room: room.id, seq: several.seq, choices: [2, 0, 2] });
    assert.deepEqual(await result(bob, several).then(({ counts, voters: all, mine }) => [counts, all, mine]), [[1, 0, 1], 1, [0, 2]]);
    expectProblem(await vote(bob, await bob.say(room, 'no poll'), [0]), 422, 'field.invalid', 'seq');
    expectProblem(await vote(dan, several, [0]), 404, 'room.not_found');
    expectProblem(await dan.get(`${at(several)}/votes/0`), 404, 'room.not_found');
    expectProblem(await bob.get(`${at(several)}/votes/3`), 422, 'field.invalid', 'option');
});

test('what asks nothing that can be answered is no poll', async () => {
    const room = await group();
    const fields = { 'content.text': ' ', 'content.options': ['one'], 'content.multiple': 1, 'content.anonymous': 'yes', 'content.closes_at': 'soon' };
    for (const [field, value] of Object.entries(fields))
        expectProblem(await send(ann, room, { [field.slice('content.'.length)]: value }), 422, 'field.invalid', field);
    for (const options of [['a', 'a'], ['a', 'b', 'c', 'd', 'e'], ['a', ''], 'a', ['a', 'b'.repeat(257)]])
        expectProblem(await send(ann, room, { options }), 422, 'field.invalid', 'content.options');
    expectProblem(await send(ann, room, { text: 'x'.repeat(1025) }), 422, 'field.invalid', 'content.text');
    for (const ahead of [-1, 3_700_000])
        expectProblem(await send(ann, room, { closes_at: new Date(Date.now() + ahead).toISOString() }), 422, 'field.invalid', 'content.closes_at');
    const poll = await ask(ann, room);
    expectProblem(await ann.patch(at(poll), { content: text('other') }), 422, 'field.invalid', 'content.type');
    expectProblem(await ann.patch(at(await ann.say(room, 'x')), { content: poll.content }), 422, 'field.invalid', 'content.type');
    expectProblem(await ann.post(`${at(poll)}/forward`, { to: room.id }), 422, 'field.invalid');
});

test('what one chooses in an anonymous poll is told to one\'s own devices, and to nobody else', async () => {
    const room = await group(bob);
    const [phone, laptop, other] = [await bob.connect(), await bob.connect(), await ann.connect()];
    const poll = await ask(ann, room, { anonymous: true, multiple: true });
    const seqs = [];
    for (const choices of [[2, 0], []])
        seqs.push((await phone.call('poll.vote', { room: room.id, seq: poll.seq, choices, nonce: freshNonce() })).seq);
    for (const device of [phone, laptop])
        for (const [at_, choices] of [[0, [0, 2]], [1, []]])
            assert.deepEqual(await device.next('poll.chosen'), { type: 'poll.chosen', room: room.id, target: poll.seq, voted_seq: seqs[at_], choices });
    await voted(bob, await ask(ann, room), [1]);
    for (const device of [laptop, other])
        await device.until(() => device.events.filter(({ type }) => type === 'poll.voted').length === 3, 'all votes');
    assert.deepEqual([laptop, other].map(({ events }) => events.filter(({ type }) => type === 'poll.chosen').length), [0, 0], 'votes that everybody sees need no word');
});

test('two devices that vote from the same base both count, and a retry changes nothing', async () => {
    const room = await group(bob);
    for (const anonymous of [true, false]) {
        const poll = await ask(ann, room, { anonymous, multiple: true });
        const [phone, laptop] = [await bob.connect(), await bob.connect()];
        const change = (choices, base, nonce = freshNonce()) => ({ room: room.id, seq: poll.seq, choices, base, nonce });
        const byRest = async (body) => expectStatus(await bob.put(`${at(poll)}/vote`, body), 200);
        const mine = async () => (await result(bob, poll)).mine;

        const first = change([0], []);
        const { seq } = await phone.call('poll.vote', first);
        await byRest(change([1], []));
        assert.deepEqual(await mine(), [0, 1]);
        const again = await laptop.call('poll.vote', first);
        assert.deepEqual([again.seq, again.duplicate], [seq, true], 'what was sent again has its own event');
        assert.deepEqual(await mine(), [0, 1]);

        await Promise.all([phone.call('poll.vote', change([0, 1, 2], [0, 1])), laptop.call('poll.vote', change([1], [0, 1])), byRest(change([0, 1], [0, 1]))]);
        assert.deepEqual(await mine(), [1, 2]);
        assert.deepEqual((await result(ann, poll)).counts, [0, 1, 1]);
        await byRest(change([], [1]));
        assert.deepEqual(await mine(), [2]);
        await phone.refused('field.invalid', 'poll.vote', change([0], [3]));
        expectProblem(await bob.put(`${at(poll)}/vote`, change([0], 'none')), 422, 'field.invalid', 'base');
        await byRest({ choices: [0] });
        assert.deepEqual(await mine(), [0], 'without a base a vote takes the place of any other');
    }
    const single = await ask(ann, room, { anonymous: true });
    await voted(bob, single, [1]);
    expectStatus(await bob.put(`${at(single)}/vote`, { choices: [2], base: [0] }), 200);
    assert.deepEqual((await result(bob, single)).mine, [2]);
});

test('in an anonymous poll nobody is told who voted, and nobody votes twice', async () => {
    const room = await group(bob, cal);
    const watcher = await ann.connect();
    const poll = await ask(ann, room, { anonymous: true });
    const nonces = [freshNonce(), freshNonce(), freshNonce()];
    const seqs = [];
    for (const [who, choices, nonce] of [[bob, [1], nonces[0]], [cal, [1], nonces[1]], [bob, [0], nonces[2]]])
        seqs.push(expectStatus(await vote(who, poll, choices, nonce), 200).seq);
    const again = expectStatus(await vote(bob, poll, [0], nonces[2]), 200);
    assert.deepEqual([again.seq, again.duplicate], [seqs[2], true]);
    assert.equal(expectStatus(await vote(bob, poll, [0]), 200).duplicate, true, 'the same again is the same');
    assert.equal(expectStatus(await vote(bob, poll, [1], nonces[0]), 200).seq, seqs[0], 'a retry that comes late changes nothing');
    assert.deepEqual(await result(ann, poll), { counts: [1, 1, 0], voters: 2, seq: seqs[2], mine: [] });
    assert.deepEqual(await result(bob, poll).then(({ mine, mine_seq }) => [mine, mine_seq]), [[0], seqs[2]]);
    expectProblem(await ann.get(`${at(poll)}/votes/0`), 403, 'poll.anonymous');
    expectProblem(await bob.get(`${at(poll)}/votes/1`), 403, 'poll.anonymous');
    const told = [await watcher.next('poll.voted'), await watcher.next('poll.voted'), await watcher.next('poll.voted')];
    const read = (await ann.events(room)).filter(({ type }) => type === 'poll.voted');
    const sync = await watcher.call('sync', { rooms: { [room.id]: poll.seq }, only: true });
    assert.deepEqual(read, told);
    assert.deepEqual(sync.rooms[0].events, told);
    for (const event of told)
        assert.deepEqual([event.sender, Object.keys(event).sort()], [NOBODY, ['count', 'counts', 'created_at', 'room', 'sender', 'seq', 'target', 'type', 'voters']]);
    const everything = JSON.stringify([told, read, sync, expectStatus(await ann.get(`/rooms/${room.id}/audit`), 200), expectStatus(await ann.get('/search?q=nowhere'), 200)]);
    for (const nonce of nonces)
        assert.ok(!everything.includes(nonce));
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    assert.equal(expectStatus(await vote(bob, poll, [0], nonces[2]), 200).seq, seqs[2], 'the retry of who was removed finds its own vote');
    expectProblem(await vote(bob, poll, [2]), 404, 'room.not_found');
});

test('a poll is closed by its maker and by moderators', async () => {
    const room = await group(bob, cal);
    const poll = await ask(bob, room);
    const socket = await cal.connect();
    await voted(cal, poll, [0]);
    expectProblem(await cal.post(`${at(poll)}/close`, {}), 403, 'room.forbidden');
    await socket.refused('room.forbidden', 'poll.close', { room: room.id, seq: poll.seq });
    const nonce = freshNonce();
    const closed = expectStatus(await bob.post(`${at(poll)}/close`, { nonce }), 200);
    const event = await socket.next('poll.closed');
    assert.deepEqual([event.sender, event.target, event.seq], [bob.id, poll.seq, closed.seq]);
    assert.equal(expectStatus(await bob.post(`${at(poll)}/close`, { nonce }), 200).seq, closed.seq);
    assert.equal(expectStatus(await ann.post(`${at(poll)}/close`, {}), 200).duplicate, true);
    const { closed_at, closed_by, counts, seq } = await result(cal, poll);
    assert.deepEqual([closed_at, closed_by, counts, seq], [event.created_at, bob.id, [1, 0, 0], closed.seq]);
    expectProblem(await vote(cal, poll, [1]), 409, 'poll.closed');
    expectProblem(await cal.delete(`${at(poll)}/vote`), 409, 'poll.closed');
    const other = await ask(bob, room);
    expectStatus(await ann.post(`${at(other)}/close`, {}), 200);
});

test('it closes by itself at its time, and what was voted before stands', async (t) => {
    const turned = await serveWithClock(t);
    const [one, two] = await signUpMany(turned, 2);
    const room = await one.createGroup('until five', [two]);
    const ends = new Date(Date.now() + 600_000).toISOString();
    const brief = await ask(one, room, { closes_at: ends });
    assert.equal(brief.content.closes_at, ends);
    const early = freshNonce();
    const inTime = expectStatus(await vote(two, brief, [1], early), 200);
    await turned.turnClock(601_000);
    expectProblem(await vote(one, brief, [1]), 409, 'poll.closed');
    assert.equal(expectStatus(await vote(two, brief, [1], early), 200).seq, inTime.seq);
    expectProblem(await one.post(`${at(brief)}/close`, {}), 409, 'poll.closed');
});

test('many people at once are counted exactly, from two devices at once too', async () => {
    const crowd = await signUpMany(server, 8);
    const room = await ann.createGroup('crowd', crowd);
    const watcher = await ann.connect();
    const poll = await ask(ann, room, { anonymous: true });
    await Promise.all(crowd.flatMap((one, n) => [vote(one, poll, [n % 3]), vote(one, poll, [n % 3])]));
    const counts = [0, 1, 2].map((option) => crowd.filter((_, n) => n % 3 === option).length);
    const last = await watcher.next('poll.voted', (event) => event.voters === crowd.length);
    assert.deepEqual(last.counts, counts);
    assert.deepEqual((await result(ann, poll)).counts, counts);
    assert.equal((await ann.events(room, poll.seq)).length, crowd.length, 'each is in the log once');
});

test('it is found by its question and by its options', async () => {
    const room = await group();
    const poll = await ask(ann, room, { text: 'Which zeppelin?', options: ['the quagga', 'the other'] });
    for (const word of ['zeppelin', 'quagga']) {
        const deadline = Date.now() + 10_000;
        let found = [];
        while (!found.length && Date.now() < deadline)
            found = expectStatus(await ann.get(`/search?q=${word}`), 200).results;
        assert.deepEqual(found.map(({ message }) => message.seq), [poll.seq]);
    }
});

test('of a poll that is deleted no word is left, nor how many voted, and nobody votes any more', { skip: elsewhere }, async (t) => {
    const own = await serve(t);
    const [eve] = await signUpMany(own, 1);
    const room = await eve.createGroup('gone', []);
    const poll = await ask(eve, room, { text: 'Is it xylophagous?', options: ['brachistochrone', 'no'] });
    const nonce = freshNonce();
    const counted = expectStatus(await vote(eve, poll, [0], nonce), 200);
    const socket = await eve.connect();
    assert.ok(await filesHold(own.data, 'xylophagous') && await filesHold(own.data, 'brachistochrone'));
    expectStatus(await eve.delete(at(poll)), 204);
    assert.deepEqual((await look(eve, poll)).content, { type: 'deleted', text: '' });
    assert.equal(await result(eve, poll), undefined);
    expectProblem(await vote(eve, poll, [0]), 409, 'message.deleted');
    const told = (await eve.events(room)).filter(({ type }) => type === 'poll.voted');
    assert.deepEqual(told.map(({ sender, seq, target, choices, counts, voters: all }) => [sender, seq, target, choices, counts, all]),
        [[eve.id, counted.seq, poll.seq, undefined, undefined, undefined]], 'that there was a vote stays, and no more');
    const { rooms: [synced] } = await socket.call('sync', { rooms: { [room.id]: poll.seq } });
    assert.equal(synced.events.find(({ type }) => type === 'poll.voted').choices, undefined);
    await socket.close();
    assert.equal(expectStatus(await vote(eve, poll, [0], nonce), 200).seq, counted.seq, 'who asks again is told that it was counted then');
    await isForgotten(own.data, 'xylophagous');
    await isForgotten(own.data, 'brachistochrone');
});
