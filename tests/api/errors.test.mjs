// Every error code that clients may be told, provoked once. A code added to schema/errors.json
// without a line here fails the last test.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { diskOf, fill } from '../support/disk.mjs';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, freshNonce, PASSWORD, signUp, signUpMany, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { ROOT, serve } from '../support/server.mjs';
import { Socket } from '../support/socket.mjs';

const listed = JSON.parse(readFileSync(join(ROOT, 'schema/errors.json'), 'utf8'));
const statusOf = Object.fromEntries(listed.map(({ code, status }) => [code, status]));

const server = await serve({ after });
const [ann, bob, cal] = await signUpMany(server, 3);
const group = await ann.createGroup('errors', [bob]);
const direct = await ann.createDirect(bob);
const post = (path, options) => http(server, 'POST', `/api/v1${path}`, options);

/** A public group that decides of each who asks. */
const club = async (more = {}) => expectStatus(await ann.post('/rooms', { kind: 'group', name: 'club', members: [], visibility: 'public', join: 'approval', ...more }), 201);

/** What somebody reports of Bob to Ann. */
const reported = async () => {
    const dan = await signUp(server);
    const room = await ann.createGroup('reported', [bob, dan]);
    const { seq } = await bob.say(room, 'rude');
    return expectStatus(await dan.post('/reports', { room: room.id, seq, category: 'spam' }), 201);
};

/** A group of ann and bob in which this is set. */
const groupWith = async (settings) => expectStatus(await ann.post('/rooms',
    { kind: 'group', name: 'set', members: [bob.id], nonce: freshNonce(), ...settings }), 201);
const sendWhere = async (settings, who) =>
    who.post(`/rooms/${(await groupWith(settings)).id}/messages`, { content: text('x'), nonce: freshNonce() });

