// Several servers: what appending through MongoDB reaches beside the driver's own insert_many, what it costs to hear
// of somebody at another server, and how people catch up who lost the bus. Figures without a bar: `bench/run.sh cluster`.
// The engine is the one of tests/support/mongo: what is compared is compared on the same one.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { missing as noMongo, Mongo } from '../tests/support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../tests/support/nats.mjs';
import { metrics } from '../tests/support/metrics.mjs';
import { at } from '../tests/support/peers.mjs';
import { freshNonce, signUpMany, text } from '../tests/support/people.mjs';
import { untilReadyz } from '../tests/support/ready.mjs';
import { generator } from '../tests/support/seed.mjs';
import { BIN, serve } from '../tests/support/server.mjs';
import { measureInterest } from './interest.mjs';
import { quantile } from './quantile.mjs';
import { machine } from './report.mjs';
import { seed } from './stage.mjs';
import { program, startServer } from './tools.mjs';

const execute = promisify(execFile);
const HISTORY = Number(process.env.NATTERNET_HISTORY ?? 1_000_000), PAGES = 500;
const SECONDS = 5, ROUNDS = 3, PEOPLE = 64, LOST_MS = 10_000;
const owner = { after: () => {} };

const spread = (values) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99), most: quantile(values, 1) });
const ms = ({ p50, p99, most }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms`;
const middle = (values) => quantile(values, 0.5);

/** One message; who is told to try later does. Resolves with how often. */
async function insist(socket, room) {
    const message = { room: room.id, nonce: freshNonce(), content: text('x'.repeat(100)) };
    for (let again = 0; ; again++) {
        const reply = await socket.request('message.send', message);
        if (reply.ok)
            return again;
        if (reply.error.code !== 'store.unavailable')
            throw new Error(JSON.stringify(reply.error));
    }
}

/** On each socket, the next thing when the last one is durable. How long each took, and how many had to be said again. */
async function sayOn(sockets, roomOf) {
    const times = [];
    times.again = 0;
    const end = performance.now() + SECONDS * 1000;
    await Promise.all(sockets.map(async (socket, n) => {
        socket.onEvent(() => {});
        while (performance.now() < end) {
            const began = performance.now();
            times.again += await insist(socket, roomOf(n));
            times.push(performance.now() - began);
        }
    }));
    return times;
}

/** So many who each say the next thing when the last one is durable. */
async function appends(people, rooms, senders) {
    const sockets = await Promise.all(Array.from({ length: senders }, (_, n) => people[n % people.length].connect()));
    const times = await sayOn(sockets, (n) => rooms[n % rooms.length]);
    await Promise.all(sockets.map((socket) => socket.close()));
    return { perSecond: times.length / SECONDS, ...spread(times) };
}

async function bare(mongo, batch) {
    const { stdout } = await execute(program('limit_mongo'), [mongo.uri('limit'), 'insert', String(batch), String(SECONDS)], { timeout: 60_000 });
    return JSON.parse(stdout).rows_per_s;
}

async function measureAppends(mongo, server) {
    const people = await signUpMany(server, PEOPLE);
    /* Rooms of one: what is measured is appending, not giving out. */
    const rooms = await Promise.all(people.map((person, n) => person.createGroup(`own ${n}`)));
    for (const senders of [1, 64, 1024]) {
        const [ours, limits] = [[], []];
        for (let round = 0; round < ROUNDS; round++) {
            ours.push(await appends(people, rooms, senders));
            limits.push(await bare(mongo, senders));
        }
        const [rate, limit] = [middle(ours.map(({ perSecond }) => perSecond)), middle(limits)];
        const typical = ours.find(({ perSecond }) => perSecond === rate);
        console.log(`appends, ${senders} senders: ${rate.toFixed(0)}/s (${ms(typical)}); ` +
            `insert_many of ${senders}: ${limit.toFixed(0)}/s; ratio ${(rate / limit).toFixed(2)}`);
    }
}

/** When each nonce was heard there. */
function hearing(socket) {
    const heard = new Map();
    socket.onEvent((event) => { if (event.message) heard.set(event.message.nonce, performance.now()); });
    return heard;
}

async function say(socket, room, said) {
    const nonce = freshNonce();
    said.set(nonce, performance.now());
    await socket.call('message.send', { room: room.id, nonce, content: text('how long?') });
}

async function delays(said, heard) {
    while (![...said.keys()].every((nonce) => heard.has(nonce)))
        await sleep(5);
    return spread([...said].map(([nonce, began]) => heard.get(nonce) - began));
}

async function pair(one, other) {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('two servers', [bob]);
    return { room, near: await ann.connect(), beside: await bob.connect(), far: await at(other, bob).connect() };
}

async function measureDelivery(one, other) {
    const { room, near, beside, far } = await pair(one, other);
    const [said, here, there] = [new Map(), hearing(beside), hearing(far)];
    for (let n = 0; n < 500; n++) {
        await say(near, room, said);
        await sleep(5);
    }
    console.log(`delivery at the sender's server: ${ms(await delays(said, here))}`);
    console.log(`delivery at another server:      ${ms(await delays(said, there))}`);
}

async function measureLoss(nats, servers) {
    const { room, near, far } = await pair(...servers);
    const there = hearing(far);
    await nats.stop();
    const said = new Map();
    for (const end = performance.now() + LOST_MS; performance.now() < end;) {
        await say(near, room, said);
        await sleep(20);
    }
    await nats.launch();
    const back = performance.now();
    const lost = await delays(said, there);
    const all = Math.max(0, Math.max(...[...said.keys()].map((nonce) => there.get(nonce))) - back);
    await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    const ready = performance.now() - back;
    const after = new Map();
    for (let n = 0; n < 50; n++)
        await say(near, room, after);
    console.log(`bus lost for ${LOST_MS / 1000} s, ${said.size} messages: heard at the other server after ${ms(lost)}; ` +
        `all there ${all.toFixed(0)} ms after the bus came back, hints again after ${ready.toFixed(0)} ms (then ${ms(await delays(after, there))})`);
}

