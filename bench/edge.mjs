// The edge: handshakes a second, what an idle connection takes, what compression costs and saves, and
// what those who are connected feel of an overload. Figures to look at, without a bar: run it as `bench/run.sh edge`.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectByTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { http } from '../tests/support/http.mjs';
import { metrics } from '../tests/support/metrics.mjs';
import { PASSWORD, signUpMany } from '../tests/support/people.mjs';
import { freshDirectory, Server } from '../tests/support/server.mjs';
import { makeCertificate, tlsFlags } from '../tests/support/tls.mjs';
import { machine } from './report.mjs';
import { load, median, on, output, program } from './tools.mjs';

const execute = promisify(execFile);
const SECONDS = 3;
const IDLE = 2000;
const ROUNDS = 3;
const TICKS = 100; // of the clock in /proc, a second
const LIMITS = ['--workers', '1', '--limit', 'auth_timeout_s=600', '--limit', 'tls_handshake_batch=64'];

async function withServer(directory, args, use) {
    const server = new Server({ trust: !args.includes('--trust'), data: join(directory, `data-${Math.random()}`), wrap: on(0, []), args: [...LIMITS, ...args] });
    await server.launch();
    try {
        return await use(server);
    } finally {
        await server.dispose();
        await rm(server.data, { recursive: true, force: true });
    }
}

const cpuSeconds = async ({ child }) => {
    const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
};
const residentKb = async ({ child }) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))[1]);

/** So many of them a second, and a second of the server's processor, which others do not disturb. */
async function rate(server, counter, act) {
    const [cpu, count, began] = [await cpuSeconds(server), (await metrics(server))[counter], performance.now()];
    await act();
    const done = (await metrics(server))[counter] - count;
    return { per_s: Math.round(done / ((performance.now() - began) / 1000)), per_cpu_s: Math.round(done / (await cpuSeconds(server) - cpu)) };
}

/** openssl as the client: one handshake after the other. */
const sTime = (server, ...how) => {
    const [file, ...args] = on(1, ['openssl', 's_time', '-connect', `127.0.0.1:${server.port}`, '-time', String(SECONDS), ...how]);
    return execute(file, args, { timeout: 60_000 });
};
async function handshakes(directory, made) {
    const plain = await withServer(directory, [], (server) => rate(server, 'natternet_accepted_total', () =>
        load('idle', { port: server.port, path: '/api/v1/ws', connections: 10_000, hold: 0.1 })));
    const tls = await withServer(directory, tlsFlags(made), async (server) => {
        server.ca = made.pem;
        return {
            full_13: await rate(server, 'natternet_tls_handshakes_total', () => sTime(server, '-new')),
            full_12: await rate(server, 'natternet_tls_handshakes_total', () => sTime(server, '-new', '-tls1_2')),
            resumed_12: await rate(server, 'natternet_tls_resumed_total', () => sTime(server, '-reuse', '-tls1_2')),
        };
    });
    return { plain_upgrades: plain, ...tls };
}

const UPGRADE = ['GET /api/v1/ws HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', '', ''].join('\r\n');

async function openIdle(server, count) {
    const all = [];
    for (let at = 0; at < count; at += 100)
        all.push(...await Promise.all(Array.from({ length: 100 }, async () => {
            const to = { port: server.port, host: '127.0.0.1', ca: server.ca };
            const wire = server.ca ? connectByTls(to) : connect(to);
            wire.write(UPGRADE);
            await once(wire, 'data');
            return wire;
        })));
    return all;
}

/** Behind a warm-up, so that what only the first ones take is not counted. */
async function memory(directory, made) {
    const each = async (args, ca) => withServer(directory, args, async (server) => {
        server.ca = ca;
        const first = await openIdle(server, 200);
        await sleep(500);
        const before = await residentKb(server);
        const all = await openIdle(server, IDLE);
        await sleep(500);
        const bytes = Math.round((await residentKb(server) - before) * 1024 / IDLE);
        [...first, ...all].forEach((wire) => wire.destroy());
        return bytes;
    });
    const bare = await output([program('limit'), 'tls', made.cert, made.key, String(IDLE)], 60);
    return { connections: IDLE, plain_bytes: await each([], undefined), tls_bytes: await each(tlsFlags(made), made.pem),
        bare_ssl_object_bytes: bare.bytes_each };
}

