// Limits of what waits: in front of a room, of the store, and of who reads too slowly. Each runs into its
// limit once, on a server of its own, which it returns.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockedByAnother } from '../../support/lock.mjs';
import { hitsOf, metrics } from '../../support/metrics.mjs';
import { freshNonce, PASSWORD, signIn, signUp, signUpMany, text } from '../../support/people.mjs';
import { frame, OP } from '../../support/raw.mjs';
import { Socket } from '../../support/socket.mjs';
import { expectWait, post, rawSocket, waitUntil, withLimits } from './limited.mjs';

/** Somebody who hears of a room but does not read; `others` are those who write in it. */
async function deafReader(t, server) {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('loud', [bob]);
    const raw = await rawSocket(t, bob);
    raw.wire.pause();
    const socket = await ann.connect();
    /** Writes until `enough()`; the reader's kernel buffers are some megabytes. */
    const shout = async (enough, words) => {
        for (let n = 0; n < 400 && !await enough(); n++)
            await Promise.all(Array.from({ length: 20 }, () => socket.call('message.send',
                { room: room.id, nonce: freshNonce(), content: text(words) })));
    };
    return { raw, shout };
}

async function cutWith4002(t, limits, name, words) {
    const server = await withLimits(t, limits, { trust: true });
    const { raw, shout } = await deafReader(t, server);
    await shout(async () => await hitsOf(server, name) > 0, words);
    raw.wire.resume();
    assert.equal(await raw.closeCode(), 4002);
    return server;
}

const putInFeed = (n) => ['feed.put', { key: `settings:${n}`, value: { n } }];

const storeHolds = (server, jobs) => waitUntil(async () =>
    (await metrics(server)).natternet_store_jobs >= jobs, `that the store has ${jobs} jobs`);

/**
 * Somebody sends more commands than may wait, to a store that cannot write meanwhile; each gets its one
 * answer: those that are too many at once, the others when they are done.
 */
async function manyAtOnce(t, limits, command) {
    const server = await withLimits(t, limits);
    const ann = await signUp(server);
    const room = await ann.createGroup('crowded');
    const socket = await ann.connect();
    const letGo = await lockedByAnother(t, server.data);
    const replies = Array.from({ length: 200 }, (_, n) => socket.request(...command(room, n)));
    await Promise.any(replies.map(async (reply) => assert.equal((await reply).ok, false)));
    await letGo();
    const refused = (await Promise.all(replies)).filter(({ ok }) => !ok);
    assert.ok(refused.length < 200, 'those that could wait are done');
    for (const { error } of refused) {
        assert.equal(error.code, 'server.busy');
        assert.ok(error.retry_after >= 1, JSON.stringify(error));
    }
    return server;
}

export const queues = {
    room_queue: (t) => manyAtOnce(t, { room_queue: 16, message_burst: 1000 }, (room) =>
        ['message.send', { room: room.id, nonce: freshNonce(), content: text('x') }]),
    home_queue: (t) => manyAtOnce(t, { home_queue: 16, message_burst: 1000 }, (room) =>
        ['message.send', { room: room.id, nonce: freshNonce(), content: text('x') }]),
    store_queue: (t) => manyAtOnce(t, { store_queue: 16 }, (_, n) => putInFeed(n)),
    async newcomer_delay_ms(t) {
        const server = await withLimits(t, { newcomer_delay_ms: 20 }, { trust: true });
        const ann = await signUp(server);
        const socket = await ann.connect();
        const atTheDoor = await Socket.open(server); // connected, and not signed in yet
        const letGo = await lockedByAnother(t, server.data);
        const slow = socket.call(...putInFeed(0));
        await storeHolds(server, 1);
        await sleep(50); // so long does this job take at the least
        await letGo();
        await slow;

        const letGoAgain = await lockedByAnother(t, server.data);
        const queue = Array.from({ length: 40 }, (_, n) => socket.call(...putInFeed(n)));
        await storeHolds(server, 40);
        const login = { login: ann.user.username, password: PASSWORD };
        const [signedIn, upgraded, authenticated] = await Promise.all([post(server, '/auth/signin', login),
            ann.connect().then(() => assert.fail('it was let in'), ({ status }) => status),
            atTheDoor.request('auth', { token: ann.token }).then(() => atTheDoor.waitClosed())]);
        expectWait(signedIn, 503, 'server.busy');
        assert.equal(upgraded, 503);
        assert.equal(authenticated.code, 1013);
        await letGoAgain();
        await Promise.all(queue); // who was in is served
        await (await signIn(server, ann.user.username)).connect();
        return server;
    },
    async commands_in_flight(t) {
        const server = await withLimits(t, { commands_in_flight: 2 });
        const ann = await signUp(server);
        const room = await ann.createGroup('many');
        const raw = await rawSocket(t, ann);
        const command = (id) => frame(OP.TEXT, JSON.stringify({ id, type: 'room.history', room: room.id }));
        raw.write(Buffer.concat(Array.from({ length: 20 }, (_, id) => command(id))));
        for (let n = 0; n < 20; n++)
            assert.equal(JSON.parse((await raw.frameOf(OP.TEXT)).text).ok, true);
        return server;
    },
    session_queue_bytes: (t) => cutWith4002(t, { session_queue_bytes: 65536 }, 'session_queue_bytes', 'x'.repeat(16000)),
    session_queue_frames: (t) => cutWith4002(t, { session_queue_frames: 16 }, 'session_queue_frames', 'x'.repeat(1000)),
    queue_total_bytes: (t) => cutWith4002(t, { queue_total_bytes: 1048576, session_queue_bytes: 16777216 },
        'queue_total_bytes', 'x'.repeat(16000)),
};
