// What is one's own on all devices: drafts, mutes and favourites, saved messages; and what was read.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** One person before two devices, with a room in which somebody has written. */
async function twoDevices({ count = 3 } = {}) {
    const [me, other] = [await signUp(server, freshName('me')), await signUp(server, freshName('robin'), { display_name: 'Robin Hood' })];
    const group = await me.createGroup(freshName('Wood'), [other]);
    const said = [];
    for (let n = 0; n < count; n++) said.push(await other.say(group, `line number ${n}.`));
    const open = () => enter(me);
    const [desk, phone] = [await open(), await open()];
    return { me, other, group, said, desk, phone, open };
}

test('what is begun on one device goes on on the other, and is gone there when it is sent', async () => {
    const { group, desk, phone } = await twoDevices();
    await desk.openRoom(group.name);
    await desk.act('line number 1.', 'reply');
    await desk.at('composer').pressSequentially('half a thought');
    await phone.roomItem(group.name).filter({ hasText: 'half a thought' }).waitFor();
    await phone.openRoom(group.name);
    await phone.at('replying').filter({ hasText: 'line number 1.' }).waitFor();
    await phone.holds('composer', 'half a thought');
    await phone.at('composer').press('End');
    await phone.at('composer').pressSequentially(', whole now');
    await desk.holds('composer', 'half a thought, whole now');
    await phone.at('send').click();
    await desk.sees('half a thought, whole now');
    await desk.holds('composer', '');
    await desk.at('replying').waitFor({ state: 'detached' });
});

test('a draft that was typed without a connection reaches the other device later', async () => {
    const { group, desk, phone } = await twoDevices();
    await desk.openRoom(group.name);
    desk.expectOffline = true;
    await desk.context.setOffline(true);
    await desk.page.evaluate(() => dispatchEvent(new Event('offline')));
    await desk.offline();
    await desk.at('composer').pressSequentially('in the tunnel');
    await desk.page.waitForFunction(async () => {
        const [{ name }] = await indexedDB.databases();
        const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
        const keys = await new Promise((done) => { db.transaction('values').objectStore('values').getAllKeys().onsuccess = (event) => done(event.target.result); });
        db.close();
        return keys.some((key) => key.includes('feed.draft:'));
    });
    await desk.context.setOffline(false);
    await desk.page.evaluate(() => dispatchEvent(new Event('online')));
    await phone.roomItem(group.name).filter({ hasText: 'in the tunnel' }).waitFor();
});

test('folders and how loud a chat is are made on one device and are so on the other', async () => {
    const { me, other, group, desk, phone } = await twoDevices();
    const outside = await other.createGroup(freshName('Elsewhere'), [me]);
    await desk.openSettings('folders');
    await desk.at('folder-new').fill('Work');
    await desk.at('folder-make').click();
    await desk.at('folder', '[data-title="Work"]').waitFor();
    await desk.openRoom(group.name);
    await desk.at('members').click();
    await desk.at('folder-of').selectOption({ label: 'Work' });
    await desk.at('level').selectOption('mentions');
    await phone.at('folder-show', '[data-title="Work"]').click();
    await phone.roomItem(group.name).waitFor();
    await phone.roomItem(outside.name).waitFor({ state: 'detached' });
    await phone.roomItem(group.name).click();
    await phone.at('members').click();
    await phone.holds('level', 'mentions');
    await phone.at('put-away').click(); // what goes out of a folder is seen to be somewhere
    await phone.at('archive-open').filter({ hasText: 'Archived (1)' }).waitFor();
    await phone.at('level', '[aria-disabled="true"]').waitFor();
    await phone.at('put-away', '[aria-checked="true"]').click();
    await phone.roomItem(group.name).waitFor();
    await desk.openSettings('folders');
    await desk.at('folder-name').fill('At work');
    await desk.at('folder-name').press('Enter');
    await phone.at('folder-show', '[data-title="At work"][aria-pressed="true"]').waitFor();
    await desk.at('folder-delete').click();
    await desk.at('confirm').click();
    await phone.at('folders').waitFor({ state: 'detached' });
    await phone.roomItem(outside.name).waitFor();
});

test('the name of a folder follows another device, and who only passes through the field changes nothing', async () => {
    const { me, desk } = await twoDevices();
    const put = async (title) => expectStatus(await me.put('/me/feed/folder:work', { value: { title } }), 200);
    await put('Work');
    await desk.openSettings('folders');
    await desk.holds('folder-name', 'Work');
    await put('Office');
    await desk.holds('folder-name', 'Office');
    await desk.at('folder-name').focus();
    await desk.page.keyboard.press('Tab');
    await desk.at('folder-new').fill('Home');
    await desk.at('folder-make').click();
    await desk.at('folder', '[data-title="Home"]').waitFor();
    const entries = await me.entriesOnce('folder', 2); // it is shown before
    assert.deepEqual(entries.map(({ value }) => value.title).sort(), ['Home', 'Office']);
});

