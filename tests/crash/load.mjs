// Load that is cut short by a crash, over and over, and the audit after each.

import { expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { within } from '../support/server.mjs';
import { Ledger } from './ledger.mjs';

const SENDERS = 6;
const WIDTH = 6;

/** Sends until the socket dies: new messages, now and then an old one of unknown fate again. */
async function send(person, state) {
    const { ledger, chance, rooms } = state;
    const socket = await person.connect();
    socket.onEvent((event) => ledger.saw(event));
    const flow = async () => {
        while (!state.dying) {
            const again = chance.chance(0.1) && chance.pick(ledger.pending().filter((one) => one.sender === person.id));
            const room = again ? { id: again.room } : chance.pick(rooms);
            const nonce = again ? again.nonce : freshNonce();
            ledger.sending(nonce, room, person);
            const reply = await socket.call('message.send',
                { room: room.id, nonce, content: text('x'.repeat(chance.between(1, 400))) });
            ledger.acknowledge(nonce, reply.seq);
            state.progress();
        }
    };
    await Promise.all(Array.from({ length: WIDTH }, flow));
}

/** New groups and read markers, so that more than messages is under way when the end comes. */
async function fidget(person, state) {
    const { ledger, chance, rooms } = state;
    while (!state.dying) {
        const nonce = freshNonce();
        const room = expectStatus(await person.post('/rooms', { kind: 'group', name: 'made in a storm', members: [], nonce }), 201);
        ledger.addRoom(room);
        const watched = chance.pick(rooms);
        const seq = ledger.rooms.get(watched.id).seen.last;
        expectStatus(await person.put(`/rooms/${watched.id}/read`, { seq }), 200);
        ledger.markers.set(watched.id, Math.max(seq, ledger.markers.get(watched.id) ?? 0));
    }
}

/** Runs load until `target` acknowledgements have come, then kills the server. */
async function stormAndKill(server, people, state, target) {
    let acknowledged = 0;
    const watcher = await people[1].connect();
    watcher.onEvent((event) => state.ledger.saw(event));
    state.dying = false;
    const enough = new Promise((done) => {
        state.progress = () => ++acknowledged >= target && done();
    });
    const load = [...people.map((person) => send(person, state)), fidget(people[0], state)];
    const ended = Promise.allSettled(load);
    await within(60_000, `${target} acknowledgements`, Promise.race([enough, ...load]));
    state.dying = true;
    await server.kill();
    await ended;
    await watcher.waitClosed();
}

/** Dies while it starts, after a moment drawn by chance. */
async function dieWhileStarting(server, chance) {
    const launching = server.launch().catch(() => {});
    await new Promise((done) => setTimeout(done, chance.between(0, 40)));
    await server.kill();
    await launching;
}

/**
 * Kills the server `rounds` times under load.
 * @returns {Promise<Ledger>} what was sent, all of it accounted for
 */
export async function crashRounds(server, chance, rounds, report = () => {}) {
    const people = await signUpMany(server, SENDERS);
    const [reader, ...others] = people;
    const ledger = new Ledger();
    const rooms = [];
    for (const name of ['one', 'two', 'three']) {
        const room = await reader.createGroup(name, others);
        rooms.push(room);
        ledger.addRoom(room);
    }
    const state = { ledger, chance, rooms, progress: () => {} };
    for (let round = 1; round <= rounds; round++) {
        await stormAndKill(server, people, state, chance.between(1, 400));
        if (chance.chance(0.25))
            await dieWhileStarting(server, chance);
        const before = ledger.pending().length;
        await server.launch();
        await ledger.audit(reader);
        report(`round ${round}: ${ledger.acknowledged} acknowledged, of ${before} unknown `
            + `${before - ledger.pending().length} turned out stored`);
    }
    await settlePending(ledger, people);
    await ledger.audit(reader, { fromStart: true });
    return ledger;
}

/** Whoever got no answer sends again by nonce: one event results. */
async function settlePending(ledger, people) {
    for (const entry of ledger.pending()) {
        const person = people.find((one) => one.id === entry.sender);
        const message = expectStatus(await person.post(`/rooms/${entry.room}/messages`,
            { nonce: entry.nonce, content: text('again') }), 200, 201);
        ledger.acknowledge(entry.nonce, message.seq);
    }
}
