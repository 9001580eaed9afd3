// What is measured, one function each. All return plain figures for the report.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { signUpMany } from '../tests/support/people.mjs';
import { diskLimit, linesFile, load, median, netLimit, startServer } from './tools.mjs';

const LOGIN = { path: '/api/v1/ws', header: 'Authorization: Bearer {token}', await: 'connection.connected' };
const LIMIT_PORT = 18_765;

/** A server, people and their files in a directory of its own; `use` gets them. */
async function stage(context, people, use, args) {
    const data = join(context.directory, `data-${context.stages = (context.stages ?? 0) + 1}`);
    const server = await startServer(data, args);
    try {
        const crowd = await signUpMany(server, people);
        const tokens = await linesFile(join(context.directory, 'tokens'), crowd.map((one) => one.token));
        const login = { ...LOGIN, port: server.port, tokens, pid: server.child.pid };
        return await use({ server, crowd, login });
    } finally {
        await server.dispose();
        await rm(data, { recursive: true, force: true });
    }
}

const sendCommand = (run) => `{"id":{t},"type":"message.send","room":"{room}","nonce":"${run}.{i}.{seq}",`
    + '"content":{"type":"text","text":"{pad}"}}';

/** A command of this many bytes carries a text of about a hundred. */
const SEND_BYTES = 240;

/**
 * Durable acknowledged messages a second: each sender has its own room and waits for each
 * acknowledgement before it sends on. Beside it, alternating, SQLite alone on the same core.
 */
export async function durable(context) {
    const { seconds, rounds } = context;
    const most = Math.max(...context.senders);
    return stage(context, most, async ({ crowd, login }) => {
        const made = [];
        for (const person of crowd)
            made.push((await person.createGroup('bench')).id);
        const rooms = await linesFile(join(context.directory, 'rooms'), made);
        const rows = [];
        for (const n of context.senders) {
            const results = [];
            for (let round = 0; round < rounds; round++)
                results.push(await load('echo', { ...login, rooms, connections: n, window: 1, key: '"reply_to":', size: SEND_BYTES,
                    message: sendCommand(`d${n}.${round}`), warmup: 1, duration: seconds }));
            rows.push(summary({ senders: n }, results));
        }
        return { rows, disk: await disk(context) };
    });
}

function summary(extra, results) {
    return {
        ...extra,
        per_s: median(results.map((one) => one.delivered_per_s)),
        p50_us: median(results.map((one) => one.latency_us.p50)),
        p99_us: median(results.map((one) => one.latency_us.p99)),
        per_server_cpu_s: median(results.map((one) => one.delivered_per_server_cpu_s)),
        other_cpu_s: Math.max(...results.map((one) => one.other_cpu_s)),
        missing: Math.max(...results.map((one) => one.missing + one.given_up)),
        trouble: results.map((one) => one.trouble).find(Boolean) ?? '',
    };
}

/** The same rows by SQLite alone, and the bare disk. */
async function disk(context) {
    const run = async (name, ...args) => {
        const directory = join(context.directory, 'limit');
        const results = [];
        for (let round = 0; round < context.rounds; round++) {
            await mkdir(directory, { recursive: true });
            results.push(await diskLimit(name, directory, ...args, context.seconds));
            await rm(directory, { recursive: true });
        }
        return { name, batch: args[0] ?? 1, per_s: median(results.map((one) => one.rows_per_s)),
            p50_us: median(results.map((one) => one.commit_us.p50)) };
    };
    return [await run('fdatasync'), await run('sqlite', 1), await run('sqlite', 64), await run('sqlite', 200),
        await run('sqlite', 1000)];
}

/** Fan-out: one sender, everybody receives; beside it, alternating, the kernel's bare send(2). */
export async function fanout(context) {
    return stage(context, 20, async ({ crowd, login }) => {
        const [owner, ...others] = crowd;
        const room = await owner.createGroup('all', others);
        const rooms = await linesFile(join(context.directory, 'rooms'), [room.id]);
        const rows = [];
        for (const n of context.receivers) {
            const [ours, limit] = [[], []];
            for (let round = 0; round < context.rounds; round++) {
                const result = await load('fanout', { ...login, rooms, connections: n, window: 2, key: 'time=', size: SEND_BYTES,
                    warmup: 1, duration: context.seconds, 'connect-timeout': 120, message:
                    `{"id":{seq},"type":"message.send","room":"{room}","nonce":"f${n}.${round}.{seq}",`
                    + '"content":{"type":"text","text":"time={t} {pad}"}}' });
                ours.push(result);
                const size = Math.round(result.bytes_per_s / result.delivered_per_s) || 400;
                limit.push(await netLimit('fanout', LIMIT_PORT, (pid) => load('fanout', { port: LIMIT_PORT, raw: true, connections: n,
                    window: 2, size, warmup: 1, duration: context.seconds, pid, 'connect-timeout': 120 })));
            }
            rows.push(summary({ receivers: n, what: 'NatterNet, durable' }, ours),
                summary({ receivers: n, what: 'bare send(2)' }, limit));
        }
        return { rows };
    });
}

/**
 * Memory of an idle, signed-in connection whose person is in five rooms. A fresh server each
 * time: memory that an earlier crowd left behind would make the next one look small.
 */
export async function idle(context) {
    const rows = [];
    for (const n of context.idle)
        rows.push(await stage(context, 20, async ({ crowd: [owner, ...others], login }) => {
            for (const name of ['one', 'two', 'three', 'four', 'five'])
                await owner.createGroup(name, others);
            const result = await load('idle', { ...login, connections: n, hold: 2, 'connect-timeout': 120 });
            return { connections: result.ready, failed: result.failed, rss_before_kb: result.rss_before_kb,
                rss_connected_kb: result.rss_connected_kb, bytes_each: result.rss_bytes_per_connection,
                kernel_bytes_both_ends: result.kernel_bytes_per_connection_both_ends,
                ready_per_s: result.ready_per_s, trouble: result.trouble };
        }));
    return { rows };
}

/** Pages of history anywhere in a long room; it is filled through the API first. */
export async function history(context) {
    return stage(context, 1, async ({ crowd: [person], login }) => {
        const room = await person.createGroup('long');
        const rooms = await linesFile(join(context.directory, 'rooms'), [room.id]);
        const filled = await fillRoom(context, person, room, { ...login, rooms });
        const page = (position) => load('echo', { ...login, rooms, connections: 16, window: 1, key: '"reply_to":', most: filled.last_seq,
            message: `{"id":{t},"type":"room.history","room":"{room}"${position},"limit":50}`, warmup: 1, duration: context.seconds });
        const rows = [];
        for (const [what, position] of [['newest', ''], ['before a random seq', ',"before":{rand}'],
            ['after a random seq', ',"after":{rand}'], ['around a random seq', ',"around":{rand}']])
            rows.push(summary({ what, messages: filled.last_seq }, [await page(position)]));
        return { rows, filled };
    });
}

async function fillRoom(context, person, room, login) {
    const started = Date.now();
    let { last_seq } = await person.room(room);
    let duration = 3;
    for (let run = 0; last_seq < context.history && run < 20; run++) {
        const result = await load('echo', { ...login, connections: 1, window: 250, key: '"reply_to":', size: SEND_BYTES,
            message: sendCommand(`h${run}`), warmup: 0, duration });
        ({ last_seq } = await person.room(room));
        duration = Math.min(60, Math.max(1, Math.ceil((context.history - last_seq) / (result.delivered_per_s || 1))));
    }
    return { last_seq, seconds: (Date.now() - started) / 1000 };
}
