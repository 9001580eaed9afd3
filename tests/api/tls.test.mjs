// https and wss: what a scanner asks, what people do, and a certificate changed under them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { signIn, signUp } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve, Server, SLOW, within } from '../support/server.mjs';
import { certificateDirectory, connectTls, makeCertificate, probe, serveTls, tlsFlags } from '../support/tls.mjs';

const HSTS = 'max-age=63072000';

async function figure(server, name) {
    const answer = await http(server, 'GET', '/metrics');
    expectStatus(answer, 200);
    const text = answer.bytes.toString();
    const pattern = new RegExp(`^natternet_tls_${name}(_total)?(\\{[^}]*\\})? (-?\\d+)$`, 'gm');
    return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[3]), 0);
}

/** The certificate's name that a new connection is shown. */
async function nameShown(server) {
    const wire = await connectTls(server, { rejectUnauthorized: false });
    const name = wire.getPeerCertificate().subject.CN;
    wire.destroy();
    return name;
}

test('two people chat by https and wss', async (t) => {
    const server = await serveTls(t);
    assert.match(server.url, /^https:/);
    const [ann, ben] = [await signUp(server), await signUp(server)];
    const room = await ann.createGroup('sealed', [ben]);
    const socket = await ben.connect();
    assert.equal(socket.wire._socket.getProtocol(), 'TLSv1.3');
    await ann.say(room, 'nobody reads along');
    const event = await socket.next('message.created');
    assert.equal(event.message.content.text, 'nobody reads along');
    const sender = await ann.connect();
    const long = 'x'.repeat(16_000);
    for (let i = 0; i < 20; i++)
        await sender.call('message.send', { room: room.id, nonce: `n${i}`, content: { type: 'text', text: long } });
    assert.equal((await ann.events(room)).filter((one) => one.type === 'message.created').length, 21);
    for (let i = 0; i < 20; i++)
        assert.equal((await socket.next('message.created')).message.content.text, long);
    assert.ok(await figure(server, 'handshakes') > 5);
});

test('who closes its half by TLS gets the answers to all that it asked, and then close_notify', async (t) => {
    const server = await serveTls(t);
    const raw = await Raw.connect(server, { allowHalfOpen: true });
    t.after(() => raw.destroy());
    raw.wire.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(10));
    for (let n = 0; n < 10; n++)
        assert.equal((await raw.response()).status, 200);
    await raw.end();
    assert.equal(raw.error, undefined);
});

test('answers ask browsers to stay with https, and the cookie is Secure', async (t) => {
    const server = await serveTls(t);
    for (const path of ['/', '/healthz', '/api/v1/me', '/nothing', '/bad%zz'])
        assert.equal((await http(server, 'GET', path)).headers['strict-transport-security'], HSTS, path);
    const ann = await signUp(server);
    const answer = await http(server, 'POST', '/api/v1/auth/signin',
        { body: { login: ann.user.username, password: ann.password, cookie: true } });
    assert.match(answer.headers['set-cookie'][0], /; Secure$/);

    const plain = await serve(t);
    assert.equal((await http(plain, 'GET', '/healthz')).headers['strict-transport-security'], undefined);
    const never = await serveTls(t, { args: ['--limit', 'hsts_s=0'] });
    assert.equal((await http(never, 'GET', '/healthz')).headers['strict-transport-security'], undefined);
});

test('the own origin is the https one', async (t) => {
    const server = await serveTls(t);
    const ann = await signUp(server);
    const own = await ann.connect({ headers: { origin: server.url } });
    assert.ok(own.hello);
    const foreign = server.url.replace('https', 'http');
    await assert.rejects(ann.connect({ headers: { origin: foreign } }), { status: 403 });
});

