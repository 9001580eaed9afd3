// The edge: handshakes a second, what an idle connection takes, what compression costs and saves, and
// what those who are connected feel of an overload and of slow readers. Figures without a bar: `bench/run.sh edge` takes
// a quarter of an hour, prints the tables of docs/performance/README.md and keeps all rounds in docs/performance/edge.json;
// `node bench/edge.mjs --quick` does a small round of each, kept in bench/results.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectByTls } from 'node:tls';
import { promisify } from 'node:util';
import { http } from '../tests/support/http.mjs';
import { hitsOf, metrics } from '../tests/support/metrics.mjs';
import { PASSWORD, signUpMany } from '../tests/support/people.mjs';
import { freshDirectory, Server } from '../tests/support/server.mjs';
import { makeCertificate, tlsFlags } from '../tests/support/tls.mjs';
import { keep } from './kept.mjs';
import { statusKb } from './stage.mjs';
import { computed, load, median, on, output, program } from './tools.mjs';

const execute = promisify(execFile);
const quick = process.argv.includes('--quick');
const settings = quick ? { quick, rounds: 1, seconds: 1, idle: 200 } : { quick, rounds: 5, seconds: 3, idle: 2000 };
const { seconds: SECONDS, idle: IDLE, rounds: ROUNDS } = settings;
const LIMITS = ['--workers', '1', '--limit', 'auth_timeout_s=600', '--limit', 'tls_handshake_batch=64'];

async function withServer(directory, args, use) {
    const server = new Server({ cheap: false, trust: !args.includes('--trust'), data: join(directory, `data-${Math.random()}`), wrap: on(0, []), args: [...LIMITS, ...args] });
    await server.launch();
    try {
        return await use(server);
    } finally {
        await server.dispose();
        await rm(server.data, { recursive: true, force: true });
    }
}

/** Of the same numbers of several rounds the medians, and all of them. */
function medians(all) {
    const names = Object.keys(all[0]).filter((name) => typeof all[0][name] === 'number');
    const of = (name) => all.map((one) => one[name]);
    return { ...Object.fromEntries(names.map((name) => [name, median(of(name))])), all: Object.fromEntries(names.map((name) => [name, of(name)])) };
}

async function inRounds(measure) {
    const all = [];
    for (let round = 0; round < ROUNDS; round++)
        all.push(await measure(round));
    return all;
}

const residentKb = ({ child }) => statusKb(child.pid, 'VmRSS');

/** So many of them a second, and a second of the server's processor, which others do not disturb. */
async function rate(server, counter, act) {
    const [cpu, count, began] = [await computed(server.child.pid), (await metrics(server))[counter], performance.now()];
    await act();
    const done = (await metrics(server))[counter] - count;
    return { per_s: Math.round(done / ((performance.now() - began) / 1000)), per_cpu_s: Math.round(done / ((await computed(server.child.pid) - cpu) / 1e9)) };
}

/** openssl as the client: one handshake after the other. */
const sTime = (server, ...how) => {
    const [file, ...args] = on(1, ['openssl', 's_time', '-connect', `127.0.0.1:${server.port}`, '-time', String(SECONDS), ...how]);
    return execute(file, args, { timeout: 60_000 });
};
async function handshakes(directory, made) {
    const rounds = await inRounds(async () => {
        const plain = await withServer(directory, [], (server) => rate(server, 'natternet_accepted_total', () =>
            load('idle', { port: server.port, path: '/api/v1/ws', connections: 5 * IDLE, hold: 0.1 })));
        return withServer(directory, tlsFlags(made), async (server) => {
            server.ca = made.pem;
            return {
                plain_upgrades: plain,
                full_13: await rate(server, 'natternet_tls_handshakes_total', () => sTime(server, '-new')),
                full_12: await rate(server, 'natternet_tls_handshakes_total', () => sTime(server, '-new', '-tls1_2')),
                resumed_12: await rate(server, 'natternet_tls_resumed_total', () => sTime(server, '-reuse', '-tls1_2')),
            };
        });
    });
    return Object.fromEntries(Object.keys(rounds[0]).map((name) => [name, medians(rounds.map((one) => one[name]))]));
}

