// How costs grow: with receivers, with the rooms that a person is in, with the messages and the members
// of a room, with senders, with workers. Draws docs/performance/*.svg with the data beside, and the
// settings in it.
//
//   node bench/curves.mjs [--quick] [--seconds N] [--rounds N] [receivers] [rooms] [messages] [members]
//                         [senders] [workers] [acts] [search] [arriving]
//
// A point is the median of 5 rounds of 2 s each unless told otherwise (--seconds, --rounds); all of them, and what others on
// the machine took meanwhile, stand beside it. Each says at its end how long it took.

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { metrics } from '../tests/support/metrics.mjs';
import { freshDirectory } from '../tests/support/server.mjs';
import { finding } from './finding.mjs';
import { manyRooms } from './many_rooms.mjs';
import { machine } from './report.mjs';
import { ACTS, roomCosts } from './room_costs.mjs';
import { ACKNOWLEDGE, SEND, load, payloadOf, seed, sendAndWait, sendMessage, stage } from './stage.mjs';
import { svg } from './svg.mjs';
import { besides, median, most, netLimit, on, output, program, whole } from './tools.mjs';

const { values: flags, positionals: names } = parseArgs({ allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, seconds: { type: 'string' }, rounds: { type: 'string' } } });
const quick = flags.quick;
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../docs/performance');
const CROWD = 100; // people who are made ready
const LOOK_MS = 200;
const directory = await freshDirectory('natternet-curves-');
const settings = { quick, seconds: Number(flags.seconds ?? (quick ? 1 : 2)), rounds: Number(flags.rounds ?? (quick ? 1 : 5)) };
const context = { directory, ...settings };
if (!(settings.seconds > 0) || !Number.isInteger(settings.rounds) || settings.rounds < 1) {
    console.error('--seconds is more than 0, --rounds a whole number from 1 on');
    process.exit(2);
}
const decades = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));

/**
 * The median of the rounds, all of them, and the most that others took. @param {number[]} rounds
 * @param {object[]} [why] of each round what may tell why it is so: medians of that too
 */
const point = (rounds, others, why) => ({ value: median(rounds), rounds, other: most(others),
    ...why && { why: Object.fromEntries(Object.keys(why[0]).map((of) => [of, +median(why.map((one) => one[of] ?? 0)).toPrecision(4)])) } });

/** As many rounds as there are of what `measure` returns: numbers by the names of their lines, and `why`. */
async function middle(measure) {
    const results = [];
    for (let round = 0; round < context.rounds; round++)
        results.push(await besides(() => measure(round)));
    return points(results);
}

function points(results) {
    const of = (name) => results.map((one) => one[name]);
    const names = Object.keys(results[0]).filter((name) => name !== 'other' && name !== 'why');
    return Object.fromEntries(names.map((name) => [name, point(of(name), of('other'), results[0].why && of('why'))]));
}

/** A line for each of the things that `measure` returns, over the values for which it does; beside each point its rounds. */
async function lines(values, measure) {
    const found = new Map();
    for (const at of values)
        for (const [of, { value, ...beside }] of Object.entries(await measure(at))) {
            console.error(`  ${at}: ${of}: ${value} ${JSON.stringify(beside)}`);
            const line = found.get(of) ?? { name: of, points: [], beside: [] };
            found.set(of, line);
            line.points.push([at, value]);
            line.beside.push(beside);
        }
    return [...found.values()];
}

const fanout = async (login, connections, window, round) => whole(await load('fanout', { ...login, ...SEND, connections, window,
    message: sendMessage(`c${round}`), warmup: 1, duration: context.seconds }));

/** One sends to all of a room, one message at a time; in turn with it bare sends of as many bytes to as many. */
const receivers = (n) => stage(context, { people: n, rooms: 1, members: n }, ({ login }) => middle(async (round) => {
    const ours = await fanout(login, n, 1, round);
    const bare = await netLimit('fanout', (pid, port) => load('fanout', { port, raw: true, pid, connections: n, window: 1, 'connect-timeout': 120,
        warmup: 1, duration: context.seconds, size: payloadOf(ours) }));
    return { 'here': ours.delivered_per_server_cpu_s, 'one bare send() a receiver': bare.delivered_per_server_cpu_s };
}));

