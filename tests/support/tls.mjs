// Certificates made on the spot by the openssl program, and a server that speaks https with one.

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { freshDirectory, serve, SLOW, within } from './server.mjs';

const command = promisify(execFile);

/** A certificate for 127.0.0.1 that signs itself, in files of `directory`. */
export async function makeCertificate(directory, name, { days = 90, rsa = false, names = 'IP:127.0.0.1,DNS:localhost' } = {}) {
    const cert = join(directory, `${name}.pem`);
    const key = join(directory, `${name}.key`);
    const kind = rsa ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    await command('openssl', ['req', '-x509', '-newkey', ...kind, '-nodes', '-days', String(days),
        '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`,
        '-keyout', key, '-out', cert]);
    return { cert, key, pem: await readFile(cert, 'utf8') };
}

/** A directory that goes with the test. */
export async function certificateDirectory(owner) {
    const directory = await freshDirectory('natternet-tls-');
    owner.after(() => rm(directory, { recursive: true, force: true }));
    return directory;
}

export const tlsFlags = (made) => ['--tls-cert', made.cert, '--tls-key', made.key];

/** A server that speaks https; `server.made` is its certificate. */
export async function serveTls(owner, { args = [], ...options } = {}) {
    const made = await makeCertificate(await certificateDirectory(owner), 'first');
    const server = await serve(owner, { ...options, ca: made.pem, args: [...tlsFlags(made), ...args] });
    server.made = made;
    return server;
}

/** A TLS connection, as node makes it; resolves when the handshake is through. `wire.ticket` resolves
 *  with its first ticket. */
export function connectTls(server, options = {}) {
    const wire = connect({ port: server.port, host: '127.0.0.1', ca: server.ca, ...options });
    wire.ticket = new Promise((done) => { wire.once('session', done); });
    return within(10_000 * SLOW, 'TLS handshake', new Promise((done, fail) => {
        wire.on('error', fail);
        wire.on('close', () => fail(new Error('closed')));
        wire.on('secureConnect', () => done(wire));
    }));
}

/** All that `openssl s_client` says, given `input`. */
export async function probe(server, flags, input = '') {
    const args = ['s_client', '-connect', `127.0.0.1:${server.port}`, ...flags];
    const asked = execFile('openssl', args);
    const output = { text: '' };
    for (const name of ['stdout', 'stderr'])
        asked[name].on('data', (text) => { output.text += text; });
    asked.stdin.on('error', () => {}).end(input);
    await within(20_000 * SLOW, args.join(' '), new Promise((done) => asked.on('close', done)));
    return output.text;
}
