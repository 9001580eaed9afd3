// Nobody reads or learns of a room they are not in: on every route that the server describes
// and with every command, an outsider is told exactly what somebody asking for a room that
// never was is told.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schemaOf } from '../support/acts.mjs';
import { ask, find, followed } from '../support/finder.mjs';
import { expectStatus, http } from '../support/http.mjs';
import { freshNonce, PASSWORD, signUp, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const [ann, bob] = await signUpMany(server, 2);
const room = await ann.createGroup('the secret name', [bob]);
const message = await ann.say(room, 'the secret words', 'the-secret-nonce');
const NEVER = room.id.replace(/./g, '7');
const SECRET = /secret (name|words)|the-secret-nonce/;
const PUBLIC = /^\/(api\/v1\/)?(auth\/(signup|signin|refresh)|service|openapi\.json|asyncapi\.json)$/;

const openapi = expectStatus(await http(server, 'GET', '/api/v1/openapi.json'), 200);
const prefix = new URL(openapi.servers?.[0]?.url ?? '/', server.url).pathname.replace(/\/$/, '');
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const routes = Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({ method: method.toUpperCase(), path })));

/** Unknown fields are ignored, so one body fits every route. */
const anyBody = () => ({ kind: 'group', name: 'renamed', members: [], nonce: freshNonce(), user_id: bob.id, seq: 1, locked: true,
    content: text('intruding'), role: 'guest', seconds: 9, uses: 1, choices: [0], to: NEVER, password: 'not the password', old_password: 'x', new_password: 'a new password', signup: 'open' });

function fillIn(path, roomId) {
    const values = { room_id: roomId, user_id: bob.id, member_id: bob.id, message_id: message.id, seq: message.seq,
        emoji: encodeURIComponent('\u{1f44d}'), option: 0, name: 'intruder', image: 'e'.repeat(64) };
    const filled = path.replace(/\{([^}]+)\}/g, (_, name) => {
        if (name === 'id' && /\/(users|people)\/\{id\}/.test(path))
            return bob.id;
        if (name === 'id' && /\/sessions\/\{id\}/.test(path))
            return 'unknown';
        return values[name] ?? roomId;
    });
    const query = path.endsWith('/members/{user_id}/messages') ? '?all=true' : '';
    return filled.startsWith('/api/') ? filled + query : prefix + filled + query;
}

test('the document names the routes of the contract', () => {
    assert.ok(routes.filter(({ path }) => /rooms\/\{/.test(path)).length >= 8, routes.map(({ path }) => path).join());
});

test('nobody without a token gets past the door, on any route', async () => {
    for (const { method, path } of routes) {
        if (PUBLIC.test(path) || /jwks|healthz|readyz|metrics|^\/$|\/emoji\/\{image\}$/.test(path) || path.endsWith('/ws'))
            continue;
        const body = method === 'GET' ? undefined : anyBody();
        for (const token of [undefined, 'nonsense']) {
            const answer = await http(server, method, fillIn(path, room.id), { body, token });
            assert.equal(answer.status, 401, `${method} ${path}: ${answer.status}`);
            assert.doesNotMatch(answer.bytes.toString(), SECRET);
        }
    }
});

test('an outsider cannot tell a foreign room from one that never was, on any route', async () => {
    for (const { method, path } of routes) {
        if (PUBLIC.test(path) || path.endsWith('/ws'))
            continue;
        const outsider = await signUp(server);
        const body = () => method === 'GET' ? undefined : anyBody();
        const ask = (id) => http(server, method, fillIn(path, id), { body: body(), token: outsider.token });
        const foreign = await ask(room.id);
        assert.doesNotMatch(foreign.bytes.toString(), SECRET, `${method} ${path}`);
        if (!/rooms\/\{/.test(path))
            continue;
        const never = await ask(NEVER);
        assert.equal(foreign.status, path.includes('/admin/') ? 403 : 404, `${method} ${path}: ${foreign.bytes}`);
        assert.equal(foreign.bytes.toString(), never.bytes.toString(), `${method} ${path}`);
    }
    assert.equal((await ann.room(room)).last_seq, message.seq, 'and nothing happened');
    assert.equal((await ann.room(room)).member_count, 2);
});

test('nor by searching, whatever they look for', async () => {
    const outsider = await signUp(server);
    await followed(ann, message, 'secret');
    for (const what of ['secret words', '"the secret"', `from:${ann.user.username}`, `in:${room.id}`, 'in:the', 'after:2020-01-01'])
        assert.deepEqual((await find(outsider, what)).results, [], what);
    const foreign = await ask(outsider, { q: 'secret', room: room.id });
    assert.equal(foreign.status, 404);
    assert.equal(foreign.bytes.toString(), (await ask(outsider, { q: 'secret', room: NEVER })).bytes.toString());
});

test('nor with any command, nor by listening', async () => {
    const outsider = await signUp(server);
    const socket = await outsider.connect();
    const fields = (id) => ({ ...anyBody(), nonce: undefined, room: id, to: id, emoji: '👍' });
    const commands = schemaOf('commands').filter((command) => 'room' in command.fields).map(({ type }) => [type, fields]);
    commands.push(['message.send', (id) => ({ ...fields(id), nonce: 'the-secret-nonce' })]);
    commands.push(['report.make', (id) => ({ room: id, seq: message.seq, category: 'spam' })]);
    assert.ok(commands.length > 20);
    for (const [type, fill] of commands) {
        const foreign = await socket.refused('room.not_found', type, fill(room.id));
        const never = await socket.refused('room.not_found', type, fill(NEVER));
        assert.deepEqual(foreign, never, type);
    }
    const sync = await socket.call('sync', { rooms: { [room.id]: 0, [NEVER]: 0 } });
    assert.deepEqual(sync.rooms, []);
    assert.deepEqual(new Set(sync.left), new Set([room.id, NEVER]));
    await ann.say(room, 'more secret words');
    expectStatus(await ann.put(`/rooms/${room.id}/read`, { seq: 1 }), 200);
    await socket.settle();
    assert.deepEqual(socket.events.filter((event) => event.room === room.id), []);
});

test('an access token cannot become another: wrong password, other sessions', async () => {
    const outsider = await signUp(server);
    const before = expectStatus(await ann.get('/sessions'), 200).sessions;
    for (const { id } of before)
        expectStatus(await outsider.delete(`/sessions/${id}`), 404);
    expectStatus(await outsider.post('/auth/password', { old_password: 'wrong words', new_password: 'another one' }), 401);
    expectStatus(await http(server, 'POST', '/api/v1/auth/signin', { body: { login: outsider.user.username, password: PASSWORD } }), 200);
    assert.equal(expectStatus(await ann.get('/sessions'), 200).sessions.length, before.length);
});
