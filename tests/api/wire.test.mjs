// The SDK over a bad wire: cut in the middle of frames, slow, and with old connections whose bytes
// arrive after those of new ones. Every message arrives once, in order, for everybody.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import WebSocket from 'ws';
import { freshName, PASSWORD, signIn } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve, SLOW, within } from '../support/server.mjs';
import { Wire } from '../support/wire.mjs';

const { NatterClient, MemoryStore } = await import('../../clients/sdk/dist/mod.js');
const WAIT_MS = 90_000 * SLOW;
const chance = announceSeed('wire');
const server = await serve({ after });

/** The client's pauses between tries pass ten times as fast; its time itself is everybody's. */
const hurried = {
    now: () => Date.now(),
    random: () => chance.next(),
    after: (ms, work) => {
        const timer = setTimeout(work, ms / 10 * SLOW);
        return () => clearTimeout(timer);
    },
};

/** Somebody behind a wire of their own, with all that they were given. */
class Person {
    static async start(t, options) {
        const wire = await Wire.to(t, server, options);
        const name = freshName('wire');
        const client = new NatterClient({ url: wire.url, webSocket: WebSocket, clock: hurried, store: new MemoryStore() });
        t.after(() => client.close());
        const person = new Person(client, wire, name);
        const synced = new Promise((done) => client.on('synced', done));
        // A cut may hit the sign-up itself: then the account is there, or not.
        for (let tries = 0; client.user === null; tries++)
            await (tries === 0 ? client.signUp({ username: name, password: PASSWORD }) : client.signIn({ login: name, password: PASSWORD }))
                .catch((error) => { if (tries > 20) throw error; });
        await within(WAIT_MS, 'synced', synced);
        return person;
    }

    constructor(client, wire, name) {
        Object.assign(this, { client, wire, name, events: [], heard: () => {} });
        client.on('event', ({ event }) => { this.events.push(event); this.heard(); });
    }

    messages(room) {
        return this.events.filter((event) => event.room === room && event.type === 'message.created').map(({ message }) => message);
    }

    given(room, count) {
        return within(WAIT_MS, `${count} messages`, (async () => {
            while (this.messages(room).length < count)
                await new Promise((done) => { this.heard = done; });
        })());
    }
}

async function together(t, options) {
    const [ann, bob] = [await Person.start(t, options), await Person.start(t, options)];
    let room;
    for (let tries = 0; !room; tries++)
        room = await ann.client.rooms.openDirect(bob.client.user.id).catch((error) => { if (tries > 20) throw error; });
    return { ann, bob, room: room.id };
}

test('connections cut at any byte and slow ones lose nothing, double nothing, mix up nothing', async (t) => {
    const COUNT = 150;
    let cuts = 0;
    const options = {
        // The first of them are cut; then the wire holds, or it would never end.
        nextLength: () => ++cuts <= 40 ? chance.between(900, 12_000) : Infinity,
        delayMs: () => chance.between(0, 5),
    };
    const { ann, bob, room } = await together(t, options);
    const sent = Array.from({ length: COUNT }, (_, n) => (n % 2 ? ann : bob).client.sendText(room, `${n}`));
    await within(WAIT_MS, 'all sent', Promise.all(sent));
    const log = await (await signIn(server, ann.name)).events({ id: room });
    const texts = log.filter(({ type }) => type === 'message.created').map(({ message }) => message.content.text);
    assert.equal(texts.length, COUNT);
    assert.equal(new Set(texts).size, COUNT);
    assert.ok(cuts > 10, `cut ${cuts} times`);
    for (const one of [ann, bob]) {
        await one.given(room, COUNT);
        assert.deepEqual(one.messages(room).map(({ content }) => content.text), texts, 'as the log has it');
        const own = texts.filter((text) => Number(text) % 2 === (one === ann ? 1 : 0)).map(Number);
        assert.deepEqual(own, [...own].sort((a, b) => a - b), 'in the order written');
    }
});

test('what an old connection had sent arrives after the new one sent it again: one message', async (t) => {
    const { ann, bob, room } = await together(t);
    const [old] = ann.wire.each((strand) => strand.hold());
    const sent = ann.client.sendText(room, 'once');
    await within(WAIT_MS, 'bytes on their way', (async () => {
        while (!ann.wire.each(() => {}).some((strand) => strand.held?.length > 0))
            await new Promise(setImmediate);
    })());
    const strands = ann.wire.each((strand) => strand.strand());
    await within(WAIT_MS, 'sent', sent);
    for (const strand of strands)
        strand.release();
    old.far.end();
    await ann.client.sendText(room, 'after');
    await bob.given(room, 2);
    for (const one of [ann, bob]) {
        await one.given(room, 2);
        assert.deepEqual(one.messages(room).map(({ content }) => content.text), ['once', 'after']);
    }
});

test('a reply that is lost with its connection makes no second message', async (t) => {
    const { ann, bob, room } = await together(t);
    ann.wire.each((strand) => { strand.left = 10; }); // of what the server says next
    await within(WAIT_MS, 'sent', ann.client.sendText(room, 'unanswered'));
    await ann.client.sendText(room, 'after');
    await bob.given(room, 2);
    assert.deepEqual(bob.messages(room).map(({ content }) => content.text), ['unanswered', 'after']);
});
