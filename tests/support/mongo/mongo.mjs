// A database that speaks MongoDB's protocol, on loopback, with data of its own that goes with it: the
// engine in its folder and the gateway before it (README.md). Needs root, as the engine runs by chroot.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../ports.mjs';
import { within } from '../server.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(process.env.NATTERNET_MONGO ?? join(HERE, '../../../build/deps/mongo'));
const ENGINE = join(HERE, 'engine.sh');
export const SET_NAME = 'fixture';

/** Why there is none, as node:test wants it for `skip`; false if there is. */
export const missing = process.getuid() !== 0 ? 'the engine runs by chroot, which needs root'
    : !existsSync(join(ROOT, '.have')) ? 'tool/setup.sh test has not set up the engine' : false;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function start(command, args, options) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], ...options });
    running.add(child);
    child.gone = once(child, 'exit').finally(() => running.delete(child));
    return child;
}

export class Mongo {
    /**
     * Copies a fresh cluster and starts it.
     * @param {{ account?: string, made?: { cert: string, key: string, pem: string } }} [doors]  NAME:PASSWORD that alone may come;
     *   a certificate (tls.mjs), and nothing but TLS
     */
    static async start(doors = {}) {
        const mongo = new Mongo();
        mongo.doors = doors;
        mongo.name = `test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
        execFileSync(ENGINE, ['copy', ROOT, mongo.name]);
        mongo.enginePort = await freePort();
        mongo.port = await freePort();
        await mongo.startEngine();
        execFileSync(ENGINE, ['move', ROOT, mongo.name, String(mongo.enginePort)]);
        await mongo.startGateway();
        return mongo;
    }

    get server() { return `mongodb://127.0.0.1:${this.port}`; }

    /** What --store takes. */
    uri(database = 'natternet') { return `${this.server}/${database}?replicaSet=${SET_NAME}`; }

    /** It refuses to start while processes of one that was killed are still about: then again. */
    async startEngine() {
        await within(120_000, 'the engine', this.#tryEngine());
    }

    async #tryEngine() {
        for (;;) {
            this.engine = start(ENGINE, ['run', ROOT, this.name, String(this.enginePort)]);
            const ready = spawn(ENGINE, ['wait', ROOT, this.name, String(this.enginePort)]);
            const up = await Promise.race([once(ready, 'exit').then(() => true), this.engine.gone.then(() => false)]);
            ready.kill();
            if (up)
                return;
        }
    }

    async startGateway() {
        const { account, made } = this.doors;
        const env = { ...process.env, ...(account ? { GATEWAY_ACCOUNT: account } : {}),
            ...(made ? { GATEWAY_TLS_CERT: made.cert, GATEWAY_TLS_KEY: made.key } : {}) };
        this.gateway = start(process.execPath, [join(HERE, 'gateway.mjs'), String(this.port), String(this.enginePort)], { env });
        this.output = '';
        this.gateway.stdout.setEncoding('utf8').on('data', (text) => { this.output += text; });
        await once(this.gateway.stdout, 'data');
    }

    /** kill -9, of the engine and of what stands before it, as if the machine were gone. */
    async kill() {
        this.gateway.kill('SIGKILL');
        this.engine.kill('SIGKILL');
        await Promise.all([this.gateway.gone, this.engine.gone]);
    }

    /** It takes what it is asked, and answers nothing, until `wake`. */
    freeze() { this.gateway.kill('SIGSTOP'); }

    wake() { this.gateway.kill('SIGCONT'); }

    /** Comes back on the same port with the same data. */
    async restart() {
        await this.startEngine();
        await this.startGateway();
    }

    async dispose() {
        this.wake();
        this.gateway.kill('SIGTERM');
        this.engine.kill('SIGINT');
        await Promise.all([this.gateway.gone, this.engine.gone]);
        execFileSync(ENGINE, ['drop', ROOT, this.name]);
    }
}
