// What an administrator does on one server holds on all of them.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN, signInAdmin } from '../support/admin.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { png } from '../support/images.mjs';
import { at } from '../support/peers.mjs';
import { freshName, freshNonce, PASSWORD, signUpMany, text } from '../support/people.mjs';
import { freshDirectory, run, serve, SLOW, within } from '../support/server.mjs';

const missing = noMongo || noNats;
let mongo, nats, one, other, data, admin;

before(async () => {
    if (missing)
        return;
    [mongo, nats, data] = await Promise.all([Mongo.start(), Nats.start(), freshDirectory()]);
    for (const words of [['user', 'create', '--data', data, '--username', ADMIN, '--admin'], ['migrate', '--from', `sqlite:${data}`, '--to', mongo.uri()]]) {
        const { code, stderr } = await run(words, { input: `${PASSWORD}\n` });
        assert.equal(code, 0, stderr);
    }
    const args = ['--workers', '2', '--store', mongo.uri(), '--bus', nats.url];
    one = await serve({ after() {} }, { args });
    other = await serve({ after() {} }, { args });
    admin = await signInAdmin(one);
});
after(async () => {
    await Promise.all([one?.dispose(), other?.dispose()]);
    await nats?.stop();
    await mongo?.dispose();
    if (data) await rm(data, { recursive: true, force: true });
});

test('who is suspended on one server is cut off on the other at once, and let in by none', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('hall', [bob]);
    const bobThere = at(other, bob);
    const sockets = [await bob.connect(), await bobThere.connect()];
    expectStatus(await admin.put(`/admin/people/${bob.id}/suspension`, { reason: 'shouting' }), 200);
    for (const socket of sockets)
        assert.equal((await socket.closed).code, 4003);
    for (const device of [bob, bobThere]) {
        expectProblem(await device.get('/me'), 401, 'auth.session_ended');
        const refused = await device.post('/auth/signin', { login: bob.user.username, password: PASSWORD });
        assert.equal(expectProblem(refused, 403, 'auth.suspended').reason, 'shouting');
    }
    expectStatus(await ann.get(`/rooms/${room.id}`), 200);
    expectStatus(await at(other, admin).delete(`/admin/people/${bob.id}/suspension`), 204);
    expectStatus(await bob.post('/auth/signin', { login: bob.user.username, password: PASSWORD }), 200);
});

test('who is suspended at the command line is cut off on the servers that run, and let in by none', { skip: missing }, async () => {
    const [bob] = await signUpMany(one, 1);
    const bobThere = at(other, bob);
    const sockets = [await bob.connect(), await bobThere.connect()];
    const command = async (...words) => {
        const { code, stderr } = await run(['user', ...words, '--store', mongo.uri(), '--username', bob.user.username]);
        assert.equal(code, 0, stderr);
    };
    await command('suspend', '--reason', 'shouting');
    for (const socket of sockets)
        assert.equal((await socket.closed).code, 4003);
    for (const device of [bob, bobThere]) {
        expectProblem(await device.get('/me'), 401, 'auth.session_ended');
        expectProblem(await device.post('/auth/signin', { login: bob.user.username, password: PASSWORD }), 403, 'auth.suspended');
    }
    await command('lift');
    expectStatus(await bobThere.post('/auth/signin', { login: bob.user.username, password: PASSWORD }), 200);
});

test('nobody who signs in while being suspended keeps a session', { skip: missing }, async () => {
    const [bob] = await signUpMany(one, 1);
    for (let n = 0; n < 5; n++) {
        const tries = Array.from({ length: 4 }, (_, i) => http(i % 2 ? one : other, 'POST', '/api/v1/auth/signin', { body: { login: bob.user.username, password: PASSWORD } }));
        const [done, ...answers] = await Promise.all([admin.put(`/admin/people/${bob.id}/suspension`, {}), ...tries]);
        expectStatus(done, 200);
        for (const { status, body } of answers)
            if (status === 200)
                await Promise.all([one, other].map(async (server) => {
                    let answer;
                    do answer = await http(server, 'GET', '/api/v1/me', { token: body.access_token }); while (answer.status === 200);
                    assert.equal(answer.body.code, 'auth.session_ended');
                }));
        assert.equal(expectStatus(await admin.get(`/admin/people/${bob.id}`), 200).sessions, 0);
        expectStatus(await admin.delete(`/admin/people/${bob.id}/suspension`), 204);
    }
});

