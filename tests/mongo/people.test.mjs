// What an operator does to accounts at the command line, in either engine: the same words, the same answers.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { signInAdmin, ADMIN } from '../support/admin.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { missing, Mongo } from '../support/mongo/mongo.mjs';
import { freshName, PASSWORD } from '../support/people.mjs';
import { freshDirectory, run, Server } from '../support/server.mjs';

const OTHER = 'another good passphrase';
let mongo;
before(async () => { mongo = missing || await Mongo.start(); });
after(() => missing || mongo.dispose());

/** The commands on a store that no server has open. */
function commands(data, store) {
    const at = async (words, input) => run(['user', ...words, '--data', data], { input, env: { NATTERNET_STORE: store } });
    const done = async (words, input) => {
        const { code, stdout, stderr } = await at(words, input);
        assert.equal(code, 0, `${words}: ${stdout}${stderr}`);
        return stdout;
    };
    return { at, done };
}

const ENGINES = { sqlite: () => 'sqlite', mongo: () => mongo.uri('commands') };
for (const [engine, storeOf] of Object.entries(ENGINES))
    test(`accounts are made, listed, changed, suspended and invited at the command line: ${engine}`, { skip: engine === 'mongo' && missing }, async (t) => {
        const data = await freshDirectory();
        t.after(() => rm(data, { recursive: true, force: true }));
        const { at, done } = commands(data, storeOf());
        const [kim, lee] = [freshName('kim'), freshName('lee')];

        assert.match(await done(['create', '--username', ADMIN, '--admin'], `${PASSWORD}\n`), /^Made the administrator root_admin, id/);
        assert.match((await at(['create', '--username', ADMIN.toUpperCase()], `${PASSWORD}\n`)).stderr, /already has the username/);
        const table = `username,display_name,admin\n${kim},Kim,true\n${lee},Lee,false\n`;
        assert.match(await done(['import'], table), /^Made 2 accounts, 0 were there/);
        assert.match(await done(['import'], `${table}${freshName('mo')},Mo,false\n`), /^Made 1 accounts, 2 were there already, 0 lines/);
        assert.match(await done(['import'], `username\n${kim.toUpperCase()}\n${freshName('new')}\n`), /^Made 1 accounts, 1 were there already, 0 lines/);
        await done(['set-password', '--username', kim], `${OTHER}\n`);
        await done(['set-password', '--username', lee], `${OTHER}\n`);
        await done(['set-admin', '--username', kim, '--off']);
        await done(['set-admin', '--username', lee]);
        assert.match((await at(['set-admin', '--username', 'nobody_at_all'])).stderr, /Nobody has the username/);
        const listed = (await done(['list'])).split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
        assert.equal(listed.length, 5);
        assert.deepEqual([kim, lee].map((one) => listed.find(([name]) => name === one)[3]), ['-', 'admin']);
        await done(['suspend', '--username', kim, '--seconds', '3600', '--reason', 'shouting']);
        await done(['suspend', '--username', lee]);
        await done(['lift', '--username', lee]);
        const code = (await done(['invite'])).trim();

        const server = await new Server({ data, args: ['--store', storeOf(), '--signup', 'invite'] }).launch();
        t.after(() => server.dispose());
        const signIn = (login) => http(server, 'POST', '/api/v1/auth/signin', { body: { login, password: OTHER } });
        assert.equal(expectProblem(await signIn(kim), 403, 'auth.suspended').reason, 'shouting');
        expectStatus(await signIn(lee), 200);
        const invited = { username: freshName('invited'), password: PASSWORD, invite: code };
        expectStatus(await http(server, 'POST', '/api/v1/auth/signup', { body: invited }), 201);
        const admin = await signInAdmin(server);
        const { entries } = expectStatus(await admin.get('/audit'), 200);
        assert.deepEqual(entries.map(({ type }) => type).sort(), ['server.invite_created', 'user.admin_granted', 'user.admin_granted', 'user.admin_granted',
            'user.admin_revoked', 'user.password_set', 'user.password_set', 'user.suspended', 'user.suspended', 'user.unsuspended']);
        assert.ok(entries.every(({ by }) => by === undefined));
    });

test('a database that is not there is told of, without its address', { skip: missing }, async (t) => {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const uri = 'mongodb://name:secret@127.0.0.1:1/x?serverSelectionTimeoutMS=300';
    const { code, stdout, stderr } = await run(['user', 'list', '--store', uri, '--data', data]);
    assert.equal(code, 1, stdout);
    assert.match(stderr, /^natternet user list: /);
    assert.doesNotMatch(stderr, /secret/);
});
