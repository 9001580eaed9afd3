// What the administrators of a server do to its people, and that nobody else does it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, PASSWORD, signUp, signUpMany } from '../support/people.mjs';
import { dataFlags, run } from '../support/server.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);

const person = async (who) => expectStatus(await admin.get(`/admin/people/${who.id}`), 200);
const rows = async (query) => expectStatus(await admin.get(`/audit?${query}`), 200).entries;
const trySignIn = (who) => who.post('/auth/signin', { login: who.user.username, password: who.password });

test('nobody else sees or does anything of it', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const of = `/admin/people/${bob.id}`;
    for (const answer of [
        await ann.get('/admin/people'), await ann.get(of), await ann.patch(of, { admin: true }),
        await ann.put(`${of}/suspension`, { reason: 'no' }), await ann.delete(`${of}/suspension`),
        await ann.get(`${of}/sessions`), await ann.delete(`${of}/sessions`),
    ])
        expectProblem(answer, 403, 'auth.forbidden');
    expectStatus(await bob.get('/me'), 200);
});

test('who is suspended is cut off at once on every device, and is told why when signing in', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('hall', [bob]);
    const said = await bob.say(room, 'still here');
    const again = await bob.signInAgain();
    const sockets = [await bob.connect(), await again.connect()];
    const done = expectStatus(await admin.put(`/admin/people/${bob.id}/suspension`, { seconds: 3600, reason: 'shouting' }), 200);
    assert.equal(Date.parse(done.until) - Date.parse(done.created_at), 3_600_000);
    assert.deepEqual([done.by, done.reason], [admin.id, 'shouting']);
    for (const socket of sockets)
        assert.equal((await socket.closed).code, 4003);
    for (const device of [bob, again])
        expectProblem(await device.get('/me'), 401, 'auth.session_ended');
    // A device that was there is told why, by the token that is its own.
    const refresh = (device) => bob.post('/auth/refresh', { refresh_token: device.refreshToken }, { token: undefined });
    for (const device of [bob, again]) {
        const { reason, until } = expectProblem(await refresh(device), 403, 'auth.suspended');
        assert.deepEqual([reason, until], ['shouting', done.until]);
    }
    const problem = expectProblem(await trySignIn(bob), 403, 'auth.suspended');
    assert.deepEqual([problem.reason, problem.until], ['shouting', done.until]);
    expectProblem(await ann.post('/auth/signin', { login: bob.user.username, password: 'a wrong password' }), 401, 'auth.invalid_credentials');
    assert.equal(expectStatus(await ann.get(`/rooms/${room.id}/messages/${said.seq}`), 200).content.text, 'still here');
    await server.restart({ hard: true });
    expectProblem(await trySignIn(bob), 403, 'auth.suspended');
    expectStatus(await admin.delete(`/admin/people/${bob.id}/suspension`), 204);
    expectProblem(await admin.delete(`/admin/people/${bob.id}/suspension`), 404, 'suspension.not_found');
    expectProblem(await refresh(again), 401, 'auth.session_ended');
    expectStatus(await trySignIn(bob), 200);
    assert.deepEqual((await rows(`user=${bob.id}`)).map(({ type, by, details, room: where }) => [type, by, details.reason, details.seconds, where]), [
        ['user.unsuspended', admin.id, undefined, undefined, undefined],
        ['user.suspended', admin.id, 'shouting', 3600, undefined],
    ]);
});

test('a suspension for a time is over by itself, and a second one replaces the first', async () => {
    const bob = await signUp(server);
    expectStatus(await admin.put(`/admin/people/${bob.id}/suspension`, {}), 200);
    assert.equal((await person(bob)).suspension.until, undefined);
    assert.equal(expectProblem(await trySignIn(bob), 403, 'auth.suspended').until, undefined);
    expectStatus(await admin.put(`/admin/people/${bob.id}/suspension`, { seconds: 1 }), 200);
    while ((await person(bob)).suspension)
        await new Promise((soon) => setTimeout(soon, 50));
    expectStatus(await trySignIn(bob), 200);
    expectProblem(await admin.delete(`/admin/people/${bob.id}/suspension`), 404, 'suspension.not_found');
});

