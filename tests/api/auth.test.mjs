// Accounts and sessions: sign-up, sign-in, refresh, sign-out, passwords, tokens.

import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, test } from 'node:test';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, PASSWORD, Person, signIn, signUp, text, freshNonce } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const auth = (route, body, options) => http(server, 'POST', `/api/v1/auth/${route}`, { body, ...options });
const refresh = (token) => auth('refresh', { refresh_token: token });

test('sign-up answers with the user and tokens that work', async () => {
    const username = freshName('Åsa');
    const answer = await auth('signup', { username, password: PASSWORD, display_name: 'Åsa', locale: 'sv',
        email: `${freshName('asa')}@example.org` });
    const body = expectStatus(answer, 201);
    assert.equal(body.user.username, username);
    assert.equal(body.user.display_name, 'Åsa');
    assert.equal(typeof body.refresh_token, 'string');
    assert.ok(body.expires_in > 0 && Number.isInteger(body.expires_in));
    assert.ok(body.user.id.length <= 36);
    const person = new Person(server, body);
    const me = expectStatus(await person.get('/me'), 200);
    assert.equal(me.id, body.user.id);
    assert.equal(me.locale, 'sv');
    assert.match(me.email, /@example\.org$/);
    assert.match(me.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('others never see an e-mail address or a locale', async () => {
    const ann = await signUp(server, freshName('ann'), { email: `${freshName('ann')}@example.org`, locale: 'en' });
    const bob = await signUp(server);
    const seen = expectStatus(await bob.get(`/users/${ann.id}`), 200);
    assert.equal(seen.username, ann.user.username);
    assert.ok(!('email' in seen) && !('locale' in seen));
    const found = expectStatus(await bob.get(`/users?search=${ann.user.username}`), 200);
    assert.ok(!('email' in found.users[0]));
});

test('usernames are unique without regard to case, and bounded', async () => {
    const username = freshName('Émile');
    await signUp(server, username);
    for (const same of [username, username.toUpperCase(), username.toLowerCase()])
        expectProblem(await auth('signup', { username: same, password: PASSWORD }), 409, 'user.username_taken');
    for (const bad of ['ab', 'x'.repeat(33), 'white space', 'a/b', '', 'tab\there'])
        expectProblem(await auth('signup', { username: bad, password: PASSWORD }), 422, 'field.invalid', 'username');
    expectProblem(await auth('signup', { password: PASSWORD }), 422, 'field.missing', 'username');
    expectProblem(await auth('signup', { username: 7, password: PASSWORD }), 422, 'field.invalid', 'username');
});

test('passwords are 8 to 256 bytes', async () => {
    for (const password of ['seven77', 'x'.repeat(257), 'ä'.repeat(129)])
        expectProblem(await auth('signup', { username: freshName(), password }), 422, 'field.invalid', 'password');
    for (const password of ['eight888', 'x'.repeat(256)])
        expectStatus(await auth('signup', { username: freshName(), password }), 201);
});

test('who is not signed in is told what names and passwords may be', async (t) => {
    const own = await serve(t, { args: ['--limit', 'password_min=12'] });
    const { account } = expectStatus(await http(own, 'GET', '/api/v1/service'), 200);
    assert.deepEqual(account, { username_min: 3, username_max: 32, display_name_bytes: 128, password_min: 12, password_max: 256 });
    const password = 'x'.repeat(11);
    expectProblem(await http(own, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password } }), 422, 'field.invalid', 'password');
});

test('wrong name and wrong password are one answer', async () => {
    const ann = await signUp(server);
    const wrongPassword = await auth('signin', { login: ann.user.username, password: 'not the password' });
    const wrongName = await auth('signin', { login: freshName('nobody'), password: PASSWORD });
    const first = expectProblem(wrongPassword, 401, 'auth.invalid_credentials');
    const second = expectProblem(wrongName, 401, 'auth.invalid_credentials');
    assert.deepEqual(first, second);
});

test('sign-in takes the username in any case', async () => {
    const ann = await signUp(server, freshName('Case'));
    const again = await signIn(server, ann.user.username.toUpperCase());
    assert.equal(again.id, ann.id);
    assert.notEqual(again.token, ann.token);
});

test('refresh rotates; the spent token gives a successor again while that is unused', async () => {
    const ann = await signUp(server);
    const first = ann.refreshToken;
    const second = expectStatus(await refresh(first), 200);
    assert.notEqual(second.refresh_token, first);
    assert.equal(second.user.id, ann.id);
    const lost = expectStatus(await refresh(first), 200);
    const third = expectStatus(await refresh(lost.refresh_token), 200);
    ann.take(third);
    expectStatus(await ann.get('/me'), 200);
});

test('reuse of a refresh token whose successor was used ends the session', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    const first = ann.refreshToken;
    const second = expectStatus(await refresh(first), 200);
    const third = expectStatus(await refresh(second.refresh_token), 200);
    expectProblem(await refresh(first), 401, 'auth.session_ended');
    expectProblem(await refresh(third.refresh_token), 401, 'auth.session_ended');
    expectProblem(await ann.get('/me'), 401, 'auth.session_ended');
    assert.equal((await socket.waitClosed()).code, 4003);
});

