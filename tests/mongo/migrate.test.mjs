// All that a server has goes from SQLite to MongoDB and back: what people see is the same, and so are their
// tokens. A migration that is killed goes on; one that could lose or mix something is refused.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN, signInAdmin } from '../support/admin.mjs';
import { serveWithClock } from '../support/clock.mjs';
import { expectStatus } from '../support/http.mjs';
import { png } from '../support/images.mjs';
import { metrics } from '../support/metrics.mjs';
import { missing, Mongo } from '../support/mongo/mongo.mjs';
import { addMembers, freshNonce, PASSWORD, signUpMany, text } from '../support/people.mjs';
import { BIN, freshDirectory, run, Server, serve } from '../support/server.mjs';

const SCRIPT = '/usr/bin/script';
const noScript = existsSync(SCRIPT) ? false : 'script is missing: it is in util-linux';
let mongo;
before(async () => { mongo = missing || await Mongo.start(); });
after(() => missing || mongo.dispose());

const ok = (answer) => expectStatus(answer, 200, 201, 204);

/** A bit of everything that a server remembers. */
async function fill(server) {
    const people = await signUpMany(server, 7);
    const [ann, bob, cal, dan, eve, fay, gus] = people;
    ok(await ann.patch('/me', { display_name: 'Ánna Mária', about: 'here', pronouns: 'she', time_zone: 'Europe/Berlin' }));
    ok(await bob.put('/me/presence', { choice: 'busy', text: 'writing', emoji: '✍️' }));
    const hall = await ann.createGroup('hall', [bob, cal, dan, eve]);
    const path = `/rooms/${hall.id}`;
    ok(await ann.patch(path, { topic: 'Töpfe und Pfannen', visibility: 'public', join: 'approval' }));
    ok(await ann.patch(`${path}/members/${bob.id}`, { role: 'moderator' }));
    const said = [];
    for (let n = 0; n < 30; n++)
        said.push(await people[n % 4].say(hall, `number ${n}`, n % 7 ? freshNonce() : `own-nonce-${n}`));
    const at = (n) => `${path}/messages/${said[n].seq}`;
    ok(await ann.patch(at(0), { content: text('number nought') }));
    ok(await ann.patch(at(0), { content: text('number zero') }));
    ok(await bob.delete(at(1)));
    for (const one of [ann, bob, cal])
        ok(await one.put(`${at(2)}/reactions/${encodeURIComponent('👍')}`));
    ok(await ann.put(`${at(2)}/reactions/${encodeURIComponent('🎉')}`));
    ok(await ann.put(`${at(3)}/reactions/${encodeURIComponent('🎉')}`));
    for (const anonymous of [false, true]) {
        const poll = ok(await bob.post(`/rooms/${hall.id}/messages`, { nonce: freshNonce(), content: { type: 'poll', text: 'Which?', options: ['this', 'that'], multiple: true, anonymous } }));
        ok(await ann.put(`/rooms/${hall.id}/messages/${poll.seq}/vote`, { choices: [0, 1], nonce: freshNonce() }));
        ok(await bob.put(`/rooms/${hall.id}/messages/${poll.seq}/vote`, { choices: [1], nonce: freshNonce() }));
        if (anonymous)
            ok(await bob.post(`/rooms/${hall.id}/messages/${poll.seq}/close`, { nonce: freshNonce() }));
    }
    ok(await ann.delete(`${at(3)}/reactions/${encodeURIComponent('🎉')}`));
    ok(await ann.put(`${path}/pins/${said[4].seq}`));
    ok(await ann.put(`${path}/pins/${said[5].seq}`));
    ok(await ann.delete(`${path}/pins/${said[5].seq}`));
    const post = (who, more) => who.post(`${path}/messages`, { content: text('more'), nonce: freshNonce(), ...more }).then(ok);
    await post(ann, { content: { ...text('both of you'), mentions: [bob.id, cal.id] } });
    await post(ann, { content: { ...text('all of you'), mentions: ['everyone'] } });
    await post(bob, { reply_to: said[6].seq });
    for (const one of [bob, cal, ann])
        await post(one, { thread: said[7].seq });
    ok(await cal.put(`${path}/read`, { seq: said[20].seq }));
    ok(await bob.put(`${path}/members/${dan.id}/mute`, { seconds: 86_400, reason: 'loud' }));
    ok(await bob.put(`${path}/bans/${eve.id}`, { reason: 'spam' }));
    const links = [ok(await ann.post(`${path}/links`, { uses: 5, seconds: 86_400 })), ok(await ann.post(`${path}/links`, {}))];
    ok(await ann.delete(`${path}/links/${links[1].seq}`));
    ok(await fay.post('/links/join', { code: links[0].code, nonce: freshNonce() }));
    ok(await gus.post(`${path}/requests`, { text: 'It is me', nonce: freshNonce() }));
    ok(await cal.post('/reports', { room: hall.id, seq: said[8].seq, category: 'spam', text: 'look at that' }));
    const direct = await ann.createDirect(bob);
    await bob.say(direct, 'between us');
    const own = await ann.createDirect(cal);
    await ann.say(own, 'a note');
    ok(await ann.put(`/me/feed/scheduled:${hall.id}.${freshNonce()}`, { value: { at: new Date(Date.now() + 86_400_000).toISOString(), content: text('later') } }));
    ok(await bob.put(`/me/feed/block:${dan.id}`, { value: {} }));
    const socket = await ann.connect();
    ok(await dan.delete('/me', { password: dan.password }));
    await socket.next('room.user.left', (event) => event.user_id === dan.id); // it happens after the answer
    await socket.close();
    return { people: people.filter((one) => one !== dan), rooms: [hall, direct, own], code: links[0].code };
}