test('what was to be sent later by somebody who is suspended is not sent', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('hall', [bob]);
    const key = `scheduled:${room.id}.later-${bob.id}`;
    const at = new Date(Date.now() + 2_500).toISOString();
    expectStatus(await bob.put(`/me/feed/${key}`, { value: { at, content: { type: 'text', text: 'later' } } }), 200);
    expectStatus(await admin.put(`/admin/people/${bob.id}/suspension`, { seconds: 5 }), 200);
    while ((await person(bob)).suspension)
        await new Promise((soon) => setTimeout(soon, 50));
    const back = await bob.signInAgain();
    assert.equal(expectStatus(await back.get(`/me/feed/${key}`), 200).value.problem, 'auth.suspended');
    assert.deepEqual((await ann.events(room)).filter(({ type }) => type === 'message.created'), []);
});

test('all sessions of somebody are listed and ended, of oneself all others', async () => {
    const bob = await signUp(server);
    const again = await bob.signInAgain();
    const of = `/admin/people/${bob.id}/sessions`;
    assert.equal((await person(bob)).sessions, 2);
    const { sessions } = expectStatus(await admin.get(of), 200);
    assert.deepEqual(sessions.map(({ current, address }) => [current, address]), [[false, '127.0.0.1'], [false, '127.0.0.1']]);
    assert.equal(expectStatus(await admin.get(`${of}?limit=1`), 200).sessions.length, 1);
    const socket = await again.connect();
    assert.deepEqual(expectStatus(await admin.delete(of), 200), { ended: 2 });
    await socket.closed;
    expectProblem(await bob.get('/me'), 401, 'auth.session_ended');
    expectStatus(await trySignIn(bob), 200);
    const other = await admin.signInAgain();
    assert.ok(expectStatus(await admin.delete(`/admin/people/${admin.id}/sessions`), 200).ended >= 1);
    expectProblem(await other.get('/me'), 401, 'auth.session_ended');
    expectStatus(await admin.get('/me'), 200);
    assert.equal((await rows(`user=${bob.id}`))[0].type, 'user.sessions_ended');
});

test('administrators make others ones, and the last who may act stays one', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    expectProblem(await admin.patch(`/admin/people/${admin.id}`, { admin: false }), 409, 'admin.last');
    assert.equal(expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: true }), 200).admin, true);
    assert.equal((await socket.next('user.updated')).user.admin, true, 'they hear of it at once');
    expectStatus(await ann.get('/admin/people'), 200);
    expectStatus(await admin.put(`/admin/people/${ann.id}/suspension`, {}), 200);
    expectProblem(await admin.patch(`/admin/people/${admin.id}`, { admin: false }), 409, 'admin.last');
    expectStatus(await admin.delete(`/admin/people/${ann.id}/suspension`), 204);
    const back = await ann.signInAgain();
    expectProblem(await back.put(`/admin/people/${back.id}/suspension`, {}), 409, 'admin.oneself');
    expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: false }), 200);
    expectProblem(await back.get('/admin/people'), 403, 'auth.forbidden');
    assert.deepEqual((await rows(`user=${ann.id}`)).map(({ type }) => type).filter((type) => /admin/.test(type)), ['user.admin_revoked', 'user.admin_granted']);
});