test('the grace for a spent refresh token ends', async (t) => {
    const strict = await serve(t, { args: ['--limit', 'refresh_grace_s=0'] });
    const ann = await signUp(strict);
    const route = (token) => http(strict, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: token } });
    expectStatus(await route(ann.refreshToken), 200);
    expectProblem(await route(ann.refreshToken), 401, 'auth.session_ended');
});

test('garbage is no refresh token', async () => {
    const ann = await signUp(server);
    const flipped = ann.refreshToken.slice(0, -2) + (ann.refreshToken.endsWith('AA') ? 'BB' : 'AA');
    for (const bad of ['', 'x', flipped, ann.token, 'x'.repeat(5000)])
        assert.ok([401, 422].includes((await refresh(bad)).status), bad.slice(0, 40));
    expectStatus(await refresh(ann.refreshToken), 200);
});

test('a program that sends no refresh token is told what is missing, a page that it is signed out', async () => {
    expectProblem(await auth('refresh', {}), 422, 'field.missing', 'refresh_token');
    expectProblem(await auth('refresh', {}, { headers: { origin: server.url } }), 401, 'auth.required');
});

test('sign-out voids the tokens at once and closes the sockets with 4003', async () => {
    const ann = await signUp(server);
    const other = await ann.signInAgain();
    const [mine, theirs] = [await ann.connect(), await other.connect()];
    expectStatus(await ann.post('/auth/signout'), 204);
    assert.equal((await mine.waitClosed()).code, 4003);
    expectProblem(await ann.get('/me'), 401, 'auth.session_ended');
    expectProblem(await refresh(ann.refreshToken), 401, 'auth.session_ended');
    await assert.rejects(ann.connect({ by: 'header' }), /401/);
    await theirs.call('ping');
    expectStatus(await other.get('/me'), 200);
});

test('a change of password ends the other sessions', async () => {
    const ann = await signUp(server);
    const other = await ann.signInAgain();
    const socket = await other.connect();
    const change = (old_password, new_password) => ann.post('/auth/password', { old_password, new_password });
    expectProblem(await change('wrong password', 'another password'), 401, 'auth.invalid_credentials');
    expectProblem(await change(PASSWORD, 'short'), 422, 'field.invalid', 'new_password');
    expectStatus(await change(PASSWORD, 'another password'), 204);
    assert.equal((await socket.waitClosed()).code, 4003);
    expectProblem(await other.get('/me'), 401, 'auth.session_ended');
    expectStatus(await ann.get('/me'), 200);
    expectProblem(await auth('signin', { login: ann.user.username, password: PASSWORD }), 401, 'auth.invalid_credentials');
    await signIn(server, ann.user.username, 'another password');
});

