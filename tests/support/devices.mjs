// A person's devices, each a client of our SDK. One stays, another one's connection is cut, one is closed and begun
// anew over what it kept, one begins with nothing: what they then know of rooms, messages, threads, people and the
// person's own feed is the same.

import assert from 'node:assert/strict';
import { IDBFactory, IDBKeyRange } from '../../clients/node_modules/fake-indexeddb/build/esm/index.js';
import { PASSWORD } from './people.mjs';
import { ProgramSocket } from './sdk.mjs';
import { SLOW, within } from './server.mjs';

const { IndexedDbStore, MemoryStore, memoryStorage, NatterClient, pollOf, reactionsOf } = await import('../../clients/sdk/dist/mod.js');
globalThis.IDBKeyRange ??= IDBKeyRange;
const WAIT_MS = 30_000 * SLOW;
const NOWHERE = 'ws://127.0.0.1:9/';

/** A device; `store` is what it keeps, `catchUp` how much it reads one by one. */
export class Device {
    constructor(owner, server, person, options) {
        owner.after(() => this.client?.close());
        Object.assign(this, { server, person, sockets: new Set(), isCut: false });
        const device = this;
        this.options = {
            url: server.url, storage: memoryStorage(), ...options,
            webSocket: class extends ProgramSocket {
                constructor(url) {
                    super(device.isCut ? NOWHERE : url);
                    device.sockets.add(this);
                    this.on('close', () => device.sockets.delete(this));
                    this.on('error', () => {});
                }
            },
        };
    }

    /** Begins, or begins again over what it kept. */
    async begin() {
        this.client = new NatterClient(this.options);
        const synced = this.synced();
        if (!this.client.resume())
            await this.client.signIn({ login: this.person.user.username, password: PASSWORD });
        await synced;
        return this;
    }

    synced() {
        return within(WAIT_MS, 'synced', new Promise((done) => { this.client.on('synced', done); }));
    }

    /** Ends as a program ends, and is there again. */
    async restart() {
        await this.client.flush();
        this.client.close();
        await this.begin();
    }

    /** The network goes, without a word. */
    cut() {
        this.isCut = true;
        this.sockets.forEach((socket) => socket.terminate());
    }

    async mend() {
        const synced = this.synced();
        this.isCut = false;
        this.client.wake();
        await synced;
    }

    /** Waits until it knows of all that happened in a room, and has nothing on its way. */
    async settled(room, last) {
        const { client } = this;
        client.outbox.in(room).filter(({ state }) => state === 'failed').forEach(({ nonce }) => client.outbox.discard(nonce));
        const isAsked = ({ newcomers, joined_at } = {}) => newcomers && !joined_at;
        const isThere = () => (client.rooms.get(room)?.last_seq ?? 0) >= last && !isAsked(client.rooms.get(room)) && client.acts.in(room).length === 0 && client.outbox.in(room).length === 0;
        await within(WAIT_MS, 'settled', (async () => {
            while (!isThere())
                await new Promise((done) => { ['rooms', 'acts', 'outbox'].forEach((event) => client.on(event, done)); });
        })());
        await client.flush();
    }
}

/** What a person does at a device, by chance. Much of it is refused; what is not, all devices come to know. */
const BY_HAND = [
    (client, { room, chance, seqs }) => client.rooms.read(room.id, { [chance.pick(['before', 'after', 'around'])]: chance.pick(seqs) }, 12),
    (client, { room }) => client.rooms.read(room.id),
    (client, { room, chance, seqs }) => client.threads.open(room.id, chance.pick(seqs), {}, 5),
    (client, { room, chance, seqs }) => client.acts.put(room.id, chance.pick(seqs.slice(-9)), { do: chance.pick(['react', 'unreact']), emoji: '🔥' }),
    (client, { room, chance, polls }) => client.acts.put(room.id, chance.pick(polls), { do: 'vote', choices: [0], secret: chance.chance(0.5) }),
    (client, { room, chance }) => client.sendText(room.id, `by hand ${chance.next()}`).then(({ seq }) => client.acts.put(room.id, seq, chance.pick([{ do: 'edit', content: { type: 'text', text: `edited ${chance.next()}` } }, { do: 'delete' }]))),
    (client, { room, chance, seqs }) => client.sendText(room.id, `answered ${chance.next()}`, undefined, [], chance.pick(seqs.slice(-9))),
    async (client, { room, chance, seqs }) => client.markRead(room.id, chance.pick(seqs)),
    (client, { room, chance }) => client.drafts.set(room.id, { text: `begun ${chance.next()}` }),
    (client, { room }) => client.drafts.delete(room.id),
    (client, { room, chance, seqs }) => client.saved.save(room.id, chance.pick(seqs)),
    (client, { room, chance, seqs }) => client.hidden.hide(room.id, chance.pick(seqs)),
    (client, { room, chance }) => client.roomWishes.setLevel(room.id, chance.pick(['all', 'mentions', 'none', null])),
    (client, { room, chance }) => client.roomWishes.setFavourite(room.id, chance.pick([true, false])),
    (client, { chance, people }) => client.contacts.put(chance.pick(people.slice(2)).id, { nickname: `nick ${chance.next()}` }),
    (client, { chance }) => client.account.update({ about: `about ${chance.next()}` }),
];

