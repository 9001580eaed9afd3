// What belongs to a person: entries of their own, the same on all devices.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { signUp, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'feed_entries=3', '--limit', 'feed_value_bytes=1000'] });

const put = (who, key, value) => who.put(`/me/feed/${key}`, { value });
const get = (who, key) => who.get(`/me/feed/${key}`);

test('an entry is put, read, listed and taken away', async () => {
    const ann = await signUp(server);
    const value = { theme: 'dark', sizes: [1, 2.5, null], deep: { text: '"ä"' } };
    const entry = expectStatus(await put(ann, 'settings:look', value), 200);
    assert.deepEqual([entry.key, entry.value, entry.rev], ['settings:look', value, 1]);
    assert.deepEqual(expectStatus(await get(ann, 'settings:look'), 200), entry);
    expectStatus(await put(ann, 'settings:sound', {}), 200);
    const first = expectStatus(await ann.get('/me/feed?family=settings&limit=1'), 200);
    assert.deepEqual(first.entries, [entry]);
    const rest = expectStatus(await ann.get(`/me/feed?family=settings&cursor=${first.next}`), 200);
    assert.deepEqual([rest.entries.map(({ key }) => key), rest.next], [['settings:sound'], null]);
    expectStatus(await ann.delete('/me/feed/settings:look'), 204);
    expectProblem(await get(ann, 'settings:look'), 404, 'feed.not_found');
    expectProblem(await ann.delete('/me/feed/settings:nothing'), 404, 'feed.not_found');
});

test('all of one\'s devices are told at once, and nobody else', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('told', [bob]);
    const sockets = await Promise.all([ann.connect(), (await ann.signInAgain()).connect(), ann.connect()]);
    const other = await bob.connect();
    const { rev } = await sockets[0].call('feed.put', { key: `draft:${room.id}`, value: { text: 'half a' } });
    for (const socket of sockets)
        assert.deepEqual(await socket.next('feed.changed'),
            { type: 'feed.changed', key: `draft:${room.id}`, value: { text: 'half a' }, rev });
    await sockets[1].call('feed.delete', { key: `draft:${room.id}` });
    assert.equal((await sockets[0].next('feed.changed')).value, null);
    await other.settle();
    assert.ok(!other.events.some(({ type }) => type === 'feed.changed'));
});

test('who was away gets it by sync, the newest value of each key, in pages that fit', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    const { rev } = await socket.call('sync', {});
    for (const [key, value] of [['settings:a', { n: 1 }], ['settings:b', { n: 1 }], ['settings:a', { n: 2 }]])
        expectStatus(await put(ann, key, value), 200);
    expectStatus(await ann.delete('/me/feed/settings:b'), 204);
    const page = await socket.call('sync', { rev });
    assert.deepEqual(page.me.map(({ key, value }) => [key, value]), [['settings:a', { n: 2 }], ['settings:b', null]]);
    assert.deepEqual((await socket.call('sync', { rev: page.rev })).me, []);
});

test('of two devices that write one key at once the later stands, on both', async () => {
    const ann = await signUp(server);
    const devices = await Promise.all([ann.connect(), (await ann.signInAgain()).connect()]);
    const views = devices.map((socket) => {
        const view = { rev: 0 };
        socket.onEvent((event) => event.type === 'feed.changed' && event.rev > view.rev && Object.assign(view, event));
        return view;
    });
    await Promise.all(Array.from({ length: 40 }, (_, n) =>
        devices[n % 2].call('feed.put', { key: 'settings:race', value: { n } })));
    await Promise.all(devices.map((socket) => socket.settle()));
    const entry = expectStatus(await get(ann, 'settings:race'), 200);
    for (const [at, socket] of devices.entries()) {
        await socket.until(() => views[at].rev === entry.rev, 'the newest');
        assert.deepEqual(views[at].value, entry.value);
    }
});

