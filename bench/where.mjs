// Where the time of a delivery and of an append goes: system calls, counted by strace, and a profile
// by perf, sampled by the clock of the processor, since virtual machines have no counters. Both slow
// the server down, so no rate is read from these runs. Where one of them is not there, a line says so; the
// other way to a profile is then callgrind, which counts the instructions of the hot paths alone.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { metrics } from '../tests/support/metrics.mjs';
import { within } from '../tests/support/server.mjs';
import { ACKNOWLEDGE, SEND, load, sendAndWait, sendMessage, stage } from './stage.mjs';
import { program } from './tools.mjs';

const execute = promisify(execFile);

const WATCH_S = 3;
const SHOWN = 12;
const LIBRARIES = 5;

const PATHS = {
    'a delivery (one message at a time to 1,000)': {
        hot: 'fanout', shape: { people: 1000, rooms: 1, members: 1000 }, counter: 'natternet_sent_frames_total',
        run: (login, duration) => load('fanout', { ...login, ...SEND, connections: 1000, window: 1, warmup: 0, duration, drain: 2, message: sendMessage('w') }),
    },
    'an append (1,024 senders, 100 rooms, nobody else connected)': {
        hot: 'append', shape: { people: 1024, stride: true, rooms: 100, members: 11 }, counter: 'natternet_events_appended_total',
        run: (login, duration) => load('echo', { ...login, ...ACKNOWLEDGE, connections: 1024, window: 1, warmup: 0, duration, message: sendAndWait('w') }),
    },
};

const installed = (file) => execute(file, ['--version']).then(() => true, () => false);

/** Runs a command that watches until it is interrupted; returns what it has said by then. */
async function watch(command, ready) {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    let said = '';
    const heard = new Promise((done) => {
        for (const stream of [child.stdout, child.stderr])
            stream.on('data', (text) => { if ((said += text).match(ready)) done(); });
    });
    await within(10_000, `${command[0]} watches`, Promise.race([heard, ended.then(() => { throw new Error(said); })]));
    return async () => {
        child.kill('SIGINT');
        await within(60_000, `${command[0]} ends`, ended);
        return said;
    };
}

/** Calls of the table that `strace -c` prints, by name: "% time, seconds, usecs/call, calls, errors, syscall". */
function callsOf(table) {
    const calls = {};
    for (const [, count, name] of table.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z_0-9]+)$/gm))
        if (name !== 'total')
            calls[name] = Number(count);
    return calls;
}

/** @returns {Promise<[string, number][]|undefined>} calls of each name for one that is counted; undefined without strace, null where the load had ended. */
async function systemCalls(server, counter) {
    if (!await installed('strace'))
        return undefined;
    const stop = await watch(['strace', '-c', '-f', '-p', String(server.child.pid)], /attached/);
    const before = (await metrics(server))[counter];
    await new Promise((done) => setTimeout(done, WATCH_S * 1000));
    const count = (await metrics(server))[counter] - before;
    const table = callsOf(await stop());
    if (count <= 0)
        return null;
    return Object.entries(table).map(([name, calls]) => [name, calls / count]).sort((a, b) => b[1] - a[1]);
}

async function perf(...args) {
    const child = spawn('perf', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (text) => { said += text; });
    await within(120_000, `perf ${args[0]}`, once(child, 'close'));
    return [...said.matchAll(/^\s*([\d.]+)%\s+(.*?)\s*$/gm)].map(([, share, name]) => [name, Number(share)]);
}

/** Shares of processor time by library and by function; nothing without perf. */
async function profile(server, directory) {
    if (!await installed('perf'))
        return {};
    const file = join(directory, 'perf.data');
    const child = spawn('perf', ['record', '-q', '-e', 'cpu-clock', '-F', '1999', '-o', file, '-p', String(server.child.pid), '--', 'sleep', String(WATCH_S)],
        { stdio: 'ignore' });
    await within(60_000, 'perf record', once(child, 'exit'));
    const report = ['report', '--stdio', '-q', '-i', file];
    return { libraries: await perf(...report, '--sort', 'dso'), functions: await perf(...report, '--sort', 'sym') };
}

