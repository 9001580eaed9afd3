// The programs that measure, and where they run: the server on one core, the load on another.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, Server, within } from '../tests/support/server.mjs';

const execute = promisify(execFile);
const PROGRAMS = process.env.NATTERNET_BENCH ?? join(dirname(BIN), 'bench');
const SEVERAL = cpus().length > 1;

/** Puts a command on a core, where there is more than one. */
const on = (core, command) => SEVERAL ? ['taskset', '-c', String(core), ...command] : command;

async function output([file, ...args], seconds) {
    const { stdout } = await execute(file, args, { timeout: seconds * 1000, maxBuffer: 1 << 24 })
        .catch((error) => {
            throw new Error(`${file} ${args[0]}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
        });
    return JSON.parse(stdout);
}

/** One run of the load generator, on the second core. */
export function load(mode, options, seconds = 240) {
    const args = Object.entries(options).flatMap(([name, value]) => {
        const flag = `--${name}`;
        return [value].flat().flatMap((one) => one === true ? [flag] : [flag, String(one)]);
    });
    return output(on(1, [join(PROGRAMS, 'natterload'), ...args, '--max-time', String(seconds), mode]), seconds + 10);
}

/** What the disk does alone, on the server's core. */
export const diskLimit = (...args) => output(on(0, [join(PROGRAMS, 'limit'), ...args.map(String)]), 120);

/** A bare fan-out or echo on the server's core, under the same load. */
export async function netLimit(what, port, measure) {
    const [file, ...args] = on(0, [join(PROGRAMS, 'limit'), what, String(port)]);
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    try {
        await within(5000, 'limit listens', once(child.stderr, 'data'));
        return await measure(child.pid);
    } finally {
        await within(5000, 'limit ends', ended).catch(() => child.kill('SIGKILL'));
    }
}

/** The server as it is measured: one worker, on one core, everything durable. */
export async function startServer(data, args = []) {
    const server = new Server({
        data, wrap: on(0, []),
        args: ['--workers', '1', '--limit', 'sockets_per_user=20000',
            '--limit', 'sessions_per_user=10000', ...args],
    });
    return server.launch();
}

/** A file of lines for --tokens and --rooms. */
export async function linesFile(path, lines) {
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    return path;
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