/** Code -> what provokes it over REST; the answer must carry the code and its status. */
const poll = async (more = {}) => expectStatus(await ann.post(`/rooms/${group.id}/messages`, { content: { type: 'poll', text: 'x', options: ['a', 'b'], ...more } }), 201);
const byRest = {
    'json.malformed': () => ann.post('/rooms', undefined, { raw: '{' }),
    'request.invalid': () => http(server, 'GET', '/api/v1/ws', { token: ann.token, headers: {
        upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' } }),
    'auth.required': () => http(server, 'GET', '/api/v1/me'),
    'auth.invalid_token': () => http(server, 'GET', '/api/v1/me', { token: 'nonsense' }),
    'auth.invalid_credentials': () => post('/auth/signin', { body: { login: ann.user.username, password: 'wrong words' } }),
    'auth.session_ended': async () => {
        const gone = await ann.signInAgain();
        expectStatus(await gone.post('/auth/signout'), 204);
        return gone.get('/me');
    },
    'auth.forbidden': () => ann.post('/invites', {}),
    'origin.forbidden': () => http(server, 'GET', '/api/v1/ws', { token: ann.token, headers: {
        origin: 'http://evil.example', upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } }),
    'user.username_taken': () => post('/auth/signup', { body: { username: ann.user.username, password: PASSWORD } }),
    'user.not_found': () => ann.get('/users/unknown'),
    'user.unreachable': async () => {
        expectStatus(await cal.put('/me/feed/settings:contacts-only', { value: {} }), 200);
        return ann.post('/rooms', { kind: 'direct', members: [cal.id], nonce: freshNonce() });
    },
    'user.blocked': async () => {
        const [one, other] = await signUpMany(server, 2);
        const room = await one.createDirect(other);
        expectStatus(await one.put(`/me/feed/block:${other.id}`, { value: {} }), 200);
        return one.post(`/rooms/${room.id}/messages`, { content: text('x'), nonce: freshNonce() });
    },
    'room.not_found': () => cal.get(`/rooms/${group.id}`),
    'room.forbidden': () => bob.patch(`/rooms/${group.id}`, { name: 'mine', nonce: freshNonce() }),
    'room.archived': () => sendWhere({ archived: true }, ann),
    'room.locked': () => sendWhere({ locked: true }, bob),
    'room.muted': async () => {
        const room = await groupWith({});
        expectStatus(await ann.put(`/rooms/${room.id}/members/${bob.id}/mute`, { seconds: 60 }), 200);
        return bob.post(`/rooms/${room.id}/messages`, { content: text('x'), nonce: freshNonce() });
    },
    'room.banned': async () => {
        const room = await groupWith({});
        expectStatus(await ann.put(`/rooms/${room.id}/bans/${bob.id}`, { seconds: 60 }), 200);
        return ann.post(`/rooms/${room.id}/members`, { user_id: bob.id, nonce: freshNonce() });
    },
    'room.approval': async () => cal.post(`/rooms/${(await club()).id}/join`, {}),
    'request.not_found': async () => ann.put(`/rooms/${(await club()).id}/requests/${cal.id}`, {}),
    'request.open': async () => {
        const room = await club();
        expectStatus(await cal.post(`/rooms/${room.id}/requests`, {}), 200);
        return cal.post(`/rooms/${room.id}/requests`, {});
    },
    'request.refused': async () => {
        const room = await club();
        expectStatus(await cal.post(`/rooms/${room.id}/requests`, {}), 200);
        expectStatus(await ann.delete(`/rooms/${room.id}/requests/${cal.id}`), 204);
        return cal.post(`/rooms/${room.id}/requests`, {});
    },
    'request.not_needed': async () => cal.post(`/rooms/${(await club({ join: 'free' })).id}/requests`, {}),
    'report.not_found': () => ann.get('/reports/unknown'),
    'report.resolved': async () => {
        const { id } = await reported();
        expectStatus(await ann.put(`/reports/${id}/outcome`, { outcome: 'acted' }), 200);
        return ann.put(`/reports/${id}/outcome`, { outcome: 'dismissed' });
    },
    'link.not_found': () => cal.post('/links/join', { code: 'never' }),
    'ban.not_found': () => ann.delete(`/rooms/${group.id}/bans/${bob.id}`),
    'room.slow_mode': async () => {
        const room = await groupWith({ slow_mode_s: 600 });
        await bob.say(room, 'first');
        return bob.post(`/rooms/${room.id}/messages`, { content: text('second'), nonce: freshNonce() });
    },
    'content.filtered': async () => {
        const room = await groupWith({ filters: { words: ['casino'] } });
        return bob.post(`/rooms/${room.id}/messages`, { content: text('A casino'), nonce: freshNonce() });
    },
    'newcomer.limited': async () => {
        const room = await groupWith({ newcomers: { seconds: 3600, bars: ['links'] } });
        return bob.post(`/rooms/${room.id}/messages`, { content: text('https://example.org'), nonce: freshNonce() });
    },
    'room.already_member': () => ann.post(`/rooms/${group.id}/members`, { user_id: bob.id, nonce: freshNonce() }),
    'room.direct_fixed': () => ann.post(`/rooms/${direct.id}/members`, { user_id: cal.id, nonce: freshNonce() }),
    'message.not_found': () => ann.get(`/rooms/${group.id}/messages/999`),
    'message.forbidden': async () => bob.delete(`/rooms/${group.id}/messages/${(await ann.say(group, 'x')).seq}`),
    'mention.forbidden': () => bob.post(`/rooms/${group.id}/messages`, { content: { ...text('all'), mentions: ['everyone'] } }),
    'message.deleted': async () => {
        const message = await ann.say(group, 'x');
        expectStatus(await ann.delete(`/rooms/${group.id}/messages/${message.seq}`), 204);
        return ann.delete(`/rooms/${group.id}/messages/${message.seq}`);
    },
    'reaction.not_found': async () => ann.delete(`/rooms/${group.id}/messages/${(await ann.say(group, 'x')).seq}/reactions/%F0%9F%94%A5`),
    'vote.not_found': async () => ann.delete(`/rooms/${group.id}/messages/${(await poll()).seq}/vote`),
    'poll.anonymous': async () => ann.get(`/rooms/${group.id}/messages/${(await poll({ anonymous: true })).seq}/votes/0`),
    'poll.closed': async () => {
        const { seq } = await poll();
        expectStatus(await ann.post(`/rooms/${group.id}/messages/${seq}/close`, {}), 200);
        return ann.put(`/rooms/${group.id}/messages/${seq}/vote`, { choices: [0] });
    },
    'pin.not_found': async () => ann.delete(`/rooms/${group.id}/pins/${(await ann.say(group, 'x')).seq}`),
    'feed.not_found': () => ann.get('/me/feed/settings:nothing'),
    'session.not_found': () => ann.delete('/sessions/unknown'),
    'route.not_found': () => ann.get('/nowhere'),
    'method.not_allowed': () => ann.put('/me', {}),
    'request.too_large': () => ann.post('/rooms', { pad: 'x'.repeat(70000) }),
    'uri.too_long': () => ann.get(`/users?search=${'x'.repeat(9000)}`),
    'headers.too_large': () => ann.get('/me', { headers: { 'x-pad': 'x'.repeat(17000) } }),
    'media_type.unsupported': () => ann.post('/rooms', undefined, { raw: 'x', headers: { 'content-type': 'text/plain' } }),
    'coding.not_acceptable': () => http(server, 'GET', '/', { headers: { 'accept-encoding': 'identity;q=0' } }),
    'precondition.failed': () => ann.patch('/me', { display_name: 'Ann' }, { headers: { 'if-match': '"x"' } }),
    'range.not_satisfiable': () => http(server, 'GET', '/', { headers: { range: 'bytes=99999999-' } }),
    'expectation.failed': () => http(server, 'GET', '/healthz', { headers: { expect: 'tea' } }),
    'upgrade.required': () => ann.get('/ws'),
    'method.unknown': () => http(server, 'PROPFIND', '/api/v1/me'),
    'request.misdirected': () => byHand(server, 'GET https://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
    'version.unsupported': () => byHand(server, 'GET / HTTP/2.0\r\nHost: x\r\n\r\n'),
    'field.invalid': () => ann.post('/rooms', { kind: 'party', name: 'x', members: [] }),
    'field.missing': () => ann.post('/rooms', { name: 'x', members: [] }),
    'emoji.not_found': () => ann.get(`/emoji/${'0'.repeat(64)}`),
    'emoji.unknown': async () => ann.put(`/rooms/${group.id}/messages/${(await ann.say(group, 'x')).seq}/reactions/:nobody_has_it:`, {}),
    'content.unknown_type': () => ann.post(`/rooms/${group.id}/messages`, { content: { type: 'hologram' } }),
};

/** What no HTTP client would send. */
async function byHand(to, bytes) {
    const wire = await Raw.connect(to);
    wire.write(bytes);
    const { status, headers, body } = await wire.response();
    wire.destroy();
    return { status, headers, bytes: Buffer.from(body), body: JSON.parse(body) };
}

/** A server with an administrator, and somebody else. */
async function administered(t) {
    const own = await serveWithAdmin(t);
    return { admin: await signInAdmin(own), other: await signUp(own) };
}

/** Codes that need a server of their own, or a socket. */
const bySituation = {
    'request.timeout': async (t) => {
        const own = await serve(t, { args: ['--limit', 'http_head_s=1'] });
        expectProblem(await byHand(own, 'GET / HTTP/1.1\r\nHost: x\r\n'), 408, 'request.timeout');
    },
    'command.unknown': async () => (await ann.connect()).refused('command.unknown', 'no.such.command'),
    'auth.suspended': async (t) => {
        const { admin, other } = await administered(t);
        expectStatus(await admin.put(`/admin/people/${other.id}/suspension`, {}), 200);
        expectProblem(await other.post('/auth/signin', { login: other.user.username, password: PASSWORD }), 403, 'auth.suspended');
    },
    'admin.oneself': async (t) => {
        const { admin } = await administered(t);
        expectProblem(await admin.put(`/admin/people/${admin.id}/suspension`, {}), 409, 'admin.oneself');
    },
    'admin.last': async (t) => {
        const { admin } = await administered(t);
        expectProblem(await admin.patch(`/admin/people/${admin.id}`, { admin: false }), 409, 'admin.last');
    },
    'suspension.not_found': async (t) => {
        const { admin, other } = await administered(t);
        expectProblem(await admin.delete(`/admin/people/${other.id}/suspension`), 404, 'suspension.not_found');
    },
    'signup.closed': async (t) => {
        const own = await serve(t, { args: ['--signup', 'closed'] });
        expectProblem(await http(own, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password: PASSWORD } }),
            403, 'signup.closed');
    },
    'signup.invite_required': async (t) => refusedSignup(t, {}, 'signup.invite_required'),
    'signup.invite_invalid': async (t) => refusedSignup(t, { invite: 'nonsense' }, 'signup.invite_invalid'),
    'message.too_late': async (t) => {
        const own = await serve(t, { args: ['--limit', 'message_edit_s=1'] });
        const dan = await signUp(own);
        const message = await dan.say(await dan.createGroup('late'), 'x');
        await new Promise((done) => setTimeout(done, Date.parse(message.created_at) + 1100 - Date.now()));
        expectProblem(await dan.patch(`/rooms/${message.room}/messages/${message.seq}`, { content: text('y') }),
            403, 'message.too_late');
    },
    'feed.changed': async () => {
        const dan = await signUp(server);
        expectProblem(await dan.put('/me/feed/settings:a', { value: {}, rev: 7 }), 409, 'feed.changed');
    },
    'feed.full': async (t) => {
        const own = await serve(t, { args: ['--limit', 'feed_entries=1'] });
        const dan = await signUp(own);
        expectStatus(await dan.put('/me/feed/settings:a', { value: {} }), 200);
        expectProblem(await dan.put('/me/feed/settings:b', { value: {} }), 409, 'feed.full');
    },
    'search.too_wide': async (t) => {
        const own = await serve(t, { args: ['--limit', 'search_ms=1', '--limit', 'search_burst=100000'] });
        const dan = await signUp(own);
        await Promise.all(Array.from({ length: 500 }, (_, n) => dan.createGroup(`wide ${n}`)));
        let answer; // a millisecond is enough for a few rooms, or for none
        do answer = await dan.get('/search?q=word'); while (answer.status === 200);
        expectProblem(answer, 422, 'search.too_wide');
    },
    'reaction.too_many': async (t) => {
        const own = await serve(t, { args: ['--limit', 'message_reactions=1'] });
        const dan = await signUp(own);
        const message = await dan.say(await dan.createGroup('many'), 'x');
        const react = (emoji) => dan.put(`/rooms/${message.room}/messages/${message.seq}/reactions/${encodeURIComponent(emoji)}`);
        expectStatus(await react('🔥'), 200);
        expectProblem(await react('👍'), 409, 'reaction.too_many');
    },
    'room.full': async (t) => {
        const own = await serve(t, { args: ['--limit', 'room_members=2'] });
        const [one, two, three] = await signUpMany(own, 3);
        const room = await one.createGroup('full', [two]);
        expectProblem(await one.post(`/rooms/${room.id}/members`, { user_id: three.id }), 409, 'room.full');
    },
    'request.too_many': async (t) => {
        const own = await serve(t, { args: ['--limit', 'room_requests=1'] });
        const [owner, first, second] = await signUpMany(own, 3);
        const room = expectStatus(await owner.post('/rooms', { kind: 'group', name: 'club', members: [], visibility: 'public', join: 'approval' }), 201);
        expectStatus(await first.post(`/rooms/${room.id}/requests`, {}), 200);
        expectProblem(await second.post(`/rooms/${room.id}/requests`, {}), 409, 'request.too_many');
    },
    'link.too_many': async (t) => {
        const own = await serve(t, { args: ['--limit', 'room_links=1'] });
        const person = await signUp(own);
        const room = await person.createGroup('links', []);
        expectStatus(await person.post(`/rooms/${room.id}/links`, {}), 201);
        expectProblem(await person.post(`/rooms/${room.id}/links`, {}), 409, 'link.too_many');
    },
    'pin.too_many': async (t) => {
        const own = await serve(t, { args: ['--limit', 'room_pins=1'] });
        const dan = await signUp(own);
        const room = await dan.createGroup('many');
        const pin = async () => dan.put(`/rooms/${room.id}/pins/${(await dan.say(room, 'x')).seq}`);
        expectStatus(await pin(), 200);
        expectProblem(await pin(), 409, 'pin.too_many');
    },
    'rate.limited': async (t) => {
        const own = await serve(t, { trust: false, args: ['--limit', 'message_burst=3', '--limit', 'message_per_second=1'] });
        const dan = await signUp(own);
        const room = await dan.createGroup('fast');
        const socket = await dan.connect();
        let error;
        for (let n = 0; n < 10 && !error; n++)
            ({ error } = await socket.request('message.send', { room: room.id, nonce: freshNonce(), content: text('x') }));
        assert.equal(error.code, 'rate.limited');
        assert.ok(error.retry_after >= 1, JSON.stringify(error));
        let answer;
        for (let n = 0; n < 20 && answer?.status !== 429; n++)
            answer = await dan.post(`/rooms/${room.id}/messages`, { content: text('x') });
        expectProblem(answer, 429, 'rate.limited');
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    },
    'server.busy': async (t) => {
        const own = await serve(t, { cheap: false, args: ['--limit', 'password_queue=1', '--limit', 'password_memory_kib=131072'] });
        const answers = await Promise.all(Array.from({ length: 12 }, () => http(own, 'POST', '/api/v1/auth/signin',
            { body: { login: 'nobody', password: PASSWORD } })));
        const busy = answers.find((answer) => answer.status === 503);
        assert.ok(busy, answers.map((answer) => answer.status).join());
        expectProblem(busy, 503, 'server.busy');
        assert.match(busy.headers['retry-after'], /^[1-9]\d*$/);
    },
    'store.unavailable': async (t) => {
        if (elsewhere)
            return t.skip(elsewhere);
        const disk = await diskOf(t, 24);
        if (!disk)
            return t.skip('needs a small tmpfs (root)');
        const own = await serve(t, { data: disk.path });
        const dan = await signUp(own);
        const room = await dan.createGroup('full');
        await fill(disk);
        let answer;
        for (let n = 0; n < 200 && answer?.status !== 503; n++)
            answer = await dan.post(`/rooms/${room.id}/messages`, { content: text('x'.repeat(16000)) });
        expectProblem(answer, 503, 'store.unavailable');
    },
};

/** Codes that no client can provoke on purpose, and why. */
const notProvoked = {
    'emoji.name_taken': 'by administrators alone: emoji.test.mjs provokes it',
    'emoji.image_invalid': 'by administrators alone: emoji.test.mjs provokes it',
    'emoji.too_many': 'with a limit of its own: limits.test.mjs provokes it',
    'report.escalated': 'by administrators alone: reports.test.mjs provokes it',
    'report.too_many': 'with a limit of its own: reports.test.mjs provokes it',
    'server.internal': 'our own mistake: a way to provoke it is a bug to mend',
    'server.stopping': 'seen only in the moment between SIGTERM and the close; lifecycle.test.mjs allows it there',
    'feed.sending': 'seen only in the moment while a message is being sent; scheduled.test.mjs allows it there',
};

async function refusedSignup(t, extra, code) {
    const own = await serve(t, { args: ['--signup', 'invite'] });
    expectProblem(await http(own, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password: PASSWORD, ...extra } }),
        403, code);
}

