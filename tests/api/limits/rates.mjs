// Limits of how often somebody may do something. Each runs into its limit once, on a server of its own,
// which it returns.

import assert from 'node:assert/strict';
import { expectProblem, expectStatus, http } from '../../support/http.mjs';
import { hitsOf } from '../../support/metrics.mjs';
import { freshName, freshNonce, PASSWORD, signIn, signUp, signUpMany, text } from '../../support/people.mjs';
import { frame, OP } from '../../support/raw.mjs';
import { expectWait, post, rawSocket, untilError, untilRefused, withLimits } from './limited.mjs';

const signup = (server) => post(server, '/auth/signup', { username: freshName(), password: PASSWORD });

export const rates = {
    async signup_burst(t) {
        const server = await withLimits(t, { signup_burst: 2, signup_per_hour: 60 });
        expectWait(await untilRefused(() => signup(server)));
        expectStatus(await http(server, 'POST', '/api/v1/auth/signup',
            { body: { username: freshName(), password: PASSWORD }, localAddress: '127.0.0.2' }), 201);
        return server;
    },
    async signin_burst(t) {
        const server = await withLimits(t, { signin_burst: 2, signin_per_minute: 1 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => post(server, '/auth/signin', { login: ann.user.username, password: PASSWORD })));
        await signIn(server, ann.user.username, PASSWORD, { localAddress: '127.0.0.2' });
        return server;
    },
    async signin_failure_burst(t) {
        const server = await withLimits(t, { signin_failure_burst: 2 });
        const ann = await signUp(server);
        const guess = () => post(server, '/auth/signin', { login: ann.user.username, password: 'wrong words' });
        expectProblem(await guess(), 401, 'auth.invalid_credentials');
        expectProblem(await guess(), 401, 'auth.invalid_credentials');
        expectWait(await guess());
        await signIn(server, ann.user.username, PASSWORD, { localAddress: '127.0.0.2' });
        return server;
    },
    async request_burst(t) {
        const server = await withLimits(t, { request_burst: 5, request_per_second: 1 });
        expectWait(await untilRefused(() => http(server, 'GET', '/')));
        expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
        assert.equal((await http(server, 'GET', '/healthz')).status, 200, 'who watches may always ask');
        assert.equal((await http(server, 'GET', '/', { localAddress: '127.0.0.2' })).status, 200);
        return server;
    },
    async command_burst(t) {
        const server = await withLimits(t, { command_burst: 5, command_per_second: 1 });
        const [ann, bob] = await signUpMany(server, 2);
        const socket = await ann.connect();
        const error = await untilError(() => socket.request('ping'));
        assert.equal(error.code, 'rate.limited');
        expectWait(await ann.get('/me'), 429);
        expectStatus(await bob.get('/me'), 200);
        expectWait(await untilRefused(() => bob.get('/rooms')));
        return server;
    },
    async search_burst(t) {
        const server = await withLimits(t, { search_burst: 3, search_per_second: 1 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => ann.get('/search?q=x')));
        return server;
    },
    async refusals_in_a_row(t) {
        const server = await withLimits(t, { message_burst: 1, message_per_second: 1, refusals_in_a_row: 4 });
        const [ann, bob] = await signUpMany(server, 2);
        const room = await ann.createGroup('far too fast', [bob]);
        const [raw, other] = [await rawSocket(t, ann), await bob.connect()];
        const command = (id) => frame(OP.TEXT, JSON.stringify({ id, type: 'message.send', room: room.id, nonce: `n${id}`, content: text('x') }));
        const rested = await hitsOf(server, 'refusals_in_a_row');
        const began = performance.now();
        raw.write(Buffer.concat(Array.from({ length: 13 }, (_, id) => command(id))));
        for (let replies = 0; replies < 13;) // every one of them is answered, in the end
            replies += 'reply_to' in JSON.parse((await raw.frameOf(OP.TEXT)).text);
        assert.ok(performance.now() - began >= 190, 'one went through, four and four were refused, and between them it was not read');
        assert.ok(await hitsOf(server, 'refusals_in_a_row') - rested >= 2);
        await other.call('message.send', { room: room.id, nonce: freshNonce(), content: text('nobody else rests') });
        raw.write(Buffer.concat(Array.from({ length: 8 }, (_, id) => command(100 + id))));
        raw.destroy(); // it may go while it rests
        return server;
    },
    async message_burst(t) {
        const server = await withLimits(t, { message_burst: 5, message_per_second: 1 });
        const [ann, bob] = await signUpMany(server, 2);
        const room = await ann.createGroup('fast', [bob]);
        const socket = await ann.connect();
        const send = { room: room.id, content: text('x') };
        const error = await untilError(() => socket.request('message.send', send));
        assert.equal(error.code, 'rate.limited');
        assert.ok(error.retry_after >= 1);
        expectWait(await untilRefused(() => ann.post(`/rooms/${room.id}/messages`, { content: text('x') })));
        await bob.say(room, 'another person has a rate of their own');
        return server;
    },
    async room_burst(t) {
        const server = await withLimits(t, { room_burst: 2, room_per_hour: 60 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => ann.post('/rooms', { kind: 'group', name: 'one more', members: [] })));
        return server;
    },
    async join_burst(t) {
        const server = await withLimits(t, { join_burst: 4, join_per_hour: 60 });
        const [ann, bob, cal, dan] = await signUpMany(server, 4);
        const room = await ann.createGroup('three', [bob, cal]);
        const add = (owner, one, to) => owner.post(`/rooms/${to.id}/members`, { user_id: one.id, nonce: freshNonce() });
        expectStatus(await add(ann, dan, room), 201);
        const answer = await ann.post('/rooms', { kind: 'group', name: 'four', members: [bob.id] });
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one place comes back a minute');
        const own = await bob.createGroup('of bob');
        expectStatus(await add(bob, ann, own), 201);
        return server;
    },
    async profile_burst(t) {
        const server = await withLimits(t, { profile_burst: 3, profile_per_hour: 60 });
        const [ann, bob] = await signUpMany(server, 2);
        await ann.createGroup('who sees it', [bob]);
        const socket = await bob.connect();
        for (const n of [1, 2, 3])
            expectStatus(await ann.patch('/me', { about: `of myself, ${n}` }), 200);
        const answer = await ann.patch('/me', { display_name: 'Too often' });
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one change comes back a minute');
        expectStatus(await ann.patch('/me', { locale: 'de' }), 200); // which nobody is told of
        expectStatus(await bob.patch('/me', { about: 'another person has a rate of their own' }), 200);
        await socket.until(() => socket.events.filter(({ type }) => type === 'user.updated').length >= 4, 'three of Ann, one of Bob');
        return server;
    },
    async report_burst(t) {
        const server = await withLimits(t, { report_burst: 2, report_per_hour: 60 });
        const [ann, bob, ...others] = await signUpMany(server, 5);
        const report = (who, one) => who.post('/reports', { user_id: one.id, category: 'spam' });
        expectStatus(await report(ann, others[0]), 201);
        expectStatus(await report(ann, others[1]), 201);
        const answer = await report(ann, others[2]);
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one report comes back a minute');
        await (await ann.connect()).refused('rate.limited', 'report.make', { user_id: others[2].id, category: 'spam' });
        expectStatus(await report(bob, others[2]), 201);
        return server;
    },
    async received_burst_bytes(t) {
        const server = await withLimits(t, { received_burst_bytes: 20000, received_bytes_per_second: 1024 });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        const error = await untilError(() => socket.request('message.send',
            { room: room.id, nonce: freshNonce(), content: text('x'.repeat(9000)) }));
        assert.equal(error.code, 'rate.limited');
        assert.ok(error.retry_after >= 1);
        expectWait(await ann.get('/me'));
        expectStatus(await ann.get('/me', { localAddress: '127.0.0.2' }), 200);
        return server;
    },
    async sent_burst_bytes(t) {
        const server = await withLimits(t, { sent_burst_bytes: 40000, sent_bytes_per_second: 1024 });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        for (let n = 0; n < 3; n++)
            await ann.say(room, 'x'.repeat(9000));
        expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
        expectWait(await ann.get(`/rooms/${room.id}/messages`));
        const error = await socket.refused('rate.limited', 'room.history', { room: room.id });
        assert.ok(error.retry_after >= 1);
        await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text('sending goes on') });
        expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
        return server;
    },
};
