// Measures the page in Chromium against its budgets, and prints what came out, met or not; all of it is kept in
// docs/performance/page.json (--quick, or some of it: in bench/results/).
// With --hour the memory is watched for as long, and printed at every sixth of it.
//
//   node bench/page.mjs [--quick] [--hour] [size] [paint] [rooms] [scroll] [typing] [memory]

import { loadavg } from 'node:os';
import { firstLoad } from '../clients/web/tool/size.mjs';
import { openBrowser, Visitor } from '../tests/browser/page.mjs';
import { signIn } from '../tests/support/people.mjs';
import { serve } from '../tests/support/server.mjs';
import { keep } from './kept.mjs';
import { createGroups, fillRooms, readAll, stream } from './page_load.mjs';
import { afterFirst, frames, heapMb, keysPainted, kept } from './page_probes.mjs';
import { quantile } from './quantile.mjs';
import { machine } from './report.mjs';

const FULL = { runs: 5, rooms: 10_000, each: 20, scroll: 10_000, typing_s: 20, memory_s: 180 };
const QUICK = { runs: 3, rooms: 1_000, each: 20, scroll: 2_000, typing_s: 8, memory_s: 30 };
const RATE = 100;

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const names = words.filter((word) => !word.startsWith('--'));
const size = { ...(quick ? QUICK : FULL), ...(words.includes('--hour') ? { memory_s: 3600 } : {}) };
const longest_ms = 30 * 60_000 + size.memory_s * 1000;
const endings = [];
const owner = { after: (end) => endings.unshift(end) };

setTimeout(() => { console.error('the benchmark of the page did not end in time'); process.exit(1); }, longest_ms).unref();

/** Ann before the page, and Bob, who writes by program; both in one group. */
async function pair(browser, server) {
    const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
    await ann.signUp();
    await bob.signUp();
    await bob.context.close();
    const writer = await signIn(server, bob.name);
    const me = await signIn(server, ann.name);
    const room = await writer.createGroup('Bench', [me]);
    return { ann, writer, me, room };
}

const roomUrl = (server, room) => `${server.url}/#/rooms/${room.id}`;

async function reopened(visitor, url, selector) {
    const page = await visitor.context.newPage();
    await page.addInitScript(afterFirst, selector);
    await page.goto(url);
    const first_ms = await page.evaluate(() => globalThis.firstSeen);
    const paint_ms = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    await page.close();
    return { first_ms, paint_ms };
}

async function several(visitor, url, selector) {
    const runs = [];
    for (let n = 0; n < size.runs; n++)
        runs.push(await reopened(visitor, url, selector));
    const middle = (name) => quantile(runs.map((run) => run[name]), 0.5);
    return { first_ms: middle('first_ms'), paint_ms: middle('paint_ms'), all: runs };
}