/** One who is signed in holds a session besides; measured behind connections that stay, so that what only the first ones take is not counted. */
async function signedIn(directory, made) {
    const each = (args, tls) => withServer(directory, ['--limit', 'sockets_per_user=1000', ...args], async (server) => {
        server.ca = tls ? made.pem : undefined;
        const { signIn } = await crowd(directory, server, 20);
        const hold = (connections, seconds) => load('idle', { ...signIn, ...tls, connections, hold: seconds });
        const first = hold(200, 30);
        await untilSockets(server, 200);
        const measured = await hold(IDLE, 2);
        await first;
        if (measured.ready !== IDLE)
            throw new Error(`${measured.ready} of ${IDLE} signed in: ${measured.trouble}`);
        return measured.rss_bytes_per_connection;
    });
    const bare = await output([program('limit'), 'tls', made.cert, made.key, String(IDLE)], 60);
    return { connections: IDLE, plain_bytes: await each([], {}), tls_bytes: await each(tlsFlags(made), { tls: true }),
        bare_ssl_object_bytes: bare.bytes_each };
}

async function untilSockets(server, count) {
    while ((await metrics(server)).natternet_connections < count)
        await sleep(100);
}

/** People in one room, and how the load generator signs them in. */
async function crowd(directory, server, count) {
    const people = await signUpMany(server, count);
    const room = await people[0].createGroup('all', people.slice(1));
    const [tokens, rooms] = [0, 1].map(() => join(directory, `lines-${Math.random()}`));
    await writeFile(tokens, `${people.map(({ token }) => token).join('\n')}\n`);
    await writeFile(rooms, `${room.id}\n`);
    return { people, signIn: { path: '/api/v1/ws', header: 'Authorization: Bearer {token}', await: 'connection.connected',
        port: server.port, pid: server.child.pid, tokens, rooms } };
}

function checked(result) {
    if (result.faults || result.failed)
        throw new Error(`${result.faults} faults, ${result.failed} failed: ${result.trouble}`);
    return result;
}

/** A thousand bytes of prose, which compress as what people write does. */
const PROSE = (await readFile(join(dirname(fileURLToPath(import.meta.url)), '../docs/design/net.md'), 'utf8'))
    .replace(/[^A-Za-z .,]+/g, ' ').slice(200, 1200);

/** One room with many who listen, as fast as it goes: what each delivery costs the server, and the wire. */
async function compressed(directory) {
    return withServer(directory, ['--limit', 'sockets_per_user=1000'], async (server) => {
        const { signIn } = await crowd(directory, server, 20);
        const rounds = { plain: [], deflate: [] };
        for (let round = 0; round < ROUNDS; round++)
            for (const [name, how] of [['plain', {}], ['deflate', { deflate: true }]])
                rounds[name].push(checked(await load('fanout', { ...signIn, ...how, connections: 500, publishers: 20, window: 4, fault: '"ok":false',
                    key: 'time=', size: 1400, warmup: 1, duration: SECONDS,
                    message: `{"id":{seq},"type":"message.send","room":"{room}","nonce":"${name}${round}.{i}.{seq}",`
                        + `"content":{"type":"text","text":"time={t} ${PROSE}"}}` })));
        return Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, {
            deliveries_per_s: Math.round(median(all.map((one) => one.delivered_per_s))),
            deliveries_per_server_cpu_s: Math.round(median(all.map((one) => one.delivered_per_server_cpu_s))),
            bytes_per_delivery: Math.round(median(all.map((one) => one.bytes_per_s / one.delivered_per_s))) }]));
    });
}

/** Asks again and again from so many places until it is told to stop; returns how often, and how often in vain. */
function flooding(count, ask) {
    const state = { over: false, asked: 0, refused: 0 };
    const all = Array.from({ length: count }, async (_, n) => {
        for (let k = 0; !state.over; k++) {
            const answer = await ask(n, k).catch(() => ({}));
            state.asked++;
            state.refused += answer.status === 503 || answer.status === 429;
        }
    });
    return async () => {
        state.over = true;
        await Promise.all(all);
        return { asked: state.asked, refused: state.refused };
    };
}

