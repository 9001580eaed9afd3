// Who may make an account: --signup open|invite|closed, invitations, and the first admin.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, PASSWORD, signIn, signUp } from '../support/people.mjs';
import { dataFlags, freshDirectory, run, serve } from '../support/server.mjs';

const signup = (server, extra = {}) => http(server, 'POST', '/api/v1/auth/signup',
    { body: { username: freshName(), password: PASSWORD, ...extra } });

/** A server whose data directory already has an admin, made by the command line. */
async function serveWithAdmin(t, args) {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const made = await run(['user', 'create', ...dataFlags(data), '--username', 'root_admin', '--admin'],
        { input: `${PASSWORD}\n` });
    assert.equal(made.code, 0, made.stderr);
    const server = await serve(t, { data, args });
    return { server, admin: await signIn(server, 'root_admin') };
}

test('a closed server takes no sign-up, but its people sign in', async (t) => {
    const { server, admin } = await serveWithAdmin(t, ['--signup', 'closed']);
    expectProblem(await signup(server), 403, 'signup.closed');
    expectProblem(await signup(server, { invite: 'x' }), 403, 'signup.closed');
    assert.equal(expectStatus(await admin.get('/me'), 200).admin, true);
});

test('an invitation code is needed, works as often as it says, and expires', async (t) => {
    const { server, admin } = await serveWithAdmin(t, ['--signup', 'invite']);
    expectProblem(await signup(server), 403, 'signup.invite_required');
    expectProblem(await signup(server, { invite: 'no-such-code' }), 403, 'signup.invite_invalid');

    const twice = expectStatus(await admin.post('/invites', { uses: 2 }), 201);
    assert.equal(twice.uses, 2);
    assert.ok(Date.parse(twice.expires_at) > Date.now());
    const ann = expectStatus(await signup(server, { invite: twice.code }), 201);
    expectStatus(await signup(server, { invite: twice.code }), 201);
    expectProblem(await signup(server, { invite: twice.code }), 403, 'signup.invite_invalid');
    expectProblem(await http(server, 'POST', '/api/v1/invites', { token: ann.access_token, body: {} }),
        403, 'auth.forbidden');

    const brief = expectStatus(await admin.post('/invites', { expires_in: 1 }), 201);
    assert.equal(brief.uses, 1);
    const wait = Date.parse(brief.expires_at) - Date.now() + 100;
    assert.ok(wait < 3000, `expires in ${wait} ms`);
    await new Promise((done) => setTimeout(done, wait));
    expectProblem(await signup(server, { invite: brief.code }), 403, 'signup.invite_invalid');
    for (const uses of [0, 1001, 'x', 1.5])
        expectProblem(await admin.post('/invites', { uses }), 422, 'field.invalid', 'uses');
});

test('a used invitation is used once, even by twenty people at the same moment', async (t) => {
    const { server, admin } = await serveWithAdmin(t, ['--signup', 'invite', '--workers', '3']);
    const { code } = expectStatus(await admin.post('/invites', {}), 201);
    const answers = await Promise.all(Array.from({ length: 20 }, () => signup(server, { invite: code })));
    const statuses = answers.map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [201, ...Array(19).fill(403)]);
});

test('one name is given once, even to twenty people at the same moment', async (t) => {
    const server = await serve(t, { args: ['--workers', '3'] });
    const username = freshName('race');
    const answers = await Promise.all(Array.from({ length: 20 }, () => signup(server, { username })));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(19).fill(409)]);
});

test('the command line refuses a bad name, a bad password and a taken name', async (t) => {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const create = (name, input) => run(['user', 'create', ...dataFlags(data), '--username', name], { input });
    assert.equal((await create('good_name', `${PASSWORD}\n`)).code, 0);
    for (const [name, input] of [['good_name', `${PASSWORD}\n`], ['x', `${PASSWORD}\n`], ['other_name', 'short\n']]) {
        const refused = await create(name, input);
        assert.notEqual(refused.code, 0, name);
        assert.ok(refused.stderr.length > 0, 'it says why');
    }
    const server = await serve(t, { data });
    const plain = await signIn(server, 'good_name');
    assert.notEqual(expectStatus(await plain.get('/me'), 200).admin, true);
});
