// What it costs a server to tell NATS which rooms its people are in: a subject for each room, or for each of the 65,536
// slots that rooms fall into. A NATS of its own for each figure; who subscribes speaks its protocol and nothing else, so
// that what is measured is NATS and not the library.

import { once } from 'node:events';
import { connect } from 'node:net';
import { Nats } from '../tests/support/nats.mjs';
import { generator } from '../tests/support/seed.mjs';
import { statusKb } from './stage.mjs';

const SLOTS = 65_536, HINTS = 20_000, HINT = 'x'.repeat(60);
const chance = generator(7);
const slotOf = () => chance.between(0, SLOTS - 1);
const idOf = () => Array.from({ length: 11 }, () => chance.between(0, 35).toString(36)).join('');
const WAYS = { 'a subject a slot': slotOf, 'a subject a room': idOf };

class Client {
    static async to(port) {
        const client = new Client();
        client.received = 0;
        client.pongs = [];
        client.socket = connect(port, '127.0.0.1');
        let rest = '';
        client.socket.on('data', (bytes) => {
            const lines = (rest + bytes.toString('latin1')).split('\r\n');
            rest = lines.pop();
            for (const line of lines) {
                client.received += line.startsWith('MSG ');
                if (line === 'PONG')
                    client.pongs.shift()();
            }
        });
        await once(client.socket, 'connect');
        client.socket.write('CONNECT {"verbose":false}\r\n');
        return client;
    }

    /** Resolves once NATS has done all of it. */
    async do(commands) {
        for (let n = 0; n < commands.length; n += 1000)
            if (!this.socket.write(commands.slice(n, n + 1000).join('')))
                await once(this.socket, 'drain');
        const done = new Promise((resolve) => { this.pongs.push(resolve); });
        this.socket.write('PING\r\n');
        await done;
    }
}

async function measure(rooms, way) {
    const nats = await Nats.start();
    try {
        const [here, there] = [await Client.to(nats.port), await Client.to(nats.port)];
        const names = new Set(Array.from({ length: rooms }, WAYS[way]));
        await here.do([]);
        const before = await statusKb(nats.child.pid, 'VmRSS'), began = performance.now();
        await here.do([...names].map((name, n) => `SUB natternet.abcdefghijk.rooms.${name} ${n + 1}\r\n`));
        const took = performance.now() - began, more = await statusKb(nats.child.pid, 'VmRSS') - before;
        await there.do(Array.from({ length: HINTS }, () => `PUB natternet.abcdefghijk.rooms.${WAYS[way]()} ${HINT.length}\r\n${HINT}\r\n`));
        await here.do([]);
        console.log(`${rooms} rooms, ${way}: ${names.size} subscriptions in ${took.toFixed(0)} ms, ${(more / 1024).toFixed(1)} MiB more in NATS; ` +
            `of ${HINTS} hints of rooms elsewhere ${(100 * here.received / HINTS).toFixed(1)} % came`);
        here.socket.destroy();
        there.socket.destroy();
    } finally {
        await nats.stop();
    }
}

export async function measureInterest() {
    for (const rooms of [1_000, 10_000, 100_000])
        for (const way of Object.keys(WAYS))
            await measure(rooms, way);
}
