// The figures that NatterNet is held to, one entry each: what is measured, against what limit, the bar
// and the aim for the ratio of the two (or for the figure itself, where there is no limit).

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BIN, within } from '../tests/support/server.mjs';
import { makeCertificate, tlsFlags } from '../tests/support/tls.mjs';
import { finding, levelAfter } from './finding.mjs';
import { manyRooms } from './many_rooms.mjs';
import { ACTS, roomCosts } from './room_costs.mjs';
import { NO_RATES, pagesByHttp } from './page_http.mjs';
import { ACKNOWLEDGE, LIMITS, SEND, load, payloadOf, rounds, seed, sendAndWait, sendMessage, stage, statusKb } from './stage.mjs';
import { besides, diskLimit, median, most, netLimit, on, output, program, startServer, whole } from './tools.mjs';

const ROOMS_OF_ONE = 5;

/** One room of `n`, all connected; the first sends. Against a limit that sends the same bytes. */
const fanout = (n, window, limit) => (context) => stage(context, { people: n, rooms: 1, members: n }, ({ login }) => {
    const run = { warmup: 1, duration: context.seconds, connections: n, window, 'connect-timeout': 120 };
    return rounds(context,
        (round) => load('fanout', { ...login, ...run, ...SEND, message: sendMessage(`f${round}`) }),
        async (ours) => (await netLimit(limit, (pid, port) => load('fanout', { port, raw: true, ...run, pid,
            size: payloadOf(ours) }))).delivered_per_server_cpu_s,
        (ours) => ours.delivered_per_server_cpu_s);
});

/** Open loop: 20 messages a second to 1,000, for so long that the worst hundredth is of several. The limit: bare sends, and a bare commit before them, as often. */
function delivery(context) {
    const [n, rate] = [1000, 20];
    return stage(context, { people: n, rooms: 1, members: n }, ({ login }) => {
        const run = { warmup: 1, duration: context.scheduled, connections: n, rate };
        return rounds(context,
            (round) => load('fanout', { ...login, ...run, ...SEND, message: sendMessage(`d${round}`) }),
            async (ours) => {
                const sends = await netLimit('fanout', (pid, port) => load('fanout', { port, raw: true, ...run, pid, size: payloadOf(ours) }));
                return (sends.latency_us.p99 + (await disk({ ...context, seconds: run.duration }, 'delivery', ALONE, 1, rate)).commit_us.p99) / 1000;
            },
            (ours) => ours.latency_us.p99 / 1000);
    });
}

const ALONE = { people: 1, rooms: 1 };

/** SQLite with the rows of so many people in as many rooms, `batch` of them a commit. */
async function disk(context, name, { people, rooms }, batch, ...rate) {
    const directory = join(context.directory, `limit-${name}`); // its log goes on from round to round, as the server's does
    await mkdir(directory, { recursive: true });
    return diskLimit('sqlite', directory, people, rooms, batch, context.seconds, ...rate);
}

/** `senders` in as many rooms as given, each waiting for its answer; the limit commits `batch` rows at once. */
const durable = (shape, batch) => (context) => stage(context, { stride: true, ...shape }, ({ login }) =>
    rounds(context,
        (round) => load('echo', { ...login, connections: shape.people, window: 1, ...ACKNOWLEDGE, message: sendAndWait(`a${round}`),
            warmup: 1, duration: context.seconds }),
        async () => (await disk(context, `durable-${batch}`, shape, batch)).rows_per_s,
        (ours) => ours.delivered_per_s));

/** One sender that waits for each answer; the limit is a commit of one row and then an echo. */
function lockstep(context) {
    return stage(context, { people: 1, rooms: 1, members: 1 }, ({ login }) => {
        const run = { connections: 1, window: 1, warmup: 1, duration: context.seconds };
        return rounds(context,
            (round) => load('echo', { ...login, ...run, ...ACKNOWLEDGE, message: sendAndWait(`l${round}`) }),
            async () => {
                const echo = await netLimit('echo', (pid, port) => load('echo', { port, raw: true, ...run, pid, size: 240 }));
                return 1 / (1 / (await disk(context, 'lockstep', ALONE, 1)).commits_per_s + 1 / echo.delivered_per_s);
            },
            (ours) => ours.delivered_per_s);
    });
}

const inFiveRooms = (n) => ({ people: n, rooms: n / 200 * ROOMS_OF_ONE, members: 200 });