test('of two administrators who take it from each other at once, one stays', async () => {
    const ann = await signUp(server);
    expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: true }), 200);
    await Promise.all([admin.patch(`/admin/people/${ann.id}`, { admin: false }), ann.patch(`/admin/people/${admin.id}`, { admin: false })]);
    const [one, other] = [await admin.get('/admin/people'), await ann.get('/admin/people')];
    assert.deepEqual([one.status, other.status].sort(), [200, 403]);
    if (one.status === 403) {
        expectStatus(await ann.patch(`/admin/people/${admin.id}`, { admin: true }), 200);
        expectStatus(await admin.patch(`/admin/people/${ann.id}`, { admin: false }), 200);
    }
});

test('of two administrators who suspend each other at once, one stays free', async (t) => {
    const own = await serveWithAdmin(t);
    const root = await signInAdmin(own);
    for (let round = 0; round < 5; round++) {
        const ann = await signUp(own);
        expectStatus(await root.patch(`/admin/people/${ann.id}`, { admin: true }), 200);
        const both = await Promise.all([root.put(`/admin/people/${ann.id}/suspension`, {}), ann.put(`/admin/people/${root.id}/suspension`, {})]);
        assert.equal(both.filter(({ status }) => status === 200).length, 1, JSON.stringify(both.map(({ status }) => status)));
        if (both[0].status === 200)
            continue;
        expectStatus(await ann.delete(`/admin/people/${root.id}/suspension`), 204);
        Object.assign(root, await signInAdmin(own));
    }
});

test('the last administrator deletes their account when somebody else is one', async (t) => {
    const own = await serveWithAdmin(t);
    const root = await signInAdmin(own);
    const ann = await signUp(own);
    const leave = () => root.delete('/me', { password: root.password });
    expectProblem(await leave(), 409, 'admin.last');
    expectStatus(await root.get('/me'), 200);
    expectStatus(await root.patch(`/admin/people/${ann.id}`, { admin: true }), 200);
    expectStatus(await leave(), 204);
    expectStatus(await ann.get('/admin/people'), 200);
});

test('people are found by name and by how they stand, page by page', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    expectStatus(await ann.put(`/admin/people/${bob.id}/suspension`, {}), 403);
    for (const who of [ann, bob])
        expectStatus(await admin.put(`/admin/people/${who.id}/suspension`, { reason: 'both' }), 200);
    const found = expectStatus(await admin.get(`/admin/people?search=${bob.user.username}`), 200).people;
    assert.deepEqual(found.map(({ user, suspension }) => [user.id, suspension.reason]), [[bob.id, 'both']]);
    const seen = [];
    for (let cursor = '', next = ''; next !== null; cursor = `&cursor=${next}`) {
        const page = expectStatus(await admin.get(`/admin/people?state=suspended&limit=1${cursor}`), 200);
        assert.ok(page.people.length <= 1);
        seen.push(...page.people.map(({ user }) => user.id));
        next = page.next;
    }
    assert.deepEqual(seen.filter((id) => [ann.id, bob.id].includes(id)).sort(), [ann.id, bob.id].sort());
    const admins = expectStatus(await admin.get('/admin/people?state=admin'), 200).people;
    assert.deepEqual(admins.map(({ user }) => user.id), [admin.id]);
    assert.deepEqual(expectStatus(await admin.get('/admin/people?state=admin&search=nobody'), 200).people, []);
    assert.equal(expectProblem(await admin.get('/admin/people?state=gone'), 422, 'field.invalid').field, 'state');
    assert.equal(expectProblem(await admin.put(`/admin/people/${bob.id}/suspension`, { seconds: 0 }), 422, 'field.invalid').field, 'seconds');
    assert.equal(expectProblem(await admin.patch(`/admin/people/${bob.id}`, {}), 422, 'field.missing').field, 'admin');
    expectProblem(await admin.put('/admin/people/unknown/suspension', {}), 404, 'user.not_found');
    expectProblem(await admin.get('/admin/people/unknown'), 404, 'user.not_found');
});

