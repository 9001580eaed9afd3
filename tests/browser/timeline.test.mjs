// Reading: where a room opens, how it is gone through, and what a text is drawn as.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Somebody who writes by REST, and somebody who reads in the browser, in one direct room. */
async function pair(options) {
    const writer = await signUp(server, freshName('writer'));
    const account = await signUp(server, freshName('reader'));
    const room = await writer.createDirect(account);
    const visit = () => enter(account, options);
    return { writer, account, room, visit };
}

async function fill(writer, room, count) {
    const said = [];
    for (let n = 0; n < count; n++) said.push(await writer.say(room, `line number ${n}.`));
    return said;
}

/**
 * Where a message's lower edge stands in the window of the timeline, in pixels from its top: the space above the message
 * goes where it turns out to continue what somebody said.
 */
const placeOf = (visitor, words) => visitor.message(words).first().evaluate((one) =>
    one.getBoundingClientRect().bottom - one.closest('[data-testid="timeline"]').getBoundingClientRect().top);

const isInSight = async (visitor, words) => {
    await visitor.page.waitForFunction((text) => {
        const one = [...document.querySelectorAll('[data-testid="message"]')].find(({ textContent }) => textContent.includes(text));
        const box = one?.closest('[data-testid="timeline"]').getBoundingClientRect();
        return box && one.getBoundingClientRect().top >= box.top - 1 && one.getBoundingClientRect().bottom <= box.bottom + 1;
    }, words);
};

test('a room opens at the first unread message, counts what is below, and the button leads there', async () => {
    const { writer, account, room, visit } = await pair();
    const said = await fill(writer, room, 150);
    await account.put(`/rooms/${room.id}/read`, { seq: said[29].seq });
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    await reader.at('new-line').waitFor();
    await isInSight(reader, 'line number 30.');
    await reader.at('to-end-count').waitFor();
    assert.ok(Number(await reader.at('to-end-count').textContent()) > 60);
    await reader.at('to-end').click();
    await isInSight(reader, 'line number 149.');
    await reader.expectUnread(writer.user.username, 0);
});

test('what one sends is on the screen, from the line of what is new too', async () => {
    const { writer, account, room, visit } = await pair();
    const said = await fill(writer, room, 150);
    await account.put(`/rooms/${room.id}/read`, { seq: said[29].seq });
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    await isInSight(reader, 'line number 30.');
    await reader.say('my own words');
    await isInSight(reader, 'my own words');
    await reader.sentMark('my own words');
    await isInSight(reader, 'line number 149.');
});

test('at the end the page follows what is new; further up it stays and counts', async () => {
    const { writer, account, room, visit } = await pair();
    const said = await fill(writer, room, 60);
    await account.put(`/rooms/${room.id}/read`, { seq: said.at(-1).seq });
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    await isInSight(reader, 'line number 59.');
    await writer.say(room, 'one more');
    await isInSight(reader, 'one more');
    await reader.at('timeline').hover();
    await reader.page.mouse.wheel(0, -900);
    await reader.at('to-end').waitFor();
    await reader.rests();
    const before = await placeOf(reader, 'line number 45.');
    await writer.say(room, 'and another');
    await reader.at('to-end-count').filter({ hasText: '1' }).waitFor();
    assert.ok(Math.abs(await placeOf(reader, 'line number 45.') - before) < 2, 'what is read stays where it is');
});

test('what is read stays in its place while older messages come above it', async () => {
    const { writer, account, room, visit } = await pair();
    const said = await fill(writer, room, 160);
    await account.put(`/rooms/${room.id}/read`, { seq: said.at(-1).seq });
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    await isInSight(reader, 'line number 159.');
    let asked = false;
    let answer; // the older messages wait for it
    const mayCome = new Promise((done) => { answer = done; });
    await reader.page.route('**/messages?*', async (route) => {
        asked = true;
        await mayCome;
        await route.continue();
    });
    await reader.wheelUntil(-300, () => asked);
    await reader.rests();
    const before = await reader.at('timeline').evaluate((one) => one.scrollHeight);
    const found = await reader.page.waitForFunction(() => {
        const top = document.querySelector('[data-testid="timeline"]').getBoundingClientRect().top;
        const one = [...document.querySelectorAll('[data-testid="message"]')].find((message) => message.getBoundingClientRect().top > top);
        return one?.textContent.match(/line number \d+\./)[0];
    });
    const anchor = await found.jsonValue();
    const places = [await placeOf(reader, anchor)];
    answer();
    await reader.page.waitForFunction((height) => document.querySelector('[data-testid="timeline"]').scrollHeight > height, before);
    for (let frame = 0; frame < 20; frame++) {
        await reader.page.evaluate(() => new Promise(requestAnimationFrame));
        places.push(await placeOf(reader, anchor));
    }
    assert.ok(Math.max(...places) - Math.min(...places) < 3, `${anchor} moved: ${places.map(Math.round)}`);
});