test('sessions are listed and ended one by one', async () => {
    const ann = await signUp(server);
    const phone = await signIn(server, ann.user.username, PASSWORD, { headers: { 'user-agent': 'a phone' } });
    const list = expectStatus(await ann.get('/sessions'), 200);
    assert.equal(list.sessions.length, 2);
    assert.equal(list.next, null);
    assert.equal(list.sessions.filter((one) => one.current).length, 1);
    const other = list.sessions.find((one) => !one.current);
    assert.equal(other.user_agent, 'a phone');
    for (const key of ['id', 'created_at', 'last_used_at', 'address'])
        assert.ok(key in other, key);
    const socket = await phone.connect();
    expectStatus(await ann.delete(`/sessions/${other.id}`), 204);
    assert.equal((await socket.waitClosed()).code, 4003);
    expectProblem(await phone.get('/me'), 401, 'auth.session_ended');
    expectProblem(await ann.delete(`/sessions/${other.id}`), 404, 'session.not_found');
    const stranger = await signUp(server);
    const [mine] = expectStatus(await ann.get('/sessions'), 200).sessions;
    expectProblem(await stranger.delete(`/sessions/${mine.id}`), 404, 'session.not_found');
});

test('a profile is changed, and the change is checked', async () => {
    const ann = await signUp(server);
    const changed = expectStatus(await ann.patch('/me', { display_name: 'Ann the First', locale: 'de' }), 200);
    assert.equal(changed.display_name, 'Ann the First');
    assert.equal(expectStatus(await ann.get('/me'), 200).locale, 'de');
    expectProblem(await ann.patch('/me', { display_name: 7 }), 422, 'field.invalid', 'display_name');
    expectProblem(await ann.patch('/me', { display_name: 'x'.repeat(1025) }), 422, 'field.invalid', 'display_name');
});

test('a deleted account is gone; its messages stay', async () => {
    const ann = await signUp(server);
    const bob = await signUp(server);
    const room = await ann.createGroup('left behind', [bob]);
    await ann.say(room, 'remember me');
    const watcher = await bob.connect();
    const socket = await ann.connect();
    expectProblem(await ann.delete('/me', { password: 'wrong password' }), 401, 'auth.invalid_credentials');
    expectStatus(await ann.delete('/me', { password: PASSWORD }), 204);
    assert.equal((await socket.waitClosed()).code, 4003);
    assert.equal((await ann.get('/me')).status, 401);
    expectProblem(await auth('signin', { login: ann.user.username, password: PASSWORD }), 401, 'auth.invalid_credentials');
    assert.equal((await watcher.next('room.user.left')).user_id, ann.id);
    assert.equal((await watcher.next('room.updated')).owner, bob.id, 'its groups pass on');
    const page = expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200);
    assert.equal(page.messages[0].content.text, 'remember me');
    assert.equal(page.messages[0].sender, ann.id);
    const users = expectStatus(await bob.get(`/users?ids=${ann.id}`), 200).users;
    assert.ok(users.length === 0 || users[0].deleted === true, JSON.stringify(users));
    assert.deepEqual(expectStatus(await bob.get(`/users?search=${ann.user.username}`), 200).users, []);
});

