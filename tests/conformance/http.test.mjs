// HTTP/1.1 to the letter: RFC 9112 and RFC 9110 by case tables, byte by byte, no front end.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { PASSWORD, signUp, signUpMany } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';
import { accepted, refused } from './http_cases.mjs';

const server = await serve({ after });
const HOST = 'Host: x\r\n';
const NEXT = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;

async function raw(t, options) {
    const wire = await Raw.connect(server, options);
    t.after(() => wire.destroy());
    return wire;
}

for (const [name, bytes, status] of refused) {
    test(`refused with ${status}: ${name}`, async (t) => {
        const wire = await raw(t);
        wire.write(Buffer.from(bytes + NEXT, 'latin1'));
        const answer = await wire.response();
        assert.equal(answer.status, status, answer.body);
        assert.equal(answer.headers.connection, 'close');
        assert.match(answer.headers['content-type'], /^application\/problem\+json/);
        assert.equal(JSON.parse(answer.body).status, status, 'RFC 9457, 3.1.2');
        assert.ok(answer.headers.date);
        if (status === 405)
            assert.match(answer.headers.allow, /GET/);
        await wire.end();
        assert.equal(wire.bytes.length, 0, 'nothing behind the refusal');
        assert.equal(wire.error, undefined, 'the answer is not overtaken by a reset');
    });
}

for (const [name, bytes, status] of accepted) {
    test(`accepted with ${status}: ${name}`, async (t) => {
        const wire = await raw(t);
        wire.write(Buffer.from(bytes + NEXT, 'latin1'));
        assert.equal((await wire.response()).status, status);
        assert.equal((await wire.response()).status, 200, 'the request behind it');
    });
}

test('the same, byte by byte', async (t) => {
    const short = [...refused, ...accepted].filter(([, bytes]) => bytes.length < 300);
    for (const [name, bytes, status] of short) {
        const wire = await raw(t);
        await wire.dribble(Buffer.from(bytes, 'latin1'), 7);
        const end = /0\.9/.test(name) || status >= 400 ? '' : NEXT;
        wire.write(end || '\r\n\r\n');
        assert.equal((await wire.response()).status, status, name);
        wire.destroy();
    }
});

test('HEAD has the headers of GET, its length too, and no body', async (t) => {
    const ann = await signUp(server);
    const wire = await raw(t);
    for (const path of ['/healthz', '/readyz', '/api/v1/me', '/api/v1/nothing', '/api/v1/openapi.json', '/.well-known/jwks.json']) {
        const ask = (method) => wire.write(`${method} ${path} HTTP/1.1\r\n${HOST}Authorization: Bearer ${ann.token}\r\n\r\n`);
        ask('GET');
        const whole = await wire.response();
        ask('HEAD');
        const head = await wire.response({ head: true });
        assert.equal(head.status, whole.status, path);
        assert.equal(head.headers['content-length'], whole.headers['content-length'], path);
        assert.equal(head.headers['content-type'], whole.headers['content-type'], path);
    }
    assert.equal(wire.bytes.length, 0);
});

test('OPTIONS and 405 say what may be done', async () => {
    const options = await http(server, 'OPTIONS', '/api/v1/me');
    expectStatus(options, 204);
    const wrong = await http(server, 'POST', '/api/v1/me');
    expectStatus(wrong, 405);
    for (const { headers } of [options, wrong])
        assert.deepEqual(new Set(headers.allow.split(', ')), new Set(['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']));
    expectStatus(await http(server, 'OPTIONS', '/api/v1/nothing'), 404);
});

