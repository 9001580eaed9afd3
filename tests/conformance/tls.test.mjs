// What a TLS scanner asks (testssl, sslyze, Mozilla's guidelines, RFC 9325): every version, cipher,
// group and signature that a client can offer, old attacks, and bytes that are no TLS.

import assert from 'node:assert/strict';
import { getCurves } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { getCiphers } from 'node:tls';
import { expectStatus, http } from '../support/http.mjs';
import { serve, SLOW, within } from '../support/server.mjs';
import { certificateDirectory, connectTls, makeCertificate, probe, serveTls, tlsFlags } from '../support/tls.mjs';

const server = await serveTls({ after });
const directory = await certificateDirectory({ after });
const madeOfRsa = await makeCertificate(directory, 'rsa', { rsa: true });
const ofRsa = await serve({ after }, { ca: madeOfRsa.pem, args: tlsFlags(madeOfRsa) });

const ASK = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const ALERT = { handshakeFailure: 40, protocolVersion: 70 };

/** Which of the values a handshake succeeds with. */
async function taken(of, values, options) {
    const good = [];
    for (const value of values) {
        try {
            const wire = await connectTls(of, options(value));
            good.push(value);
            wire.destroy();
        } catch (error) {
            assert.match(String(error), /alert|no cipher|no suitable|invalid|unknown|failed|unsupported|closed|ECONNRESET/i);
        }
    }
    return good;
}

