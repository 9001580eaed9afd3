// How costs grow: with receivers, with the rooms that a person is in, with the messages and the members
// of a room, with senders, with workers. Draws docs/performance/*.svg with the data beside.
//
//   node bench/curves.mjs [--quick] [receivers] [rooms] [messages] [members] [senders]
//                         [acts] [search] [arriving] [workers]

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from '../tests/support/server.mjs';
import { finding } from './finding.mjs';
import { manyRooms } from './many_rooms.mjs';
import { machine } from './report.mjs';
import { ACTS, roomCosts } from './room_costs.mjs';
import { ACKNOWLEDGE, SEND, load, seed, sendAndWait, sendMessage, stage } from './stage.mjs';
import { svg } from './svg.mjs';
import { median, on, output, program } from './tools.mjs';

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../docs/performance');
const directory = await freshDirectory('natternet-curves-');
const context = { directory, seconds: quick ? 1 : 3, rounds: 3 };
const decades = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));

/** The median of as many rounds as there are, of whatever `measure` returns. */
async function middle(measure) {
    const results = [];
    for (let round = 0; round < context.rounds; round++)
        results.push(await measure(round));
    return median(results);
}

/** One line, or where several things are measured at once one of each. */
async function lines(name, values, measure) {
    const found = new Map();
    for (const value of values) {
        const measured = await measure(value);
        console.error(`  ${value}: ${JSON.stringify(measured)}`);
        for (const [of, result] of typeof measured === 'number' ? [[name, measured]] : Object.entries(measured))
            found.set(of, [...found.get(of) ?? [], [value, result]]);
    }
    return [...found].map(([of, points]) => ({ name: of, points }));
}

const fan = (login, connections) => middle(async (round) => (await load('fanout', { ...login, ...SEND, connections, window: 4,
    message: sendMessage(`c${round}`), warmup: 1, duration: context.seconds })).delivered_per_server_cpu_s);

const acknowledge = (login, connections) => middle(async (round) => (await load('echo', { ...login, ...ACKNOWLEDGE, connections, window: 1,
    message: sendAndWait(`a${round}`), warmup: 1, duration: context.seconds })).delivered_per_server_cpu_s);

const senders = (n, args) => stage(context, { people: n, rooms: 100, members: Math.ceil(n / 100), stride: true },
    ({ login }) => acknowledge(login, n), args);

const curves = {
    receivers: { title: 'Fan-out over the receivers of a room', x: 'receivers', y: 'deliveries / s of server CPU',
        run: (n) => stage(context, { people: n, rooms: 1, members: n }, ({ login }) => fan(login, n)),
        at: quick ? decades(1, 3) : [10, 100, 1000, 5000, 10_000, 19_000] },
    rooms: { title: 'Making a connection ready, over the rooms that the person is in', x: 'rooms', y: 'ms of server CPU',
        run: (n) => stage(context, { people: 1, rooms: n, members: 1 }, ({ login }) => middle(async () =>
            1000 / (await load('idle', { ...login, connections: 500, hold: 0 })).ready_per_server_cpu_s)),
        at: quick ? decades(0, 2) : [1, 10, 100, 1000, 5000] },
    messages: { title: 'A page of 50 anywhere, over the messages in the room', x: 'messages', y: 'ms of processor time, p99', run: page,
        at: quick ? decades(3, 5) : decades(3, 7) },
    members: { title: 'Fan-out to 100 connected, over the members of the room', x: 'members', y: 'deliveries / s of server CPU',
        run: (n) => stage(context, { people: n, rooms: 1, members: n }, ({ login }) => fan(login, Math.min(n, 100))),
        at: quick ? decades(2, 4) : decades(2, 5) },
    senders: { title: 'Acknowledged messages over the senders, in 100 rooms', x: 'senders', y: 'messages / s of server CPU',
        run: (n) => senders(n), at: quick ? decades(2, 3) : [100, 300, 1000, 3000, 10_000] },
    acts: { title: 'An act in a room with 100 devices connected, over its members', x: 'members', y: 'µs of server CPU',
        run: async (n) => {
            const costs = await roomCosts({ ...context, acts: quick ? 100 : 500 }, n);
            return Object.fromEntries(ACTS.map((name) => [name, costs[name].cpu_us]));
        }, at: quick ? [10, 1000] : [10, 1000, 100_000] },
    search: { title: 'Finding by words, over the messages that there are', x: 'messages', y: 'ms',
        run: async (n) => {
            const { p50, p99, cpu_p99: processor } = await finding({ ...context, found: n, questions: quick ? 50 : 300 });
            return { 'p99': p99, 'p99 of processor time': processor, 'p50': p50 };
        }, at: quick ? [20_000, 100_000] : decades(4, 6) },
    arriving: { title: 'Signing in, listing and syncing, over the rooms that one is in', x: 'rooms', y: 's',
        run: async (n) => {
            const { fresh, returning } = await manyRooms({ ...context, rooms: n });
            return { 'on a new device': fresh.s, 'on one that has seen everything': returning.s };
        }, at: quick ? [10, 500] : [10, 500, 5000] },
    workers: { title: 'Acknowledged messages of 1,000 senders, over the workers', x: 'workers, on one core', y: 'messages / s of server CPU', log: false,
        run: (n) => senders(1000, ['--workers', String(n)]), at: [1, 2] },
};

async function page(messages) {
    const place = await seed(context, { people: 1, rooms: 1, members: 1, messages });
    const room = (await readFile(place.ids, 'utf8')).trim();
    const pages = await output(on(0, [program('pages'), place.data, room, String(messages), String(context.seconds)]), 300);
    await rm(place.directory, { recursive: true });
    return pages.anywhere.cpu_us.p99 / 1000;
}

const names = words.filter((word) => word !== '--quick');
const unknown = names.find((name) => !(name in curves));
if (unknown) {
    console.error(`there is no curve ${unknown}; there are ${Object.keys(curves).join(', ')}`);
    process.exit(2);
}
await mkdir(FOLDER, { recursive: true });
try {
    for (const name of names.length ? names : Object.keys(curves)) {
        console.error(name);
        const { title, x, y, log, run, at } = curves[name];
        const drawn = await lines(name, at, run);
        await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify({ machine: machine(), quick, title, x, y, lines: drawn }, null, 2)}\n`);
        await writeFile(join(FOLDER, `${name}.svg`), svg({ title, x, y, log, lines: drawn }));
    }
} finally {
    await rm(directory, { recursive: true, force: true });
}
