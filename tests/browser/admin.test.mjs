// The area of the server's administrators, and what those see to whom something is done there.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, PASSWORD, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter, visit } = await openStage({ after, afterEach }, serveWithAdmin);

/** An administrator before the list of people, looking for somebody. */
async function lookFor(person, options) {
    const root = await enter(await signInAdmin(server), options);
    await root.page.goto(`${server.url}/#/admin/people`);
    await root.at('admin-search').fill(person.user.username);
    const line = root.at('admin-person', `[data-user="${person.user.username}"]`);
    await line.waitFor();
    return { root, line };
}

test('an administrator suspends somebody, whose page is left at once and says why when signing in', async () => {
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const page = await enter(bob);
    page.expects(403);
    const other = await page.secondTab();
    other.expects(403);
    await other.online();
    const { root, line } = await lookFor(bob);
    await line.click();
    await root.at('sessions-of', '[data-count="2"]').waitFor();
    await root.at('suspend').click();
    await root.page.locator('#suspend-86400').check();
    await root.at('suspend-reason').fill('Too many drums');
    await root.at('suspend-confirm').click();
    await root.at('suspension').filter({ hasText: 'Too many drums' }).waitFor();
    await root.at('sessions-of', '[data-count="0"]').waitFor({ state: 'attached' });
    // On the page that is left, and in another tab, it is said without being asked.
    for (const tab of [page, other])
        await tab.at('suspended').filter({ hasText: 'Too many drums' }).filter({ hasText: 'suspended until' }).waitFor();
    await page.at('username').fill(bob.user.username);
    await page.at('password').fill(PASSWORD);
    await page.at('submit').click();
    await page.at('suspended').filter({ hasText: 'Too many drums' }).filter({ hasText: 'suspended until' }).waitFor();
    await root.page.keyboard.press('Escape');
    await root.at('admin-state').selectOption('suspended');
    await line.and(root.at('admin-person', '[data-suspended="true"]')).click();
    await root.at('lift-suspension').press('Enter');
    await root.at('suspension').waitFor({ state: 'detached' });
    await root.focused(root.at('suspend'));
    await root.page.keyboard.press('Escape');
    await line.waitFor({ state: 'detached' });
    await page.signIn();
});

test('who is made an administrator is offered the area at once, and others are not', async () => {
    const bob = await signUp(server, freshName('bob'));
    const page = await enter(bob);
    await page.page.goto(`${server.url}/#/settings`);
    await page.at('sign-out').waitFor();
    assert.equal(await page.at('admin-open').count(), 0);
    const { root, line } = await lookFor(bob);
    await line.click();
    await root.at('change-admin').click();
    await root.at('confirm').click();
    await root.at('change-admin', '[data-on="true"]').waitFor();
    await page.at('admin-open').click();
    await page.at('admin-person').first().waitFor();
    await root.at('change-admin').click();
    await root.at('confirm').click();
    await page.at('admin').waitFor({ state: 'detached' });
    expectStatus(await bob.get('/admin/people'), 403);
});

test('by the keyboard alone somebody is found and signed out everywhere', async () => {
    const bob = await signUp(server, freshName('bob'));
    const { root, line } = await lookFor(bob, { phone: true });
    await line.focus();
    await root.page.keyboard.press('Enter');
    await root.at('end-sessions-of').focus();
    await root.page.keyboard.press('Enter');
    await root.at('confirm').focus();
    await root.page.keyboard.press('Enter');
    await root.at('sessions-of', '[data-count="0"]').waitFor({ state: 'attached' });
    await root.page.keyboard.press('Escape');
    await root.at('standing').waitFor({ state: 'detached' });
    assert.equal(await line.evaluate((element) => element === document.activeElement), true);
    expectStatus(await bob.get('/me'), 401);
});

