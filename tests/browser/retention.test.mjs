// How long a room keeps what is said: set by who may, and by nobody unasked.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

async function together() {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const member = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Tea'), [member]);
    const look = async (account) => {
        const visitor = await enter(account);
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