/** Everybody in all rooms, a connection each; their tokens are known from the round that does not count. */
const rooms = (n) => stage(context, { people: CROWD, rooms: n, members: CROWD }, async ({ login }) => {
    const connect = async () => {
        const result = whole(await load('idle', { ...login, connections: CROWD, hold: 0 }));
        if (result.ready !== CROWD)
            throw new Error(`${result.ready} of ${CROWD} ready: ${result.trouble}`);
        return result;
    };
    await connect();
    return middle(async () => ({ rooms: 1000 / (await connect()).ready_per_server_cpu_s }));
});

const members = (n) => stage(context, { people: n, rooms: 1, members: n }, ({ login }) => middle(async (round) =>
    ({ members: (await fanout(login, Math.min(n, 100), 4, round)).delivered_per_server_cpu_s })));

/** Microseconds that the threads of each name have computed: 'of the store writer' and the like. */
async function computedByThread(pid) {
    const found = {};
    for (const thread of await readdir(`/proc/${pid}/task`)) {
        const [name, times] = await Promise.all(['comm', 'schedstat'].map((file) => readFile(`/proc/${pid}/task/${thread}/${file}`, 'utf8')));
        const of = `cpu_us of ${name.trim().replace(/[ -]?\d+$/, '')}`;
        found[of] = (found[of] ?? 0) + Number(times.split(' ')[0]) / 1000;
    }
    return found;
}

/** What the server has done so far: messages that are durable, commits, frames that left, calls that write to files and bytes in them, and who computed how long. */
async function doneBy(server) {
    const { pid } = server.child;
    const [counted, io, threads] = await Promise.all([metrics(server), readFile(`/proc/${pid}/io`, 'utf8'), computedByThread(pid)]);
    const of = (name) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)[1]);
    return { messages: counted.natternet_events_appended_total, commits: counted.natternet_store_group_seconds_count, frames: counted.natternet_sent_frames_total, turns: counted.natternet_loop_turns_total,
        file_writes: of('syscw'), file_bytes: of('wchar'), file_reads: of('syscr'), ...threads };
}

/** What one message took meanwhile, from the first to the last that is there: neither that all sign in nor that they leave is in it. */
async function eachTook(server, running) {
    const looked = [await doneBy(server)];
    let over = false;
    running.finally(() => { over = true; }).catch(() => {});
    while (!over) {
        looked.push(await doneBy(server));
        await sleep(LOOK_MS);
    }
    const [before, after] = [looked.findLast((one) => one.messages === looked[0].messages), looked.findLast((one, at) => at > 0 && one.messages > looked[at - 1].messages)];
    const messages = after.messages - before.messages;
    return { messages, messages_a_commit: messages / (after.commits - before.commits), ...Object.fromEntries(Object.keys(after)
        .filter((name) => name !== 'messages').map((name) => [name, (after[name] - (before[name] ?? 0)) / messages])) };
}

/** Each of `n` waits for the answer to their own message; why it takes what it takes stands beside: of all messages, those of the warming up too. */
const acknowledge = (n, shape, args, cores) => stage(context, { people: n, stride: true, members: Math.ceil(n / shape.rooms), ...shape },
    ({ login, server }) => middle(async (round) => {
        const running = load('echo', { ...login, ...ACKNOWLEDGE, connections: n, window: 1, message: sendAndWait(`a${round}`), warmup: 1, duration: context.seconds, drain: 30 });
        const [{ delivered_per_server_cpu_s: cpu, delivered_per_s: clock, deliveries_per_read: together }, why] = await Promise.all([running.then(whole), eachTook(server, running)]);
        return { cpu, clock, why: { messages_a_sender: why.messages / n, reads_by_receivers: 1 / together, ...why } };
    }), args, cores);

/** From a thousand on a hundred rooms grow, so there as many rooms of ten are measured too. */
async function senders(n) {
    const { cpu: hundred } = await acknowledge(n, { rooms: Math.min(n, 100) });
    if (n < 1000)
        return { 'in 100 rooms (fewer, each in one of their own)': hundred };
    const { cpu: ten } = n === 1000 ? { cpu: hundred } : await acknowledge(n, { rooms: n / 10 });
    return { 'in 100 rooms (fewer, each in one of their own)': hundred, 'in rooms of ten': ten };
}

