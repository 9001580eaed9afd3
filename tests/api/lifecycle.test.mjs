// Starting, being looked at, stopping.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { freshDirectory, run, serve, Server, within } from '../support/server.mjs';

test('health, readiness and metrics', async (t) => {
    const server = await serve(t);
    expectStatus(await http(server, 'GET', '/healthz'), 200);
    expectStatus(await http(server, 'GET', '/readyz'), 200);
    const ann = await signUp(server);
    const room = await ann.createGroup('counted');
    await ann.connect();
    await ann.say(room, 'one');
    const metrics = await http(server, 'GET', '/metrics');
    expectStatus(metrics, 200);
    assert.match(metrics.headers['content-type'], /^text\/plain/);
    const lines = metrics.bytes.toString().trimEnd().split('\n');
    for (const line of lines)
        assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[^}]*\})? [0-9.eE+-]+|[a-z_]+(\{[^}]*\})? \+?(Inf|NaN))$/, line);
    const typed = new Set(lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]));
    for (const line of lines.filter((one) => !one.startsWith('#'))) {
        const name = /^[a-z_]+/.exec(line)[0];
        assert.ok(typed.has(name) || typed.has(name.replace(/_(bucket|sum|count|total)$/, '')), `${name} has no TYPE`);
    }
    assert.ok(lines.some((line) => /connections.*worker/.test(line)), 'connections a worker');
});

test('metrics are for loopback and trusted networks only', async (t) => {
    // Who asks is whoever the trusted proxy in front says.
    const server = await serve(t, { trust: false, args: ['--trust-proxy', '127.0.0.1', '--trust', '192.0.2.0/24'] });
    const from = (address) => http(server, 'GET', '/metrics', { headers: { 'x-forwarded-for': address } });
    expectStatus(await http(server, 'GET', '/metrics'), 200);
    expectStatus(await from('192.0.2.7'), 200);
    for (const address of ['198.51.100.7', '2001:db8::7', '10.0.0.1'])
        expectProblem(await from(address), 404, 'route.not_found');
});

test('SIGTERM and SIGINT close sockets with 1012 and end with 0 in time', async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
        const server = await serve(t);
        const people = await signUpMany(server, 3);
        const sockets = await Promise.all(people.map((person) => person.connect()));
        const idle = await Raw.connect(server);
        t.after(() => idle.destroy());
        await server.stop(signal); // fails where it takes too long
        assert.doesNotMatch(server.log, /stop\.cut_short/, 'it waited for nobody');
        for (const socket of sockets)
            assert.equal((await socket.waitClosed()).code, 1012);
        await idle.end();
        await server.launch();
    }
});

test('what is under way at SIGTERM is finished: acknowledged or not, never half', async (t) => {
    const server = await serve(t);
    const ann = await signUp(server);
    const room = await ann.createGroup('stopping');
    const socket = await ann.connect();
    const acknowledged = [];
    const flying = Array.from({ length: 400 }, () => {
        const nonce = freshNonce();
        return socket.request('message.send', { room: room.id, nonce, content: text('x') }).then((reply) => {
            if (reply.ok)
                acknowledged.push(nonce);
            else
                assert.equal(reply.error.code, 'server.stopping');
        }, () => {});
    });
    await socket.until(() => acknowledged.length > 20, 'some replies');
    await server.stop();
    await Promise.all(flying);
    await server.launch();
    const stored = new Set((await ann.events(room)).map((event) => event.message?.nonce));
    for (const nonce of acknowledged)
        assert.ok(stored.has(nonce));
});

