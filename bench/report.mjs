// Figures as Markdown, with the machine they were taken on.

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

const whole = (number) => number === undefined ? '' : Math.round(number).toLocaleString('en-GB');
const millis = (us) => us === undefined ? '' : (us / 1000).toFixed(2);

function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map((_, at) => at ? '---:' : '---')), ...rows.map(line)].join('\n');
}

const trouble = (rows) => rows.filter((row) => row.trouble).map((row) => `\n\nTrouble: ${row.trouble}`).join('');

const sections = {
    durable: ({ rows, disk }) => `## Durable, acknowledged messages a second\n\n${
        table(['senders, one message each in flight', 'acknowledged / s', 'p50 ms', 'p99 ms', 'per second of server CPU'],
            rows.map((row) => [whole(row.senders), whole(row.per_s), millis(row.p50_us), millis(row.p99_us), whole(row.per_server_cpu_s)]))
    }\n\nThe same disk and core without a server:\n\n${
        table(['what', 'rows / s', 'p50 ms of a commit'], disk.map((row) => [
            row.name === 'fdatasync' ? 'append of 4 KB with fdatasync' : `SQLite, ${row.batch} rows a commit`,
            whole(row.per_s), millis(row.p50_us)]))}${trouble(rows)}`,
    fanout: ({ rows }) => `## Fan-out\n\n${
        table(['receivers', 'what', 'deliveries / s', 'p50 ms', 'p99 ms', 'per second of server CPU', 'missing'],
            rows.map((row) => [whole(row.receivers), row.what, whole(row.per_s), millis(row.p50_us), millis(row.p99_us),
                whole(row.per_server_cpu_s), row.missing]))
    }\n\nWhere the load's own core is the limit both rows show the same rate; then the last but one column tells.${trouble(rows)}`,
    idle: ({ rows }) => `## Idle, signed-in connections in five rooms\n\n${
        table(['connections', 'bytes each (resident)', 'kernel, both ends', 'resident before, KB', 'connected, KB', 'signed in / s'],
            rows.map((row) => [whole(row.connections), whole(row.bytes_each), whole(row.kernel_bytes_both_ends),
                whole(row.rss_before_kb), whole(row.rss_connected_kb), whole(row.ready_per_s)]))}${trouble(rows)}`,
    history: ({ rows, filled }) => `## History, pages of 50 in a room of ${whole(filled.last_seq)} events\n\n${
        table(['page', 'pages / s', 'p50 ms', 'p99 ms'], rows.map((row) => [row.what, whole(row.per_s), millis(row.p50_us), millis(row.p99_us)]))
    }\n\nThe room was filled through the API in ${whole(filled.seconds)} s.${trouble(rows)}`,
};

export function machine() {
    return {
        processor: cpus()[0].model.trim(), cores: cpus().length, memory_gb: Math.round(totalmem() / 2 ** 30),
        kernel: release(), sqlite: version(['sqlite3', '--version']), at: new Date().toISOString(),
    };
}

function version([file, ...args]) {
    try {
        return execFileSync(file, args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString().split(' ')[0];
    } catch {
        return 'unknown';
    }
}

export function markdown({ machine: box, how, results }) {
    const head = `${box.cores} cores (${box.processor}), ${box.memory_gb} GB, Linux ${box.kernel}, SQLite ${box.sqlite}, ${
        box.at.slice(0, 10)}. ${how}`;
    return [head, ...Object.entries(results).map(([name, result]) => sections[name](result))].join('\n\n');
}
