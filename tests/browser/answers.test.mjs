// What people make of messages: answers, reactions, pins; seen at once by both.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Ann, who owns a group, and Bob, both looking at it; Ann has written two messages. */
async function together({ count = 2, bobs = {} } = {}) {
    const [owner, member] = [await signUp(server, freshName('ann'), { display_name: 'Ann Ash' }), await signUp(server, freshName('bob'), { display_name: 'Bob Birch' })];
    const group = await owner.createGroup(freshName('Tea'), [member]);
    const said = [];
    for (let n = 0; n < count; n++) said.push(await owner.say(group, `line number ${n}.`));
    const [ann, bob] = [await enter(owner), await enter(member, bobs)];
    for (const one of [ann, bob]) {
        await one.openRoom(group.name);
        await one.at('message').first().waitFor();
    }
    return { owner, member, group, said, ann, bob };
}

test('a message is answered by its menu, the quote is seen by both and leads to it', async () => {
    const { group, said, ann, bob } = await together({ count: 120 });
    await bob.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/${said[3].seq}`);
    await bob.at('message', '[data-sought="true"]').filter({ hasText: 'line number 3.' }).waitFor();
    await bob.rests();
    await bob.act('line number 3.', 'reply');
    await bob.at('replying').filter({ hasText: 'Ann Ash' }).filter({ hasText: 'line number 3.' }).waitFor();
    await bob.focused(bob.at('composer'));
    await bob.say('I answer that');
    await bob.at('replying').waitFor({ state: 'detached' });
    const quote = ann.message('I answer that').locator('[data-testid="quote"]');
    await quote.filter({ hasText: 'line number 3.' }).waitFor();
    await quote.click();
    await ann.at('message', '[data-sought="true"]').filter({ hasText: 'line number 3.' }).waitFor();
    await ann.page.locator(`.message[data-seq="${said[3].seq}"]:focus`).waitFor();
    await ann.page.goBack();
    await ann.at('to-end').click();
    await quote.waitFor();
    await quote.click();
    await ann.at('message', '[data-sought="true"]').filter({ hasText: 'line number 3.' }).waitFor();
});

test('answering can be taken back, by button and by Escape, and waits while one is elsewhere', async () => {
    const { owner, group, ann } = await together();
    const other = await owner.createGroup(freshName('Other'), []);
    await ann.act('line number 0.', 'reply');
    await ann.at('not-replying').click();
    await ann.at('replying').waitFor({ state: 'detached' });
    await ann.message('line number 1.').hover();
    await ann.message('line number 1.').locator('[data-testid="reply"]').click();
    await ann.at('composer').pressSequentially('half an ans');
    await ann.openRoom(other.name);
    await ann.at('replying').waitFor({ state: 'detached' });
    await ann.openRoom(group.name);
    await ann.at('replying').filter({ hasText: 'line number 1.' }).waitFor();
    await ann.holds('composer', 'half an ans');
    await ann.at('composer').press('Escape');
    await ann.at('replying').waitFor({ state: 'detached' });
    await ann.holds('composer', 'half an ans');
});

test('who edits a message and then answers another one writes the answer; what was begun is not lost', async () => {
    const { ann } = await together();
    await ann.at('composer').pressSequentially('begun');
    await ann.act('line number 0.', 'edit');
    await ann.at('editing').waitFor();
    await ann.act('line number 1.', 'reply');
    await ann.at('editing').waitFor({ state: 'detached' });
    await ann.at('replying').filter({ hasText: 'line number 1.' }).waitFor();
    await ann.holds('composer', 'begun');
});

test('by keyboard: R answers the message, arrows reach its quote and its reactions', async () => {
    const { ann, bob } = await together();
    await ann.at('timeline').focus();
    await ann.page.keyboard.press('ArrowUp');
    await ann.page.keyboard.press('r');
    await ann.at('replying').filter({ hasText: 'line number 1.' }).waitFor();
    await ann.focused(ann.at('composer'));
    await ann.page.keyboard.type('by keys');
    await ann.page.keyboard.press('Enter');
    await ann.sentMark('by keys');
    await bob.act('by keys', 'react 👍');
    await ann.reaction('by keys', '👍', 1).waitFor();
    await ann.at('timeline').focus();
    await ann.page.keyboard.press('ArrowUp');
    await ann.page.keyboard.press('ArrowRight');
    await ann.focused(ann.at('quote'));
    await ann.page.keyboard.press('ArrowRight');
    await ann.focused(ann.reaction('by keys', '👍', 1));
    await ann.page.keyboard.press('Enter');
    await bob.reaction('by keys', '👍', 2).waitFor();
    await ann.page.keyboard.press('ArrowRight');
    await ann.page.keyboard.press('Enter');
    await ann.page.locator('[role="menuitem"]:focus').waitFor();
    await ann.page.keyboard.press('ArrowUp');
    await ann.page.keyboard.press('ArrowRight');
    await ann.page.keyboard.press('Enter');
    await bob.reaction('by keys', '❤️', 1).waitFor();
});

test('a quote of what was deleted says so', async () => {
    const { ann, bob } = await together();
    await bob.act('line number 0.', 'reply');
    await bob.say('what did you mean?');
    await ann.message('what did you mean?').locator('[data-testid="quote"]').filter({ hasText: 'line number 0.' }).waitFor();
    await ann.act('line number 0.', 'delete');
    await ann.at('confirm').click();
    for (const one of [ann, bob])
        await one.message('what did you mean?').locator('[data-testid="quote"][data-gone="deleted"]').waitFor();
    await bob.page.reload();
    await bob.message('what did you mean?').locator('[data-testid="quote"][data-gone="deleted"]').waitFor();
});

test('an answer that is written without a connection goes out later, with its quote', async () => {
    const { ann, bob } = await together();
    bob.expectOffline = true;
    await bob.context.setOffline(true);
    await bob.page.evaluate(() => dispatchEvent(new Event('offline')));
    await bob.offline();
    await bob.act('line number 1.', 'reply');
    await bob.say('from the tunnel');
    await bob.message('from the tunnel').locator('[data-testid="quote"]').filter({ hasText: 'line number 1.' }).waitFor();
    await bob.context.setOffline(false);
    await bob.page.evaluate(() => dispatchEvent(new Event('online')));
    await ann.message('from the tunnel').locator('[data-testid="quote"]').filter({ hasText: 'line number 1.' }).waitFor();
});

test('reactions are put on and taken off, counted on both sides, and last', async () => {
    const { ann, bob } = await together();
    await ann.act('line number 0.', 'react 👍');
    await bob.reaction('line number 0.', '👍', 1).waitFor();
    assert.equal(await bob.reaction('line number 0.', '👍', 1).getAttribute('aria-pressed'), 'false');
    await bob.reaction('line number 0.', '👍', 1).click();
    await ann.reaction('line number 0.', '👍', 2).waitFor();
    assert.equal(await bob.reaction('line number 0.', '👍', 2).getAttribute('aria-pressed'), 'true');
    await ann.message('line number 0.').hover();
    await ann.message('line number 0.').locator('[data-testid="react"]').click();
    await ann.at('emoji-search').fill('rocket');
    await ann.at('emoji').first().filter({ hasText: '🚀' }).click();
    await ann.at('emoji-picker').waitFor({ state: 'detached' });
    await bob.reaction('line number 0.', '🚀', 1).waitFor();
    for (const one of [ann, bob]) {
        await one.page.reload();
        await one.online();
        await one.reaction('line number 0.', '👍', 2).waitFor();
        await one.reaction('line number 0.', '🚀', 1).waitFor();
    }
    await bob.reaction('line number 0.', '👍', 2).click();
    await ann.reaction('line number 0.', '👍', 1).waitFor();
    await ann.reaction('line number 0.', '👍', 1).click();
    await bob.reaction('line number 0.', '👍', 0).waitFor({ state: 'detached' });
    await bob.message('line number 0.').locator('[data-emoji="👍"]').waitFor({ state: 'detached' });
});

test('who reacted is told on a hover, and in a list', async () => {
    const { ann, bob } = await together();
    await ann.act('line number 0.', 'react 🎉');
    await bob.act('line number 0.', 'react 🎉');
    await ann.reaction('line number 0.', '🎉', 2).hover();
    await ann.page.locator('.tooltip').filter({ hasText: 'Bob Birch' }).waitFor();
    await ann.page.locator('.tooltip').filter({ hasText: 'You' }).waitFor();
    await bob.act('line number 0.', 'reactors');
    const list = bob.at('reactors', '[data-emoji="🎉"]');
    await list.filter({ hasText: 'Ann Ash' }).filter({ hasText: 'Bob Birch' }).waitFor();
});

test('without a connection a reaction is shown at once, and told to the others later', async () => {
    const { ann, bob } = await together();
    ann.expectOffline = true;
    await ann.context.setOffline(true);
    await ann.page.evaluate(() => dispatchEvent(new Event('offline')));
    await ann.offline();
    await ann.act('line number 0.', 'react 👍');
    await ann.reaction('line number 0.', '👍', 1).waitFor();
    await ann.context.setOffline(false);
    await ann.page.evaluate(() => dispatchEvent(new Event('online')));
    await ann.online();
    await bob.reaction('line number 0.', '👍', 1).waitFor();
});

test('a message is pinned by the owner, listed for both, leads there, and is let go', async () => {
    const { group, ann, bob } = await together({ count: 90 });
    await bob.at('to-end').click();
    await bob.message('line number 89.').waitFor();
    await bob.message('line number 89.').hover();
    await bob.message('line number 89.').locator('[data-testid="message-acts"]').click();
    await bob.page.locator('[data-act="save"]').waitFor();
    assert.equal(await bob.page.locator('[data-act="pin"]').count(), 0, 'who may not pin is not offered it');
    await bob.page.keyboard.press('Escape');
    await ann.act('line number 89.', 'pin');
    for (const one of [ann, bob]) {
        await one.message('line number 89.').locator('[data-sign="pin"]').waitFor();
        await one.at('notice', '[data-type="message.pinned"]').filter({ hasText: 'line number 89.' }).waitFor();
    }
    await bob.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/2`);
    await bob.at('members').click();
    await bob.at('pinned-message').filter({ hasText: 'line number 89.' }).locator('a').click();
    await bob.at('message', '[data-sought="true"]').filter({ hasText: 'line number 89.' }).waitFor();
    await ann.at('members').click();
    await ann.at('unpin').click();
    await ann.at('pinned-message').waitFor({ state: 'detached' });
    await bob.message('line number 89.').locator('[data-sign="pin"]').waitFor({ state: 'detached' });
});

