// Over plain http from another machine, as in a home: there the browser has no locks, no clipboard and no UUIDs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { freshName, signUp } from '../support/people.mjs';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

test('without TLS too one writes, forwards and copies', async (test) => {
    const server = await serve({ after });
    const browser = await openBrowser({ after }, '--host-resolver-rules=MAP chat.example 127.0.0.1');
    const me = await signUp(server, freshName('me'));
    for (const name of ['Kitchen', 'Garden']) await me.createGroup(name, []);
    const visitor = await Visitor.open(browser, { url: server.url.replace('127.0.0.1', 'chat.example') }, { name: me.user.username });
    assert.equal(await visitor.page.evaluate(() => isSecureContext), false);
    await visitor.signIn();
    await visitor.openRoom('Kitchen');
    await visitor.say('carrots');
    await visitor.sentMark('carrots');
    await visitor.act('carrots', 'copy');
    await visitor.toasted('Copied');
    await visitor.at('composer').press('Control+v');
    await visitor.holds('composer', 'carrots');
    await visitor.act('carrots', 'forward');
    await visitor.at('forward-to').filter({ hasText: 'Garden' }).click();
    await visitor.toasted('Garden');
    await visitor.openRoom('Garden');
    await visitor.sees('carrots');
    await visitor.leave(test);
    assert.deepEqual(visitor.faults.filter((fault) => !fault.includes('Cross-Origin-Opener-Policy')), [], 'that header is for TLS alone, says Chromium');
});
