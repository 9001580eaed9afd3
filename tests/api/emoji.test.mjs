// Emoji of the server: administrators give them, everybody uses them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { gif, png, SVG } from '../support/images.mjs';
import { signUp, signUpMany } from '../support/people.mjs';
import { run } from '../support/server.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);

let made = 0;
const freshEmoji = () => `e_${++made}`;
const colour = () => [made % 256, 77, made >> 8];

const put = (who, name, image, type = 'image/png', more = {}) => who.put(`/admin/emoji/${name}`, undefined, { raw: image, headers: { 'content-type': type, ...more } });
const rename = (who, name, to) => who.patch(`/admin/emoji/${name}`, { name: to });
const list = async (who) => expectStatus(await who.get('/emoji'), 200);
const named = async (who, name) => (await list(who)).emoji.find((one) => one.name === name);
const image = ({ image: digest }) => http(server, 'GET', `/api/v1/emoji/${digest}`);
const react = (who, room, seq, emoji) => who.put(`/rooms/${room.id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`, {});

const read = async (who, room, { seq }) => expectStatus(await who.get(`/rooms/${room.id}/messages/${seq}`), 200);

async function give(name = freshEmoji(), bytes = png({ colour: colour() })) {
    return expectStatus(await put(admin, name, bytes), 201);
}

async function roomWith(people = 1) {
    const [ann, ...others] = await signUpMany(server, people + 1);
    const room = await ann.createGroup('hall', others);
    return { ann, others, room, said: await ann.say(room, 'hello') };
}

test('an administrator gives an emoji, and everybody has it in the list', async () => {
    const ann = await signUp(server);
    const before = await list(ann);
    const bytes = png({ width: 20, height: 30 });
    const answer = await put(admin, 'party_parrot', bytes);
    const emoji = expectStatus(answer, 201);
    assert.deepEqual([emoji.name, emoji.width, emoji.height, emoji.bytes, emoji.media_type, emoji.animated, emoji.by],
        ['party_parrot', 20, 30, bytes.length, 'image/png', false, admin.id]);
    assert.equal(emoji.image, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(answer.headers.location, `/api/v1/emoji/${emoji.image}`);
    const now = await list(ann);
    assert.equal(now.version, before.version + 1);
    assert.deepEqual(now.emoji.find(({ name }) => name === 'party_parrot'), emoji);
});

test('one that moves is told to be one', async () => {
    const emoji = expectStatus(await put(admin, freshEmoji(), gif({ frames: 3 }), 'image/gif'), 201);
    assert.deepEqual([emoji.animated, emoji.media_type, (await image(emoji)).headers['content-type']], [true, 'image/gif', 'image/gif']);
});

test('the image is there for whoever knows its address, for ever, and runs nothing', async () => {
    const bytes = png({ colour: [1, 2, 3] });
    const emoji = await give(freshEmoji(), bytes);
    for (const _ of ['from the store', 'from memory']) {
        const answer = await image(emoji);
        expectStatus(answer, 200);
        assert.deepEqual(answer.bytes, bytes);
        assert.equal(answer.headers['content-type'], 'image/png');
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.match(answer.headers['content-security-policy'], /default-src 'none'; sandbox/);
        assert.match(answer.headers['cache-control'], /public.*immutable/);
    }
    for (const other of ['0'.repeat(64), emoji.image.toUpperCase(), 'party_parrot', `${emoji.image}0`])
        expectProblem(await http(server, 'GET', `/api/v1/emoji/${other}`), 404, 'emoji.not_found');
});

test('the list is told to who is signed in, and only again when it has changed', async () => {
    const ann = await signUp(server);
    expectProblem(await http(server, 'GET', '/api/v1/emoji'), 401, 'auth.required');
    const { etag } = (await ann.get('/emoji')).headers;
    const again = await ann.get('/emoji', { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, again.bytes.length, again.headers.etag], [304, 0, etag]);
    await give();
    const news = await ann.get('/emoji', { headers: { 'if-none-match': etag } });
    expectStatus(news, 200);
    assert.notEqual(news.headers.etag, etag);
});

test('everybody who is connected hears of a change', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const sockets = [await ann.connect(), await bob.connect()];
    await give();
    const { version } = await list(ann);
    for (const socket of sockets)
        await socket.next('emoji.changed', (event) => event.version === version);
});

