// The page lives on the device: it opens without a server, lets people read and write, and sends
// when there is one again. A newer version of it waits until the person wants it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NextVersion } from '../support/next_version.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

const browser = await openBrowser({ after });

async function visit(t, server, options) {
    const visitor = await Visitor.open(browser, server, options);
    t.after(() => visitor.leave(t));
    return visitor;
}

/** The worker has taken all files of the page, and answers for it from the next load on. */
const installed = (visitor) => visitor.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
        await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
});

/** What the page gathers for the device is there: a page that goes away writes it. */
const kept = (visitor) => visitor.page.evaluate(() => new Promise((done) => {
    dispatchEvent(new PageTransitionEvent('pagehide'));
    const open = indexedDB.open;
    indexedDB.databases().then(([{ name }]) => {
        const request = open.call(indexedDB, name);
        request.onsuccess = () => {
            // Behind the page's own write, as it is asked for later.
            const transaction = request.result.transaction('rooms', 'readwrite');
            transaction.oncomplete = () => { request.result.close(); done(); };
        };
    });
}));

test('a thread that was read is there without a server, and what is answered then waits over a reload', async (t) => {
    const server = await serve(t);
    const [owner, member] = [await signUp(server, freshName('ann')), await signUp(server, freshName('bob'))];
    const group = await owner.createGroup('Tea', [member]);
    const root = await owner.say(group, 'Who brings the tea?');
    await member.post(`/rooms/${group.id}/messages`, { content: text('I do'), thread: root.seq, nonce: freshNonce() });
    const ann = await visit(t, server, { name: owner.user.username });
    await ann.signIn();
    await ann.openRoom('Tea');
    const inThread = (words, state) => ann.at('thread').locator(`[data-testid="message"]${state ? `[data-state="${state}"]` : ''}`).filter({ hasText: words });
    await ann.act('Who brings the tea?', 'thread');
    await inThread('I do').waitFor();
    await installed(ann);
    await kept(ann);
    ann.expectOffline = true;
    await server.stop();
    await ann.page.reload();
    await inThread('I do').waitFor();
    await ann.at('thread').locator('[data-testid="composer"]').fill('Lovely');
    await ann.at('thread').locator('[data-testid="send"]').click();
    await inThread('Lovely', 'pending').waitFor();
    await kept(ann);
    await ann.page.reload();
    await inThread('Lovely', 'pending').waitFor();
    await server.launch();
    await ann.online();
    await inThread('Lovely', 'sent').waitFor();
    await inThread('I do').waitFor();
    const { messages } = (await owner.get(`/rooms/${group.id}/messages?thread=${root.seq}`)).body;
    assert.deepEqual(messages.map(({ content }) => content.text), ['I do', 'Lovely']);
    ann.assertNoFaults();
});

test('the menu of a message that is sent while it is open offers more, and stays in the window', async (t) => {
    const server = await serve(t);
    const [ann, bob] = [await visit(t, server), await signUp(server, freshName('bob'))];
    await ann.signUp();
    await ann.openDirect({ name: bob.user.username });
    for (let n = 0; n < 30; n++)
        await ann.say(`line number ${n}.`);
    await ann.sentMark('line number 29.');
    ann.expectOffline = true;
    await ann.context.setOffline(true);
    await ann.offline();
    await ann.say('from the tunnel');
    await ann.at('message', '[data-state="pending"]').hover();
    await ann.at('message', '[data-state="pending"]').locator('[data-testid="message-acts"]').click();
    await ann.page.locator('[role="menu"]').waitFor();
    await ann.context.setOffline(false);
    await ann.page.locator('[data-act="delete"]').waitFor();
    const { bottom, height } = await ann.page.locator('[role="menu"]').evaluate((menu) => ({ bottom: menu.getBoundingClientRect().bottom, height: innerHeight }));
    assert.ok(bottom <= height, `${bottom} of ${height} pixels`);
    await ann.page.locator('[data-act="delete"]').click();
    await ann.at('confirm').waitFor();
    ann.assertNoFaults();
});

