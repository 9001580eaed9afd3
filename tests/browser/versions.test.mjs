// What messages said before they were edited: everybody looks, by the word "edited" or the menu, for as long as
// the group keeps it, and those who may set how long.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { axeFinds } from './axe.mjs';
import { openStage } from './stage.mjs';

const [EDIT_S, DELETE_S] = [300, 600];
const LIMITS = ['--limit', `message_edit_s=${EDIT_S}`, '--limit', `message_delete_s=${DELETE_S}`];
const { server, enter } = await openStage({ after, afterEach }, (owner) => serveWithClock(owner, { args: LIMITS }));
afterEach(() => server.turnClock(0));

/** Ann owns a group in which Bob has said something. */
async function together(settings = {}) {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const member = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Tea'), [member]);
    if (Object.keys(settings).length > 0)
        expectStatus(await owner.patch(`/rooms/${group.id}`, { ...settings, nonce: freshNonce() }), 200);
    const message = await member.say(group, 'tea at three');
    const look = async (account, options) => {
        const visitor = await enter(account, options);
        await visitor.openRoom(group.name);
        return visitor;
    };
    const edits = async (...all) => {
        for (const words of all)
            expectStatus(await member.patch(`/rooms/${group.id}/messages/${message.seq}`, { content: text(words), nonce: freshNonce() }), 200);
    };
    return { owner, member, group, message, look, edits };
}

/** One's own message, by its menu. */
async function edit(visitor, words, next) {
    await visitor.act(words, 'edit');
    await visitor.at('composer').fill(next);
    await visitor.at('send').click();
    await visitor.sees(next.replaceAll('*', ''));
}

/** Until the dialog says this, line by line. */
async function reads(visitor, ...lines) {
    await visitor.counts(visitor.at('version'), lines.length);
    for (const [at, words] of lines.entries())
        await visitor.at('version').nth(at).filter({ hasText: words }).waitFor();
}

const edited = (visitor, words) => visitor.message(words).locator('[data-testid="edited"]');
const kept = (visitor, words) => visitor.at('versions-kept').filter({ hasText: words }).waitFor();

test('one edits twice, another looks: all that it said, with its times, the newest last, and once more while one looks', async () => {
    const { owner, member, look, edits } = await together();
    const [bob, ann] = [await look(member), await look(owner, { bypassCSP: true })];
    assert.equal(await edited(ann, 'tea at three').count(), 0);
    await edit(bob, 'tea at three', 'tea at **four**');
    await edit(bob, 'tea at four', 'tea at five');
    await ann.sees('tea at five');
    assert.deepEqual(await axeFinds(ann.page), []);
    await edited(ann, 'tea at five').click();
    await reads(ann, /^Until .*tea at three$/, /^Until .*tea at four$/, /^Now.*tea at five$/);
    await ann.at('version').nth(1).locator('strong').filter({ hasText: 'four' }).waitFor();
    await kept(ann, 'keeps what was edited away for 30 days');
    assert.deepEqual(await axeFinds(ann.page), []);
    await edits('tea at six');
    await reads(ann, 'tea at three', 'tea at four', 'tea at five', /^Now.*tea at six$/);
    await bob.act('tea at six', 'delete');
    await bob.at('confirm').click();
    await ann.page.locator('dialog[open]').filter({ hasText: 'Message deleted' }).waitFor();
    assert.equal(await ann.at('version').count(), 0);
});

test('by keyboard: the arrows come to the word, Enter opens, Escape leads back; the menu has it too', async () => {
    const { owner, look, edits } = await together();
    await edits('tea at four');
    const ann = await look(owner);
    await ann.sees('tea at four');
    await ann.message('tea at four').focus();
    await ann.page.keyboard.press('ArrowRight');
    await ann.focused(edited(ann, 'tea at four'));
    await ann.page.keyboard.press('Enter');
    await reads(ann, 'tea at three', 'tea at four');
    await ann.page.keyboard.press('Escape');
    await ann.at('versions').waitFor({ state: 'detached' });
    await ann.focused(edited(ann, 'tea at four'));
    await ann.act('tea at four', 'versions');
    await reads(ann, 'tea at three', 'tea at four');
    await ann.page.keyboard.press('Escape');
    await ann.focused(ann.message('tea at four').locator('[data-testid="message-acts"]'));
});

test('many versions come page by page', async () => {
    const { owner, look, edits } = await together();
    await edits(...Array.from({ length: 51 }, (_, n) => `words ${n}`));
    const ann = await look(owner);
    await edited(ann, 'words 50').click();
    await ann.counts(ann.at('version'), 50);
    await ann.at('versions-more').click();
    await ann.counts(ann.at('version'), 52);
    await ann.at('version').last().filter({ hasText: /^Now.*words 50$/ }).waitFor();
    assert.equal(await ann.at('versions-more').count(), 0);
});

