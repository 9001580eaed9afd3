// Starts and stops the real program. Every server has a data directory of its own and a port
// that the kernel picked; whoever started it disposes of it, and disposing fails the test if
// the program died, did not stop cleanly or if a sanitizer had something to say.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const BIN = resolve(process.env.NATTERNET_BIN ?? join(ROOT, 'build/natternet'));

/** Sanitizer builds are slower: NATTERNET_TEST_SLOW=5 stretches every time limit. */
export const SLOW = Number(process.env.NATTERNET_TEST_SLOW ?? 1);

/** Whether the program was built with a sanitizer, which reserves terabytes of address space and keeps what was freed. */
export const isSanitized = () => /__[at]san_init/.test(execFileSync('nm', [BIN], { maxBuffer: 1 << 28 }).toString());

const START_MS = 20_000 * SLOW;
const STOP_MS = 10_000 * SLOW;
const LOG_BYTES = 1 << 20;
const CHEAP = ['--limit', 'password_memory_kib=8192', '--limit', 'password_passes=1'];
const SANITIZER = /ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error: /;

const { NATTERNET_TEST_MONGO: MONGO, NATTERNET_TEST_MONGO_SET: MONGO_SET, NATTERNET_TEST_NATS: NATS } = process.env;

/** Flags that say where the data are. Under support/mongo/with_mongo.mjs each directory has a database of its name there. */
export function dataFlags(data) {
    return ['--data', data, ...(MONGO ? ['--store', `${MONGO}/${basename(data)}?replicaSet=${MONGO_SET}`] : [])];
}

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** @returns {Promise<string>} a fresh directory that the caller removes */
export const freshDirectory = (prefix = 'natternet-test-') => mkdtemp(join(tmpdir(), prefix));