test('sign-up is closed and opened while the server runs, and stays so after a restart', async () => {
    const service = async () => expectStatus(await http(server, 'GET', '/api/v1/service'), 200);
    const tryIt = (more = {}) => http(server, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password: PASSWORD, ...more } });
    const signupOf = ({ filters, newcomers, ...signup }) => signup;
    const set = async (signup) => signupOf(expectStatus(await admin.patch('/admin/settings', { signup }), 200));
    assert.equal((await service()).signup, 'open');
    assert.deepEqual(signupOf(expectStatus(await admin.get('/admin/settings'), 200)), { signup: 'open', signup_default: 'open', signup_set: false });
    assert.deepEqual(await set('closed'), { signup: 'closed', signup_default: 'open', signup_set: true });
    expectProblem(await tryIt(), 403, 'signup.closed');
    await server.restart({ hard: true });
    assert.equal((await service()).signup, 'closed');
    expectProblem(await tryIt(), 403, 'signup.closed');
    await set('invite');
    expectProblem(await tryIt(), 403, 'signup.invite_required');
    const { code } = expectStatus(await admin.post('/invites', {}), 201);
    expectStatus(await tryIt({ invite: code }), 201);
    await set('default');
    const ann = await signUp(server);
    expectProblem(await ann.get('/admin/settings'), 403, 'auth.forbidden');
    expectProblem(await ann.patch('/admin/settings', { signup: 'closed' }), 403, 'auth.forbidden');
    assert.equal(expectProblem(await admin.patch('/admin/settings', { signup: 'maybe' }), 422, 'field.invalid').field, 'signup');
    assert.deepEqual((await rows('type=server.settings_updated')).map(({ details }) => details.signup), ['default', 'invite', 'closed']);
});

test('who was suspended at the command line is told so, and let in when that was lifted there', async () => {
    const bob = await signUp(server);
    const command = async (words) => {
        await server.stop();
        const done = await run(['user', ...words, ...dataFlags(server.data), '--username', bob.user.username]);
        await server.launch();
        return done;
    };
    assert.deepEqual(await command(['lift']), { code: 1, signal: null, stdout: '', stderr: `${bob.user.username} is not suspended.\n` });
    const done = await command(['suspend', '--reason', 'by hand', '--seconds', '3600']);
    assert.equal(done.stdout, `Suspended ${bob.user.username} and ended 1 sessions.\n`);
    expectProblem(await bob.get('/me'), 401, 'auth.session_ended');
    assert.equal(expectProblem(await trySignIn(bob), 403, 'auth.suspended').reason, 'by hand');
    const [row] = await rows('type=user.suspended');
    assert.deepEqual([row.by, row.user_id, row.details], [undefined, bob.id, { seconds: 3600, reason: 'by hand' }]);
    assert.equal((await command(['lift'])).code, 0);
    expectStatus(await trySignIn(bob), 200);
    assert.equal((await run(['user', 'suspend', '--username', 'x', '--seconds', 'long'])).code, 2);
});

test('what is done at the command line is in the audit log too, as nobody\'s', async () => {
    const [bob] = await signUpMany(server, 1);
    const command = async (words, input) => {
        await server.stop();
        const done = await run(['user', ...words, ...dataFlags(server.data)], { input });
        await server.launch();
        assert.equal(done.code, 0, done.stderr);
        return done.stdout.trim();
    };
    const who = ['--username', bob.user.username];
    await command(['set-admin', ...who]);
    await command(['set-admin', '--off', ...who]);
    await command(['set-password', ...who], `${PASSWORD}\n`);
    const code = await command(['invite', '--uses', '2', '--expires', '60']);
    const newest = async (type) => (([{ by, user_id, details }]) => [by, user_id, details])(await rows(`type=${type}`));
    for (const type of ['user.admin_granted', 'user.admin_revoked', 'user.password_set'])
        assert.deepEqual(await newest(type), [undefined, bob.id, {}]);
    assert.deepEqual(await newest('server.invite_created'), [undefined, undefined, { uses: 2, seconds: 60 }]);
    assert.ok(!JSON.stringify(await rows('')).includes(code));
    const names = [freshName('made'), freshName('brought')];
    await command(['create', '--admin', '--username', names[0]], `${PASSWORD}\n`);
    await command(['import'], names.concat(freshName('nobody')).map((username, n) => JSON.stringify({ username, admin: n < 2 })).join('\n'));
    for (const name of names) {
        const { people: [{ user: { id } }] } = expectStatus(await admin.get(`/admin/people?search=${name}`), 200);
        assert.deepEqual((await rows(`user=${id}`)).map(({ by, type }) => [by, type]), [[undefined, 'user.admin_granted']]);
    }
});