test('an administrator closes sign-up, which newcomers see, and reads in the audit log that it was done', async () => {
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/settings`);
    await root.at('admin-signup', '[data-set="false"]').waitFor();
    await root.page.locator('#signup-closed').check();
    await root.at('admin-signup', '[data-signup="closed"]').waitFor();
    const stranger = await visit();
    await stranger.at('switch-mode').click();
    await stranger.at('problem').filter({ hasText: 'takes no new accounts' }).waitFor();
    assert.equal(await stranger.at('submit').isDisabled(), true);
    await root.page.locator('#signup-default').check();
    await root.at('admin-signup', '[data-set="false"]').waitFor();
    await root.page.locator('#tab-settings').press('ArrowLeft');
    await root.at('admin', '[data-tab="audit"]').waitFor();
    await root.at('admin-audit-type').selectOption('server.settings_updated');
    await root.at('admin-audit-entry').nth(1).waitFor();
    assert.match(await root.at('admin-audit-entry').first().textContent(), /root_admin changed who may sign up/);
});

test('an administrator makes an invitation code, and somebody signs up with it', async () => {
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/settings`);
    await root.page.locator('#signup-invite').check();
    await root.at('admin-signup', '[data-signup="invite"]').waitFor();
    await root.at('invite-uses').selectOption('5');
    await root.at('invite-time').selectOption('86400');
    const answered = root.page.waitForResponse((answer) => answer.url().endsWith('/invites') && answer.request().method() === 'POST');
    await root.at('invite-make').click();
    const { expires_at } = await (await answered).json();
    assert.ok(Date.parse(expires_at) < Date.now() + 90_000_000, expires_at);
    const made = root.at('invite-code');
    await made.filter({ hasText: 'For 5 people' }).waitFor();
    await root.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await root.at('copy-invite').click();
    await root.toasted('Code copied');
    const code = await root.page.evaluate(() => navigator.clipboard.readText());
    const stranger = await visit({ name: freshName('invited') });
    await stranger.at('switch-mode').click();
    await stranger.at('username').fill(stranger.name);
    await stranger.at('password').fill(PASSWORD);
    await stranger.at('invite').fill(code);
    await stranger.at('submit').click();
    await stranger.online();
    await root.page.locator('#signup-default').check();
    await root.at('admin-signup', '[data-set="false"]').waitFor();
    await made.waitFor({ state: 'detached' });
});

test('what is reported of a person waits for the administrators, with a number, and is decided there', async () => {
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const cal = await signUp(server, freshName('cal'), { display_name: 'Cal Cedar' });
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/reports`);
    await root.at('reports-list').waitFor({ state: 'attached' });
    const { id } = expectStatus(await cal.post('/reports', { user_id: bob.id, category: 'impersonation', text: 'Not Bob at all' }), 201);
    await root.at('reports-badge', '[data-count="1"]').waitFor();
    const report = root.at('report', `[data-report="${id}"]`);
    await report.filter({ hasText: 'Cal Cedar reported it' }).filter({ hasText: 'Not Bob at all' }).waitFor();
    await report.locator('[data-testid="evidence"]').filter({ hasText: bob.user.username }).waitFor();
    assert.equal(await report.locator('[data-testid="report-escalate"]').count(), 0);
    await root.at('report-dismissed').click();
    await report.waitFor({ state: 'detached' });
    await root.at('reports-badge').waitFor({ state: 'detached' });
    assert.equal(expectStatus(await cal.get(`/me/feed/report:${id}`), 200).value.state, 'dismissed');
});

test('who is reported is suspended from the report itself, which is decided then', async () => {
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const cal = await signUp(server, freshName('cal'));
    const { id } = expectStatus(await cal.post('/reports', { user_id: bob.id, category: 'harassment' }), 201);
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/reports`);
    const report = root.at('report', `[data-report="${id}"]`);
    await report.locator('[data-testid="report-standing"]').click();
    await root.at('standing', `[data-user="${bob.user.username}"]`).waitFor();
    await root.at('sessions-of', '[data-count="1"]').waitFor();
    await root.at('suspend').click();
    await root.at('suspend-reason').fill('Rude to Cal');
    await root.at('suspend-confirm').click();
    await root.at('suspension').filter({ hasText: 'Rude to Cal' }).waitFor();
    expectStatus(await bob.get('/me'), 401);
    await root.page.keyboard.press('Escape');
    await root.at('standing').waitFor({ state: 'detached' });
    await root.focused(report.locator('[data-testid="report-standing"]'));
    await report.locator('[data-testid="report-acted"]').click();
    await report.waitFor({ state: 'detached' });
    assert.equal(expectStatus(await cal.get(`/me/feed/report:${id}`), 200).value.state, 'acted');
});

