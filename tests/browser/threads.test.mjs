// Threads in the page: a message is answered beside the room, those who follow see what is new there.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Ann's group with Bob, in which she asked something. */
async function asked() {
    const [owner, member] = [await signUp(server, freshName('ann'), { display_name: 'Ann Ash' }), await signUp(server, freshName('bob'), { display_name: 'Bob Birch' })];
    const group = await owner.createGroup(freshName('Tea'), [member]);
    const root = await owner.say(group, 'Who brings the tea?');
    return { owner, member, group, root };
}

const answerTo = async (who, group, root, words) =>
    expectStatus(await who.post(`/rooms/${group.id}/messages`, { content: text(words), thread: root.seq, nonce: freshNonce() }), 201);
const within = (visitor, testid, extra = '') => visitor.at('thread').locator(`[data-testid="${testid}"]${extra}`);
const says = async (visitor, words) => {
    await within(visitor, 'composer').fill(words);
    await within(visitor, 'send').click();
    await within(visitor, 'message', '[data-state="sent"]').filter({ hasText: words }).waitFor();
};

test('a message is answered in a thread, and the other sees so, live, with what is new', async () => {
    const { owner, member, group } = await asked();
    const [ann, bob] = [await enter(owner), await enter(member)];
    for (const one of [ann, bob]) {
        await one.openRoom(group.name);
        await one.sees('Who brings the tea?');
    }
    await bob.act('Who brings the tea?', 'thread');
    await within(bob, 'thread-count', '[data-count="0"]').waitFor();
    await bob.focused(within(bob, 'composer'));
    await says(bob, 'I do');
    await within(bob, 'thread-count', '[data-count="1"]').waitFor();
    await bob.counts(bob.page.locator('[data-testid="timeline"] [data-testid="message"]'), 1);
    const line = ann.at('answers', '[data-count="1"][data-unread="1"]');
    await line.waitFor();
    await ann.at('threads-unread').filter({ hasText: /^1$/ }).waitFor();
    await line.click();
    await within(ann, 'message').filter({ hasText: 'I do' }).waitFor();
    await ann.at('answers', '[data-count="1"][data-unread="0"]').waitFor();
    await ann.at('threads-unread').waitFor({ state: 'detached' });
    await says(ann, 'Lovely');
    await within(bob, 'message').filter({ hasText: 'Lovely' }).waitFor();
});

test('who types in a thread is seen there, and not as typing in the room', async () => {
    const { owner, member, group, root } = await asked();
    const [ann, bob] = [await enter(owner), await enter(member)];
    for (const one of [ann, bob]) {
        await one.openRoom(group.name);
        await one.act('Who brings the tea?', 'thread');
        await within(one, 'thread-count', '[data-count="0"]').waitFor();
    }
    assert.equal(await within(bob, 'composer').getAttribute('placeholder'), 'Write an answer');
    const seen = within(ann, 'typing', '[data-count="1"]').waitFor(); // it lasts for seconds only
    await within(bob, 'composer').pressSequentially('me');
    await seen;
    assert.equal(await ann.page.locator('[data-testid="typing"][data-count="1"]:not([data-testid="thread"] *)').count(), 0);
    await says(bob, 'me too');
    await within(ann, 'typing', '[data-count="0"]').waitFor();
    await within(ann, 'message').filter({ hasText: 'me too' }).waitFor();
    assert.equal((await owner.room(group)).last_seq, root.seq + 1, 'typing is in no log');
});

