// An hour at half load with people coming and going, the server's memory looked at all the time: is it
// flat? Draws docs/performance/soak.svg with all samples beside (memory, processor, what was sent and
// delivered in each cycle), and prints the growth from the second quarter of the time to the last.
//
//   node bench/soak.mjs [MINUTES]

import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from '../tests/support/server.mjs';
import { machine } from './report.mjs';
import { load, sendMessage, stage, statusKb } from './stage.mjs';
import { svg } from './svg.mjs';
import { computed, median } from './tools.mjs';

const minutes = Number(process.argv[2] ?? 60);
const HALF_LOAD = 3000; // messages a second, each to the ten people of its room: about half a core
const CYCLE_S = 15;
const REFUSED_MOST = 0.25; // of those who come, told to come again later (503): a busy machine, not an end
const directory = await freshDirectory('natternet-soak-');
const samples = [];
const cycles = [];

try {
    await stage({ directory }, { people: 1000, rooms: 100, members: 10, stride: true }, async ({ server, login }) => {
        const began = Date.now();
        const minute = () => (Date.now() - began) / 60_000;
        let [last, lastAt] = [await computed(server.child.pid), Date.now()];
        const timer = setInterval(async () => {
            const [mb, now, at] = [await statusKb(server.child.pid, 'VmRSS') / 1024, await computed(server.child.pid), Date.now()];
            samples.push([minute(), mb, (now - last) / 1e6 / (at - lastAt)]);
            [last, lastAt] = [now, at];
        }, 5000);
        try {
            for (let cycle = 0; minute() < minutes; cycle++) {
                // Between a fifth and all of the people, other numbers each time: they come and go.
                const connections = 200 + cycle * 271 % 800;
                const result = await load('fanout', { ...login, connections, publishers: connections, rate: HALF_LOAD, key: 'time=', size: 240,
                    message: sendMessage(`s${cycle}`), warmup: 0, duration: CYCLE_S, drain: 0 });
                const others = result.failed && !/ 503 /.test(result.trouble);
                if (result.faults || others || result.failed > connections * REFUSED_MOST)
                    throw new Error(result.trouble);
                cycles.push({ minute: +minute().toFixed(2), people: connections, refused: result.failed, published: Math.round(result.published_per_s * result.seconds),
                    delivered: Math.round(result.delivered_per_s * result.seconds) });
                const [at, mb] = samples.at(-1) ?? [0, 0];
                console.error(`${at.toFixed(1)} min: ${connections} people, ${Math.round(result.published_per_s)} messages/s, ${mb.toFixed(1)} MB`);
            }
        } finally {
            clearInterval(timer);
        }
    });
} finally {
    await rm(directory, { recursive: true, force: true });
}
const quarter = (nth) => samples.filter(([at]) => at >= minutes * nth / 4 && at < minutes * (nth + 1) / 4).map(([, mb]) => mb);
const [before, after] = [median(quarter(1)), median(quarter(3))];
const folder = join(dirname(fileURLToPath(import.meta.url)), '../docs/performance');
const sum = (name) => cycles.reduce((all, one) => all + one[name], 0);
const told = { minutes, refused: sum('refused'), published: sum('published'), delivered: sum('delivered'), cores_used: +median(samples.map(([, , cores]) => cores)).toFixed(2),
    second_quarter_mb: before, last_quarter_mb: after, growth_mb: +(after - before).toFixed(2) };
await writeFile(join(folder, 'soak.json'), `${JSON.stringify({ machine: machine(), ...told, cycles,
    samples: samples.map((one) => one.map((value) => +value.toFixed(3))) })}\n`);
await writeFile(join(folder, 'soak.svg'), svg({ title: `Memory over ${minutes} minutes at half load`, x: 'minutes', y: 'resident memory, MB', log: false,
    lines: [{ name: 'memory', points: samples.filter((_, at) => at % Math.ceil(samples.length / minutes) === 0).map(([at, mb]) => [at, mb]) }] }));
console.log(JSON.stringify(told));