test('a long press opens what can be done with a message, and a short one does not', async () => {
    const { ann, bob } = await together({ bobs: { phone: true } });
    await bob.rests();
    const box = await bob.message('line number 0.').locator('.bubble').boundingBox();
    const session = await bob.context.newCDPSession(bob.page);
    const at = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    const touch = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
    await Promise.all([touch('touchStart', at), touch('touchEnd', [])]); // however long the machine stalls
    await bob.page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), 600); // longer than a long press
    assert.equal(await bob.page.locator('[role="menu"]').count(), 0);
    await touch('touchStart', at);
    await bob.page.locator('[role="menu"]').waitFor();
    await touch('touchEnd', []);
    await bob.page.locator('[data-act="react ❤️"]').tap();
    await ann.reaction('line number 0.', '❤️', 1).waitFor();
});

test('a message is forwarded by its menu to another chat, where it says whose words it has', async () => {
    const { member, group, ann, bob } = await together();
    const other = await member.createGroup(freshName('Coffee'), []);
    await bob.roomItem(other.name).waitFor();
    await bob.act('line number 1.', 'forward');
    await bob.at('forward-search').press('Escape');
    await bob.at('forward-search').waitFor({ state: 'detached' });
    await bob.act('line number 1.', 'forward');
    await bob.at('forward-search').fill(other.name);
    await bob.at('forward-to').filter({ hasText: other.name }).click();
    await bob.toasted(other.name);
    await bob.openRoom(other.name);
    const forwarded = bob.message('line number 1.').filter({ has: bob.at('forwarded').filter({ hasText: 'Ann Ash' }) });
    await forwarded.waitFor();
    await bob.act('line number 1.', 'forward');
    await bob.at('forward-to').filter({ hasText: group.name }).click();
    await ann.message('line number 1.').filter({ has: ann.at('forwarded').filter({ hasText: 'Ann Ash' }) }).waitFor();
});
