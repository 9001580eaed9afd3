// What people may do to each other and to their group, and what those see whom it is done to.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, visit, enter } = await openStage({ after, afterEach });

async function look(account, group, options) {
    const visitor = await enter(account, options);
    await visitor.roomItem(group.name).click();
    await visitor.at('room-title').waitFor();
    return visitor;
}

/** Ann, who owns a group, and Bob, a member, both looking at it. */
async function together(options = {}) {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const member = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Tea'), [member]);
    const [ann, bob] = [await look(owner, group), await look(member, group, options)];
    const row = (visitor, person) => visitor.at('member', `[data-user="${person.user.username}"]`);
    /** Ann opens what she may do to Bob. */
    const acts = async () => {
        if (await ann.at('member-list').count() === 0) await ann.at('members').click();
        await row(ann, member).locator('[data-testid="member-acts"]').click();
        return (act) => ann.page.locator(`[data-act="${act}"]`);
    };
    return { owner, member, group, ann, bob, row, acts };
}

test('an owner makes a member a moderator, who is offered what moderators may, and no more', async () => {
    const { owner, member, ann, bob, row, acts } = await together();
    await bob.at('members').click();
    await row(bob, owner).waitFor();
    assert.equal(await bob.at('add-member').count(), 0);
    assert.equal(await bob.at('rename').count(), 0);
    await (await acts())('role').click();
    await ann.page.locator('#role-moderator').check();
    await ann.at('role-save').click();
    await ann.at('role-save').waitFor({ state: 'detached' });
    await row(ann, member).filter({ hasText: 'Moderator' }).waitFor();
    await bob.at('notice', '[data-type="room.user.updated"]').filter({ hasText: 'Your new role: Moderator' }).waitFor();
    await bob.at('add-member').waitFor();
    await bob.at('slow-mode').waitFor();
    assert.equal(await bob.at('announce').count(), 0);
    assert.equal(await bob.at('rename').count(), 0);
    assert.equal(await row(bob, owner).locator('[data-testid="member-acts"]').count(), 0);
});

test('who may not react, or not write, is not offered it; who reacted is told all the same', async () => {
    const { owner, member, group, ann, bob } = await together();
    const { seq } = await owner.say(group, 'news of the day');
    expectStatus(await owner.put(`/rooms/${group.id}/messages/${seq}/reactions/${encodeURIComponent('🎉')}`, { nonce: freshNonce() }), 200);
    await bob.reaction('news of the day', '🎉', 1).and(bob.page.locator('[aria-pressed]')).waitFor();
    const change = async (settings) => expectStatus(await owner.patch(`/rooms/${group.id}`, { nonce: freshNonce(), ...settings }), 200);
    const offers = async (visitor, ...wanted) => {
        const message = visitor.message('news of the day').first();
        await message.hover();
        for (const [act, offered] of Object.entries({ react: wanted.includes('react'), reply: wanted.includes('reply') }))
            await message.locator(`[data-testid="${act}"]`).waitFor({ state: offered ? 'visible' : 'detached' });
        await message.locator('[data-testid="message-acts"]').click();
        await visitor.page.locator('[data-act="copy"]').waitFor();
        const acts = await visitor.page.locator('[data-act]').evaluateAll((all) => all.map(({ dataset }) => dataset.act));
        assert.deepEqual(['reply', 'thread', 'react', 'react 🎉', 'pin'].filter((act) => acts.includes(act)), wanted);
        await visitor.page.keyboard.press('Escape');
        await visitor.page.locator('[data-act="copy"]').waitFor({ state: 'detached' });
    };
    await change({ permissions: { write: 'moderator' } });
    await bob.at('silenced').waitFor();
    await offers(bob, 'react', 'react 🎉');
    await change({ permissions: { write: 'member', react: 'moderator' } });
    await bob.at('composer').waitFor();
    await offers(bob, 'reply', 'thread');
    await bob.reaction('news of the day', '🎉', 1).click();
    await bob.at('reactors', '[data-emoji="🎉"]').filter({ hasText: 'Ann Ash' }).waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.at('reactors').waitFor({ state: 'detached' });
    expectStatus(await owner.put(`/rooms/${group.id}/pins/${seq}`, { nonce: freshNonce() }), 200);
    await ann.message('news of the day').locator('[data-sign="pin"]').waitFor();
    await offers(ann, 'reply', 'thread', 'react', 'react 🎉', 'pin');
    await change({ archived: true });
    await ann.at('silenced').waitFor();
    await offers(ann);
    await ann.at('members').click();
    await ann.at('pinned-message').filter({ hasText: 'news of the day' }).waitFor();
    assert.equal(await ann.at('unpin').count(), 0);
});

