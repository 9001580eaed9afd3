// A front before a server that can pretend to carry the next version of the page: its service
// worker is another one then. All else goes through as it is, sockets too.

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export class NextVersion {
    /** @param {{ after: Function }} owner @param {{ port: number }} server */
    static async before(owner, server) {
        const front = new NextVersion(server.port);
        front.listener.listen(0, '127.0.0.1');
        await once(front.listener, 'listening');
        front.url = `http://127.0.0.1:${front.listener.address().port}`;
        owner.after(() => front.close());
        return front;
    }

    constructor(port) {
        this.port = port;
        this.released = false;
        this.sockets = new Set();
        this.listener = createServer((question, answer) => this.#pass(question, answer));
        this.listener.on('connection', (socket) => this.sockets.add(socket.on('close', () => this.sockets.delete(socket))));
        this.listener.on('upgrade', (question, socket, head) => this.#upgrade(question, socket, head));
    }

    /** From now on there is a newer page to be had. */
    release() {
        this.released = true;
    }

    close() {
        this.listener.close();
        for (const socket of this.sockets)
            socket.destroy();
    }

    #pass(question, answer) {
        const changed = this.released && question.url === '/sw.js';
        const headers = { ...question.headers, ...(changed ? { 'accept-encoding': 'identity' } : {}) };
        if (changed)
            delete headers['if-none-match'];
        const passed = request({ port: this.port, host: '127.0.0.1', method: question.method, path: question.url, headers }, (reply) => {
            if (changed)
                delete reply.headers['content-length'];
            answer.writeHead(reply.statusCode, reply.headers);
            reply.pipe(answer, { end: !changed });
            if (changed)
                reply.on('end', () => answer.end('\n// the next version\n'));
        });
        passed.on('error', () => answer.destroy());
        question.pipe(passed);
    }

    #upgrade(question, socket, head) {
        const lines = [];
        for (let at = 0; at < question.rawHeaders.length; at += 2)
            lines.push(`${question.rawHeaders[at]}: ${question.rawHeaders[at + 1]}\r\n`);
        const passed = connect(this.port, '127.0.0.1');
        for (const [one, other] of [[socket, passed], [passed, socket]])
            one.on('error', () => other.destroy()).on('close', () => other.destroy());
        passed.write(`GET ${question.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
        passed.write(head);
        socket.pipe(passed).pipe(socket);
    }
}