const measurements = {
    async size() {
        const { js_gzip_kb, css_gzip_kb } = firstLoad();
        return [row('JavaScript before first use, gzip', js_gzip_kb, 'KB', 180), row('CSS before first use, gzip', css_gzip_kb, 'KB')];
    },

    async paint({ browser, server }) {
        const { ann, writer, room } = await pair(browser, server);
        await fillRooms(writer, [room], 500);
        await ann.page.goto(roomUrl(server, room));
        await ann.at('message').first().waitFor();
        await kept(ann.page);
        await ann.page.close();
        const { first_ms, paint_ms, all } = await several(ann, roomUrl(server, room), '[data-testid="message"]');
        await ann.context.close();
        return [row('first paint of the shell, warm', paint_ms, 'ms', 300, all.map((run) => run.paint_ms)),
            row('usable timeline, warm', first_ms, 'ms', 600, all.map((run) => run.first_ms))];
    },

    async rooms({ browser, server }) {
        const { ann, writer, me, room } = await pair(browser, server);
        const rooms = await createGroups(writer, me, size.rooms);
        await fillRooms(writer, rooms, size.each);
        await fillRooms(writer, [room], size.each);
        const began = performance.now();
        await ann.page.goto(server.url);
        await ann.page.reload();
        await kept(ann.page, size.rooms);
        const synced = (performance.now() - began) / 1000;
        await ann.page.close();
        const list = await several(ann, server.url, '[data-testid="room-item"]');
        const timeline = await several(ann, roomUrl(server, room), '[data-testid="message"]');
        await ann.context.close();
        const what = `${size.rooms.toLocaleString('en-GB')} rooms, ${(size.rooms * size.each).toLocaleString('en-GB')} messages on the device`;
        return [row(`${what}: room list shown`, list.first_ms, 'ms', 1000, list.all.map((run) => run.first_ms)),
            row(`${what}: timeline shown`, timeline.first_ms, 'ms', 1000, timeline.all.map((run) => run.first_ms)),
            row('the same account from the server, to the last room kept', synced, 's')];
    },

    async scroll({ browser, server }) {
        const { ann, writer, me, room } = await pair(browser, server);
        await fillRooms(writer, [room], size.scroll);
        await readAll(me, room); // else the room opens where the unread begins
        await ann.page.goto(roomUrl(server, room));
        await ann.page.reload();
        await ann.at('message').first().waitFor();
        const rows = [];
        for (const from of ['the server', 'the device']) {
            const { reached, intervals } = await frames(ann, 'text 0.');
            const slow = intervals.filter((ms) => ms > 50);
            rows.push(row(`scrolling back ${size.scroll.toLocaleString('en-GB')} messages from ${from}: frames over 50 ms (of ${intervals.length}${reached ? '' : '; end not reached'})`, slow.length, '', 0),
                row('the longest of them', Math.max(...intervals), 'ms', 50), row('99 of 100 frames within', quantile(intervals, 0.99), 'ms'));
            await kept(ann.page);
            await ann.page.reload();
            await ann.at('message').first().waitFor();
        }
        await ann.context.close();
        return rows;
    },

    async typing({ browser, server }) {
        const { ann, writer, room } = await pair(browser, server);
        await ann.page.goto(roomUrl(server, room));
        await ann.at('composer').waitFor();
        const stop = await stream(writer, room, RATE);
        const { work, painted } = await keysPainted(ann, size.typing_s);
        const sent = await stop();
        await ann.context.close();
        const what = `typing, ${Math.round(sent / size.typing_s)} messages a second in the room`;
        return [row(`${what}: work of a key, p95`, quantile(work, 0.95), 'ms', 16), row('key to painted, p50', quantile(painted, 0.5), 'ms', 16),
            row('key to painted, p95', quantile(painted, 0.95), 'ms')];
    },

    async memory({ browser, server }) {
        const { ann, writer, room } = await pair(browser, server);
        await ann.page.goto(roomUrl(server, room));
        await ann.at('composer').waitFor();
        const stop = await stream(writer, room, RATE);
        const session = await ann.context.newCDPSession(ann.page);
        const samples = [];
        const step = Math.max(5, size.memory_s / 6);
        for (let at = 0; at <= size.memory_s; at += step) {
            if (at > 0) await new Promise((done) => setTimeout(done, step * 1000));
            samples.push({ at, mb: await heapMb(session) });
            console.error(`page memory: ${at.toFixed(0)} s, ${samples.at(-1).mb.toFixed(2)} MB`);
        }
        const sent = await stop();
        await ann.context.close();
        // The first part fills the window of messages that is held; what grows after that is a leak.
        const [from, to] = [samples[Math.ceil(samples.length / 3)], samples.at(-1)];
        return [row(`heap after ${to.at.toFixed(0)} s and ${sent} messages`, to.mb, 'MB'),
            row('growth in the last two thirds', (to.mb - from.mb) / (to.at - from.at) * 60, 'MB/min', 0.5, samples)];
    },
};

/** `all`: what each run, or each look, said. */
function row(what, value, unit, budget, all) {
    return { what, value, unit, budget, all };
}

function line({ what, value, unit, budget }) {
    const shown = value === undefined ? 'not measured' : `${Math.abs(value) < 10 ? Number(value.toFixed(2)) : Math.round(value)} ${unit}`;
    const verdict = budget === undefined ? '' : `${budget} ${unit} | ${value <= budget ? 'met' : '**missed**'}`;
    return `| ${what} | ${shown} | ${verdict || ' | '} |`;
}

const unknown = names.find((name) => !(name in measurements));
if (unknown) {
    console.error(`there is no measurement ${unknown}; there are ${Object.keys(measurements).join(', ')}`);
    process.exit(2);
}

const results = {};
try {
    const server = await serve(owner, { args: ['--limit', 'sessions_per_user=1000'] });
    const browser = await openBrowser(owner);
    for (const name of names.length ? names : Object.keys(measurements)) {
        const began = performance.now();
        results[name] = await measurements[name]({ browser, server });
        console.error(`page ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
} finally {
    for (const end of endings)
        await end();
}

const box = machine();
await keep('page', { how: 'Chromium, drawn by software, with the server and its load on the same cores', quick, settings: size }, { results },
    quick || names.length > 0);
console.log(`## The page in Chromium\n\n${box.cores} cores (${box.processor}), software rendering, server and load on the same machine; ${
    loadavg()[0].toFixed(1)} processes were running at the end, and what others ran is in every figure.\n`);
console.log('| what | measured | budget | |\n| --- | ---: | ---: | --- |');
for (const one of Object.values(results).flat())
    console.log(line(one));