test('a group is reported in the page, and locked from the report', async () => {
    const [bob, cal] = [await signUp(server, freshName('bob')), await signUp(server, freshName('cal'))];
    const room = await bob.createGroup(freshName('Scam'), [cal]);
    const page = await enter(cal);
    await page.openRoom(room.name);
    await page.at('members').click();
    await page.at('report-room').click();
    await page.at('report-category').selectOption('spam');
    await page.at('report-send').click();
    await page.toasted('Reported.');
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/reports`);
    const report = root.at('report').filter({ hasText: room.name });
    await report.locator('[data-testid="report-group"]').click();
    await root.at('hold-room', '[data-hold="locked"]').click();
    await root.at('hold-reason').fill('Until this is looked at');
    await root.at('hold-confirm').click();
    await root.at('room-standing', '[data-held="locked"]').waitFor();
    await page.at('notice').filter({ hasText: 'Until this is looked at' }).waitFor();
    await root.page.keyboard.press('Escape');
    await root.at('room-standing').waitFor({ state: 'detached' });
    await root.focused(report.locator('[data-testid="report-group"]'));
    await report.locator('[data-testid="report-acted"]').click();
    await report.waitFor({ state: 'detached' });
    await page.toasted('something was done');
});

test('what was said between two is deleted by the administrator to whom it was reported, who then decides', async () => {
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const cal = await signUp(server, freshName('cal'));
    const room = await bob.createDirect(cal);
    const { seq } = await bob.say(room, 'an unlawful thing');
    const page = await enter(cal);
    await page.page.goto(`${server.url}/#/rooms/${room.id}`);
    await page.at('message').filter({ hasText: 'an unlawful thing' }).waitFor();
    const { id } = expectStatus(await cal.post('/reports', { room: room.id, seq, category: 'illegal' }), 201);
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/reports`);
    const report = root.at('report', `[data-report="${id}"]`);
    await report.locator('[data-testid="report-delete"]').click();
    await root.at('delete-reported-reason').fill('Against the law');
    await root.at('delete-reported-confirm').click();
    await report.locator('[data-testid="reported-deleted"]').waitFor();
    const gone = page.at('message', `[data-seq="${seq}"]`).filter({ hasText: 'Message deleted by an administrator of this server: Against the law' });
    await gone.waitFor();
    await page.page.reload();
    await gone.waitFor();
    const other = await enter(bob);
    await other.page.goto(`${server.url}/#/rooms/${room.id}`);
    await other.at('message', `[data-seq="${seq}"]`).filter({ hasText: 'administrator of this server: Against the law' }).waitFor();
    await root.focused(report.locator('[data-testid="report-acted"]'));
    await root.page.keyboard.press('Enter');
    await report.waitFor({ state: 'detached' });
    await root.page.goto(`${server.url}/#/admin/audit`);
    await root.at('admin-audit-type').selectOption('message.deleted');
    await root.at('admin-audit-entry').filter({ hasText: 'deleted a reported message of Bob Birch' }).filter({ hasText: 'Against the law' }).waitFor();
});

test('where a part of the page does not come that is loaded late, the rest stays and offers to load it anew', async () => {
    const [admin, bob] = [await signInAdmin(server), await signUp(server, freshName('bob'))];
    const wood = await bob.createGroup(freshName('Wood'), [admin]);
    await bob.say(wood, 'who am I?');
    const root = await enter(admin, { serviceWorkers: 'block', expectedWords: /dynamically imported module|Service Worker registration blocked/ });
    const late = /\/assets\/(AdminPage|ReportDialog)-.*\.js$/;
    root.expects(404);
    await root.page.route(late, (route) => route.fulfill({ status: 404 }));
    await root.page.goto(`${server.url}/#/admin/people`);
    await root.at('late-reload').waitFor();
    await root.openRoom(wood.name);
    await root.act('who am I?', 'report');
    await root.at('toast').locator('button').waitFor();
    await root.page.unroute(late);
    await root.page.goto(`${server.url}/#/admin/people`);
    await root.at('late-reload').click();
    await root.at('admin-person').first().waitFor();
});

