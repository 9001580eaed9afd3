// What people tell of themselves: who may read it, and who is told when it changes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, PASSWORD, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'presence_push_members=3', '--limit', 'about_bytes=40', '--limit', 'pronouns_bytes=10'] });

const PROFILE = { about: 'Sailor.\nGardener.', pronouns: 'she/her', time_zone: 'Europe/Vienna' };
const change = async (who, what) => expectStatus(await who.patch('/me', what), 200);
const told = (socket, who) => socket.next('user.updated', ({ user }) => user.id === who.id);
const profileOf = ({ about, pronouns, time_zone }) => ({ about, pronouns, time_zone });
const heardOf = async (socket, who) => (await socket.settle()).filter((one) => one.type === 'user.updated' && one.user.id === who.id);

test('a profile is read by everybody, changes field by field, and outlives a crash', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await change(ann, PROFILE);
    await change(ann, { display_name: 'Ann A.' });
    await server.restart({ hard: true });
    const seen = expectStatus(await bob.get(`/users/${ann.id}`), 200);
    assert.deepEqual(profileOf(seen), PROFILE);
    assert.equal(seen.display_name, 'Ann A.');
    assert.deepEqual(profileOf(expectStatus(await bob.get(`/users?ids=${ann.id}`), 200).users[0]), PROFILE);
    const without = await change(ann, { about: '', time_zone: '' });
    assert.deepEqual(profileOf(without), { about: undefined, pronouns: 'she/her', time_zone: undefined });
});

test('who shares a small room, who watches, and oneself are told of a change, each once', async () => {
    const [ann, bob, cal, dan, eve] = await signUpMany(server, 5);
    await ann.createDirect(bob);
    await ann.createGroup('small', [bob]);
    const large = await ann.createGroup('large', [dan, cal]);
    await addMembers(ann, large, [eve]);
    const [friend, watcher, quiet, phone] = await Promise.all([bob, cal, dan, ann].map((who) => who.connect()));
    await watcher.call('presence.watch', { users: [ann.id] });
    await change(ann, { ...PROFILE, locale: 'de' });
    for (const socket of [friend, watcher]) {
        const event = await told(socket, ann);
        assert.deepEqual(profileOf(event.user), PROFILE);
        assert.equal(event.user.locale, undefined, 'which is theirs alone');
    }
    assert.equal((await told(phone, ann)).user.locale, 'de');
    await change(ann, { pronouns: 'they' });
    assert.equal((await told(friend, ann)).user.pronouns, 'they');
    assert.equal((await told(phone, ann)).user.pronouns, 'they');
    assert.deepEqual(await heardOf(friend, ann), []);
    assert.deepEqual(await heardOf(quiet, ann), []);
});

test('those who see somebody are told when the account is gone, and nothing of the profile is left', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createDirect(bob);
    const friend = await bob.connect();
    await change(ann, PROFILE);
    await told(friend, ann);
    expectStatus(await ann.delete('/me', { password: PASSWORD }), 204);
    const { user } = await told(friend, ann);
    assert.equal(user.deleted, true);
    assert.deepEqual(profileOf(user), { about: undefined, pronouns: undefined, time_zone: undefined });
    assert.deepEqual(expectStatus(await bob.get(`/users/${ann.id}`), 200), user);
});

test('what a profile cannot be', async () => {
    const [ann] = await signUpMany(server, 1);
    for (const [field, value] of [['about', 'x'.repeat(41)], ['about', 'a\u0007'], ['about', '\n \n'], ['pronouns', 'x'.repeat(11)],
        ['pronouns', 'a\nb'], ['time_zone', 'Europe/'], ['time_zone', '/UTC'], ['time_zone', 'a b'], ['time_zone', 'A/B/C/D'], ['time_zone', '+02:00']])
        expectProblem(await ann.patch('/me', { [field]: value }), 422, 'field.invalid', field);
    for (const time_zone of ['UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'America/Port-au-Prince'])
        assert.equal((await change(ann, { time_zone })).time_zone, time_zone);
});
