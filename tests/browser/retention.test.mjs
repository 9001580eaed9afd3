// How long a room keeps what is said: set by who may, and by nobody unasked.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { turned } from './page.mjs';
import { openStage } from './stage.mjs';

const HOUR_MS = 3_600_000;
const { server, enter } = await openStage({ after, afterEach }, serveWithClock);
afterEach(() => server.turnClock(0));

/** Time goes on: a device that was opened again asks the server what time it is. */
async function passes(ms, ...visitors) {
    await server.turnClock(ms);
    for (const { page } of visitors)
        await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

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

const answer = async (who, room, words, reply_to) =>
    expectStatus(await who.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text(words), reply_to }), 201);

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
    await passes(300_000, bob); // less than tokens live
    await bob.message('soon gone').waitFor({ state: 'detached' });
});

test('what has disappeared is told of as that, wherever it was spoken of, and an answer to it is sent without it', async () => {
    const { owner, member, group, look, ann } = await together({ retention_s: 240 });
    const { seq } = await owner.say(group, 'soon gone');
    const bob = await look(member);
    await bob.act('soon gone', 'save');
    await passes(200_000, bob);
    await answer(owner, group, 'an answer', seq);
    await bob.message('an answer').locator('[data-testid="quote"]').filter({ hasText: 'soon gone' }).waitFor();
    await bob.act('soon gone', 'reply');
    await bob.at('replying', `[data-seq="${seq}"]`).filter({ hasText: 'soon gone' }).waitFor();
    await bob.at('composer').fill('my words');

    await passes(300_000, ann, bob);
    for (const one of [ann, bob]) {
        await one.message('an answer').locator('[data-testid="quote"][data-gone="expired"]').filter({ hasText: 'has disappeared' }).waitFor();
        await one.at('beginning').filter({ hasText: 'Older messages have disappeared: this chat keeps them for 4 minutes.' }).waitFor();
    }
    await bob.at('replying', '[data-gone="expired"]').filter({ hasText: 'Your answer is sent without it.' }).waitFor();
    await bob.at('send').click();
    await bob.at('message', '[data-state="sent"]').filter({ hasText: 'my words' }).waitFor();
    await ann.sees('my words');
    assert.equal(await ann.message('my words').locator('[data-testid="quote"]').count(), 0);

    await bob.page.evaluate((hash) => { location.hash = hash; }, `#/rooms/${group.id}/${seq}`);
    await bob.toasted('has disappeared');
    await bob.page.evaluate((hash) => { location.hash = hash; }, `#/rooms/${group.id}/thread/${seq}`);
    await bob.at('thread-gone').filter({ hasText: 'has disappeared' }).waitFor();
    await bob.page.evaluate(() => { location.hash = '#/saved'; });
    await bob.at('saved-message', '[data-gone="expired"]').waitFor();
});

test('who joins late is told where their part begins, and that what others speak of is from before', async () => {
    const { owner, group, ann } = await together();
    const { seq } = await owner.say(group, 'old words');
    await ann.at('members').click();
    await ann.at('history-joined').click();
    await ann.at('history-joined', '[aria-checked="true"]').waitFor();
    expectStatus(await owner.put(`/rooms/${group.id}/pins/${seq}`, { nonce: freshNonce() }), 200);
    const late = await signUp(server, freshName('cem'), { display_name: 'Cem Cedar' });
    expectStatus(await owner.post(`/rooms/${group.id}/members`, { user_id: late.id, nonce: freshNonce() }), 200, 201);
    await answer(owner, group, 'new words', seq);
    const cem = await enter(late);
    await cem.openRoom(group.name);
    await cem.sees('new words');
    await cem.at('beginning').filter({ hasText: 'You joined here.' }).waitFor();
    await cem.message('new words').locator('[data-testid="quote"][data-gone="before"]').filter({ hasText: 'from before you joined' }).waitFor();
    assert.equal(await cem.message('old words').count(), 0);
    await cem.page.evaluate((hash) => { location.hash = hash; }, `#/rooms/${group.id}/${seq}`);
    await cem.toasted('from before you joined');
    await cem.at('members').click();
    await cem.at('pinned-list').waitFor({ state: 'attached' });
    assert.equal(await cem.at('pinned-message').count(), 0);
    await ann.at('beginning').filter({ hasText: 'This is where it began.' }).waitFor();
    await ann.message('new words').locator('[data-testid="quote"]').filter({ hasText: 'old words' }).waitFor();
    // What is edited now is told to the late one without its words, and asked for by nobody.
    await ann.act('old words', 'edit');
    await ann.at('composer').fill('old words, mended');
    await ann.at('send').click();
    await ann.sees('old words, mended');
    await owner.say(group, 'after the edit');
    await cem.sees('after the edit');
    assert.equal(await cem.message('mended').count(), 0);
});

test('who was removed and comes back reads from there on, also on the page that was open all the time', async () => {
    const { owner, member, group, look } = await together({ history: 'joined' });
    await owner.say(group, 'old words');
    const bob = await look(member);
    bob.expects(404); // what he still reads of the group when he is out of it
    await bob.sees('old words');
    expectStatus(await owner.delete(`/rooms/${group.id}/members/${member.id}`, { nonce: freshNonce() }), 204);
    await bob.at('removed').waitFor();
    await owner.say(group, 'meanwhile');
    expectStatus(await owner.post(`/rooms/${group.id}/members`, { user_id: member.id, nonce: freshNonce() }), 200, 201);
    await owner.say(group, 'new words');
    await bob.sees('new words');
    await bob.at('beginning').filter({ hasText: 'You joined here.' }).waitFor();
    for (const words of ['old words', 'meanwhile'])
        assert.equal(await bob.message(words).count(), 0);
});