export async function actByHand({ client }, state) {
    await state.chance.pick(BY_HAND)(client, state).catch(() => {});
}

/** Some devices of somebody, begun; every second one keeps all as a page does. */
export function devicesOf(owner, server, person, count) {
    const make = (_, at) => new Device(owner, server, person, { catchUp: 20, store: at % 2 ? new IndexedDbStore(new IDBFactory()) : new MemoryStore() }).begin();
    return Promise.all(Array.from({ length: count }, make));
}

const sorted = (entries) => entries.sort(([one], [other]) => (one < other ? -1 : 1));
const FAMILIES = ['settings', 'room', 'draft', 'saved', 'hidden', 'contact', 'block', 'folder', 'scheduled', 'thread', 'report', 'reports'];

/**
 * Without what is only told along, or only of use for order, and why an administrator deleted it: who came late may not know that,
 * so it is told to nobody where the home does not know who that is, and found where it is read later.
 */
function shown({ reason: _, ...message }) {
    const { mine_seq: __, ...poll } = pollOf(message) ?? {};
    return { ...message, reactions: reactionsOf(message), poll };
}

async function pagesOf(read) {
    const all = [];
    for (let before, more = true; more; ) {
        const page = await read(before === undefined ? {} : { before });
        all.unshift(...page.messages);
        more = page.hasOlder;
        before = page.from;
    }
    return all;
}

const messagesOf = (client, room) => pagesOf(async (position) => {
    const page = await client.rooms.read(room, position, 30);
    return { ...page, messages: page.events.flatMap((event) => (event.type === 'message.created' ? [event.message] : [])) };
});

/** Of what one chose in an anonymous poll nobody tells: who shows one asks. */
async function askForVotes(client, room) {
    for (const { seq, content } of await messagesOf(client, room))
        if (content.type === 'poll' && content.anonymous)
            await client.lookAtVote(room, seq);
    await client.flush();
}

async function timelineOf(client, room) {
    if (!client.rooms.get(room))
        return {};
    await askForVotes(client, room);
    const messages = await messagesOf(client, room);
    const threads = [];
    for (const { seq } of messages.filter(({ answered_at }) => answered_at)) {
        const answers = await pagesOf(async (position) => {
            const { page } = await client.threads.open(room, seq, position, 10);
            return { hasOlder: page.has_older, from: page.messages[0]?.seq, messages: page.messages };
        });
        threads.push([seq, answers.map(shown)]);
    }
    return { messages: messages.map(shown), threads };
}

async function membersOf(client, room) {
    const all = [];
    if (!client.rooms.get(room))
        return all;
    for (let cursor; cursor !== null; ) {
        const page = await client.rooms.members(room, cursor ?? undefined, 3);
        all.push(...page.members.map(({ user, role }) => [user.id, role]));
        cursor = page.next;
    }
    return sorted(all);
}

/** All that a client knows, in one form. */
export async function viewOf(client, room) {
    const rooms = client.rooms.all().map(({ members: _, created_at: __, peer, ...entry }) => [entry.id, { ...entry, permissions: sorted(Object.entries(entry.permissions ?? {})), peer: peer?.id }]);
    return {
        rooms: sorted(rooms),
        ...await timelineOf(client, room),
        members: await membersOf(client, room),
        feed: sorted(FAMILIES.flatMap((family) => client.feed.all(family))),
        user: client.user,
    };
}

/** What a device has of a room while nobody can be asked is the newest part of all there is. */
async function expectKept(device, room, view) {
    device.cut();
    const { events } = await device.client.rooms.read(room, {}, 30);
    const kept = events.flatMap((event) => (event.type === 'message.created' ? [shown(event.message)] : []));
    assert.deepEqual(kept, view.messages.slice(-kept.length));
    for (const [root, answers] of view.threads) {
        const { page } = await device.client.threads.open(room, root);
        assert.deepEqual(page.messages.map(shown), answers.slice(-page.messages.length));
    }
}

/** The same for each of a person's devices, and for one that begins now; `last`: the newest seq of the room, 0 where they are not in it. */
export async function expectOneSdkView(owner, devices, room, last) {
    const [{ server, person }] = devices;
    const fresh = await new Device(owner, server, person, { store: new MemoryStore() }).begin();
    const views = [];
    for (const device of [fresh, ...devices]) {
        await device.settled(room, last);
        views.push(await viewOf(device.client, room));
    }
    for (const view of views.slice(1))
        assert.deepEqual(view, views[0]);
    for (const device of last ? devices : [])
        await expectKept(device, room, views[0]);
}
