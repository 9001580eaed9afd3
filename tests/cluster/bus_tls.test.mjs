// Between servers and NATS by TLS: with an authority of its own, and with nobody whose name is another.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { signUpMany } from '../support/people.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve, Server } from '../support/server.mjs';
import { certificateDirectory, makeCertificate } from '../support/tls.mjs';

test('servers hear of each other by tls://, and believe no other certificate', { skip: noMongo || noNats }, async (t) => {
    const directory = await certificateDirectory(t);
    const [made, other] = await Promise.all([makeCertificate(directory, 'nats'), makeCertificate(directory, 'other', { names: 'DNS:elsewhere.example' })]);
    const [mongo, nats, elsewhere] = await Promise.all([Mongo.start(), Nats.start({ made, password: 'secret' }), Nats.start({ made: other })]);
    t.after(() => Promise.all([mongo.dispose(), nats.stop(), elsewhere.stop()]));
    const args = ({ url }, ca) => ['--store', mongo.uri(), '--bus', url, ...ca ? ['--bus-ca', ca] : []];

    const servers = await Promise.all([1, 2].map(() => serve(t, { args: args(nats, made.cert) }))); // and each stops cleanly in the end
    await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    const [ann, bob] = await signUpMany(servers[0], 2);
    const room = await ann.createGroup('by tls', [bob]);
    bob.server = servers[1];
    const socket = await bob.connect();
    const { seq } = await ann.say(room, 'over the bus');
    await socket.until(() => socket.events.some((event) => event.seq === seq), 'the message');
    await socket.close();

    const silent = await silence(t), behind = { url: `${silent.url},${elsewhere.url}` };
    await Promise.all([['nobody vouches for it', nats, null], ['another does', nats, other.cert], ['it is for another name', behind, other.cert]].map(async ([what, at, ca]) =>
        assert.rejects(new Server({ data: await mkdtemp(join(directory, 'server-')), args: args(at, ca) }).launch(), /bus\.open_failed.*certificates/, what)));
    assert.equal(silent.came(), 1, 'who says nothing is waited for once, however often another is asked');
});

/** A NATS that takes connections, and says nothing. */
async function silence(t) {
    const sockets = [];
    const listener = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    t.after(() => { sockets.forEach((socket) => socket.destroy()); listener.close(); });
    await once(listener, 'listening');
    return { url: `tls://127.0.0.1:${listener.address().port}`, came: () => sockets.length };
}

/** A way to a NATS with TLS that breaks off the first handshakes, as one does that is just stopped. */
async function stumbling(t, nats, handshakes) {
    let left = handshakes;
    const listener = createServer((near) => {
        const far = connect(nats.port, '127.0.0.1');
        const end = () => { near.destroy(); far.destroy(); };
        const breaks = left-- > 0;
        near.on('data', (bytes) => { if (breaks) end(); else far.write(bytes); });
        far.on('data', (bytes) => near.write(bytes));
        [near, far].forEach((one) => one.on('error', end).on('close', end));
    }).listen(0, '127.0.0.1');
    t.after(() => listener.close());
    await once(listener, 'listening');
    return { url: `tls://127.0.0.1:${listener.address().port}`, left: () => left };
}

test('a NATS that cuts a handshake short is tried again, and one of the other kind is a mistake of the settings', { skip: noMongo || noNats }, async (t) => {
    const directory = await certificateDirectory(t);
    const made = await makeCertificate(directory, 'nats');
    const [mongo, safe, plain] = await Promise.all([Mongo.start(), Nats.start({ made }), Nats.start()]);
    t.after(() => Promise.all([mongo.dispose(), safe.stop(), plain.stop()]));
    const args = (bus) => ['--store', mongo.uri(), '--bus', bus, '--bus-ca', made.cert];

    const way = await stumbling(t, safe, 2);
    await untilReadyz(await serve(t, { args: args(way.url) }), 200);
    assert.ok(way.left() < 0, 'it did stumble');

    const asked = new Server({ data: directory, args: args(plain.url.replace('nats:', 'tls:')) });
    await assert.rejects(asked.launch(), ({ log }) => log.replaceAll('\\/', '/').includes('nats:// for tls://'));
    const unsaid = new Server({ data: directory, args: ['--store', mongo.uri(), '--bus', safe.url.replace('tls:', 'nats:')] });
    await assert.rejects(unsaid.launch(), ({ code, log }) => code === 1 && /bus\.open_failed.*certificates/.test(log), 'TLS that nobody asked for ends as cleanly');
});
