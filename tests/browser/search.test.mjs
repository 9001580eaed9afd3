// Finding messages in the page.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { findUntil, followed } from '../support/finder.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

async function world() {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('robin'), { display_name: 'Robin Hood' });
    const wood = await me.createGroup(freshName('Wood'), [other]);
    const town = await me.createGroup(freshName('Town'), [other]);
    return { me, other, wood, town };
}

const found = (visitor, words) => visitor.at('search-result').filter({ hasText: words });

test('what one person writes another finds, sees marked, and goes to', async () => {
    const { me, other, wood } = await world();
    await other.say(wood, 'the treasure lies under the old oak');
    for (let n = 0; n < 120; n++)
        await me.say(wood, `talk ${n}`);
    const [reader, writer] = [await enter(me), await enter(other)];
    await writer.openRoom(wood.name);
    await writer.say('another treasure, brand new');
    await findUntil(me, 'brand new', (results) => results.length === 1);
    await reader.roomItem(wood.name).waitFor();
    await reader.page.keyboard.press('Control+f');
    await reader.at('search-text').fill('treasure');
    await found(reader, 'brand new').waitFor();
    assert.deepEqual(await reader.page.locator('.search-result mark').allTextContents(), ['treasure', 'treasure']);
    await reader.at('search-text').fill('treasure oak');
    await found(reader, 'brand new').waitFor({ state: 'detached' });
    await found(reader, 'old oak').click();
    await reader.at('message', '[data-sought="true"]').filter({ hasText: 'old oak' }).waitFor();
    await reader.page.goBack();
    await found(reader, 'old oak').waitFor();
    await reader.holds('search-text', 'treasure oak');
});

test('an answer in a thread is found, and led to where it stands; exact words, a sender and a chat are asked for in words', async () => {
    const { me, other, wood, town } = await world();
    const root = await me.say(wood, 'Who brings what?');
    const answer = expectStatus(await other.post(`/rooms/${wood.id}/messages`, { nonce: freshNonce(), content: text('a cake of lingonberries'), thread: root.seq }), 201);
    await me.say(wood, 'lingonberries, a cake of');
    await followed(me, await me.say(town, 'a cake of lingonberries too'));
    await followed(me, answer);
    const visitor = await enter(me);
    await visitor.page.keyboard.press('Control+f');
    const asks = async (words, count) => {
        await visitor.at('search-text').fill(words);
        await visitor.counts(visitor.at('search-result'), count);
    };
    await asks('cake lingonberries', 3);
    await asks('"cake of lingonberries"', 2);
    await asks(`cake from:${other.user.username}`, 1);
    await asks(`cake in:${town.name}`, 1);
    await asks(`cake in:${wood.name}`, 2);
    await found(visitor, 'a cake of lingonberries').click();
    await visitor.page.locator('[data-testid="thread"] [data-sought="true"]').filter({ hasText: 'a cake of lingonberries' }).waitFor();
});

test('a chat, days, links and the order narrow it', async () => {
    const { me, wood, town } = await world();
    await me.say(wood, 'apple in the wood');
    await me.say(wood, 'apple apple https://apple.example');
    await me.say(town, 'apple in the town');
    await followed(me, await me.say(town, 'apple again, in a longer message'));
    const visitor = await enter(me);
    await visitor.openRoom(wood.name);
    await visitor.at('search-here').click();
    await visitor.at('search-text').fill('apple');
    await found(visitor, 'in the wood').waitFor();
    await visitor.counts(visitor.at('search-result'), 2);
    await visitor.at('search-room').selectOption('');
    await found(visitor, 'in the town').waitFor();
    await visitor.counts(visitor.at('search-result'), 4);
    await visitor.at('search-order').selectOption('best');
    await visitor.page.waitForFunction(() => document.querySelector('.search-result')?.textContent.includes('apple apple'));
    await visitor.at('search-links').check();
    await found(visitor, 'in the town').waitFor({ state: 'detached' });
    await visitor.counts(visitor.at('search-result'), 1);
    await visitor.at('search-since').fill('2099-01-01');
    await visitor.at('search-result').waitFor({ state: 'detached' });
    await visitor.at('search-since').fill('2020-01-01');
    await visitor.at('search-until').fill('2098-12-31');
    await found(visitor, 'apple apple').waitFor();
    await visitor.at('search-text').fill('unheard');
    await visitor.page.locator('.search-none').waitFor();
});

