// What a crowd does in its rooms beside talking: people change and delete what they wrote, react to what others wrote, and who
// owns a room lets guests in and out. At the end every server says of each room what its log says, and so does everybody who
// heard it.

import assert from 'node:assert/strict';
import { freshNonce, text } from './people.mjs';
import { View, viewFromScratch } from './view.mjs';

const EMOJI = ['👍', '❤️', '🔥'];
const LOOK_BACK = 30; // events

/** The newest messages of a room as somebody heard them, of `sender` alone where one is given. */
function recent(follower, room, sender) {
    const log = follower.log(room.id);
    return Array.from({ length: LOOK_BACK }, (_, back) => log.bySeq.get(log.last - back))
        .filter((event) => event?.type === 'message.created' && (!sender || event.message.sender === sender))
        .map(({ seq }) => seq);
}

const takeOne = (chance, items) => items.splice(chance.between(0, items.length - 1), 1)[0];

/** What is done, by what is chosen from, and why it may rightly be refused: what it is about may be gone. Undefined: there is nothing to do it to. */
const ACTS = {
    edit(follower, room, { chance }) {
        const own = recent(follower, room, follower.person.id);
        return own.length > 0 && { command: 'message.edit', fields: { seq: chance.pick(own), content: text(`changed ${chance.next()}`) }, refusals: /^message\.deleted$/ };
    },
    delete(follower, room, { chance }) {
        const own = recent(follower, room, follower.person.id);
        return own.length > 0 && { command: 'message.delete', fields: { seq: chance.pick(own) }, refusals: /^message\.deleted$/ };
    },
    react(follower, room, { chance }) {
        const seen = recent(follower, room);
        if (seen.length === 0)
            return undefined;
        const fields = { seq: chance.pick(seen), emoji: chance.pick(EMOJI) };
        follower.reacted.push({ room, fields });
        return { command: 'message.react', fields, refusals: /^message\.deleted$/ };
    },
    unreact(follower, _room, { chance }) {
        if (follower.reacted.length === 0)
            return undefined;
        return { command: 'message.unreact', ...takeOne(chance, follower.reacted), refusals: /^(message\.deleted|reaction\.not_found)$/ };
    },
    /** Only the owner does, one at a time: so it is known who is in, and nothing is refused. */
    guest(follower, room, { chance, guests }) {
        const inside = follower.owns.get(room);
        if (!inside)
            return undefined;
        const guest = chance.pick(guests), command = inside.has(guest) ? 'member.remove' : 'member.add';
        if (!inside.delete(guest))
            inside.add(guest);
        return { command, fields: { user_id: guest.id }, refusals: /^$/ };
    },
};
/** Parts of a hundred; the rest is messages. */
const OFTEN = { guest: 30, edit: 10, delete: 3, react: 18, unreact: 7 };

/** What they do now, with the nonce that it keeps until it is answered; undefined: they say something. */
export function chooseAct(follower, room, state) {
    let at = state.chance.between(0, 99);
    const name = Object.keys(OFTEN).filter((one) => one !== 'guest' || follower.owns.has(room)).find((one) => (at -= OFTEN[one]) < 0);
    const act = name && ACTS[name](follower, room, state);
    if (!act)
        return undefined;
    const where = act.room ?? room;
    return { name, command: act.command, refusals: act.refusals, fields: { room: where.id, nonce: freshNonce(), ...act.fields } };
}

const viewOf = (events) => events.reduce((view, event) => view.take(event), new View()).plain();

/** Compared as texts: only what differs is looked at part by part. */
function expectSame(view, truth, whose) {
    if (JSON.stringify(view) !== JSON.stringify(truth))
        assert.deepEqual(view, truth, whose);
}

/** Messages as they stand, reactions, people and settings: the same in the log, on each server and with everybody. */
export async function expectSameViews(state, truths) {
    const { rooms, servers, followers } = state;
    for (const server of servers) {
        followers.forEach(({ person }) => { person.server = server; });
        await Promise.all(rooms.map(async (room) => {
            const { person } = followers.find((one) => one.rooms.includes(room));
            expectSame((await viewFromScratch(person, room, 100)).plain(), viewOf(truths.get(room)), `${server.url} of ${room.id}`);
        }));
    }
    for (const follower of followers)
        for (const room of follower.rooms)
            expectSame(viewOf(follower.log(room.id).complete(truths.get(room).length)), viewOf(truths.get(room)), `${follower.person.id} of ${room.id}`);
    for (const { owns } of followers)
        for (const [room, inside] of owns) {
            const members = viewOf(truths.get(room)).members.map(([id]) => id);
            for (const guest of state.guests)
                assert.equal(members.includes(guest.id), inside.has(guest), 'who was let in or out last');
        }
}
