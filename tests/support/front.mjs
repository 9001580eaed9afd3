// Real front ends before a server: nginx and HAProxy, configured by the examples in
// docs/operate/proxy.md, on ports of their own and in a directory that goes with the test; and HAProxy as
// packaging/haproxy.cfg puts it before three servers.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, freePort } from './ports.mjs';
import { freshDirectory, ROOT, SLOW, within } from './server.mjs';
import { makeCertificate } from './tls.mjs';

const UNPACKED = join(ROOT, 'build/deps/proxies');
const START_MS = 10_000;

const folderOf = (name) => ['/usr/sbin', join(UNPACKED, 'usr/sbin')].find((one) => existsSync(join(one, name)));

/** Why it cannot be run as packaging/haproxy.cfg is written, as node:test wants it for `skip`; false if it can. */
export const missingHaproxy = !folderOf('haproxy') ? 'haproxy is missing: run tool/proxies.sh build/deps/proxies'
    : existsSync('/etc/resolv.conf') ? false : 'there is no /etc/resolv.conf, which names are asked for by';

/** The program, and the environment that it runs in; tool/proxies.sh unpacks it. */
export function find(name) {
    const folder = folderOf(name);
    if (!folder)
        throw new Error(`${name} is missing: run tool/proxies.sh build/deps/proxies`);
    const libraries = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
    return {
        program: join(folder, name),
        env: { ...process.env, LD_LIBRARY_PATH: join(UNPACKED, 'usr/lib', libraries) },
    };
}

/** The examples for one language, as they stand in the handbook. */
async function examples(language) {
    const page = await readFile(join(ROOT, 'docs/operate/proxy.md'), 'utf8');
    return [...page.matchAll(/```(\w+)\n([^]*?)```/g)].filter(([, name]) => name === language).map(([, , text]) => text);
}

/** Replaces all of `from`, which must be there. */
function swap(text, from, to) {
    if (!text.includes(from))
        throw new Error(`the example has no "${from}" any more`);
    return text.replaceAll(from, to);
}

class Front {
    constructor(directory, ports, ca) {
        Object.assign(this, { directory, port: ports[0], tlsPort: ports[1], ca });
        this.url = `http://127.0.0.1:${this.port}`;
        this.output = '';
    }

    /** The same door by TLS. */
    get secure() {
        return { url: `https://127.0.0.1:${this.tlsPort}`, port: this.tlsPort, ca: this.ca };
    }

    async start({ program, env }, args) {
        this.child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const name of ['stdout', 'stderr'])
            this.child[name].setEncoding('utf8').on('data', (text) => { this.output += text; });
        const gone = once(this.child, 'exit').then(() => { throw new Error(`${program}: ${this.output}`); });
        gone.catch(() => {});
        await within(START_MS * SLOW, program, Promise.race([gone, answers(this.port)]));
        return this;
    }

    async stop() {
        if (this.child && this.child.exitCode === null) {
            this.child.kill('SIGTERM');
            await once(this.child, 'exit');
        }
        await rm(this.directory, { recursive: true, force: true });
    }
}

async function prepare(owner) {
    const directory = await freshDirectory('natternet-front-');
    const { cert, key, pem } = await makeCertificate(directory, 'chat');
    const both = join(directory, 'both.pem');
    await writeFile(both, pem + await readFile(key, 'utf8'));
    const front = new Front(directory, [await freePort(), await freePort()], pem);
    owner.after(() => front.stop());
    return { front, directory, cert, key, both };
}

/**
 * What was forwarded: one status a request that reached the server, as the front end saw it. CONNECT
 * is none: the server refuses its very word.
 */
const NGINX_LOG = '$request_method "$upstream_status"';
const statusesOf = (lines) => lines.filter((line) => !line.startsWith('CONNECT ')).flatMap((line) => line.match(/\b\d{3}\b/g) ?? []);

