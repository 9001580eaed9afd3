// The frame around the talk: the list of rooms, going from one to another, details and settings.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, freshNonce, isPast, PASSWORD, signIn, signUp, text } from '../support/people.mjs';
import { withoutBeginning } from './axe.mjs';
import { openStage } from './stage.mjs';

const { server, visit, enter } = await openStage({ after, afterEach });

test('rooms are found as one types, and so are people to begin with', async () => {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('friend'), { display_name: 'Zoë Quist' });
    await me.createGroup('Café Océan');
    await me.createGroup('Harbour');
    const visitor = await enter(me);
    await visitor.at('room-search').fill('ocean');
    await visitor.roomItem('Harbour').waitFor({ state: 'detached' });
    await visitor.roomItem('Café Océan').waitFor();
    await visitor.at('room-search').fill(other.user.username);
    await visitor.at('found-person').click();
    await visitor.at('room-title').filter({ hasText: 'Zoë Quist' }).waitFor();
});

test('Ctrl+K leads to any room; Alt and arrows to the next', async () => {
    const me = await signUp(server, freshName('me'));
    for (const name of ['Alpha', 'Beta', 'Gamma']) await isPast(await me.createGroup(name));
    const visitor = await enter(me);
    await visitor.roomItem('Alpha').waitFor();
    await visitor.page.keyboard.press('Control+k');
    await visitor.focused(visitor.at('switcher'));
    await visitor.page.keyboard.type('bet');
    await visitor.at('switcher-item').filter({ hasText: 'Beta' }).waitFor();
    await visitor.page.keyboard.press('Enter');
    await visitor.at('room-title').filter({ hasText: 'Beta' }).waitFor();
    const titles = await visitor.at('room-item').locator('.room-item-title').allInnerTexts();
    await visitor.page.keyboard.press('Alt+ArrowDown');
    const next = titles[titles.indexOf('Beta') + 1];
    await visitor.at('room-title').filter({ hasText: next }).waitFor();
});

test('the list is one stop for Tab, and arrows go through it, however fast they come', async () => {
    const me = await signUp(server, freshName('me'));
    for (let n = 0; n < 40; n++) await isPast(await me.createGroup(`Room ${n}`));
    const visitor = await enter(me);
    await visitor.roomItem('Room 39').waitFor();
    await visitor.at('room-search').focus();
    await visitor.page.keyboard.press('Tab');
    await visitor.page.evaluate(() => { // all of them before the next frame
        for (let n = 0; n < 28; n++)
            document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    });
    for (let n = 0; n < 2; n++) await visitor.page.keyboard.press('ArrowDown');
    await visitor.page.locator('[data-testid="room-item"]:focus').filter({ hasText: /Room 9(?!\d)/ }).waitFor();
    await visitor.page.keyboard.press('Enter');
    await visitor.at('room-title').filter({ hasText: /Room 9$/ }).waitFor();
});

test('a muted room counts quietly, a pinned one stands at the top', async () => {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('other'))];
    const [old, young] = [await other.createGroup('Old', [me]), await other.createGroup('Young', [me])];
    await other.say(old, 'first');
    await other.say(young, 'second');
    const visitor = await enter(me);
    await visitor.openRoom('Old');
    await visitor.at('members').click();
    await visitor.at('mute').click();
    await visitor.at('pin').click();
    await visitor.at('room-item').first().filter({ hasText: 'Old' }).waitFor();
    await visitor.openRoom('Young');
    await other.say(old, 'psst');
    await visitor.roomItem('Old').locator('[data-testid="unread"][data-quiet="true"]').waitFor();
    await visitor.page.waitForFunction(() => document.title === 'NatterNet');
    await visitor.openSettings('notifications');
    await visitor.at('unmute').click();
    await visitor.page.waitForFunction(() => document.title === '(1) NatterNet');
});

