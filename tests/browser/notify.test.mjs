// How a new message makes itself known: to who looks elsewhere, and to who listens.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach }, serveWithClock);
afterEach(() => server.turnClock(0));

/** Robin writes to me in two groups. */
async function twoGroups() {
    const [me, robin] = [await signUp(server, freshName('me')), await signUp(server, freshName('robin'), { display_name: 'Robin Hood' })];
    const [wood, town] = [await robin.createGroup('Wood', [me]), await robin.createGroup('Town', [me])];
    return { me, robin, wood, town, visitor: await enter(me) };
}

/** Stands in for the system's notifications, and for a person who looks elsewhere. */
const lookAway = (visitor) => visitor.page.evaluate(() => {
    window.notes = [];
    window.Notification = class {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, { body }) {
            const line = `${title}: ${body}`;
            Object.assign(this, { close: () => void (window.notes = window.notes.filter(({ note }) => note !== this)) });
            window.notes.push({ line, note: this });
        }
    };
    document.hasFocus = () => false;
});

/** In the settings, where the page then is. */
async function wantNotices(visitor) {
    await visitor.openSettings('notifications');
    await lookAway(visitor);
    await visitor.at('desktop').click();
    await visitor.at('desktop', '[aria-checked="true"]').waitFor();
}

test('who looks elsewhere is notified, of a muted room not, and a press leads to the message', async () => {
    const { robin, wood, town, visitor } = await twoGroups();
    await visitor.openRoom('Town');
    await visitor.at('members').click();
    await visitor.at('mute').click();
    await visitor.openSettings('notifications');
    await visitor.at('unmute').waitFor();
    await lookAway(visitor);
    await visitor.at('desktop').click();
    await visitor.at('desktop', '[aria-checked="true"]').waitFor();
    await robin.say(town, 'of no matter');
    await visitor.expectUnread('Town', 1);
    await visitor.roomItem('Town').filter({ hasText: 'Robin Hood' }).waitFor();
    await robin.say(wood, '**Sheriff** in sight');
    await visitor.page.waitForFunction(() => window.notes.length > 0);
    assert.deepEqual(await visitor.page.evaluate(() => window.notes.map(({ line }) => line)), ['Robin Hood in Wood: Sheriff in sight']);
    await visitor.page.evaluate(() => window.notes[0].note.onclick());
    await visitor.at('message', '[data-sought="true"]').filter({ hasText: 'Sheriff in sight' }).waitFor();
});

test('the first message of a new group is told of too, before the page knows what the group is', async () => {
    const { me, robin, visitor } = await twoGroups();
    await wantNotices(visitor);
    let arrive;
    const arrived = new Promise((done) => { arrive = done; });
    await visitor.page.route(/\/rooms\/[0-9a-z-]+$/, async (route) => {
        await arrived;
        await route.continue();
    });
    const camp = await robin.createGroup('Camp', [me]);
    await robin.say(camp, 'first word');
    await robin.say(camp, 'second word');
    arrive();
    await visitor.page.waitForFunction(() => window.notes.length === 2);
    assert.deepEqual(await visitor.page.evaluate(() => window.notes.map(({ line }) => line)), ['Robin Hood in Camp: first word', 'Robin Hood in Camp: second word']);
});

test('whose name is not known yet is told of once it is, what was deleted meanwhile not, and nothing is left to who signs out', async () => {
    const { me, robin, wood, town, visitor } = await twoGroups();
    await wantNotices(visitor);
    let tell;
    const told = new Promise((done) => { tell = done; });
    let asked;
    const wanted = new Promise((done) => { asked = done; });
    const tuck = await signUp(server, freshName('tuck'), { display_name: 'Friar Tuck' });
    await visitor.page.route(/\/users\?/, async (route) => {
        asked();
        await told;
        await route.continue();
    });
    for (const room of [wood, town]) expectStatus(await robin.post(`/rooms/${room.id}/members`, { user_id: tuck.id, nonce: freshNonce() }), 201);
    const gone = await tuck.say(town, 'a slip');
    await tuck.say(wood, 'Supper is ready');
    await wanted;
    expectStatus(await tuck.delete(`/rooms/${town.id}/messages/${gone.seq}`), 204);
    await visitor.roomItem('Town').filter({ hasText: 'deleted' }).waitFor();
    assert.equal(await visitor.page.evaluate(() => window.notes.length), 0);
    tell();
    await visitor.page.waitForFunction(() => window.notes.length > 0);
    assert.deepEqual(await visitor.page.evaluate(() => window.notes.map(({ line }) => line)), ['Friar Tuck in Wood: Supper is ready']);
    const { sessions } = expectStatus(await me.get('/sessions'), 200);
    for (const { id, current } of sessions) if (!current) expectStatus(await me.delete(`/sessions/${id}`), 204);
    await visitor.at('submit').waitFor();
    await visitor.page.waitForFunction(() => window.notes.length === 0);
});

