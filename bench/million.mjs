// Very many connections on one machine: as many server processes as the limit of open files demands,
// each with a data directory of its own and few people with many sessions, a load generator beside each.
// Measures the memory that a connection takes, user's and kernel's apart, then sends one message to
// every hundredth connection and counts at the receivers who got it.
//
//   node bench/million.mjs [CONNECTIONS [MINUTES]]
//
// Without numbers: a million, or what memory allows. After MINUTES (4) no more are begun, and the figures
// are those of what is there. Each load holds its connections a minute longer than that, and ends by itself: so
// it takes about twice MINUTES. Of a million the figures are kept in docs/performance/million.json, of fewer in bench/results.

import { readFile, rm } from 'node:fs/promises';
import { metrics } from '../tests/support/metrics.mjs';
import { freshDirectory } from '../tests/support/server.mjs';
import { keep } from './kept.mjs';
import { load, seed, statusKb } from './stage.mjs';
import { startServer } from './tools.mjs';

const EACH = 19_000; // a process may have 20,000 files open, and needs some for itself
const PEOPLE = 200; // a hundredth of them is in the room that is written to, the others in none
const WARM = 200; // connections before those that are counted, for what only the first ones take
const SPARE_KB = 3 << 20; // left to the rest of the machine
const KB_EACH = 12; // both ends in the kernel, the server's and the load's own
const LOGIN_S = 600;
const MILLION = 1e6;

const meminfo = async (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(await readFile('/proc/meminfo', 'utf8'))[1]);
const asked = Number(process.argv[2] ?? MILLION);
const fits = Math.floor((await meminfo('MemAvailable') - SPARE_KB) / KB_EACH);
let total = Math.min(asked, fits);
if (total < asked)
    console.error(`${asked} connections do not fit: memory for ${total}`);
const minutes = Number(process.argv[3] ?? 4);
const hold = minutes * 60 + 60;
const processes = Math.ceil(total / EACH);
const directory = await freshDirectory('natternet-million-');
const context = { directory };
const fleet = [];

async function until(what, ready) {
    for (let second = 0; second < LOGIN_S; second++) {
        if (await ready())
            return;
        await new Promise((done) => setTimeout(done, 1000));
    }
    throw new Error(`${what}: not within ${LOGIN_S} s`);
}

async function begin(nth) {
    const connections = Math.min(EACH, total - nth * EACH);
    const place = await seed(context, { people: PEOPLE, rooms: 1, members: PEOPLE / 100 });
    const server = await startServer(place.data, ['--limit', 'access_token_s=86400', '--limit', 'sockets_per_user=20000',
        '--limit', 'ping_after_s=3600', '--limit', 'dead_after_s=7200']); // a machine so full answers pings late
    const ship = { server, place, connections };
    fleet.push(ship);
    const login = { port: server.port, path: '/api/v1/ws', header: 'Authorization: Bearer {token}', await: 'connection.connected',
        tokens: place.tokens, 'connect-timeout': LOGIN_S };
    await load('idle', { ...login, connections: Math.min(WARM, connections), hold: 0 });
    ship.before = await statusKb(server.child.pid, 'VmRSS');
    ship.told = load('idle', { ...login, connections, key: 'time=', hold }, LOGIN_S + hold);
    ship.told.catch(() => {}); // who awaits it is told
    await until(`process ${nth}: all signed in`, async () => (await metrics(server)).natternet_signed_in_websockets === connections);
    console.error(`process ${nth + 1} of ${processes}: ${connections} signed in`);
}

/** A message in the room of one person in a hundred, as natterload knows a delivery. */
async function tellEveryHundredth({ server, place }) {
    const [token] = (await readFile(place.tokens, 'utf8')).split('\n');
    const room = (await readFile(place.ids, 'utf8')).trim();
    const answer = await fetch(`${server.url}/api/v1/rooms/${room}/messages`, { method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ nonce: 'million', content: { type: 'text', text: 'time=0000000000000001, every hundredth' } }) });
    if (answer.status !== 201)
        throw new Error(`the message was answered with ${answer.status}`);
}

/** Connections whose person is in the room: tokens go round and round, and the first people are in it. */
const inTheRoom = ({ connections }) => sumOf(Array.from({ length: PEOPLE / 100 }, (_, nth) => Math.ceil((connections - nth) / PEOPLE)));

/** How many got it: nothing is published by the load itself, so each delivery is one more than it misses. */
async function received({ told, connections }) {
    const { ready, closed, missing } = await told;
    if (ready !== connections || closed > 0)
        throw new Error(`${ready} of ${connections} were ready, ${closed} of them were closed`);
    return -missing;
}

const gb = (kb) => +(kb / 2 ** 20).toFixed(2);
const sumOf = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => { fleet.forEach(({ server }) => server.child.kill('SIGKILL')); process.exit(1); });
try {
    const slab = await meminfo('Slab');
    const started = Date.now();
    for (let nth = 0; nth < processes && Date.now() - started < minutes * 60_000; nth++)
        await begin(nth);
    total = sumOf(fleet.map(({ connections }) => connections));
    const seconds = (Date.now() - started) / 1000;
    const user = sumOf(await Promise.all(fleet.map(async ({ server, before }) => await statusKb(server.child.pid, 'VmRSS') - before)));
    const servers = sumOf(await Promise.all(fleet.map(({ server }) => statusKb(server.child.pid, 'VmRSS'))));
    const kernel = await meminfo('Slab') - slab;
    for (const ship of fleet)
        await tellEveryHundredth(ship);
    if ((Date.now() - started) / 1000 > hold)
        throw new Error('the first connections were not held long enough: more MINUTES');
    const found = { connections: total, processes: fleet.length, seconds: Math.round(seconds),
        user_bytes_each: Math.round(user * 1024 / total), kernel_bytes_each_both_ends: Math.round(kernel * 1024 / total),
        user_gb: gb(user), servers_gb: gb(servers), kernel_gb: gb(kernel), sum_gb: gb(servers + kernel),
        told: sumOf(fleet.map(inTheRoom)), received: sumOf(await Promise.all(fleet.map(received))) };
    await keep('million', { connections_of_a_process: EACH, people_of_a_process: PEOPLE, rounds: 1 }, found, total < MILLION);
    console.log(JSON.stringify(found));
} finally {
    await Promise.all(fleet.map(({ server }) => server.dispose())); // the loads end by themselves
    await rm(directory, { recursive: true, force: true });
}