test('access tokens are EdDSA JWTs that the published key verifies', async () => {
    const ann = await signUp(server);
    const [head, body, signature] = ann.token.split('.');
    const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const header = parse(head);
    assert.equal(header.alg, 'EdDSA');
    const { keys } = expectStatus(await http(server, 'GET', '/.well-known/jwks.json'), 200);
    const jwk = keys.find((key) => key.kid === header.kid);
    assert.ok(jwk && jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && !('d' in jwk), JSON.stringify(keys));
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    assert.ok(verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')));
    const claims = parse(body);
    assert.equal(claims.sub, ann.id);
    assert.ok(claims.exp - claims.iat === ann.expiresIn, JSON.stringify(claims));
});

test('a forged, altered or unsigned token is refused', async () => {
    const ann = await signUp(server);
    const [head, body, signature] = ann.token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forged = [
        `${head}.${encode({ ...claims, exp: claims.exp + 9999 })}.${signature}`,
        `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
        `${head}.${body}.${'A'.repeat(86)}`, `${head}.${body}`, 'x', '....', `${ann.token}x`, `${ann.token}.x`,
    ];
    for (const token of forged) {
        expectProblem(await http(server, 'GET', '/api/v1/me', { token }), 401, 'auth.invalid_token');
        await assert.rejects(ann.connect({ token, by: 'header' }), /401/);
    }
});

test('an access token expires; the socket lives on with its session', async (t) => {
    const brief = await serve(t, { args: ['--limit', 'access_token_s=5'] });
    const ann = await signUp(brief);
    assert.equal(ann.expiresIn, 5);
    const socket = await ann.connect();
    const expiry = JSON.parse(Buffer.from(ann.token.split('.')[1], 'base64url')).exp * 1000;
    await new Promise((done) => setTimeout(done, expiry - Date.now() + 1500));
    expectProblem(await ann.get('/me'), 401, 'auth.invalid_token');
    await socket.call('ping');
    const again = await http(brief, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: ann.refreshToken } });
    ann.take(expectStatus(again, 200));
    expectStatus(await ann.get('/me'), 200);
});

test('tokens outlive a restart, ended sessions stay ended, the key file is private', async (t) => {
    const own = await serve(t);
    const ann = await signUp(own);
    const gone = await ann.signInAgain();
    expectStatus(await gone.post('/auth/signout'), 204);
    await own.restart();
    expectStatus(await ann.get('/me'), 200);
    expectProblem(await gone.get('/me'), 401, 'auth.session_ended');
    await own.restart({ hard: true });
    expectStatus(await ann.get('/me'), 200);
    expectProblem(await gone.get('/me'), 401, 'auth.session_ended');
    ann.take(expectStatus(await http(own, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: ann.refreshToken } }), 200));
    const room = await ann.createGroup('after all that', []);
    expectStatus(await ann.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('hi') }), 201);
});

test('the page keeps its refresh token in a cookie that scripts cannot read', async () => {
    const username = freshName();
    const up = await auth('signup', { username, password: PASSWORD, cookie: true });
    const body = expectStatus(up, 201);
    assert.ok(!('refresh_token' in body));
    const cookieOf = (answer) => {
        const line = (answer.headers['set-cookie'] ?? []).join('; ');
        assert.match(line, /HttpOnly/i);
        assert.match(line, /SameSite=Strict/i);
        return line.split(';')[0];
    };
    const cookie = cookieOf(up);
    const again = await http(server, 'POST', '/api/v1/auth/refresh', { headers: { cookie } });
    const fresh = expectStatus(again, 200);
    assert.ok(!('refresh_token' in fresh));
    assert.notEqual(cookieOf(again), cookie);
    expectStatus(await http(server, 'GET', '/api/v1/me', { token: fresh.access_token }), 200);
    expectProblem(await http(server, 'POST', '/api/v1/auth/refresh',
        { headers: { cookie: cookieOf(again), origin: 'http://evil.example' } }), 403, 'origin.forbidden');
    const out = await http(server, 'POST', '/api/v1/auth/signout', { token: fresh.access_token });
    expectStatus(out, 204);
});

test('guessing one name from one address is slowed, and its owner is not locked out', async (t) => {
    const guarded = await serve(t, { trust: false, args: ['--limit', 'signin_failure_burst=3'] });
    const ann = await signUp(guarded);
    const guess = (localAddress) => http(guarded, 'POST', '/api/v1/auth/signin',
        { body: { login: ann.user.username, password: 'a bad guess' }, localAddress });
    const statuses = [];
    for (let n = 0; n < 6; n++)
        statuses.push(await guess('127.0.0.66'));
    assert.equal(statuses[0].status, 401);
    const limited = statuses.at(-1);
    expectProblem(limited, 429, 'rate.limited');
    assert.match(limited.headers['retry-after'], /^[1-9]\d*$/);
    const owner = await http(guarded, 'POST', '/api/v1/auth/signin',
        { body: { login: ann.user.username, password: PASSWORD }, localAddress: '127.0.0.77' });
    expectStatus(owner, 200);
});

test('the oldest session makes room when a person has too many', async (t) => {
    const tight = await serve(t, { args: ['--limit', 'sessions_per_user=2'] });
    const ann = await signUp(tight);
    const second = await ann.signInAgain();
    const third = await ann.signInAgain();
    expectProblem(await ann.get('/me'), 401, 'auth.session_ended');
    expectStatus(await second.get('/me'), 200);
    expectStatus(await third.get('/me'), 200);
});
