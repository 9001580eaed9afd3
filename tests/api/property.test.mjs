// Random acts of random people, of every kind that there is, and at the end one room for all: what was heard live,
// what sync brought after random absences, and what is read from scratch are the same.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schemaOf, setRole } from '../support/acts.mjs';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { actByHand, devicesOf, expectOneSdkView } from '../support/devices.mjs';
import { DoorsView, doorsFromScratch } from '../support/doors_view.mjs';
import { Follower } from '../support/follower.mjs';
import { expectStatus } from '../support/http.mjs';
import { png } from '../support/images.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { OWN_EMOJI, randomActs } from '../support/random_acts.mjs';
import { expectOneView } from '../support/retry.mjs';
import { announceSeed } from '../support/seed.mjs';
import { viewFromScratch } from '../support/view.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const ACTS = Number(process.env.NATTERNET_TEST_ACTS ?? 1200);
const STEADY = 2; // who are not removed

async function beginning(chance) {
    const people = await signUpMany(server, 8);
    const [ann] = people;
    const room = await ann.createGroup('random', people.slice(1, 6));
    const first = await ann.say(room, 'to begin with');
    const link = expectStatus(await ann.post(`/rooms/${room.id}/links`, {}), 201);
    const admin = await signInAdmin(server);
    expectStatus(await admin.put(`/admin/emoji/${OWN_EMOJI}`, undefined, { raw: png(), headers: { 'content-type': 'image/png' } }), 201);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'public', history: chance.pick(['all', 'joined']), nonce: freshNonce() }), 200);
    for (const [at, role] of ['admin', 'moderator', 'moderator'].entries())
        expectStatus(await setRole(ann, room, people[at + 1], role), 200);
    const sockets = new Map(await Promise.all([...people, admin].map(async (who) => [who, await who.connect()])));
    return { chance, people, admin, steady: STEADY, room, seqs: [1, first.seq], codes: [link.code], links: [link.seq], polls: [], sockets, own: new Map(), reacted: new Map() };
}

async function ownerOf({ people, room }) {
    const { members } = expectStatus(await people[0].get(`/rooms/${room.id}/members`), 200);
    return people.find(({ id }) => members.some(({ user, role }) => user.id === id && role === 'owner'));
}

/** What each has not read is what the log says lies behind their marker, and their marker is where receipts say. */
async function expectUnread({ people, room }, log, view) {
    const inside = people.filter(({ id }) => view.members.some(([who]) => who === id));
    const { receipts } = expectStatus(await people[0].get(`/rooms/${room.id}/receipts`), 200);
    for (const who of inside) {
        const { read_seq, unread, last_seq } = expectStatus(await who.get('/rooms'), 200).rooms.find(({ id }) => id === room.id);
        assert.equal(unread, log.at(-1).count - (log[read_seq - 1]?.count ?? 0));
        assert.equal(last_seq, log.length);
        assert.equal(receipts.find(({ user_id }) => user_id === who.id)?.read_seq ?? 0, read_seq);
    }
}

/** Who came while a room told nothing of its past reads what came behind that, as all others do. Resolves to how many of them there are. */
async function expectParts({ people, room }, view) {
    let late = 0;
    for (const who of people.filter(({ id }) => view.members.some(([member]) => member === id))) {
        const { from_seq: from = 1 } = await who.room(room);
        late += Number(from > 1);
        const isRead = (seq) => seq >= from;
        const messages = view.messages.filter(({ seq, thread = from }) => isRead(seq) && isRead(thread));
        const shown = new Set(messages.map(({ seq }) => seq)); // not what is in a thread that began before
        const on = (list) => list.filter(([seq]) => shown.has(seq));
        const part = { ...view, messages, polls: on(view.polls), reactions: on(view.reactions), pins: view.pins.filter(isRead) };
        assert.deepEqual((await viewFromScratch(who, room)).plain(), part);
    }
    return late;
}

test(`views built live, by sync and from scratch are equal after ${ACTS} random acts`, async (t) => {
    const chance = announceSeed('property');
    const state = await beginning(chance);
    const { people: [ann, bob, cal], room } = state;
    const random = randomActs(schemaOf, state);
    const live = await new Follower(ann).connect(); // there all the time
    const comesAndGoes = await new Follower(bob).connect();
    const lanes = Array.from({ length: 4 }, async () => {
        for (let n = 0; n < ACTS / 4; n++)
            await random.act();
    });
    const absences = (async () => {
        for (let n = 0; n < 8; n++) {
            await comesAndGoes.drop();
            await random.act();
            await comesAndGoes.connect();
        }
    })();
    const [goes] = await devicesOf(t, server, cal, 1); // who may be removed, and let in again
    const [stays, isClosed, isCut, sleeps] = await devicesOf(t, server, bob, 4);
    await sleeps.client.rooms.read(room.id);
    sleeps.cut();
    const devices = (async () => {
        for (let n = 0; n < ACTS / 20; n++) {
            for (const device of [stays, isCut, isClosed, goes])
                await actByHand(device, state);
            [isCut, goes].forEach((device) => device.cut());
            await Promise.all([actByHand(isClosed, state), random.act(), random.act()]);
            await isClosed.restart();
            await Promise.all([isCut.mend(), goes.mend()]);
        }
        await sleeps.mend(); // there is too much by now to read it one by one
    })();
    await Promise.all([...lanes, absences, devices]);
    await live.socket.settle();
    await comesAndGoes.catchUp();

    const view = await expectOneView(room, ann, { live: live.log(room.id), sync: comesAndGoes.log(room.id) });
    const log = await bob.events(room);
    const doors = log.reduce((view, event) => view.take(event), new DoorsView()).plain();
    assert.deepEqual((await doorsFromScratch(await ownerOf(state), room)).plain(), doors);
    await expectUnread(state, log, view);
    const late = await expectParts(state, view);
    await expectOneSdkView(t, [stays, isClosed, isCut, sleeps], room.id, log.length);
    await expectOneSdkView(t, [goes], room.id, view.members.some(([who]) => who === cal.id) ? log.length : 0);
    t.diagnostic([...random.done, ['who came too late for a part', late]].map(([name, count]) => `${name} ${count}`).join(', '));
    assert.ok(log.some(({ type, emoji }) => type === 'reaction.added' && emoji === `:${OWN_EMOJI}:`));
    assert.ok(view.messages.length > 20 && view.messages.some((message) => message.edited_at));
});
