// A wire between clients and a server, which tests cut, slow down and confuse. TCP, byte by byte:
// what is cut is cut in the middle of frames, too.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** One connection through the wire. */
class Strand {
    constructor(wire, near, far) {
        Object.assign(this, { wire, near, far });
        this.left = wire.nextLength();
        this.held = null;
        near.on('data', (bytes) => this.#up(bytes));
        far.on('data', (bytes) => this.#down(bytes));
        near.on('error', () => {}).on('close', () => this.held ?? far.destroy());
        far.on('error', () => {}).on('close', () => near.destroy());
    }

    #up(bytes) {
        if (this.held)
            this.held.push(bytes);
        else
            this.far.write(bytes);
    }

    /** The server's bytes, each piece a little later than the one before it. */
    #down(bytes) {
        const piece = bytes.subarray(0, Math.max(0, this.left));
        const ends = this.left <= bytes.length;
        this.left -= bytes.length;
        this.far.pause();
        setTimeout(() => {
            this.near.write(piece, () => ends && this.cut());
            this.far.resume();
        }, this.wire.delayMs());
    }

    cut() {
        this.near.destroy();
        this.far.destroy();
    }

    /** From here on nothing reaches the server, until `release`. */
    hold() {
        this.held = [];
    }

    /** The client's end is gone; what it had sent is still on its way. */
    strand() {
        this.near.destroy();
    }

    release() {
        for (const bytes of this.held ?? [])
            this.far.write(bytes);
        this.held = null;
    }
}

export class Wire {
    /** @param {{ after: Function }} owner @param {{ port: number }} server */
    static async to(owner, server, options = {}) {
        const wire = new Wire(server, options);
        wire.listener.listen(0, '127.0.0.1');
        await once(wire.listener, 'listening');
        wire.url = `http://127.0.0.1:${wire.listener.address().port}`;
        owner.after(() => wire.close());
        return wire;
    }

    /**
     * @param {{ nextLength?: () => number, delayMs?: () => number }} options  after how many bytes from
     * the server the next connection is cut, and how long each piece of them takes
     */
    constructor(server, { nextLength = () => Infinity, delayMs = () => 0 }) {
        Object.assign(this, { nextLength, delayMs });
        this.strands = new Set();
        this.cuts = 0;
        this.listener = createServer((near) => {
            const strand = new Strand(this, near, connect(server.port, '127.0.0.1'));
            this.strands.add(strand);
            near.on('close', () => this.strands.delete(strand));
        });
    }

    /** All connections that are open now. */
    each(work) {
        for (const strand of [...this.strands])
            work(strand);
        return [...this.strands];
    }

    close() {
        this.listener.close();
        this.each((strand) => strand.cut());
    }
}