test('on a phone what narrows the search waits behind a button, and stays in sight where it is set', async () => {
    const { me, wood } = await world();
    await followed(me, await me.say(wood, 'a pear without a link'));
    const visitor = await enter(me, { phone: true });
    await visitor.page.evaluate((to) => { location.hash = to; }, `/search/${wood.id}`);
    await visitor.at('search-text').fill('pear');
    await found(visitor, 'without a link').waitFor();
    assert.equal(await visitor.at('search-room').isVisible(), true, 'in which chat is looked is to be seen');
    assert.equal(await visitor.at('search-links').isVisible(), false);
    await visitor.at('search-filters-open').click();
    await visitor.at('search-links').check();
    await found(visitor, 'without a link').waitFor({ state: 'detached' });
    await visitor.at('search-filters-open').click();
    assert.deepEqual([await visitor.at('search-links').isVisible(), await visitor.at('search-since').isVisible()], [true, false]);
    await visitor.at('search-links').uncheck();
    await found(visitor, 'without a link').waitFor();
    await visitor.focused(visitor.at('search-links'));
});

test('what is deleted while it is looked at goes away, and spoilers stay hidden', async () => {
    const { me, other, wood } = await world();
    const [doomed] = [await other.say(wood, 'fleeting words'), await other.say(wood, 'who did it: ||the gardener|| of course')];
    await followed(me, doomed);
    const visitor = await enter(me);
    await visitor.at('search-open').click();
    await visitor.at('search-text').fill('fleeting');
    await found(visitor, 'fleeting').waitFor();
    expectStatus(await other.delete(`/rooms/${wood.id}/messages/${doomed.seq}`), 204);
    await found(visitor, 'fleeting').waitFor({ state: 'detached' });
    await visitor.at('search-text').fill('gardener');
    await found(visitor, 'who did it').waitFor();
    assert.doesNotMatch(await visitor.at('search-result').textContent(), /gardener/);
});

test('more come page by page, and a phone has room for all of it', async () => {
    const { me, wood } = await world();
    for (let n = 0; n < 25; n++)
        await me.say(wood, `paged ${n}`);
    await followed(me, await me.say(wood, 'paged last'));
    const visitor = await enter(me, { phone: true });
    await visitor.at('search-open').click();
    await visitor.at('search-text').fill('paged');
    await found(visitor, 'paged last').waitFor();
    await visitor.counts(visitor.at('search-result'), 20);
    await visitor.at('search-more').click();
    await found(visitor, /paged 0$/).waitFor();
    await visitor.counts(visitor.at('search-result'), 26);
    const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
});

test('in a narrow window a long name leaves the time in sight, and of a message of many lines what was found', async () => {
    const me = await signUp(server, freshName('me'));
    const other = await signUp(server, freshName('robin'), { display_name: 'Bartholomew Featherstonehaugh-Cholmondeley' });
    const wood = await me.createGroup('The long winter reading list of everybody here', [other]);
    const words = 'One\n\ntwo\n\n- three\n- four\n\nwith lingonberries';
    await followed(me, await other.say(wood, words));
    await findUntil(me, 'lingonberries', (results) => results.length === 1);
    const visitor = await enter(me, { viewport: { width: 320, height: 640 } });
    await visitor.at('search-open').click();
    await visitor.at('search-text').fill('lingonberries');
    await found(visitor, 'lingonberries').waitFor();
    const [mark, box] = [await visitor.page.locator('.search-result mark').boundingBox(), await visitor.page.locator('.search-result-words').boundingBox()];
    assert.ok(await visitor.page.locator('.search-results').evaluate((list) => list.scrollWidth <= list.clientWidth), 'it is wider than the window');
    assert.ok(mark.y + mark.height <= box.y + box.height + 2, 'the line is cut off');
});
