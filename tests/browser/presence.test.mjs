// Who is there, as others see it in the page, and saying what they shall see.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, signUp } from '../support/people.mjs';
import { serve } from '../support/server.mjs';
import { openStage } from './stage.mjs';

const QUICK = ['--limit', 'presence_coalesce_ms=100', '--limit', 'presence_leave_ms=1000'];
const { server, enter } = await openStage({ after, afterEach }, (owner) => serve(owner, { args: QUICK }));

/** Ann looks at her chat with Bob, who is not there yet. */
async function alone() {
    const [one, other] = [await signUp(server, freshName('ann')), await signUp(server, freshName('bob'), { display_name: 'Bob Birch' })];
    const room = await one.createDirect(other);
    await one.say(room, 'Are you there?');
    const ann = await enter(one);
    await ann.openRoom('Bob Birch');
    return { other, ann };
}

const header = (visitor, state) => visitor.page.locator(`.room-head [data-testid="presence"][data-presence="${state}"]`);
const dot = (visitor, state) => visitor.roomItem('Bob Birch').locator(`[data-testid="presence-dot"][data-presence="${state}"]`);

test('who comes gets a dot in the list and a word in the chat; who goes was last seen then', async () => {
    const { other, ann } = await alone();
    await header(ann, 'offline').waitFor();
    const bob = await enter(other);
    await dot(ann, 'online').waitFor();
    await header(ann, 'online').filter({ hasText: 'Online' }).waitFor();
    await bob.context.close();
    await header(ann, 'offline').filter({ hasText: 'Last seen' }).waitFor();
    await dot(ann, 'online').waitFor({ state: 'detached' });
});

test('who touches nothing for a while is away until they do again; who wants it was last seen at no time', async () => {
    const { other, ann } = await alone();
    const bob = await enter(other, { clock: true });
    await dot(ann, 'online').waitFor();
    await bob.idle();
    await dot(ann, 'away').waitFor();
    await header(ann, 'away').filter({ hasText: 'Away' }).waitFor();
    await bob.page.mouse.move(10, 10);
    await header(ann, 'online').waitFor();
    await bob.openSettings('privacy');
    await bob.at('wish-no-last-seen').click();
    await other.untilKept('settings:no-last-seen');
    await bob.context.close();
    await header(ann, 'offline').waitFor();
    assert.equal(await header(ann, 'offline').textContent(), 'Offline');
});

test('a person says that they are busy, with words and an emoji, and others read it; invisible looks like gone', async () => {
    const { other, ann } = await alone();
    const bob = await enter(other);
    await bob.openSettings('account');
    await bob.page.locator('#presence-busy').check();
    await bob.at('status-text').fill('On the ferry');
    await bob.at('status-emoji').click();
    await bob.at('emoji-search').fill('bus');
    await bob.at('emoji').filter({ hasText: /^🚌$/u }).click();
    await bob.at('status-ends').selectOption('3600');
    await bob.at('status-save').click();
    await bob.page.locator('.field-hint').filter({ hasText: /^Until / }).waitFor();
    assert.equal(await bob.at('status-ends').inputValue(), 'keep', 'it ends when it was to end, whatever else is changed');
    await dot(ann, 'busy').waitFor();
    await header(ann, 'busy').filter({ hasText: 'Busy · 🚌 On the ferry' }).waitFor();
    await bob.page.reload();
    await bob.page.locator('#presence-busy:checked').waitFor();
    await bob.page.locator('#presence-invisible').check();
    await bob.at('status-save').click();
    await header(ann, 'offline').waitFor();
});

test('a status ends at its time where somebody looks at it', async () => {
    const { other, ann } = await alone();
    expectStatus(await other.put('/me/presence', { text: 'At lunch' }), 200);
    const shown = ann.page.locator('.room-head [data-testid="presence"]').filter({ hasText: 'At lunch' });
    await shown.waitFor();
    expectStatus(await other.put('/me/presence', { text: 'At lunch', expires_in: 1 }), 200);
    await shown.waitFor({ state: 'detached' });
});
