// kill -9 between an act and its answer: done again with the same nonce, every act of a room ends
// in one event, and in the same room for everybody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve } from '../support/server.mjs';
import { View, viewFromScratch } from '../support/view.mjs';

/** Command and fields of an act, and the event that it makes. `said`: a message of one's own. */
const acts = [
    ['message.send', 'message.created', () => ({ content: text('once') })],
    ['message.send', 'message.created', () => ({ content: { ...text('once'), mentions: ['everyone'] } })],
    ['message.edit', 'message.updated', (said) => ({ seq: said.seq, content: text('anew') })],
    ['message.delete', 'message.deleted', (said) => ({ seq: said.seq })],
    ['message.react', 'reaction.added', (said) => ({ seq: said.seq, emoji: '🔥' })],
    ['message.pin', 'message.pinned', (said) => ({ seq: said.seq })],
    ['member.update', 'room.user.updated', (said, { bob }) => ({ user_id: bob.id, role: 'moderator' })],
    ['member.mute', 'room.user.muted', (said, { bob }) => ({ user_id: bob.id, seconds: 600, reason: 'loud' })],
    ['member.ban', 'room.user.banned', (said, { eve }) => ({ user_id: eve.id, seconds: 600, reason: 'loud' })],
    ['room.update', 'room.updated', (said) => ({ topic: `topic ${said.seq}`, permissions: { pin: 'member' } })],
];
const ROUNDS = 4;

/** Does it, and kills the server at some moment on the way to the answer. */
async function doAndDie(server, socket, command, fields, ms) {
    const answer = socket.request(command, fields).then(() => true, () => false);
    await new Promise((done) => setTimeout(done, ms));
    await server.kill();
    await socket.waitClosed();
    return answer;
}

test('an act whose answer was lost is done once, however often it is sent', async (t) => {
    const chance = announceSeed('acts');
    const server = await serve(t, { args: ['--workers', '2'] });
    const [ann, bob, eve] = await signUpMany(server, 3);
    const room = await ann.createGroup('crash', [bob]);
    let answered = 0;
    for (let round = 0; round < ROUNDS; round++)
        for (const [command, type, fieldsFor] of acts) {
            const said = await ann.say(room, 'to be changed');
            const fields = { room: room.id, nonce: freshNonce(), ...fieldsFor(said, { bob, eve }) };
            answered += await doAndDie(server, await ann.connect(), command, fields, chance.between(0, 4));
            await server.launch();
            const socket = await ann.connect();
            const { seq } = await socket.call(command, fields);
            assert.equal((await socket.call(command, fields)).seq, seq);
            const made = (await bob.events(room)).filter((event) => (event.nonce ?? event.message?.nonce) === fields.nonce
                && event.type === type);
            assert.deepEqual(made.map((event) => event.seq), [seq], `${command} in round ${round}`);
        }
    t.diagnostic(`${answered} of ${ROUNDS * acts.length} were answered before the end`);
    const log = await bob.events(room);
    const built = log.reduce((view, event) => view.take(event), new View());
    assert.deepEqual(built.plain(), (await viewFromScratch(ann, room)).plain());
});

test('a message that was scheduled is sent once, whenever the server is killed around its time', async (t) => {
    const chance = announceSeed('scheduled');
    const server = await serve(t, { args: ['--workers', '2'] });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('later', [bob]);
    for (let round = 0; round < ROUNDS; round++) {
        const nonce = freshNonce();
        const entry = await ann.put(`/me/feed/scheduled:${room.id}.${nonce}`, { value: { delay_s: 0, content: text('once') } });
        assert.equal(entry.status, 200);
        await new Promise((done) => setTimeout(done, chance.between(0, 1100)));
        await server.kill();
        await server.launch();
        const socket = await ann.connect();
        const waits = async () => (await ann.get('/me/feed?family=scheduled')).body.entries.length > 0;
        while (await waits())
            await new Promise((done) => setTimeout(done, 20));
        await socket.call('ping', {});
        const made = (await bob.events(room)).filter((event) => event.message?.nonce === nonce);
        assert.equal(made.length, 1, `round ${round}`);
    }
});