test('the owner of a group lets people in and out, renames it, and leaves', async () => {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('guest'))];
    await me.createGroup('Before');
    const visitor = await enter(me);
    await visitor.openRoom('Before');
    await visitor.at('members').click();
    await visitor.at('add-member').click();
    await visitor.at('people-search').fill(other.user.username);
    await visitor.at('person').click();
    await visitor.at('member', `[data-user="${other.user.username}"]`).waitFor();
    await visitor.at('rename').fill('After');
    await visitor.at('group-text-save').click();
    await visitor.at('room-title').filter({ hasText: 'After' }).waitFor();
    await visitor.at('member', `[data-user="${other.user.username}"]`).locator('[data-testid="member-acts"]').click();
    await visitor.page.locator('[data-act="remove"]').click();
    await visitor.at('remove-member').click();
    await visitor.at('member', `[data-user="${other.user.username}"]`).waitFor({ state: 'detached' });
    await visitor.at('leave').click();
    await visitor.at('confirm').click();
    await visitor.roomItem('After').waitFor({ state: 'detached' });
});

test('a dialog keeps the focus, Escape closes it, and the focus returns', async () => {
    const visitor = await enter(await signUp(server, freshName('me')));
    await visitor.at('new-chat').focus();
    await visitor.page.keyboard.press('Enter');
    await visitor.page.locator('[data-testid="people-search"]:focus').waitFor();
    for (let n = 0; n < 12; n++) {
        await visitor.page.keyboard.press('Tab');
        assert.ok(await visitor.page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null));
    }
    await visitor.page.keyboard.press('Escape');
    await visitor.page.locator('[data-testid="new-chat"]:focus').waitFor();
});

test('theme, contrast, size and density take effect at once and are kept', async () => {
    const visitor = await enter(await signUp(server, freshName('me')));
    await visitor.openSettings('appearance');
    await visitor.page.locator('#theme-dark').check({ force: true });
    await visitor.page.locator('#size-large').check({ force: true });
    await visitor.page.locator('#density-compact').check({ force: true });
    await visitor.at('contrast').click();
    await visitor.page.reload();
    await visitor.page.locator('html[data-theme="dark"][data-size="large"][data-density="compact"][data-contrast="more"]').waitFor();
    await visitor.page.waitForFunction(() => getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)');
});

test('the language changes at once, with its direction, digits and plurals, and the focus stays', async () => {
    const me = await signUp(server, freshName('me'));
    await me.createGroup('Group', [await signUp(server), await signUp(server)]);
    const visitor = await enter(me);
    await visitor.openSettings('language');
    await visitor.page.locator('#language-ar').check({ force: true });
    await visitor.page.getByRole('heading', { name: 'اللغة' }).waitFor();
    await visitor.page.locator('html[dir="rtl"][lang="ar"]').waitFor();
    await visitor.page.locator('#language-ar:focus').waitFor();
    await visitor.openRoom('Group');
    await visitor.page.getByText(/^(3|٣) أعضاء$/).first().waitFor();
    await visitor.page.reload();
    await visitor.at('composer', '[placeholder="اكتب رسالة"]').waitFor();
    await visitor.openSettings('language');
    await visitor.page.locator('#language-de').check({ force: true });
    await visitor.page.getByRole('heading', { name: 'Sprache' }).waitFor();
    await visitor.page.locator('html[dir="ltr"]').waitFor();
});