/** What one person is told of everything, as far as it does not change by itself. */
async function view(person, rooms) {
    const all = {};
    const keep = async (path) => {
        const { status, body } = await person.get(path);
        all[path] = status === 200 ? body : status;
    };
    for (const path of ['/me', '/me/feed?family=thread', '/me/feed?family=block', '/me/feed?family=scheduled', '/me/presence', '/me/threads', '/me/requests', '/me/feed?family=reports', '/me/feed?family=report', '/rooms',
        '/directory?q=topf', '/directory', '/emoji', '/users?q=anna', '/users?q=crowd', '/audit', '/sessions'])
        await keep(path);
    for (const { id } of rooms) {
        for (const path of ['', '/members', '/receipts', '/filters', '/links', '/requests', '/bans', '/reports', '/audit', '/pins', '/events?limit=200', '/messages?limit=200'])
            await keep(`/rooms/${id}${path}`);
        for (const { seq, answers, reactions = [], edit_seq: edited } of all[`/rooms/${id}/messages?limit=200`].messages ?? []) {
            await keep(`/rooms/${id}/messages/${seq}`);
            if (answers)
                await keep(`/rooms/${id}/messages?thread=${seq}`);
            if (edited)
                await keep(`/rooms/${id}/messages/${seq}/versions`);
            for (const { emoji } of reactions)
                await keep(`/rooms/${id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`);
        }
    }
    const withoutClock = (key, value) => (['last_seen', 'state', 'server_time'].includes(key) ? undefined : value);
    return JSON.parse(JSON.stringify(all, withoutClock));
}

const views = (people, rooms) => Promise.all(people.map((one) => view(one, rooms)));

/** The same people with the same tokens, at a server that has the data now. */
function moveTo(server, people) {
    for (const one of people)
        one.server = server;
}

const migrate = (from, to, ...more) => run(['migrate', '--from', from, '--to', to, ...more], { timeout: 60_000 });

