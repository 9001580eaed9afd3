// Goes through every screen of the page and asks axe about each.

import { makeAdmin, serveWithAdmin } from '../support/admin.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { png } from '../support/images.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { axeFinds } from './axe.mjs';
import { lookAtAdminActs, lookAtExpired, lookAtGroupActs, lookAtInviteCodes, lookAtMessageActs, lookAtOwnDeletions, lookAtRemoved,
    lookAtReportActs, lookAtSuspended } from './axe_acts.mjs';
import { Visitor } from './page.mjs';

/** A room with all that a text can hold, one that is unread, and people. */
async function world(server) {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('other'), { display_name: 'Robin Hood' });
    const room = await me.createGroup('Accessible', [other]);
    await me.say(room, '**bold** _soft_ ~~gone~~ `code` [link](https://link.example) @someone');
    await other.say(room, `> quoted\n\n- one\n- two\n\n||hidden|| @${me.user.username}`);
    await other.say(room, '```js\nconst answer = 42; // why not\n```');
    await other.say(room, '🎉');
    const edited = await other.say(room, 'tea at three');
    await other.patch(`/rooms/${room.id}/messages/${edited.seq}`, { content: text('tea at four'), nonce: freshNonce() });
    const { seq } = await me.say(room, 'the question');
    const nonce = freshNonce();
    await other.post(`/rooms/${room.id}/messages`, { nonce, content: { type: 'text', text: 'the answer' }, reply_to: seq });
    for (const one of [me, other]) await one.put(`/rooms/${room.id}/messages/${seq}/reactions/${encodeURIComponent('👍')}`, { nonce: freshNonce() });
    await other.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: { type: 'text', text: 'aside' }, thread: seq });
    const asked = await polls(me, other);
    await me.put(`/rooms/${room.id}/pins/${seq}`, { nonce: freshNonce() });
    await me.put(`/me/feed/saved:${room.id}.${seq}`, { value: { at: '2026-11-26T10:00:00.000Z' } });
    await other.say(await other.createGroup('Unread', [me]), 'news');
    const quiet = await other.createGroup('Quiet', [me]);
    await me.put('/me/feed/folder:singers', { value: { title: 'Singers' } });
    await me.put(`/me/feed/room:${room.id}`, { value: { folder: 'singers' } });
    await me.put(`/me/feed/room:${quiet.id}`, { value: { archived: true } });
    await me.put(`/me/feed/contact:${other.id}`, { value: { notes: 'Owes me a rope' } });
    await doors(server, me, other, room, seq);
    const reporter = await signUp(server, freshName('reporter'));
    await me.post(`/rooms/${room.id}/members`, { user_id: reporter.id, nonce: freshNonce() });
    const pills = { room: room.id, seq: (await other.say(room, 'buy pills')).seq, category: 'spam' };
    await reporter.post('/reports', { ...pills, text: 'Again' });
    await me.post('/reports', pills); // who moderates there: it lies with the administrators
    await me.post('/reports', { user_id: other.id, category: 'other' });
    const banned = await signUp(server, freshName('loud'));
    await me.put(`/rooms/${room.id}/bans/${banned.id}`, { reason: 'Adverts', nonce: freshNonce() });
    await other.patch(`/rooms/${quiet.id}`, { locked: true, nonce: freshNonce() });
    const late = await cameLate(me, other);
    return { me, other, room, quiet, seq, asked, late };
}

/** A group of which one does not read what was before, that filters words, and in which such a word is to be changed. */
async function cameLate(me, other) {
    const room = await other.createGroup('Late', []);
    await other.patch(`/rooms/${room.id}`, { history: 'joined', filters: { words: ['casino'] }, nonce: freshNonce() });
    const { seq } = await other.say(room, 'from before');
    await other.post(`/rooms/${room.id}/members`, { user_id: me.id, nonce: freshNonce() });
    await other.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: { type: 'text', text: 'about it' }, reply_to: seq });
    await me.put(`/me/feed/saved:${room.id}.${seq}`, { value: { at: '2026-11-26T10:00:00.000Z' } });
    return { ...room, seq };
}

/** One that is open and has votes, and one that is closed. */
async function polls(me, other) {
    const room = await other.createGroup('Asked', [me]);
    const ask = async (text, more) => (await other.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: { type: 'poll', text, options: ['yes', 'no'], ...more } })).body;
    const [open, closed] = [await ask('the open poll'), await ask('the closed poll', { multiple: true, anonymous: true })];
    for (const { seq } of [open, closed]) await me.put(`/rooms/${room.id}/messages/${seq}/vote`, { choices: [0], nonce: freshNonce() });
    await other.post(`/rooms/${room.id}/messages/${closed.seq}/close`, { nonce: freshNonce() });
    return room;
}