test('a link to a message opens the room there, far from the end, and both ways can be read on', async () => {
    const { writer, account, room, visit } = await pair();
    const said = await fill(writer, room, 200);
    await account.put(`/rooms/${room.id}/read`, { seq: said.at(-1).seq });
    const reader = await visit();
    await reader.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${room.id}/${said[40].seq}`);
    await reader.at('message', '[data-sought="true"]').filter({ hasText: 'line number 40.' }).waitFor();
    await isInSight(reader, 'line number 40.');
    const newestDrawn = () => reader.at('message').evaluateAll((all) => Math.max(0, ...all.map((one) => Number(one.dataset.seq))));
    await reader.wheelUntil(900, async () => await newestDrawn() >= said[120].seq);
    await reader.at('to-end').click();
    await isInSight(reader, 'line number 199.');
});

test('Markdown is drawn, and nothing but that', async () => {
    const { writer, room, visit } = await pair();
    await writer.say(room, '**bold** _soft_ ~~gone~~ `code` <b>raw</b> <img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://good.example)');
    await writer.say(room, '```js\nconst answer = 42;\n```');
    await writer.say(room, 'the end is ||a secret||');
    await writer.say(room, '🎉');
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    const message = reader.message('bold');
    for (const [element, words] of [['strong', 'bold'], ['em', 'soft'], ['s', 'gone'], ['code', 'code'], ['a', 'good']])
        await message.locator(element).filter({ hasText: words }).waitFor();
    assert.equal(await message.locator('a').count(), 1);
    assert.equal(await message.locator('img, b, script').count(), 0);
    await reader.page.locator('[data-code="number"]').filter({ hasText: '42' }).waitFor();
    assert.equal(await reader.at('spoiler').getByText('a secret').isVisible(), false);
    await reader.at('spoiler').click();
    await reader.page.getByText('a secret').waitFor();
    const size = await reader.message('🎉').locator('.jumbo').evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
    assert.ok(size > 30);
});

test('by keyboard alone: from the field to the messages, what can be done with one, and back', async () => {
    const { writer, room, visit } = await pair({ permissions: ['clipboard-read', 'clipboard-write'] });
    await fill(writer, room, 3);
    const reader = await visit();
    await reader.openRoom(writer.user.username);
    await reader.sees('line number 2.');
    await reader.at('timeline').focus();
    await reader.page.keyboard.press('ArrowUp');
    await reader.page.keyboard.press('ArrowUp');
    await reader.page.keyboard.press('Enter');
    await reader.page.locator('[role="menuitem"]:focus').waitFor();
    await reader.page.keyboard.press('c');
    await reader.page.keyboard.press('Enter');
    await reader.toasted('Copied');
    assert.equal(await reader.page.evaluate(() => navigator.clipboard.readText()), 'line number 1.');
    await reader.page.keyboard.press('Escape');
    await reader.focused(reader.at('composer'));
});

test('times and days are those where the reader is, in the reader\'s own form', async () => {
    const { writer, account, room } = await pair();
    const { created_at } = await writer.say(room, 'what time is it?');
    const habits = { Kiritimati: ['Pacific/Kiritimati', 'en-GB'], Honolulu: ['Pacific/Honolulu', 'en-US'] }; // a day apart
    for (const [place, [timezoneId, locale]] of Object.entries(habits)) {
        const visitor = await enter(account, { timezoneId, locale });
        await visitor.openRoom(writer.name);
        const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: timezoneId }).format(new Date(created_at));
        await visitor.message('what time is it?').locator('time').filter({ hasText: time }).waitFor();
        const title = await visitor.message('what time is it?').locator('time').getAttribute('title');
        const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: timezoneId }).format(new Date(created_at));
        assert.ok(title.startsWith(day), `${place}: ${title}`);
    }
});
