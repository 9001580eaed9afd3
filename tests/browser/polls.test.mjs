// Polls: asked in the page, voted in by two people, closed, and anonymous ones.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { serve } from '../support/server.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach }, (owner) => serve(owner, { args: ['--limit', 'poll_options=3'] }));

/** Ann, who owns a group, and Bob, both looking at it. */
async function together() {
    const [owner, member] = [await signUp(server, freshName('ann'), { display_name: 'Ann Ash' }), await signUp(server, freshName('bob'), { display_name: 'Bob Birch' })];
    const group = await owner.createGroup(freshName('Tea'), [member]);
    const [ann, bob] = [await enter(owner), await enter(member)];
    for (const one of [ann, bob]) await one.openRoom(group.name);
    return { owner, member, group, ann, bob };
}

const option = (who, words, extra = '') => who.page.locator(`[data-testid="poll-option"]${extra}`).filter({ hasText: words });
const counted = (who, words, count, chosen) => option(who, words, `[data-count="${count}"][data-chosen="${chosen}"]`).waitFor();

test('a poll is asked by the keyboard, voted in by both, and closed by its maker', async () => {
    const { ann, bob } = await together();
    await ann.at('poll-open').press('Enter');
    await ann.focused(ann.at('poll-question'));
    await ann.at('poll-send').click();
    await ann.page.locator('.field-error').first().waitFor();
    await ann.at('poll-question').fill('Which tea?');
    await ann.at('poll-option-text').nth(0).fill('Assam');
    await ann.at('poll-option-text').nth(1).fill('Darjeeling');
    await ann.counts(ann.at('poll-option-text'), 3);
    await ann.at('poll-option-text').nth(1).press('Enter');
    await ann.sentMark('Which tea?');
    await option(bob, 'Assam').click();
    await counted(bob, 'Assam', 1, true);
    await counted(ann, 'Assam', 1, false);
    await ann.message('Which tea?').focus();
    await ann.page.keyboard.press('ArrowRight');
    await ann.focused(option(ann, 'Assam'));
    await ann.page.keyboard.press('ArrowRight');
    await ann.focused(option(ann, 'Darjeeling'));
    await ann.page.keyboard.press('Enter');
    await counted(ann, 'Darjeeling', 1, true);
    await counted(bob, 'Darjeeling', 1, false);
    await option(bob, 'Darjeeling').click();
    await counted(bob, 'Darjeeling', 2, true);
    await counted(ann, 'Assam', 0, false);
    await counted(ann, 'Darjeeling', 2, true);
    assert.equal(await option(ann, 'Darjeeling').getAttribute('aria-label'), 'Darjeeling: 2 votes, 100%');
    await ann.at('poll-who').click();
    await ann.at('voters', '[data-option="1"]').filter({ hasText: 'Bob Birch' }).filter({ hasText: 'Ann Ash' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.act('Which tea?', 'close-poll');
    for (const one of [ann, bob]) await one.at('poll', '[data-closed="true"]').waitFor();
    await bob.counts(bob.page.locator('button[data-testid="poll-option"]'), 0);
});

test('of an anonymous poll one sees the counts and one\'s own vote, after a reload too, and nobody who voted', async () => {
    const { owner, member, group, ann, bob } = await together();
    const content = { type: 'poll', text: 'Happy?', options: ['yes', 'no'], anonymous: true, closes_at: new Date(Date.now() + 3_600_000).toISOString() };
    await owner.post(`/rooms/${group.id}/messages`, { nonce: freshNonce(), content });
    await option(bob, 'yes').click();
    await counted(bob, 'yes', 1, true);
    await counted(ann, 'yes', 1, false);
    await bob.page.reload();
    await counted(bob, 'yes', 1, true);
    assert.equal(await ann.at('poll-who').count(), 0);
    await ann.at('poll-standing').filter({ hasText: 'Anonymous' }).filter({ hasText: 'Closes' }).waitFor();
    const { messages: [poll] } = (await member.get(`/rooms/${group.id}/messages`)).body;
    assert.deepEqual(poll.poll.counts, [1, 0]);
});

test('a press counts from what one chose last, on whichever device', async () => {
    const { owner, member, group, bob } = await together();
    const content = { type: 'poll', text: 'Which days?', options: ['Monday', 'Tuesday', 'Friday'], anonymous: true, multiple: true };
    const { seq } = (await owner.post(`/rooms/${group.id}/messages`, { nonce: freshNonce(), content })).body;
    const mine = async () => (await member.get(`/rooms/${group.id}/messages/${seq}`)).body.poll.mine;
    const other = await enter(member);
    await other.openRoom(group.name);
    const told = await member.connect();
    await option(bob, 'Monday').click();
    for (const device of [bob, other]) await counted(device, 'Monday', 1, true);
    await option(other, 'Tuesday').click();
    for (const device of [bob, other]) await counted(device, 'Tuesday', 1, true);
    await option(bob, 'Monday').click();
    for (const device of [bob, other]) await counted(device, 'Monday', 0, false);
    assert.deepEqual(await mine(), [1]);

    other.expectOffline = true;
    await other.context.setOffline(true);
    await other.page.evaluate(() => dispatchEvent(new Event('offline')));
    await other.offline();
    await option(other, 'Friday').click();
    await counted(other, 'Friday', 1, true);
    await option(bob, 'Tuesday').click();
    await option(bob, 'Monday').click();
    for (const words of ['Tuesday', 'Monday']) await counted(bob, words, words === 'Monday' ? 1 : 0, words === 'Monday');
    await told.next('poll.chosen', ({ choices }) => String(choices) === '0'); // it is with the server
    await other.context.setOffline(false);
    await other.page.evaluate(() => dispatchEvent(new Event('online')));
    for (const device of [bob, other]) {
        await counted(device, 'Friday', 1, true);
        await counted(device, 'Monday', 1, true);
        await counted(device, 'Tuesday', 0, false);
    }
    assert.deepEqual(await mine(), [0, 2]);
});

test('the form takes as many options as the server does', async () => {
    const { ann } = await together();
    await ann.at('poll-open').click();
    await ann.at('poll-question').fill('Which one?');
    for (const [n, text] of ['one', 'two', 'three'].entries()) await ann.at('poll-option-text').nth(n).fill(text);
    await ann.counts(ann.at('poll-option-text'), 3);
    await ann.at('poll-send').click();
    await ann.sentMark('Which one?');
});