/** Rounds of a server that is started anew for each: its memory and its tokens are fresh. */
function anew(context, shape, measure, args) {
    return stage(context, shape, async ({ server, login }) => {
        const results = [];
        for (let round = 0; round < context.rounds; round++) {
            if (round > 0) {
                server.listen = '127.0.0.1:0'; // ports of the round before still wait
                await server.restart();
            }
            results.push(await measure({ ...login, port: server.port, pid: server.child.pid }, server));
        }
        return results;
    }, args);
}

/** The median of each round's figure, and of its limit where it has one. */
const medians = (results) => {
    const of = (name) => results.map((one) => one[name]);
    const limit = results[0].limit === undefined ? undefined : of('limit');
    return { measured: median(of('measured')), limit: limit && median(limit), all: { measured: of('measured'), limit, other: of('other') },
        other: most(of('other')) };
};

/** The same with what else each round told. */
const detailed = (results) => {
    const all = medians(results);
    return { ...all, all: { ...all.all, details: results.map((one) => one.detail) } };
};

/** All of them, or it is no figure; `other` is of the whole of it, and not of the hold alone. */
const connect = (login, connections, hold) => besides(async () => {
    const result = whole(await load('idle', { ...login, connections, hold }));
    if (result.ready !== connections || result.closed)
        throw new Error(`${result.ready} of ${connections} ready, ${result.closed} closed: ${result.trouble}`);
    return result;
});

/** Everybody is somebody else, in five rooms of two hundred. */
async function memory(context) {
    const results = await anew(context, inFiveRooms(context.crowd), async (login) => {
        await connect(login, 100, 0); // what only the first ones touch
        const { rss_bytes_per_connection: measured, kernel_bytes_per_connection_both_ends: kernel, other } = await connect(login, context.crowd, 2);
        return { measured, other, detail: { kernel } };
    });
    return { ...detailed(results), kernel: median(results.map((one) => one.detail.kernel)) };
}

/** The same by TLS, in turn with as many of OpenSSL's bare objects with their buffers released. */
async function memoryByTls(context) {
    const made = await makeCertificate(context.directory, 'bench');
    return medians(await anew(context, inFiveRooms(context.crowd), async (login, server) => {
        server.ca = made.pem;
        const byTls = { ...login, tls: true };
        await connect(byTls, 100, 0);
        const { rss_bytes_per_connection: measured, other } = await connect(byTls, context.crowd, 2);
        const { bytes_each: limit } = await output([program('limit'), 'tls', made.cert, made.key, String(context.crowd)], 240);
        return { measured, limit, other };
    }, tlsFlags(made)));
}

/** The same connections twice: with tokens that the server, just started, has not seen before, and has. */
async function ready(context) {
    const results = await anew(context, inFiveRooms(context.crowd), async (login) => {
        const one = await connect(login, context.crowd, 0);
        return [one, await connect(login, context.crowd, 0)].map(({ ready_per_server_cpu_s: measured, other }) => ({ measured, other }));
    });
    return [0, 1].map((which) => medians(results.map((both) => both[which])));
}

function ping(context) {
    const run = { connections: 100, window: 1, warmup: 1, duration: context.seconds };
    return stage(context, { people: 100 }, ({ login }) => rounds(context,
        () => load('echo', { ...login, ...run, key: '"reply_to":', message: '{"id":{t},"type":"ping"}' }),
        async (ours) => (await netLimit('echo', (pid, port) => load('echo', { port, raw: true, ...run, pid, size: payloadOf(ours) }))).delivered_per_server_cpu_s,
        (ours) => ours.delivered_per_server_cpu_s));
}

/** So many messages would go into the index of searches while what is measured is something else. */
const NO_INDEX = ['--limit', 'search_gather_ms=3600000'];

/** What the store and the encoder take for a page; by the processor's time, which others do not lengthen. Then the same through HTTP. */
async function history(context) {
    const place = await seed(context, { people: 1, rooms: 1, members: 1, messages: context.history });
    const [room, token] = (await Promise.all([place.ids, place.tokens].map((file) => readFile(file, 'utf8')))).map((text) => text.trim());
    const server = await startServer(place.data, [...LIMITS, ...NO_RATES, ...NO_INDEX]);
    try {
        const results = [];
        for (let round = 0; round < context.rounds; round++)
            results.push(await besides(async () => ({
                pages: await output(on(0, [program('pages'), place.data, room, String(context.history), String(context.seconds)]), 300),
                asked: await pagesByHttp(server, token, room, context.history, context.seconds) })));
        const row = (pageOf, clock) => detailed(results.map((one) => ({ measured: pageOf(one)[clock].p99 / 1000, other: one.other, detail: pageOf(one) })));
        return [row(({ pages }) => pages.newest, 'cpu_us'), row(({ pages }) => pages.anywhere, 'cpu_us'),
            row(({ asked }) => asked.newest, 'wall_us'), row(({ asked }) => asked.anywhere, 'wall_us')];
    } finally {
        await server.dispose();
        await rm(place.directory, { recursive: true, force: true });
    }
}

