// A real NATS server on loopback, with a port that stays its own over restarts, and ways to it that can be
// cut without either end hearing of it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { answers, freePort } from './ports.mjs';
import { within } from './server.mjs';

const PROGRAM = process.env.NATTERNET_NATS ?? '/usr/sbin/nats-server';

/** Why there is none, as node:test wants it for `skip`; false if there is. */
export const missing = existsSync(PROGRAM) ? false : 'nats-server is missing: run tool/setup.sh test';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Nats {
    /**
     * @param {string} [password] what `natter` has to say; without one everybody may come
     * @param {[number, number]} [cluster] the port where others of its cluster come to it, and another's; clients hear of neither
     * @param {{ cert: string, key: string }} [made] a certificate (tls.mjs), and nothing but TLS
     */
    static async start({ password, made, cluster } = {}) {
        const nats = new Nats();
        nats.made = made;
        nats.cluster = cluster;
        nats.port = await freePort();
        nats.password = password;
        return nats.launch();
    }

    get url() {
        return `${this.made ? 'tls' : 'nats'}://${this.password ? `natter:${this.password}@` : ''}127.0.0.1:${this.port}`;
    }

    async launch() {
        const account = this.password ? ['--user', 'natter', '--pass', this.password] : [];
        const [own, next] = (this.cluster ?? []).map((port) => `nats://127.0.0.1:${port}`);
        const routes = own ? ['--cluster_name', 'natternet', '--cluster', own, '--routes', next, '--no_advertise'] : [];
        const tls = this.made ? ['--tls', '--tlscert', this.made.cert, '--tlskey', this.made.key] : [];
        this.child = spawn(PROGRAM, ['--addr', '127.0.0.1', '--port', String(this.port), ...account, ...tls, ...routes], { stdio: 'ignore' });
        running.add(this.child);
        this.gone = once(this.child, 'exit').finally(() => running.delete(this.child));
        await within(10_000, 'nats-server', answers(this.port));
        return this;
    }

    async stop(signal = 'SIGTERM') {
        this.child.kill(signal);
        await this.gone;
    }
}

/** A way to a port that can be cut: what is sent then arrives nowhere, and no connection ends. `onHeard` gets the bytes that come back. */
export class Wire {
    static async to(port) {
        const wire = new Wire();
        wire.pairs = new Set();
        wire.listener = createServer((near) => wire.#join(near, connect(port, '127.0.0.1')));
        wire.listener.listen(0, '127.0.0.1');
        await once(wire.listener, 'listening');
        wire.port = wire.listener.address().port;
        return wire;
    }

    get url() { return `nats://127.0.0.1:${this.port}`; }

    #join(near, far) {
        const pair = [near, far];
        this.pairs.add(pair);
        for (const [from, to] of [pair, [far, near]]) {
            from.on('data', (bytes) => {
                if (from === far)
                    this.onHeard?.(bytes);
                if (!this.isCut)
                    to.write(bytes);
            });
            from.on('error', () => {});
            from.on('close', () => { this.pairs.delete(pair); if (!this.isCut) to.destroy(); });
        }
    }

    cut() { this.isCut = true; }

    /** What was connected meanwhile is as dead as what was before. */
    heal() {
        this.isCut = false;
        this.pairs.forEach((pair) => pair.forEach((end) => end.destroy()));
    }

    close() {
        this.pairs.forEach((pair) => pair.forEach((end) => end.destroy()));
        this.listener.close();
    }
}