/** Calls `act` with the program as soon as it says this; how it ended, and what it said. */
async function migrateWith(pattern, act, from, to) {
    const child = spawn(BIN, ['migrate', '--from', from, '--to', to, '--batch', '7'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '', acted;
    child.stderr.setEncoding('utf8').on('data', (more) => {
        said += more;
        if (!acted && pattern.test(said))
            acted = act(child, () => said);
    });
    const [code, signal] = await once(child, 'exit');
    await acted;
    return { code, signal, said };
}

/** Killed as soon as it says this. */
async function migrateUntil(pattern, from, to) {
    const { signal, said } = await migrateWith(pattern, (child) => child.kill('SIGKILL'), from, to);
    assert.equal(signal, 'SIGKILL', said);
}

/** Serves the data for as long as `act` takes. */
async function while_(options, act) {
    const server = await new Server(options).launch();
    try {
        return await act(server);
    } finally {
        await server.dispose();
    }
}

test('everything goes to MongoDB and back, by way of two kill -9, and everybody sees what they saw', { skip: missing }, async (t) => {
    const [first, other, last] = [await freshDirectory(), await freshDirectory(), await freshDirectory()];
    t.after(() => Promise.all([first, other, last].map((dir) => rm(dir, { recursive: true, force: true }))));
    const uri = mongo.uri('moved');
    let filled, seen;
    await while_({ data: first }, async (server) => {
        filled = await fill(server);
        seen = await views(filled.people, filled.rooms);
    });
    const { people, rooms, code } = filled;

    await migrateUntil(/copying sign-ins/, `sqlite:${first}`, uri);
    const half = await run(['serve', '--listen', '127.0.0.1:0', '--data', other, '--store', uri]);
    assert.equal(half.code, 1, 'a half-written store is not served');
    assert.match(half.stderr, /natternet migrate/);
    await migrateUntil(/copying members/, `sqlite:${first}`, uri);
    const done = await migrate(`sqlite:${first}`, uri);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stderr, /Going on/);
    assert.match(done.stdout, /^events +\d+ [0-9a-f]{16} +\d+ [0-9a-f]{16} +same$/m);
    assert.doesNotMatch(done.stdout, /DIFFERENT/);

    await while_({ data: other, args: ['--store', uri] }, async (server) => {
        moveTo(server, people);
        assert.deepEqual(await views(people, rooms), seen);
        ok(await people.at(-1).post('/links/join', { code, nonce: freshNonce() }));
        await people[0].say(rooms[0], 'on the other side');
        ok(await people[1].put(`/rooms/${rooms[0].id}/messages/${(await people[0].room(rooms[0])).last_seq}/reactions/${encodeURIComponent('👍')}`));
        ok(await people[1].delete(`/rooms/${rooms[0].id}/bans/${people[3].id}`));
        seen = await views(people, rooms);
    });

    await migrateUntil(/copying events/, uri, `sqlite:${last}`);
    const back = await migrate(uri, `sqlite:${last}`);
    assert.equal(back.code, 0, back.stdout + back.stderr);
    await while_({ data: last }, async (server) => {
        moveTo(server, people);
        assert.deepEqual(await views(people, rooms), seen);
        await people[0].say(rooms[0], 'home again');
        assert.equal((await people[1].events(rooms[0])).at(-1).message.content.text, 'home again');
    });
    const sound = await run(['check', '--data', last]);
    assert.equal(sound.code, 0, sound.stdout + sound.stderr);
});

test('a database that goes away meanwhile is waited for', { skip: missing }, async (t) => {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    await while_({ data }, (server) => signUpMany(server, 30));
    const away = async (child, said) => {
        await mongo.kill();
        while (child.exitCode === null && !said().includes('does not answer'))
            await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
        await mongo.restart();
    };
    const { code, said } = await migrateWith(/copying people/, away, `sqlite:${data}`, mongo.uri('away'));
    assert.equal(code, 0, said);
    assert.match(said, /does not answer; trying for half a minute/);
});

test('what could lose or mix something is refused', { skip: missing }, async (t) => {
    const [data, second, empty] = [await freshDirectory(), await freshDirectory(), await freshDirectory()];
    t.after(() => Promise.all([data, second, empty].map((dir) => rm(dir, { recursive: true, force: true }))));
    const refused = async (pattern, from, to, code = 1) => {
        const answer = await migrate(from, to);
        assert.equal(answer.code, code, answer.stdout + answer.stderr);
        assert.match(answer.stderr, pattern);
    };
    const server = await serve(t, { data });
    await signUpMany(server, 2);
    await while_({ data: second }, (another) => signUpMany(another, 1));
    await refused(/Stop the server/, `sqlite:${data}`, mongo.uri('one'));
    await server.stop();
    await refused(/two places/, data, mongo.uri('one'), 2);
    for (const [from, to] of [['', ''], ['', '/'], ['/.', '']])
        await refused(/two places/, `sqlite:${data}${from}`, `sqlite:${data}${to}`, 2);
    await refused(/no .*natternet\.db/, `sqlite:${empty}`, mongo.uri('one'));
    await refused(/holds nothing/, mongo.uri('nowhere'), `sqlite:${empty}`);
    assert.equal((await migrate(`sqlite:${data}`, mongo.uri('one'))).code, 0);
    await refused(/holds something already/, `sqlite:${data}`, mongo.uri('one'));
    const keyed = await freshDirectory();
    t.after(() => rm(keyed, { recursive: true, force: true }));
    await cp(join(second, 'keys'), join(keyed, 'keys'), { recursive: true });
    const early = await migrate(`sqlite:${data}`, `sqlite:${keyed}`);
    assert.match(early.stderr, /is another key: move it away/);
    assert.doesNotMatch(early.stderr, /copying people/, 'that is said before anything is copied');
    await rm(join(keyed, 'keys'), { recursive: true });
    assert.equal((await migrate(`sqlite:${data}`, `sqlite:${keyed}`)).code, 0);
    await migrateUntil(/copying people/, `sqlite:${data}`, mongo.uri('two'));
    await refused(/another source/, `sqlite:${second}`, mongo.uri('two'));
    await refused(/not finished/, mongo.uri('two'), `sqlite:${empty}`);
    await refused(/port|replicaSet|URI|mongodb/i, `sqlite:${data}`, 'mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300');
});

test('what a server wrote meanwhile is found, and the target is not served', { skip: missing }, async (t) => {
    const [data, other, target] = [await freshDirectory(), await freshDirectory(), await freshDirectory()];
    t.after(() => Promise.all([data, other, target].map((dir) => rm(dir, { recursive: true, force: true }))));
    const source = mongo.uri('meanwhile');
    const [ann] = await while_({ data, args: ['--store', source] }, (server) => signUpMany(server, 1));
    await migrateUntil(/copying people/, source, `sqlite:${target}`);
    await while_({ data, args: ['--store', source] }, async (server) => {
        moveTo(server, [ann]);
        ok(await ann.patch('/me', { display_name: 'Late' }));
    });
    const { code, stdout, stderr } = await migrate(source, `sqlite:${target}`);
    assert.equal(code, 1, stdout + stderr);
    assert.match(stdout, /^people .*DIFFERENT$/m);
    assert.equal(stdout.match(/DIFFERENT/g).length, 1, 'people alone');
    assert.match(stderr, /not the same/);
    const refused = await run(['serve', '--listen', '127.0.0.1:0', '--data', target]);
    assert.equal(refused.code, 1);
});

const SHORT = 600; // seconds

/** A room whose beginning was pruned, with a member who came later, and filters; emoji of the server, one renamed since. */
async function fillWithLittle(server) {
    const admin = await signInAdmin(server);
    for (const [name, colour] of [['party', [1, 2, 3]], ['parrot', [4, 5, 6]]])
        expectStatus(await admin.put(`/admin/emoji/${name}`, undefined, { raw: png({ colour }), headers: { 'content-type': 'image/png' } }), 201);
    ok(await admin.patch('/admin/emoji/party', { name: 'feast' }));
    await server.turnClock(-(SHORT + 100) * 1000);
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('short', [bob]);
    ok(await ann.patch(`/rooms/${room.id}`, { retention_s: SHORT, history: 'joined', newcomers: { seconds: SHORT, bars: ['links'] }, nonce: freshNonce() }));
    ok(await ann.patch(`/rooms/${room.id}`, { filters: { words: ['casino', 'buy now'], links: 'listed', hosts: ['ours.example'] }, nonce: freshNonce() }));
    const nonce = freshNonce();
    const old = await ann.say(room, 'soon gone', nonce);
    await server.turnClock(0);
    while ((await metrics(server)).natternet_events_pruned_total < old.seq)
        await new Promise((done) => { setTimeout(done, 50); });
    const said = await bob.say(room, 'before cal');
    ok(await ann.put(`/rooms/${room.id}/messages/${said.seq}/reactions/${encodeURIComponent(':parrot:')}`, {}));
    await addMembers(ann, room, [cal]);
    await ann.say(room, 'for all three');
    return { people: [ann, bob, cal, admin], room, again: { nonce, content: text('soon gone') }, old };
}

test('what was pruned, where newcomers begin, filters and emoji are the same after a move there and back', { skip: missing }, async (t) => {
    const [first, other, last] = [await freshDirectory(), await freshDirectory(), await freshDirectory()];
    t.after(() => Promise.all([first, other, last].map((dir) => rm(dir, { recursive: true, force: true }))));
    const made = await run(['user', 'create', '--data', first, '--username', ADMIN, '--admin'], { input: `${PASSWORD}\n` });
    assert.equal(made.code, 0, made.stderr);
    const server = await serveWithClock(t, { data: first });
    const { people, room, again, old } = await fillWithLittle(server);
    const seen = await views(people, [room]);
    const log = `/rooms/${room.id}/events?limit=200`;
    assert.deepEqual(seen.map((all) => all[log].events?.length), [4, 4, 2, undefined], JSON.stringify(seen.map((all) => all[log])));
    await server.stop();
    const uri = mongo.uri('little');
    for (const [from, to, options] of [[`sqlite:${first}`, uri, { data: other, args: ['--store', uri] }], [uri, `sqlite:${last}`, { data: last }]]) {
        const moved = await migrate(from, to);
        assert.equal(moved.code, 0, moved.stdout + moved.stderr);
        await while_(options, async (there) => {
            moveTo(there, people);
            assert.deepEqual(await views(people, [room]), seen);
            const stub = expectStatus(await people[0].post(`/rooms/${room.id}/messages`, again), 200);
            assert.deepEqual([stub.seq, stub.content.type], [old.seq, 'deleted']);
            assert.equal((await people[1].post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('casino') })).status, 422);
        });
    }
    const sound = await run(['check', '--data', last]);
    assert.equal(sound.code, 0, sound.stdout + sound.stderr);
});

