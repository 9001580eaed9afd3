// Somebody who follows rooms the way a client must: live events, and sync after every
// connection. It checks on the way that there is no double (one seq, one event, on every road it came by),
// and at the end that there is no gap (nothing missing).

import assert from 'node:assert/strict';
import { expectStatus } from './http.mjs';

/**
 * What must be the same in every copy of an event that anybody ever saw. Of a message that was
 * edited or deleted, a later copy says other words.
 */
export const essence = (event) => JSON.stringify([event.type, event.seq, event.sender ?? event.message?.sender,
    event.created_at, event.count, event.user_id ?? null, event.message?.seq ?? null,
    event.message?.nonce ?? event.nonce ?? null]);

/** As much as both can know: the words too, where neither copy is of after a change. */
const words = ({ message }) => (message && !message.edit_seq ? JSON.stringify(message.content) : null);

export class RoomLog {
    constructor() {
        this.bySeq = new Map();
        this.last = 0;
    }

    /** Remembers an event; another one under the same seq is a broken promise. */
    add(event) {
        assert.ok(Number.isInteger(event.seq) && event.seq > 0, JSON.stringify(event));
        const known = this.bySeq.get(event.seq);
        if (known) {
            assert.equal(essence(event), essence(known), `two events with seq ${event.seq}`);
            if (words(event) !== null && words(known) !== null)
                assert.equal(words(event), words(known), `two events with seq ${event.seq}`);
        }
        else
            this.bySeq.set(event.seq, event);
        while (this.bySeq.has(this.last + 1))
            this.last++;
    }

    /** The whole log, which must have no gap from 1 to `upTo`. */
    complete(upTo) {
        assert.equal(this.last, upTo, `gap after ${this.last}`);
        assert.equal(this.bySeq.size, upTo, 'events past the end');
        return Array.from({ length: upTo }, (_, at) => this.bySeq.get(at + 1));
    }
}

export class Follower {
    constructor(person) {
        this.person = person;
        this.logs = new Map();
    }

    log(roomId) {
        if (!this.logs.has(roomId))
            this.logs.set(roomId, new RoomLog());
        return this.logs.get(roomId);
    }

    /** Connects, listens, then asks for what was missed: in that order nothing falls between. */
    async connect() {
        this.socket = await this.person.connect();
        const live = new Map();
        const take = (event) => {
            if (event.seq === undefined)
                return;
            const before = live.get(event.room);
            if (before !== undefined)
                assert.equal(event.seq, before + 1, 'live events come in order, each once');
            live.set(event.room, event.seq);
            this.log(event.room).add(event);
        };
        const early = this.socket.events.splice(0);
        early.forEach(take);
        this.socket.onEvent(take);
        await this.catchUp();
        return this;
    }

    /** sync, page by page, until every room that is behind has caught up. */
    async catchUp() {
        for (;;) {
            const rooms = Object.fromEntries([...this.logs].map(([id, log]) => [id, log.last]));
            let behind = false;
            let cursor = null;
            do {
                const fields = { rooms, limit: 200, ...(cursor ? { cursor } : {}) };
                const page = await this.socket.call('sync', fields);
                for (const room of page.rooms)
                    behind = await this.#take(room, rooms) || behind;
                cursor = page.next;
            } while (cursor !== null);
            if (!behind)
                return;
        }
    }

    /** @returns {Promise<boolean>} whether the room has more than this page */
    async #take(room, asked) {
        const log = this.log(room.room);
        room.events.forEach((event) => log.add(event));
        if (room.room in asked)
            return room.has_more;
        if (room.has_more) {
            const older = await this.person.events({ id: room.room });
            older.forEach((event) => log.add(event));
        }
        return false;
    }

    async drop() {
        await this.socket.drop();
    }
}

/** The room's log as REST shows it must be what everybody saw. */
export async function expectSameLog(person, room, logs) {
    const truth = await person.events(room);
    truth.forEach((event, at) => assert.equal(event.seq, at + 1, 'no gap in the log'));
    for (const log of logs) {
        const seen = log.complete(truth.length);
        truth.forEach((event, at) => assert.equal(essence(event), essence(seen[at])));
    }
    const { last_seq } = expectStatus(await person.get(`/rooms/${room.id}`), 200);
    assert.equal(last_seq, truth.length);
    return truth;
}