test('of a group one can be told of what speaks to oneself alone, in all or in one', async () => {
    const { me, robin, wood, town, visitor } = await twoGroups();
    await wantNotices(visitor);
    await visitor.page.locator('#level-mentions').check();
    await visitor.openRoom('Town');
    await visitor.at('members').click();
    await visitor.at('level').selectOption('all');
    await visitor.page.waitForFunction(() => document.querySelector('[data-testid="level"]:enabled')?.value === 'all');
    await robin.say(wood, 'of no matter');
    await visitor.expectUnread('Wood', 1);
    await robin.post(`/rooms/${wood.id}/messages`, { nonce: freshNonce(), content: { type: 'text', text: 'to you', mentions: [me.id] } });
    await visitor.page.waitForFunction(() => window.notes.length === 1);
    await robin.say(town, 'anything');
    await visitor.page.waitForFunction(() => window.notes.length === 2);
    assert.deepEqual(await visitor.page.evaluate(() => window.notes.map(({ line }) => line)), ['Robin Hood in Wood: to you', 'Robin Hood in Town: anything']);
});

test('where one is told of mentions alone, @here is told of to who is there and not to who is away', async () => {
    const [robin, ...called] = [await signUp(server, freshName('robin'), { display_name: 'Robin Hood' }), await signUp(server, freshName('me')), await signUp(server, freshName('tuck'))];
    const wood = await robin.createGroup('Wood', called);
    for (const one of called) expectStatus(await one.put('/me/feed/settings:notifications', { value: { level: 'mentions' } }), 200, 201);
    const [away, there] = [await enter(called[0], { clock: true }), await enter(called[1])];
    for (const visitor of [away, there]) {
        await wantNotices(visitor);
        await visitor.openRoom('Wood');
        await visitor.at('members').click();
    }
    await away.idle();
    await away.at('member', `[data-user="${away.name}"]`).locator('[data-presence="away"]').first().waitFor();
    const say = (words, ...mentions) => robin.post(`/rooms/${wood.id}/messages`, { nonce: freshNonce(), content: { type: 'text', text: words, mentions } });
    await say('who is here', 'here');
    await say('both of you', ...called.map(({ id }) => id));
    for (const [visitor, lines] of [[away, ['both of you']], [there, ['who is here', 'both of you']]]) {
        await visitor.page.waitForFunction(() => window.notes.some(({ line }) => line.includes('both of you')));
        assert.deepEqual(await visitor.page.evaluate(() => window.notes.map(({ line }) => line)), lines.map((line) => `Robin Hood in Wood: ${line}`));
    }
});

test('what comes into the open room is read out, what was there before is not', async () => {
    const { robin, wood, visitor } = await twoGroups();
    await robin.say(wood, 'said before');
    await visitor.expectUnread('Wood', 1);
    await visitor.openRoom('Wood');
    await visitor.sees('said before');
    const spoken = visitor.page.locator('[aria-live="polite"]').filter({ hasText: 'said' });
    assert.equal(await spoken.count(), 0);
    await robin.say(wood, 'said _now_');
    await spoken.filter({ hasText: /Robin Hood.*said now/ }).waitFor({ state: 'attached' });
});

test('a notification goes with its message: deleted for everyone, or too old for its group', async () => {
    const { robin, wood, town, visitor } = await twoGroups();
    expectStatus(await robin.patch(`/rooms/${town.id}`, { nonce: freshNonce(), retention_s: 240 }), 200);
    await wantNotices(visitor);
    const shows = (...lines) => visitor.page.waitForFunction((wanted) => JSON.stringify(window.notes.map(({ line }) => line.replace(/^.*: /, ''))) === wanted, JSON.stringify(lines));
    const [inWood, inTown] = ['a secret', 'for four minutes'];
    const secret = await robin.say(wood, inWood);
    await shows(inWood);
    await robin.say(town, inTown);
    await shows(inWood, inTown);
    expectStatus(await robin.delete(`/rooms/${wood.id}/messages/${secret.seq}`), 204);
    await shows(inTown);
    await server.turnClock(300_000); // less than tokens live
    await visitor.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await shows();
});
