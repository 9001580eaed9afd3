// The server dies and comes back; the page heals by itself, and what was written meanwhile is
// delivered once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

const browser = await openBrowser({ after });

async function two(t) {
    const server = await serve(t);
    const people = [];
    for (let n = 0; n < 2; n++) {
        const visitor = await Visitor.open(browser, server);
        t.after(() => visitor.leave(t));
        await visitor.signUp();
        people.push(visitor);
    }
    const [ann, bob] = people;
    await ann.openDirect(bob);
    await ann.say('before');
    await bob.openRoom(ann.name);
    await bob.sees('before');
    return { server, ann, bob };
}

test('kill -9, words in the dark, and back: delivered once, in order', async (t) => {
    const { server, ann, bob } = await two(t);
    ann.expectOffline = bob.expectOffline = true;
    await server.kill();
    await ann.offline();
    await bob.offline();
    await ann.say('in the dark, one');
    await ann.say('in the dark, two');
    await ann.at('message', '[data-state="pending"]').filter({ hasText: 'two' }).waitFor();
    await server.launch();
    await ann.online();
    await bob.online();
    for (const words of ['in the dark, one', 'in the dark, two']) {
        await ann.sentMark(words);
        await bob.sees(words);
        for (const one of [ann, bob])
            assert.equal(await one.message(words).count(), 1, words);
    }
    const seqs = await bob.at('message').evaluateAll((list) => list.map((one) => Number(one.dataset.seq)));
    assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
    await bob.say('welcome back');
    await ann.sees('welcome back');
    ann.assertNoFaults();
    bob.assertNoFaults();
});

test('a page that is reloaded while the server is away comes back with its unsent words', async (t) => {
    const { server, ann, bob } = await two(t);
    ann.expectOffline = bob.expectOffline = true;
    await server.stop();
    await ann.offline();
    await ann.say('written offline');
    await ann.at('message', '[data-state="pending"]').filter({ hasText: 'written offline' }).waitFor();
    await server.launch();
    await ann.page.reload();
    await ann.online();
    await bob.online();
    await bob.sees('written offline');
    assert.equal(await bob.message('written offline').count(), 1);
});

test('a network that goes and comes is shown and healed', async (t) => {
    const { ann, bob } = await two(t);
    ann.expectOffline = true;
    await ann.context.setOffline(true);
    await ann.page.evaluate(() => dispatchEvent(new Event('offline')));
    await ann.offline();
    await bob.say('are you there?');
    await ann.context.setOffline(false);
    await ann.online();
    await ann.sees('are you there?');
});
