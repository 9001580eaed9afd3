// Hardening: what the program gives up when it starts, what it forgets, what every answer says,
// and names that pass for others.

import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, PASSWORD, signUp, text, freshNonce } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { BIN, dataFlags, ROOT, run, serve, SLOW } from '../support/server.mjs';

const server = await serve({ after });
/** Into this one we may look as a debugger does. */
const open = await serve({ after }, { args: ['--sandbox', 'off', '--log-level', 'debug'] });

const sandbox = (from) => /sandbox.*?files"?[:=]"?(\w+).*?calls"?[:=]"?(\w+)/.exec(from.log)?.slice(1);
const [files, calls] = sandbox(server) ?? [];
const statusOf = (path) => Object.fromEntries(
    readFileSync(`${path}/status`, 'utf8').trim().split('\n').map((line) => line.split(/:\s*/)));
const threadsOf = (pid) => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`);

// ---- the sandbox ------------------------------------------------------------------------------

test('the log says what holds the program', () => {
    assert.ok(['landlock', 'off'].includes(files), server.log);
    assert.ok(['seccomp', 'off'].includes(calls), server.log);
    assert.deepEqual(sandbox(open), ['off', 'off']);
});

test('every thread is filtered and gains no privileges', { skip: calls !== 'seccomp' }, async () => {
    await signUp(server); // so that every kind of thread has worked
    for (const thread of threadsOf(server.child.pid)) {
        const status = statusOf(thread);
        assert.equal(status.Seccomp, '2', status.Name);
        assert.equal(status.NoNewPrivs, '1', status.Name);
    }
    assert.equal(statusOf(`/proc/${open.child.pid}`).Seccomp, '0');
});

test('the threads still have their names', () => {
    const names = threadsOf(server.child.pid).map((thread) => statusOf(thread).Name);
    for (const name of ['natternet-loop', 'store writer', 'password'])
        assert.ok(names.includes(name), `${name} of ${names}`);
});

test('there are no core dumps', { skip: calls !== 'seccomp' }, () => {
    assert.match(readFileSync(`/proc/${server.child.pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/);
});

test('the settings of the package are understood', async (t) => {
    await serve(t, { args: ['--config', join(ROOT, 'packaging/natternet.conf')] });
});

test('a setting that does not exist is refused', async () => {
    const { code, stderr } = await run(['serve', '--sandbox', 'perhaps']);
    assert.notEqual(code, 0);
    assert.match(stderr, /auto, off/);
});

test('there is no flag for a password, which all could see', async () => {
    const { stdout } = await run(['serve', '--help']);
    assert.doesNotMatch(stdout, /--\S*(password|secret|token)\s/);
    for (const command of [['user', 'create'], ['user', 'set-password']]) {
        const { code } = await run([...command, '--username', 'ann', '--password', PASSWORD]);
        assert.notEqual(code, 0);
    }
});

// ---- secrets ------------------------------------------------------------------------------------

const CHUNK = 1 << 20;

/** How often each needle lies in what the process may write to: heap, stacks, data. */
function findInMemory(pid, needles) {
    const found = new Map(needles.map((needle) => [needle, 0]));
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    try {
        for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n')) {
            const [, from, to, mode, name] = /^(\w+)-(\w+) (\S+) \S+ \S+ \d+\s*(.*)$/.exec(line);
            if (!mode.startsWith('rw') || name.startsWith('/')) continue;
            const start = BigInt(`0x${from}`), size = Number(BigInt(`0x${to}`) - start);
            for (let at = 0; at < size; at += CHUNK) {
                // One needle's length more, so that none hides on the border.
                const bytes = Buffer.alloc(Math.min(CHUNK + 512, size - at));
                const length = readSync(memory, bytes, 0, bytes.length, start + BigInt(at));
                for (const needle of needles)
                    if (bytes.subarray(0, length).includes(needle))
                        found.set(needle, found.get(needle) + 1);
            }
        }
    } finally {
        closeSync(memory);
    }
    return found;
}

