// The main flows again, in Firefox.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Firefox, RECONNECT_MS } from '../support/firefox.mjs';
import { freshName, PASSWORD } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const firefox = await Firefox.launch({ after });

/** Between two tries of a page that was long offline lie up to 30 seconds. */
const online = (page) => page.callWithin(RECONNECT_MS, `() => new Promise((done) => {
    const look = () => document.querySelector('[data-testid="connection"][data-state="online"]') && done();
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
    look();
})`);

async function signedUp(name = freshName('fox')) {
    const page = await firefox.page();
    await page.goto(server.url);
    await page.click('switch-mode');
    await page.type('username', name);
    await page.type('password', PASSWORD);
    await page.click('submit');
    await online(page);
    return Object.assign(page, { name });
}

async function openDirect(page, other) {
    await page.click('new-chat');
    await page.click('new-direct');
    await page.type('people-search', other.name);
    await page.click('person', { extra: `[data-user="${other.name}"]` });
    await page.find('composer');
}

async function say(page, words) {
    await page.type('composer', words);
    await page.click('send');
}

async function two() {
    const [ann, bob] = [await signedUp(), await signedUp()];
    await openDirect(ann, bob);
    await say(ann, 'Hello Bob');
    await ann.find('message', { extra: '[data-state="sent"]', words: 'Hello Bob' });
    await bob.click('room-item', { words: ann.name });
    await bob.find('message', { words: 'Hello Bob' });
    return { ann, bob };
}

test('Firefox: two people sign up, find each other and chat; a reload keeps the room', async () => {
    const { ann, bob } = await two();
    await say(bob, 'Hello Ann');
    await ann.find('message', { words: 'Hello Ann' });
    await ann.reload();
    await ann.find('message', { words: 'Hello Ann' });
    await online(ann);
    assert.equal(await ann.count('message', 'Hello Ann'), 1);
    assert.deepEqual([...ann.faults, ...bob.faults], []);
});

test('Firefox: two tabs share what they know, and the second goes on when the first is closed', async () => {
    const { ann, bob } = await two();
    const other = await ann.secondTab();
    await other.goto(server.url);
    await online(other);
    await other.click('room-item', { words: bob.name });
    await say(other, 'from the second tab');
    await ann.find('message', { extra: '[data-state="sent"]', words: 'from the second tab' });
    await ann.close();
    await say(bob, 'still there?');
    await other.find('message', { words: 'still there?' });
    assert.deepEqual([...other.faults, ...bob.faults], []);
});

test('Firefox: without a server the page opens from the device, and sends when it is back', async () => {
    const { ann, bob } = await two();
    await ann.call(`async () => {
        await navigator.serviceWorker.ready;
        if (!navigator.serviceWorker.controller)
            await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
    }`);
    await ann.reload();
    await online(ann);
    await server.stop();
    await ann.reload();
    await ann.find('message', { words: 'Hello Bob' });
    await say(ann, 'in the dark');
    await ann.find('message', { extra: '[data-state="pending"]', words: 'in the dark' });
    await server.launch();
    await online(bob);
    await bob.find('message', { words: 'in the dark' });
    assert.equal(await bob.count('message', 'in the dark'), 1);
});
