// Who people are: what they tell of themselves, what one calls them, and whom one has blocked.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { importPeople, peopleNamed } from '../support/mass.mjs';
import { freshName, freshNonce, PASSWORD, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Ann and Bob in a group where Bob has said something; Ann looks at it. */
async function together() {
    const [one, other] = [await signUp(server, freshName('ann')), await signUp(server, freshName('bob'), { display_name: 'Bob Birch' })];
    const group = await one.createGroup('Boat club', [other]);
    const said = await other.say(group, 'Anchors aweigh');
    const ann = await enter(one);
    await ann.openRoom('Boat club');
    return { one, other, ann, group, said };
}

async function openCard(visitor) {
    await visitor.at('message-sender').first().click();
    await visitor.at('person-card').waitFor();
}

test('in a large group somebody is found by name among the members, and mentioned by the beginning of it', async () => {
    const stem = freshName('m');
    await importPeople(server, Array.from({ length: 260 }, (_, n) => ({ username: `${stem}.${n}`, display_name: n % 100 === 99 ? `Zora Quill ${n}` : 'Robin Hood' })));
    const one = await signUp(server, freshName('ann'));
    const people = await peopleNamed(one, stem);
    const reader = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await one.createGroup('Great hall', [...people, reader]);
    const ann = await enter(one);
    await ann.openRoom('Great hall');
    await ann.at('members').click();
    await ann.counts(ann.at('member'), 50);
    await ann.at('member-search').fill('quil');
    await ann.counts(ann.at('member'), 2);
    await ann.at('member').filter({ hasText: 'Zora Quill 199' }).waitFor();
    await ann.at('member-search').fill('nobody at all');
    await ann.at('member-none').waitFor();
    await ann.at('member-search').fill('');
    await ann.counts(ann.at('member'), 50);
    await ann.at('composer').pressSequentially('hello @zo');
    await ann.counts(ann.at('suggestion'), 2);
    await ann.at('suggestion').filter({ hasText: 'Zora Quill 99' }).click();
    await ann.at('composer').pressSequentially(`and @${stem}.250`);
    await ann.page.keyboard.press('Escape');
    await ann.at('send').click();
    await ann.sentMark('hello');
    const { messages } = expectStatus(await one.get(`/rooms/${group.id}/messages`), 200);
    const idOf = (n) => people.find(({ username }) => username === `${stem}.${n}`).id;
    assert.deepEqual(messages.at(-1).content.mentions, [idOf(99), idOf(250)]);
    expectStatus(await reader.put(`/rooms/${group.id}/read`, { seq: messages.at(-1).seq }), 200, 204);
    await ann.act('hello', 'readers'); // of so many it is asked
    await ann.page.getByRole('dialog', { name: 'Seen by 1 person' }).waitFor();
    await ann.at('seen-by').filter({ hasText: 'Bob Birch' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.page.reload(); // nobody has been found by now
    await ann.at('message').filter({ hasText: 'hello' }).waitFor();
    await ann.at('composer').press('ArrowUp');
    await ann.at('composer').pressSequentially('!');
    await ann.at('send').click();
    await ann.at('message', ':has([data-testid="edited"])').waitFor();
    const edited = expectStatus(await one.get(`/rooms/${group.id}/messages`), 200).messages.at(-1);
    assert.deepEqual(edited.content.mentions.toSorted(), [idOf(99), idOf(250)].toSorted());
});

test('contacts are added, found by what one calls them or has noted, changed and removed in a place of their own', async () => {
    const { one, other, ann } = await together();
    const third = await signUp(server, freshName('cat'), { display_name: 'Cat Cedar' });
    expectStatus(await one.put(`/me/feed/contact:${other.id}`, { value: { nickname: 'Captain' } }), 200, 201);
    const line = (person) => ann.at('contact-line', `[data-user="${person.user.username}"]`);
    await ann.at('new-chat').click();
    await ann.at('contacts').click();
    await line(other).filter({ hasText: 'Captain' }).waitFor();
    await ann.at('contact-add').click();
    await ann.at('people-search').fill(third.user.username);
    await ann.at('person', `[data-user="${third.user.username}"]`).click();
    await ann.at('person', '[aria-pressed="true"]').waitFor();
    await ann.at('people-search').fill(other.user.username);
    await ann.at('person', `[data-user="${other.user.username}"]`).click();
    await ann.at('contact-stays').filter({ hasText: 'Captain has a nickname' }).waitFor();
    await ann.at('people-search').fill('');
    await ann.at('contact-stays').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
    await ann.page.keyboard.press('Escape');
    await line(third).locator('[data-testid="contact-edit"]').click();
    await ann.at('notes').fill('Lent me a compass');
    await ann.at('contact-save').click();
    await line(third).filter({ hasText: 'Lent me a compass' }).waitFor();
    await ann.at('contact-save').waitFor({ state: 'detached' }); // until then what is typed goes into the form
    await ann.at('contact-search').fill('compass');
    await line(other).waitFor({ state: 'detached' });
    await ann.at('contact-search').fill('birch');
    await line(other).waitFor();
    await line(other).locator('[data-testid="contact-open"]').click();
    await ann.at('own-name').filter({ hasText: 'Bob Birch' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.at('contact-search').fill('');
    await line(third).locator('[data-testid="contact-remove"]').focus();
    await ann.page.keyboard.press('Enter');
    await ann.at('confirm').focus();
    await ann.page.keyboard.press('Enter');
    await line(third).waitFor({ state: 'detached' });
    await ann.focused(ann.at('contact-add'));
    const entries = await one.entriesOnce('contact', 1);
    assert.deepEqual(entries.map(({ key }) => key), [`contact:${other.id}`]);
    expectStatus(await other.delete('/me', { password: PASSWORD }), 204);
    await ann.page.reload();
    await ann.at('contact-search').fill('deleted');
    await ann.at('contact-line').filter({ hasText: 'Deleted account' }).locator('[data-testid="contact-remove"]').click();
    await ann.at('confirm').click();
    await ann.at('confirm').waitFor({ state: 'detached' }); // until then a key goes into the dialog
    await ann.page.getByText('Nothing found for “deleted”.').waitFor();
    assert.equal(await ann.page.getByText('No contacts yet.').count(), 0);
    await ann.at('contact-search').fill('');
    await ann.page.getByText('No contacts yet.').waitFor();
});

test('who tries again to read the members by the keyboard stays where they are', async () => {
    const { ann } = await together();
    ann.expects(503);
    let answer = (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'store.unavailable', detail: '', status: 503 }) });
    const refuse = answer;
    await ann.page.route(/\/rooms\/[^/]+\/members/, (route) => answer(route));
    await ann.at('members').click();
    const again = ann.at('members-again');
    await again.focus();
    let goOn;
    const held = new Promise((done) => { goOn = done; });
    answer = async (route) => { await held; await refuse(route); };
    await ann.page.keyboard.press('Enter');
    await ann.at('members-again', '[aria-disabled="true"]').waitFor();
    await ann.focused(again);
    goOn();
    await ann.at('members-again', '[aria-disabled="false"]').waitFor();
    await ann.focused(again);
    answer = (route) => route.continue();
    await ann.page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await ann.page.waitForFunction(() => document.activeElement !== document.body);
});

test('what a person tells of themselves is read from their name in a message', async () => {
    const { other, ann } = await together();
    const bob = await enter(other);
    await bob.openSettings('account');
    await bob.at('my-pronouns').fill('he/him');
    await bob.at('my-about').fill('Sails on Sundays.\nRepairs on Mondays.');
    await bob.at('my-zone').selectOption('Pacific/Auckland');
    await bob.at('my-name-save').click();
    await bob.toasted('Saved');
    await openCard(ann);
    await ann.at('pronouns-shown').filter({ hasText: 'he/him' }).waitFor();
    await ann.at('about-shown').filter({ hasText: 'Repairs on Mondays.' }).waitFor();
    await ann.at('local-time').filter({ hasText: /\d in Auckland$/ }).waitFor();
});

test('a nickname stands in place of the name in the message, the list and the search, and is gone with the contact', async () => {
    const { other, ann } = await together();
    const sender = (name) => ann.at('message-sender').filter({ hasText: name });
    await openCard(ann);
    await ann.at('name-person').click();
    await ann.at('nickname').fill('Captain');
    await ann.at('notes').fill('Owes me a rope');
    await ann.at('contact-save').click();
    await ann.at('own-name').filter({ hasText: 'Bob Birch' }).waitFor();
    await ann.page.locator('.person-notes').filter({ hasText: 'Owes me a rope' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await sender('Captain').waitFor();
    await ann.page.locator('.room-item-sender').filter({ hasText: 'Captain' }).waitFor();
    await ann.at('new-chat').click();
    await ann.at('person', `[data-user="${other.user.username}"]`).filter({ hasText: 'Captain' }).waitFor();
    await ann.at('people-search').fill('capt');
    await ann.at('person').filter({ hasText: 'Captain' }).waitFor();
    await ann.at('person-open').click();
    await ann.at('contact', '[data-on="true"]').click();
    await ann.at('confirm').click();
    await ann.at('confirm').waitFor({ state: 'detached' });
    await ann.focused(ann.at('contact', '[data-on="false"]:enabled'));
    await ann.page.keyboard.press('Escape');
    await ann.page.keyboard.press('Escape');
    await ann.openRoom('Boat club');
    await sender('Bob Birch').waitFor();
});

test('what somebody says who is blocked is folded away, and is there again when they are not', async () => {
    const { one, other, ann, group, said } = await together();
    await one.post(`/rooms/${group.id}/messages`, { nonce: freshNonce(), reply_to: said.seq, content: { type: 'text', text: 'Where to?' } });
    const quote = (words) => ann.message('Where to?').locator('[data-testid="quote"]').filter({ hasText: words });
    await quote('Anchors aweigh').waitFor();
    await openCard(ann);
    await ann.at('block').click();
    await ann.at('block', '[data-on="true"]:enabled').waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.at('folded').waitFor();
    await quote('you have blocked').waitFor();
    await ann.page.getByText('Anchors aweigh').waitFor({ state: 'detached' });
    await one.entriesOnce('block', 1); // the server knows of it
    await ann.at('folded').locator('button').click();
    await openCard(ann);
    await ann.at('block').click();
    await ann.at('block', '[data-on="false"]:enabled').waitFor();
    await one.entriesOnce('block', 0);
    await one.createDirect(other);
    await ann.at('block').click();
    await ann.at('block', '[data-on="true"]:enabled').waitFor();
    await ann.page.keyboard.press('Escape');
    // In the chat of the two nothing is written until that is undone, which one may do there too.
    await ann.roomItem('Bob Birch').click();
    await ann.at('silenced', '[data-why="blocked"]').waitFor();
    assert.equal(await ann.at('composer').count(), 0);
    await ann.at('silenced-unblock').press('Enter');
    await ann.focused(ann.at('composer'));
    await one.untilGone(`block:${other.id}`); // it is shown before
    expectStatus(await one.put(`/me/feed/block:${other.id}`, { value: {} }), 200, 201);
    await ann.at('silenced', '[data-why="blocked"]').waitFor();
    await ann.openSettings('privacy');
    await ann.page.locator('.settings-line').filter({ hasText: 'Bob Birch' }).locator('[data-testid="unblock"]').press('Enter');
    await ann.focused(ann.page.getByRole('heading', { name: 'Blocked people' }));
    await ann.page.getByText('Nobody. You block somebody in their profile.').waitFor();
    await one.untilGone(`block:${other.id}`);
    await ann.openRoom('Boat club');
    await ann.sees('Anchors aweigh');
});

test('a message tells when it has arrived, when it was read and by whom, and who wants it keeps that to themselves', async () => {
    const { other, ann } = await together();
    await ann.say('Cast off');
    const mark = (readers, what) => ann.message('Cast off').locator(`[data-testid="message-mark"][data-readers="${readers}"][data-what="${what}"]`);
    await ann.sentMark('Cast off');
    await mark(0, 'sent').waitFor();
    const bob = await enter(other);
    await mark(0, 'delivered').and(ann.page.getByLabel('Delivered to 1 person')).waitFor();
    await bob.openRoom('Boat club');
    await mark(1, 'read').waitFor();
    await ann.act('Cast off', 'readers');
    await ann.at('seen-by').filter({ hasText: 'Bob Birch' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.openSettings('privacy');
    await ann.at('wish-no-receipts').click();
    await ann.at('wish-no-receipts', '[aria-checked="true"]').waitFor();
    await ann.openRoom('Boat club');
    await mark(0, 'sent').waitFor();
});

test('who wants it is found and written to by contacts alone, and nobody is told what they read', async () => {
    const { one, other, ann, group } = await together();
    const third = await signUp(server, freshName('cat'), { display_name: 'Cat Cedar' });
    const [bob, cat] = [await enter(other), await enter(third)];
    cat.expects(403); // a chat that is refused
    const wish = async (name) => {
        await bob.at(`wish-${name}`).click();
        await bob.at(`wish-${name}`, '[aria-checked="true"]').waitFor();
        await other.untilKept(`settings:${name}`); // it is shown before
    };
    const looksFor = async () => {
        await cat.at('people-search').fill('');
        await cat.at('people-search').fill(other.user.username);
    };
    const found = cat.at('person', `[data-user="${other.user.username}"]`);
    await bob.openSettings('privacy');
    await cat.at('new-chat').click();
    await cat.at('new-direct').click();
    await looksFor();
    await found.waitFor();
    await wish('contacts-only');
    await found.click();
    await cat.at('problem').filter({ hasText: 'chooses who may write to them' }).waitFor();
    await wish('unlisted');
    await looksFor();
    await cat.page.getByText('Nobody by that name.').waitFor();
    expectStatus(await other.put(`/me/feed/contact:${third.id}`, { value: {} }), 200, 201);
    await looksFor();
    await found.click();
    await cat.at('room-title').filter({ hasText: 'Bob Birch' }).waitFor();

    await wish('no-receipts');
    expectStatus(await one.post(`/rooms/${group.id}/members`, { user_id: third.id, nonce: freshNonce() }), 200, 201);
    await ann.say('Cast off');
    await bob.openRoom('Boat club');
    await bob.sees('Cast off');
    await bob.say('Aye');
    await ann.sees('Aye');
    const { last_seq: seq } = expectStatus(await third.get(`/rooms/${group.id}`), 200);
    expectStatus(await third.put(`/rooms/${group.id}/read`, { seq }), 200, 204);
    await ann.message('Cast off').locator('[data-testid="message-mark"][data-what="read"]').waitFor();
    await ann.act('Cast off', 'readers');
    await ann.at('seen-by').filter({ hasText: 'Cat Cedar' }).waitFor();
    assert.equal(await ann.at('seen-by').filter({ hasText: 'Bob Birch' }).count(), 0);
});

test('a card that is open when the session ends is closed for who signs in next', async () => {
    const { one, ann } = await together();
    await openCard(ann);
    const { sessions } = expectStatus(await one.get('/sessions'), 200);
    for (const { id, current } of sessions) if (!current) expectStatus(await one.delete(`/sessions/${id}`), 204);
    await ann.at('submit').waitFor();
    await ann.signIn();
    await ann.openRoom('Boat club');
    await ann.say('Here again');
    await ann.sentMark('Here again');
    assert.equal(await ann.at('person-card').count(), 0);
});

test('a profile that is written on two devices at once has what both wrote', async () => {
    const { other } = await together();
    const bob = await enter(other);
    await bob.openSettings('account');
    await bob.at('my-about').fill('Sails on Sundays.');
    expectStatus(await other.patch('/me', { pronouns: 'he/him' }), 200);
    await bob.holds('my-pronouns', 'he/him');
    await bob.at('my-name-save').click();
    await bob.toasted('Saved');
    const { about, pronouns } = expectStatus(await other.get('/me'), 200);
    assert.deepEqual([about, pronouns], ['Sails on Sundays.', 'he/him']);
});