test('passwords and tokens are forgotten once they are answered, and nowhere else to be seen',
    { skip: calls !== 'seccomp' && 'a build with sanitizers keeps what was freed' }, async () => {
        const secret = (what) => `${what}-${'x'.repeat(8)}-${freshName('secret')}`;
        const [first, second, wrong] = [secret('first'), secret('second'), secret('wrong')];
        const ask = (path, body, options) => http(open, 'POST', `/api/v1${path}`, { body, ...options });

        const ann = await signUp(open, freshName(), { password: first });
        const [signedUpWith, spent] = [ann.token, ann.refreshToken];
        ann.take(expectStatus(await ask('/auth/refresh', { refresh_token: spent }), 200));
        expectProblem(await ask('/auth/signin', { login: ann.user.username, password: wrong }), 401,
            'auth.invalid_credentials');
        expectStatus(await ann.post('/auth/password', { old_password: first, new_password: second }), 204);
        // In pieces, so that it has to be put together from several reads.
        const whole = JSON.stringify({ password: second, login: ann.user.username });
        const wire = await Raw.connect(open);
        wire.write('POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
            + `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`);
        for (const piece of whole.match(/.{1,7}/g)) {
            wire.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
            await sleep(2);
        }
        wire.write('0\r\n\r\n');
        assert.equal((await wire.response()).status, 200);
        const socket = await ann.connect();
        await socket.call('ping');
        await socket.close();
        await sleep(200 * SLOW);

        const secrets = [first, second, wrong, PASSWORD, signedUpWith, spent, ann.token, ann.refreshToken];
        for (const pseudo of ['cmdline', 'environ'])
            for (const each of secrets)
                assert.ok(!readFileSync(`/proc/${open.child.pid}/${pseudo}`, 'latin1').includes(each), pseudo);
        for (const each of secrets)
            assert.ok(!open.log.includes(each), 'the log');
        const found = findInMemory(open.child.pid, [...secrets, ann.user.username]);
        assert.ok(found.get(ann.user.username) > 0, 'what is kept is found: the search works');
        for (const each of secrets)
            assert.equal(found.get(each), 0, `${each} is still in memory`);
    });

// ---- headers ------------------------------------------------------------------------------------

const LOCKED = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
};

test('every answer is only data to a browser, and is not kept', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('locked');
    const answers = {
        tokens: await http(server, 'POST', '/api/v1/auth/signin',
            { body: { login: ann.user.username, password: PASSWORD } }),
        me: await ann.get('/me'),
        rooms: await ann.get('/rooms'),
        sent: await ann.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('x') }),
        messages: await ann.get(`/rooms/${room.id}/messages`),
        empty: await ann.put(`/rooms/${room.id}/read`, { seq: 1 }),
        'nobody signed in': await http(server, 'GET', '/api/v1/me'),
        'no route': await http(server, 'GET', '/api/v1/nothing'),
        'bad JSON': await http(server, 'POST', '/api/v1/auth/signin', { raw: '{', }),
        health: await http(server, 'GET', '/healthz'),
        metrics: await http(server, 'GET', '/metrics'),
        'no upgrade': await http(server, 'GET', '/api/v1/ws'),
    };
    for (const [name, { headers }] of Object.entries(answers)) {
        for (const [header, value] of Object.entries(LOCKED))
            assert.equal(headers[header], value, `${header} of ${name}`);
        assert.equal(headers['cache-control'], 'no-store', name);
    }
});

test('so is what the HTTP layer itself refuses', async (t) => {
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/3.0\r\nHost: x\r\n\r\n', 'rubbish\r\n\r\n',
        `GET /${'x'.repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`]) {
        const wire = await Raw.connect(server);
        t.after(() => wire.destroy());
        wire.write(bytes);
        const { status, headers } = await wire.response();
        assert.ok(status >= 400, `${status}`);
        for (const [header, value] of Object.entries(LOCKED))
            assert.equal(headers[header], value, `${header} of ${bytes.slice(0, 20)}`);
    }
});

test('what is public may be kept', async () => {
    const { headers } = await http(server, 'GET', '/.well-known/jwks.json');
    assert.match(headers['cache-control'], /^public, max-age=\d+$/);
});

// ---- names that pass for others -----------------------------------------------------------------

const signup = (username) => http(server, 'POST', '/api/v1/auth/signup', { body: { username, password: PASSWORD } });

test('a name that looks like another is taken', async () => {
    const tail = freshName('');
    await signUp(server, `Paul${tail}`);
    for (const like of ['PAUL', 'P\u0430ul', '\uff30\uff41\uff55\uff4c'])
        expectProblem(await signup(like + tail), 409, 'user.username_taken');
    for (const other of ['Paula', 'PauI', 'Zo\u00eb', '\u0417\u043e\u044f', '\u6797Lin'])
        expectStatus(await signup(other + tail), 201);
});

test('the command line keeps to the same rules', async () => {
    const data = await mkdtemp(join(tmpdir(), 'natternet-names-'));
    const create = (username) => run(['user', 'create', ...dataFlags(data), '--username', username],
        { input: `${PASSWORD}\n`, bin: BIN });
    assert.equal((await create('Paul')).code, 0);
    const alike = await create('P\u0430ul');
    assert.notEqual(alike.code, 0);
    assert.match(alike.stderr, /already has the username .*looks like it; choose another/);
    await rm(data, { recursive: true });
});