/** Rejects with `what` after `ms`; never keeps the process alive by itself. */
export function within(ms, what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * @typedef {object} ServerOptions
 * @property {string[]} [args]    more flags for `natternet serve`
 * @property {Record<string, string>} [env]
 * @property {string} [data]      an existing data directory; it is then not removed
 * @property {string} [listen]    default 127.0.0.1:0
 * @property {boolean} [trust]    exempt loopback from rate limits (default true)
 * @property {boolean} [cheap]    passwords that cost little to hash (default true)
 * @property {string[]} [wrap]    a command in front of the program, such as prlimit
 * @property {string} [bin]
 * @property {string} [ca]        the certificate that its clients trust (tls.mjs)
 * @property {string} [servername] the name that its certificate is for, if not 127.0.0.1
 */

export class Server {
    /** @param {ServerOptions} options */
    constructor(options = {}) {
        this.options = options;
        this.data = options.data;
        this.listen = options.listen ?? '127.0.0.1:0';
        this.ca = options.ca;
        this.servername = options.servername;
        this.log = '';
        this.listeners = new Set();
        this.faults = [];
    }

    /** Starts the program and waits for its `listening` line. */
    async launch() {
        assert.ok(!this.disposed, 'a server that was disposed of stays down');
        const { args = [], env = {}, trust = true, cheap = true, wrap = [], bin = BIN } = this.options;
        this.data ??= this.owned = await freshDirectory();
        const command = [...wrap, bin, 'serve', '--listen', this.listen, ...dataFlags(this.data),
            ...(NATS ? ['--bus', NATS] : []), ...(trust ? ['--trust', '127.0.0.0/8'] : []), ...(cheap ? CHEAP : []), ...args];
        this.child = spawn(command[0], command.slice(1), {
            env: { ...process.env, ...env },
            stdio: ['ignore', 'inherit', 'pipe'],
        });
        running.add(this.child);
        this.exit = once(this.child, 'exit').then(([code, signal]) => {
            running.delete(this.child);
            return { code, signal };
        });
        this.exited = undefined;
        this.exit.then((how) => { this.exited = how; }, (error) => { this.exited = { error }; });
        this.expectedExit = false;
        const [scheme, address] = await within(START_MS, 'listening line', this.#awaitAddress())
            .catch((error) => { this.child.kill('SIGKILL'); throw error; });
        this.url = `${scheme}://${address}`;
        this.listen = address;
        this.port = Number(address.split(':').pop());
        return this;
    }

    /** Resolves with scheme and ADDRESS:PORT, rejects with the log if the program ends before that. */
    #awaitAddress() {
        return new Promise((done, fail) => {
            let seen = '';
            this.child.stderr.setEncoding('utf8').on('data', (text) => {
                this.#remember(text);
                if (seen === undefined)
                    return;
                seen += text.replaceAll('\\/', '/');
                const found = /^.*listening.*(https?):\/\/([0-9a-z.[\]:]+:\d+).*\n/m.exec(seen);
                if (found) {
                    seen = undefined;
                    done(found.slice(1));
                }
            });
            this.child.on('error', fail);
            this.child.on('close', (code, signal) => fail(Object.assign(
                new Error(`the server ended (${code ?? signal}) before it listened:\n${this.log}`),
                { code, signal, log: this.log })));
        });
    }

    #remember(text) {
        if (process.env.NATTERNET_TEST_LOGS)
            process.stderr.write(text);
        this.log = (this.log + text).slice(-LOG_BYTES);
        this.listeners.forEach((listener) => listener());
        if (SANITIZER.test(text))
            this.faults.push(text);
    }

    /** Waits for a line of the log, behind the first `from` bytes of it; resolves with the match. */
    async says(pattern, { from = 0, ms = 20_000 } = {}) {
        let listener;
        const said = new Promise((done) => {
            listener = () => {
                const found = pattern.exec(this.log.slice(from).replaceAll('\\/', '/'));
                if (found)
                    done(found);
            };
            this.listeners.add(listener);
            listener();
        });
        return within(ms * SLOW, `${pattern} in the log`, said)
            .catch((error) => { throw new Error(`${error.message}:\n${this.tail()}`); })
            .finally(() => this.listeners.delete(listener));
    }

    /** SIGTERM; must exit 0 within 10 s. */
    async stop(signal = 'SIGTERM') {
        this.expectedExit = true;
        this.child.kill(signal);
        const how = await within(STOP_MS, `exit after ${signal}`, this.exit);
        assert.deepEqual(how, { code: 0, signal: null }, `exit after ${signal}:\n${this.tail()}`);
    }

    /** kill -9: what power loss looks like to the program. */
    async kill() {
        this.expectedExit = true;
        this.child.kill('SIGKILL');
        await this.exit;
    }

    /** The same data on the same port again. */
    async restart({ hard = false } = {}) {
        await (hard ? this.kill() : this.stop());
        return this.launch();
    }

    tail(lines = 40) {
        return this.log.split('\n').slice(-lines).join('\n');
    }

    async dispose() {
        this.disposed = true;
        try {
            if (this.exited && !this.expectedExit)
                assert.fail(`the server ended by itself ${JSON.stringify(this.exited)}:\n${this.tail()}`);
            if (this.child && !this.exited)
                await this.stop();
            assert.deepEqual(this.faults, [], `sanitizer reports:\n${this.log}`);
        } finally {
            if (this.child && !this.exited)
                await this.kill();
            if (this.owned)
                await rm(this.owned, { recursive: true, force: true });
        }
    }
}

/**
 * Starts a server that ends with the test (or, given `{ after }` of node:test, with the file).
 * @param {{ after: Function }} owner
 * @param {ServerOptions} options
 */
export async function serve(owner, options = {}) {
    const server = new Server(options);
    owner.after(() => server.dispose());
    return server.launch();
}

/** Runs a subcommand of the program to its end, with `input` on stdin. */
export async function run(args, { input = '', env = {}, bin = BIN, timeout = 30_000 } = {}) {
    const child = spawn(bin, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
        child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
    child.stdin.on('error', () => {}).end(input);
    const [code, signal] = await within(timeout * SLOW, args.join(' '), once(child, 'close'))
        .finally(() => child.kill('SIGKILL'));
    return { code, signal, ...output };
}
