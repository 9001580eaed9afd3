// Very many connections on one machine: as many server processes as the limit of open files demands,
// each with a data directory of its own and few people with many sessions, a load generator beside each.
// Prints the memory that a connection takes, user's and kernel's apart, then sends one message to
// every hundredth connection and counts who got it.
//
//   node bench/million.mjs [CONNECTIONS [MINUTES]]
//
// Without numbers: a million, or what memory allows. After MINUTES (10) no more are begun, and the figures
// are those of what is there.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { freshDirectory } from '../tests/support/server.mjs';
import { seed, statusKb } from './stage.mjs';
import { on, program, startServer } from './tools.mjs';

const EACH = 19_000; // a process may have 20,000 files open, and needs some for itself
const PEOPLE = 200; // a hundredth of them is in the room that is written to
const SPARE_KB = 3 << 20; // left to the rest of the machine
const KB_EACH = 12; // both ends in the kernel, the server's and the load's own
const LONGEST_S = 1800;

const meminfo = async (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(await readFile('/proc/meminfo', 'utf8'))[1]);
const asked = Number(process.argv[2] ?? 1e6);
const fits = Math.floor((await meminfo('MemAvailable') - SPARE_KB) / KB_EACH);
let total = Math.min(asked, fits);
if (total < asked)
    console.error(`${asked} connections do not fit: memory for ${total}`);
const minutes = Number(process.argv[3] ?? 10);
const processes = Math.ceil(total / EACH);
const directory = await freshDirectory('natternet-million-');
const context = { directory };
const fleet = [];

const metric = async (server, name) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^${name}\\{[^}]*\\} (\\d+)`, 'm').exec(text)?.[1] ?? NaN);
};

async function until(what, ready) {
    for (let second = 0; second < LONGEST_S; second++) {
        if (await ready())
            return;
        await new Promise((done) => setTimeout(done, 1000));
    }
    throw new Error(`${what}: not within ${LONGEST_S} s`);
}

async function begin(nth) {
    const connections = Math.min(EACH, total - nth * EACH);
    const place = await seed(context, { people: PEOPLE, rooms: 1, members: PEOPLE / 100 });
    const server = await startServer(place.data, ['--limit', 'access_token_s=86400', '--limit', 'sockets_per_user=20000',
        '--limit', 'ping_after_s=3600', '--limit', 'dead_after_s=7200']); // a machine so full answers pings late
    const ship = { server, place, connections };
    fleet.push(ship);
    ship.before = await statusKb(server.child.pid, 'VmRSS');
    const [file, ...args] = on(1, [program('natterload'), '--port', server.port, '--path', '/api/v1/ws', '--header', 'Authorization: Bearer {token}',
        '--await', 'connection.connected', '--tokens', place.tokens, '--connections', connections, '--connect-timeout', 600,
        '--hold', LONGEST_S, '--max-time', LONGEST_S, 'idle'].map(String));
    ship.load = spawn(file, args, { stdio: 'ignore' });
    ship.ended = once(ship.load, 'exit');
    await until(`process ${nth}: all signed in`, async () => await metric(server, 'natternet_signed_in_websockets') >= connections);
    console.error(`process ${nth + 1} of ${processes}: ${connections} signed in`);
}

/** A message in the room of one person in a hundred; how many more frames left the server. */
async function tellEveryHundredth({ server, place }) {
    const [token] = (await readFile(place.tokens, 'utf8')).split('\n');
    const room = (await readFile(place.ids, 'utf8')).trim();
    const before = await metric(server, 'natternet_sent_frames_total');
    const answer = await fetch(`${server.url}/api/v1/rooms/${room}/messages`, { method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ nonce: 'million', content: { type: 'text', text: 'Hello, every hundredth.' } }) });
    if (answer.status !== 201)
        throw new Error(`the message was answered with ${answer.status}`);
    await new Promise((done) => setTimeout(done, 500));
    return await metric(server, 'natternet_sent_frames_total') - before;
}

for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => { fleet.forEach(({ load, server }) => { load?.kill(); server.child.kill('SIGKILL'); }); process.exit(1); });
try {
    const slab = await meminfo('Slab');
    const started = Date.now();
    for (let nth = 0; nth < processes && Date.now() - started < minutes * 60_000; nth++)
        await begin(nth);
    total = fleet.reduce((sum, ship) => sum + ship.connections, 0);
    const seconds = (Date.now() - started) / 1000;
    let user = 0;
    for (const ship of fleet)
        user += await statusKb(ship.server.child.pid, 'VmRSS') - ship.before;
    const kernel = await meminfo('Slab') - slab;
    const told = [];
    for (const ship of fleet)
        told.push(await tellEveryHundredth(ship));
    console.log(JSON.stringify({ connections: total, processes: fleet.length, seconds: Math.round(seconds),
        user_bytes_each: Math.round(user * 1024 / total), kernel_bytes_each_both_ends: Math.round(kernel * 1024 / total),
        told: told.reduce((sum, one) => sum + one, 0) }));
} finally {
    for (const { load, ended, server } of fleet) {
        load?.kill();
        await ended;
        await server.dispose();
    }
    await rm(directory, { recursive: true, force: true });
}