test('without a server the page opens, shows what was said, and keeps what is written', async (t) => {
    const server = await serve(t);
    const [ann, bob] = [await visit(t, server), await visit(t, server)];
    await ann.signUp();
    await bob.signUp();
    await ann.openDirect(bob);
    for (const words of ['first words', 'second words'])
        await ann.say(words);
    await ann.sentMark('second words');
    await bob.openRoom(ann.name);
    await bob.sees('second words');
    await installed(ann);
    await kept(ann);
    ann.expectOffline = bob.expectOffline = true;
    await server.stop();
    await ann.page.reload();
    await ann.sees('first words');
    await ann.roomItem(bob.name).waitFor();
    await ann.say('from the tunnel');
    await ann.at('message', '[data-state="pending"]').waitFor();
    await ann.act('second words', 'react 👍');
    await ann.reaction('second words', '👍', 1).waitFor();
    await ann.at('composer').fill('half a thought');
    await ann.page.reload();
    await ann.sees('from the tunnel');
    await ann.holds('composer', 'half a thought');
    await ann.at('message', '[data-state="pending"]').waitFor();
    await ann.reaction('second words', '👍', 1).waitFor();
    await server.launch();
    await ann.online();
    await bob.online();
    await ann.sentMark('from the tunnel');
    await bob.reaction('second words', '👍', 1).waitFor();
    await bob.sees('from the tunnel');
    for (const one of [ann, bob]) {
        assert.equal(await one.message('from the tunnel').count(), 1);
        one.assertNoFaults();
    }
});

test('signing out leaves nothing of the account on the device', async (t) => {
    const server = await serve(t);
    const [ann, bob] = [await visit(t, server), await visit(t, server)];
    await ann.signUp();
    await bob.signUp();
    await ann.openDirect(bob);
    await ann.say('a secret');
    await ann.sentMark('a secret');
    await kept(ann);
    await ann.at('settings').click();
    await ann.at('sign-out').click();
    await ann.at('username').waitFor();
    await ann.page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    const left = await ann.page.evaluate(() => Object.keys(localStorage).filter((key) => /session|outbox/.test(key)));
    assert.deepEqual(left, []);
    const cached = await ann.page.evaluate(async () => {
        const names = await caches.keys();
        const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    assert.deepEqual(cached.filter((path) => path.startsWith('/api')), []);
    ann.assertNoFaults();
});

test('a new version is offered, and taken when the person says so', async (t) => {
    const front = await NextVersion.before(t, await serve(t));
    const ann = await visit(t, front);
    await ann.signUp();
    await installed(ann);
    await ann.page.reload();
    await ann.online();
    front.release();
    await ann.page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await ann.at('update').waitFor();
    let loads = 0;
    ann.page.on('load', () => { loads += 1; });
    assert.equal(await ann.page.evaluate(() => navigator.serviceWorker.controller !== null), true);
    assert.equal(loads, 0, 'nobody is interrupted');
    await Promise.all([ann.page.waitForEvent('load'), ann.at('update-now').click()]);
    await ann.online();
    await ann.at('update').waitFor({ state: 'detached' });
    const waiting = await ann.page.evaluate(async () => (await navigator.serviceWorker.ready).waiting);
    assert.equal(waiting, null);
    ann.assertNoFaults();
});

test('the page can be installed, and its worker and manifest are asked for anew each time', async (t) => {
    const server = await serve(t);
    const manifest = await fetch(`${server.url}/manifest.webmanifest`);
    assert.equal(manifest.headers.get('content-type'), 'application/manifest+json');
    const { name, display, icons, start_url } = await manifest.json();
    assert.deepEqual([name, display, start_url], ['NatterNet', 'standalone', '/']);
    for (const { src, type } of icons) {
        const icon = await fetch(server.url + src);
        assert.equal(icon.status, 200, src);
        assert.equal(icon.headers.get('content-type'), type);
    }
    const worker = await fetch(`${server.url}/sw.js`);
    assert.match(worker.headers.get('content-type'), /^text\/javascript/);
    for (const answer of [manifest, worker])
        assert.equal(answer.headers.get('cache-control'), 'no-cache');
    const page = await fetch(server.url);
    const policy = page.headers.get('content-security-policy');
    for (const rule of ["worker-src 'self'", "manifest-src 'self'", "script-src 'self'", "default-src 'none'"])
        assert.ok(policy.includes(rule), rule);
    const ann = await visit(t, server);
    const session = await ann.context.newCDPSession(ann.page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
});