/** All connections end at once; each comes back, signs in and says sync with what it had. */
function cut(context) {
    return stage(context, inFiveRooms(context.crowd), ({ login, place }) => rounds(context,
        () => load('cut', { ...login, rooms: place.lists, connections: context.crowd, inflight: context.crowd,
            then: [['send', '{"id":1,"type":"sync","rev":0,"rooms":{room}}'], ['await', '"reply_to":1,"ok":true']] }),
        null, (one) => {
            if (one.ready !== context.crowd)
                throw new Error(`${one.ready} of ${context.crowd} came back: ${one.trouble}`);
            return one.ready_s;
        }));
}

/** A program until it has said that it listens: how long that took, and its resident memory. */
async function begin(command) {
    const started = process.hrtime.bigint();
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    try {
        let said = '';
        await within(10_000, 'a start', (async () => {
            for await (const text of child.stderr)
                if ((said += text).includes('listening'))
                    return;
        })());
        const ms = Number(process.hrtime.bigint() - started) / 1e6;
        await new Promise((done) => setTimeout(done, 200)); // what it still touches behind its word
        return { ms, mb: await statusKb(child.pid, 'VmRSS') / 1024 };
    } finally {
        child.kill();
        await ended;
    }
}

async function empty(context) {
    const data = join(context.directory, 'empty');
    const serve = on(0, [BIN, 'serve', '--listen', '127.0.0.1:0', '--data', data, '--workers', '1']);
    await begin(serve); // makes the directory and its keys
    const results = [];
    for (let round = 0; round < context.rounds; round++)
        results.push(await besides(async () => ({ ours: await begin(serve), bare: await begin(on(0, [program('linked')])) })));
    await rm(data, { recursive: true });
    return ['mb', 'ms'].map((name) => medians(results.map(({ ours, bare, other }) => ({ measured: ours[name], limit: bare[name], other }))));
}

/** An act in the largest room and in one of a thousand, against the same in one of ten, where as many devices hear of it. */
async function costs(context) {
    const [small, ...large] = await roomCosts(context, [10, context.largest, 1000]);
    return large.flatMap((room) => ACTS.map((name) => detailed(room[name].map((one, round) =>
        ({ measured: one.cpu_us, limit: small[name][round].cpu_us, other: one.other, detail: { here: one, in_ten: small[name][round] } })))));
}

/** What an act is in a room as large as those: of who has read what only the reader's own devices hear in a room of more than `presence_push_members`. */
const IN_LARGE = { receipt: 'receipt, of which others hear only in the room of 10' };

const costRows = (room) => ACTS.map((name, at) =>
    [at ? `the same: a ${IN_LARGE[name] ?? name}` : `a ${name} in a room of ${room}, 100 devices connected; µs of server CPU`, 'the same in a room of 10']);

async function search(context) {
    const { rounds: all, filled_per_s } = await finding(context);
    const result = detailed(all.map(({ p99, other, ...detail }) => ({ measured: p99, other, detail })));
    return { ...result, filled_per_s };
}

async function arriving(context) {
    const both = await manyRooms({ ...context, rooms: 5000 });
    return [both.fresh, both.returning].map((all) => detailed(all.map(({ s, other, took }) => ({ measured: s, other, detail: took }))));
}

/** As `durable`, while the index of searches follows, against a server whose index waits for an hour. */
function withIndexFollowing(context) {
    const shape = { people: 1024, stride: true, rooms: 100, members: 11 };
    const acknowledged = async (login, nonce) => whole(await load('echo', { ...login, connections: 1024, window: 1, ...ACKNOWLEDGE,
        message: sendAndWait(nonce), warmup: 1, duration: context.seconds }));
    const behind = [];
    return stage(context, shape, ({ login: with_, server }) => stage(context, shape, async ({ login: without }) => {
        const result = await rounds(context, async (round) => {
            const ours = await acknowledged(with_, `w${round}`);
            behind.push(await levelAfter(server));
            return ours;
        }, async (ours) => (await acknowledged(without, `o${ours.published}`)).delivered_per_s, (ours) => ours.delivered_per_s);
        return { ...result, all: { ...result.all, behind_s: behind } };
    }, NO_INDEX));
}