test('versions, ciphers and curves as a strict scanner wants them', async (t) => {
    const server = await serveTls(t);
    for (const version of ['-tls1', '-tls1_1'])
        assert.match(await probe(server, [version, '-cipher', 'ALL:@SECLEVEL=0']), /alert protocol version/);
    const good = { '-tls1_2': /Cipher is ECDHE-ECDSA-AES256-GCM-SHA384/, '-tls1_3': /Cipher is TLS_AES_256_GCM_SHA384/ };
    for (const [version, cipher] of Object.entries(good)) {
        const text = await probe(server, [version]);
        assert.match(text, cipher);
        assert.match(text, /Server Temp Key: X25519/);
        assert.match(text, /Compression: NONE/);
    }
    for (const cipher of ['CBC', 'AES128-SHA256', 'ECDHE+SHA256:ECDHE+SHA384:!AESGCM:!CHACHA20', 'kRSA', 'DHE', 'CAMELLIA',
        'ARIA', 'aNULL', 'AESCCM'])
        assert.match(await probe(server, ['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`]),
            /handshake failure|no cipher match/, cipher);
    for (const group of ['P-521', 'X448', 'ffdhe2048'])
        assert.match(await probe(server, ['-tls1_3', '-groups', group]), /handshake failure/, group);
    // Who has no AES in silicon says so by the order of its wishes.
    assert.match(await probe(server, ['-tls1_3', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384']),
        /Cipher is TLS_CHACHA20/);
    assert.match(await probe(server, ['-tls1_3', '-ciphersuites', 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384']),
        /Cipher is TLS_AES_256/);
    assert.ok(await figure(server, 'nothing_in_common') >= 10);
});

test('HTTP/1.1 is what ALPN agrees on', async (t) => {
    const server = await serveTls(t);
    for (const offer of [['h2', 'http/1.1'], ['http/1.1']]) {
        const wire = await connectTls(server, { ALPNProtocols: offer });
        assert.equal(wire.alpnProtocol, 'http/1.1');
        wire.destroy();
    }
    await assert.rejects(connectTls(server, { ALPNProtocols: ['h2'] }), /no application protocol/i);
});

test('a ticket brings a client back on any worker, with both versions', async (t) => {
    const server = await serveTls(t, { args: ['--workers', '3'] });
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const wire = await connectTls(server, { minVersion: version, maxVersion: version });
        const session = await within(10_000 * SLOW, 'ticket', wire.ticket);
        wire.destroy();
        for (let i = 0; i < 6; i++) {
            const again = await connectTls(server, { minVersion: version, maxVersion: version, session });
            assert.ok(again.isSessionReused(), version);
            again.resume().write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
            await within(10_000 * SLOW, 'answer', once(again, 'end'));
        }
    }
    assert.equal(await figure(server, 'resumed'), 12);
});

test('SIGHUP brings a new certificate, and no socket is dropped', async (t) => {
    const directory = await certificateDirectory(t);
    const [first, second] = [await makeCertificate(directory, 'first'), await makeCertificate(directory, 'second', { rsa: true })];
    const used = await makeCertificate(directory, 'used');
    await Promise.all([copyFile(first.cert, used.cert), copyFile(first.key, used.key)]);
    const server = await serve(t, { ca: `${first.pem}${second.pem}`, args: tlsFlags(used) });
    const ann = await signUp(server);
    const room = await ann.createGroup('goes on');
    const socket = await ann.connect();
    const reload = async (line) => {
        const before = server.log.length;
        server.child.kill('SIGHUP');
        await within(10_000 * SLOW, line, (async () => {
            while (!server.log.slice(before).includes(line))
                await new Promise((done) => { setTimeout(done, 20); });
        })());
    };

    assert.equal(await nameShown(server), 'first');
    await copyFile(second.cert, used.cert);
    await reload('tls.certificate_kept'); // its key is another one
    assert.equal(await nameShown(server), 'first');
    await copyFile(second.key, used.key);
    await reload('tls.certificate_read');
    assert.equal(await nameShown(server), 'second');
    await writeFile(used.cert, 'rubbish');
    await reload('tls.certificate_kept');
    assert.equal(await nameShown(server), 'second');
    assert.doesNotMatch(server.log, /PRIVATE/);

    await ann.say(room, 'still here');
    assert.equal((await socket.next('message.created')).message.content.text, 'still here');
    assert.equal(socket.isClosed, undefined);
    assert.ok(await figure(server, 'certificate_seconds') > 80 * 86400);
});

test('SIGHUP without TLS changes nothing', async (t) => {
    const server = await serve(t);
    const socket = await (await signUp(server)).connect();
    server.child.kill('SIGHUP');
    expectStatus(await http(server, 'GET', '/healthz'), 200);
    await socket.call('ping');
});

test('files that do not fit are named at the start', async (t) => {
    const directory = await certificateDirectory(t);
    const [one, two] = [await makeCertificate(directory, 'one'), await makeCertificate(directory, 'two')];
    const cases = [
        [['--tls-cert', one.cert, '--tls-key', two.key], /two\.key.*not the key of the certificate/],
        [['--tls-cert', one.key, '--tls-key', one.key], /--tls-cert.*one\.key.*PEM/],
        [['--tls-cert', `${one.cert}.not`, '--tls-key', one.key], /one\.pem\.not.*No such file/],
        [['--tls-cert', one.cert], /go together/],
        [['--tls-key', one.key], /go together/],
        [['--http-redirect', '127.0.0.1:0'], /--tls-cert/],
    ];
    for (const [args, says] of cases) {
        const server = new Server({ args });
        const error = await server.launch().then(() => assert.fail('it started'), (why) => why);
        server.expectedExit = true;
        await server.dispose();
        assert.equal(error.code, 1, error.message);
        assert.match(error.log.replaceAll('\\/', '/'), says);
    }
});

test('plain HTTP at the port of TLS is closed without an answer', async (t) => {
    const server = await serveTls(t);
    const wire = connect(server.port, '127.0.0.1');
    let heard = 0;
    wire.on('data', (bytes) => { heard += bytes.length; });
    wire.on('error', () => {});
    wire.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await within(10_000 * SLOW, 'close', once(wire, 'close'));
    assert.ok(heard < 10, 'at most an alert');
    assert.equal(await figure(server, 'malformed'), 1);
});

test('who does not finish the handshake is not waited for', async (t) => {
    const server = await serveTls(t, { args: ['--limit', 'tls_handshake_s=1'] });
    const wires = Array.from({ length: 20 }, () => connect(server.port, '127.0.0.1'));
    wires.forEach((wire) => wire.on('error', () => {}).resume().write(Buffer.from([22, 3, 1])));
    await within(10_000 * SLOW, 'close', Promise.all(wires.map((wire) => once(wire, 'close'))));
    assert.equal(await figure(server, 'late'), 20);
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('a kept connection ends with close_notify, not just with FIN', async (t) => {
    const server = await serveTls(t, { args: ['--limit', 'http_idle_s=1'] });
    const text = await probe(server, ['-quiet'], 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(text, /\r\n\r\nok\n/);
    assert.doesNotMatch(text, /unexpected eof/); // what OpenSSL says where it was cut
});

test('--http-redirect sends everybody on', async (t) => {
    const server = await serveTls(t, { args: ['--http-redirect', '127.0.0.1:0'] });
    const port = Number(/redirecting.*http:\/\/127\.0\.0\.1:(\d+)/.exec(server.log.replaceAll('\\/', '/'))[1]);
    const plain = { url: `http://127.0.0.1:${port}`, port };
    for (const [method, path] of [['GET', '/'], ['GET', '/a%20b?c=d&e'], ['POST', '/api/v1/auth/signin'], ['GET', '/healthz/']]) {
        const answer = await http(plain, method, path);
        expectStatus(answer, 308);
        assert.equal(answer.headers.location, `${server.url}${path}`);
        assert.equal(answer.headers['strict-transport-security'], undefined);
    }
    for (const path of ['/healthz', '/readyz', '/metrics']) {
        const answer = await http(plain, 'GET', path);
        expectStatus(answer, 200);
        assert.equal(answer.headers['strict-transport-security'], undefined);
    }
    assert.match(String((await http(plain, 'GET', '/readyz')).bytes), /^ready\ncertificate: good for \d+ s \(\d+ days\)\n$/);
    const hosts = { 'chat.example.org': 'chat.example.org', 'chat.example.org:80': 'chat.example.org', '[::1]:80': '[::1]', '[::1]': '[::1]' };
    for (const [host, sent] of Object.entries(hosts)) {
        const answer = await http(plain, 'GET', '/x', { headers: { host } });
        assert.equal(answer.headers.location, `https://${sent}:${server.port}/x`);
    }
    const upgrade = await Raw.connect(plain);
    t.after(() => upgrade.destroy());
    upgrade.write('GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
    assert.equal((await upgrade.response()).status, 308);
    const ann = await signUp(server);
    await signIn(server, ann.user.username);
    assert.equal(await figure(server, 'malformed'), 0);
});

test('SIGTERM closes wss with 1012 and ends with 0', async (t) => {
    const server = await serveTls(t);
    const ann = await signUp(server);
    const socket = await ann.connect();
    const silent = connect(server.port, '127.0.0.1'); // has not said hello
    silent.on('error', () => {}).resume();
    await once(silent, 'connect');
    await server.stop();
    assert.equal((await socket.waitClosed()).code, 1012);
});