test('the same one again is what is there, and another one of its name is refused', async () => {
    const name = freshEmoji(), bytes = png({ colour: [9, 9, 9] });
    const emoji = await give(name, bytes);
    const { version } = await list(admin);
    assert.deepEqual(expectStatus(await put(admin, name, bytes), 200), emoji);
    assert.equal((await list(admin)).version, version, 'nothing changed');
    expectProblem(await put(admin, name, png({ colour: [8, 8, 8] })), 409, 'emoji.name_taken');
    const many = await Promise.all([1, 2, 3, 4].map((n) => put(admin, 'at_once', png({ colour: [n, 0, 0] }))));
    assert.deepEqual(many.map(({ status }) => status).sort(), [201, 409, 409, 409]);
});

test('only administrators change them', async () => {
    const ann = await signUp(server);
    const { name } = await give();
    expectProblem(await put(ann, freshEmoji(), png()), 403, 'auth.forbidden');
    expectProblem(await rename(ann, name, freshEmoji()), 403, 'auth.forbidden');
    expectProblem(await ann.delete(`/admin/emoji/${name}`), 403, 'auth.forbidden');
    assert.ok(await named(ann, name));
});

test('what is no such image, or a name that is none, is refused with what to do', async () => {
    const name = freshEmoji();
    expectProblem(await put(admin, name, SVG, 'image/svg+xml'), 415, 'media_type.unsupported');
    expectProblem(await put(admin, name, SVG, 'image/png'), 422, 'emoji.image_invalid');
    expectProblem(await put(admin, name, png().subarray(0, -1)), 422, 'emoji.image_invalid');
    expectProblem(await put(admin, name, Buffer.concat([png(), Buffer.from('<script>')])), 422, 'emoji.image_invalid');
    expectProblem(await put(admin, name, Buffer.alloc(0)), 422, 'emoji.image_invalid');
    const wide = expectProblem(await put(admin, name, png({ width: 513, height: 1 })), 422, 'emoji.image_invalid');
    assert.match(wide.detail, /513 by 1 pixels.*512/);
    for (const bad of ['a', 'Capital', 'with-dash', 'x'.repeat(33), encodeURIComponent('ä_ö')])
        expectProblem(await put(admin, bad, png()), 422, 'field.invalid', 'name');
    assert.equal(await named(admin, name), undefined);
});

test('an image may be longer than other bodies, and no longer than its own limit', async () => {
    const long = png({ extra: 200_000 }), longest = png({ extra: 262_144 - png({ extra: 1 }).length + 1 });
    assert.equal(longest.length, 262_144);
    expectStatus(await put(admin, freshEmoji(), long), 201);
    assert.deepEqual((await image(expectStatus(await put(admin, freshEmoji(), longest), 201))).bytes, longest);
    expectProblem(await put(admin, freshEmoji(), png({ extra: 262_144 })), 413, 'request.too_large');
    const chunked = { 'transfer-encoding': 'chunked' };
    expectStatus(await put(admin, freshEmoji(), long, 'image/png', chunked), 201);
    expectProblem(await put(admin, freshEmoji(), png({ extra: 262_144 }), 'image/png', chunked), 413, 'request.too_large');
    expectProblem(await admin.patch('/admin/settings', undefined, { raw: Buffer.alloc(70_000, ' ') }), 413, 'request.too_large');
});

test('one that has another name is still shown where it was used by its old one', async () => {
    const { ann, others: [bob], room, said } = await roomWith();
    const old = freshEmoji(), now = freshEmoji();
    const emoji = await give(old);
    expectStatus(await react(ann, room, said.seq, `:${old}:`), 200);
    const renamed = expectStatus(await rename(admin, old, now), 200);
    assert.deepEqual([renamed.id, renamed.image, renamed.name, renamed.former_names], [emoji.id, emoji.image, now, [old]]);
    assert.deepEqual(expectStatus(await rename(admin, old, now), 200), renamed, 'asked for again');
    expectStatus(await react(bob, room, said.seq, `:${old}:`), 200);
    assert.deepEqual((await read(ann, room, said)).reactions.map(({ emoji: text, count }) => [text, count]), [[`:${old}:`, 2]]);
    const other = await give(old, png({ colour: [4, 4, 4] }));
    assert.notEqual(other.id, emoji.id);
    assert.equal((await named(ann, now)).former_names, undefined, 'the name is the newer one’s');
    expectProblem(await rename(admin, now, old), 409, 'emoji.name_taken');
    expectProblem(await rename(admin, freshEmoji(), freshEmoji()), 404, 'emoji.not_found');
    expectProblem(await rename(admin, now, 'No Name'), 422, 'field.invalid', 'name');
});

