// Certificates by themselves: obtained from a real ACME server, renewed under people's feet, and what
// the operator is told where that does not work.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { startFalseCa } from '../support/false_ca.mjs';
import { expectStatus, http } from '../support/http.mjs';
import { startPebble } from '../support/pebble.mjs';
import { signUp } from '../support/people.mjs';
import { freshDirectory, Server, serve, SLOW, within } from '../support/server.mjs';
import { certificateDirectory, connectTls, makeCertificate } from '../support/tls.mjs';

const NAME = 'chat.natternet.test';
const SOON = ['--limit', 'acme_retry_s=1'];
const LATE = ['--limit', 'acme_retry_s=3600'];

/** A server at the address where the authority looks for it. */
function serveAt(owner, pebble, names = [NAME], { args = SOON, ...options } = {}) {
    return serve(owner, {
        listen: `127.0.0.1:${pebble.tlsPort}`, servername: NAME, args: [...pebble.flags(...names), ...args], ...options,
    });
}

/** Waits for a certificate and until it is in use; its root is trusted from then on. */
async function certified(server, pebble, from = 0) {
    await server.says(/acme\.certificate.*\n.*tls\.certificate_read/, { from });
    server.ca = pebble.root;
    const file = join(server.data, 'acme', `127.0.0.1:${pebble.port}`, 'certificate.pem');
    const { serialNumber } = new X509Certificate((await readFile(file, 'utf8')).replace(/^[^]*?(?=-----BEGIN CERT)/, ''));
    await eventually('the certificate is in use', () => serialShown(server).then(
        (shown) => shown.serialNumber === serialNumber, () => false));
}

async function figure(server, name) {
    const answer = await http(server, 'GET', '/metrics');
    expectStatus(answer, 200);
    return Number(new RegExp(`^natternet_${name} (-?\\d+)$`, 'm').exec(answer.bytes.toString())[1]);
}

async function serialShown(server) {
    const wire = await connectTls(server, { servername: NAME });
    const { serialNumber, subjectaltname } = wire.getPeerCertificate();
    wire.destroy();
    return { serialNumber, names: subjectaltname };
}

/** The ids of those processes whose parent it is. */
async function childrenOf(pid) {
    const found = [];
    for (const entry of await readdir('/proc')) {
        const text = /^\d+$/.test(entry) && await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
        if (text && Number(text.slice(text.lastIndexOf(')') + 4).split(' ')[0]) === pid)
            found.push(Number(entry));
    }
    return found.sort((a, b) => a - b);
}

/** The server's keeper, its spare and its worker; of these two the spare is started first. */
async function outpost(server) {
    const [keeper] = await childrenOf(server.child.pid);
    return [keeper, ...keeper ? await childrenOf(keeper) : []];
}

const isThere = (pid) => stat(`/proc/${pid}`).then(() => true, () => false);

async function eventually(what, check) {
    await within(20_000 * SLOW, what, (async () => {
        while (!await check())
            await new Promise((done) => { setTimeout(done, 20); });
    })());
}

test('a certificate for all names is obtained by tls-alpn-01, though nonces go bad', async (t) => {
    const pebble = await startPebble(t, { badNonces: 40 });
    const server = await serveAt(t, pebble, [NAME, 'www.natternet.test']);
    await certified(server, pebble);
    assert.equal(server.log.match(/acme\.proving.*tls-alpn-01/g).length, 2);
    const { names } = await serialShown(server);
    assert.equal(names.split(', ').sort().join(), `DNS:${NAME},DNS:www.natternet.test`);

    const [ann, ben] = [await signUp(server), await signUp(server)];
    const room = await ann.createGroup('sealed', [ben]);
    const socket = await ben.connect();
    await ann.say(room, 'by a name of our own');
    assert.equal((await socket.next('message.created')).message.content.text, 'by a name of our own');

    assert.equal(await figure(server, 'acme_orders_total'), 1);
    assert.equal(await figure(server, 'acme_failures_total'), 0);
    assert.equal(await figure(server, 'acme_up'), 1);
    const left = await figure(server, 'tls_certificate_seconds');
    assert.ok(left > 3000 && left <= 3600, `${left}`);
    const next = await figure(server, 'acme_next_order_seconds');
    assert.ok(next > 2000 && next < 2500, `${next}`);

    const folder = join(server.data, 'acme', `127.0.0.1:${pebble.port}`);
    assert.deepEqual((await readdir(folder)).sort(), ['account.pem', 'certificate.pem']);
    for (const file of ['account.pem', 'certificate.pem'])
        assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
    assert.doesNotMatch(server.log, /PRIVATE/);
});