/** On one core, and on two where the load shares the second. */
async function workers(n) {
    const found = {};
    for (const [name, cores] of [['on one core', '0'], ['on two, the second shared with the load', '0,1']]) {
        const { cpu, clock } = await acknowledge(1000, { rooms: 100 }, ['--workers', String(n)], cores);
        Object.assign(found, { [`${name}: a second of server CPU`]: cpu, [`${name}: a second of the clock`]: clock });
    }
    return found;
}

const curves = {
    receivers: { title: 'Fan-out over the receivers of a room', x: 'receivers', y: 'deliveries / s of server CPU',
        run: receivers, at: quick ? decades(1, 3) : [10, 100, 1000, 5000, 10_000, 19_000] },
    rooms: { title: 'Making a connection ready, over the rooms that the person is in', x: 'rooms', y: 'ms of server CPU', logY: true,
        run: rooms, at: quick ? decades(0, 2) : [1, 10, 100, 1000, 5000] },
    messages: { title: 'A page of 50 anywhere, over the messages in the room', x: 'messages', y: 'ms of processor time', run: page,
        at: quick ? decades(3, 5) : decades(3, 7) },
    members: { title: 'Fan-out to 100 connected, over the members of the room', x: 'members', y: 'deliveries / s of server CPU',
        run: members, at: quick ? decades(1, 3) : decades(1, 5) },
    senders: { title: 'Acknowledged messages over the senders', x: 'senders', y: 'messages / s of server CPU',
        run: senders, at: quick ? [1, 10, 100, 1000] : [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000] },
    workers: { title: 'Acknowledged messages of 1,000 senders, over the workers', x: 'workers', y: 'messages', log: false,
        run: workers, at: [1, 2] },
    acts: { title: 'An act in a room with 100 devices connected, over its members', x: 'members', y: 'µs of server CPU',
        run: async (n) => {
            const [costs] = await roomCosts({ ...context, acts: quick ? 100 : 500 }, [n]);
            return Object.fromEntries(ACTS.map((name) => [name, point(costs[name].map((one) => one.cpu_us), costs[name].map((one) => one.other))]));
        }, at: quick ? [10, 1000] : [10, 1000, 100_000] },
    search: { title: 'Finding by words, over the messages that there are', x: 'messages', y: 'ms',
        run: async (n) => {
            const { rounds: all } = await finding({ ...context, found: n, questions: quick ? 50 : 100 });
            return points(all.map(({ p50, p99, cpu_p99, other }) => ({ 'p99': p99, 'p99 of processor time': cpu_p99, 'p50': p50, other })));
        }, at: quick ? [20_000, 100_000] : decades(4, 6) },
    arriving: { title: 'Signing in, listing and syncing, over the rooms that one is in', x: 'rooms', y: 's',
        run: async (n) => {
            const { fresh, returning } = await manyRooms({ ...context, rooms: n });
            const row = (all) => point(all.map((one) => one.s), all.map((one) => one.other));
            return { 'on a new device': row(fresh), 'on one that has seen everything': row(returning) };
        }, at: quick ? [10, 500] : [10, 500, 5000] },
};

async function page(messages) {
    const place = await seed(context, { people: 1, rooms: 1, members: 1, messages });
    const room = (await readFile(place.ids, 'utf8')).trim();
    const found = await middle(async () => {
        const { p50, p99 } = (await output(on(0, [program('pages'), place.data, room, String(messages), String(context.seconds)]), 300)).anywhere.cpu_us;
        return { p99: p99 / 1000, p50: p50 / 1000 };
    });
    await rm(place.directory, { recursive: true });
    return found;
}

const unknown = names.find((name) => !(name in curves));
if (unknown) {
    console.error(`there is no curve ${unknown}; there are ${Object.keys(curves).join(', ')}`);
    process.exit(2);
}
await mkdir(FOLDER, { recursive: true });
try {
    for (const name of names.length ? names : Object.keys(curves)) {
        const started = Date.now();
        console.error(name);
        const { title, x, y, log, logY, run, at } = curves[name];
        const drawn = await lines(at, run);
        await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify({ machine: machine(), ...settings, title, x, y, lines: drawn }, null, 2)}\n`);
        await writeFile(join(FOLDER, `${name}.svg`), svg({ title, x, y, log, logY, lines: drawn }));
        console.error(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
    }
} finally {
    await rm(directory, { recursive: true, force: true });
}
