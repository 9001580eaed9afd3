// Two servers have a home each for the same room, and nobody decides which of them leads: while the bus is cut in half, as
// it is here up to the last test, neither hears of the other, and the log alone keeps them right.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectSameLog, Follower } from '../support/follower.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats, Wire } from '../support/nats.mjs';
import { at } from '../support/peers.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
let mongo, nats, wire, one, other;

before(async () => {
    if (missing)
        return;
    [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    wire = await Wire.to(nats.port);
    const args = ['--workers', '2', '--store', mongo.uri(), '--limit', 'room_members=3', '--bus'];
    one = await serve({ after() {} }, { args: [...args, nats.url] });
    other = await serve({ after() {} }, { args: [...args, wire.url] });
    wire.cut();
    await untilReadyz(other, 503);
});
after(async () => {
    await Promise.all([one?.dispose(), other?.dispose()]);
    wire?.close();
    await nats?.stop();
    await mongo?.dispose();
});

const there = (person) => at(other, person);

/** What a client does with an act of unknown outcome: the same again. */
async function insists(ask) {
    for (;;) {
        const answer = await ask();
        if (answer.status !== 503)
            return answer;
    }
}

const says = (person, room, nonce = freshNonce()) =>
    insists(() => person.post(`/rooms/${room.id}/messages`, { nonce, content: text(nonce) }));
const sets = async (person, room, change) => expectStatus(await insists(() => person.patch(`/rooms/${room.id}`, change)), 200);

test('what both append stands once, in one order, and everybody on either side is told all of it', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('halves', [bob]);
    const followers = [new Follower(ann), new Follower(there(bob))];
    await Promise.all(followers.map((follower) => follower.connect()));
    const nonces = [];
    await Promise.all([ann, bob].map(async (who) => {
        for (let n = 0; n < 6; n++) {
            const nonce = freshNonce();
            nonces.push(nonce);
            const twice = await Promise.all([says(who, room, nonce), says(there(who), room, nonce)]);
            const [first, second] = twice.map((answer) => expectStatus(answer, 200, 201));
            assert.deepEqual(second, first, 'one act, whichever server is asked');
            assert.deepEqual(twice.map(({ status }) => status).sort(), [200, 201], 'made once');
        }
    }));
    const end = (await ann.room(room)).last_seq;
    await Promise.all(followers.map((follower) =>
        follower.socket.until(() => follower.log(room.id).last >= end, `all up to ${end}`)));
    const truth = await expectSameLog(ann, room, followers.map((follower) => follower.log(room.id)));
    assert.deepEqual(truth.filter(({ type }) => type === 'message.created').map(({ message }) => message.nonce).sort(), nonces.sort());
    await Promise.all(followers.map((follower) => follower.drop().catch(() => {})));
});

test('who loses the place judges again behind the winner: nobody writes behind a lock, or in a room that they were taken out of', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('locks', [bob]);
    const bobThere = there(bob);
    for (let n = 0; n < 8; n++) {
        const [, said] = await Promise.all([sets(ann, room, { locked: true }), says(bobThere, room)]);
        if (said.status !== 201)
            expectProblem(said, 403, 'room.locked');
        expectProblem(await says(bobThere, room), 403, 'room.locked');
        await sets(ann, room, { locked: false });
        expectStatus(await says(bobThere, room), 201);
    }
    const [removed, last] = await Promise.all([insists(() => ann.delete(`/rooms/${room.id}/members/${bob.id}`)), says(bobThere, room)]);
    expectStatus(removed, 204);
    expectStatus(last, 201, 404);
    expectProblem(await says(bobThere, room), 404, 'room.not_found');
    let mayWrite = true;
    for (const event of await ann.events(room)) {
        if (event.type === 'room.updated' && event.locked !== undefined)
            mayWrite = !event.locked;
        if (event.type === 'room.user.left')
            mayWrite = false;
        assert.ok(event.type !== 'message.created' || mayWrite, `${event.seq} was written behind what forbids it`);
    }
});

test('what there is room for once only one of both gets', { skip: missing }, async () => {
    const [ann, bob, cat, dan] = await signUpMany(one, 4);
    const adds = (owner, room, who, nonce = freshNonce()) => insists(() => owner.post(`/rooms/${room.id}/members`, { user_id: who.id, nonce }));
    for (let n = 0; n < 3; n++) {
        const room = await ann.createGroup(`three ${n}`, [bob]);
        await sets(ann, room, { slow_mode_s: 600 });
        const answers = await Promise.all([adds(ann, room, cat), adds(there(ann), room, dan)]);
        const [won, lost] = answers[0].status === 201 ? answers : answers.reverse();
        expectStatus(won, 201);
        expectProblem(lost, 409, 'room.full');
        const said = await Promise.all([says(bob, room), says(there(bob), room)]);
        const [first, second] = said[0].status === 201 ? said : said.reverse();
        expectStatus(first, 201);
        expectProblem(second, 429, 'room.slow_mode');
        assert.equal((await ann.room(room)).member_count, 3);
    }
});

test('a server that dies with messages on their way loses none that it acknowledged, and none is there twice', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('last words', [bob]);
    wire.heal();
    await untilReadyz(other, 200);
    const far = await there(ann).connect();
    const sent = Array.from({ length: 60 }, () => freshNonce()), acknowledged = new Map();
    const replies = sent.map((nonce) => far.request('message.send', { room: room.id, nonce, content: text(nonce) })
        .then((reply) => { if (reply.ok) acknowledged.set(nonce, reply.seq); }, () => {}));
    await Promise.race(replies);
    await other.kill();
    await Promise.all(replies);
    for (const nonce of sent) {
        const { seq } = expectStatus(await says(ann, room, nonce), 200, 201);
        assert.equal(seq, acknowledged.get(nonce) ?? seq, 'it has the number that was acknowledged');
    }
    const truth = await expectSameLog(bob, room, []);
    assert.deepEqual(truth.filter(({ type }) => type === 'message.created').map(({ message }) => message.nonce).sort(), sent.sort());
    await other.launch();
});