test('a second server on the same data directory or address refuses and says why', async (t) => {
    const server = await serve(t);
    const sameData = new Server({ data: server.data });
    await assert.rejects(sameData.launch(), (error) => {
        assert.ok(error.code > 0, error.message);
        assert.match(error.log, new RegExp(server.data.split('/').pop()));
        return true;
    });
    const other = await freshDirectory();
    t.after(() => rm(other, { recursive: true, force: true }));
    const sameAddress = new Server({ data: other, listen: server.listen });
    await assert.rejects(sameAddress.launch(), (error) => {
        assert.ok(error.code > 0, error.message);
        assert.match(error.log, /address|port/);
        return true;
    });
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('the data directory is private, and so is the key in it', async (t) => {
    const server = await serve(t);
    await signUp(server);
    for (const name of await readdir(server.data, { recursive: true })) {
        const info = await stat(`${server.data}/${name}`);
        if (info.isFile() && /key|secret/.test(name))
            assert.equal(info.mode & 0o777, 0o600, name);
    }
});

test('help lists every setting and limit; nonsense is refused with words', async () => {
    const help = await run(['serve', '--help']);
    assert.equal(help.code, 0);
    for (const word of ['--listen', '--data', '--store', '--bus', '--workers', '--signup', '--trust', '--limit',
        'NATTERNET_LISTEN', 'auth_timeout_s', 'session_queue_bytes'])
        assert.ok((help.stdout + help.stderr).includes(word), word);
    for (const args of [['--help'], ['-h'], ['check', '--help'], ['user', '--help']])
        assert.equal((await run(args)).code, 0, args.join(' '));
    for (const args of [['serve', '--no-such-flag'], ['serve', '--limit', 'nonsense=1'], ['serve', '--limit', 'auth_timeout_s=0'],
        ['serve', '--limit', 'auth_timeout_s=x'], ['serve', '--listen', 'nowhere'], ['serve', '--workers', '-1'], ['dance'],
        ['serve', '--trust', '300.0.0.0/8'], ['serve', '--signup', 'maybe']]) {
        const refused = await run(args);
        assert.ok(refused.code > 0, args.join(' '));
        assert.ok(refused.stderr.length > 10, args.join(' '));
    }
});

test('settings come from the environment too, and flags win', async (t) => {
    const server = await serve(t, { env: { NATTERNET_SIGNUP: 'closed' } });
    expectStatus(await http(server, 'POST', '/api/v1/auth/signup', { body: { username: 'somebody', password: 'long enough' } }), 403);
    const open = await serve(t, { env: { NATTERNET_SIGNUP: 'closed' }, args: ['--signup', 'open'] });
    await signUp(open);
});

test('no secret is ever logged', async (t) => {
    const server = await serve(t, { args: ['--log-level', 'debug'] });
    const ann = await signUp(server, undefined, { password: 'my-secret-password' });
    const room = await ann.createGroup('quiet');
    await ann.say(room, 'my-secret-words');
    await (await ann.connect()).call('ping');
    await server.stop();
    for (const secret of ['my-secret-password', 'my-secret-words', ann.token, ann.refreshToken])
        assert.ok(!server.log.includes(secret));
    for (const line of server.log.trimEnd().split('\n'))
        assert.doesNotThrow(() => JSON.parse(line), line);
    await server.launch();
});

test('natternet check says that a sound directory is sound', { skip: elsewhere }, async (t) => {
    const server = await serve(t);
    const ann = await signUp(server);
    await ann.say(await ann.createGroup('checked'), 'hello');
    await server.stop();
    const checked = await within(20_000, 'check', run(['check', '--data', server.data]));
    assert.equal(checked.code, 0, checked.stderr);
    await server.launch();
});

test('it stops in time on a processor that others fill, though the index of searches is far behind', async (t) => {
    const server = await serve(t, { args: ['--workers', '1'], wrap: ['taskset', '-c', '0'] });
    const ann = await signUp(server);
    const room = await ann.createGroup('much');
    const socket = await ann.connect();
    for (let n = 0; n < 20; n++)
        await Promise.all(Array.from({ length: 200 }, () => socket.call('message.send', { room: room.id, content: text(freshNonce().replaceAll('-', ' ')) })));
    await server.stop();
    for (const name of (await readdir(server.data)).filter((one) => one.startsWith('search.db')))
        await rm(join(server.data, name)); // made anew from the log
    const others = Array.from({ length: 8 }, () => spawn('timeout', ['120', 'taskset', '-c', '0', 'sh', '-c', 'while :; do :; done']));
    try {
        await server.launch();
        while ((await metrics(server)).natternet_search_messages_total === 0)
            await new Promise((done) => setTimeout(done, 20)); // it is at it
        await server.stop();
    } finally { // before anything else is tidied up
        await Promise.all(others.map((other) => new Promise((done) => other.once('exit', done).kill('SIGTERM'))));
    }
});
