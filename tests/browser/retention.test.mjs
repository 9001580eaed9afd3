// How long a room keeps what is said: set by who may, and by nobody unasked.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { openStage } from './stage.mjs';

const HOUR_MS = 3_600_000;
const { server, enter } = await openStage({ after, afterEach }, serveWithClock);
/** The clock of the device, as far from the right time as that. */
const turned = (ms) => `const at = Date.now; Date = class extends Date { constructor(...given) { given.length ? super(...given) : super(at() + ${ms}); } static now() { return at() + ${ms}; } };`;

async function together(settings = {}) {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const member = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Tea'), [member]);
    if (Object.keys(settings).length > 0)
        expectStatus(await owner.patch(`/rooms/${group.id}`, { ...settings, nonce: freshNonce() }), 200);
    const look = async (account, options) => {
        const visitor = await enter(account, options);
        await visitor.roomItem(group.name).click();
        await visitor.at('room-title').waitFor();
        return visitor;
    };
    return { owner, member, group, look, ann: await look(owner) };
}

const chosen = (visitor, value) =>
    visitor.page.waitForFunction((wanted) => document.querySelector('[data-testid="retention"]')?.value === wanted, value);

test('one key lets nothing go: a shorter time is asked about first, and the harmless answer has the focus', async () => {
    const { owner, group, ann } = await together();
    await ann.at('members').click();
    await ann.at('retention').focus();
    await ann.page.keyboard.press('ArrowDown');
    await ann.at('confirm').waitFor();
    await chosen(ann, '0');
    await ann.page.keyboard.press('Enter');
    await ann.at('confirm').waitFor({ state: 'detached' });
    await chosen(ann, '0');
    assert.equal(await ann.at('retention').evaluate((field) => field === document.activeElement), true);
    assert.equal((await owner.room(group)).retention_s, undefined);
});

test('who agrees sets it, the others read it; a longer time needs no question', async () => {
    const { owner, member, group, look, ann } = await together();
    await ann.at('members').click();
    await ann.at('retention').selectOption('3600');
    await ann.page.locator('dialog').filter({ hasText: 'older than 1 hour disappears at once, for everybody' }).waitFor();
    await ann.at('confirm').click();
    await ann.at('notice').filter({ hasText: 'disappear after 1 hour' }).waitFor();
    await chosen(ann, '3600');
    await ann.at('retention').selectOption('86400');
    await ann.at('notice').filter({ hasText: 'disappear after 1 day' }).waitFor();
    assert.equal(await ann.at('confirm').count(), 0);
    assert.equal((await owner.room(group)).retention_s, 86_400);
    const bob = await look(member);
    await bob.at('members').click();
    await bob.at('retention-shown').filter({ hasText: 'disappear after 1 day' }).waitFor();
    assert.equal(await bob.at('retention').count(), 0);
});

test('a device whose clock is an hour ahead shows what is still there, also without a connection', async () => {
    const { owner, member, group, look } = await together({ retention_s: 1_800 });
    await owner.say(group, 'still here');
    const bob = await look(member, { script: turned(HOUR_MS) });
    await bob.sees('still here');
    await owner.say(group, 'and this too');
    await bob.sees('and this too');
    bob.expectOffline = true;
    await bob.context.setOffline(true);
    await bob.page.reload();
    await bob.sees('still here');
    await bob.sees('and this too');
});

test('a device whose clock is an hour behind lets go of it at its time', async () => {
    const { owner, member, group, look } = await together({ retention_s: 240 });
    await owner.say(group, 'soon gone');
    const bob = await look(member, { script: turned(-HOUR_MS) });
    await bob.sees('soon gone');
    await server.turnClock(300_000); // less than tokens live
    try {
        await owner.say(group, 'later words');
        await bob.sees('later words');
        await bob.page.reload(); // the server says what time it is
        await bob.sees('later words');
        await bob.message('soon gone').waitFor({ state: 'detached' });
    } finally {
        await server.turnClock(0);
    }
});