/** What a person sees who starts it at a terminal. */
async function migrateAtTerminal(from, to) {
    const quoted = [BIN, 'migrate', '--from', from, '--to', to, '--batch', '3'].map((word) => `'${word}'`).join(' ');
    const child = spawn(SCRIPT, ['--quiet', '--return', '--command', quoted, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (bytes) => { shown += bytes; });
    const [code] = await once(child, 'close');
    return { code, shown };
}

test('at a terminal a bar grows on one line, and makes way for what is said', { skip: missing || noScript }, async (t) => {
    const data = await freshDirectory(), server = await serve(t, { data });
    t.after(() => rm(data, { recursive: true }));
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('to be moved', [bob]);
    for (let n = 0; n < 20; n++)
        await ann.say(room, `number ${n}`);
    await server.stop();

    const { code, shown } = await migrateAtTerminal(`sqlite:${data}`, mongo.uri('drawn'));
    assert.equal(code, 0, shown);
    const bars = [...shown.matchAll(/\r\[(#*)(\.*)\] +(\d+) % {2}(\w+) ([^,\r\n]+), (\d+) of about (\d+) rows[^\r\n]*?\x1b\[K/g)];
    assert.ok(bars.length > 10, shown);
    let before = { act: '', percent: 0 };
    for (const [, full, empty, percent, act, , done, total] of bars) {
        assert.equal(full.length + empty.length, 24);
        assert.equal(full.length, Math.floor(24 * percent / 100));
        assert.equal(Number(percent), Math.floor(100 * Math.min(done / total, 1)));
        assert.ok(act !== before.act || Number(percent) >= before.percent, 'it grows');
        before = { act, percent: Number(percent) };
    }
    assert.ok(bars.some(([, full, , , act]) => act === 'copying' && full.length === 24), 'up to its end');
    const behind = shown.slice(shown.lastIndexOf('\x1b[K') + 3);
    assert.equal(shown.slice(0, shown.lastIndexOf('\x1b[K')).at(-1), '\r', 'the line is empty again');
    assert.match(behind, /^events +\d+ .*same\r?$/m);
});
