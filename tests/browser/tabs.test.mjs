// Several tabs of one browser: one connection, one truth.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor, WAIT_MS } from './page.mjs';

const browser = await openBrowser({ after });

/** Ann with two tabs in a chat with Bob. */
async function twoTabs(t) {
    const server = await serve(t);
    const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
    for (const one of [ann, bob]) {
        t.after(() => one.leave(t));
        await one.signUp();
    }
    await ann.openDirect(bob);
    await ann.say('hello');
    await bob.openRoom(ann.name);
    await bob.sees('hello');
    const other = await ann.secondTab();
    await other.online();
    await other.openRoom(bob.name);
    await other.sees('hello');
    return { server, ann, other, bob };
}

const openSockets = async (server) => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return [...metrics.matchAll(/^natternet_signed_in_websockets\S* (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
};

/** A socket that was just left may be counted for a moment yet. */
async function expectSockets(server, count) {
    let open;
    for (const end = Date.now() + WAIT_MS; (open = await openSockets(server)) !== count && Date.now() < end;)
        await setTimeout(50);
    assert.equal(open, count);
}

test('two tabs have one connection, and show and send the same', async (t) => {
    const { server, ann, other, bob } = await twoTabs(t);
    await expectSockets(server, 2); // one for Ann, one for Bob
    await bob.say('to both');
    for (const tab of [ann, other])
        await tab.sees('to both');
    await other.say('from the second tab');
    await ann.sentMark('from the second tab');
    await bob.sees('from the second tab');
    for (const one of [ann, other, bob])
        assert.equal(await one.message('from the second tab').count(), 1);
    ann.assertNoFaults();
    bob.assertNoFaults();
});

test('when the tab with the connection is closed the other one goes on', async (t) => {
    const { server, ann, other, bob } = await twoTabs(t);
    await ann.page.close();
    await bob.say('still there?');
    await other.sees('still there?');
    await other.say('still here');
    await bob.sees('still here');
    await expectSockets(server, 2);
    ann.assertNoFaults();
});

test('written in the second tab while the server is away: sent once, though the first is closed', async (t) => {
    const { server, ann, other, bob } = await twoTabs(t);
    ann.expectOffline = bob.expectOffline = true;
    await server.stop();
    await other.offline();
    await other.say('in the dark');
    await ann.at('message', '[data-state="pending"]').filter({ hasText: 'in the dark' }).waitFor();
    await ann.page.close();
    await server.launch();
    await other.online();
    await bob.online();
    await other.sentMark('in the dark');
    await bob.sees('in the dark');
    assert.equal(await bob.message('in the dark').count(), 1);
});

test('signing out in one tab signs the other out', async (t) => {
    const { ann, other } = await twoTabs(t);
    await other.at('settings').click();
    await other.at('sign-out').click();
    for (const tab of [ann, other])
        await tab.at('username').waitFor();
    await ann.page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    await ann.signIn();
    await other.online();
    ann.assertNoFaults();
});