test('426 and 401 carry what they must', async (t) => {
    const wire = await raw(t);
    wire.write(`GET /api/v1/ws HTTP/1.1\r\n${HOST}\r\n`);
    const { status, headers } = await wire.response();
    assert.equal(status, 426);
    assert.match(headers.connection, /upgrade/i);
    assert.equal(headers.upgrade, 'websocket');
    assert.equal(headers['sec-websocket-version'], '13');
    // RFC 6750, 3: Bearer has a parameter at least, and an error only where there was a token.
    const challenge = async (headers, path = '/api/v1/me') => {
        const refusal = await http(server, 'GET', path, { headers });
        expectStatus(refusal, 401);
        return refusal.headers['www-authenticate'];
    };
    for (const nothing of [{}, { authorization: 'Basic YTpi' }, { authorization: 'Bearer' }, { authorization: '' }])
        assert.equal(await challenge(nothing), 'Bearer realm="natternet"');
    assert.equal(await challenge({ authorization: 'Bearer nonsense' }), 'Bearer realm="natternet", error="invalid_token"');
    const wrong = await http(server, 'POST', '/api/v1/auth/signin', { body: { login: 'nobody', password: 'wrong words' } });
    expectStatus(wrong, 401);
    assert.equal(wrong.headers['www-authenticate'], 'Bearer realm="natternet"');
});

test('two Authorizations are refused, whichever is good', async (t) => {
    const ann = await signUp(server);
    const wire = await raw(t);
    for (const [first, second] of [[ann.token, 'x'], ['x', ann.token], [ann.token, ann.token]]) {
        wire.write(`GET /api/v1/me HTTP/1.1\r\n${HOST}Authorization: Bearer ${first}\r\nAuthorization: Bearer ${second}\r\n\r\n`);
        assert.equal((await wire.response()).status, 400);
    }
});

test('415 says what would have been taken', async () => {
    const ann = await signUp(server);
    const send = (method, headers) => ann[method](method === 'post' ? '/rooms' : '/me', undefined, { raw: '{}', headers });
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': 'application/jsonx' }, { 'content-encoding': 'gzip' }, { 'content-encoding': 'identity, br' }])
        for (const method of ['post', 'patch']) {
            const answer = await send(method, headers);
            expectStatus(answer, 415);
            assert.equal(answer.headers.accept, 'application/json');
            assert.equal(answer.headers['accept-encoding'], 'identity');
            assert.equal(answer.headers['accept-patch'], method === 'patch' ? 'application/json' : undefined);
        }
    expectStatus(await send('patch', { 'content-type': 'Application/JSON ; charset=utf-8', 'content-encoding': 'Identity' }), 200);
    const options = await http(server, 'OPTIONS', '/api/v1/me');
    assert.equal(options.headers['accept-patch'], 'application/json', 'RFC 5789, 3.1');
    assert.equal((await http(server, 'OPTIONS', '/api/v1/users')).headers['accept-patch'], undefined);
});

test('two kinds of content are none', async (t) => {
    const wire = await raw(t);
    for (const [first, second] of [['application/json', 'text/plain'], ['text/plain', 'application/json'], ['application/json', 'application/json']]) {
        wire.write(`POST /api/v1/auth/signin HTTP/1.1\r\n${HOST}Content-Type: ${first}\r\nContent-Type: ${second}\r\nContent-Length: 2\r\n\r\n{}`);
        assert.equal((await wire.response()).status, 415, `${first}, ${second}`);
    }
});

test('every answer has one Date, in the form of RFC 9110, 5.6.7', async (t) => {
    const ann = await signUp(server);
    const bearer = `Authorization: Bearer ${ann.token}\r\n`;
    for (const [bytes, status] of [['GET / HTTP/1.1', 200], ['GET /healthz HTTP/1.1', 200], ['OPTIONS * HTTP/1.1', 204], ['GET /api/v1/me HTTP/1.1', 200],
        ['GET /nothing HTTP/1.1', 404], ['PUT /healthz HTTP/1.1', 405], ['GET /api/v1/ws HTTP/1.1', 426], ['BREW / HTTP/1.1', 501], ['GET / HTTP/2.0', 505]]) {
        const wire = await raw(t);
        wire.write(`${bytes}\r\n${HOST}${bearer}\r\n`);
        const { status: got, head } = await wire.response();
        assert.equal(got, status, bytes);
        const dates = head.match(/^Date: [^\r\n]*/gm);
        assert.equal(dates.length, 1, bytes);
        assert.match(dates[0], /^Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/);
        assert.ok(Math.abs(Date.parse(dates[0].slice(6)) - Date.now()) < 5000, dates[0]);
        const names = head.split('\r\n').slice(1).map((line) => line.split(':')[0].toLowerCase()).filter((name) => name && name !== 'vary');
        assert.equal(new Set(names).size, names.length, `no header twice: ${names}`);
    }
});