test('before the first certificate strangers are refused, and plain HTTP is sent on', async (t) => {
    const pebble = await startPebble(t, { started: false });
    const server = await serveAt(t, pebble, [NAME], {
        args: [...LATE, '--http-redirect', `127.0.0.1:${pebble.httpPort}`] });
    await server.says(/acme\.no_certificate_yet/);
    await assert.rejects(connectTls(server, { servername: NAME, rejectUnauthorized: false }), /unrecognized name/i);
    await assert.rejects(connectTls(server, { servername: NAME, ALPNProtocols: ['acme-tls/1'] }), /unrecognized name/i);
    const plain = { url: `http://127.0.0.1:${pebble.httpPort}` };
    for (const path of ['/', '/.well-known/acme-challenge/', '/.well-known/acme-challenge/abc'])
        expectStatus(await http(plain, 'GET', path), 308);
    await server.says(/acme\.failed/);
    const ready = await http(plain, 'GET', '/readyz');
    expectStatus(ready, 503);
    assert.match(ready.headers['retry-after'], /^[1-9]\d*$/);
    assert.match(String(ready.bytes), /^not ready\ncertificate: none yet.*\nrenewal: failed [1-9]\d* times in a row.*next try in \d+ s\n$/);
    const figures = String((await http(plain, 'GET', '/metrics')).bytes);
    assert.match(figures, /^natternet_tls_certificate_seconds 0$/m);
    assert.match(figures, /^natternet_acme_failures_in_a_row [1-9]/m);
});

test('where the TLS port cannot be reached the names are proved by http-01', async (t) => {
    const pebble = await startPebble(t);
    const server = await serveAt(t, pebble, [NAME, 'www.natternet.test'], {
        listen: '127.0.0.1:0', args: [...LATE, '--http-redirect', `127.0.0.1:${pebble.httpPort}`] });
    const failed = await server.says(/acme\.failed.*/);
    assert.match(failed[0], /"name":"(chat|www)\.natternet\.test".*port 443.*"retry_s":0/);
    await certified(server, pebble);
    assert.equal(server.log.match(/acme\.proving.*http-01/g).length, 2);
    assert.equal((await http(server, 'GET', '/healthz')).status, 200);
    assert.match(String((await http(server, 'GET', '/readyz')).bytes), /^ready\ncertificate: good for \d+ s.*\nrenewal: in \d+ s\n$/);
    assert.equal(await figure(server, 'acme_failures_in_a_row'), 0);
    const plain = { url: `http://127.0.0.1:${pebble.httpPort}` };
    expectStatus(await http(plain, 'GET', '/.well-known/acme-challenge/abc'), 308);
});

test('a certificate is renewed in time, and no socket is dropped', async (t) => {
    const pebble = await startPebble(t, { validity: 15, badNonces: 10 });
    const server = await serveAt(t, pebble);
    await certified(server, pebble);
    const ann = await signUp(server);
    const room = await ann.createGroup('goes on');
    const socket = await ann.connect();
    const first = await serialShown(server);
    const from = server.log.length;
    await certified(server, pebble, from);
    const second = await serialShown(server);
    assert.notEqual(second.serialNumber, first.serialNumber);
    await ann.say(room, 'still here');
    assert.equal((await socket.next('message.created')).message.content.text, 'still here');
    assert.equal(socket.isClosed, undefined);
    assert.ok(await figure(server, 'acme_orders_total') >= 2);
});

test('a clock set past two thirds of its life renews a certificate at once; one set back orders nothing', async (t) => {
    const pebble = await startPebble(t);
    const server = await serveWithClock(t, { listen: `127.0.0.1:${pebble.tlsPort}`, servername: NAME, args: [...pebble.flags(NAME), ...SOON] });
    await certified(server, pebble);
    const first = await serialShown(server);
    const from = server.log.length;
    await server.turnClock(45 * 60_000);
    await certified(server, pebble, from);
    assert.notEqual((await serialShown(server)).serialNumber, first.serialNumber);
    const renewed = await serialShown(server);
    await server.turnClock(-24 * 3_600_000);
    await eventually('the next order is a day farther off', async () => await figure(server, 'acme_next_order_seconds') > 24 * 3600);
    assert.deepEqual(await serialShown(server), renewed);
    assert.equal(pebble.orders, 2);
    assert.equal(await figure(server, 'acme_failures_total'), 0);
});

test('a restart uses the certificate that is there and orders nothing; another name orders anew', async (t) => {
    const pebble = await startPebble(t);
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const server = await serveAt(t, pebble, [NAME], { data });
    await certified(server, pebble);
    const first = await serialShown(server);
    const from = server.log.length;
    await server.restart();
    assert.deepEqual(await serialShown(server), first);
    await server.says(/outpost\.started/, { from });
    assert.equal(pebble.orders, 1);
    assert.equal(await figure(server, 'acme_orders_total'), 0);
    await server.stop();

    const more = await serveAt(t, pebble, [NAME, 'more.natternet.test'], { data });
    more.ca = pebble.root;
    assert.ok((await serialShown(more)).names.includes(NAME), 'the old one is used meanwhile');
    await certified(more, pebble);
    assert.match((await serialShown(more)).names, /more\.natternet\.test/);
});