test('in Arabic what is written from the left is cut off at its end, in a narrow window too', async () => {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('other'), { display_name: 'Bartholomew Featherstonehaugh-Cholmondeley' });
    await other.put('/me/presence', { choice: 'auto', text: 'Packing for the island, and looking for the tent', emoji: '' });
    const group = await me.createGroup('The long winter reading list of everybody here', [other]);
    await me.patch(`/rooms/${group.id}`, { topic: 'What we read, and what we would rather have read', nonce: freshNonce() });
    const said = await other.say(group, 'Shall we begin?');
    await me.post(`/rooms/${group.id}/messages`, { content: text('In a thread'), thread: said.seq, nonce: freshNonce() });
    await me.put(`/me/feed/saved:${group.id}.${said.seq}`, { value: { at: '2026-11-20T10:00:00.000Z' } });
    const direct = await other.createDirect(me);
    const visitor = await enter(me);
    await visitor.page.setViewportSize({ width: 320, height: 640 });
    await visitor.page.evaluate(() => localStorage.setItem('natternet.preferences', '{"language":"ar"}'));
    await visitor.page.reload();
    await visitor.at('threads').waitFor();
    assert.ok(await visitor.page.locator('.rooms-head h2').evaluate((title) => title.scrollWidth <= title.clientWidth), 'the title is cut');
    for (const [hash, testid] of [['/', 'room-item'], [`/rooms/${group.id}`, 'message'], [`/rooms/${group.id}/details`, 'member'], [`/rooms/${direct.id}`, 'composer'], ['/saved', 'saved-message']]) {
        await visitor.page.evaluate((to) => { location.hash = to; }, hash);
        await visitor.at(testid).first().waitFor();
        if (testid === 'member') await visitor.at('member').filter({ hasText: 'Packing' }).waitFor();
        assert.deepEqual(await visitor.page.evaluate(withoutBeginning), [], hash);
    }
});

test('who is signed in elsewhere is signed out at one press; here it goes on', async () => {
    const me = await signUp(server, freshName('me'));
    const [here, phone] = [await enter(me), await enter(me)];
    await here.openSettings('sessions');
    await here.at('end-others').click();
    await phone.at('submit').waitFor();
    await here.toasted('You are signed out everywhere else');
    await here.online();
    await here.counts(here.at('session'), 1);
});

test('name and password change, the account goes; what is wrong is said at its field', async () => {
    const me = await signUp(server, freshName('me'));
    const visitor = await enter(me);
    await visitor.openSettings('account');
    await visitor.at('my-name').fill('Someone New');
    await visitor.at('my-name-save').click();
    await visitor.toasted('Saved');
    await visitor.at('old-password').fill('not the password');
    await visitor.at('new-password').fill('another password');
    await visitor.at('change-password').click();
    await visitor.at('old-password', '[aria-invalid="true"]').waitFor();
    await visitor.at('old-password').fill(PASSWORD);
    await visitor.at('change-password').click();
    await visitor.at('password-changed').waitFor();
    await signIn(server, me.user.username, 'another password');
    await visitor.at('delete-account').click();
    await visitor.at('delete-password').fill('another password');
    await visitor.at('delete-confirm').click();
    await visitor.at('submit').waitFor();
});

test('at 320 pixels, which is 400 % of zoom, nothing needs scrolling sideways', async () => {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('other'))];
    const room = await me.createGroup('A group with a name that is longer than most groups would ever have', [other]);
    await other.say(room, `${'Donaudampfschifffahrtsgesellschaft'.repeat(4)} https://example.example/${'a'.repeat(200)}`);
    const visitor = await enter(me, { viewport: { width: 320, height: 256 } });
    for (const hash of ['/', '/new', `/rooms/${room.id}`, `/rooms/${room.id}/details`, '/settings', ...['account', 'appearance', 'sessions', 'keyboard'].map((name) => `/settings/${name}`)]) {
        await visitor.page.evaluate((to) => { location.hash = to; }, hash);
        await visitor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const wide = await visitor.page.evaluate(() => [...document.querySelectorAll('body, .rooms, .room-main, .timeline, .details-body, .settings-body, dialog')]
            .filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1).map((box) => `${box.className || box.tagName} ${box.scrollWidth} > ${box.clientWidth}`));
        assert.deepEqual(wide, [], hash);
    }
});