/** The program without its symbols, and yyjson where it lies beside it. */
async function size(context) {
    const stripped = join(context.directory, 'natternet');
    await copyFile(BIN, stripped);
    execFileSync('strip', [stripped]);
    const beside = await stat(join(BIN, '../libyyjson.so.0')).then((file) => file.size, () => 0);
    const { size: own } = await stat(stripped);
    await rm(stripped);
    return { measured: (own + beside) / 2 ** 20, all: { bytes: { program: own, yyjson: beside } } };
}

// `better`: 'more' (ratio of measured to limit), 'less' (the same), 'most' and 'least' (the figure
// itself), 'above' (the figure less the limit).
export const figures = {
    fanout_1000: { rows: [['fan-out, one message at a time, 1,000 receivers; deliveries a second of server CPU', 'one send() a receiver']],
        better: 'more', bar: 0.85, aim: 0.95, run: fanout(1000, 1, 'fanout') },
    fanout_10000: { rows: [['the same, 10,000 receivers', 'one send() a receiver']],
        better: 'more', bar: 0.85, aim: 0.95, run: fanout(10_000, 1, 'fanout') },
    fanout_64: { rows: [['fan-out, 64 under way, 10,000 receivers; deliveries a second of server CPU', 'all that is due in one send()']],
        better: 'more', bar: 0.35, aim: 0.7, run: fanout(10_000, 64, 'coalesce') },
    delivery: { rows: [['delivery p99, 20,000 deliveries a second on schedule, 1,000 receivers; ms', 'p99 of bare sends + of a bare commit, 20 a second each']],
        better: 'less', bar: 1.3, aim: 1.1, run: delivery },
    durable: { rows: [['durable acknowledged messages a second, 1,024 senders, 100 rooms', 'the same rows by SQLite alone, batches of 200']],
        better: 'more', bar: 0.5, aim: 0.9, run: durable({ people: 1024, rooms: 100, members: 11 }, 200) },
    durable_64: { rows: [['the same, 64 senders, 8 rooms', 'the same rows by SQLite alone, batches of 64']],
        better: 'more', bar: 0.5, aim: 0.9, run: durable({ people: 64, rooms: 8, members: 8 }, 64) },
    lockstep: { rows: [['one sender in lock-step, acknowledged a second', 'a one-row commit + a loopback echo']],
        better: 'more', bar: 0.6, aim: 0.85, run: lockstep },
    memory: { rows: [['user memory of an idle signed-in connection in 5 rooms; bytes', '']],
        better: 'least', bar: 1000, aim: 500, run: memory },
    memory_tls: { rows: [['the same by TLS', "OpenSSL's bare object"]], better: 'above', bar: 2048, aim: 1024, run: memoryByTls },
    ready: { rows: [['connections made ready a second of server CPU: token not seen before', '', 10_000, 14_000],
        ['the same: token seen before', '', 25_000, 40_000]], better: 'most', run: ready },
    ping: { rows: [['ping echo of 100 connections; a second of server CPU', 'bare TCP echo']],
        better: 'more', bar: 0.85, aim: 0.95, run: ping },
    history: { rows: [['page of 50, newest; p99 ms of processor time', ''], ['page of 50, anywhere; the same', ''],
        ['page of 50 through HTTP, newest; p99 ms on the clock, there and back', ''], ['page of 50 through HTTP, anywhere; the same', '']],
        better: 'least', bar: 1, aim: 0.2, run: history },
    cut: { rows: [['all connections cut at once: every one back and in sync; s', '']],
        better: 'least', bar: 4, aim: 2, run: cut },
    costs: { rows: ['100,000', '1,000'].flatMap(costRows),
        better: 'less', bar: 1.5, aim: 1.2, run: costs },
    search: { rows: [['finding by words among 1,000,000 messages; p99 ms', '']],
        better: 'least', bar: 50, aim: 20, run: search },
    many_rooms: { rows: [['a person in 5,000 rooms signs in, lists and syncs on a new device; s', ''], ['the same on one that has seen everything', '']],
        better: 'least', bar: 1, aim: 0.5, run: arriving },
    durable_search: { rows: [['durable acknowledged messages a second, 1,024 senders, the index of searches following', 'the same while it waits']],
        better: 'more', bar: 0.85, aim: 0.95, run: withIndexFollowing },
    empty: { rows: [['empty server, resident memory; MB', 'a program with the same libraries', 4, 1],
        ['start to `listening`; ms', 'the same', 50, 10]], better: 'above', run: empty },
    size: { rows: [['the program, stripped, page inside; MB', '']], better: 'least', bar: 8, aim: 4, run: size },
};