test('sign-up that is closed on one server is closed on the other', { skip: missing }, async () => {
    const tryIt = () => http(other, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password: PASSWORD } });
    expectStatus(await admin.patch('/admin/settings', { signup: 'closed' }), 200);
    expectProblem(await tryIt(), 403, 'signup.closed');
    expectStatus(await at(other, admin).patch('/admin/settings', { signup: 'default' }), 200);
    expectStatus(await tryIt(), 201);
});

test('of two administrators who take it from each other at once, one stays, on MongoDB too', { skip: missing }, async () => {
    const [ann] = await signUpMany(other, 1);
    for (let n = 0; n < 3; n++) {
        expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: true }), 200);
        await Promise.all([admin.patch(`/admin/people/${ann.id}`, { admin: false }), ann.patch(`/admin/people/${admin.id}`, { admin: false })]);
        const left = [await admin.get('/admin/people'), await ann.get('/admin/people')].map(({ status }) => status);
        assert.deepEqual([...left].sort(), [200, 403]);
        if (left[0] === 403) {
            expectStatus(await ann.patch(`/admin/people/${admin.id}`, { admin: true }), 200);
            expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: false }), 200);
        }
    }
});

test('an emoji given on one server is there on the other at once, and so is that it is gone', { skip: missing }, async () => {
    const [ann] = await signUpMany(one, 1);
    const [here, there] = [await ann.connect(), await at(other, ann).connect()];
    const room = await ann.createGroup('hall', []);
    const { seq } = await ann.say(room, 'hello');
    const react = (server, emoji) => at(server, ann).put(`/rooms/${room.id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`, {});
    const put = (server, name, colour) => at(server, admin).put(`/admin/emoji/${name}`, undefined, { raw: png({ colour }), headers: { 'content-type': 'image/png' } });
    const given = expectStatus(await put(one, 'both_sides', [1, 2, 3]), 201);
    for (const socket of [here, there])
        await socket.next('emoji.changed');
    for (const server of [one, other]) {
        assert.deepEqual(expectStatus(await at(server, ann).get('/emoji'), 200).emoji, [given]);
        expectStatus(await http(server, 'GET', `/api/v1/emoji/${given.image}`), 200);
    }
    expectStatus(await react(other, ':both_sides:'), 200);
    expectStatus(await at(other, admin).delete('/admin/emoji/both_sides'), 204);
    for (const socket of [here, there])
        await socket.next('emoji.changed');
    for (const server of [one, other]) {
        expectProblem(await http(server, 'GET', `/api/v1/emoji/${given.image}`), 404, 'emoji.not_found');
        const again = await ann.say(room, 'once more');
        expectProblem(await at(server, ann).put(`/rooms/${room.id}/messages/${again.seq}/reactions/:both_sides:`, {}), 422, 'emoji.unknown');
    }
});