/** What was read, what waits, who asks to come in, and a group that one may ask oneself. */
async function doors(server, me, other, room, seq) {
    await other.put(`/rooms/${room.id}/read`, { seq });
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await me.put(`/me/feed/scheduled:${room.id}.${freshNonce()}`, { value: { at, content: { type: 'text', text: 'not yet' } } });
    const open = { visibility: 'public', join: 'approval' };
    await me.patch(`/rooms/${room.id}`, { ...open, nonce: freshNonce() });
    await (await signUp(server, freshName('asker'))).post(`/rooms/${room.id}/requests`, { text: 'I sing bass', nonce: freshNonce() });
    const club = await other.createGroup('Club', []);
    await other.patch(`/rooms/${club.id}`, { ...open, topic: 'By approval', nonce: freshNonce() });
}

/** Somebody administers it, and its clock can be turned. */
export const serveForTour = (owner) => serveWithAdmin(owner, { start: serveWithClock });

/**
 * What axe has to say, a line each; nothing, it is to be hoped.
 * @param {object} server   one that serveForTour() started
 * @param {object} dress    what the person likes (`likes`), and what the browser is like
 */
export async function axeTour(browser, server, { likes = {}, ...options }) {
    const { me, other, room, quiet, seq, asked, late } = await world(server);
    const visitor = await Visitor.open(browser, server, { name: me.user.username, bypassCSP: true, ...options });
    const { page } = visitor;
    const found = [];
    const check = async (screen) => { found.push(...(await axeFinds(page)).map((line) => `${screen}: ${line}`)); };
    const goTo = async (hash, testid) => {
        await page.evaluate((to) => { location.hash = to; }, hash);
        await visitor.at(testid).first().waitFor();
    };
    const tour = { server, visitor, page, check, goTo };

    await page.evaluate((all) => localStorage.setItem('natternet.preferences', JSON.stringify(all)), likes);
    await page.reload();
    await visitor.at('submit').waitFor();
    await check('sign-in');
    const banished = await lookAtSuspended(tour);
    await visitor.at('switch-mode').click();
    await visitor.at('username').fill(me.user.username);
    await visitor.at('password').fill('correct horse battery');
    await visitor.at('submit').click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await check('sign-up with a mistake');
    await visitor.at('switch-mode').click();
    await visitor.signIn();
    await visitor.at('room-item').first().waitFor();
    await check('home');

    await makeAdmin(server, me);
    await goTo('/admin/reports', 'report');
    await visitor.at('evidence').first().waitFor();
    await check('reports to administrators');
    await visitor.at('report-delete').first().click();
    await visitor.at('delete-reported-reason').waitFor();
    await check('deleting what was reported');
    await page.keyboard.press('Escape');
    await goTo('/admin/people', 'admin-person');
    await check('people of the server');
    await visitor.at('admin-person', `[data-user="${me.user.username}"]`).click();
    await visitor.at('sessions-of', ':not([data-count="0"])').waitFor();
    await check('how somebody stands');
    await page.keyboard.press('Escape');
    await lookAtAdminActs(tour, { other, banished });

    await goTo('/admin/rooms', 'admin-room');
    await check('groups for administrators');
    await visitor.at('admin-room').first().click();
    await visitor.at('room-standing').waitFor();
    await check('a group for administrators');
    await visitor.at('give-room').click();
    await visitor.at('give-to').first().waitFor();
    await check('giving a group away');
    await visitor.page.keyboard.press('Escape');
    await visitor.page.keyboard.press('Escape');
    await goTo('/admin/figures', 'figure');
    await check('figures for administrators');
    await goTo('/admin/audit', 'admin-audit-entry');
    await check('audit log of the server');
    await visitor.at('audit-person').click();
    await visitor.at('audit-me').click();
    await visitor.at('audit-part').waitFor();
    await check('audit log of one person');
    await goTo('/admin/emoji', 'admin-emoji-name');
    await visitor.at('admin-emoji-file').setInputFiles({ name: `${freshName('boat')}.png`, mimeType: 'image/png', buffer: png() });
    await visitor.at('admin-emoji-preview').locator('img').waitFor();
    await check('an emoji before it is added');
    await visitor.at('admin-emoji-add').click();
    await visitor.at('admin-emoji-line').first().waitFor();
    await check('emoji of the server');
    await visitor.at('admin-emoji-rename').first().click();
    await visitor.at('admin-emoji-new-name').waitFor();
    await check('an emoji before it is renamed');
    await goTo('/admin/settings', 'admin-signup');
    await check('settings of the server');
    await lookAtInviteCodes(tour);

    await goTo('/threads', 'followed-thread');
    await check('threads');
    await goTo(`/rooms/${room.id}`, 'new-line');
    await page.locator('[data-code]').first().waitFor();
    await check('room');
    await visitor.at('message').last().hover();
    await visitor.at('message').last().locator('[data-testid="message-acts"]').click();
    await page.locator('[role="menuitem"]').first().waitFor();
    await check('menu of a message');
    await page.locator('[data-act="delete"]').click();
    await visitor.at('delete-for-me').waitFor();
    await check('deleting a message');
    await page.keyboard.press('Escape');
    await lookAtMessageActs(tour, { edited: 'tea at four', answer: 'the answer' });
    await visitor.act('the question', 'reactors');
    await visitor.at('reactors').locator('li').first().waitFor();
    await check('who reacted');
    await page.keyboard.press('Escape');
    await goTo(`/rooms/${asked.id}`, 'poll');
    await check('polls');
    await visitor.at('poll-who').click();
    await visitor.at('voters').locator('li').first().waitFor();
    await check('who voted');
    await page.keyboard.press('Escape');
    await visitor.at('poll-open').click();
    await visitor.at('poll-send').click();
    await page.locator('.field-error').first().waitFor();
    await check('asking, with a mistake');
    await page.keyboard.press('Escape');
    await goTo(`/rooms/${room.id}`, 'message');
    await visitor.act('the question', 'readers');
    await visitor.at('seen-by').locator('li').first().waitFor();
    await check('who has read a message');
    await page.keyboard.press('Escape');
    await visitor.act('the question', 'forward');
    await visitor.at('forward-to').first().waitFor();
    await check('forwarding');
    await page.keyboard.press('Escape');
    await visitor.act('the answer', 'react');
    await visitor.at('emoji').first().waitFor();
    await check('picking a reaction');
    await visitor.at('emoji-search').press('Escape');
    await visitor.act('the answer', 'reply');
    await visitor.at('replying').waitFor();
    await check('answering');
    await visitor.at('composer').press('Escape');
    await visitor.at('composer').pressSequentially('hi @rob');
    await visitor.at('suggestion').waitFor();
    await check('completion');
    await page.keyboard.press('Escape');
    await visitor.at('emoji-open').click();
    await visitor.at('emoji').first().waitFor();
    await check('emoji picker');
    await visitor.at('emoji-search').press('Escape');

    await visitor.at('waiting').waitFor();
    await visitor.at('composer').fill('later');
    await visitor.at('send-later').click();
    await page.locator('[data-act="time"]').click();
    await visitor.at('later-when').waitFor();
    await check('sending later, where one waits');
    await page.keyboard.press('Escape');
    await visitor.at('composer').fill('');

    await goTo(`/rooms/${room.id}/details`, 'asker');
    await check('details');
    await visitor.at('audit-open').click();
    await visitor.at('audit-entry').first().waitFor();
    await check('what moderators did');
    await visitor.at('audit-person').click();
    await visitor.at('people-search').waitFor();
    await check('picking a person of whom to read');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await visitor.at('reports-open').click();
    await visitor.at('evidence').waitFor();
    await check('reports');
    await lookAtReportActs(tour);
    await page.keyboard.press('Escape');
    await visitor.at('filters-open').click();
    await visitor.at('filter-words').fill('casino');
    await visitor.at('filter-links').selectOption('listed');
    await visitor.at('newcomers', '[data-seconds="0"]').waitFor();
    await check('filters');
    await visitor.at('filter-words').fill('ca*no');
    await visitor.at('filters-save').click();
    await page.locator('.field-error').waitFor();
    await check('filters, with a mistake');
    await page.keyboard.press('Escape');
    await visitor.at('report-room').click();
    await visitor.at('report-form').waitFor();
    await check('reporting');
    await page.keyboard.press('Escape');
    await visitor.at('add-member').click();
    await visitor.at('people-search').fill('robin');
    await visitor.at('person').first().waitFor();
    await check('adding people');
    await visitor.at('add-member').click();
    for (const act of ['mute', 'role', 'hand-over', 'delete-messages', 'remove']) {
        await visitor.at('member').last().locator('[data-testid="member-acts"]').click();
        await page.locator(`[data-act="${act}"]`).click();
        await page.locator('dialog[open]').waitFor();
        await check(`what is done to a member: ${act}`);
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
    }
    await lookAtGroupActs(tour);
    await visitor.at('make-link').click();
    await visitor.at('link-save').waitFor();
    await check('making a link');
    await visitor.at('link-save').click();
    await visitor.at('invite-link').waitFor();
    await check('an invitation link');
    await visitor.at('leave').click();
    await visitor.at('confirm').waitFor();
    await check('confirmation');
    await page.keyboard.press('Escape');
    await visitor.at('member').last().locator('.people-pick').click();
    await page.locator('dialog[open]').waitFor();
    await visitor.at('person-card').waitFor();
    await check('person');
    await visitor.at('name-person').click();
    await visitor.at('nickname').waitFor();
    await check('naming somebody');
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+k');
    await visitor.at('switcher-item').first().waitFor();
    await check('switcher');
    await page.keyboard.press('Escape');
    await goTo('/search', 'search-text');
    await check('searching messages');
    await visitor.at('search-text').fill('news bold');
    await visitor.page.locator('.search-none').waitFor();
    await check('no message found');
    await visitor.at('search-text').fill('soft');
    await visitor.at('search-result').first().waitFor();
    if (options.phone)
        await visitor.at('search-filters-open').click();
    await check('messages found');
    await goTo('/', 'room-search');
    await visitor.at('room-search').fill('robin');
    await visitor.at('found-person').first().waitFor();
    await check('search');
    await visitor.at('room-search').fill('');
    await visitor.at('archive-open').click();
    await visitor.at('archive-close').waitFor();
    await check('archived chats');
    await visitor.at('archive-close').click();
    await goTo('/new', 'people-search');
    await check('new chat');
    await visitor.at('new-group').click();
    await visitor.at('people-search').fill('robin');
    await visitor.at('person').first().click();
    await visitor.at('group-more').click();
    await visitor.at('group-public').click();
    await check('new group');
    await page.keyboard.press('Escape');

    await goTo(`/rooms/${room.id}/details`, 'retention');
    await visitor.at('retention').selectOption('3600');
    await visitor.at('confirm').waitFor();
    await check('before older messages disappear');
    await page.keyboard.press('Escape');
    await goTo(`/rooms/${late.id}`, 'quote');
    await visitor.at('quote', '[data-gone="before"]').waitFor();
    await visitor.say('to the casino');
    await visitor.at('rewrite').waitFor();
    await check('a message that was refused, where one came late');
    await goTo(`/rooms/${late.id}/thread/${late.seq}`, 'thread-gone');
    await check('a thread from before one came');

    await goTo(`/rooms/${quiet.id}`, 'silenced');
    await check('a locked room');
    await goTo('/groups', 'listed');
    await check('finding groups');
    await visitor.at('ask').first().click();
    await visitor.at('ask-text').waitFor();
    await check('asking to join');
    await page.keyboard.press('Escape');
    await goTo('/join/abc', 'join');
    await check('invited to a group');
    await goTo(`/rooms/${room.id}/thread/${seq}`, 'thread');
    await visitor.at('thread').locator('[data-testid="message"]').filter({ hasText: 'aside' }).waitFor();
    await check('thread');
    await goTo('/saved', 'saved-message');
    await check('saved messages');
    await goTo('/settings', 'settings-section');
    await check('settings');
    for (const section of ['account', 'appearance', 'language', 'notifications', 'folders', 'contacts', 'privacy', 'sessions', 'keyboard']) {
        await page.evaluate((to) => { location.hash = to; }, `/settings/${section}`);
        await page.locator('.settings-body section').first().waitFor();
        if (section === 'sessions') await visitor.at('session').first().waitFor();
        await check(section);
        if (section === 'account') {
            await visitor.at('status-emoji').click();
            await visitor.at('emoji').first().waitFor();
            await check('emoji of a status');
            await visitor.at('emoji-search').press('Escape');
        }
    }
    await lookAtOwnDeletions(tour);
    await lookAtRemoved(tour, { me, other });
    await lookAtExpired(tour, { me, other });
    await page.evaluate(() => { location.hash = '/rooms/nowhere'; });
    await page.locator('.content-empty').waitFor();
    await check('no such room');
    await visitor.context.setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await visitor.offline();
    await check('offline');
    await visitor.context.close();
    return found;
}
