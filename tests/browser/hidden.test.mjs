// A message deleted for oneself alone: gone from all one's devices, there for everybody else.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { expectStatus } from '../support/http.mjs';
import { axeFinds } from './axe.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Me before two devices and Robin before one, in a group where Robin has written. */
async function stage({ phone: like = {} } = {}) {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('robin'), { display_name: 'Robin Hood' })];
    const group = await me.createGroup(freshName('Wood'), [other]);
    const said = [];
    for (let n = 0; n < 3; n++) said.push(await other.say(group, `line number ${n}.`));
    const [desk, phone, robin] = [await enter(me), await enter(me, like), await enter(other)];
    for (const one of [desk, phone, robin]) {
        await one.openRoom(group.name);
        await one.sees('line number 2.');
    }
    return { me, other, group, said, desk, phone, robin };
}

/** Deletes it for oneself by its menu. */
async function deleteForMe(visitor, words) {
    await visitor.act(words, 'delete');
    await visitor.at('delete-for-me').click();
    await visitor.message(words).waitFor({ state: 'detached' });
}

const undo = (visitor) => visitor.at('toast').filter({ hasText: 'Deleted for you' }).getByRole('button', { name: 'Undo' }).click();

test('it goes from both devices and the list of chats, Robin still has it, and Undo brings it back everywhere', async () => {
    const { group, desk, phone, robin } = await stage();
    await deleteForMe(desk, 'line number 2.');
    await phone.message('line number 2.').waitFor({ state: 'detached' });
    for (const one of [desk, phone])
        await one.roomItem(group.name).filter({ hasText: 'line number 1.' }).waitFor();
    await desk.page.reload();
    await desk.sees('line number 1.');
    await desk.counts(desk.message('line number 2.'), 0);
    await desk.roomItem(group.name).filter({ hasText: 'line number 1.' }).waitFor();
    await robin.sees('line number 2.');
    await robin.roomItem(group.name).filter({ hasText: 'line number 2.' }).waitFor();
    await deleteForMe(phone, 'line number 1.');
    await desk.message('line number 1.').waitFor({ state: 'detached' });
    await undo(phone);
    for (const one of [desk, phone]) {
        await one.sees('line number 1.');
        await one.counts(one.message('line number 2.'), 0);
    }
});

test('of one\'s own message the same question offers both, of somebody else\'s only oneself', async () => {
    const { desk, robin } = await stage();
    await robin.say('mine to take back');
    await robin.act('mine to take back', 'delete');
    await robin.at('confirm').waitFor();
    await robin.at('delete-for-me').click();
    await robin.message('mine to take back').waitFor({ state: 'detached' });
    await desk.sees('mine to take back');
    await desk.say('of the owner');
    await robin.act('of the owner', 'delete');
    await robin.at('delete-for-me').waitFor();
    assert.equal(await robin.at('confirm').count(), 0);
    await robin.page.keyboard.press('Escape');
    await robin.at('delete-for-me').waitFor({ state: 'detached' });
    await robin.sees('of the owner');
});

test('axe finds nothing wrong with the question, nor with the note that has Undo, also in Arabic', async () => {
    const { desk, phone } = await stage({ phone: { bypassCSP: true, phone: false, locale: 'ar-EG' } });
    const check = async (what) => assert.deepEqual(await axeFinds(phone.page, what), []);
    await desk.say('of my own');
    await phone.act('of my own', 'delete');
    await phone.at('confirm').waitFor();
    await check('dialog[open]');
    await phone.at('delete-for-me').click();
    await phone.at('toast').waitFor();
    await check('.toasts');
});

test('quotes, pins and the saved do without it, and its address leads nowhere', async () => {
    const { me, group, said, desk, phone } = await stage();
    expectStatus(await me.post(`/rooms/${group.id}/messages`, { content: text('what do you mean?'), reply_to: said[0].seq, nonce: freshNonce() }), 201);
    const quote = (one, more = '') => one.message('what do you mean?').locator(`[data-testid="quote"]${more}`);
    for (const one of [desk, phone])
        await quote(one).filter({ hasText: 'line number 0.' }).waitFor();
    await desk.act('line number 0.', 'pin');
    await desk.message('line number 0.').first().locator('[data-sign="pin"]').waitFor();
    await desk.act('line number 0.', 'save');
    await desk.toasted('Saved');
    await phone.at('members').click();
    await phone.at('pinned-message').waitFor();
    await desk.page.locator(`.message[data-seq="${said[0].seq}"]`).hover();
    await desk.page.locator(`.message[data-seq="${said[0].seq}"] [data-testid="message-acts"]`).click();
    await desk.page.locator('[data-act="delete"]').click();
    await desk.at('delete-for-me').click();
    for (const one of [desk, phone])
        await quote(one, '[data-gone="hidden"]').waitFor();
    await phone.at('pinned-message').waitFor({ state: 'detached' });
    await phone.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/${said[0].seq}`);
    await phone.toasted('You have deleted this message for yourself.');
    await phone.at('saved').click();
    await phone.at('saved-list').waitFor({ state: 'attached' });
    await phone.counts(phone.at('saved-message'), 0);
});

test('an answer in a thread goes, and so does what a thread is under', async () => {
    const { other, group, said, desk, phone } = await stage();
    for (const words of ['first answer', 'second answer'])
        expectStatus(await other.post(`/rooms/${group.id}/messages`, { content: text(words), thread: said[1].seq, nonce: freshNonce() }), 201);
    for (const one of [desk, phone])
        await one.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/thread/${said[1].seq}`);
    for (const one of [desk, phone])
        await one.at('thread').locator('[data-testid="message"]').filter({ hasText: 'second answer' }).waitFor();
    await deleteForMe(desk, 'second answer');
    await phone.message('second answer').waitFor({ state: 'detached' });
    await phone.sees('first answer');
    await deleteForMe(phone, 'line number 1.');
    await desk.at('thread').getByText('You have deleted this message for yourself.').waitFor();
    await desk.sees('first answer');
});

test('without a connection it goes at once, and from the other device later', async () => {
    const { desk, phone } = await stage();
    desk.expectOffline = true;
    await desk.context.setOffline(true);
    await desk.page.evaluate(() => dispatchEvent(new Event('offline')));
    await desk.offline();
    await deleteForMe(desk, 'line number 0.');
    await phone.sees('line number 0.');
    await desk.context.setOffline(false);
    await desk.page.evaluate(() => dispatchEvent(new Event('online')));
    await phone.message('line number 0.').waitFor({ state: 'detached' });
});

test('by keyboard the focus stays in the messages', async () => {
    const { other, group, desk } = await stage();
    await other.say(group, 'of no interest');
    await desk.sees('of no interest');
    await desk.at('timeline').focus();
    await desk.page.keyboard.press('ArrowUp');
    await desk.page.keyboard.press('Enter');
    await desk.page.locator('[role="menuitem"]:focus').waitFor();
    await desk.page.keyboard.press('End');
    await desk.page.locator('[data-act="delete"]:focus').waitFor();
    await desk.page.keyboard.press('Enter');
    await desk.at('delete-for-me').waitFor();
    await desk.page.keyboard.press('Tab');
    await desk.focused(desk.at('delete-for-me'));
    await desk.page.keyboard.press('Enter');
    await desk.message('of no interest').waitFor({ state: 'detached' });
    await desk.focused(desk.message('line number 2.'));
});
