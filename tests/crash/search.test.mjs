// kill -9 while messages are put into the index: everything acknowledged is found, nothing deleted is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAll, findUntil } from '../support/finder.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve, within } from '../support/server.mjs';

const ROUNDS = 8;
const WIDTH = 24;

/** Sends until the server dies, and deletes some; then kills it. What was acknowledged stands in `state`. */
async function storm(server, ann, room, state, chance) {
    const socket = await ann.connect();
    const target = chance.between(50, 800);
    let acknowledged = 0, dying = false, enough;
    const reached = new Promise((done) => { enough = done; });
    const flow = async () => {
        while (!dying) {
            const word = `w${state.count++}x`;
            state.pending.add(word);
            const { seq } = await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`storm ${word}`) });
            state.pending.delete(word);
            state.there.set(word, seq);
            if (++acknowledged >= target)
                enough();
        }
    };
    const deleting = async () => {
        while (!dying) {
            const [word, seq] = chance.pick([...state.there, ['', 0]]);
            await socket.call('ping');
            if (seq === 0)
                continue;
            state.there.delete(word);
            state.pending.add(word);
            expectStatus(await ann.delete(`/rooms/${room.id}/messages/${seq}`), 204);
            state.pending.delete(word);
            state.gone.add(word);
        }
    };
    const load = [...Array.from({ length: WIDTH }, flow), deleting()];
    const ended = Promise.allSettled(load);
    await within(60_000, `${target} acknowledgements`, Promise.race([reached, ...load]));
    dying = true;
    await server.kill();
    await ended;
}

test(`after ${ROUNDS} crashes while indexing everything acknowledged is found, and nothing deleted`, async (t) => {
    const chance = announceSeed('search');
    const server = await serve(t, { args: ['--workers', '2', '--limit', 'search_ms=60000'] });
    const ann = await signUp(server);
    const room = await ann.createGroup('storm');
    const state = { count: 0, there: new Map(), gone: new Set(), pending: new Set() };
    for (let round = 1; round <= ROUNDS; round++) {
        await storm(server, ann, room, state, chance);
        await server.launch();
        const last = expectStatus(await ann.get(`/rooms/${room.id}/messages?limit=200`), 200).messages
            .findLast(({ content }) => content.type === 'text');
        await findUntil(ann, `"${last.content.text}"`, (results) => results.length === 1);
        const found = new Set((await findAll(ann, { q: 'storm' }, 50)).map(({ message }) => message.content.text.slice(6)));
        for (const word of state.there.keys())
            assert.ok(found.has(word), `${word} was acknowledged`);
        for (const word of state.gone)
            assert.ok(!found.has(word), `${word} was deleted`);
        for (const word of found)
            assert.ok(state.there.has(word) || state.pending.has(word), `${word} was said`);
        t.diagnostic(`round ${round}: ${state.there.size} found, ${state.gone.size} deleted, ${state.pending.size} of unknown fate`);
    }
});
