// A server that cannot speak with the others, or dies before it did: nobody stays without what it did meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats, Wire } from '../support/nats.mjs';
import { at, typesUntilHeard } from '../support/peers.mjs';
import { signUpMany } from '../support/people.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
let mongo;

before(async () => { mongo = missing ? undefined : await Mongo.start(); });
after(() => mongo?.dispose());

/** The first server, and another one whose way to NATS can be cut. */
async function two(t, nats, firstArgs = []) {
    const wire = await Wire.to(nats.port);
    t.after(() => wire.close());
    const args = ['--workers', '2', '--store', mongo.uri()];
    const one = await serve(t, { args: [...args, '--bus', nats.url, ...firstArgs] });
    const other = await serve(t, { args: [...args, '--bus', wire.url] });
    return { one, other, wire };
}

/** Comes again, and finds the room. */
async function expectComesAgainTo(room, person, socket) {
    assert.equal((await socket.waitClosed(20_000)).code, 1012, 'come again: there is a room that you were not told of');
    const again = await person.connect();
    const { rooms } = await again.call('sync', { rooms: {} });
    assert.ok(rooms.some((one) => one.room === room.id));
    await again.close();
}

test('who is let into a room by a server that is cut off hears of it when that server is back', { skip: missing }, async (t) => {
    const nats = await Nats.start();
    t.after(() => nats.stop());
    const { one, other, wire } = await two(t, nats);
    const [ann, bob] = await signUpMany(one, 2);
    const near = await bob.connect();
    wire.cut();
    await untilReadyz(other, 503);
    const room = await at(other, ann).createGroup('made in the dark', [bob]);
    assert.deepEqual(near.events.filter((event) => event.room === room.id), []);
    wire.heal();
    await expectComesAgainTo(room, bob, near);
    await untilReadyz(other, 200);
});

test('who is let into a room by a server that dies before it says so hears of it all the same', { skip: missing }, async (t) => {
    const nats = await Nats.start();
    t.after(() => nats.stop());
    const { one, other, wire } = await two(t, nats, ['--limit', 'resync_s=1']);
    const [ann, bob] = await signUpMany(one, 2);
    const near = await bob.connect();
    wire.cut();
    const room = await at(other, ann).createGroup('last words', [bob]);
    await other.kill();
    await expectComesAgainTo(room, bob, near);
});

test('nobody is sent away while nothing is missing, however often all are looked up', { skip: missing }, async (t) => {
    const nats = await Nats.start();
    t.after(() => nats.stop());
    const { one, other } = await two(t, nats, ['--limit', 'resync_s=1']);
    const [ann, bob] = await signUpMany(one, 2);
    const near = await bob.connect();
    for (let n = 0; n < 40; n++) {
        const room = await at(other, ann).createGroup(`room ${n}`, [bob]);
        await near.next('room.user.joined', (event) => event.room === room.id && event.user_id === bob.id);
        await new Promise((done) => { setTimeout(done, 50); });
    }
    await near.call('ping');
    await near.close();
});

test('a bus that refuses the servers for a while has them again when it takes them', { skip: missing }, async (t) => {
    const nats = await Nats.start({ password: 'first' });
    t.after(() => nats.stop());
    const args = ['--store', mongo.uri(), '--bus', nats.url];
    const servers = [await serve(t, { args }), await serve(t, { args })];
    const [ann, bob] = await signUpMany(servers[0], 2);
    const room = await ann.createGroup('open again', [bob]);
    await nats.stop();
    nats.password = 'second';
    await nats.launch();
    await Promise.all(servers.map((server) => untilReadyz(server, 503)));
    /* The library gives up after the second refusal of the same kind: long enough for several. */
    await new Promise((done) => { setTimeout(done, 3000); });
    await nats.stop();
    nats.password = 'first';
    await nats.launch();
    await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    const far = await at(servers[1], bob).connect();
    await ann.say(room, 'does the bus carry again?');
    await far.next('message.created', (event) => event.room === room.id);
    const near = await ann.connect();
    await typesUntilHeard(near, room, far, ann);
    await Promise.all([near.close(), far.close()]);
});