test('a server that is newer or older than the page is told', async () => {
    const me = await signUp(server, freshName('me'));
    for (const [version, standing] of [['9.0.0', 'newer'], ['0.0.1', 'older']]) {
        const visitor = await visit({ name: me.user.username });
        await visitor.page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
            const there = socket.connectToServer();
            there.onMessage((message) => socket.send(String(message).replace(/"version":"[^"]+"/, `"version":"${version}"`)));
        });
        await visitor.page.reload(); // it is from the next load on that the socket is between
        await visitor.signIn();
        await visitor.at('version', `[data-standing="${standing}"]`).waitFor();
    }
});

test('what is wrong with a name is said beside its field, and what came of signing in is no answer to signing up', async () => {
    const visitor = await visit({ name: freshName('robin') });
    visitor.expects(422);
    await visitor.at('username').fill(visitor.name);
    await visitor.at('password').fill('not the password');
    await visitor.at('submit').click();
    await visitor.at('problem').waitFor();
    await visitor.at('switch-mode').click();
    await visitor.at('problem').waitFor({ state: 'detached' });
    await visitor.at('username').fill('Robin Hood');
    await visitor.at('password').fill(PASSWORD);
    await visitor.at('submit').click();
    await visitor.at('username', '[aria-invalid="true"]').waitFor();
    await visitor.page.locator('.field-error').filter({ hasText: 'no spaces' }).waitFor();
    assert.equal(await visitor.at('problem').count(), 0);
    await visitor.at('username').fill(visitor.name);
    await visitor.at('submit').click();
    await visitor.online();
});

test('a newcomer with an invitation link is told of it before they sign up, and comes to it then', async () => {
    const me = await signUp(server, freshName('me'));
    const group = await me.createGroup('Rowing');
    const { body: link } = await me.post(`/rooms/${group.id}/links`, { nonce: freshNonce() });
    const visitor = await visit();
    await visitor.page.goto(`${server.url}/#/join/${link.code}`);
    await visitor.page.locator('.login').getByText('You were invited to a group.').waitFor();
    await visitor.signUp();
    await visitor.at('join').click();
    await visitor.at('room-title').filter({ hasText: 'Rowing' }).waitFor();
});

test('who closes the window for a new chat is where they were, with what they had begun there', async () => {
    const me = await signUp(server, freshName('me'));
    await me.createGroup('Harbour');
    const visitor = await enter(me);
    await visitor.openRoom('Harbour');
    await visitor.at('composer').fill('half a');
    await visitor.at('new-chat').click();
    await visitor.at('people-search').waitFor();
    await visitor.at('room-title').filter({ hasText: 'Harbour' }).waitFor();
    await visitor.at('new-group').click();
    await visitor.focused(visitor.at('group-name'));
    await visitor.page.keyboard.press('Escape');
    await visitor.at('people-search').waitFor({ state: 'detached' });
    await visitor.at('room-title').filter({ hasText: 'Harbour' }).waitFor();
    await visitor.holds('composer', 'half a');
    await visitor.page.goBack();
    await visitor.at('room-title').waitFor({ state: 'detached' });
});

test('Ctrl+K to the window for a new chat leaves the room where it is', async () => {
    const me = await signUp(server, freshName('me'));
    await me.createGroup('Harbour');
    const visitor = await enter(me);
    await visitor.openRoom('Harbour');
    await visitor.at('members').click();
    await visitor.at('members-close').waitFor();
    await visitor.at('room-title').evaluate((title) => (title.dataset.kept = 'yes'));
    await visitor.page.keyboard.press('Control+k');
    await visitor.focused(visitor.at('switcher'));
    await visitor.page.keyboard.type('new chat');
    await visitor.at('switcher-item').filter({ hasText: 'New chat' }).waitFor();
    await visitor.page.keyboard.press('Enter');
    await visitor.at('people-search').waitFor();
    await visitor.at('room-title', '[data-kept="yes"]').waitFor({ timeout: 5000 });
    await visitor.at('members-close').waitFor();
});

