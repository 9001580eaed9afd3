// The wall clock is set while the server runs, hours forwards and backwards: time in a room never
// goes back, timers do not notice, and tokens expire by the new time and can be had anew.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Connecting to it, the driver waits for a condition until a time of the wall clock: ours and the kernel's then differ. */
const waitsByTheKernels = process.env.NATTERNET_TEST_MONGO ? 'the driver of the database waits by the kernel\'s clock' : false;

const server = await serveWithClock({ after }, { args: ['--workers', '2', '--limit', 'ping_after_s=600', '--limit', 'dead_after_s=1200'] });
const setTo = (ms) => server.turnClock(ms);

async function refreshed(person) {
    const answer = await http(server, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: person.refreshToken } });
    person.take({ user: person.user, ...expectStatus(answer, 200) });
}

async function refreshedEvents(person, room) {
    await refreshed(person);
    return person.events(room);
}

test('created_at never goes back, whatever the clock does', async (t) => {
    t.after(() => setTo(0));
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('times', [bob]);
    const socket = await ann.connect();
    const heard = await bob.connect();
    const steps = [0, HOUR, -HOUR, -30 * DAY, 2 * HOUR, 0, -1, 5 * DAY, 0];
    for (const [n, step] of steps.entries()) {
        await setTo(step);
        for (let m = 0; m < 3; m++)
            await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`${n}.${m}`) });
        await heard.until(() => heard.events.filter(({ type }) => type === 'message.created').length === 3 * (n + 1), 'all of them');
    }
    await setTo(0);
    const events = await ann.events(room);
    assert.ok(events.length >= 3 * steps.length);
    events.reduce((before, event) => {
        assert.ok(event.created_at >= before.created_at, `${before.seq} at ${before.created_at}, ${event.seq} at ${event.created_at}`);
        return event;
    });
    const ahead = Date.parse(events.at(-1).created_at) - Date.now();
    assert.ok(ahead > 4 * DAY, 'it stays where it was furthest, and goes on from there');
    assert.equal(heard.isClosed, undefined);
});

test('nor over a restart with a clock that lags', { skip: waitsByTheKernels }, async (t) => {
    const own = await serveWithClock(t);
    const ann = await signUp(own);
    const room = await ann.createGroup('times');
    await own.turnClock(HOUR);
    await ann.signInAgain().then((again) => again.say(room, 'from the future'));
    await own.turnClock(-HOUR);
    await own.restart({ hard: true });
    const again = await ann.signInAgain();
    await again.say(room, 'from the past');
    const times = (await again.events(room)).map((event) => event.created_at);
    assert.deepEqual(times, [...times].sort());
});

test('timers do not notice: who is connected stays, who must hurry has as long as ever', async (t) => {
    t.after(() => setTo(0));
    const ann = await signUp(server);
    const socket = await ann.connect();
    const stranger = await Raw.connect(server);
    t.after(() => stranger.destroy());
    await stranger.upgrade();
    const half = await Raw.connect(server);
    t.after(() => half.destroy());
    half.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    for (const step of [DAY, -DAY, 365 * DAY, -365 * DAY]) {
        await setTo(step);
        await socket.call('ping');
    }
    await setTo(0);
    half.write('\r\n');
    assert.equal((await half.response()).status, 200, 'half a request was not late');
    assert.equal(stranger.ended, false, 'a stranger still has the time to sign in');
    assert.equal(socket.isClosed, undefined);
});

test('rates do not notice either', async (t) => {
    const own = await serveWithClock(t, { trust: false, args: ['--limit', 'message_burst=3', '--limit', 'message_per_second=1'] });
    const ann = await signUp(own);
    const room = await ann.createGroup('fast');
    const send = () => ann.post(`/rooms/${room.id}/messages`, { content: text('x') });
    for (let n = 0; n < 3; n++)
        expectStatus(await send(), 201);
    await own.turnClock(600_000);
    expectProblem(await send(), 429, 'rate.limited');
    await own.turnClock(0);
    const answer = await send();
    expectProblem(answer, 429, 'rate.limited');
    assert.ok(Number(answer.headers['retry-after']) <= 2, 'the wait is as long as it would be');
});

test('forwards, access tokens are over and refreshing gives new ones; far forwards, so is the session', async (t) => {
    t.after(() => setTo(0));
    const ann = await signUp(server);
    await setTo(HOUR);
    expectProblem(await ann.get('/me'), 401, 'auth.invalid_token');
    await refreshed(ann);
    expectStatus(await ann.get('/me'), 200);
    await setTo(100 * DAY);
    expectProblem(await http(server, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: ann.refreshToken } }),
        401, 'auth.session_ended');
});

test('backwards, a token from the future is refused, and refreshing gives one of today', async (t) => {
    t.after(() => setTo(0));
    const ann = await signUp(server);
    const socket = await ann.connect();
    await setTo(-HOUR);
    expectProblem(await ann.get('/me'), 401, 'auth.invalid_token');
    await refreshed(ann);
    expectStatus(await ann.get('/me'), 200);
    await socket.call('ping');
    const ended = await ann.signInAgain();
    expectStatus(await ended.post('/auth/signout'), 204);
    expectProblem(await ended.get('/me'), 401, 'auth.session_ended');
});

test('a message for later goes out when its time has come by the new clock, and not before', async (t) => {
    t.after(() => setTo(0));
    const ann = await signUp(server);
    const room = await ann.createGroup('later');
    const socket = await ann.connect();
    const later = (words, seconds) => socket.call('feed.put',
        { key: `scheduled:${room.id}.${freshNonce()}`, value: { delay_s: seconds, content: text(words) } });
    const said = (words) => socket.next('message.created', ({ message }) => message.content.text === words);
    await later('in an hour', 3600);
    await setTo(-HOUR);
    await later('in a moment', 1);
    await said('in a moment');
    assert.equal(socket.events.some(({ type }) => type === 'message.created'), false, 'it waits for two hours now');
    await setTo(HOUR + 1000);
    await said('in an hour');
    await setTo(0);
    await later('and again', 1);
    await said('and again');
    const words = (await refreshedEvents(ann, room)).map(({ message }) => message?.content.text).filter(Boolean);
    assert.deepEqual(words, ['in a moment', 'in an hour', 'and again'], 'each once');
});
