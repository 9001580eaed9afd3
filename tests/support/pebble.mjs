// A certificate authority to test with: Debian's pebble, which speaks ACME (RFC 8555), and the name
// server that it asks. All of it on loopback, in a directory that goes with the test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectStatus, http } from './http.mjs';
import { answers, freePort } from './ports.mjs';
import { freshDirectory, SLOW, within } from './server.mjs';
import { makeCertificate } from './tls.mjs';

const START_MS = 10_000;
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Pebble {
    /**
     * @param {object} options
     * @param {number} [options.validity]     seconds that its certificates live
     * @param {number} [options.badNonces]    percent of good nonces that it refuses
     * @param {number} [options.tlsPort]      where it looks for tls-alpn-01
     * @param {number} [options.httpPort]     where it looks for http-01
     */
    constructor(options = {}) {
        this.options = { validity: 3600, badNonces: 0, ...options };
        this.output = '';
    }

    async prepare() {
        this.directory = await freshDirectory('natternet-pebble-');
        this.made = await makeCertificate(this.directory, 'pebble');
        this.port = await freePort();
        this.managementPort = await freePort();
        this.dnsPort = await freePort();
        this.dnsManagementPort = await freePort();
        this.tlsPort = this.options.tlsPort ?? await freePort();
        this.httpPort = this.options.httpPort ?? await freePort();
        this.url = `https://127.0.0.1:${this.port}/dir`;
        await writeFile(join(this.directory, 'pebble.json'), JSON.stringify({ pebble: {
            listenAddress: `127.0.0.1:${this.port}`, managementListenAddress: `127.0.0.1:${this.managementPort}`,
            certificate: this.made.cert, privateKey: this.made.key, tlsPort: this.tlsPort, httpPort: this.httpPort,
            certificateValidityPeriod: this.options.validity,
        } }));
    }

    async #run(program, args, ports, env = {}) {
        const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
        running.add(child);
        for (const name of ['stdout', 'stderr'])
            child[name].setEncoding('utf8').on('data', (text) => { this.output += text; });
        child.on('exit', () => running.delete(child));
        const gone = new Promise((_, fail) => {
            child.on('error', (error) => fail(new Error(`${program}: ${error.message}; tool/setup.sh test gets it`)));
            child.on('exit', () => fail(new Error(`${program} ended: ${this.output}`)));
        });
        gone.catch(() => {});
        await within(START_MS * SLOW, program, Promise.race([gone, Promise.all(ports.map((port) => answers(port)))]));
        return child;
    }

    async start() {
        this.dns ??= await this.#run('pebble-challtestsrv', ['-dns01', `127.0.0.1:${this.dnsPort}`, '-http01', '',
            '-https01', '', '-tlsalpn01', '', '-defaultIPv6', '', '-management', `127.0.0.1:${this.dnsManagementPort}`],
        [this.dnsManagementPort]);
        this.child = await this.#run('pebble',
            ['-config', join(this.directory, 'pebble.json'), '-dnsserver', `127.0.0.1:${this.dnsPort}`], [this.port, this.managementPort],
            { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(this.options.badNonces), PEBBLE_AUTHZREUSE: '0' });
        this.root = (await this.#manage('/roots/0')).bytes.toString();
    }

    #manage(path) {
        return http({ url: `https://127.0.0.1:${this.managementPort}`, ca: this.made.pem }, 'GET', path)
            .then((answer) => { expectStatus(answer, 200); return answer; });
    }

    /** Where all names lead from now on; '' for nowhere. */
    async resolveTo(ip) {
        const answer = await http({ url: `http://127.0.0.1:${this.dnsManagementPort}` }, 'POST', '/set-default-ipv4',
            { body: { ip } });
        assert.equal(answer.status, 200);
    }

    /** How many orders were placed. */
    get orders() {
        return this.output.match(/POST \/order-plz -> calling handler/g)?.length ?? 0;
    }

    async #end(child) {
        if (!child || child.exitCode !== null || child.signalCode !== null)
            return;
        child.kill('SIGTERM');
        await once(child, 'exit');
    }

    async stop() {
        await this.#end(this.child);
    }

    async dispose() {
        await this.stop();
        await this.#end(this.dns);
        await rm(this.directory, { recursive: true, force: true });
    }

    /** The settings of a server that gets its certificates here. */
    flags(...names) {
        return ['--acme-domain', names.join(','), '--acme-directory', this.url, '--acme-ca', this.made.cert];
    }
}

/** An authority that ends with the test; `started: false` leaves it down for now. */
export async function startPebble(owner, { started = true, ...options } = {}) {
    const pebble = new Pebble(options);
    owner.after(() => pebble.dispose());
    await pebble.prepare();
    if (started)
        await pebble.start();
    return pebble;
}