test('of all ciphers of TLS 1.2, only ECDHE with an AEAD', async () => {
    const names = getCiphers().filter((name) => !name.startsWith('tls_')).map((name) => name.toUpperCase());
    assert.ok(names.length > 40, `there are ${names.length}`);
    const offer = (name) => ({ ciphers: `${name}:@SECLEVEL=0`, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    const good = (kind) => ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((cipher) => `ECDHE-${kind}-${cipher}`);
    assert.deepEqual((await taken(server, names, offer)).sort(), good('ECDSA'));
    assert.deepEqual((await taken(ofRsa, names, offer)).sort(), good('RSA'));
});

test('of the ciphers of TLS 1.3, the three that everybody recommends', async () => {
    const names = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256'];
    assert.deepEqual(await taken(server, names, (ciphers) => ({ ciphers, minVersion: 'TLSv1.3' })), names.slice(0, 3));
});

test('of all groups, X25519 and P-256, with both versions', async () => {
    const names = [...getCurves(), 'X25519', 'X448'];
    for (const version of ['TLSv1.2', 'TLSv1.3']) // with RSA, since TLS 1.2 wants the certificate's curve among the groups
        assert.deepEqual((await taken(ofRsa, names, (ecdhCurve) => ({ ecdhCurve, minVersion: version, maxVersion: version }))).sort(),
            ['X25519', 'prime256v1'], version);
});

test('no signature by SHA-1 or MD5', async () => {
    for (const [of, kind] of [[server, 'ECDSA'], [ofRsa, 'RSA']]) {
        for (const digest of ['SHA1', 'SHA224'])
            assert.match(await probe(of, ['-tls1_2', '-sigalgs', `${kind}+${digest}`, '-cipher', 'ALL:@SECLEVEL=0']), /handshake failure/, `${kind}+${digest}`);
        for (const digest of ['SHA256', 'SHA384', 'SHA512'])
            assert.match(await probe(of, ['-tls1_2', '-sigalgs', `${kind}+${digest}`]), /Cipher is ECDHE/, `${kind}+${digest}`);
    }
    assert.match(await probe(ofRsa, ['-tls1_3', '-sigalgs', 'RSA-PSS+SHA256']), /Cipher is TLS_/);
});

/** A ClientHello as old clients send it, in a record. */
function hello(version, { suites = [0xc02b, 0xc02f, 0x009c, 0x002f, 0x000a], record = 0x0301 } = {}) {
    const ciphers = suites.flatMap((suite) => [suite >> 8, suite & 255]);
    const body = [version >> 8, version & 255, ...Array(32).fill(7), 0, 0, ciphers.length, ...ciphers, 1, 0];
    const message = [1, 0, body.length >> 8, body.length & 255, ...body];
    return Buffer.from([22, record >> 8, record & 255, message.length >> 8, message.length & 255, ...message]);
}

/** What is heard before the server closes. */
async function heard(bytes, { end = false } = {}) {
    const wire = connect(server.port, '127.0.0.1');
    const parts = [];
    wire.on('data', (part) => parts.push(part)).on('error', () => {});
    wire.write(bytes);
    if (end)
        wire.end();
    await within(15_000 * SLOW, 'close', once(wire, 'close'));
    return Buffer.concat(parts);
}

test('SSL 3, TLS 1.0 and 1.1 are told which version is wrong', async () => {
    for (const version of [0x0300, 0x0301, 0x0302])
        for (const record of [0x0300, 0x0301, version]) {
            const answer = await heard(hello(version, { record }));
            assert.equal(answer.length, 7, `one alert to ${version.toString(16)}`);
            assert.deepEqual([answer[0], answer[5]], [21, 2], version.toString(16));
            assert.ok(answer[6] === ALERT.protocolVersion || (version === 0x0300 && answer[6] === ALERT.handshakeFailure), // SSL 3 has no other
                `${answer[6]} to ${version.toString(16)}`);
        }
});

test('SSL 2 and what is no TLS are closed with an alert at most', async () => {
    const overflow = Buffer.concat([Buffer.from([22, 3, 1, 0xff, 0xff]), Buffer.alloc(5000)]);
    const rubbish = {
        'an SSL 2 hello': Buffer.from([0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, 1, 0, 0x80, 2, 0, 0x80, 3, 0, 0x80, 4, 0, 0x80, 5, 0, 0x80, 6, 0, 0x40, 7, 0, 0xc0, ...Array(16).fill(1)]),
        'a record that is too long': overflow,
        'a record of no kind': Buffer.from([99, 3, 1, 0, 1, 0]),
        'data before a handshake': Buffer.from([23, 3, 3, 0, 5, 1, 2, 3, 4, 5]),
        'an alert': Buffer.from([21, 3, 1, 0, 2, 2, 40]),
        'a change of cipher': Buffer.from([20, 3, 1, 0, 1, 1]),
        'a heartbeat': Buffer.from([24, 3, 3, 0, 3, 1, 0x40, 0]),
        'a hello cut short': hello(0x0303).subarray(0, 40),
        'a hello with a length that is not its own': Buffer.concat([hello(0x0303).subarray(0, 6), Buffer.from([0xff]), hello(0x0303).subarray(7)]),
        'a server\'s hello': Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0]),
        'an empty record': Buffer.from([22, 3, 1, 0, 0]),
        SSH: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
        HTTP: Buffer.from(ASK),
    };
    for (const [what, bytes] of Object.entries(rubbish)) {
        const answer = await heard(bytes, { end: true });
        assert.ok(answer.length === 0 || (answer.length === 7 && answer[0] === 21), `${what}: ${answer.toString('hex')}`);
    }
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('nothing in common is a handshake failure', async () => {
    for (const suites of [[0x002f], [0x000a, 0x0005], [0x009c, 0x009d], [0xc013, 0xc014], [0x0067, 0x009e], [0xc009]]) {
        const answer = await heard(hello(0x0303, { suites }));
        assert.deepEqual([answer[0], answer[6]], [21, ALERT.handshakeFailure], suites.map((suite) => suite.toString(16)).join());
    }
});

test('a downgrade that the client did not want is noticed (RFC 7507)', async () => {
    assert.match(await probe(server, ['-tls1_2', '-fallback_scsv']), /alert inappropriate fallback/);
    assert.match(await probe(server, ['-tls1_3', '-fallback_scsv']), /Cipher is TLS_/);
});

test('renegotiation is secure, and not for clients to begin', async () => {
    const text = await probe(server, ['-tls1_2'], ASK);
    assert.match(text, /Secure Renegotiation IS supported/);
    const begun = await probe(server, ['-tls1_2'], 'R\n');
    assert.match(begun, /RENEGOTIATING/);
    assert.match(begun, /no renegotiation|handshake failure|unexpected message|peer does not accept/i);
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('what was broken once is not there: compression, heartbeats, NPN, early data; what mends it is', async () => {
    const old = await probe(server, ['-tls1_2', '-tlsextdebug', '-status', '-ign_eof'], ASK);
    assert.match(old, /Compression: NONE/);
    assert.match(old, /Extended master secret: yes/);
    assert.match(old, /TLS session ticket lifetime hint/);
    assert.doesNotMatch(old, /heartbeat|next proto/i);
    assert.match(old, /OCSP response: no response sent/);
    const now = await probe(server, ['-tls1_3', '-ign_eof'], ASK);
    assert.match(now, /Early data was not sent/);
    assert.match(now, /Max Early Data: 0/);
    assert.match(now, /\r\n\r\nok\n/);
});

test('no client is asked for a certificate, and whatever name it is called by it shows its own', async () => {
    const text = await probe(server, ['-servername', 'chat.example.org'], ASK);
    assert.match(text, /No client certificate CA names sent/);
    assert.match(text, /subject=CN ?= ?first/);
    for (const flags of [['-noservername'], ['-servername', 'localhost'], ['-servername', 'x'.repeat(200)]])
        assert.match(await probe(server, flags, ASK), /Cipher is TLS_/);
});

test('who does without tickets gets on without', async () => {
    for (const version of ['-tls1_2', '-tls1_3']) {
        const text = await probe(server, [version, '-no_ticket', '-ign_eof'], ASK);
        assert.match(text, /\r\n\r\nok\n/, version);
        if (version === '-tls1_2') // with TLS 1.3 there is no way to say so
            assert.doesNotMatch(text, /session ticket lifetime hint/, version);
    }
});

test('a ticket that was changed brings nobody back, and hurts nobody', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const wire = await connectTls(server, { minVersion: version, maxVersion: version });
        const session = Buffer.from(await within(10_000 * SLOW, 'ticket', wire.ticket));
        wire.destroy();
        // The ticket lies in the last part of the session; each byte of it counts.
        for (const back of [60, 80, 100, 120]) {
            const changed = Buffer.from(session);
            changed[changed.length - back] ^= 1;
            const again = await connectTls(server, { minVersion: version, maxVersion: version, session: changed }).catch((error) => error);
            if (!(again instanceof Error)) {
                again.resume().write(ASK);
                await within(10_000 * SLOW, 'answer', once(again, 'end'));
            }
        }
    }
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('a handshake that comes byte by byte is one', async (t) => {
    const relay = createServer((near) => {
        const far = connect(server.port, '127.0.0.1').setNoDelay(true);
        far.pipe(near);
        let last = Promise.resolve();
        near.on('data', (bytes) => {
            for (const byte of bytes)
                last = last.then(() => new Promise((done) => { far.write(Buffer.from([byte]), done); }));
        });
        for (const [one, other] of [[near, far], [far, near]])
            one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    t.after(() => relay.close());
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const wire = await connectTls({ port: relay.address().port, ca: server.ca }, { minVersion: version, maxVersion: version });
        let text = '';
        wire.setEncoding('utf8').on('data', (part) => { text += part; });
        wire.write(ASK);
        await within(20_000 * SLOW, 'answer', once(wire, 'end'));
        assert.match(text, /\r\n\r\nok\n$/, version);
        wire.destroy();
    }
});