test('a group is handed over, and the former owner keeps what an admin may', async () => {
    const { owner, member, ann, bob, row, acts } = await together();
    await (await acts())('hand-over').click();
    await ann.at('confirm').click();
    await row(ann, member).and(ann.page.locator('[data-role="owner"]')).waitFor();
    await row(ann, owner).and(ann.page.locator('[data-role="admin"]')).waitFor();
    await bob.at('notice').filter({ hasText: 'Bob Birch is the owner now' }).waitFor();
    await row(ann, member).locator('[data-testid="member-acts"]').waitFor({ state: 'detached' });
    await ann.at('announce').waitFor({ state: 'detached' });
    await ann.at('rename').waitFor();
});

test('who is muted reads why and until when instead of writing, keeps the draft, and writes on after it is ended', async () => {
    const { member, ann, bob, row, acts } = await together();
    await bob.at('composer').fill('half a tho');
    await (await acts())('mute').click();
    await ann.page.locator('#mute-600').check();
    await ann.at('reason').fill('Too many drums');
    await ann.at('mute-confirm').click();
    await bob.at('silenced', '[data-why="muted"]').filter({ hasText: 'Too many drums' }).filter({ hasText: /9:\d\d left/ }).waitFor();
    assert.equal(await bob.at('composer').count(), 0);
    await bob.at('notice', '[data-type="room.user.muted"]').filter({ hasText: 'Ann Ash muted you for 10 minutes' }).filter({ hasText: 'Too many drums' }).waitFor();
    await row(ann, member).locator('[data-testid="muted-mark"]').waitFor();
    await bob.page.reload();
    await bob.at('silenced', '[data-why="muted"]').waitFor();
    await (await acts())('unmute').click();
    await bob.at('composer').waitFor();
    await bob.holds('composer', 'half a tho');
    await bob.say('I am back');
    await ann.sees('I am back');
});

test('who is removed reads by whom and why, and the others read it too', async () => {
    const { group, ann, bob, acts } = await together();
    await (await acts())('remove').click();
    bob.expects(404); // what he still reads of the group when he is out of it
    await ann.at('reason').fill('Sold my teapot');
    await ann.at('remove-member').click();
    await bob.at('removed').filter({ hasText: group.name }).filter({ hasText: 'Ann Ash removed you.' }).filter({ hasText: 'Sold my teapot' }).waitFor();
    await bob.roomItem(group.name).waitFor({ state: 'detached' });
    await ann.at('notice', '[data-type="room.user.left"]').filter({ hasText: 'Ann Ash removed Bob Birch' }).filter({ hasText: 'Sold my teapot' }).waitFor();
});

test('what somebody wrote is deleted by the menu, or together with their removal, and everybody sees it go', async () => {
    const { ann, bob, acts } = await together();
    await ann.say('Ann stays');
    await bob.say('Bob one');
    await ann.sees('Bob one');
    await (await acts())('delete-messages').click();
    await ann.at('delete-messages').click();
    await ann.toasted('1 message was deleted');
    for (const visitor of [ann, bob])
        await visitor.at('message').filter({ hasText: 'Bob one' }).waitFor({ state: 'detached' });
    await bob.say('Bob two');
    await bob.say('Bob three');
    await ann.sees('Bob three');
    await (await acts())('remove').click();
    await ann.at('their-messages').selectOption('');
    await ann.at('remove-member').click();
    await ann.at('message').filter({ hasText: 'Bob two' }).waitFor({ state: 'detached' });
    await ann.toasted('2 messages were deleted');
    await ann.sees('Ann stays');
});

test('an owner sets the topic, announcements, a lock and the archive, and members see at once what that means', async () => {
    const { ann, bob } = await together();
    await ann.at('members').click();
    await ann.at('topic').fill('Leaves, not bags');
    await ann.at('group-text-save').click();
    await bob.page.locator('.room-head').filter({ hasText: 'Leaves, not bags' }).waitFor();
    for (const [setting, why] of [['announce', 'role'], ['lock', 'locked'], ['archive', 'archived']]) {
        await ann.at(setting).click();
        await bob.at('silenced', `[data-why="${why}"]`).waitFor();
        if (setting === 'archive') await ann.at('silenced').waitFor();
        else await ann.at('composer').waitFor();
        await ann.at(setting, '[aria-checked="true"]').click();
        await bob.at('composer').waitFor();
    }
    for (const words of ['Ann Ash set the topic: Leaves, not bags', 'Ann Ash locked the group', 'Ann Ash took the group out of the archive'])
        await bob.at('notice').filter({ hasText: words }).waitFor();
});