test('what is put or taken away on condition of a rev is not where another device came first', async () => {
    const ann = await signUp(server);
    const [desk, phone] = await Promise.all([ann.connect(), (await ann.signInAgain()).connect()]);
    const key = 'settings:both';
    await desk.refused('feed.changed', 'feed.put', { key, value: { muted: true }, rev: 1 });
    const { rev } = await desk.call('feed.put', { key, value: { muted: true }, rev: 0 });
    const { rev: next } = await phone.call('feed.put', { key, value: { muted: true, favourite: true }, rev });
    await desk.refused('feed.changed', 'feed.put', { key, value: { archived: true }, rev });
    await desk.refused('feed.changed', 'feed.delete', { key, rev });
    expectProblem(await ann.put(`/me/feed/${key}`, { value: {}, rev }), 409, 'feed.changed');
    expectProblem(await ann.delete(`/me/feed/${key}`, { rev }), 409, 'feed.changed');
    assert.deepEqual(expectStatus(await get(ann, key), 200), { key, value: { muted: true, favourite: true }, rev: next });
    assert.equal((await desk.call('feed.put', { key, value: { muted: true, favourite: true }, rev })).rev, next, 'said again it is so already');
    expectStatus(await ann.delete(`/me/feed/${key}`, { rev: next }), 204);
    expectProblem(await ann.put(`/me/feed/${key}`, { value: {}, rev: next }), 409, 'feed.changed');
    expectStatus(await ann.put(`/me/feed/${key}`, { value: {}, rev: 0 }), 200);
    for (const wrong of [-1, 1.5, 'x'])
        expectProblem(await ann.put(`/me/feed/${key}`, { value: {}, rev: wrong }), 422, 'field.invalid', 'rev');
});

test('of many devices that put on condition of one rev exactly one does', async () => {
    const ann = await signUp(server);
    const sockets = await Promise.all([ann.connect(), ann.connect(), ann.connect()]);
    const key = 'settings:one';
    const { rev } = await sockets[0].call('feed.put', { key, value: { n: -1 } });
    const answers = await Promise.allSettled(Array.from({ length: 30 }, (_, n) =>
        sockets[n % 3].call('feed.put', { key, value: { n }, rev })));
    const [done] = answers.filter(({ status }) => status === 'fulfilled');
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(expectStatus(await get(ann, key), 200).rev, done.value.rev);
});

test('doing it again changes nothing', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    const fields = { key: 'settings:again', value: { x: 1 } };
    const { rev } = await socket.call('feed.put', fields);
    assert.equal((await socket.call('feed.put', fields)).rev, rev);
    assert.equal((await socket.call('feed.delete', { key: fields.key })).rev, rev + 1);
    assert.equal((await socket.call('feed.delete', { key: fields.key })).rev, rev + 1);
});

test('keys are of known families, values are objects of a size, and only so many', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    const room = await ann.createGroup('keys');
    for (const key of ['nonsense', 'nonsense:x', 'settings:', 'settings:%C3%A4', 'draft:nope', `saved:${room.id}`, `room.read:${room.id}`]) {
        expectProblem(await put(ann, key, {}), 422, 'field.invalid', 'key');
        await socket.refused('field.invalid', 'feed.put', { key: decodeURIComponent(key), value: {} });
    }
    for (const key of [`saved:${room.id}.7`, `hidden:${room.id}.7`, `draft:${room.id}`, `room:${room.id}`,
        `contact:${ann.id}`, `block:${ann.id}`, 'folder:work'])
        expectStatus(await put(ann, key, { x: key }), 200);
    for (const value of [undefined, null, 7, 'x', [], { x: 'x'.repeat(1000) }]) {
        const answer = await put(ann, 'settings:x', value);
        assert.equal(answer.status, 422, JSON.stringify(answer.body));
        assert.equal(answer.body.field, 'value');
    }
    expectProblem(await ann.get('/me/feed?family=room.read'), 422, 'field.invalid', 'family');
    for (const n of [1, 2, 3])
        expectStatus(await put(ann, `settings:n${n}`, {}), 200);
    expectProblem(await put(ann, 'settings:n4', {}), 409, 'feed.full');
    await socket.refused('feed.full', 'feed.put', { key: 'settings:n4', value: {} });
    expectStatus(await put(ann, 'settings:n3', { more: true }), 200);
});

test('it survives kill -9, and goes with the account', async (t) => {
    const own = await serve(t);
    const dan = await signUp(own);
    const { rev } = expectStatus(await put(dan, 'settings:x', { kept: true }), 200);
    await own.kill();
    await own.launch();
    assert.deepEqual(expectStatus(await get(dan, 'settings:x'), 200), { key: 'settings:x', value: { kept: true }, rev });
    expectStatus(await dan.delete('/me', { password: dan.password }), 204);
    expectProblem(await get(dan, 'settings:x'), 401, 'auth.session_ended');
});
