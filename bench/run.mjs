// make bench: starts the server on one core and the load on another, measures, prints the table
// and keeps the figures, all rounds of them, in docs/performance/figures.json (--quick: in bench/results/).
//
//   node bench/run.mjs [--quick] [FIGURE...] [where]

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from '../tests/support/server.mjs';
import { figures } from './figures.mjs';
import { machine, markdown } from './report.mjs';
import { whereAsMarkdown, whereTheTimeGoes } from './where.mjs';

const QUICK = { seconds: 2, scheduled: 4, rounds: 3, crowd: 5000, history: 1_000_000, acts: 200, largest: 10_000, found: 100_000, questions: 30 };
const FULL = { seconds: 4, scheduled: 30, rounds: 5, crowd: 19_000, history: 10_000_000, acts: 1000, largest: 100_000, found: 1_000_000, questions: 100 };
const LONGEST_MS = 60 * 60_000;

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const names = words.filter((word) => word !== '--quick');
const unknown = names.find((name) => name !== 'where' && !(name in figures));
if (unknown) {
    console.error(`there is no figure ${unknown}; there are ${[...Object.keys(figures), 'where'].join(', ')}`);
    process.exit(2);
}

setTimeout(() => { console.error('the benchmark did not end in time'); process.exit(1); }, LONGEST_MS).unref();

const directory = await freshDirectory('natternet-bench-');
const context = { ...(quick ? QUICK : FULL), directory };
const HOW = `Server and store on core 0 with one worker, load on core 1; server and limit in turn, ${context.rounds} rounds of ${
    context.seconds} s each (of the delivery on schedule ${context.scheduled} s), medians; crowds of ${context.crowd.toLocaleString('en-GB')}, a room of ${
    context.history.toLocaleString('en-GB')} messages. "Others took" is what the rest of the machine used meanwhile, of one core, at worst.`;

/** Keeps what was found beside what was found before: what was not measured now stays, with the machine and the day of its own. */
async function keep({ results = {}, where }) {
    const folder = join(dirname(fileURLToPath(import.meta.url)), quick ? 'results' : '../docs/performance');
    const file = join(folder, quick ? 'quick.json' : 'figures.json');
    await mkdir(folder, { recursive: true });
    const before = await readFile(file, 'utf8').then(JSON.parse, () => ({}));
    const taken = { machine: machine(), how: HOW, quick };
    const now = Object.fromEntries(Object.entries(results).map(([name, rows]) => [name, { ...taken, rows }]));
    await writeFile(file, `${JSON.stringify({ results: { ...before.results, ...now }, where: where ? { ...taken, paths: where } : before.where }, null, 2)}\n`);
}

try {
    const results = {};
    for (const name of names.length ? names.filter((one) => one !== 'where') : Object.keys(figures)) {
        const started = Date.now();
        results[name] = [await figures[name].run(context)].flat();
        await keep({ results: { [name]: results[name] } });
        console.error(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
    }
    if (Object.keys(results).length)
        console.log(markdown({ machine: machine(), how: HOW, results }));
    if (names.length === 0 || names.includes('where')) {
        const where = await whereTheTimeGoes(context);
        await keep({ where });
        console.log(`\n${whereAsMarkdown(where)}`);
    }
} finally {
    await rm(directory, { recursive: true, force: true });
}
