// Polls: asked in the page, voted in by two people, closed, and anonymous ones.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { turned } from './page.mjs';
import { openStage } from './stage.mjs';

const HOUR_MS = 3_600_000;
const { server, enter } = await openStage({ after, afterEach }, (owner) => serveWithClock(owner, { args: ['--limit', 'poll_options=3'] }));
afterEach(() => server.turnClock(0));

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

test('a poll of several answers, anonymous, is asked by the form with a time that comes while one looks at it', async () => {
    const { owner, member, group, ann } = await together();
    await ann.at('poll-open').click();
    await ann.at('poll-question').fill('Which biscuits?');
    for (const [n, text] of ['ginger', 'oat'].entries()) await ann.at('poll-option-text').nth(n).fill(text);
    await ann.at('poll-multiple').click();
    await ann.at('poll-anonymous').press('Space');
    await ann.at('poll-end').selectOption('time');
    await ann.at('poll-time').fill('2020-01-01T12:00');
    await ann.at('poll-send').click();
    await ann.page.locator('.field').filter({ has: ann.at('poll-time') }).getByRole('alert').waitFor();
    await ann.at('poll-time').fill(await ann.page.evaluate((ms) => new Date(Date.now() + ms - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16), 10 * 60_000));
    await ann.at('poll-send').click();
    await ann.sentMark('Which biscuits?');
    const { content } = (await owner.get(`/rooms/${group.id}/messages`)).body.messages.at(-1);
    assert.deepEqual([content.multiple, content.anonymous], [true, true]);
    const cat = await enter(member, { clock: true });
    await cat.openRoom(group.name);
    for (const words of ['ginger', 'oat']) {
        await option(cat, words).click();
        await counted(cat, words, 1, true);
        await counted(ann, words, 1, false);
    }
    await cat.at('poll-standing').filter({ hasText: 'Anonymous' }).filter({ hasText: 'Closes' }).waitFor();
    await server.turnClock(601_000);
    await cat.page.clock.fastForward(601_000);
    await cat.at('poll', '[data-closed="true"]').waitFor();
    await cat.at('poll-standing').filter({ hasText: 'Closed' }).waitFor();
    assert.equal(await cat.page.locator('button[data-testid="poll-option"]').count(), 0);
});

test('by a device whose clock is wrong a poll of an hour is open for an hour, and what is sent in an hour waits for one', async () => {
    const { member, group } = await together();
    const late = await enter(member, { script: turned(-2 * HOUR_MS) });
    await late.openRoom(group.name);
    await late.at('poll-open').click();
    await late.at('poll-question').fill('Still tea?');
    for (const [n, text] of ['yes', 'no'].entries()) await late.at('poll-option-text').nth(n).fill(text);
    await late.at('poll-end').selectOption('hour');
    await late.at('poll-send').click();
    await late.sentMark('Still tea?');
    const { content, created_at } = (await member.get(`/rooms/${group.id}/messages`)).body.messages.at(-1);
    assert.ok(Math.abs(Date.parse(content.closes_at) - Date.parse(created_at) - HOUR_MS) < HOUR_MS / 2, content.closes_at);
    await late.at('composer').fill('Tea is ready');
    await late.at('send-later').click();
    await late.page.locator('[data-act="hour"]').click();
    await late.at('waiting').filter({ hasText: 'Tea is ready' }).waitFor();
    const [{ value: { at } }] = await member.entriesOnce('scheduled', 1);
    assert.ok(Math.abs(Date.parse(at) - Date.parse(created_at) - HOUR_MS) < HOUR_MS / 2, at);
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