test('a folder is deleted by the keyboard once that is confirmed, and the focus stays in the list', async () => {
    const { me, desk } = await twoDevices();
    expectStatus(await me.put('/me/feed/folder:work', { value: { title: 'Work' } }), 200);
    await desk.openSettings('folders');
    const button = desk.at('folder-delete');
    await button.focus();
    await desk.page.keyboard.press('Enter');
    await desk.at('confirm').waitFor();
    await desk.page.keyboard.press('Enter');
    await desk.at('confirm').waitFor({ state: 'detached' });
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    await desk.page.keyboard.press('Enter');
    await desk.at('confirm').focus();
    await desk.page.keyboard.press('Enter');
    await desk.at('folder').waitFor({ state: 'detached' });
    await desk.page.waitForFunction(() => document.activeElement?.dataset.testid === 'folder-new');
});

test('a chat that is archived is quiet in its place on all devices, tells of a mention there, and comes back', async () => {
    const { me, other, group, desk, phone } = await twoDevices();
    const direct = await other.createDirect(me);
    await other.say(direct, 'just us');
    await desk.roomItem('just us').click();
    await desk.at('room-title').filter({ hasText: 'Robin Hood' }).waitFor();
    await desk.at('members').click();
    await desk.at('put-away').click();
    await desk.openRoom(group.name);
    await desk.at('members').click();
    await desk.at('put-away').click();
    for (const device of [desk, phone]) await device.at('archive-open').filter({ hasText: 'Archived (2)' }).waitFor();
    await phone.roomItem(group.name).waitFor({ state: 'detached' });
    await desk.openSettings('folders'); // who looks at the group reads it
    await desk.at('folder-new').waitFor();
    const mention = { nonce: freshNonce(), content: { type: 'text', text: `@${me.user.username}, look`, mentions: [me.id] } };
    expectStatus(await other.post(`/rooms/${group.id}/messages`, mention), 201);
    await phone.at('archive-open').locator('[data-testid="mentions"]').waitFor();
    await phone.at('archive-open').focus();
    await phone.page.keyboard.press('Enter');
    await phone.focused(phone.at('archive-close'));
    await phone.roomItem('just us').waitFor();
    await phone.roomItem(group.name).locator('[data-testid="mentions"]').waitFor();
    await phone.roomItem(group.name).click();
    await phone.at('members').click();
    await phone.at('put-away', '[aria-checked="true"]').click();
    await phone.at('archive-close').click();
    await phone.focused(phone.at('archive-open').filter({ hasText: 'Archived (1)' }));
    for (const words of ['robin', '']) await phone.at('room-search').fill(words);
    await phone.at('archive-open').waitFor();
    await phone.focused(phone.at('room-search'));
    for (const device of [desk, phone]) await device.roomItem(group.name).waitFor();
    await desk.at('room-search').fill('robin');
    await desk.roomItem('just us').waitFor();
});

test('a group that is archived for all stands with what one has archived', async () => {
    const { me, other, phone } = await twoDevices({ count: 0 });
    const closed = await me.createGroup(freshName('Closed'), [other]);
    await other.say(closed, 'the last word');
    await phone.page.waitForFunction(() => /1/.test(document.title));
    expectStatus(await me.patch(`/rooms/${closed.id}`, { archived: true, nonce: freshNonce() }), 200);
    await phone.at('archive-open').filter({ hasText: 'Archived (1)' }).click();
    await phone.roomItem(closed.name).waitFor();
    await phone.page.waitForFunction(() => !/\d/.test(document.title)); // there is nothing to be seen of it in the list
    expectStatus(await me.patch(`/rooms/${closed.id}`, { archived: false, nonce: freshNonce() }), 200);
    await phone.at('archive-close').waitFor({ state: 'detached' });
    await phone.roomItem(closed.name).waitFor();
});

test('a room that is muted or kept at the top is so on all devices', async () => {
    const { me, group, desk, phone } = await twoDevices();
    await me.createGroup(freshName('Newer'), []);
    await desk.openRoom(group.name);
    await desk.at('members').click();
    await desk.at('mute').click();
    await desk.at('pin').click();
    await phone.at('room-item', `[data-room="${group.id}"][data-pinned="true"]`).filter({ hasText: 'muted' }).waitFor();
    await phone.page.waitForFunction((room) => document.querySelector('[data-testid="room-item"]')?.dataset.room === room, group.id);
    await phone.openSettings('notifications');
    await phone.at('unmute').click();
    await desk.at('mute', '[aria-checked="false"]').waitFor();
    await desk.at('pin', '[aria-checked="true"]').waitFor();
    await desk.page.reload();
    await desk.at('pin', '[aria-checked="true"]').waitFor();
});