export async function startNginx(owner, backend) {
    const { front, directory, cert, key } = await prepare(owner);
    let [site] = await examples('nginx');
    site = swap(site, '127.0.0.1:8080', `127.0.0.1:${backend.port}`);
    site = swap(site, 'listen 443 ssl;', `listen 127.0.0.1:${front.tlsPort} ssl; listen 127.0.0.1:${front.port};`);
    site = swap(site, 'ssl_certificate     /etc/ssl/chat.example.org.pem', `ssl_certificate ${cert}`);
    site = swap(site, 'ssl_certificate_key /etc/ssl/chat.example.org.pem', `ssl_certificate_key ${key}`);
    const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((one) => `${one}_temp_path ${join(directory, one)};`).join('\n');
    const log = join(directory, 'access.log');
    await writeFile(join(directory, 'nginx.conf'), `
        daemon off;
        worker_processes 1;
        pid ${join(directory, 'pid')};
        error_log stderr crit;
        ${process.getuid() === 0 ? 'user root;' : ''}
        events { worker_connections 256; }
        http {
            ${scratch}
            log_format forwarded '${NGINX_LOG}';
            access_log ${log} forwarded;
            ${site}
        }`);
    await mkdir(join(directory, 'logs'));
    await front.start(find('nginx'), ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr']);
    front.forwarded = async () => statusesOf((await readFile(log, 'utf8')).split('\n'));
    return front;
}

const STDOUT_LOG = `global
    log stdout format raw local0
defaults
    log global
    option dontlognull
`;

export async function startHaproxy(owner, backend) {
    const { front, directory, both } = await prepare(owner);
    let [site] = await examples('haproxy');
    site = swap(site, '127.0.0.1:8080', `127.0.0.1:${backend.port}`);
    site = swap(site, 'bind :443 ssl crt /etc/ssl/chat.example.org.pem alpn http/1.1',
        `bind 127.0.0.1:${front.tlsPort} ssl crt ${both} alpn http/1.1\n    bind 127.0.0.1:${front.port}\n`
        + '    log-format "FORWARDED %s %HM %ST"');
    const file = join(directory, 'haproxy.cfg');
    await writeFile(file, STDOUT_LOG + site);
    await front.start(find('haproxy'), ['-db', '-f', file]);
    front.forwarded = async () => statusesOf([...front.output.matchAll(/FORWARDED natternet (.* \d{3})/g)].map(([, line]) => line));
    return front;
}

/** By the PROXY protocol: nothing of HTTP is looked at. */
export async function startTcpProxy(owner, backend, { version = 2, tls = false } = {}) {
    const { front, directory, both } = await prepare(owner);
    let site = (await examples('haproxy'))[1];
    site = swap(site, '127.0.0.1:8080', `127.0.0.1:${backend.port}`);
    site = swap(site, 'bind :443', `bind 127.0.0.1:${front.port}\n`
        + `    bind 127.0.0.1:${front.tlsPort} ${tls ? `ssl crt ${both}` : ''}`);
    if (version === 1)
        site = swap(site, 'send-proxy-v2', 'send-proxy');
    if (tls)
        site = swap(site, 'send-proxy-v2', 'send-proxy-v2-ssl');
    const file = join(directory, 'haproxy.cfg');
    await writeFile(file, STDOUT_LOG + site);
    return front.start(find('haproxy'), ['-db', '-f', file]);
}

/** What compose.yaml puts before its three servers, before these three. */
export async function startBalancer(owner, servers) {
    const { front, directory } = await prepare(owner);
    let config = await readFile(join(ROOT, 'packaging/haproxy.cfg'), 'utf8');
    config = swap(config, 'bind :8080', `bind 127.0.0.1:${front.port}`);
    config = swap(config, 'maxconn 100000', 'maxconn 1000');
    servers.forEach(({ port }, at) => { config = swap(config, ` natternet${at + 1}:8080`, ` 127.0.0.1:${port}`); });
    const file = join(directory, 'haproxy.cfg');
    await writeFile(file, config);
    return front.start(find('haproxy'), ['-db', '-f', file]);
}
