// Who is there is one question, whatever server somebody is at, and whatever becomes of that server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { at } from '../support/peers.mjs';
import { signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
let mongo, nats, one, other;

before(async () => {
    if (missing)
        return;
    [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    const args = ['--workers', '2', '--store', mongo.uri(), '--bus', nats.url, '--limit', 'presence_coalesce_ms=20',
        '--limit', 'presence_leave_ms=500', '--limit', 'peer_silent_s=3'];
    [one, other] = await Promise.all([1, 2].map(() => serve({ after() {} }, { args })));
});
after(async () => {
    await Promise.all([one?.dispose(), other?.dispose()]);
    await nats?.stop();
    await mongo?.dispose();
});

const of = (who) => ({ user_id }) => user_id === who.id;
const told = (socket, who, presence) => socket.next('presence.changed', (event) => of(who)(event) && event.presence === presence, 30_000);
const toldOf = (socket, who) => socket.events.filter((event) => event.type === 'presence.changed' && of(who)(event));
const asked = async (asker, who) => expectStatus(await asker.get(`/presence?ids=${who.id}`), 200).presences[0].presence;

/** Two people of one room; bob is at the first server, and hears of ann. */
async function two() {
    const [ann, bob] = await signUpMany(one, 2);
    await ann.createGroup('who is there', [bob]);
    return { ann, bob, watcher: await bob.connect() };
}

test('who is at one server is there for those who ask at another', { skip: missing }, async () => {
    const { ann, bob, watcher } = await two();
    const phone = await at(other, ann).connect();
    await told(watcher, ann, 'online');
    assert.equal(await asked(bob, ann), 'online');
    const { presences } = await watcher.call('presence.watch', { users: [ann.id] });
    assert.equal(presences[0].presence, 'online');
    await phone.close();
    await told(watcher, ann, 'offline');
    assert.equal(await asked(bob, ann), 'offline');
    await watcher.close();
});

test('who is at two servers has left when they left both, and who goes from one to the other has not been gone', { skip: missing }, async () => {
    const { ann, bob, watcher } = await two();
    const phone = await at(other, ann).connect();
    await told(watcher, ann, 'online');
    const laptop = await ann.connect();
    await phone.close();
    const tablet = await at(other, ann).connect();
    await laptop.close();
    await at(other, ann).put('/me/presence', { text: 'a mark' });
    await watcher.next('presence.changed', (event) => of(ann)(event) && event.text === 'a mark');
    assert.equal(await asked(bob, ann), 'online');
    await tablet.close();
    await told(watcher, ann, 'offline');
    assert.deepEqual(toldOf(watcher, ann).filter(({ presence }) => presence !== 'online'), [], 'told once, that they have left');
    await watcher.close();
});

test('what somebody says while something else is being told of them is told too', { skip: missing }, async () => {
    const { ann, watcher } = await two();
    for (let n = 0; n < 16; n++) {
        const phone = await ann.connect();
        await new Promise((done) => { setTimeout(done, 15 + n); }); // what is told now was read before they say this
        await ann.put('/me/presence', { text: `word ${n}` });
        await watcher.next('presence.changed', (event) => of(ann)(event) && event.text === `word ${n}`);
        await phone.close();
    }
    await watcher.close();
});

test('of a server that dies all have left, unless they are at another one, or come to it', { skip: missing }, async () => {
    const { ann, bob, watcher } = await two();
    const [cat, dan] = await signUpMany(one, 2);
    await cat.createGroup('and those', [bob, dan]);
    const began = Date.now();
    await Promise.all([ann, cat, dan].map((who) => at(other, who).connect()));
    await Promise.all([ann, cat, dan].map((who) => told(watcher, who, 'online')));
    const both = await cat.connect(); // before it dies, as nobody knows how soon its silence is noticed
    await other.kill();
    const again = await dan.connect();
    const left = await told(watcher, ann, 'offline');
    assert.ok(Date.parse(left.last_seen) >= began, left.last_seen);
    assert.equal(await asked(bob, ann), 'offline');
    for (const who of [cat, dan])
        assert.equal(await asked(bob, who), 'online');
    await watcher.until(() => toldOf(watcher, dan).at(-1)?.presence !== 'offline', 'dan is there'); // of who came before it was noticed nothing is told
    await watcher.settle();
    assert.deepEqual(toldOf(watcher, cat).filter(({ presence }) => presence === 'offline'), [], 'they were at another one all the time');
    await Promise.all([both.close(), again.close(), watcher.close()]);
    await other.launch();
});