test('two devices that change one room at once, one of them offline, both have their way', async () => {
    const { group, desk, phone } = await twoDevices();
    for (const one of [desk, phone]) {
        await one.openRoom(group.name);
        await one.at('members').click();
        await one.at('pin', '[aria-checked="false"]').waitFor();
    }
    desk.expectOffline = true;
    await desk.context.setOffline(true);
    await desk.page.evaluate(() => dispatchEvent(new Event('offline')));
    await desk.offline();
    await desk.at('mute').click();
    await desk.at('mute', '[aria-checked="true"]').waitFor();
    await phone.at('pin').click();
    await phone.at('pin', '[aria-checked="true"]').waitFor();
    await desk.context.setOffline(false);
    await desk.page.evaluate(() => dispatchEvent(new Event('online')));
    for (const one of [desk, phone]) {
        await one.at('mute', '[aria-checked="true"]').waitFor();
        await one.at('pin', '[aria-checked="true"]').waitFor();
    }
});

test('what an earlier version kept on this device alone is taken over once', async () => {
    const { group, desk, phone } = await twoDevices();
    desk.expects(404); // of an entry that is gone by the time that the desk would change it
    await desk.page.evaluate((room) => localStorage.setItem('natternet.preferences', JSON.stringify({ muted: [room], pinned: [room] })), group.id);
    await desk.page.reload();
    await desk.online();
    await phone.roomItem(group.name).filter({ hasText: 'muted' }).waitFor();
    await phone.openRoom(group.name);
    await phone.at('members').click();
    await phone.at('mute', '[aria-checked="true"]').click();
    await desk.roomItem(group.name).filter({ hasNotText: 'muted' }).waitFor();
    await desk.page.reload();
    await desk.online();
    await phone.at('mute', '[aria-checked="false"]').waitFor();
    await desk.roomItem(group.name).filter({ hasNotText: 'muted' }).waitFor();
});

test('messages are saved for later, listed on all devices, lead to their place, and are let go', async () => {
    const { me, other, group, desk, phone } = await twoDevices({ count: 90 });
    await desk.openRoom(group.name);
    await desk.at('to-end').click();
    await desk.sees('line number 89.');
    await desk.rests(); // what moves between press and release is not clicked
    await desk.act('line number 89.', 'save');
    await desk.message('line number 89.').locator('[data-sign="bookmark"]').waitFor();
    await phone.at('saved').click();
    const line = phone.at('saved-message').filter({ hasText: 'line number 89.' });
    await line.getByRole('link', { name: `Robin Hood in ${group.name}` }).waitFor();
    await line.locator('a').click();
    await phone.at('message', '[data-sought="true"]').filter({ hasText: 'line number 89.' }).waitFor();
    const { seq } = await other.say(group, 'soon gone');
    await desk.act('soon gone', 'save');
    await phone.at('saved').click();
    await phone.at('saved-message').filter({ hasText: 'soon gone' }).waitFor();
    expectStatus(await other.delete(`/rooms/${group.id}/messages/${seq}`), 204);
    await phone.at('saved-message', `[data-seq="${seq}"]`).filter({ hasText: 'Message deleted' }).waitFor();
    await phone.at('unsave').first().click();
    await phone.counts(phone.at('unsave'), 1);
    await phone.at('unsave').click();
    await phone.at('saved-message').waitFor({ state: 'detached' });
    await desk.message('line number 89.').locator('[data-sign="bookmark"]').waitFor({ state: 'detached' });
    await me.entriesOnce('saved', 0);
});

test('the read marker goes to what was in sight, on the way to the end too', async () => {
    const { me, group, said, desk } = await twoDevices({ count: 150 });
    await desk.openRoom(group.name);
    await desk.at('new-line').waitFor();
    const markerOf = async () => (await me.room(group)).read_seq;
    const until = async (fits) => {
        for (let seq = await markerOf(); !fits(seq); seq = await markerOf())
            await desk.page.evaluate(() => new Promise(requestAnimationFrame));
    };
    await until((seq) => seq > said[0].seq);
    const first = await markerOf();
    assert.ok(first < said[60].seq, 'what is further down was not seen');
    await desk.at('timeline').hover();
    await desk.page.mouse.wheel(0, 1500);
    await until((seq) => seq > first);
    assert.ok(await markerOf() < said.at(-1).seq);
    const unread = Number(await desk.at('to-end-count').textContent());
    assert.ok(unread > 0 && unread < 150);
    await desk.at('to-end').click();
    await until((seq) => seq >= said.at(-1).seq);
});