/** The functions of a hot path by the instructions that callgrind counts, as tool/check_instructions.py does; nothing without valgrind. */
async function countedFunctions(path, directory) {
    const [file, hot] = [join(directory, `${path}.callgrind`), program('hot_paths')];
    try {
        await execute('valgrind', ['--quiet', '--tool=callgrind', `--callgrind-out-file=${file}`, `--toggle-collect=hot_${path}`, hot, path,
            join(directory, `${path}-data`)], { timeout: 300_000 });
        const { stdout } = await execute('callgrind_annotate', ['--show-percs=yes', '--auto=no', file], { maxBuffer: 1 << 24 });
        return [...stdout.matchAll(/^\s*[\d,]+ \(\s*([\d.]+)%\)\s+(\S+)/gm)].map(([, share, name]) => [name.replace(/^.*:/, ''), Number(share)])
            .filter(([name]) => name !== 'PROGRAM');
    } catch (error) {
        console.error(`no callgrind either: ${error.message.split('\n')[0]}`);
        return undefined;
    }
}

/** Both, beside a load that lasts longer than they look. */
async function look(context, { hot, shape, counter, run }) {
    const seen = await stage(context, shape, async ({ server, login }) => {
        const loaded = run(login, WATCH_S * 6);
        await within(60_000, 'the load', (async () => {
            for (let begun = -1; ; await new Promise((done) => setTimeout(done, 50))) {
                const now = (await metrics(server))[counter];
                if (begun >= 0 && now > begun + 10_000) return;
                if (begun < 0) begun = now;
            }
        })());
        const both = { calls: await systemCalls(server, counter), ...await profile(server, context.directory) };
        await loaded;
        return both;
    });
    return seen.functions ? seen : { ...seen, counted: await countedFunctions(hot, context.directory) };
}

const share = ([name, percent]) => `${name} ${percent.toFixed(1)} %`;

function callsLine(calls) {
    if (!calls)
        return calls === null ? 'The load had ended before its system calls were counted.' : 'No strace here: the system calls were not counted.';
    const worth = calls.filter(([, each]) => each >= 0.001);
    const sum = calls.reduce((all, [, each]) => all + each, 0);
    return `${sum.toFixed(2)} system calls: ${worth.map(([name, each]) => `${name} ${each.toFixed(3)}`).join(', ')}.`;
}

const table = (functions) => ['| function | share |', '| --- | ---: |', ...functions.slice(0, SHOWN).map(([name, percent]) =>
    `| \`${name.replace(/^\[([.k])\] /, (_, where) => where === 'k' ? 'kernel: ' : '')}\` | ${percent.toFixed(1)} % |`)];

function profileLines({ libraries, functions, counted }) {
    if (functions)
        return [`Processor time: ${libraries.slice(0, LIBRARIES).map(share).join(', ')}.`, '', ...table(functions)];
    const without = 'No perf here: the processor\'s time was not sampled.';
    return counted ? [`${without} Instructions of the path alone, without the kernel's, by callgrind:`, '', ...table(counted)] : [without];
}

const section = (title, seen) => [`### ${title}`, '', callsLine(seen.calls), '', ...profileLines(seen), ''];

/** @returns {Promise<object>} both paths by name: system calls of each, shares of libraries and of functions. */
export async function whereTheTimeGoes(context) {
    const found = {};
    for (const [title, path] of Object.entries(PATHS))
        found[title] = await look(context, path);
    return found;
}

/** The same as Markdown, a section each. */
export const whereAsMarkdown = (found) =>
    ['## Where the time goes', '', `System calls are those of a server that strace slows down: there more arrives together, so an append shares its commit's calls
with more others than without.`, '', ...Object.entries(found).flatMap(([title, seen]) => section(title, seen))].join('\n');
