// Where what was measured is kept: in docs/performance, or in bench/results if it was only tried.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine } from './report.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Writes NAME.json: the machine and the day, how it was measured, and what came out. */
export async function keep(name, settings, found, tried) {
    const folder = join(HERE, tried ? 'results' : '../docs/performance');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ machine: machine(), ...settings, ...found }, null, 2)}\n`);
}