for (const [code, provoke] of Object.entries(byRest))
    test(`${code} is told as it should be`, async () => {
        const problem = expectProblem(await provoke(), statusOf[code], code);
        if (code.startsWith('field.'))
            assert.equal(problem.field, 'kind');
    });

for (const [code, provoke] of Object.entries(bySituation))
    test(`${code} is told as it should be`, provoke);

test('no code of the schema is forgotten', () => {
    const covered = new Set([byRest, bySituation, notProvoked].flatMap(Object.keys));
    assert.deepEqual(listed.map(({ code }) => code).filter((code) => !covered.has(code)), []);
    assert.deepEqual([...covered].filter((code) => !(code in statusOf)), [], 'codes that are no more');
});

test('socket errors carry the same codes', async () => {
    const socket = await Socket.open(server, { token: cal.token });
    const known = new Set(listed.map(({ code }) => code));
    const provoked = [['message.send', { room: group.id, nonce: freshNonce(), content: text('x') }], ['message.send', {}],
        ['room.read', { room: group.id, seq: 1 }], ['sync', { limit: 0 }], ['nonsense', {}]];
    for (const [type, fields] of provoked) {
        const reply = await socket.request(type, fields);
        assert.ok(!reply.ok && known.has(reply.error.code), JSON.stringify(reply));
    }
});