test('a stored certificate that is damaged is replaced, an account open to others is refused', async (t) => {
    const pebble = await startPebble(t);
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const server = await serveAt(t, pebble, [NAME], { data });
    await certified(server, pebble);
    await server.stop();
    const folder = join(data, 'acme', `127.0.0.1:${pebble.port}`);
    await writeFile(join(folder, 'certificate.pem'), 'rubbish');
    const from = server.log.length;
    await server.launch();
    await server.says(/tls\.certificate_refused.*certificate\.pem/, { from });
    await certified(server, pebble, from);
    await server.stop();

    await writeFile(join(folder, 'account.pem'), 'rubbish');
    const refused = new Server({ data, args: pebble.flags(NAME) });
    const error = await refused.launch().then(() => assert.fail('it started'), (why) => why);
    refused.expectedExit = true;
    await refused.dispose();
    assert.match(error.log, /acme\.account_failed.*account\.pem does not hold a P-256 key/);
});

test('an authority that is down is asked again until it is there', async (t) => {
    const pebble = await startPebble(t, { started: false });
    const server = await serveAt(t, pebble);
    const failed = await server.says(/acme\.failed.*/);
    assert.match(failed[0], /cannot be reached: Connection refused.*--acme-directory.*retry_s/);
    await server.says(/acme\.failed[^]*acme\.failed/);
    await pebble.start();
    await certified(server, pebble);
    assert.equal((await http(server, 'GET', '/healthz')).status, 200);
    assert.ok(await figure(server, 'acme_failures_total') >= 2);
});

test('a name that leads elsewhere is told, and SIGHUP tries again at once', async (t) => {
    const pebble = await startPebble(t);
    await pebble.resolveTo('');
    const server = await serveAt(t, pebble, [NAME], { args: LATE });
    const failed = await server.says(/acme\.failed.*/);
    assert.match(failed[0], /Could not resolve.*"name":"chat\.natternet\.test"/);
    assert.ok(Number(/"retry_s":(\d+)/.exec(failed[0])[1]) >= 3599);
    await pebble.resolveTo('127.0.0.1');
    server.child.kill('SIGHUP');
    await certified(server, pebble);
    const from = server.log.length;
    server.child.kill('SIGHUP');
    await server.says(/reload\.nothing/, { from });
});

test('an authority whose root is not trusted gets nothing', async (t) => {
    const pebble = await startPebble(t);
    const server = await serve(t, { args: ['--acme-domain', NAME, '--acme-directory', pebble.url, ...LATE] });
    const failed = await server.says(/acme\.failed.*/);
    assert.match(failed[0], /certificate is not trusted.*--acme-ca/);
    assert.equal(pebble.orders, 0);
});

/** What comes of an order at an authority that answers so. */
async function ordered(t, answers, says) {
    const ca = await startFalseCa(t, answers);
    const server = await serve(t, { args: [...ca.flags(NAME), ...LATE] });
    const [line] = await server.says(/acme\.failed.*/);
    assert.match(line, says);
    assert.equal(server.exited, undefined);
    await assert.rejects(stat(join(server.data, 'acme', ca.at.slice(8), 'certificate.pem')));
    return { ca, server, line };
}

test('an authority that asks for less is heard, one that asks too much gets nothing', async (t) => {
    const problem = (type, detail) => ({ type: `urn:ietf:params:acme:error:${type}`, detail });
    const slow = await ordered(t, { '/order': () => (
        { status: 429, headers: { 'retry-after': '7200' }, body: problem('rateLimited', 'later') }) },
    /"type":"rateLimited","detail":"later".*staging/);
    const wait = Number(/"retry_s":(\d+)/.exec(slow.line)[1]);
    assert.ok(wait >= 7199 && wait <= 9000, `${wait}`);

    const asks = (value) => () => ({ body: { status: 'pending', identifier: { type: 'dns', value },
        challenges: [{ type: 'tls-alpn-01', url: 'https://127.0.0.1:1/', token: 'abc', status: 'pending' }] } });
    const greedy = await ordered(t, { '/authz': asks('other.natternet.test') }, /would not prove.*other\.natternet\.test/);
    assert.doesNotMatch(greedy.server.log, /acme\.proving/);
    await ordered(t, { '/account': () => ({ status: 403, body: problem('externalAccountRequired', 'x') }) },
        /externalAccountRequired.*another --acme-directory/);
    await ordered(t, {}, /the certificate that came is for another key/);
    await ordered(t, { '/certificate': () => ({ body: 'rubbish' }) }, /is no PEM/);
    await ordered(t, { '/dir': () => ({ body: '<html>hello</html>' }) }, /is no ACME directory/);
    await ordered(t, { '/dir': () => ({ status: 404 }) }, /status 404.*is this an ACME directory/);
    await ordered(t, { '/order': (at) => ({ status: 201, headers: { location: `${at}/order/1` }, body: {
        status: 'pending', finalize: 'http://127.0.0.1/', authorizations: [] } }) }, /not understood/);
});

