// make bench: starts the server on one core and the load on another, measures, prints a report
// and keeps the figures in bench/results/.
//
//   node bench/run.mjs [--quick] [durable] [fanout] [idle] [history]

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from '../tests/support/server.mjs';
import * as measurements from './measurements.mjs';
import { machine, markdown } from './report.mjs';

const QUICK = { seconds: 2, rounds: 1, senders: [1, 64, 256], receivers: [1000], idle: [2000], history: 20_000 };
const FULL = { seconds: 5, rounds: 3, senders: [1, 64, 1024], receivers: [1000, 10_000], idle: [1000, 19_000], history: 1_000_000 };
const LONGEST_MS = 30 * 60_000;

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const names = words.filter((word) => word !== '--quick');
const unknown = names.find((name) => !(name in measurements));
if (unknown) {
    console.error(`there is no measurement ${unknown}; there are ${Object.keys(measurements).join(', ')}`);
    process.exit(2);
}

setTimeout(() => { console.error('the benchmark did not end in time'); process.exit(1); }, LONGEST_MS).unref();

const directory = await freshDirectory('natternet-bench-');
const context = { ...(quick ? QUICK : FULL), directory };
const results = {};
try {
    for (const name of names.length ? names : ['durable', 'fanout', 'idle', 'history']) {
        const started = Date.now();
        results[name] = await measurements[name](context);
        console.error(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
    }
} finally {
    await rm(directory, { recursive: true, force: true });
}

const report = {
    machine: machine(),
    how: `One worker; server and store on core 0, load on core 1; ${context.rounds} round(s) of ${context.seconds} s each, the median.`,
    quick, results,
};
const folder = join(dirname(fileURLToPath(import.meta.url)), 'results');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, quick ? 'quick.json' : 'full.json'), `${JSON.stringify(report, null, 2)}\n`);
console.log(markdown(report));
