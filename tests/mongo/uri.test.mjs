// What the URI of the database may say: options that are the driver's own, whether it is encrypted, who we are.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { missing, Mongo } from '../support/mongo/mongo.mjs';
import { signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

let mongo;
before(async () => { mongo = missing || await Mongo.start(); });
after(() => missing || mongo.dispose());

/** A server on that URI takes what people write, and answers many who read at the same time. */
async function expectServes(t, uri, args = []) {
    const server = await serve(t, { args: ['--store', uri, ...args] });
    const people = await signUpMany(server, 4);
    const room = await people[0].createGroup('all', people.slice(1));
    await Promise.all(people.map((person) => person.say(room, person.user.username)));
    const pages = await Promise.all(people.flatMap((person) => Array.from({ length: 6 }, () => person.events(room))));
    for (const page of pages)
        assert.equal(page.filter(({ type }) => type === 'message.created').length, people.length);
    return server;
}

test('there is a connection for each thread, however few the URI allows', { skip: missing }, (t) =>
    expectServes(t, `${mongo.uri('pool')}&maxPoolSize=3&waitQueueTimeoutMS=500`, ['--limit', 'store_readers=6']));
