// Random acts of random people, and at the end one room for all: what was heard live, what sync
// brought after random absences, and what is read from scratch are the same.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Follower } from '../support/follower.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve } from '../support/server.mjs';
import { View, viewFromScratch } from '../support/view.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const ACTS = 600;
const EMOJI = ['👍', '❤️', '🔥'].map(encodeURIComponent);

const ROLES = ['owner', 'admin', 'moderator', 'member', 'guest'];
const SETTINGS = [
    (chance) => ({ topic: `topic ${chance.next()}` }),
    () => ({ topic: '' }),
    (chance) => ({ locked: chance.chance(0.2) }),
    (chance) => ({ archived: chance.chance(0.1), name: 'with another setting' }),
    (chance) => ({ visibility: chance.chance(0.5) ? 'public' : 'private', join: chance.chance(0.3) ? 'approval' : 'free' }),
    (chance) => ({ permissions: { write: chance.pick(ROLES.slice(2)), pin: chance.pick(ROLES.slice(0, 4)) } }),
    (chance) => ({ permissions: { react: chance.pick(ROLES.slice(2)) } }),
];

/** What somebody may try; whether it is allowed is the server's to say. */
const acts = {
    say: (who, { room, chance }) =>
        who.post(`/rooms/${room.id}/messages`, { content: text(`words ${chance.next()}`), nonce: freshNonce() }),
    edit: (who, { room, chance, seqs }) =>
        who.patch(`/rooms/${room.id}/messages/${chance.pick(seqs)}`, { content: text(`edited ${chance.next()}`), nonce: freshNonce() }),
    delete: (who, { room, chance, seqs }) =>
        who.delete(`/rooms/${room.id}/messages/${chance.pick(seqs)}`, { nonce: freshNonce() }),
    answer: (who, { room, chance, seqs }) => who.post(`/rooms/${room.id}/messages`,
        { content: text(`answer ${chance.next()}`), reply_to: chance.pick(seqs), nonce: freshNonce() }),
    thread: (who, { room, chance, seqs }) => who.post(`/rooms/${room.id}/messages`,
        { content: text(`in a thread ${chance.next()}`), thread: chance.pick(seqs.slice(-6)), nonce: freshNonce() }),
    forward: (who, { room, chance, seqs }) =>
        who.post(`/rooms/${room.id}/messages/${chance.pick(seqs)}/forward`, { to: room.id, nonce: freshNonce() }),
    react: (who, { room, chance, seqs }) =>
        who.put(`/rooms/${room.id}/messages/${chance.pick(seqs.slice(-6))}/reactions/${chance.pick(EMOJI)}`, { nonce: freshNonce() }),
    unreact: (who, { room, chance, seqs }) =>
        who.delete(`/rooms/${room.id}/messages/${chance.pick(seqs.slice(-6))}/reactions/${chance.pick(EMOJI)}`, { nonce: freshNonce() }),
    pin: (who, { room, chance, seqs }) => who.put(`/rooms/${room.id}/pins/${chance.pick(seqs)}`, {}),
    unpin: (who, { room, chance, seqs }) => who.delete(`/rooms/${room.id}/pins/${chance.pick(seqs)}`, {}),
    rename: (who, { room, chance }) => who.patch(`/rooms/${room.id}`, { name: `name ${chance.next()}`, nonce: freshNonce() }),
    add: (who, { room, chance, people }) =>
        who.post(`/rooms/${room.id}/members`, { user_id: chance.pick(people).id, nonce: freshNonce() }),
    remove: (who, { room, chance, people }) =>
        who.delete(`/rooms/${room.id}/members/${chance.pick(people.slice(2)).id}`, { nonce: freshNonce() }),
    role: (who, { room, chance, people }) =>
        who.patch(`/rooms/${room.id}/members/${chance.pick(people).id}`, { role: chance.pick(ROLES), nonce: freshNonce() }),
    set: (who, { room, chance }) => who.patch(`/rooms/${room.id}`, { ...chance.pick(SETTINGS)(chance), nonce: freshNonce() }),
    again: (who, { repeats, chance }) => (repeats.length ? chance.pick(repeats)() : null),
};
const WEIGHTS = { say: 8, answer: 3, thread: 6, forward: 2, edit: 6, delete: 2, react: 12, unreact: 6, pin: 4, unpin: 2, rename: 1, add: 2, remove: 1, role: 3, set: 4, again: 3 };

async function act(state) {
    const { chance, people, repeats } = state;
    const who = chance.pick(people);
    const kind = chance.pick(Object.entries(WEIGHTS).flatMap(([name, weight]) => Array(weight).fill(name)));
    const answer = await acts[kind](who, state);
    if (!answer)
        return;
    assert.ok(answer.status < 500, `${kind}: ${JSON.stringify(answer.body)}`);
    if ((kind === 'say' || kind === 'thread') && answer.status === 201)
        state.seqs.push(answer.body.seq);
    if (kind === 'say' && repeats.length < 50) {
        const { nonce } = answer.body;
        if (nonce)
            repeats.push(() => who.post(`/rooms/${state.room.id}/messages`, { content: text('again'), nonce }));
    }
}

test(`views built live, by sync and from scratch are equal after ${ACTS} random acts`, async () => {
    const chance = announceSeed('property');
    const people = await signUpMany(server, 6);
    const [ann, bob] = people;
    const room = await ann.createGroup('random', people.slice(1));
    const first = await ann.say(room, 'to begin with');
    const state = { chance, people, room, seqs: [1, first.seq], repeats: [] };

    const live = await new Follower(ann).connect(); // there all the time
    const comesAndGoes = await new Follower(bob).connect();
    const lanes = Array.from({ length: 4 }, async () => {
        for (let n = 0; n < ACTS / 4; n++)
            await act(state);
    });
    const absences = (async () => {
        for (let n = 0; n < 8; n++) {
            await comesAndGoes.drop();
            await act(state);
            await comesAndGoes.connect();
        }
    })();
    await Promise.all([...lanes, absences]);
    await live.socket.settle();
    await comesAndGoes.catchUp();

    const scratch = (await viewFromScratch(ann, room));
    const { last_seq } = await ann.room(room);
    const log = await ann.events(room);
    const built = (events) => events.reduce((view, event) => view.take(event), new View()).plain();
    for (const [how, events] of [['live', live.log(room.id).complete(last_seq)],
        ['sync', comesAndGoes.log(room.id).complete(last_seq)], ['log', log]])
        assert.deepEqual(built(events), scratch.plain(), how);
    assert.ok(scratch.messages.size > 20 && [...scratch.messages.values()].some((message) => message.edited_at));
});