test('in a slow room the composer counts down and then sends; moderators do not wait', async () => {
    const { owner, group, ann, bob } = await together();
    await ann.at('members').click();
    await ann.at('slow-mode').selectOption('300');
    await bob.at('notice').filter({ hasText: 'one message each 5 minutes' }).waitFor();
    await bob.say('first');
    await bob.at('slow-wait').filter({ hasText: /4:\d\d/ }).waitFor();
    const first = await bob.at('slow-wait').textContent();
    await bob.at('slow-wait').filter({ hasNotText: first }).waitFor();
    await bob.at('composer').fill('second');
    assert.equal(await bob.at('send').isDisabled(), true);
    await bob.at('composer').press('Enter');
    await bob.holds('composer', 'second');
    expectStatus(await owner.patch(`/rooms/${group.id}`, { slow_mode_s: 1, nonce: freshNonce() }), 200);
    await bob.at('slow-wait').waitFor({ state: 'detached' });
    await bob.at('composer').press('Enter');
    await ann.sees('second');
    for (const words of ['one', 'two'].map((word) => `${word} of Ann`)) await ann.say(words);
    await bob.sees('two of Ann');
});

test('by keyboard and on a phone: the menu of a member opens, a dialog takes the focus and gives it back', async () => {
    const { owner, member, group } = await together();
    const phone = await look(owner, group, { phone: true });
    await phone.at('members').click();
    const button = phone.at('member', `[data-user="${member.user.username}"]`).locator('[data-testid="member-acts"]');
    await button.focus();
    await phone.page.keyboard.press('Enter');
    await phone.page.locator('[role="menuitem"]:focus').waitFor();
    await phone.page.keyboard.press('Enter');
    await phone.page.locator('dialog[open] :focus').waitFor();
    const { right, bottom } = await phone.page.locator('dialog[open]').evaluate((one) => one.getBoundingClientRect().toJSON());
    assert.ok(right <= 390 && bottom <= 844);
    await phone.page.keyboard.press('Escape');
    await phone.page.locator('dialog').waitFor({ state: 'detached' });
    await phone.focused(button);
});

test('a link is made and copied, leads somebody in who signs up for it, and is revoked', async () => {
    const { owner, group, ann } = await together();
    await ann.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await ann.at('members').click();
    await ann.at('make-link').click();
    await ann.at('link-time').selectOption('3600');
    await ann.at('link-uses').selectOption('10');
    await ann.at('link-save').click();
    await ann.at('invite-link').filter({ hasText: '0 of 10' }).waitFor();
    await ann.at('copy-link').click();
    await ann.toasted('Link copied');
    const link = await ann.page.evaluate(() => navigator.clipboard.readText());
    const { links: [{ code, created_at, expires_at }] } = expectStatus(await owner.get(`/rooms/${group.id}/links`), 200);
    assert.equal(link, `${server.url}/#/join/${code}`);
    assert.equal(Date.parse(expires_at) - Date.parse(created_at), 3_600_000);
    await ann.at('invite-link').filter({ hasText: /Until .*:/ }).waitFor();

    const cal = await visit();
    await cal.page.goto(link);
    await cal.page.reload(); // from a page to itself by another # nothing is loaded
    await cal.signUp();
    await cal.at('join').click();
    await cal.at('room-title').filter({ hasText: group.name }).waitFor();
    assert.ok(!(await cal.page.evaluate(() => location.href)).includes(code), 'the code does not stay in the address');
    await ann.at('notice', '[data-type="room.user.joined"]').filter({ hasText: 'by an invitation link' }).waitFor();
    await ann.at('invite-link').filter({ hasText: '1 of 10' }).waitFor();

    await ann.at('revoke-link').click();
    await ann.at('invite-link').waitFor({ state: 'detached' });
    const dan = await visit();
    await dan.signUp();
    dan.expectOffline = true; // the browser itself notes the refusal
    await dan.page.evaluate((hash) => { location.hash = hash; }, new URL(link).hash);
    await dan.at('join').click();
    await dan.page.getByText('This link is over or was revoked.').waitFor();
});

test('who is banned is out, reads for how long, and comes back only when it is lifted', async () => {
    const { owner, member, group, ann, bob, acts } = await together();
    await (await acts())('remove').click();
    bob.expects(404); // what he still reads of the group when he is out of it
    await ann.at('reason').fill('Enough');
    await ann.at('keep-out').selectOption('604800');
    await ann.at('remove-member').click();
    await bob.at('removed').filter({ hasText: 'Enough' }).filter({ hasText: 'after 7 days' }).waitFor();
    await ann.at('notice', '[data-type="room.user.banned"]').filter({ hasText: 'banned Bob Birch for 7 days' }).waitFor();
    await ann.at('banned', `[data-user="${member.user.username}"]`).filter({ hasText: 'Enough' }).waitFor();
    assert.equal((await owner.post(`/rooms/${group.id}/members`, { user_id: member.user.id, nonce: freshNonce() })).status, 403);
    await ann.at('lift-ban').click();
    await ann.at('banned').waitFor({ state: 'detached' });
    await ann.at('notice', '[data-type="room.user.unbanned"]').waitFor();
});

