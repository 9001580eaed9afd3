// A NATS cluster of which --bus names all: servers go to another one when theirs is gone.

import { test } from 'node:test';
import { metrics } from '../support/metrics.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { at, typesUntilHeard } from '../support/peers.mjs';
import { signUpMany } from '../support/people.mjs';
import { freePort } from '../support/ports.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve, SLOW, within } from '../support/server.mjs';

const connections = async (servers) => (await Promise.all(servers.map(metrics))).reduce((sum, one) => sum + one.natternet_bus_connections_total, 0);

/** Each of these was at one of the two, so once both were away for a while each has moved. */
async function untilMoved(servers, before) {
    while (await connections(servers) < before + servers.length)
        await new Promise((done) => { setTimeout(done, 50); });
}

test('servers go to another NATS of the list when theirs is gone', { skip: noMongo || noNats }, async (t) => {
    const ports = [await freePort(), await freePort()];
    const [mongo, ...cluster] = await Promise.all([Mongo.start(), Nats.start({ cluster: ports }), Nats.start({ cluster: ports.toReversed() })]);
    t.after(() => Promise.all([mongo.dispose(), ...cluster.map((nats) => nats.stop())]));
    const args = ['--store', mongo.uri(), '--bus', cluster.map(({ url }) => url).join()];
    const servers = await Promise.all([serve(t, { args }), serve(t, { args })]);
    await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    const [ann, bob] = await signUpMany(servers[0], 2);
    const room = await ann.createGroup('moving', [bob]);
    const near = await ann.connect(), far = await at(servers[1], bob).connect();
    await typesUntilHeard(near, room, far, ann); // by the bus alone, whatever NATS each of them is at

    const before = await connections(servers);
    for (const nats of cluster) {
        await nats.stop();
        await Promise.all(servers.map((server) => untilReadyz(server, 200)));
        far.events.length = 0;
        await typesUntilHeard(near, room, far, ann);
        await nats.launch();
    }
    await within(30_000 * SLOW, 'both have moved', untilMoved(servers, before));
    await Promise.all([near.close(), far.close()]);
});
