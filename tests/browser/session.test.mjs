// A session outlives its access tokens.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor, WAIT_MS } from './page.mjs';

const browser = await openBrowser({ after });

/** Asks with a token until the server takes it no more. */
async function untilRefused(server, authorization) {
    for (const end = Date.now() + WAIT_MS; ; ) {
        const { status } = await fetch(`${server.url}/api/v1/me`, { headers: { authorization } });
        if (status === 401)
            return;
        assert.equal(status, 200);
        assert.ok(Date.now() < end, 'the token holds for too long');
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

test('an access token that has run out is renewed unseen, for requests and for the socket', async (t) => {
    const server = await serve(t, { args: ['--limit', 'access_token_s=5'] });
    const visitor = await Visitor.open(browser, server);
    t.after(() => visitor.leave(t));
    await visitor.signUp();
    await visitor.openGroup('Kitchen', []);
    const asked = visitor.page.waitForRequest((request) => request.headers().authorization !== undefined);
    await visitor.openSettings('sessions');
    const { authorization } = (await asked).headers();
    await visitor.at('session').first().waitFor();
    await untilRefused(server, authorization);
    await visitor.openSettings('privacy');
    const again = visitor.page.waitForRequest((request) => (request.headers().authorization ?? authorization) !== authorization);
    await visitor.openSettings('sessions');
    await visitor.at('session').first().waitFor();
    assert.notEqual((await again).headers().authorization, authorization);
    visitor.expectOffline = true;
    await visitor.context.setOffline(true);
    await visitor.page.evaluate(() => dispatchEvent(new Event('offline')));
    await visitor.offline();
    await visitor.context.setOffline(false);
    await visitor.page.evaluate(() => dispatchEvent(new Event('online')));
    await visitor.online();
    await visitor.openRoom('Kitchen');
    await visitor.say('still me');
    await visitor.sentMark('still me');
    visitor.assertNoFaults();
});

test('the page asks of names and passwords what its server asks of them', async (t) => {
    const server = await serve(t, { args: ['--limit', 'password_min=30', '--limit', 'username_max=12'] });
    const visitor = await Visitor.open(browser, server, { name: 'ann.of.green.gables' });
    t.after(() => visitor.leave(t));
    const asks = () => visitor.page.getByText('At least 30 characters.').waitFor();
    await visitor.at('switch-mode').click();
    await asks();
    await visitor.at('username').pressSequentially(visitor.name);
    assert.equal(await visitor.at('username').inputValue(), 'ann.of.green');
    await visitor.at('password').pressSequentially('x'.repeat(29));
    await visitor.at('submit').click();
    assert.equal(await visitor.at('password').evaluate((field) => field.validity.tooShort), true);
    await visitor.at('password').pressSequentially('x');
    await visitor.at('submit').click();
    await visitor.online();
    await visitor.openSettings('account');
    await asks();
    visitor.assertNoFaults();
});