test('they are reactions like any other: counted, with who, once a person', async () => {
    const { ann, others: [bob], room, said } = await roomWith();
    const emoji = `:${(await give()).name}:`;
    const socket = await bob.connect();
    expectStatus(await react(ann, room, said.seq, emoji), 200);
    const event = await socket.next('reaction.added', ({ room: where }) => where === room.id);
    assert.deepEqual([event.emoji, event.people], [emoji, 1]);
    await socket.call('message.react', { room: room.id, seq: said.seq, emoji });
    expectStatus(await react(bob, room, said.seq, emoji), 200);
    const [reaction] = (await read(ann, room, said)).reactions;
    assert.deepEqual([reaction.emoji, reaction.count, reaction.mine], [emoji, 2, true]);
    const { users } = expectStatus(await ann.get(`/rooms/${room.id}/messages/${said.seq}/reactions/${encodeURIComponent(emoji)}`), 200);
    assert.deepEqual(new Set(users.map(({ id }) => id)), new Set([ann.id, bob.id]));
});

test('a name that no emoji has is refused as a reaction', async () => {
    const { ann, room, said } = await roomWith();
    const socket = await ann.connect();
    expectProblem(await react(ann, room, said.seq, ':nobody_has_this:'), 422, 'emoji.unknown');
    await socket.refused('emoji.unknown', 'message.react', { room: room.id, seq: said.seq, emoji: ':nobody_has_this:' });
    for (const none of [':', '::', ':a:', ':Capital:', 'word'])
        expectProblem(await react(ann, room, said.seq, none), 422, 'field.invalid', 'emoji');
    assert.equal((await read(ann, room, said)).reactions, undefined);
});

test('one that is taken away leaves its name, its image is gone, and it can still be taken off', async () => {
    const { ann, others: [bob], room, said } = await roomWith();
    const given = await give(), emoji = `:${given.name}:`;
    const twin = await give(freshEmoji(), (await image(given)).bytes);
    const nonce = 'before-it-went';
    const path = `/rooms/${room.id}/messages/${said.seq}/reactions/${encodeURIComponent(emoji)}`;
    const first = expectStatus(await ann.put(path, { nonce }), 200);
    expectStatus(await admin.delete(`/admin/emoji/${given.name}`), 204);
    expectStatus(await image(given), 200); // another one shows it
    expectStatus(await admin.delete(`/admin/emoji/${twin.name}`), 204);
    expectProblem(await image(given), 404, 'emoji.not_found');
    assert.deepEqual((await read(bob, room, said)).reactions.map(({ emoji: text }) => text), [emoji]);
    expectProblem(await react(bob, room, said.seq, emoji), 422, 'emoji.unknown');
    assert.equal(expectStatus(await ann.put(path, { nonce }), 200).seq, first.seq, 'what was done is answered as it was');
    expectStatus(await ann.delete(path), 204);
    expectProblem(await admin.delete(`/admin/emoji/${given.name}`), 404, 'emoji.not_found');
});

test('what is done to them is in the audit log', async () => {
    const one = freshEmoji(), other = freshEmoji();
    await give(one);
    expectStatus(await rename(admin, one, other), 200);
    expectStatus(await admin.delete(`/admin/emoji/${other}`), 204);
    const rows = expectStatus(await admin.get('/audit?limit=3'), 200).entries;
    assert.deepEqual(rows.map(({ type, by, details }) => [type, by, details]), [
        ['emoji.removed', admin.id, { name: other }],
        ['emoji.renamed', admin.id, { name: one, new_name: other }],
        ['emoji.added', admin.id, { name: one }],
    ]);
});

test('a condition that does not hold changes nothing', async () => {
    const name = freshEmoji();
    expectProblem(await put(admin, name, png(), 'image/png', { 'if-match': '"x"' }), 412, 'precondition.failed');
    assert.equal(await named(admin, name), undefined);
});

test('they are there after a restart', async () => {
    const given = await give(), { emoji, version } = await list(admin);
    const bytes = (await image(given)).bytes;
    await server.restart({ hard: true });
    assert.deepEqual(await list(admin), { version, emoji });
    assert.deepEqual((await image(given)).bytes, bytes);
});

test('what is kept of them is whole', { skip: elsewhere }, async () => {
    await server.stop();
    const { code, stdout } = await run(['check', '--data', server.data]);
    assert.equal(code, 0, stdout);
});