test('who wrote and left is banned from their message, and what they wrote is deleted', async () => {
    const { owner, member, group, ann, bob } = await together();
    await bob.say('buy my pills');
    await ann.sees('buy my pills');
    await ann.act('buy my pills', 'person');
    await ann.at('person-in-room', '[data-in="true"]').waitFor();
    for (const act of ['role', 'mute', 'delete-messages', 'remove'])
        await ann.at(`person-${act}`).waitFor();
    expectStatus(await member.delete(`/rooms/${group.id}/members/${member.id}`, { nonce: freshNonce() }), 204);
    await ann.at('person-in-room', '[data-in="false"]').filter({ hasText: 'Not in the group any more' }).waitFor();
    assert.equal(await ann.at('person-remove').count(), 0);
    await ann.at('person-ban').click();
    await ann.at('reason').fill('Pills');
    await ann.at('keep-out').selectOption('');
    await ann.at('remove-member').click();
    await ann.at('remove-member').waitFor({ state: 'detached' });
    assert.equal((await owner.post(`/rooms/${group.id}/members`, { user_id: member.user.id, nonce: freshNonce() })).status, 403);
    await ann.at('person-delete-messages').click();
    await ann.at('delete-messages').click();
    await ann.toasted('1 message was deleted');
    await ann.at('message').filter({ hasText: 'buy my pills' }).waitFor({ state: 'detached' });
});

test('who moderates reads what was done, to whom and why, and others are not offered it', async () => {
    const { owner, member, ann, bob, group } = await together();
    expectStatus(await owner.put(`/rooms/${group.id}/members/${member.id}/mute`, { seconds: 60, reason: 'Too many drums' }), 200);
    await ann.at('members').click();
    await ann.at('audit-open').click();
    await ann.at('audit-entry', '[data-type="room.user.muted"]').filter({ hasText: 'Ann Ash muted Bob Birch' }).filter({ hasText: 'Too many drums' }).waitFor();
    expectStatus(await owner.delete(`/rooms/${group.id}/members/${member.id}/mute`, { nonce: freshNonce() }), 204);
    await ann.page.keyboard.press('Escape');
    await ann.at('audit-open').click();
    const entries = ann.at('audit-entry');
    await entries.first().and(ann.at('audit-entry', '[data-type="room.user.unmuted"]')).waitFor();
    await ann.at('audit-type').selectOption('room.user.muted');
    await ann.counts(entries, 1);
    await ann.at('audit-type').selectOption('');
    const third = await signUp(server, freshName('cat'));
    expectStatus(await owner.post(`/rooms/${group.id}/members`, { user_id: third.id, nonce: freshNonce() }), 200, 201);
    for (const one of [member, third]) expectStatus(await one.put('/me/feed/settings:unlisted', { value: {} }), 200, 201);
    await ann.at('audit-person').click();
    for (const one of [third, member]) { // whom nobody else finds
        await ann.at('people-search').fill(one.user.username);
        await ann.at('person', `[data-user="${one.user.username}"]`).waitFor();
    }
    await ann.at('person', `[data-user="${member.user.username}"]`).click();
    await ann.focused(ann.at('audit-part'));
    await ann.counts(entries, 0);
    await ann.at('audit-part').selectOption('user');
    await ann.counts(entries, 2);
    await ann.at('audit-everybody').click();
    await ann.focused(ann.at('audit-person'));
    await bob.at('members').click();
    await bob.at('member-list').waitFor();
    assert.equal(await bob.at('audit-open').count(), 0);
});

test('an owner changes who may do what, and whoever may no longer is no longer offered it', async () => {
    const { ann, bob } = await together();
    await ann.at('members').click();
    await ann.at('permissions-open').click();
    const line = (permission, role) => ann.at('permission', `[data-permission="${permission}"][data-role="${role}"]`);
    await line('write', 'member').locator('[data-testid="permission-role"][data-role="admin"]').click();
    await line('write', 'admin').waitFor();
    await bob.at('silenced', '[data-why="role"]').waitFor();
    await line('write', 'admin').locator('[data-testid="permission-role"][data-role="member"]').click();
    await line('write', 'member').waitFor();
    await bob.at('composer').waitFor();
});