const upgrade = (...headers) => ['GET /api/v1/ws HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', ...headers, '', ''].join('\r\n');

async function openIdle(server, count) {
    const all = [];
    for (let at = 0; at < count; at += 100)
        all.push(...await Promise.all(Array.from({ length: 100 }, async () => {
            const to = { port: server.port, host: '127.0.0.1', ca: server.ca };
            const wire = server.ca ? connectByTls(to) : connect(to);
            wire.write(upgrade());
            await once(wire, 'data');
            return wire;
        })));
    return all;
}

/** Behind a warm-up, so that what only the first ones take is not counted. */
async function unsigned(directory, made) {
    const each = (args, ca) => withServer(directory, args, async (server) => {
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
    return { plain: await each([], undefined), tls: await each(tlsFlags(made), made.pem) };
}

/** One who is signed in holds a session besides; measured behind connections that stay, so that what only the first ones take is not counted. */
async function signedIn(directory, made) {
    const each = (args, tls) => withServer(directory, ['--limit', 'sockets_per_user=1000', ...args], async (server) => {
        server.ca = tls ? made.pem : undefined;
        const { signIn } = await crowd(directory, server, 20);
        const hold = (connections, seconds) => load('idle', { ...signIn, ...tls, connections, hold: seconds });
        let gone = false;
        const first = hold(200, 30).finally(() => { gone = true; });
        await untilSockets(server, 200);
        const measured = await hold(IDLE, 2);
        if (gone)
            throw new Error('what was there before did not stay: this machine has too much else to do');
        await first;
        if (measured.ready !== IDLE)
            throw new Error(`${measured.ready} of ${IDLE} signed in: ${measured.trouble}`);
        return measured.rss_bytes_per_connection;
    });
    return { plain: await each([], {}), tls: await each(tlsFlags(made), { tls: true }) };
}

/** Bytes resident of an idle connection, and of OpenSSL's object alone with its buffers released. */
async function memory(directory, made) {
    return medians(await inRounds(async () => {
        const [upgraded, signed] = [await unsigned(directory, made), await signedIn(directory, made)];
        const bare = await output([program('limit'), 'tls', made.cert, made.key, String(IDLE)], 60);
        return { upgraded_plain: upgraded.plain, upgraded_tls: upgraded.tls, signed_in_plain: signed.plain, signed_in_tls: signed.tls, bare_ssl_object: bare.bytes_each };
    }));
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
const PROSE = [
    'I was at the old harbour this morning, and you would not believe how quiet it was there.',
    'The ferry to the islands leaves only twice a week now, so most of the shops along the quay are closed until spring.',
    'We had coffee in the small place behind the church, where the owner still remembers everybody by name and asks after their children.',
    'She says that they will rebuild the bridge next year, if the town finds the money, and that nobody really expects it to.',
    'On the way back we met your neighbour with his two dogs; he sends his regards and wonders whether you still want the bookshelf.',
    'I told him that you would call him at the weekend, because I did not know how large it is and whether it fits through your door.',
    'Could you bring the blue folder on Thursday? There is a letter in it that I have to answer before the end of the month.',
    'And if the weather stays like this, let us take the bicycles and have lunch somewhere outside, perhaps at the lake,',
    'as we did the summer before last, when it rained all afternoon and we laughed about it for days.',
].join(' ').slice(0, 1000);

/** One room with many who listen, as fast as it goes: what each delivery costs the server, and the wire. */
async function compressed(directory) {
    return withServer(directory, ['--limit', 'sockets_per_user=1000'], async (server) => {
        const { signIn } = await crowd(directory, server, 20);
        const deliveries = async (round, name, how) => {
            const one = checked(await load('fanout', { ...signIn, ...how, connections: 500, publishers: 20, window: 4, fault: '"ok":false',
                key: 'time=', size: 1400, warmup: 1, duration: SECONDS,
                message: `{"id":{seq},"type":"message.send","room":"{room}","nonce":"${name}${round}.{i}.{seq}",`
                    + `"content":{"type":"text","text":"time={t} ${PROSE}"}}` }));
            return { deliveries_per_s: Math.round(one.delivered_per_s), deliveries_per_server_cpu_s: one.delivered_per_server_cpu_s,
                bytes_per_delivery: Math.round(one.bytes_per_s / one.delivered_per_s) };
        };
        const rounds = await inRounds(async (round) => ({ plain: await deliveries(round, 'plain', {}), deflate: await deliveries(round, 'deflate', { deflate: true }) }));
        return { plain: medians(rounds.map((one) => one.plain)), deflate: medians(rounds.map((one) => one.deflate)) };
    });
}

/** Asks again and again from so many places until it is told to stop; returns how often, and how often in vain. */
function flooding(count, ask) {
    const state = { over: false, asked: 0, refused: 0 };
    const all = Array.from({ length: count }, async (_, n) => {
        for (let k = 0; !state.over; k++) {
            const answer = await ask(n, k, state).catch(() => ({}));
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

const READS_MS = 200;

/** In the room of those who are measured, but reads slower than it is written to, and comes again when it is cut. */
const readSlowly = (server, people) => async (n, _, state) => {
    const wire = connect({ port: server.port, host: '127.0.0.1' });
    let ended = false;
    wire.on('error', () => {}).once('close', () => { ended = true; });
    wire.write(upgrade(`Authorization: Bearer ${people[n % people.length].token}`));
    while (!ended && !state.over) {
        await sleep(READS_MS);
        wire.read();
    }
    wire.destroy();
    return {};
};

/** So many of these; how many came, and how often one was cut. */
async function slowReaders(server, people, count) {
    const cuts = async () => await hitsOf(server, 'session_queue_bytes') + await hitsOf(server, 'session_queue_frames');
    const before = await cuts();
    const stop = flooding(count, readSlowly(server, people));
    return async () => {
        const { asked } = await stop();
        return { asked, refused: await cuts() - before };
    };
}

/** As many who read along. */
function readers(signIn, count) {
    const reading = load('idle', { ...signIn, connections: count, hold: SECONDS + 4 });
    return async () => {
        const { ready } = await reading;
        return { asked: ready, refused: 0 };
    };
}

/** From one address that nobody trusts, or from many. */
const signInAsNobody = (server, address) => (n, k) => http(server, 'POST', '/api/v1/auth/signin',
    { body: { login: `nobody${n}`, password: PASSWORD }, localAddress: address(n * 131 + k * 7) });
const ONE_STRANGER = () => '127.9.0.1';
const MANY_STRANGERS = (n) => `127.${10 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${1 + (n & 127)}`;

/** Others send without end, in a room of their own; each keeps 32 on their way. Who is trusted has no limit to it. */
let floods = 0;
function messages(signIn, trusted) {
    const sending = load('echo', { ...signIn, connections: 20, window: 32, 'first-source': trusted ? 2 : 0x900, fault: '"ok":false', key: '"reply_to":', size: 240, warmup: 1, duration: SECONDS + 3,
        message: `{"id":{t},"type":"message.send","room":"{room}","nonce":"flood${floods++}.{i}.{seq}","content":{"type":"text","text":"{pad}"}}` });
    return async () => {
        const { published, faults } = await sending;
        return { asked: published, refused: faults };
    };
}

const inMs = (us) => Math.round(us / 100) / 10;

const NOTHING = async () => ({ asked: 0, refused: 0 });

async function all(begun) {
    const stops = await Promise.all(begun);
    return async () => (await Promise.all(stops.map((stop) => stop()))).reduce((a, b) => ({ asked: a.asked + b.asked, refused: a.refused + b.refused }));
}

/** What connected people see of their own messages, while nobody else or too many others want something; each in turn. */
async function overload(directory) {
    return withServer(directory, ['--trust', '127.0.0.0/24'], async (server) => {
        const [ours, others] = [await crowd(directory, server, 20), await crowd(directory, server, 20)];
        const connections = (count) => flooding(count, () => http(server, 'GET', '/healthz'));
        const besides = {
            nothing: () => NOTHING,
            '200 connections at a time': () => connections(200),
            '200 sign-ins at a time, of one stranger': () => flooding(200, signInAsNobody(server, ONE_STRANGER)),
            '200 sign-ins at a time, from thousands of addresses': () => flooding(200, signInAsNobody(server, MANY_STRANGERS)),
            'messages of 20 others past their rate, 640 under way': () => messages(others.signIn, false),
            'the same without a limit (`--trust`)': () => messages(others.signIn, true),
            '200 more in the room, who read': () => readers(ours.signIn, 200),
            '200 more in the room, who read too slowly': () => slowReaders(server, ours.people, 200),
            '100 connections and 100 sign-ins at a time, and those messages': () =>
                all([connections(100), flooding(100, signInAsNobody(server, MANY_STRANGERS)), messages(others.signIn, false)]),
        };
        const rounds = await inRounds(async (round) => {
            const found = [];
            for (const [nth, begin] of Object.values(besides).entries()) {
                const stop = await begin();
                await sleep(1000); // it is under way
                const { latency_us: latency, delivered_per_s: rate } = checked(await load('echo', { ...ours.signIn, first: true, connections: 20, window: 1,
                    fault: '"ok":false', key: '"reply_to":', size: 240, warmup: 0.5, duration: SECONDS,
                    message: `{"id":{t},"type":"message.send","room":"{room}","nonce":"${round}.${nth}.{i}.{seq}","content":{"type":"text","text":"{pad}"}}` }));
                found.push({ p50_ms: inMs(latency.p50), p99_ms: inMs(latency.p99), messages_per_s: Math.round(rate), ...await stop() });
            }
            return found;
        });
        return Object.keys(besides).map((flood, nth) => ({ flood, ...medians(rounds.map((one) => one[nth])) }));
    });
}

const count = (value) => value.toLocaleString('en-GB');
const table = (head, rows) => [head, head.map((_, nth) => nth ? '---:' : '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => typeof cell === 'number' ? count(cell) : cell).join(' | ')} |`).join('\n');

/** As docs/performance/README.md has it. */
function markdown({ handshakes: { plain_upgrades: plain, full_13: whole13, full_12: whole12, resumed_12: resumed }, memory: bytes, compressed: how, overload: besides }) {
    const rates = (what, { per_s, per_cpu_s }) => [what, per_s, per_cpu_s];
    return [
        table(['handshakes', 'a second', 'a second of server CPU'], [rates('an upgrade without TLS', plain), rates('TLS 1.3, whole', whole13),
            rates('TLS 1.2, whole', whole12), rates('TLS 1.2, resumed', resumed)]),
        table([`memory of an idle connection, ${count(IDLE)} of them; bytes resident`, 'plain', 'by TLS'],
            [['signed in', bytes.signed_in_plain, bytes.signed_in_tls], ['upgraded and not signed in', bytes.upgraded_plain, bytes.upgraded_tls],
                ["OpenSSL's bare object, buffers released", '', bytes.bare_ssl_object]]),
        table(['one room of 500 connections, a thousand bytes of prose a message', 'plain', 'permessage-deflate'],
            [['bytes on the wire, a delivery', 'bytes_per_delivery'], ['deliveries a second of server CPU', 'deliveries_per_server_cpu_s'],
                ['deliveries a second, all on this machine', 'deliveries_per_s']].map(([what, name]) => [what, how.plain[name], how.deflate[name]])),
        table(['this comes in besides', 'p50 ms', 'p99 ms', 'asked', 'refused or cut'],
            besides.map(({ flood, p50_ms, p99_ms, asked, refused }) => [flood, p50_ms, p99_ms, asked, refused])),
    ].join('\n\n');
}

const directory = await freshDirectory('natternet-edge-');
try {
    await mkdir(directory, { recursive: true });
    const made = await makeCertificate(directory, 'bench');
    const results = { handshakes: await handshakes(directory, made), memory: await memory(directory, made), compressed: await compressed(directory),
        overload: await overload(directory) };
    await keep('edge', settings, results, quick);
    console.log(markdown(results));
} finally {
    await rm(directory, { recursive: true, force: true });
}
