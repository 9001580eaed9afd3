// What holds of every act that is tried again: whoever did it, however often, from however many devices, the log
// has its event once, and everybody comes to the same room.

import assert from 'node:assert/strict';
import { ACTS, ADMINS_ACTS, byRest, bySocket, nameOf, schemaOf, setRole, stageOf } from './acts.mjs';
import { signInAdmin } from './admin.mjs';
import { Follower } from './follower.mjs';
import { freshNonce, signUp } from './people.mjs';
import { View, viewFromScratch } from './view.mjs';

/** Who hands the room over is an admin then, and is given it back. */
const HANDING_OVER = {
    ...ACTS.find(({ route }) => route === 'update_member'),
    fields: (stage) => ({ user_id: stage.of.admin.id, role: 'owner' }),
    afterwards: ({ of, owner, room }) => setRole(of.admin, room, owner, 'owner'),
};

/** Every act that the log is told of. What takes no nonce can be done as often as one likes. */
export const RETRIED = [...ACTS.filter(({ event }) => event), HANDING_OVER, ...ADMINS_ACTS];

const takesNonce = ({ route, command }) =>
    'nonce?' in (schemaOf('commands').find(({ type }) => type === command)?.fields ?? schemaOf('rest').find(({ name }) => name === route).body ?? {});

/** One try-out of an act: who does it (the owner, somebody from outside, or an administrator of the server), with which fields and nonce. */
export async function attempt(stage, act) {
    await act.before?.(stage);
    const comesIn = act.never !== undefined;
    const who = act.by?.(stage) ?? (comesIn ? await signUp(stage.server) : stage.owner);
    const fields = await act.fields(stage, who);
    const nonce = takesNonce(act) ? freshNonce() : undefined;
    return { act, who, other: await who.signInAgain(), fields: { ...fields, ...(nonce && { nonce }) }, nonce, before: (await stage.of.member.room(stage.room)).last_seq };
}

/** Does it by a socket, or by REST where there is no command. `door` is a connected socket or a person. */
export const doIt = ({ act, fields }, stage, person, socket) =>
    (act.command ? bySocket(socket, act, stage.room, fields) : byRest(person, act, stage.room, fields));

/** The log has it once. `answers` are those of all tries that were answered. */
export async function expectOnce({ act, nonce, fields, before }, stage, answers) {
    const room = act.into?.(stage) ?? stage.room;
    for (const answer of answers)
        assert.ok(answer.ok, `${nameOf(act)}: ${JSON.stringify(answer.body)}`);
    const seqs = new Set(answers.filter(({ body }) => body && 'reply_to' in body).map(({ body }) => body.seq)); // REST tells other things
    const events = (await stage.of.member.events(room)).filter(({ type, seq }) => type === act.event && (act.into || seq > before));
    if (!nonce) {
        const targets = events.map(({ message }) => message.seq);
        assert.deepEqual(targets, [...new Set(targets)], `${nameOf(act)}: once for each message`);
        return;
    }
    const made = events.filter((event) => (event.nonce ?? event.message?.nonce) === nonce);
    assert.equal(made.length, 1, `${nameOf(act)}: ${JSON.stringify(fields)}`);
    if (act.command)
        assert.deepEqual([...seqs], [made[0].seq], nameOf(act));
}

/** A stage with somebody who listens all the time, somebody who comes and goes, and an administrator of the server (serveWithAdmin). */
export async function watchedStage(server) {
    const stage = await stageOf(server);
    const live = await new Follower(stage.of.member).connect();
    return { ...stage, live, away: new Follower(stage.of.guest), admin: await signInAdmin(server) };
}

/** The same room for all, however they came to know it. */
export async function expectOneView(room, reader, logs) {
    const { last_seq } = await reader.room(room);
    const scratch = (await viewFromScratch(reader, room)).plain();
    const whole = await reader.events(room);
    const built = (events) => events.reduce((view, event) => view.take(event), new View()).plain();
    // Where some came too late for a message, an edit may be told without it, and a deletion by an administrator without
    // its reason; who may read them asks, as the SDK and the page do.
    const isShort = ({ type, message }) => (type === 'message.updated' && !message) || (type === 'message.deleted' && message?.by_server && !message.reason);
    const asked = (event) => (isShort(event) ? whole[event.seq - 1] : event);
    for (const [how, log] of Object.entries(logs))
        assert.deepEqual(built(log.complete(last_seq).map(asked)), scratch, how);
    assert.deepEqual(built(whole), scratch, 'the log');
    return scratch;
}

/** One entry of each family that a feed has, and a value of it. */
export const feedOf = ({ room, of }, seq, nonce) => ({
    'settings:theme': { is: 'dark' }, [`room:${room.id}`]: { favourite: true }, [`draft:${room.id}`]: { text: 'begun' },
    [`draft:${room.id}.${seq}`]: { text: 'an answer' }, [`saved:${room.id}.${seq}`]: {}, [`hidden:${room.id}.${seq}`]: {},
    [`contact:${of.member.id}`]: { nickname: 'Bob' }, [`block:${of.guest.id}`]: {}, 'folder:work': { name: 'Work' },
    [`thread:${room.id}.${seq}`]: { read: seq }, [`scheduled:${room.id}.${nonce}`]: { delay_s: 3600, content: { type: 'text', text: 'later' } },
});

const OF_THE_SERVER = ['report', 'reports']; // whose entries nobody else puts

/** The families that there are for people, as the server itself tells who asks for another. */
export async function feedFamilies(who) {
    const { detail } = (await who.put('/me/feed/nonsense:x', { value: {} })).body;
    return [...detail.matchAll(/([a-z]+):/g)].map(([, family]) => family).filter((family) => !OF_THE_SERVER.includes(family));
}
