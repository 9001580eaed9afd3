// The programs that measure, and where they run: the server on one core, the load on another.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, Server, within } from '../tests/support/server.mjs';

const execute = promisify(execFile);
const PROGRAMS = process.env.NATTERNET_BENCH ?? join(dirname(BIN), 'bench');
const SEVERAL = cpus().length > 1;

/** Where a program of bench/ lies. */
export const program = (name) => join(PROGRAMS, name);

/** Puts a command on a core (or several, as taskset lists them), where there is more than one. */
export const on = (core, command) => SEVERAL ? ['taskset', '-c', String(core), ...command] : command;

/** What a program prints, which is JSON. */
export async function output([file, ...args], seconds) {
    const { stdout } = await execute(file, args, { timeout: seconds * 1000, maxBuffer: 1 << 24 })
        .catch((error) => {
            throw new Error(`${file} ${args[0]}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
        });
    return JSON.parse(stdout);
}

/** What goes before a load that measures beside others, so that it does not wait for them, such as "chrt -f 10" as root. */
const FIRST = (process.env.NATTERNET_LOAD_FIRST ?? '').split(' ').filter(Boolean);

/** One run of the load generator, on the second core. `then` are steps of the login behind the first. */
export function load(mode, { then = [], first = false, ...options }, seconds = 240) {
    const args = [...Object.entries(options), ...then].flatMap(([name, value]) =>
        value === true ? [`--${name}`] : [`--${name}`, String(value)]);
    return output(on(1, [...first ? FIRST : [], program('natterload'), ...args, '--max-time', String(seconds), mode]), seconds + 10);
}

/** What the disk does alone, on the server's core. */
export const diskLimit = (...args) => output(on(0, [program('limit'), ...args.map(String)]), 120);

/** What a load found, where all that was sent came and nothing was refused; a figure of anything less would tell of something else. */
export function whole(result) {
    if (result.faults || result.failed || result.missing > 0)
        throw new Error(`${result.mode}: ${result.faults} faults, ${result.failed} failed, ${result.missing} missing: ${result.trouble}`);
    return result;
}

/** A bare fan-out or echo on the server's core, under the same load, all of which has to come; `measure` gets its pid and port. */
export async function netLimit(what, measure) {
    const [file, ...args] = on(0, [program('limit'), what, '0']);
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    try {
        const [said] = await within(5000, 'limit listens', once(child.stderr, 'data'));
        return whole(await measure(child.pid, Number(/:(\d+)\s/.exec(said)[1])));
    } finally {
        await within(5000, 'limit ends', ended).catch(() => child.kill('SIGKILL'));
    }
}

/** The server as it is measured: one worker and one core unless told otherwise, everything durable, passwords as dear as they are. */
export async function startServer(data, args = [], cores = '0') {
    const server = new Server({ data, cheap: false, wrap: on(cores, []), args: ['--workers', '1', ...args] });
    return server.launch();
}

/** Nanoseconds that all threads of a process have computed; threads that have ended are not in it. */
export async function computed(pid) {
    const threads = await readdir(`/proc/${pid}/task`);
    const each = await Promise.all(threads.map((one) => readFile(`/proc/${pid}/task/${one}/schedstat`, 'utf8')));
    return each.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
}

const TICKS_S = 100; // of /proc

/** Seconds that all processors of the machine have computed. */
async function machineSeconds() {
    const [, user, nice, system, , , irq, softirq] = (await readFile('/proc/stat', 'latin1')).split('\n', 1)[0].split(/\s+/).map(Number);
    return (user + nice + system + irq + softirq) / TICKS_S;
}

/** Seconds that a process, what it has started and what of that has ended have computed. */
async function treeSeconds(pid) {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    if (!text)
        return 0; // it ended just now
    const own = text.slice(text.lastIndexOf(')') + 2).split(' ').slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_S;
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const children = (await Promise.all(threads.map((one) => readFile(`/proc/${pid}/task/${one}/children`, 'latin1').catch(() => ''))))
        .flatMap((line) => line.split(' ').filter(Boolean));
    return (await Promise.all(children.map(treeSeconds))).reduce((sum, one) => sum + one, own);
}

/** What `work` returns, and `other`: of one core, what the machine did besides all that we have started. */
export async function besides(work) {
    const look = async () => ({ at: performance.now(), s: await machineSeconds() - await treeSeconds(process.pid) });
    const before = await look();
    const result = await work();
    const after = await look();
    return { ...result, other: Math.max(0, (after.s - before.s) / (after.at - before.at) * 1000) };
}

/** The one in the middle, or what lies between the two. */
export function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The most that others took in any of the rounds; undefined where none of them looked. */
export function most(shares) {
    const known = shares.filter(Number.isFinite);
    return known.length ? Math.max(0, ...known) : undefined;
}
