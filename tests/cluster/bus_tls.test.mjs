// Between servers and NATS by TLS: with an authority of its own, and with nobody whose name is another.

import assert from 'node:assert/strict';
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

    for (const [what, at, ca] of [['nobody vouches for it', nats, null], ['another does', nats, other.cert], ['it is for another name', elsewhere, other.cert]])
        await assert.rejects(new Server({ data: directory, args: args(at, ca) }).launch(), /bus\.open_failed.*certificates/, what);
});
