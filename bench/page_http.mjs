// A page of history as a client gets it: through HTTP to a server, one connection that is kept, one request at a time.
// On the clock it is the way there and back with a bare client on the other core; the processor's time is
// that of all threads of the server, for pages as they come: no single one can be told from the next.

import { once } from 'node:events';
import { connect } from 'node:net';
import { generator } from '../tests/support/seed.mjs';
import { within } from '../tests/support/server.mjs';
import { quantile } from './quantile.mjs';
import { computed } from './tools.mjs';

export const PAGE = 50;
const WARM = 20;

/** As many as one person asks for here. */
export const NO_RATES = ['request_burst', 'request_per_second', 'command_burst', 'command_per_second']
    .flatMap((name) => ['--limit', `${name}=1000000`]);

/** One answer that says its length; what a client would do with it is not measured. */
class Connection {
    static async to(port, token) {
        const connection = new Connection();
        connection.head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;
        connection.socket = connect({ port, host: '127.0.0.1', noDelay: true });
        connection.socket.on('data', (bytes) => connection.take(bytes));
        await within(5000, 'a connection', once(connection.socket, 'connect'));
        connection.socket.on('error', (error) => connection.refuse?.(error));
        connection.socket.on('close', () => connection.refuse?.(new Error('the server closed the connection')));
        return connection;
    }

    take(bytes) {
        this.got = this.got ? Buffer.concat([this.got, bytes]) : bytes;
        const end = this.got.indexOf('\r\n\r\n');
        if (end < 0)
            return;
        const head = this.got.toString('latin1', 0, end);
        const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 200 ') || !Number.isInteger(length)) {
            this.refuse(new Error(`no page: ${this.got.toString('utf8')}`));
        } else if (this.got.length >= end + 4 + length) {
            const body = this.got.subarray(end + 4);
            this.got = undefined;
            this.resolve(body);
        }
    }

    get(path) {
        return new Promise((resolve, refuse) => {
            Object.assign(this, { resolve, refuse });
            this.socket.write(`GET ${path} HTTP/1.1\r\n${this.head}`);
        });
    }
}

async function measure(connection, pid, pathOf, seconds) {
    for (let n = 0; n < WARM; n++) {
        const path = pathOf();
        const { messages } = JSON.parse(await connection.get(path));
        if (messages.length !== PAGE)
            throw new Error(`${path}: ${messages.length} messages instead of ${PAGE}`);
    }
    const took = [], before = await computed(pid), end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
        const began = performance.now();
        await connection.get(pathOf());
        took.push((performance.now() - began) * 1000);
    }
    const cpu = (await computed(pid) - before) / 1000 / took.length;
    return { pages: took.length, wall_us: { p50: quantile(took, 0.5), p99: quantile(took, 0.99) }, server_cpu_us: cpu };
}

/** @returns {Promise<{newest: object, anywhere: object}>} pages of a room of so many messages, as a member asks for them. */
export async function pagesByHttp(server, token, room, messages, seconds) {
    const connection = await Connection.to(server.port, token);
    const path = `/api/v1/rooms/${room}/messages?limit=${PAGE}`;
    const chance = generator(7);
    const around = () => `${path}&around=${chance.between(PAGE, messages - PAGE)}`;
    try {
        return { newest: await measure(connection, server.child.pid, () => path, seconds),
            anywhere: await measure(connection, server.child.pid, around, seconds) };
    } finally {
        connection.refuse = undefined;
        connection.socket.destroy();
    }
}
