// More is asked than can be done. What counts is counted, not timed: everybody who is connected has
// every command answered and done, and everybody new is answered too, at once, if only by a refusal
// that says when to come again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { freshName, freshNonce, PASSWORD, signIn, signUpMany, text } from '../support/people.mjs';
import { serve, within } from '../support/server.mjs';

const flags = (limits) => Object.entries(limits).flatMap(([name, value]) => ['--limit', `${name}=${value}`]);

/** Sends one message after the other until told to stop; each must be acknowledged. */
function talking(socket, room, state) {
    return (async () => {
        while (!state.over || state.said < 20) {
            await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`word ${state.said}`) });
            state.said++;
        }
    })();
}

async function untilIdle(server) {
    for (;;) {
        const all = await metrics(server);
        if (all.natternet_store_jobs === 0)
            return all;
    }
}

const refused = (answers) => answers.filter(({ status }) => status === 503);

function expectRefusals(answers, done) {
    for (const answer of answers)
        assert.ok(done.includes(answer.status) || answer.status === 503, `${answer.status}: ${answer.bytes}`);
    for (const answer of refused(answers)) {
        assert.equal(answer.body.code, 'server.busy');
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    }
}

test('a flood of sign-ins is refused early, and costs those who are in nothing', async (t) => {
    const server = await serve(t, { cheap: false, args: ['--workers', '1', ...flags({ password_queue: 4, password_memory_kib: 65536 })] });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('undisturbed', [bob]);
    const [from, to] = [await ann.connect(), await bob.connect()];
    const state = { said: 0, over: false };
    const talk = talking(from, room, state);
    const flood = await Promise.all(Array.from({ length: 100 }, () => http(server, 'POST', '/api/v1/auth/signin',
        { body: { login: freshName('nobody'), password: PASSWORD } })));
    state.over = true;
    await talk;
    expectRefusals(flood, [401]);
    assert.ok(refused(flood).length > 50, `${refused(flood).length} of 100 refused`);
    await to.until(() => to.events.filter(({ type }) => type === 'message.created').length === state.said, 'every word');
    assert.equal((await ann.room(room)).last_seq, 3 + state.said);
    await signIn(server, ann.user.username);
});

test('a flood of reads is refused to those who flood, and writing goes on', async (t) => {
    const server = await serve(t, { args: ['--workers', '1', ...flags({ store_queue: 64, store_readers: 1, sessions_per_user: 1000 })] });
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('undisturbed', [bob]);
    const own = await cal.createGroup('asked for all the time');
    for (let n = 0; n < 5; n++)
        await cal.say(own, 'some words');
    const greedy = await Promise.all(Array.from({ length: 4 }, () => cal.connect()));
    const [from, to] = [await ann.connect(), await bob.connect()];
    let said = 0, waited = 0;
    const replies = Promise.all(greedy.flatMap((socket) => Array.from({ length: 200 }, () =>
        socket.request('room.history', { room: own.id, limit: 5 }))));
    const newcomers = Promise.all(Array.from({ length: 20 }, () => http(server, 'POST', '/api/v1/auth/signin',
        { body: { login: bob.user.username, password: PASSWORD } })));
    while (said < 20) {
        const nonce = freshNonce();
        const reply = await from.request('message.send', { room: room.id, nonce, content: text(`word ${said}`) });
        if (reply.ok) {
            said++;
        } else {
            assert.equal(reply.error.code, 'server.busy');
            assert.ok(reply.error.retry_after >= 1);
            waited++;
        }
    }
    const answers = await replies;
    assert.equal(answers.length, 800, 'each command has its one answer');
    const busy = answers.filter(({ ok }) => !ok);
    assert.ok(busy.length > 0, 'they asked for too much');
    busy.forEach(({ error }) => assert.equal(error.code, 'server.busy'));
    expectRefusals(await newcomers, [200]);
    await to.until(() => to.events.filter(({ type }) => type === 'message.created').length === 20, 'every word');
    const all = await within(10_000, 'nothing is left over', untilIdle(server)); // for a moment there may be a job of the server's own
    assert.ok(all['natternet_limit_hits_total{name="store_queue"}'] >= busy.length + waited);
    assert.equal(all.natternet_acts_waiting, 0);
});

test('a rush of connections leaves those who are in their turns', async (t) => {
    const server = await serve(t, { trust: false, args: ['--workers', '1', ...flags({ connection_burst: 50, connection_per_second: 10 })] });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('undisturbed', [bob]);
    const [from, to] = [await ann.connect(), await bob.connect()];
    const state = { said: 0, over: false };
    const talk = talking(from, room, state);
    const rush = await Promise.all(Array.from({ length: 300 }, () =>
        http(server, 'GET', '/healthz', { localAddress: '127.0.0.3' }).catch((error) => ({ error }))));
    state.over = true;
    await talk;
    const served = rush.filter(({ status }) => status === 200).length;
    assert.ok(served >= 50 && served < 300, `${served} of 300 served`);
    await to.until(() => to.events.filter(({ type }) => type === 'message.created').length === state.said, 'every word');
});