test('an authority that wants a certificate replaced early gets its order, which says what it replaces', async (t) => {
    const past = { start: '2020-01-01T00:00:00Z', end: '2020-01-02T00:00:00Z' };
    const ca = await startFalseCa(t, {
        '/dir': (at) => ({ body: { newNonce: `${at}/nonce`, newAccount: `${at}/account`, newOrder: `${at}/order`,
            renewalInfo: `${at}/renewal` } }),
        '/renewal/': () => ({ headers: { 'retry-after': '21600' }, body: { suggestedWindow: past } }),
    });
    const directory = await certificateDirectory(t);
    const made = await makeCertificate(directory, 'stored', { names: `DNS:${NAME}` });
    const folder = join(directory, 'acme', ca.at.slice(8));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'certificate.pem'), made.pem + await readFile(made.key, 'utf8'), { mode: 0o600 });

    const server = await serve(t, { data: directory, servername: NAME, ca: made.pem, args: [...ca.flags(NAME), ...LATE] });
    assert.equal((await http(server, 'GET', '/healthz')).status, 200);
    await server.says(/acme\.renewal_moved.*"when":"2020-01-01/);
    await server.says(/acme\.failed.*another key/);
    const { replaces } = JSON.parse(ca.payloads['/order']);
    const { serialNumber } = new X509Certificate(made.pem);
    const serial = Buffer.from(/^[89A-F]/.test(serialNumber) ? `00${serialNumber}` : serialNumber, 'hex');
    assert.equal(replaces.split('.')[1], serial.toString('base64url'));
    assert.equal(ca.asked.find((url) => url.startsWith('/renewal/')), `/renewal/${replaces}`);
    assert.equal((await http(server, 'GET', '/healthz')).status, 200);
});

test('the process that speaks with the authority is started anew, and ends with the server', async (t) => {
    const pebble = await startPebble(t, { started: false });
    const server = await serveAt(t, pebble);
    await server.says(/acme\.failed/);
    const [, , worker] = await outpost(server);
    process.kill(worker, 'SIGKILL');
    await server.says(/outpost\.died.*"signal":9/);
    await server.says(/outpost\.started[^]*outpost\.started/);
    await pebble.start();
    await certified(server, pebble);
    assert.equal(await figure(server, 'acme_helpers_total'), 2);

    await server.restart();
    const again = await outpost(server);
    await server.kill();
    await eventually('all end with the server',
        async () => !(await Promise.all(again.map(isThere))).includes(true));
});

test('when the keeper of that process is killed another takes its place, and certificates are renewed', async (t) => {
    const pebble = await startPebble(t, { validity: 15 });
    const server = await serveAt(t, pebble);
    await certified(server, pebble);
    for (let round = 2; round <= 3; round++) { // the one that took its place may be killed too
        const [keeper, spare, worker] = await outpost(server);
        const from = server.log.length;
        process.kill(keeper, 'SIGKILL');
        await server.says(/outpost\.keeper_died[^]*outpost\.started/, { from });
        await eventually('the worker ends with its keeper', async () => !await isThere(worker));
        assert.equal((await outpost(server))[0], spare);
        await certified(server, pebble, from);
        assert.equal(await figure(server, 'acme_helpers_total'), round);
        assert.equal(await figure(server, 'acme_up'), 1);
    }
    const [keeper, spare] = await outpost(server);
    process.kill(spare, 'SIGKILL');
    await eventually('there is a spare again', async () => {
        const now = await outpost(server);
        return now.length === 3 && !now.includes(spare);
    });
    assert.equal((await outpost(server))[0], keeper);

    const all = await outpost(server);
    await server.kill();
    await eventually('all end with the server', async () => !(await Promise.all(all.map(isThere))).includes(true));
});

test('when all of those processes are killed at once the operator is told, and people are served', async (t) => {
    const pebble = await startPebble(t);
    const server = await serveAt(t, pebble);
    await certified(server, pebble);
    const [keeper, spare, worker] = await outpost(server);
    process.kill(spare, 'SIGKILL');
    process.kill(keeper, 'SIGKILL');
    await server.says(/acme\.gone.*restart the server/);
    await eventually('the worker ends with its keeper', async () => !await isThere(worker));
    assert.equal(await figure(server, 'acme_up'), 0);
    assert.equal((await http(server, 'GET', '/healthz')).status, 200);
    await server.restart();
    assert.equal(await figure(server, 'acme_up'), 1);
});