test('an administrator finds a group, locks it with a reason that its people read, and gives it another owner', async () => {
    const [bob, cal] = [await signUp(server, freshName('bob'), { display_name: 'Bob Birch' }), await signUp(server, freshName('cal'), { display_name: 'Cal Cedar' })];
    const room = await bob.createGroup(freshName('Quarrel'), [cal]);
    const page = await enter(cal);
    await page.openRoom(room.name);
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/rooms`);
    await root.at('admin-room-search').fill(room.name);
    const line = root.at('admin-room', `[data-room="${room.id}"]`);
    await line.filter({ hasText: 'Bob Birch' }).click();
    await root.at('hold-room', '[data-hold="locked"]').click();
    await root.at('hold-reason').fill('Cool down first');
    await root.at('hold-confirm').click();
    await root.at('room-standing', '[data-held="locked"]').waitFor();
    await page.at('notice').filter({ hasText: 'administrator of this server) locked the group' }).filter({ hasText: 'Cool down first' }).waitFor();
    await root.at('give-room').click();
    await root.at('give-to', `[data-user="${cal.user.username}"]`).click();
    await root.at('give-confirm').click();
    await root.at('room-standing', `[data-owner="${cal.user.username}"]`).waitFor();
    await page.at('notice').filter({ hasText: 'made Cal Cedar the owner' }).waitFor();
    await root.at('hold-room', '[data-hold="locked"][data-on="true"]').click();
    await root.at('hold-confirm').click();
    await root.at('room-standing', '[data-held=""]').waitFor();
    await root.page.keyboard.press('Escape');
    await root.at('room-standing').waitFor({ state: 'detached' });
    await root.at('admin-room-state').selectOption('locked');
    await line.waitFor({ state: 'detached' });
    await root.at('admin-room-state').selectOption('all');
    await line.waitFor();
});

test('an administrator watches the figures of the server as they change, and reads the audit log of some days', async () => {
    const bob = await signUp(server, freshName('bob'));
    const room = await bob.createGroup('busy', []);
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/figures`);
    await root.at('figure', '[data-curve="people"]').waitFor();
    const first = await root.at('admin-figures').getAttribute('data-at');
    await bob.say(room, 'counted');
    await root.at('figure', '[data-curve="messages"]').waitFor();
    assert.notEqual(await root.at('admin-figures').getAttribute('data-at'), first);
    assert.ok(Number(await root.at('figure', '[data-curve="memory"]').getAttribute('data-value')) > 1e6);
    expectStatus(await (await signInAdmin(server)).delete(`/admin/people/${bob.id}/sessions`), 200);
    await root.page.goto(`${server.url}/#/admin/audit`);
    await root.at('admin-audit-entry').first().waitFor();
    await root.at('admin-audit-until').fill('2020-01-01');
    await root.at('admin-audit-entry').first().waitFor({ state: 'detached' });
    await root.at('admin-audit-until').fill('');
    await root.at('admin-audit-since').fill('2020-01-01');
    await root.at('admin-audit-entry').first().waitFor();
});

test('the audit log is asked for one kind, and for what somebody did or what was done to them, from how they stand', async () => {
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const cal = await signUp(server, freshName('cal'), { display_name: 'Cal Cedar' });
    const room = await bob.createGroup(freshName('Tea'), [cal]);
    expectStatus(await bob.put(`/rooms/${room.id}/members/${cal.id}/mute`, { seconds: 60, reason: 'Too many drums' }), 200);
    expectStatus(await (await signInAdmin(server)).delete(`/admin/people/${bob.id}/sessions`), 200);
    const { root, line } = await lookFor(bob);
    await line.click();
    await root.at('standing-by').click();
    await root.at('standing').waitFor({ state: 'detached' });
    const entries = root.at('admin-audit-entry');
    await entries.filter({ hasText: 'Bob Birch muted Cal Cedar' }).filter({ hasText: 'Too many drums' }).waitFor();
    assert.equal(await entries.filter({ hasText: 'root_admin' }).count(), 0);
    await root.at('audit-part').selectOption('user');
    await entries.filter({ hasText: 'signed Bob Birch out everywhere' }).waitFor();
    await root.focused(root.at('audit-part'));
    await root.at('admin-audit-type').selectOption('user.suspended');
    await root.page.getByText('Nothing of this was done.').waitFor();
    await root.at('admin-audit-type').selectOption('');
    await root.at('audit-everybody').click();
    await root.focused(root.at('audit-person'));
    await root.at('audit-person').click();
    await root.at('people-search').fill(cal.user.username);
    await root.at('person', `[data-user="${cal.user.username}"]`).click();
    await root.at('audit-part').selectOption('user');
    await root.counts(entries, 1);
    assert.equal(new URL(root.page.url()).hash, `#/admin/audit/to/${cal.id}`);
    await root.at('admin-audit-type').selectOption('room.user.muted');
    await entries.filter({ hasText: 'Bob Birch muted Cal Cedar' }).waitFor();
});
