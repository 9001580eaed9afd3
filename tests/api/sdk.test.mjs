// The same server through our own SDK, as programs use it: connect once, and leave the rest to
// it: reconnecting, catching up, sending again.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { freshName, PASSWORD } from '../support/people.mjs';
import { ProgramSocket } from '../support/sdk.mjs';
import { serve, SLOW, within } from '../support/server.mjs';

const { NatterClient } = await import('../../clients/sdk/dist/mod.js');
const WAIT_MS = 30_000 * SLOW;

/** A client, and every message that it was given. */
class Program {
    static async start(owner, server) {
        const client = new NatterClient({ url: server.url, webSocket: ProgramSocket });
        owner.after(() => client.close());
        const program = new Program(client);
        const synced = new Promise((done) => client.on('synced', done));
        program.me = await client.signUp({ username: freshName('sdk'), password: PASSWORD });
        await within(WAIT_MS, 'synced', synced);
        return program;
    }

    constructor(client) {
        this.client = client;
        this.messages = [];
        this.heard = () => {};
        client.on('message', ({ message }) => {
            this.messages.push(message);
            this.heard();
        });
    }

    /** Waits until so many messages have come. */
    given(count) {
        return within(WAIT_MS, `${count} messages`, (async () => {
            while (this.messages.length < count)
                await new Promise((done) => { this.heard = done; });
        })());
    }
}

function expectOrdered(messages) {
    messages.reduce((before, { seq }) => {
        assert.ok(seq > before, 'each once, in order');
        return seq;
    }, 0);
}

test('two programs chat', async (t) => {
    const server = await serve(t);
    const [ann, bob] = [await Program.start(t, server), await Program.start(t, server)];
    const room = await ann.client.rooms.openDirect(bob.me.id);
    const sent = await ann.client.sendText(room.id, 'Hello from the SDK');
    await bob.given(1);
    assert.equal(bob.messages[0].seq, sent.seq);
    assert.equal(bob.messages[0].content.text, 'Hello from the SDK');
    await bob.client.sendText(room.id, 'Hello back');
    await ann.given(2);
    expectOrdered(ann.messages);
});

test('the server is killed twice in a storm: every message arrives once, in order', async (t) => {
    const server = await serve(t);
    const [ann, bob] = [await Program.start(t, server), await Program.start(t, server)];
    const room = await ann.client.rooms.openDirect(bob.me.id);
    const COUNT = 300;
    const sending = [];
    for (let n = 0; n < COUNT; n++) {
        sending.push((n % 2 ? ann : bob).client.sendText(room.id, `${n}`));
        if (n === 100 || n === 200) {
            await bob.given(10 + n / 2);
            await server.restart({ hard: true });
        }
    }
    await within(WAIT_MS, 'all sent', Promise.all(sending));
    for (const one of [ann, bob]) {
        await one.given(COUNT);
        expectOrdered(one.messages);
        const texts = new Set(one.messages.map((message) => message.content.text));
        assert.equal(texts.size, COUNT);
        assert.equal(one.messages.length, COUNT);
    }
});

test('an ended session is told, and the client stops', async (t) => {
    const server = await serve(t);
    const ann = await Program.start(t, server);
    const ended = new Promise((done) => ann.client.on('signed_out', done));
    await ann.client.account.changePassword(PASSWORD, 'another password');
    assert.equal(ann.client.connection, 'online', 'one\'s own session stays');
    await ann.client.signOut();
    await within(WAIT_MS, 'signed out', ended);
    assert.equal(ann.client.user, null);
});