test('of two servers that give different emoji one name at once, one does', { skip: missing }, async () => {
    const put = (server, n) => at(server, admin).put('/admin/emoji/contested', undefined, { raw: png({ colour: [n, 9, 9] }), headers: { 'content-type': 'image/png' } });
    const answers = await Promise.all([one, other, one, other].map((server, n) => put(server, n)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    const { emoji } = expectStatus(await at(other, admin).get('/emoji'), 200);
    assert.equal(emoji.filter(({ name }) => name === 'contested').length, 1);
});

test('what is filtered, in a room and on the server, is refused by both servers, wherever it was set', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('hall', [bob]);
    const bobThere = at(other, bob);
    const send = (who, words) => who.post(`/rooms/${room.id}/messages`, { content: text(words), nonce: freshNonce() });
    for (const who of [bob, bobThere])
        expectStatus(await send(who, 'casino'), 201); // both have the room in memory
    expectStatus(await ann.patch(`/rooms/${room.id}`, { filters: { words: ['casino'] } }), 200);
    for (const who of [bobThere, bob])
        expectProblem(await send(who, 'casino'), 422, 'content.filtered');
    expectStatus(await at(other, ann).patch(`/rooms/${room.id}`, { filters: null }), 200);
    for (const who of [bob, bobThere])
        expectStatus(await send(who, 'casino'), 201);
    expectStatus(await admin.patch('/admin/settings', { filters: { words: ['viagra'] } }), 200);
    expectProblem(await send(bob, 'viagra'), 422, 'content.filtered');
    await within(5000 * SLOW, 'that the other server knows', (async () => {
        while ((await send(bobThere, 'viagra')).status !== 422)
            await sleep(50);
    })());
    expectStatus(await admin.patch('/admin/settings', { filters: null }), 200);
});

test('a group that is locked and closed on one server is so on the other, until it is let go on either', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('quarrel', [bob]);
    const [annThere, bobThere] = [at(other, ann), at(other, bob)];
    const send = (who) => who.post(`/rooms/${room.id}/messages`, { content: text('x'), nonce: freshNonce() });
    for (const who of [bob, bobThere])
        expectStatus(await send(who), 201); // both have the room in memory
    const socket = await bobThere.connect();
    expectStatus(await admin.patch(`/admin/rooms/${room.id}`, { locked: true, reason: 'cool down' }), 200);
    for (const who of [bobThere, bob])
        expectProblem(await send(who), 403, 'room.locked');
    assert.equal((await socket.next('room.updated')).reason, 'cool down');
    for (const who of [annThere, ann])
        expectProblem(await who.patch(`/rooms/${room.id}`, { locked: false }), 403, 'room.forbidden');
    expectStatus(await at(other, admin).patch(`/admin/rooms/${room.id}`, { archived: true, locked: false }), 200);
    for (const who of [bob, bobThere])
        expectProblem(await send(who), 403, 'room.archived');
    assert.deepEqual(expectStatus(await admin.get(`/admin/rooms/${room.id}`), 200).held, ['archived']);
    expectStatus(await admin.patch(`/admin/rooms/${room.id}`, { archived: false }), 200);
    for (const who of [bobThere, bob])
        expectStatus(await send(who), 201);
});

test('what is reported on one server is deleted on the other, by the administrator, for everybody', { skip: missing }, async () => {
    const [bob, cal] = await signUpMany(one, 2);
    const room = await bob.createDirect(cal);
    const { seq } = await at(other, bob).say(room, 'an unlawful thing');
    const sockets = [await cal.connect(), await at(other, cal).connect()];
    const { id } = expectStatus(await cal.post('/reports', { room: room.id, seq, category: 'illegal' }), 201);
    const nonce = freshNonce();
    const both = await Promise.all([one, other].map((server) => at(server, admin).delete(`/reports/${id}/message`, { nonce })));
    both.forEach((answer) => expectStatus(answer, 204));
    for (const socket of sockets)
        assert.equal((await socket.next('message.deleted')).target, seq);
    for (const server of [one, other])
        assert.equal((await at(server, bob).events(room)).filter(({ type }) => type === 'message.deleted').length, 1);
});

test('what an administrator deletes leaves the devices at every server at once, also where some came too late to be told why', { skip: missing }, async () => {
    const [ann, bob, cal] = await signUpMany(one, 3);
    const room = await ann.createGroup('late', [bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { history: 'joined', nonce: freshNonce() }), 200);
    const { seq } = await bob.say(room, 'an unlawful thing');
    const { id } = expectStatus(await ann.post('/reports', { room: room.id, seq, category: 'illegal' }), 201);
    expectStatus(await ann.post(`/rooms/${room.id}/members`, { user_id: cal.id, nonce: freshNonce() }), 200, 201);
    const sockets = await Promise.all([ann, at(other, ann), cal, at(other, cal)].map((who) => who.connect()));
    const told = sockets.map((socket) => socket.next('message.deleted'));
    expectStatus(await at(other, admin).delete(`/reports/${id}/message`, { reason: 'an unlawful thing', nonce: freshNonce() }), 204);
    for (const event of await Promise.all(told)) {
        assert.deepEqual([event.target, event.by_server, event.message.content.type, event.message.by_server], [seq, true, 'deleted', true]);
        assert.doesNotMatch(JSON.stringify(event), /unlawful/);
    }
    for (const server of [one, other])
        assert.equal(expectStatus(await at(server, bob).get(`/rooms/${room.id}/messages/${seq}`), 200).reason, 'an unlawful thing');
});
