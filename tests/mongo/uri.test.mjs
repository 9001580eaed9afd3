// What the URI of the database may say: options that are the driver's own, whether it is encrypted, who we are.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { missing, Mongo, SET_NAME } from '../support/mongo/mongo.mjs';
import { signUpMany } from '../support/people.mjs';
import { freshDirectory, run, serve } from '../support/server.mjs';
import { makeCertificate } from '../support/tls.mjs';

let mongo;
before(async () => { mongo = missing || await Mongo.start(); });
after(() => missing || mongo.dispose());

/** A server on that URI takes what people write, and answers many who read at the same time. */
async function expectServes(t, uri, { args = [], data } = {}) {
    const server = await serve(t, { data, args: ['--store', uri, ...args] });
    const people = await signUpMany(server, 4);
    const room = await people[0].createGroup('all', people.slice(1));
    await Promise.all(people.map((person) => person.say(room, person.user.username)));
    const pages = await Promise.all(people.flatMap((person) => Array.from({ length: 6 }, () => person.events(room))));
    for (const page of pages)
        assert.equal(page.filter(({ type }) => type === 'message.created').length, people.length);
    return server;
}

test('there is a connection for each thread, however few the URI allows', { skip: missing }, (t) =>
    expectServes(t, `${mongo.uri('pool')}&maxPoolSize=3&waitQueueTimeoutMS=500`, { args: ['--limit', 'store_readers=6'] }));

const ACCOUNT = ['natter', 'a@b/c d'];

/** A database that lets in that account alone, by TLS alone; `uri` says what of it a server is told. */
async function startGuarded(t) {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const made = await makeCertificate(data, 'database'), other = await makeCertificate(data, 'other');
    const guarded = await Mongo.start({ account: ACCOUNT.join(':'), made });
    t.after(() => guarded.dispose());
    const uri = ({ password = ACCOUNT[1], ca = made.cert } = {}) =>
        `mongodb://${ACCOUNT[0]}:${encodeURIComponent(password)}@127.0.0.1:${guarded.port}/guarded?replicaSet=${SET_NAME}`
            + `&authSource=admin&tls=true&tlsCAFile=${ca}&compressors=zlib&serverSelectionTimeoutMS=2000`;
    return { guarded, data, uri, other };
}

test('by TLS with an authority of its own, with a name and password, compressed', { skip: missing }, async (t) => {
    const { guarded, data, uri, other } = await startGuarded(t);
    const refused = async (words, told) => {
        const { code, stderr } = await run(['user', 'list', '--data', data], { env: { NATTERNET_STORE: uri(words) } });
        assert.equal(code, 1, stderr);
        assert.match(stderr, told);
        assert.ok(!stderr.includes(ACCOUNT[1]) && !stderr.includes(encodeURIComponent(ACCOUNT[1])), 'no password in what is said');
    };
    await refused({ password: 'another' }, /[Aa]uthenticat/);
    await refused({ ca: other.cert }, /certificate|TLS/);
    await expectServes(t, uri(), { data });
    assert.match(guarded.output, /compressed messages come/);
});
