// People chat in a real browser.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { freshName, signIn } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, visit } = await openStage({ after, afterEach });

async function signedUp(count, options = {}) {
    const people = [];
    for (let n = 0; n < count; n++) {
        const visitor = await visit(options);
        await visitor.signUp();
        people.push(visitor);
    }
    return people;
}

test('two people sign up, find each other and chat, with unread badges', async () => {
    const [ann, bob] = await signedUp(2);
    await ann.openDirect(bob);
    await ann.say('Hello Bob');
    await ann.sentMark('Hello Bob');
    await bob.expectUnread(ann.name, 1);
    await bob.openRoom(ann.name);
    await bob.sees('Hello Bob');
    await bob.expectUnread(ann.name, 0);
    await bob.say('Hello Ann');
    await ann.sees('Hello Ann');
    assert.equal(await ann.message('Hello Bob').count(), 1, 'one\'s own message is there once');
    assert.equal(await ann.message('Hello Ann').getAttribute('data-mine'), 'false');
});

test('typing is seen while it happens', async () => {
    const [ann, bob] = await signedUp(2);
    await ann.openDirect(bob);
    await ann.say('first');
    await bob.openRoom(ann.name);
    const seen = bob.at('typing', '[data-count="1"]').waitFor(); // it lasts for seconds only
    await ann.at('composer').pressSequentially('thinking');
    await seen;
});

test('a group of three, and a reload keeps the session and the room', async () => {
    const [ann, bob, cal] = await signedUp(3);
    const title = freshName('Tea');
    await ann.openGroup(title, [bob, cal]);
    await ann.say('Who is in?');
    for (const other of [bob, cal])
        await other.expectUnread(title, 1);
    for (const other of [bob, cal]) {
        await other.openRoom(title);
        await other.sees('Who is in?');
        await other.say(`${other.name} is`);
    }
    await ann.sees(`${bob.name} is`);
    await ann.sees(`${cal.name} is`);
    await bob.page.reload();
    await bob.online();
    await bob.sees(`${cal.name} is`);
    await bob.say('still here');
    await ann.sees('still here');
});

test('words are words: no markup, no script', async () => {
    const [ann, bob] = await signedUp(2);
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script> & "quotes" 👩‍👩‍👧';
    await ann.openDirect(bob);
    await ann.say(evil);
    await bob.openRoom(ann.name);
    await bob.sees(evil);
    assert.equal(await bob.page.locator('img[src="x"]').count(), 0);
});

test('signing out and in again; a wrong password is told', async () => {
    const [ann] = await signedUp(1);
    await ann.openSettings('account');
    await ann.at('sign-out').click();
    await ann.at('username').fill(ann.name);
    await ann.at('password').fill('not the password');
    await ann.at('submit').click();
    await ann.at('problem').waitFor();
    await ann.signIn();
    await ann.page.reload();
    await ann.online();
});

test('a session that is ended elsewhere leads back to the sign-in', async () => {
    const [ann] = await signedUp(1);
    const phone = await visit({ name: ann.name });
    await phone.signIn();
    await ann.openSettings('sessions');
    await ann.at('session', '[data-current="false"]').locator('[data-testid="end-session"]').click();
    await phone.at('submit').waitFor();
});

test('older messages come while scrolling up', async () => {
    const [ann, bob] = await signedUp(2);
    const [writer, reader] = [await signIn(server, ann.name), await signIn(server, bob.name)];
    const room = await writer.createDirect(reader);
    for (let n = 0; n < 120; n++)
        await writer.say(room, `line number ${n}.`);
    await bob.openRoom(ann.name);
    await bob.at('to-end').click();
    await bob.sees('line number 119.');
    await bob.wheelUntil(-2000, async () => await bob.message('line number 0.').count() > 0);
    await bob.sees('line number 0.');
});

test('on a phone one thing is shown at a time, and all of it fits', async () => {
    const [ann] = await signedUp(1);
    const bob = await visit({ phone: true });
    await bob.signUp();
    await bob.openDirect(ann);
    await bob.say('from my phone');
    await ann.openRoom(bob.name);
    await ann.sees('from my phone');
    assert.equal(await bob.at('room-list').isVisible(), false);
    const fits = () => bob.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(await fits(), 'no sideways scrolling in a room');
    await bob.at('back').click();
    await bob.at('room-list').waitFor();
    assert.ok(await fits(), 'nor in the list');
});
