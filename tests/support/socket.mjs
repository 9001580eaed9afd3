// A WebSocket client for tests: requests with their one reply, and a queue of events that a
// test takes from by waiting, never by sleeping.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import WebSocket from 'ws';
import { SLOW, within } from './server.mjs';

const WAIT_MS = 10_000;

export class Socket {
    /**
     * Connects and, given a token, signs in and waits for connection.connected.
     * @param {{ url: string }} server
     * @param {object} [options]
     * @param {string} [options.token]
     * @param {'frame'|'header'} [options.by]  how the token is shown
     */
    static async open(server, options = {}) {
        const { token, by = 'frame', headers = {}, protocol = 'natternet.v1', localAddress } = options;
        const wire = new WebSocket(server.url.replace('http', 'ws') + '/api/v1/ws',
            protocol === null ? [] : protocol, {
                headers: by === 'header' && token ? { ...headers, authorization: `Bearer ${token}` } : headers,
                perMessageDeflate: options.deflate ?? false, localAddress, autoPong: options.autoPong ?? true,
                ca: server.ca, ...(server.servername && { servername: server.servername }),
            });
        const socket = new Socket(wire);
        await within(WAIT_MS * SLOW, 'upgrade', once(wire, 'open'))
            .catch((error) => { throw socket.refusal ?? error; });
        if (token) {
            if (by === 'frame')
                await socket.call('auth', { token });
            socket.hello = await socket.next('connection.connected');
        }
        return socket;
    }

    constructor(wire) {
        this.wire = wire;
        this.lastId = 0;
        this.pending = new Map();
        this.events = [];
        this.strays = [];
        this.waiters = new Set();
        this.listeners = new Set();
        wire.on('message', (bytes, isBinary) => this.#receive(bytes, isBinary));
        wire.on('error', (error) => { this.failure = error; });
        wire.on('unexpected-response', (_, response) => {
            this.refusal = Object.assign(new Error(`upgrade refused: ${response.statusCode}`),
                { status: response.statusCode, response });
            response.resume();
            wire.terminate();
        });
        this.closed = new Promise((done) => wire.on('close', (code, reason) => {
            this.isClosed = { code, reason: reason.toString() };
            for (const { fail } of this.pending.values())
                fail(new Error(`closed with ${code} before the reply`));
            this.pending.clear();
            this.#wake();
            done(this.isClosed);
        }));
    }

    #receive(bytes, isBinary) {
        assert.ok(!isBinary, 'the server sends text frames only');
        const frame = JSON.parse(bytes.toString());
        if ('reply_to' in frame) {
            const asked = this.pending.get(frame.reply_to);
            this.pending.delete(frame.reply_to);
            if (asked)
                asked.done(frame);
            else
                this.strays.push(frame);
        } else {
            this.events.push(frame);
            this.listeners.forEach((listener) => listener(frame));
        }
        this.#wake();
    }

    #wake() {
        for (const waiter of [...this.waiters])
            waiter();
    }

    /** Every later event is shown to `listener` as it arrives. */
    onEvent(listener) {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Sends one command and resolves with its reply frame, refused or not. */
    request(type, fields = {}) {
        if (this.isClosed)
            return Promise.reject(new Error(`${type}: closed before with ${this.isClosed.code}`));
        const id = ++this.lastId;
        const reply = new Promise((done, fail) => this.pending.set(id, { done, fail }));
        this.wire.send(JSON.stringify({ id, type, ...fields }));
        return within(30_000 * SLOW, `reply to ${type}`, reply);
    }

    /** Like request, but a refusal is an error. */
    async call(type, fields = {}) {
        const reply = await this.request(type, fields);
        assert.equal(reply.ok, true, `${type}: ${JSON.stringify(reply)}`);
        return reply;
    }

    /** Like request, but anything else than this refusal is an error. */
    async refused(code, type, fields = {}) {
        const reply = await this.request(type, fields);
        assert.equal(reply.ok, false, `${type} should be refused: ${JSON.stringify(reply)}`);
        assert.equal(reply.error.code, code, JSON.stringify(reply));
        assert.equal(typeof reply.error.detail, 'string');
        return reply.error;
    }

    sendRaw(text) {
        this.wire.send(text);
    }

    /** Waits until `ready()` gives something true, looked at after every frame. */
    until(ready, what = 'condition', timeout = WAIT_MS) {
        let look;
        const found = new Promise((done, fail) => {
            look = () => {
                const value = this.waiters.has(look) && ready();
                if (value) // once: what else is in the same turn is for who asks next
                    this.waiters.delete(look), done(value);
                else if (this.isClosed)
                    fail(new Error(`${what}: closed ${JSON.stringify(this.isClosed)}`));
            };
            this.waiters.add(look);
            look();
        });
        return within(timeout * SLOW, what, found).finally(() => this.waiters.delete(look));
    }

    /**
     * Takes the first waiting event of this type (that also passes `filter`) off the queue.
     * @param {string} type
     * @param {(event: any) => boolean} [filter]
     */
    next(type, filter = () => true, timeout = WAIT_MS) {
        return this.until(() => {
            const at = this.events.findIndex((event) => event.type === type && filter(event));
            return at < 0 ? undefined : this.events.splice(at, 1)[0];
        }, `event ${type}`, timeout);
    }

    /** The next reply that answers no request of ours (reply_to null). */
    nextStray() {
        return this.until(() => this.strays.shift(), 'stray reply');
    }

    /** All that the server sent before it answers this ping has arrived. */
    async settle() {
        await this.call('ping');
        return this.events;
    }

    /** Resolves with { code, reason }. */
    waitClosed(timeout = WAIT_MS) {
        return within(timeout * SLOW, 'close', this.closed);
    }

    async close() {
        if (!this.isClosed)
            this.wire.close(1000);
        return this.waitClosed();
    }

    /** Gone without a word, as when a train enters a tunnel. */
    drop() {
        this.wire.terminate();
        return this.closed;
    }
}
