// Writing: keys, completion, emoji, drafts.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

async function inGroup(options = {}) {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('robin'), { display_name: 'Robin Hood' });
    const group = await me.createGroup(freshName('Wood'), [other]);
    const visitor = await enter(me, options);
    await visitor.openRoom(group.name);
    return { me, other, group, visitor, field: visitor.at('composer') };
}

test('Enter sends, Shift and Enter begins a line, and the field grows; the setting turns it round', async () => {
    const { visitor, field } = await inGroup();
    const before = (await field.boundingBox()).height;
    await field.pressSequentially('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await visitor.page.waitForFunction((height) => document.querySelector('[data-testid="composer"]').getBoundingClientRect().height > height, before);
    await field.press('Enter');
    await visitor.message(/one\s*two/).waitFor();
    await visitor.holds('composer', '');
    await visitor.openSettings('appearance');
    await visitor.at('enter-sends').click();
    await visitor.page.goBack();
    await visitor.page.goBack();
    await field.pressSequentially('three');
    await field.press('Enter');
    await field.pressSequentially('four');
    await field.press('Control+Enter');
    await visitor.message(/three\s*four/).waitFor();
});

test('names are completed after @, and stand out for those they name', async () => {
    const { visitor, field, other, group } = await inGroup();
    await field.pressSequentially('ask @hoo');
    await visitor.at('suggestion').filter({ hasText: 'Robin Hood' }).waitFor();
    await field.press('Tab');
    await visitor.holds('composer', `ask @${other.user.username} `);
    await field.press('Enter');
    await visitor.page.locator('.mention[data-me="false"]').waitFor();
    const robin = await enter(other);
    await robin.at('room-item').filter({ has: robin.at('mentions').filter({ hasText: '@' }) }).waitFor();
    await robin.openRoom(group.name);
    await robin.page.locator('.mention[data-me="true"]').waitFor();
    await robin.at('mentions').waitFor({ state: 'detached' });
});

test('who may speaks to everyone at once; to others it is not offered, and their words are words', async () => {
    const { visitor, field, other, group } = await inGroup();
    const robin = await enter(other);
    await robin.openRoom(group.name);
    await robin.at('composer').pressSequentially('hi @everyone');
    await robin.at('composer').press('Enter');
    await robin.message('hi @everyone').waitFor();
    assert.equal(await robin.page.locator('.mention').count(), 0);
    await visitor.message('hi @everyone').waitFor();
    await field.pressSequentially('now @eve');
    await visitor.at('suggestion').filter({ hasText: '@everyone' }).waitFor();
    await field.press('Tab');
    await field.press('Enter');
    await robin.message('now @everyone').locator('.mention[data-me="true"]').waitFor();
});

test('emoji come by short code, from the list and whole', async () => {
    const { visitor, field } = await inGroup();
    await field.pressSequentially('hooray :tad');
    await visitor.at('suggestion').filter({ hasText: '🎉' }).waitFor();
    await field.press('Enter');
    await visitor.holds('composer', 'hooray 🎉 ');
    await field.fill('');
    await field.pressSequentially('so :');
    await field.press('Escape');
    await field.fill('done :rocket:');
    await field.press('Enter');
    await visitor.message('done 🚀').waitFor();
});

test('the picker searches, keeps a skin tone and what was used last', async () => {
    const { visitor, field } = await inGroup();
    await visitor.at('emoji-open').click();
    await visitor.at('skin-tone').selectOption('3');
    await visitor.at('emoji-search').fill('waving');
    await visitor.at('emoji').first().filter({ hasText: '👋' }).click();
    await visitor.holds('composer', '👋🏽');
    await visitor.at('emoji-search').fill('');
    await visitor.page.locator('.emoji-group').first().locator('[data-testid="emoji"]').filter({ hasText: '👋🏽' }).waitFor();
    await visitor.at('emoji-search').press('Escape');
    await visitor.at('emoji-picker').waitFor({ state: 'detached' });
    await visitor.focused(field);
});

test('what is begun is kept, room by room, and shown in the list', async () => {
    const { me, visitor, field, group } = await inGroup();
    const second = await me.createGroup(freshName('Other'), []);
    await field.fill('half a thought');
    await visitor.openRoom(second.name);
    await visitor.holds('composer', '');
    await visitor.roomItem(group.name).filter({ hasText: 'half a thought' }).waitFor();
    await visitor.page.reload();
    await visitor.openRoom(group.name);
    await visitor.holds('composer', 'half a thought');
});

test('the last message is edited with Up, any with its menu; what was begun waits', async () => {
    const { visitor, field, other, group } = await inGroup();
    const robin = await enter(other);
    await robin.openRoom(group.name);
    await visitor.say('helo');
    await visitor.sentMark('helo');
    await field.press('ArrowUp');
    await visitor.at('editing').waitFor();
    await visitor.holds('composer', 'helo');
    await field.fill('hello');
    await field.press('Enter');
    for (const one of [visitor, robin]) await one.message('hello').locator('[data-testid="edited"]').waitFor();
    await field.fill('begun');
    await visitor.message('hello').hover();
    await visitor.message('hello').locator('[data-testid="message-acts"]').click();
    await visitor.page.locator('[data-act="edit"]').click();
    await visitor.at('editing').waitFor();
    await field.press('Escape');
    await visitor.holds('composer', 'begun');
});

test('a message is deleted for everyone, after a question', async () => {
    const { visitor, other, group } = await inGroup();
    const robin = await enter(other);
    await robin.openRoom(group.name);
    await visitor.say('better not');
    await robin.sees('better not');
    await visitor.message('better not').hover();
    await visitor.message('better not').locator('[data-testid="message-acts"]').click();
    await visitor.page.locator('[data-act="delete"]').click();
    await visitor.at('confirm').click();
    for (const one of [visitor, robin]) {
        await one.message('better not').waitFor({ state: 'detached' });
        await one.sees('Message deleted');
    }
});

test('a message is sent later by the menu beside the button, or taken back with its words', async () => {
    const { me, visitor, field } = await inGroup();
    const device = await me.connect();
    const sendTomorrow = async (words) => {
        await field.fill(words);
        await visitor.at('send-later').click();
        await visitor.page.locator('[data-act="tomorrow"]').click();
        await visitor.at('waiting').filter({ hasText: words }).waitFor();
        await visitor.holds('composer', '');
    };
    await sendTomorrow('not yet');
    await visitor.at('waiting-cancel').click();
    await visitor.at('waiting').waitFor({ state: 'detached' });
    await visitor.holds('composer', 'not yet');
    await visitor.focused(visitor.at('composer'));
    await visitor.at('send-later').click();
    await visitor.page.locator('[data-act="time"]').click();
    await visitor.at('later-send').click();
    await visitor.at('waiting').filter({ hasText: 'not yet' }).waitFor();
    await visitor.at('waiting-cancel').click();
    await visitor.at('waiting').waitFor({ state: 'detached' });
    await visitor.holds('composer', 'not yet');
    const told = device.next('feed.changed', ({ value }) => value?.content?.text === 'in the morning');
    await sendTomorrow('in the morning');
    // Another device wants it earlier, as soon as the server has told it of it.
    const { key, value } = await told;
    expectStatus(await me.put(`/me/feed/${key}`, { value: { ...value, delay_s: 0 } }), 200);
    await visitor.message('in the morning').waitFor();
    await visitor.at('waiting').waitFor({ state: 'detached' });
});

test('who wants to undo has all that they send wait for some seconds, on all devices, or sends one message at once', async () => {
    const { me, visitor, field } = await inGroup();
    const device = await me.connect();
    await visitor.openSettings('appearance');
    await visitor.at('undo-seconds').selectOption('30');
    assert.deepEqual((await device.next('feed.changed', ({ key }) => key === 'settings:undo')).value, { seconds: 30 });
    await visitor.page.goBack();
    await visitor.page.goBack();
    await field.fill('wait for it');
    await field.press('Enter');
    await visitor.at('waiting').filter({ hasText: 'wait for it' }).waitFor();
    await visitor.at('waiting-cancel').click();
    await visitor.at('waiting').waitFor({ state: 'detached' });
    await visitor.holds('composer', 'wait for it');
    await visitor.at('send-later').click();
    await visitor.page.locator('[data-act="now"]').click();
    await visitor.message('wait for it').waitFor();
    expectStatus(await me.delete('/me/feed/settings:undo'), 204); // on another device
    await visitor.openSettings('appearance');
    await visitor.holds('undo-seconds', '0');
    await visitor.page.goBack();
    await visitor.page.goBack();
    await field.fill('at once');
    await field.press('Enter');
    await visitor.message('at once').waitFor();
});

test('what waits is taken back where one cannot write just now too, behind what is begun, or as the answer that it was', async () => {
    const { me, visitor, field, other, group } = await inGroup();
    const lock = async (locked) => expectStatus(await me.patch(`/rooms/${group.id}`, { locked, nonce: freshNonce() }), 200);
    const { seq } = await me.say(group, 'who brings the tent?');
    const robin = await enter(other);
    await robin.openRoom(group.name);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const key = `scheduled:${group.id}.${freshNonce()}`;
    expectStatus(await other.put(`/me/feed/${key}`, { value: { at, content: { type: 'text', text: 'not me' }, reply_to: seq } }), 200);
    await robin.at('waiting').filter({ hasText: 'not me' }).waitFor();
    await lock(true);
    await robin.at('silenced').waitFor();
    await robin.at('waiting-cancel').click();
    await robin.at('waiting').waitFor({ state: 'detached' });
    await lock(false);
    await robin.holds('composer', 'not me');
    await robin.at('replying', `[data-seq="${seq}"]`).waitFor();
    await field.fill('later');
    await visitor.at('send-later').click();
    await visitor.page.locator('[data-act="tomorrow"]').click();
    await visitor.at('waiting').waitFor();
    await field.fill('begun');
    await visitor.at('waiting-cancel').click();
    await visitor.holds('composer', 'begun\nlater');
});

test('what is too long for one message is not sent, and says so before', async () => {
    const { visitor, field } = await inGroup();
    await field.fill('é'.repeat(8_192));
    assert.equal(await visitor.at('send').isEnabled(), true);
    await field.fill('é'.repeat(8_193));
    await visitor.at('too-long').waitFor();
    assert.equal(await visitor.at('send').isEnabled(), false);
    await field.press('Enter');
    await visitor.holds('composer', 'é'.repeat(8_193));
    // A short code counts as the emoji that it becomes.
    await field.fill(`${'é'.repeat(8_189)} :smile:`);
    await visitor.at('too-long').waitFor({ state: 'detached' });
    await field.fill(`${'é'.repeat(8_190)} :smile:`);
    await visitor.at('too-long').waitFor();
    await field.fill('short');
    await visitor.at('too-long').waitFor({ state: 'detached' });
    await field.press('Enter');
    await visitor.sentMark('short');
});