test('201 says where what was made is found', async () => {
    const [ann, bob] = [await signUp(server), await signUp(server)];
    const signedUp = await http(server, 'POST', '/api/v1/auth/signup', { body: { username: `loc${Date.now()}`, password: 'correct horse battery' } });
    const made = await ann.post('/rooms', { kind: 'group', name: 'found', members: [] });
    const room = expectStatus(made, 201);
    const member = await ann.post(`/rooms/${room.id}/members`, { user_id: bob.id });
    const sent = await ann.post(`/rooms/${room.id}/messages`, { nonce: 'n1', content: { type: 'text', text: 'here' } });
    for (const answer of [signedUp, made, member, sent])
        expectStatus(answer, 201);
    const at = async (answer, method = 'GET') => http(server, method, answer.headers.location, { token: ann.token });
    assert.equal(expectStatus(await at(signedUp), 200).id, signedUp.body.user.id);
    assert.equal(expectStatus(await at(made), 200).id, room.id);
    assert.deepEqual(expectStatus(await at(sent), 200).messages.map(({ id }) => id), [sent.body.id]);
    expectStatus(await at(member, 'DELETE'), 204);
    const again = await ann.post(`/rooms/${room.id}/messages`, { nonce: 'n1', content: { type: 'text', text: 'here' } });
    expectStatus(again, 200);
    assert.equal(again.headers.location, undefined);
});

