// What the outside world knows: everything that was sent, acknowledged or seen. After a crash
// the server's story is held against it.

import { essence, RoomLog } from '../support/follower.mjs';

/** A promise of the server that turned out to be broken. */
export class Loss extends Error {}

export class Ledger {
    constructor() {
        this.sent = new Map();
        this.rooms = new Map();
        this.markers = new Map();
        this.acknowledged = 0;
    }

    addRoom(room) {
        if (!this.rooms.has(room.id))
            this.rooms.set(room.id, { id: room.id, seen: new RoomLog(), stored: new Map(), last: 0 });
    }

    /** About to be sent: from here on it may exist. */
    sending(nonce, room, sender) {
        const known = this.sent.get(nonce);
        if (!known)
            this.sent.set(nonce, { nonce, room: room.id, sender: sender.id, seq: undefined });
        return known;
    }

    /** The server said that it is durable. */
    acknowledge(nonce, seq) {
        const entry = this.sent.get(nonce);
        if (entry.seq !== undefined && entry.seq !== seq)
            throw new Loss(`nonce ${nonce} was ${entry.seq} and is now ${seq}`);
        entry.seq = seq;
        this.acknowledged++;
    }

    /** Somebody saw this event live. */
    saw(event) {
        if (event.seq !== undefined)
            this.rooms.get(event.room)?.seen.add(event);
    }

    /** The unacknowledged ones: nobody knows whether they exist. */
    pending() {
        return [...this.sent.values()].filter((entry) => entry.seq === undefined);
    }

    /** Takes a stored event into the room's truth; each must follow the one before. */
    #store(room, event) {
        if (event.seq !== room.last + 1)
            throw new Loss(`room ${room.id}: ${event.seq} after ${room.last}`);
        const before = room.stored.get(event.seq);
        if (before && essence(before) !== essence(event))
            throw new Loss(`room ${room.id}: ${event.seq} has changed`);
        room.stored.set(event.seq, event);
        room.last = event.seq;
        if (event.type === 'message.created')
            this.#storeMessage(room, event);
    }

    #storeMessage(room, { seq, message }) {
        const entry = this.sent.get(message.nonce);
        if (!entry || entry.room !== room.id || entry.sender !== message.sender)
            throw new Loss(`room ${room.id}: ${seq} was never sent: ${JSON.stringify(message)}`);
        if (entry.stored !== undefined && entry.stored !== seq)
            throw new Loss(`nonce ${message.nonce} is stored twice: ${entry.stored} and ${seq}`);
        if (entry.seq !== undefined && entry.seq !== seq)
            throw new Loss(`nonce ${message.nonce} was acknowledged as ${entry.seq} and is ${seq}`);
        entry.stored = entry.seq = seq;
    }

    /**
     * Reads what the server has now (all of it, or what is new since the last time) and throws
     * a Loss if anything that was promised is not there.
     */
    async audit(reader, { fromStart = false } = {}) {
        for (const room of this.rooms.values()) {
            if (fromStart)
                room.last = 0;
            for (const event of await readLog(reader, room))
                this.#store(room, event);
            for (const [seq, event] of room.seen.bySeq)
                if (!room.stored.has(seq) || essence(room.stored.get(seq)) !== essence(event))
                    throw new Loss(`room ${room.id}: ${seq} was seen live and is gone`);
        }
        for (const entry of this.sent.values())
            if (entry.seq !== undefined && entry.stored === undefined)
                throw new Loss(`nonce ${entry.nonce} was acknowledged as ${entry.seq} and is gone`);
        await this.#auditMarkers(reader);
    }

    async #auditMarkers(reader) {
        for (const [roomId, seq] of this.markers) {
            const answer = await reader.get(`/rooms/${roomId}`);
            if (!(answer.body?.read_seq >= seq))
                throw new Loss(`room ${roomId}: read marker ${seq} is ${answer.body?.read_seq}`);
        }
    }
}

async function readLog(reader, room) {
    try {
        return await reader.events(room, room.last);
    } catch (error) {
        throw new Loss(`room ${room.id} cannot be read: ${error.message}`);
    }
}