/** All write to one room without a pause, at one server or spread over all. */
async function crowding(servers, senders) {
    const people = await signUpMany(servers[0], senders);
    const room = await people[0].createGroup('crowded', people.slice(1));
    const sockets = await Promise.all(people.map((person, n) => at(servers[n % servers.length], person).connect()));
    const times = await sayOn(sockets, () => room);
    await Promise.all(sockets.map((socket) => socket.close()));
    return { perSecond: times.length / SECONDS, again: times.again, ...spread(times) };
}

/** What a leader of the room is for: the same with and without one, in turns. */
async function measureCrowding(mongo, nats) {
    const clusters = await Promise.all([0, 3].map((contended) => Promise.all([0, 1, 2].map(() => serve(owner, {
        args: ['--workers', '1', '--store', mongo.uri(`crowd${contended}`), '--bus', nats.url, '--limit', 'sockets_per_user=1000', '--limit', `contended_s=${contended}`] })))));
    const rows = [['at one server', clusters[0].slice(0, 1)], ['over three, each writes', clusters[0]], ['over three, led', clusters[1]]]
        .flatMap((row) => [24, 3].map((senders) => [...row, senders, []]));
    for (let round = 0; round < ROUNDS; round++)
        for (const [, servers, senders, found] of rows)
            found.push(await crowding(servers, senders));
    for (const [what, , senders, found] of rows) {
        const rate = middle(found.map(({ perSecond }) => perSecond));
        console.log(`one room, ${senders} who write without a pause ${what}: ${rate.toFixed(0)}/s ` +
            `(${ms(found.find(({ perSecond }) => perSecond === rate))}; told to try later: ${found.reduce((sum, { again }) => sum + again, 0)})`);
    }
    await Promise.all(clusters.flat().map((server) => server.dispose()));
}

/** The driver's own find() of the same pages: the newest, and anywhere. */
async function barePages(mongo, database) {
    const { stdout } = await execute(program('limit_mongo'), [mongo.uri(database), 'pages', String(PAGES)], { timeout: 600_000 });
    return stdout.trim().split('\n').map((line) => JSON.parse(line).ms);
}

/** One room of a million, moved to MongoDB as an operator would: a page as a client asks for it, when the search has read them all. */
async function measureHistory(mongo) {
    const directory = await mkdtemp(join(tmpdir(), 'natternet-bench-'));
    const uri = mongo.uri('history');
    const place = await seed({ directory }, { people: 2, rooms: 1, members: 2, messages: HISTORY });
    const began = performance.now();
    await execute(BIN, ['migrate', '--from', `sqlite:${place.data}`, '--to', uri], { timeout: 3_600_000, maxBuffer: 1 << 24 });
    console.log(`natternet migrate: ${HISTORY} messages in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const server = await startServer(join(directory, 'served'), ['--store', uri, '--limit', 'access_token_s=86400']);
    try {
        const token = (await readFile(place.tokens, 'utf8')).split('\n')[0];
        const [room] = (await readFile(place.ids, 'utf8')).split(/\s/);
        const page = async (before) => {
            const start = performance.now();
            const url = `http://127.0.0.1:${server.port}/api/v1/rooms/${room}/messages?limit=50${before ? `&before=${before}` : ''}`;
            const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
            const { messages } = await answer.json();
            if (messages?.length !== 50)
                throw new Error(`${answer.status}: ${messages?.length} messages`);
            return performance.now() - start;
        };
        const pages = async (before) => {
            const times = [];
            for (let n = 0; n < PAGES; n++)
                times.push(await page(before()));
            return spread(times);
        };
        while ((await metrics(server)).natternet_search_level !== 1)
            await sleep(1000);
        const chance = generator(7);
        const anywhere = () => chance.between(100, HISTORY - 1);
        const ours = [await pages(() => 0), await pages(anywhere)], bare = await barePages(mongo, 'history');
        ['newest', 'anywhere'].forEach((where, n) =>
            console.log(`a page of 50 of ${HISTORY}, ${where}: ${ms(ours[n])}; the driver's own find() of it: p50 ${bare[n].p50} ms, p99 ${bare[n].p99} ms`));
    } finally {
        await server.dispose();
        await rm(directory, { recursive: true });
    }
}

if (noMongo || noNats) {
    console.error(`The figures of a cluster are left out: ${noMongo || noNats}`);
    process.exit(process.argv.includes('--if-there') ? 0 : 1);
}
const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
const args = ['--workers', '1', '--store', mongo.uri(), '--bus', nats.url, '--limit', 'sockets_per_user=1000'];
const servers = [await serve(owner, { args }), await serve(owner, { args })];
const measures = {
    delivery: () => measureDelivery(...servers),
    loss: () => measureLoss(nats, servers),
    crowding: () => measureCrowding(mongo, nats),
    appends: () => measureAppends(mongo, servers[0]),
    history: () => measureHistory(mongo),
    interest: measureInterest,
};
const chosen = process.env.NATTERNET_MEASURE ? [measures[process.env.NATTERNET_MEASURE]] : Object.values(measures);
try {
    console.log(JSON.stringify(machine()));
    for (const measure of chosen)
        await measure();
} finally {
    await Promise.all(servers.map((server) => server.dispose()));
    await nats.stop();
    await mongo.dispose();
}
