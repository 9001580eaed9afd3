// What one address may try is one budget, however many servers it goes to.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { freshName, PASSWORD, signUp } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
const signIn = (server, login, password) => http(server, 'POST', '/api/v1/auth/signin', { body: { login, password } });

let mongo, nats, servers, ann, bob;

before(async () => {
    if (missing)
        return;
    [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    const limits = ['signin_failure_burst=6', 'signin_failures_per_hour=1', 'signup_burst=5', 'signup_per_hour=1', 'signin_burst=100'];
    const args = ['--workers', '1', '--store', mongo.uri(), '--bus', nats.url, ...limits.flatMap((limit) => ['--limit', limit])];
    servers = await Promise.all([1, 2, 3].map(() => serve({ after() {} }, { args, trust: false })));
    [ann, bob] = [await signUp(servers[0], freshName()), await signUp(servers[1], freshName())];
});
after(async () => {
    await Promise.all(servers?.map((server) => server.dispose()) ?? []);
    await nats?.stop();
    await mongo?.dispose();
});

/** Says it to each server in turn until one refuses for the rate; resolves with how often none did. */
async function triesUntilRefused(servers, say) {
    for (let tries = 0; tries < 40; tries++) {
        const answer = await say(servers[tries % servers.length], tries);
        if (answer.status === 429)
            return tries;
    }
    return Infinity;
}

test('guesses at a password, and accounts that are made, are counted by all servers together', { skip: missing }, async () => {
    const guesses = await triesUntilRefused(servers, async (server) => {
        const answer = await signIn(server, ann.user.username, 'not this one');
        if (answer.status !== 429)
            expectProblem(answer, 401, 'auth.invalid_credentials');
        return answer;
    });
    assert.ok(guesses >= 6 && guesses <= 8, `6 guesses, and those that were on their way: ${guesses}`);
    await Promise.all(servers.map(async (server) => expectProblem(await signIn(server, ann.user.username, PASSWORD), 429, 'rate.limited')));
    const accounts = await triesUntilRefused(servers, (server) =>
        http(server, 'POST', '/api/v1/auth/signup', { body: { username: freshName(), password: PASSWORD } }));
    assert.ok(accounts >= 3 && accounts <= 5, `5 with the first two: ${accounts + 2}`);
});

test('a right password clears the guesses on all servers', { skip: missing }, async () => {
    for (let round = 0; round < 3; round++) {
        for (const server of [...servers, ...servers.slice(0, 2)])
            expectProblem(await signIn(server, bob.user.username, 'not this one'), 401, 'auth.invalid_credentials');
        expectStatus(await signIn(servers[2], bob.user.username, PASSWORD), 200);
        await new Promise((done) => { setTimeout(done, 100); }); // the others hear of it
    }
});
