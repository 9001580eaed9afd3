// The edge: handshakes a second, what an idle connection takes, and what those who are connected feel
// of an overload. Figures to look at, without a bar: run it as `bench/run.sh edge`.

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
import { load, on, output, program } from './tools.mjs';

const execute = promisify(execFile);
const SECONDS = 3;
const IDLE = 2000;
const TICKS = 100; // of the clock in /proc, a second
const LIMITS = ['--workers', '1', '--limit', 'auth_timeout_s=600', '--limit', 'tls_handshake_batch=64'];

async function withServer(directory, args, use) {
    const server = new Server({ data: join(directory, `data-${Math.random()}`), wrap: on(0, []), args: [...LIMITS, ...args] });
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

function figures(result) {
    if (result.faults || result.failed)
        throw new Error(`${result.faults} faults, ${result.failed} failed: ${result.trouble}`);
    return { ...result.latency_us, per_s: result.delivered_per_s };
}

/** What connected people see of their own messages, while nobody else or too many others want something. */
async function overload(directory) {
    return withServer(directory, ['--limit', 'password_memory_kib=19456'], async (server) => {
        const people = await signUpMany(server, 20);
        const room = await people[0].createGroup('all', people.slice(1));
        const [tokens, ids] = [join(directory, 'tokens'), join(directory, 'ids')];
        await writeFile(tokens, `${people.map(({ token }) => token).join('\n')}\n`);
        await writeFile(ids, `${room.id}\n`);
        const measure = async (run) => figures(await load('echo', { path: '/api/v1/ws', header: 'Authorization: Bearer {token}',
            await: 'connection.connected', port: server.port, tokens, rooms: ids, connections: 20, window: 1, fault: '"ok":false', key: '"reply_to":',
            message: `{"id":{t},"type":"message.send","room":"{room}","nonce":"${run}.{i}.{seq}","content":{"type":"text","text":"{pad}"}}`,
            size: 240, warmup: 1, duration: SECONDS }));
        const alone = await measure('alone');
        const state = { over: false, asked: 0, refused: 0 };
        const flood = Array.from({ length: 300 }, async (_, n) => {
            while (!state.over) {
                const answer = n % 3 === 0
                    ? await http(server, 'GET', '/healthz').catch(() => ({}))
                    : await http(server, 'POST', '/api/v1/auth/signin', { body: { login: `nobody${n}`, password: PASSWORD } }).catch(() => ({}));
                state.asked++;
                state.refused += answer.status === 503;
            }
        });
        const flooded = await measure('flooded');
        state.over = true;
        await Promise.all(flood);
        return { alone_us: alone, flooded_us: flooded, asked_meanwhile: state.asked, refused_meanwhile: state.refused };
    });
}

const directory = await freshDirectory('natternet-edge-');
try {
    await mkdir(directory, { recursive: true });
    const made = await makeCertificate(directory, 'bench');
    const results = { machine: machine(), handshakes: await handshakes(directory, made), memory: await memory(directory, made),
        overload: await overload(directory) };
    const text = JSON.stringify(results, null, 2);
    await writeFile(join(dirname(fileURLToPath(import.meta.url)), 'results/edge.json'), `${text}\n`);
    console.log(text);
} finally {
    await rm(directory, { recursive: true, force: true });
}