test('the owner sets the time; a shorter one is asked about, and off says so to who looks', async () => {
    const { owner, member, group, look, edits } = await together();
    await edits('tea at four');
    const [ann, bob] = [await look(owner, { bypassCSP: true }), await look(member)];
    await ann.at('members').click();
    await ann.holds('edit-history', '2592000');
    await bob.at('members').click();
    await bob.at('member-list').waitFor();
    assert.equal(await bob.at('edit-history').count(), 0);
    await bob.at('members-close').click();

    await ann.at('edit-history').selectOption('604800');
    await ann.at('confirm').click();
    await bob.at('notice').filter({ hasText: 'Ann Ash set what is edited away to be kept for 7 days' }).waitFor();
    await edited(bob, 'tea at four').click();
    await kept(bob, 'for 7 days');
    await ann.at('edit-history').selectOption('0');
    await ann.page.locator('dialog[open]').filter({ hasText: 'gone at once, for everybody and for good' }).waitFor();
    assert.deepEqual(await axeFinds(ann.page), []);
    await ann.page.keyboard.press('Escape');
    await ann.holds('edit-history', '604800');
    assert.equal((await owner.room(group)).edit_history_s, 604_800);
    await ann.at('edit-history').selectOption('0');
    await ann.at('confirm').click();
    await ann.holds('edit-history', '0');
    await reads(bob, /^Now.*tea at four$/);
    await kept(bob, 'This chat does not keep what was edited away.');
    await bob.page.keyboard.press('Escape');
    await bob.at('notice').filter({ hasText: 'Ann Ash set what is edited away not to be kept' }).waitFor();

    // What is gone stays gone, and a longer time needs no question.
    await ann.at('edit-history').selectOption('3600');
    await bob.at('notice').filter({ hasText: 'to be kept for 1 hour' }).waitFor();
    assert.equal(await ann.at('confirm').count(), 0);
    await edited(bob, 'tea at four').click();
    await kept(bob, 'What it said before is gone: this chat keeps what was edited away for 1 hour.');
});

test('where they do not come that is said, and asked for again', async () => {
    const { owner, look, edits } = await together({ edit_history_s: 86_400 });
    await edits('tea at four');
    const ann = await look(owner);
    await ann.sees('tea at four');
    ann.expects(429);
    await ann.page.route('**/versions*', (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ code: 'rate.limited', retry_after_ms: 0 }) }), { times: 10 });
    await edited(ann, 'tea at four').click();
    await ann.page.locator('dialog[open] [role="alert"]').waitFor();
    await ann.page.unroute('**/versions*');
    await ann.page.locator('dialog[open]').getByText('Try again').click();
    await reads(ann, 'tea at three', 'tea at four');
    await kept(ann, 'for 1 day');
});

test('one edits and deletes for all for as long as the server says; what is over goes while one looks', async () => {
    const { member, look } = await together();
    const bob = await look(member, { clock: true });
    /** It is so late, for the server and for the page. */
    let now = 0;
    const isLater = async (seconds) => {
        await server.turnClock(seconds * 1000);
        await bob.page.clock.fastForward((seconds - now) * 1000);
        now = seconds;
    };
    const openActs = async () => {
        await bob.message('tea at three').hover();
        await bob.message('tea at three').locator('[data-testid="message-acts"]').click();
    };
    const acts = (id) => bob.page.locator(`[data-act="${id}"]`);
    await bob.act('tea at three', 'edit');
    await bob.at('editing-state', '[data-over="false"]').waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.at('editing').waitFor({ state: 'detached' });
    await bob.at('composer').press('ArrowUp');
    await bob.at('composer').fill('tea at four');
    await openActs();
    await acts('edit').focus();
    await isLater(EDIT_S + 1);
    await acts('edit').waitFor({ state: 'detached' });
    await bob.page.locator('[role="menuitem"]:focus').waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.at('editing-state', '[data-over="true"]').filter({ hasText: 'too old to be edited' }).waitFor();
    await bob.at('composer').press('Enter');
    assert.equal(await bob.at('send').isDisabled(), true);
    await bob.holds('composer', 'tea at four');
    await bob.at('composer').press('Escape');
    await bob.at('editing').waitFor({ state: 'detached' });
    await bob.at('composer').press('ArrowUp');
    await openActs();
    await acts('delete').click();
    await bob.at('confirm').focus();
    await isLater(DELETE_S + 1);
    await bob.at('confirm').waitFor({ state: 'detached' });
    await bob.focused(bob.page.locator('dialog[open] .dialog-acts').getByText('Cancel'));
    await bob.page.getByText('This message can no longer be deleted for everyone.').waitFor();
    await bob.at('delete-for-me').click();
    await bob.message('tea at three').waitFor({ state: 'detached' });
    assert.equal(await bob.at('editing').count(), 0);
});