/** From one address that nobody trusts, or from many. */
const signInAsNobody = (server, address) => (n, k) => http(server, 'POST', '/api/v1/auth/signin',
    { body: { login: `nobody${n}`, password: PASSWORD }, localAddress: address(n * 131 + k * 7) });
const ONE_STRANGER = () => '127.9.0.1';
const MANY_STRANGERS = (n) => `127.${10 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${1 + (n & 127)}`;

/** Others send without end, in a room of their own; each keeps 32 on their way. Who is trusted has no limit to it. */
function messages(signIn, trusted) {
    const sending = load('echo', { ...signIn, connections: 20, window: 32, 'first-source': trusted ? 2 : 0x900, fault: '"ok":false', key: '"reply_to":', size: 240, warmup: 1, duration: SECONDS + 3,
        message: '{"id":{t},"type":"message.send","room":"{room}","nonce":"flood.{i}.{seq}","content":{"type":"text","text":"{pad}"}}' });
    return async () => {
        const { published, faults } = await sending;
        return { asked: published, refused: faults };
    };
}

const inMs = (us) => Math.round(us / 100) / 10;

/** What connected people see of their own messages, while nobody else or too many others want something. */
async function overload(directory) {
    const args = ['--trust', '127.0.0.0/24', '--limit', 'password_memory_kib=19456'];
    return withServer(directory, args, async (server) => {
        const [ours, others] = [await crowd(directory, server, 20), await crowd(directory, server, 20)];
        const connections = (count) => flooding(count, () => http(server, 'GET', '/healthz'));
        const floods = {
            nobody: () => async () => ({ asked: 0, refused: 0 }),
            'new connections': () => connections(200),
            'sign-ins of one stranger': () => flooding(200, signInAsNobody(server, ONE_STRANGER)),
            'sign-ins of thousands': () => flooding(200, signInAsNobody(server, MANY_STRANGERS)),
            'messages of others': () => messages(others.signIn, false),
            'messages of others, without limits': () => messages(others.signIn, true),
            'all of it': () => {
                const all = [connections(100), flooding(100, signInAsNobody(server, MANY_STRANGERS)), messages(others.signIn, false)];
                return async () => (await Promise.all(all.map((stop) => stop()))).reduce((a, b) => ({ asked: a.asked + b.asked, refused: a.refused + b.refused }));
            },
        };
        const rows = [];
        for (const [flood, begin] of Object.entries(floods)) {
            const stop = begin();
            await sleep(1000); // it is under way
            const run = rows.length;
            const { latency_us: latency, delivered_per_s: rate } = checked(await load('echo', { ...ours.signIn, first: true, connections: 20, window: 1,
                fault: '"ok":false', key: '"reply_to":', size: 240, warmup: 0.5, duration: SECONDS,
                message: `{"id":{t},"type":"message.send","room":"{room}","nonce":"${run}.{i}.{seq}","content":{"type":"text","text":"{pad}"}}` }));
            rows.push({ flood, p50_ms: inMs(latency.p50), p99_ms: inMs(latency.p99), messages_per_s: Math.round(rate), ...await stop() });
        }
        return rows;
    });
}

const table = (rows) => [Object.keys(rows[0]), Object.keys(rows[0]).map(() => '---'), ...rows.map(Object.values)]
    .map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const directory = await freshDirectory('natternet-edge-');
try {
    await mkdir(directory, { recursive: true });
    const made = await makeCertificate(directory, 'bench');
    const results = { machine: machine(), handshakes: await handshakes(directory, made), memory: await memory(directory, made),
        signed_in: await signedIn(directory, made), compressed: await compressed(directory), overload: await overload(directory) };
    const text = JSON.stringify(results, null, 2);
    await writeFile(join(dirname(fileURLToPath(import.meta.url)), '../docs/performance/edge.json'), `${text}\n`);
    console.log(`${text}\n\nPeople who are connected, while this floods in besides:\n\n${table(results.overload)}`);
} finally {
    await rm(directory, { recursive: true, force: true });
}