test('who came by a link into a room opens and closes its details as often as they like', async () => {
    const me = await signUp(server, freshName('me'));
    const room = await me.createGroup('Harbour');
    const visitor = await enter(me);
    await visitor.roomItem('Harbour').waitFor();
    // In a tab of its own, where nothing is before it.
    const page = await visitor.page.context().newPage();
    await page.goto(`${server.url}/#/rooms/${room.id}`);
    const at = (id) => page.locator(`[data-testid="${id}"]`);
    for (let time = 0; time < 3; time++) {
        await at('members').click();
        await at('members-close').click();
        await at('members-close').waitFor({ state: 'detached' });
        await at('room-title').waitFor();
    }
    // At a message too: the way back leads to where one was in the room.
    await page.evaluate((hash) => { location.hash = hash; }, `/rooms/${room.id}/1`);
    const places = await page.evaluate(() => history.length);
    await at('members').click();
    await at('members-close').click();
    await at('members-close').waitFor({ state: 'detached' });
    assert.ok((await page.evaluate(() => location.hash)).endsWith('/1'));
    assert.equal(await page.evaluate(() => history.length), places + 1);
    await page.close();
});

test('on a phone what was left is not gone through again on the way back', async () => {
    const me = await signUp(server, freshName('me'));
    for (const name of ['Harbour', 'Choir']) await me.createGroup(name);
    const visitor = await enter(me, { phone: true });
    await visitor.roomItem('Choir').waitFor();
    const places = () => visitor.page.evaluate(() => history.length);
    const before = await places();
    for (const name of ['Harbour', 'Choir', 'Harbour']) {
        await visitor.openRoom(name);
        await visitor.at('members').click();
        await visitor.at('members-close').click();
        await visitor.at('back').click();
        await visitor.roomItem(name).waitFor();
    }
    assert.equal(await places(), before + 2, 'the chat and its details, once');
    await visitor.openRoom('Choir');
    await visitor.page.goBack();
    await visitor.roomItem('Choir').waitFor();
});

test('in a page that stays open, what was said today was said yesterday once midnight has passed', async () => {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('other'))];
    await other.say(await other.createGroup('Night watch', [me]), 'all is well');
    // A zone in which midnight is far away while this runs.
    const visitor = await enter(me, { clock: true, timezoneId: new Date().getUTCHours() < 12 ? 'Etc/GMT-6' : 'Etc/GMT+6' });
    await visitor.openRoom('Night watch');
    const day = visitor.page.locator('.line-day');
    await day.filter({ hasText: 'Today' }).waitFor();
    const said = visitor.roomItem('Night watch').locator('time');
    await said.filter({ hasText: /\d:\d\d/ }).waitFor();
    await visitor.page.clock.fastForward('24:00:00');
    await day.filter({ hasText: 'Yesterday' }).waitFor();
    await said.filter({ hasText: /^\D+$/ }).waitFor();
});

test('a password can be looked at before it is given, and is hidden otherwise', async () => {
    const visitor = await visit();
    await visitor.at('switch-mode').click();
    await visitor.at('password').fill('correct hrose battery');
    assert.equal(await visitor.at('password').getAttribute('type'), 'password');
    await visitor.page.getByRole('button', { name: 'Show the password', pressed: false }).click();
    await visitor.at('password', '[type="text"]').waitFor();
    await visitor.page.getByRole('button', { name: 'Show the password', pressed: true }).click();
    await visitor.at('password', '[type="password"]').waitFor();
    assert.equal(await visitor.at('password').inputValue(), 'correct hrose battery');
    visitor.expects(422);
    await visitor.at('username').fill('Robin Hood');
    await visitor.page.getByRole('button', { name: 'Show the password', pressed: false }).click();
    await visitor.at('password', '[type="text"]').waitFor();
    await visitor.at('submit').click();
    await visitor.at('password', '[type="password"]').waitFor();
    await visitor.page.locator('.field-error').filter({ hasText: 'too short or too long' }).waitFor();
});
