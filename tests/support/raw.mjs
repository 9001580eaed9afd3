// A TCP client that speaks HTTP and WebSocket byte by byte, for what no library would send.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import { constants, inflateRawSync } from 'node:zlib';
import { SLOW, within } from './server.mjs';

const WAIT_MS = 10_000;
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const KEY_BYTES = [0x37, 0xfa, 0x21, 0x3d];
const DEFLATE_TAIL = Buffer.from([0, 0, 0xff, 0xff]);

export const OP = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 };

/** One masked client frame as bytes; every rule can be broken on purpose. */
export function frame(opcode, payload = '', { fin = true, mask = true, rsv = 0, length, key = KEY_BYTES } = {}) {
    const data = Buffer.from(payload);
    const size = length ?? data.length;
    const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
    const bit = mask ? 0x80 : 0;
    if (size < 126) {
        head.push(bit | size);
    } else if (size < 65536) {
        head.push(bit | 126, size >> 8, size & 255);
    } else {
        const wide = Buffer.alloc(8);
        wide.writeBigUInt64BE(BigInt(size));
        head.push(bit | 127, ...wide);
    }
    if (!mask)
        return Buffer.concat([Buffer.from(head), data]);
    const masked = data.map((byte, at) => byte ^ key[at & 3]);
    return Buffer.concat([Buffer.from([...head, ...key]), masked]);
}

export const closeFrame = (code, reason = '') =>
    frame(OP.CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

export class Raw {
    /** @param {import('node:net').TcpNetConnectOpts} [options]  such as localAddress */
    static async connect(server, options = {}) {
        const secure = server.url?.startsWith('https:');
        const to = { port: server.port, host: '127.0.0.1', ca: server.ca, ...options };
        const wire = secure ? connectByTls(to) : connect(to);
        wire.setNoDelay(true);
        await within(WAIT_MS * SLOW, 'connect', once(wire, secure ? 'secureConnect' : 'connect'));
        return new Raw(wire);
    }

    constructor(wire) {
        this.wire = wire;
        this.bytes = Buffer.alloc(0);
        this.ended = false;
        this.wake = () => {};
        wire.on('data', (part) => {
            this.bytes = Buffer.concat([this.bytes, part]);
            this.wake();
        });
        wire.on('error', (error) => { this.error = error; });
        wire.on('close', () => { this.ended = true; this.wake(); });
        wire.on('end', () => { this.ended = true; this.wake(); });
    }

    write(bytes) {
        this.wire.write(bytes);
        return this;
    }

    /** Each piece in a segment of its own, with a turn of the loop between. */
    async dribble(bytes, size = 1) {
        for (let at = 0; at < bytes.length; at += size) {
            this.wire.write(bytes.subarray(at, at + size));
            await new Promise(setImmediate);
        }
    }

    async #until(ready, what) {
        const found = (async () => {
            for (;;) {
                const value = ready();
                if (value !== undefined)
                    return value;
                if (this.ended)
                    throw new Error(`${what}: the server closed the connection (${this.error ?? 'end'})`);
                await new Promise((done) => { this.wake = done; });
            }
        })();
        return within(WAIT_MS * SLOW, what, found);
    }

    #take(count) {
        const taken = this.bytes.subarray(0, count);
        this.bytes = this.bytes.subarray(count);
        return taken;
    }

    /** One HTTP response head and, by Content-Length or chunks, its body. */
    async response({ head = false } = {}) {
        const text = await this.#until(() => {
            const end = this.bytes.indexOf('\r\n\r\n');
            return end < 0 ? undefined : this.#take(end + 4).toString('latin1');
        }, 'response head');
        const [line, ...rest] = text.trimEnd().split('\r\n');
        const headers = Object.fromEntries(rest.map((one) => {
            const colon = one.indexOf(':');
            return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()];
        }));
        const status = Number(line.split(' ')[1]);
        const length = head || status === 204 || status === 304 || status < 200
            ? 0 : Number(headers['content-length'] ?? 0);
        const body = await this.#until(
            () => this.bytes.length >= length ? this.#take(length).toString() : undefined, 'response body');
        return { status, line, headers, body, head: text.trimEnd() };
    }

    /** Upgrades to a WebSocket; the answer is checked. `behind` leaves in the same write. */
    async upgrade(extra = [], behind = Buffer.alloc(0)) {
        const head = ['GET /api/v1/ws HTTP/1.1', 'Host: 127.0.0.1', 'Upgrade: websocket',
            'Connection: Upgrade', `Sec-WebSocket-Key: ${KEY}`, 'Sec-WebSocket-Version: 13',
            ...extra, '', ''].join('\r\n');
        this.write(Buffer.concat([Buffer.from(head), behind]));
        const answer = await this.response();
        assert.equal(answer.status, 101, answer.line);
        assert.equal(answer.headers['sec-websocket-accept'], ACCEPT);
        this.deflating = /^permessage-deflate/.test(answer.headers['sec-websocket-extensions'] ?? '');
        return answer;
    }

    /**
     * The next server frame, which must be final, unmasked and without reserved bits, but for
     * compressed texts where that was agreed on; each is inflated without any context.
     */
    async frame() {
        return this.#until(() => {
            const { bytes } = this;
            if (bytes.length < 2)
                return undefined;
            let length = bytes[1] & 127;
            let head = 2;
            if (length === 126) {
                if (bytes.length < 4)
                    return undefined;
                length = bytes.readUInt16BE(2);
                head = 4;
            } else if (length === 127) {
                if (bytes.length < 10)
                    return undefined;
                length = Number(bytes.readBigUInt64BE(2));
                head = 10;
            }
            if (bytes.length < head + length)
                return undefined;
            const opcode = bytes[0] & 15;
            const compressed = this.deflating && opcode === OP.TEXT && (bytes[0] & 0x40) !== 0;
            assert.equal(bytes[0] & 0xf0, compressed ? 0xc0 : 0x80, 'final, no reserved bits');
            assert.equal(bytes[1] & 0x80, 0, 'servers do not mask');
            let payload = Buffer.from(this.#take(head + length).subarray(head));
            if (compressed)
                payload = inflateRawSync(Buffer.concat([payload, DEFLATE_TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
            return { opcode, payload, text: payload.toString(), compressed };
        }, 'frame');
    }

    /** All frames up to the end of the connection, which must come behind a whole one. */
    async framesToEnd() {
        const all = [];
        for (;;) {
            await this.#until(() => this.ended || this.bytes.length > 0 || undefined, 'frame or end');
            if (this.bytes.length === 0)
                return all;
            all.push(await this.frame());
        }
    }

    /** Skips to the next frame of this opcode. */
    async frameOf(opcode) {
        for (;;) {
            const got = await this.frame();
            if (got.opcode === opcode)
                return got;
        }
    }

    /** The code of the server's close frame; what comes before it is skipped. */
    async closeCode() {
        const { payload } = await this.frameOf(OP.CLOSE);
        return payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    }

    /** Resolves when the server has closed its side. */
    async end() {
        await this.#until(() => this.ended || undefined, 'end');
    }

    destroy() {
        this.wire.destroy();
    }
}