test('the threads that one follows are listed, lead there by address, and are left by a press', async () => {
    const { owner, member, group, root } = await asked();
    await answerTo(member, group, root, 'Me');
    const last = await answerTo(member, group, root, 'And the cups');
    const ann = await enter(owner);
    await ann.at('threads').click();
    await ann.at('followed-thread', `[data-seq="${root.seq}"]`).filter({ has: ann.page.getByText('2 new', { exact: true }) }).locator('a').click();
    await within(ann, 'message').filter({ hasText: 'And the cups' }).waitFor();
    await ann.at('threads-unread').waitFor({ state: 'detached' });
    await within(ann, 'thread-follow', '[data-on="true"]').click();
    await within(ann, 'thread-follow', '[data-on="false"]').waitFor();
    await ann.at('threads').waitFor({ state: 'detached' });
    await within(ann, 'thread-close').click();
    await ann.at('thread').waitFor({ state: 'detached' });
    await ann.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/thread/${root.seq}/${last.seq}`);
    await within(ann, 'message', '[data-sought="true"]').filter({ hasText: 'And the cups' }).waitFor();
});

test('what is said in a room that a thread covers stays unread until the room is there again', async () => {
    const { owner, member, group, root } = await asked();
    const ann = await enter(owner, { viewport: { width: 1000, height: 700 } });
    await ann.openRoom(group.name);
    await ann.act('Who brings the tea?', 'thread');
    await within(ann, 'thread-count', '[data-count="0"]').waitFor();
    await member.say(group, 'By the way');
    await answerTo(member, group, root, 'Me');
    await within(ann, 'message').filter({ hasText: 'Me' }).waitFor();
    await ann.expectUnread(group.name, 1);
    await within(ann, 'thread-close').click();
    await ann.sees('By the way');
    await ann.expectUnread(group.name, 0);
});

test('earlier answers come above what is read, one of them is led to by address, and the focus goes back to the room', async () => {
    const { owner, member, group, root } = await asked();
    const first = await answerTo(member, group, root, 'answer 1.');
    for (let n = 2; n <= 52; n++)
        await answerTo(member, group, root, `answer ${n}.`);
    const ann = await enter(owner);
    await ann.openRoom(group.name);
    await ann.at('answers', '[data-count="52"]').click();
    const read = within(ann, 'message').filter({ hasText: 'answer 3.' });
    await within(ann, 'thread-older').scrollIntoViewIfNeeded();
    // It may lose its sender's name, which the first of a run has above it.
    const end = async () => { const { y, height } = await read.boundingBox(); return y + height; };
    const before = await end();
    await within(ann, 'thread-older').click();
    await within(ann, 'message').filter({ hasText: 'answer 1.' }).waitFor();
    await ann.focused(ann.page.locator('.thread-body'));
    assert.ok(Math.abs(await end() - before) < 3, 'what is read stays where it was');
    await within(ann, 'thread-close').click();
    await ann.focused(ann.at('answers'));
    await ann.page.reload();
    await ann.at('answers').waitFor();
    await ann.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/thread/${root.seq}/${first.seq}`);
    await within(ann, 'message', '[data-sought="true"]').filter({ hasText: 'answer 1.' }).waitFor();
});

test('what was begun in a thread waits there, and what is written without a connection goes when there is one', async () => {
    const { owner, group, root } = await asked();
    const ann = await enter(owner);
    await ann.openRoom(group.name);
    await ann.act('Who brings the tea?', 'thread');
    await within(ann, 'thread-count', '[data-count="0"]').waitFor();
    await within(ann, 'composer').fill('half an answ');
    await within(ann, 'thread-close').click();
    await ann.at('thread').waitFor({ state: 'detached' });
    await ann.holds('composer', '');
    await ann.act('Who brings the tea?', 'thread');
    await ann.page.waitForFunction(() => document.querySelector('[data-testid="thread"] [data-testid="composer"]')?.value === 'half an answ');
    ann.expectOffline = true;
    await ann.context.setOffline(true);
    await ann.page.evaluate(() => dispatchEvent(new Event('offline')));
    await ann.offline();
    await within(ann, 'composer').fill('an answer');
    await within(ann, 'send').click();
    await within(ann, 'message', '[data-state="pending"]').filter({ hasText: 'an answer' }).waitFor();
    await ann.context.setOffline(false);
    await ann.page.evaluate(() => dispatchEvent(new Event('online')));
    await ann.online();
    await within(ann, 'message', '[data-state="sent"]').filter({ hasText: 'an answer' }).waitFor();
    await ann.at('answers', '[data-count="1"]').waitFor();
});

test('beside a room a thread has most of its width for words', async () => {
    const { owner, member, group, root } = await asked();
    await answerTo(member, group, root, 'I do, and I bring the large kettle and the good cups too, if somebody carries the biscuits');
    const ann = await enter(owner, { viewport: { width: 1280, height: 800 } });
    await ann.page.evaluate((hash) => { location.hash = hash; }, `/rooms/${group.id}/thread/${root.seq}`);
    const answer = within(ann, 'message').filter({ hasText: 'kettle' });
    await answer.waitFor();
    const [row, bubble] = [await answer.boundingBox(), await answer.locator('.bubble').boundingBox()];
    assert.ok(bubble.width > 0.65 * row.width, `${bubble.width} of ${row.width}`);
});

test('Escape closes the details and a thread, but first what is nearer', async () => {
    const { owner, group } = await asked();
    const ann = await enter(owner);
    await ann.openRoom(group.name);
    await ann.at('members').click();
    await ann.at('member').first().waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.at('member').first().waitFor({ state: 'detached' });
    await ann.focused(ann.at('composer'));
    await ann.act('Who brings the tea?', 'thread');
    await says(ann, 'I do');
    await within(ann, 'composer').press('ArrowUp');
    await within(ann, 'editing').waitFor();
    await within(ann, 'composer').press('Escape');
    await within(ann, 'editing').waitFor({ state: 'detached' });
    await within(ann, 'composer').fill('half a');
    await within(ann, 'emoji-open').click();
    await ann.at('emoji-picker').waitFor();
    await within(ann, 'composer').focus();
    await within(ann, 'composer').press('Escape');
    await ann.at('emoji-picker').waitFor({ state: 'detached' });
    await ann.at('thread').waitFor();
    await within(ann, 'composer').press('Escape');
    await ann.at('thread').waitFor({ state: 'detached' });
    await ann.focused(ann.at('composer'));
});