test('conditions of what has no entity tag (RFC 9110, 13.1)', async () => {
    const ann = await signUp(server);
    const table = [
        ['get', { 'if-match': '"x"' }, 412], ['get', { 'if-match': '*' }, 200], ['get', { 'if-none-match': '*' }, 304], ['get', { 'if-none-match': '"x"' }, 200],
        ['patch', { 'if-match': '"x"' }, 412], ['patch', { 'if-match': 'W/"x"' }, 412], ['patch', { 'if-match': '*' }, 200],
        ['patch', { 'if-none-match': '*' }, 412], ['patch', { 'if-none-match': '"x"' }, 200],
        ['get', { 'if-modified-since': 'Sat, 29 Oct 2044 19:43:31 GMT' }, 200], ['patch', { 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
        ['get', { range: 'bytes=0-1' }, 200],
    ];
    for (const [method, headers, status] of table) {
        const answer = method === 'get' ? await ann.get('/me', { headers }) : await ann.patch('/me', { display_name: 'Ann' }, { headers });
        assert.equal(answer.status, status, `${method} ${JSON.stringify(headers)}`);
        if (status === 304)
            assert.equal(answer.bytes.length, 0);
    }
    expectStatus(await http(server, 'GET', '/api/v1/me', { headers: { 'if-match': '"x"' } }), 401);
    expectStatus(await ann.get('/nothing', { headers: { 'if-match': '"x"' } }), 404);
});

test('a condition that fails counts only where nothing else does, and nothing is done (RFC 9110, 13.2.1)', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('conditions', [bob]);
    const { seq } = await ann.say(room, 'stays');
    const other = await bob.createGroup('of bob alone');
    expectStatus(await ann.put('/me/feed/settings:there', { value: { is: 'there' } }), 200);
    const sessionOf = async (who) => expectStatus(await who.get('/sessions'), 200).sessions[0].id;
    const [annsSession, bobsSession] = [await sessionOf(ann), await sessionOf(bob)];
    const content = { type: 'text', text: 'never' };
    const at = (id) => `/rooms/${id}/messages`;
    const table = [
        // what, who, [where it would be done], [where there is nothing, or not for them]
        ['GET', ann, [`/rooms/${room.id}`, at(room.id), `/rooms/${room.id}/members`, `${at(room.id)}/${seq}`],
            [`/rooms/${other.id}`, at(other.id), '/rooms/nothing', `${at(room.id)}/99`]],
        ['POST', ann, [at(room.id)], [at(other.id), at('nothing')], { nonce: 'n', content }],
        ['PATCH', ann, [`/rooms/${room.id}`], [`/rooms/${other.id}`], { name: 'never' }],
        ['PATCH', ann, [`${at(room.id)}/${seq}`], [`${at(other.id)}/3`, `${at(room.id)}/99`], { content }],
        ['DELETE', ann, [`${at(room.id)}/${seq}`, `/rooms/${room.id}/members/${bob.id}`],
            [`${at(other.id)}/3`, `${at(room.id)}/99`, `/rooms/${other.id}/members/${bob.id}`]],
        ['PUT', ann, [`${at(room.id)}/${seq}/reactions/%F0%9F%91%8D`, `/rooms/${room.id}/pins/${seq}`],
            [`${at(room.id)}/99/reactions/%F0%9F%91%8D`, `/rooms/${other.id}/pins/3`], {}],
        ['PUT', ann, [`/rooms/${room.id}/read`], [`/rooms/${other.id}/read`], { seq }],
        ['PUT', ann, ['/me/feed/settings:there'], [], { value: {} }],
        ['PUT', ann, ['/me/presence'], [], { text: 'never' }],
        ['PUT', ann, [`/rooms/${room.id}/members/${bob.id}/mute`], [`/rooms/${other.id}/members/${bob.id}/mute`], { seconds: 5 }],
        ['DELETE', ann, ['/me/feed/settings:there'], ['/me/feed/settings:b']],
        ['DELETE', ann, [`/sessions/${annsSession}`], ['/sessions/nothing', '/sessions/1', `/sessions/${bobsSession}`]],
        ['POST', ann, ['/auth/signout'], []],
        ['POST', ann, ['/auth/password'], [], { old_password: PASSWORD, new_password: `${PASSWORD} never` }],
        ['PATCH', ann, ['/me'], [], { display_name: 'never' }],
        ['POST', ann, ['/rooms'], [], { kind: 'group', name: 'never', members: [] }],
        ['DELETE', ann, ['/me'], [], { password: PASSWORD }],
    ];
    const before = await ann.events(room);
    for (const [method, who, done, missing, body] of table) {
        for (const headers of method === 'GET' ? [{ 'if-match': '"x"' }] : [{ 'if-match': '"x"' }, { 'if-none-match': '*' }]) {
            for (const path of done)
                expectProblem(await who.ask(method, path, body, { headers }), 412, 'precondition.failed');
            for (const path of missing)
                assert.equal((await who.ask(method, path, body, { headers })).status, 404, `${method} ${path}`);
        }
    }
    const headers = { 'if-match': '"x"' };
    expectStatus(await bob.patch(`/rooms/${room.id}`, { name: 'never' }, { headers }), 403);
    expectStatus(await bob.patch(`${at(room.id)}/${seq}`, { content }, { headers }), 403);
    assert.deepEqual(await ann.events(room), before);
    assert.equal((await ann.get('/rooms')).body.rooms.length, 1);
    expectStatus(await ann.patch('/me', { display_name: '' }, { headers }), 422);
    const signIn = (password) => http(server, 'POST', '/api/v1/auth/signin', { headers, body: { login: ann.user.username, password } });
    expectProblem(await signIn('wrong'), 401, 'auth.invalid_credentials');
    expectProblem(await signIn(PASSWORD), 412, 'precondition.failed');
    assert.equal(expectStatus(await ann.get('/sessions'), 200).sessions.length, 1);
    assert.notEqual(expectStatus(await ann.get('/me'), 200).display_name, 'never');
    assert.deepEqual(expectStatus(await ann.get('/me/feed/settings:there'), 200).value, { is: 'there' });
    assert.ok(!expectStatus(await ann.get('/me/presence'), 200).text);
});

test('an entry of the feed is there or absent, and conditions ask for either (RFC 9110, 13.1.1 and 13.1.2)', async () => {
    const ann = await signUp(server);
    const path = '/me/feed/settings:condition';
    const put = (headers, value) => ann.put(path, { value: { value } }, { headers });
    const absent = [[{ 'if-match': '*' }, 412], [{ 'if-match': '"x"' }, 412], [{ 'if-match': '*', 'if-none-match': '*' }, 412],
        [{ 'if-none-match': '*' }, 200]];
    const there = [[{ 'if-none-match': '*' }, 412], [{ 'if-match': '"x"' }, 412], [{ 'if-match': '*', 'if-none-match': '*' }, 412],
        [{ 'if-match': '*' }, 200], [{ 'if-none-match': '"x"' }, 200]];
    for (const [n, [headers, status]] of [...absent, ...there].entries()) {
        const before = await ann.get(path);
        assert.equal((await put(headers, n)).status, status, JSON.stringify(headers));
        assert.deepEqual((await ann.get(path)).body.value, status === 200 ? { value: n } : before.body.value);
    }
    expectProblem(await ann.delete(path, undefined, { headers: { 'if-none-match': '*' } }), 412, 'precondition.failed');
    expectStatus(await ann.delete(path, undefined, { headers: { 'if-match': '*' } }), 204);
    expectProblem(await ann.delete(path, undefined, { headers: { 'if-match': '*' } }), 412, 'precondition.failed');
    expectProblem(await ann.delete('/me/feed/settings:never', undefined, { headers: { 'if-match': '*' } }), 404, 'feed.not_found');
    const all = await Promise.all(Array.from({ length: 8 }, (_, n) => put({ 'if-none-match': '*' }, n)));
    assert.equal(all.filter(({ status }) => status === 200).length, 1, 'of many who want to be the first one is');
    expectStatus(await ann.get(path, { headers: { 'if-none-match': '*' } }), 304);
});

test('what an answer depends on is in Vary', async (t) => {
    const vary = async (of, path, headers = {}) => new Set(((await http(of, 'GET', path, { headers })).headers.vary ?? '').toLowerCase().split(/, */));
    assert.ok((await vary(server, '/')).has('accept-encoding'));
    for (const accept of ['text/html', 'application/xhtml+xml, TEXT/HTML;q=0.9', 'application/json', '*/*'])
        assert.ok((await vary(server, '/somewhere/in/the/page', { accept })).has('accept'), accept);
    const page = await http(server, 'GET', '/somewhere/in/the/page', { headers: { accept: 'application/xhtml+xml, TEXT/HTML;q=0.9' } });
    assert.match(page.headers['content-type'], /^text\/html/);
    const shared = await serve(t, { args: ['--allow-origin', 'https://chat.example.org'] });
    for (const headers of [{}, { origin: 'https://chat.example.org' }, { origin: 'https://evil.example' }])
        assert.ok((await vary(shared, '/.well-known/jwks.json', headers)).has('origin'), JSON.stringify(headers));
});

test('HTTP/1.0: no Host needed, closed unless asked to keep, never chunks, no 100', async (t) => {
    const plain = await raw(t);
    plain.write('GET /healthz HTTP/1.0\r\n\r\n');
    assert.equal((await plain.response()).headers.connection, 'close');
    await plain.end();
    const kept = await raw(t);
    for (let n = 0; n < 2; n++) {
        kept.write('POST /api/v1/odd HTTP/1.0\r\nConnection: Keep-Alive\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}');
        const { status, headers } = await kept.response();
        assert.equal(status, 404);
        assert.equal(headers.connection, 'keep-alive');
        assert.ok(!headers['transfer-encoding']);
    }
});

test('Connection: close is heard wherever the list says it', async (t) => {
    for (const line of ['close', 'CLOSE', '\tclose\t', 'keep-alive, close', 'close, keep-alive', ',, close ,', 'x,close,y',
        'keep-alive\r\nConnection: close', 'close\r\nConnection: keep-alive', 'close\r\nConnection: close'])
        for (const version of ['1.0', '1.1']) {
            const wire = await raw(t);
            wire.write(`GET /healthz HTTP/${version}\r\n${HOST}Connection: ${line}\r\n\r\n${NEXT}`);
            const { status, headers } = await wire.response();
            assert.deepEqual([status, headers.connection], [200, 'close'], `${line} to ${version}`);
            await wire.end();
            assert.equal(wire.bytes.length, 0, 'nothing behind it');
        }
});

test('an absolute target is for its own host, whatever Host says', async (t) => {
    const wire = await raw(t);
    const ask = (target, host, origin) => {
        wire.write(`OPTIONS ${target} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n\r\n`);
        return wire.response().then(({ status }) => status);
    };
    assert.equal(await ask('http://a.example/api/v1/me', 'b.example', 'http://a.example'), 204);
    assert.equal(await ask('http://a.example/api/v1/me', 'b.example', 'http://b.example'), 403);
    assert.equal(await ask('/api/v1/me', 'b.example', 'http://b.example'), 204);
});

test('a path means the same with its letters encoded', async (t) => {
    const wire = await raw(t);
    for (const path of ['/%68ealthz', '/healt%68z', '/%68%65%61%6C%74%68%7A', '/%68%65%61%6c%74%68%7a?x=%zz']) {
        wire.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
        assert.equal((await wire.response()).status, 200, path);
    }
    for (const path of ['/%2568ealthz', '/healthz%2F', '/healthz/', '/healthz%00', '/HEALTHZ', '/./healthz', '/x/../healthz']) {
        wire.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
        assert.equal((await wire.response()).status, 404, path);
    }
});

test('100 Continue is said to who waits, and only then', async (t) => {
    const head = `POST /api/v1/auth/signin HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nExpect: 100-Continue\r\n`;
    const patient = await raw(t);
    patient.write(`${head}Content-Length: 2\r\n\r\n`);
    assert.equal((await patient.response()).status, 100);
    patient.write('{}');
    assert.equal((await patient.response()).status, 422);
    const hasty = await raw(t);
    hasty.write(`${head}Content-Length: 2\r\n\r\n{}`);
    assert.equal((await hasty.response()).status, 422);
    const empty = await raw(t);
    empty.write(`${head}Content-Length: 0\r\n\r\n`);
    assert.notEqual((await empty.response()).status, 100);
    const chunked = await raw(t);
    chunked.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    assert.equal((await chunked.response()).status, 100);
    chunked.write('2\r\n{}\r\n0\r\n\r\n');
    assert.equal((await chunked.response()).status, 422);
    const large = await raw(t);
    large.write(`${head}Content-Length: 100000\r\n\r\n`);
    assert.equal((await large.response()).status, 413, 'refused before its body was sent');
});

test('a page\'s file in parts and by condition', async (t) => {
    const whole = await http(server, 'GET', '/');
    if (whole.status === 404) {
        t.skip('this program was built without the page');
        return;
    }
    const { etag } = whole.headers;
    assert.match(etag, /^"/, 'strong, since parts are put together by it');
    assert.equal(whole.headers['accept-ranges'], 'bytes');
    const size = whole.bytes.length;
    const ask = (headers, method = 'GET') => http(server, method, '/', { headers });
    const first = await ask({ range: 'bytes=0-9' });
    const rest = await ask({ range: 'bytes=10-', 'if-range': etag });
    assert.deepEqual([first.status, rest.status], [206, 206]);
    assert.equal(first.headers['content-range'], `bytes 0-9/${size}`);
    assert.ok(Buffer.concat([first.bytes, rest.bytes]).equals(whole.bytes));
    const beyond = await ask({ range: `bytes=${size}-` });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers['content-range'], `bytes */${size}`);
    const table = [
        [{ range: 'bytes=0-1,4-5' }, 200], [{ range: 'bytes=9-2' }, 200], [{ range: 'rows=0-1' }, 200],
        [{ range: 'bytes=0-1', 'if-range': '"other"' }, 200], [{ range: 'bytes=0-1', 'if-range': `W/${etag}` }, 200],
        [{ 'if-none-match': etag }, 304], [{ 'if-none-match': `"other", W/${etag}` }, 304], [{ 'if-none-match': '*' }, 304],
        [{ 'if-none-match': '"other"' }, 200], [{ 'if-match': etag }, 200], [{ 'if-match': '*' }, 200],
        [{ 'if-match': '"other"' }, 412], [{ 'if-match': `W/${etag}` }, 412],
        [{ 'if-modified-since': 'Sat, 29 Oct 2044 19:43:31 GMT' }, 200],
        [{ 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
        [{ 'if-none-match': etag, 'if-modified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 304],
        [{ 'if-match': etag, 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
        [{ 'if-match': etag, 'if-none-match': etag }, 304], [{ 'if-match': '"other"', 'if-none-match': etag }, 412],
        [{ range: 'bytes=0-1', 'if-none-match': etag }, 304], [{ range: 'bytes=0-1', 'if-match': '"other"' }, 412],
        [{ range: `bytes=${size}-`, 'if-range': '"other"' }, 200], [{ range: 'bytes=0-1', 'if-range': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
        [{ range: 'BYTES=0-1' }, 206], [{ range: 'bytes=-1' }, 206], [{ range: 'bytes=-0' }, 416], [{ range: `bytes=-${size + 1}` }, 206],
        [{ range: 'bytes=0-99999999999999999999999' }, 206], [{ range: 'bytes=99999999999999999999999-' }, 416], [{ range: 'bytes=0-0,-1' }, 200],
        [{ range: 'bytes=' }, 200], [{ range: 'bytes=-' }, 200], [{ range: 'bytes=a-b' }, 200], [{ range: 'bytes 0-1' }, 200], [{ range: '0-1' }, 200],
        [{ range: 'bytes=0-1', 'if-range': etag }, 206],
        [{ 'accept-encoding': 'identity;q=0' }, 406], [{ 'accept-encoding': '*;q=0' }, 406], [{ 'accept-encoding': 'identity;q=0.000, gzip;q=0, br;q=0' }, 406],
        [{ 'accept-encoding': '*;q=0, identity' }, 200], [{ 'accept-encoding': 'identity;q=0, *' }, 200], [{ 'accept-encoding': 'zstd' }, 200],
        [{ 'accept-encoding': 'identity;q=0, X-GZIP' }, 200], [{ 'accept-encoding': '' }, 200], [{ 'accept-encoding': 'gzip;q=0' }, 200],
    ];
    for (const [headers, status] of table) {
        const answer = await ask(headers);
        assert.equal(answer.status, status, JSON.stringify(headers));
        assert.ok(answer.headers.date, 'Date');
        if (status < 400 || status === 412)
            for (const same of ['etag', 'cache-control', 'vary']) // 15.3.7, 15.4.5
                assert.ok(answer.headers[same], `${same} of ${JSON.stringify(headers)}`);
        if (status === 304)
            for (const none of ['content-length', 'content-type', 'content-encoding', 'transfer-encoding'])
                assert.equal(answer.headers[none], undefined, none);
        if (status >= 400)
            assert.equal(answer.body.status, status);
        const head = await ask(headers, 'HEAD');
        if (!headers.range) {
            assert.equal(head.status, status, `HEAD, ${JSON.stringify(headers)}`);
            assert.deepEqual({ ...head.headers, date: '' }, { ...answer.headers, date: '' });
        } else if (status < 300 || status === 416) {
            assert.equal(head.status, 200, 'HEAD knows no parts');
        }
        assert.equal(head.bytes.length, 0);
    }
    assert.equal((await ask({ range: 'bytes=0-1' }, 'HEAD')).headers['content-length'], String(size));
    expectStatus(await ask({}, 'POST'), 405);
});

test('who sends FIN behind its requests gets all the answers', async (t) => {
    const wire = await raw(t);
    wire.wire.end(NEXT.repeat(3));
    for (let n = 0; n < 3; n++)
        assert.equal((await wire.response()).status, 200);
    await wire.end();
});

test('who goes on sending is told why it was refused, and no reset overtakes the answer', async (t) => {
    const wire = await raw(t);
    wire.write(`POST /api/v1/odd HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n`);
    for (let n = 0; n < 100; n++)
        wire.write('x'.repeat(10000));
    assert.equal((await wire.response()).status, 413);
    await wire.end();
    assert.equal(wire.error, undefined);
});