test('an invitation code that was made is in the audit log, without the code', async () => {
    const { code } = expectStatus(await admin.post('/invites', { uses: 3 }), 201);
    const [row] = await rows('type=server.invite_created');
    assert.deepEqual([row.by, row.details.uses], [admin.id, 3]);
    assert.ok(!JSON.stringify(row).includes(code));
});

test('administrators see what /metrics says of the server, and nobody else', async () => {
    const ann = await signUp(server);
    expectProblem(await ann.get('/admin/figures'), 403, 'auth.forbidden');
    const room = await ann.createGroup('figures', []);
    const before = expectStatus(await admin.get('/admin/figures'), 200);
    const said = 5;
    for (let i = 0; i < said; i++)
        await ann.say(room, 'counted');
    const after = expectStatus(await admin.get('/admin/figures'), 200);
    assert.equal(after.figures.events_appended_total - before.figures.events_appended_total, said);
    assert.ok(after.figures[elsewhere ? 'store_commit_microseconds_total' : 'store_group_seconds_sum'] > 0 && after.figures.memory_resident_bytes > 1 << 20);
    assert.deepEqual([after.workers, after.figures.store_ready, 'limit' in after.figures, 'info' in after.figures], [3, 1, false, false]);
    const metrics = (await http(server, 'GET', '/metrics')).bytes.toString();
    const names = new Set([...metrics.matchAll(/^natternet_(\w+)/gm)].map(([, name]) => name));
    for (const left of ['info', 'limit', 'limit_hits_total'])
        names.delete(left);
    assert.deepEqual([...names].sort(), Object.keys(after.figures).sort());
});

test('the audit log is searched by time, beside who and what, page by page', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const suspend = async (who) => Date.parse(expectStatus(await admin.put(`/admin/people/${who.id}/suspension`, { reason: 'by time' }), 200).created_at);
    const first = await suspend(ann);
    let second = await suspend(bob);
    while (second === first)
        second = await suspend(bob);
    const at = (ms) => encodeURIComponent(new Date(ms).toISOString());
    const whom = async (query) => (await rows(`type=user.suspended&${query}`)).map(({ user_id }) => user_id);
    assert.deepEqual(await whom(`since=${at(first)}&until=${at(first + 1)}`), [ann.id]);
    assert.deepEqual(await whom(`since=${at(second)}`), [bob.id]);
    assert.ok((await whom(`until=${at(second)}`)).includes(ann.id));
    assert.deepEqual(await whom(`since=${at(second + 60_000)}`), []);
    assert.deepEqual(await whom(`since=${at(first)}&by=${ann.id}`), []);
    const seen = [];
    for (let cursor = '', next = ''; next !== null; cursor = `&cursor=${next}`) {
        const page = expectStatus(await admin.get(`/audit?since=${at(first)}&until=${at(second + 1)}&limit=1${cursor}`), 200);
        seen.push(...page.entries.map(({ user_id }) => user_id));
        next = page.next;
    }
    assert.deepEqual([...new Set(seen)], [bob.id, ann.id]);
    for (const query of ['since=yesterday', 'until=12'])
        assert.equal(expectProblem(await admin.get(`/audit?${query}`), 422, 'field.invalid').field, query.split('=')[0]);
});

