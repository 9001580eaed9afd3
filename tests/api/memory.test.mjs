// Memory is limited (RLIMIT_AS) and everybody wants more than there is. The server refuses what is
// new, never dies, and keeps every message that it acknowledged.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, deflateRawSync } from 'node:zlib';
import { hitsOf, metrics } from '../support/metrics.mjs';
import { freshNonce, signIn, signUp, signUpMany, text } from '../support/people.mjs';
import { frame, OP, Raw } from '../support/raw.mjs';
import { isSanitized, serve, SLOW, within } from '../support/server.mjs';
import { serveTls } from '../support/tls.mjs';

const sanitized = isSanitized(); // its address space cannot be limited
const MIB = 1024 * 1024;
const MEMORY_MIB = 192;

async function waitUntil(ready, what) {
    await within(60_000 * SLOW, what, (async () => {
        while (!await ready().catch(() => false))
            await sleep(50);
    })());
}

/** Somebody who sends until told to stop, and remembers what was acknowledged. */
function sender(socket, room, acknowledged, state) {
    return (async () => {
        while (!state.over && !socket.isClosed) {
            const nonce = freshNonce();
            const reply = await socket.request('message.send', { room: room.id, nonce, content: text('w'.repeat(8000)) }).catch(() => ({}));
            if (reply.ok)
                acknowledged.push({ nonce, seq: reply.seq });
            else
                state.refused++;
            if (!reply.ok)
                await sleep(20);
        }
    })();
}

/** How often there was too little; who asks is refused too as long as it lasts. */
const tightness = async (server) => hitsOf(server, 'memory_mib').catch(() => 1);

async function expectAll(person, room, acknowledged) {
    const events = await person.events(room);
    const bySeq = new Map(events.map((event) => [event.seq, event]));
    for (const { nonce, seq } of acknowledged)
        assert.equal(bySeq.get(seq)?.message?.nonce ?? bySeq.get(seq)?.nonce, nonce, `acknowledged ${seq}`);
    events.forEach((event, at) => assert.equal(event.seq, at + 1, 'no gap'));
}

/** In groups of 50, since nobody waits for one after the other. */
async function inGroups(count, act) {
    for (let n = 0; n < count; n += 50)
        await Promise.all(Array.from({ length: 50 }, () => act().catch(() => {})));
}

/** Things that take memory; each alone would take more than there is, were it not refused. */
const greedy = {
    async 'half messages'(t, server, people) {
        await inGroups(2000, async () => {
            const raw = await Raw.connect(server);
            t.after(() => raw.destroy());
            await raw.upgrade([`Authorization: Bearer ${people[0].token}`]);
            raw.write(frame(OP.TEXT, 'x'.repeat(65000)).subarray(0, 64000));
        });
    },
    async 'compressed halves'(t, server, people) {
        const half = deflateRawSync(Buffer.alloc(100_000, 'x'), { level: 0, finishFlush: constants.Z_SYNC_FLUSH });
        await inGroups(2000, async () => {
            const raw = await Raw.connect(server);
            t.after(() => raw.destroy());
            await raw.upgrade([`Authorization: Bearer ${people[0].token}`, 'Sec-WebSocket-Extensions: permessage-deflate']);
            raw.write(frame(OP.TEXT, half, { rsv: 4, fin: false }));
        });
    },
    async 'half messages by TLS'(t, server, people) {
        const half = frame(OP.TEXT, 'x'.repeat(900_000)).subarray(0, 800_000);
        await inGroups(250, async () => {
            const raw = await Raw.connect(server);
            t.after(() => raw.destroy());
            await raw.upgrade([`Authorization: Bearer ${people[0].token}`]);
            raw.write(half);
        });
    },
    async 'large pages'(t, server, people, room) {
        const sockets = await Promise.all(people.map((person) => person.connect()));
        await Promise.all(Array.from({ length: 60 }, () => people[0].say(room, 'l'.repeat(16000))));
        for (let round = 0; round < 2; round++)
            await Promise.all(sockets.flatMap((socket) => Array.from({ length: 100 }, () => socket.isClosed
                ? undefined : socket.request('room.history', { room: room.id, limit: 200 }).catch(() => {}))));
    },
};

for (const [name, want] of Object.entries(greedy))
    test(`${name} in heaps, and little memory: the server lives and keeps every word`, { skip: sanitized }, async (t) => {
        const start = name.endsWith('by TLS') ? serveTls : serve;
        const server = await start(t, {
            args: ['--workers', '2', '--limit', 'sockets_per_user=10000', '--limit', 'frame_bytes=1048576'],
            wrap: ['prlimit', `--as=${MEMORY_MIB * MIB}`],
        });
        const people = await signUpMany(server, 4);
        const [ann, bob] = people;
        const room = await ann.createGroup('the words that count', people.slice(1));
        const [long, steady] = [await ann.createGroup('long', people.slice(1)), await bob.connect()];
        const acknowledged = [];
        const state = { over: false, refused: 0 };
        const sending = sender(steady, room, acknowledged, state);
        await want(t, server, people, long);
        state.over = true;
        await sending;
        assert.equal(server.exited, undefined, `it lives\n${server.tail()}`);
        assert.ok(acknowledged.length > 0);
        t.diagnostic(`${acknowledged.length} acknowledged, ${state.refused} refused`);
        if (name !== 'large pages') // of these less is queued: the limits were lowered to fit
            assert.ok(await tightness(server) > 0, 'memory was tight');
        await server.restart({ hard: true });
        const again = await signIn(server, ann.user.username);
        await expectAll(again, room, acknowledged);
    });

test('when memory is had again, everything is served again', { skip: sanitized }, async (t) => {
    const server = await serve(t, {
        args: ['--workers', '1', '--limit', `memory_mib=${MEMORY_MIB}`, '--limit', 'sockets_per_user=10000', '--limit', 'connections=100000'],
    });
    const ann = await signUp(server);
    const held = [];
    t.after(() => held.forEach((raw) => raw.destroy()));
    for (let n = 0; n < 4000 && await tightness(server) === 0; n++)
        held.push(...await holdHalfMessages(server, ann, 50));
    t.diagnostic(`tight after ${held.length} half messages`);
    held.forEach((raw) => raw.destroy());
    await waitUntil(async () => (await metrics(server)).natternet_connections < 10, 'that all are gone');
    await waitUntil(() => signUp(server), 'that somebody new can come');
    await ann.createGroup('as before');
});

async function holdHalfMessages(server, person, count) {
    const all = await Promise.all(Array.from({ length: count }, async () => {
        const raw = await Raw.connect(server).catch(() => undefined);
        await raw?.upgrade([`Authorization: Bearer ${person.token}`]).catch(() => {});
        raw?.write(frame(OP.TEXT, 'x'.repeat(65000)).subarray(0, 64000));
        return raw;
    }));
    return all.filter(Boolean);
}
