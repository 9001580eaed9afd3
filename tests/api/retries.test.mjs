// Every act once, though it is sent twice: after a cut before the answer, and from two devices at the same time.
// crash/acts.test.mjs asks the same with kill -9 between act and answer.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nameOf, request } from '../support/acts.mjs';
import { serveWithAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshNonce } from '../support/people.mjs';
import { attempt, doIt, expectOnce, expectOneView, feedFamilies, feedOf, RETRIED, watchedStage } from '../support/retry.mjs';
import { announceSeed } from '../support/seed.mjs';

const chance = announceSeed('retries');
const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const turns = async (count) => {
    for (let n = 0; n < count; n++)
        await new Promise((done) => setImmediate(done));
};

/** Sends it and is gone, some turns of the loop later: before the server has read it, at work on it, or behind the answer. */
async function sendAndGo(tried, stage) {
    const { act, who, fields } = tried;
    if (act.command) {
        const socket = await who.connect();
        socket.request(act.command, { room: stage.room.id, ...fields }).catch(() => {});
        await turns(chance.between(0, 30));
        return socket.drop();
    }
    const gone = new AbortController();
    const { method, path, body } = request(act.route, stage.room, fields);
    const answer = who.ask(method, path, body, { signal: gone.signal }).catch(() => {});
    await turns(chance.between(0, 30));
    gone.abort();
    return answer;
}

async function expectOneRoom(stage) {
    await stage.away.connect();
    await stage.live.socket.settle();
    await expectOneView(stage.room, stage.of.member, { live: stage.live.log(stage.room.id), sync: stage.away.log(stage.room.id) });
}

test('an act whose connection was cut is done once, however often it is sent', async (t) => {
    const stage = await watchedStage(server);
    let there = 0;
    for (const act of RETRIED) {
        const tried = await attempt(stage, act);
        await sendAndGo(tried, stage);
        const socket = await tried.other.connect();
        const answers = [await doIt(tried, stage, tried.other, socket), await doIt(tried, stage, tried.other, socket)];
        there += answers[0].body?.duplicate === true;
        await expectOnce(tried, stage, answers);
        await act.afterwards?.(stage, 'owner', tried.fields);
    }
    t.diagnostic(`${there} had been done when they were sent again`);
    await expectOneRoom(stage);
});

test('an act that two devices do at once, on sockets and by REST, is done once', async () => {
    const stage = await watchedStage(server);
    for (const act of RETRIED) {
        const tried = await attempt(stage, act);
        const [phone, laptop] = await Promise.all([tried.who.connect(), tried.other.connect()]);
        const answers = await Promise.all([
            doIt(tried, stage, tried.who, phone), doIt(tried, stage, tried.other, laptop), doIt({ ...tried, act: { ...act, command: undefined } }, stage, tried.other)]);
        await expectOnce(tried, stage, answers);
        if (tried.nonce && act.command)
            assert.ok(answers.filter(({ body }) => body?.duplicate === false).length <= 1, nameOf(act));
        await act.afterwards?.(stage, 'owner', tried.fields);
    }
    await expectOneRoom(stage);
});

test('what two devices put into the feed at once is one entry, the same on both, of every family', async () => {
    const stage = await watchedStage(server);
    const { seq } = await stage.owner.say(stage.room, 'to be followed, saved and hidden');
    const laptop = await stage.owner.signInAgain();
    const sockets = await Promise.all([stage.owner.connect(), laptop.connect()]);
    const entries = feedOf(stage, seq, freshNonce());
    assert.deepEqual([...new Set(Object.keys(entries).map((key) => key.split(':')[0]))].sort(), [...new Set(await feedFamilies(laptop))].sort(),
        'there is one of every family');
    for (const [key, value] of Object.entries(entries)) {
        const puts = await Promise.all([...sockets, ...sockets].map((socket) => socket.call('feed.put', { key, value })));
        if (!key.startsWith('scheduled:')) // whose time is counted from each
            assert.equal(new Set(puts.map(({ rev }) => rev)).size, 1, `${key}: the same again is nothing new`);
    }
    const seen = await Promise.all(sockets.map(async (socket) => (await socket.call('sync', { rooms: {}, rev: 0 })).me));
    assert.deepEqual(seen[0], seen[1]);
    for (const key of Object.keys(entries))
        assert.equal(seen[0].filter((entry) => entry.key === key).length, 1, key);
});

test('of two values that two devices give an entry at once the same one stands for both, live and by sync', async () => {
    const stage = await watchedStage(server);
    const sockets = await Promise.all([stage.owner.connect(), (await stage.owner.signInAgain()).connect()]);
    const key = `draft:${stage.room.id}`;
    const heard = sockets.map(() => ({ rev: 0 }));
    sockets.forEach((socket, at) => socket.onEvent((event) => {
        if (event.key === key && event.rev > heard[at].rev)
            heard[at] = event;
    }));
    for (let n = 0; n < 20; n++)
        await Promise.all(sockets.map((socket, at) => socket.call('feed.put', { key, value: { text: `${n} of ${at}` } })));
    await Promise.all(sockets.map((socket) => socket.settle()));
    const { me } = await sockets[0].call('sync', { rooms: {}, rev: 0 });
    const { value, rev } = me.find((entry) => entry.key === key);
    for (const [at, socket] of sockets.entries())
        await socket.until(() => heard[at].rev === rev, 'the newest');
    assert.deepEqual(heard.map((event) => event.value), [value, value]);
});

test('a room that two devices make at once is one room; a marker that both move stands where the farther put it', async () => {
    const stage = await watchedStage(server);
    const nonce = freshNonce();
    const laptop = await stage.owner.signInAgain();
    const made = await Promise.all([stage.owner, laptop, laptop, stage.owner].map((who) =>
        who.post('/rooms', { kind: 'group', name: 'once', members: [stage.of.member.id], nonce })));
    assert.equal(new Set(made.map((answer) => expectStatus(answer, 200, 201).id)).size, 1);
    assert.equal(made.filter(({ status }) => status === 201).length, 1);
    const sockets = await Promise.all([stage.of.guest.connect(), (await stage.of.guest.signInAgain()).connect()]);
    const last = (await stage.owner.room(stage.room)).last_seq;
    await Promise.all(Array.from({ length: last }, (_, at) => sockets[at % 2].call('room.read', { room: stage.room.id, seq: at + 1 })));
    for (const { rooms } of await Promise.all(sockets.map((socket) => socket.call('sync', { rooms: {} }))))
        assert.equal(rooms.find(({ room }) => room === stage.room.id).read_seq, last);
});
