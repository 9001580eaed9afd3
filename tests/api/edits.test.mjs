// Messages that are edited and deleted: who may, for how long, what everybody sees of it, and that
// deleted words are gone from the disk too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { elsewhere, filesHold, isForgotten } from '../support/files.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { BIN, serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const [ann, bob, cal, dan] = await signUpMany(server, 4);

const at = (message) => `/rooms/${message.room}/messages/${message.seq}`;
const edit = (who, message, words, nonce = freshNonce()) => who.patch(at(message), { content: text(words), nonce });
const remove = (who, message, nonce = freshNonce()) => who.delete(at(message), { nonce });
const group = (...others) => ann.createGroup('changes', others);

test('an edit reaches everybody, live and later, and says that it is one', async () => {
    const room = await group(bob);
    const message = await bob.say(room, 'frist');
    const socket = await ann.connect();
    const edited = expectStatus(await edit(bob, message, 'first'), 200);
    assert.deepEqual({ ...message, content: text('first'), edit_seq: message.seq + 1, edited_at: edited.edited_at }, edited);
    const event = await socket.next('message.updated');
    assert.deepEqual([event.seq, event.sender, event.message], [message.seq + 1, bob.id, edited]);
    assert.deepEqual(expectStatus(await ann.get(at(message)), 200), edited);
    const page = expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages, [edited]);
    const log = await ann.events(room);
    assert.deepEqual(log.slice(-2).map(({ type, message: told }) => [type, told]),
        [['message.created', edited], ['message.updated', edited]]);
});

test('a deletion leaves a place without words, for everybody', async () => {
    const room = await group(bob);
    const message = await bob.say(room, 'a word too much');
    const socket = await ann.connect();
    expectStatus(await remove(bob, message), 204);
    const event = await socket.next('message.deleted');
    const { content, deleted_at, edit_seq, ...rest } = event.message;
    assert.deepEqual(content, { type: 'deleted', text: '' });
    assert.deepEqual([rest.seq, rest.nonce, rest.deleted_by, edit_seq], [message.seq, message.nonce, bob.id, event.seq]);
    assert.equal(deleted_at, event.created_at);
    const page = expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages, [event.message]);
    assert.ok(!JSON.stringify(await ann.events(room)).includes('too much'));
    expectProblem(await edit(bob, message, 'back'), 409, 'message.deleted');
    expectProblem(await remove(bob, message), 409, 'message.deleted');
});

test('who may: a sender edits and deletes, an owner deletes, nobody else does either', async () => {
    const room = await group(bob, cal);
    const message = await bob.say(room, 'mine');
    const socket = await cal.connect();
    expectProblem(await edit(ann, message, 'yours'), 403, 'message.forbidden');
    expectProblem(await remove(cal, message), 403, 'message.forbidden');
    await socket.refused('message.forbidden', 'message.edit', { room: room.id, seq: message.seq, content: text('x') });
    await socket.refused('message.forbidden', 'message.delete', { room: room.id, seq: message.seq });
    for (const who of [dan]) {
        expectProblem(await edit(who, message, 'x'), 404, 'room.not_found');
        expectProblem(await remove(who, message), 404, 'room.not_found');
        expectProblem(await who.get(at(message)), 404, 'room.not_found');
        expectProblem(await who.get(`${at(message)}/versions`), 404, 'room.not_found');
    }
    expectStatus(await remove(ann, message), 204);
    const direct = await ann.createDirect(bob);
    const said = await bob.say(direct, 'between us');
    expectProblem(await remove(ann, said), 403, 'message.forbidden');
});

test('what is no message cannot be changed, and content must be content', async () => {
    const room = await group();
    const socket = await ann.connect();
    const nowhere = { room: room.id, seq: 999 };
    for (const place of [nowhere, { room: room.id, seq: 1 }, { room: room.id, seq: 'x' }, { room: room.id, seq: -1 }]) {
        expectProblem(await edit(ann, place, 'x'), 404, 'message.not_found');
        expectProblem(await remove(ann, place), 404, 'message.not_found');
        expectProblem(await ann.get(at(place)), 404, 'message.not_found');
        expectProblem(await ann.get(`${at(place)}/versions`), 404, 'message.not_found');
    }
    await socket.refused('message.not_found', 'message.delete', nowhere);
    const message = await ann.say(room, 'x');
    expectProblem(await ann.patch(at(message), {}), 422, 'field.missing', 'content');
    expectProblem(await ann.patch(at(message), { content: { type: 'deleted' } }), 422, 'content.unknown_type');
    expectProblem(await ann.patch(at(message), { content: text('x'), nonce: 'ä' }), 422, 'field.invalid', 'nonce');
    await socket.refused('field.missing', 'message.edit', { room: room.id, content: text('x') });
    await socket.refused('field.invalid', 'message.edit', { room: room.id, seq: 'one', content: text('x') });
});

test('what counts stays what it was: edits are not counted, deleted messages go on being', async () => {
    const room = await group(bob);
    const messages = [];
    for (const words of ['one', 'two', 'three'])
        messages.push(await ann.say(room, words));
    expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq: messages[0].seq }), 200);
    assert.equal((await bob.room(room)).unread, 2);
    expectStatus(await edit(ann, messages[1], 'zwei'), 200);
    expectStatus(await remove(ann, messages[2]), 204);
    assert.equal((await bob.room(room)).unread, 2);
    await ann.say(room, 'four');
    assert.equal((await bob.room(room)).unread, 3);
    const { unread } = expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq: 9999 }), 200);
    assert.equal(unread, 0);
});

test('one nonce, one change, over any road, also when it could not be done any more', async () => {
    const room = await group(bob);
    const message = await bob.say(room, 'x');
    const sockets = [await bob.connect(), await (await bob.signInAgain()).connect()];
    const [edits, deletes] = [freshNonce(), freshNonce()];
    const fields = { room: room.id, seq: message.seq };
    const replies = await Promise.all([
        ...sockets.map((socket) => socket.call('message.edit', { ...fields, nonce: edits, content: text('y') })),
        edit(bob, message, 'z', edits),
    ]);
    const seqs = replies.map((reply) => reply.seq ?? expectStatus(reply, 200).edit_seq);
    assert.deepEqual(new Set(seqs), new Set([message.seq + 1]));
    const gone = await Promise.all([
        ...sockets.map((socket) => socket.call('message.delete', { ...fields, nonce: deletes })),
        remove(bob, message, deletes),
    ]);
    expectStatus(gone.pop(), 204);
    assert.deepEqual(gone.map(({ seq }) => seq), [message.seq + 2, message.seq + 2]);
    assert.equal(gone.filter(({ duplicate }) => !duplicate).length <= 1, true);
    const again = await sockets[0].call('message.edit', { ...fields, nonce: edits, content: text('y') });
    assert.deepEqual([again.seq, again.duplicate], [message.seq + 1, true]);
    assert.equal((await ann.room(room)).last_seq, message.seq + 2);
});

test('of two devices that change one message at once, both see the same in the end', async () => {
    const room = await group(bob);
    const watcher = await ann.connect();
    const devices = [bob, await bob.signInAgain()];
    for (let round = 0; round < 10; round++) {
        const message = await bob.say(room, 'before');
        const [one, two] = await Promise.all([edit(devices[0], message, 'one'),
            round % 2 ? remove(devices[1], message) : edit(devices[1], message, 'two')]);
        assert.ok(expectStatus(one, 200, 409));
        expectStatus(two, 200, 204);
        const events = [await watcher.next('message.created')];
        const last = (await bob.room(room)).last_seq;
        while (events.at(-1).seq < last)
            events.push(await watcher.until(() => { // who is there is told between them
                const next = watcher.events.findIndex(({ seq }) => seq);
                return next >= 0 && watcher.events.splice(next, 1)[0];
            }));
        assert.deepEqual(events.at(-1).message, expectStatus(await bob.get(at(message)), 200));
    }
});

test('what a message said before is kept for the time that its room decides', async () => {
    const room = await group(bob);
    assert.equal(room.edit_history_s, 2592000);
    const message = await bob.say(room, 'one');
    for (const words of ['two', 'three', 'four'])
        expectStatus(await edit(bob, message, words), 200);
    const all = expectStatus(await ann.get(`${at(message)}/versions`), 200);
    assert.deepEqual([all.versions.map(({ content }) => content.text), all.has_more], [['one', 'two', 'three'], false]);
    const first = expectStatus(await ann.get(`${at(message)}/versions?limit=1`), 200);
    assert.deepEqual([first.versions.length, first.has_more], [1, true]);
    const rest = expectStatus(await ann.get(`${at(message)}/versions?after=${first.versions[0].seq}`), 200);
    assert.deepEqual(rest.versions, all.versions.slice(1));

    expectProblem(await ann.patch(`/rooms/${room.id}`, { edit_history_s: -1 }), 422, 'field.invalid', 'edit_history_s');
    expectProblem(await ann.patch(`/rooms/${room.id}`, { edit_history_s: 1e10 }), 422, 'field.invalid', 'edit_history_s');
    expectProblem(await bob.patch(`/rooms/${room.id}`, { edit_history_s: 0 }), 403, 'room.forbidden');
    const changed = expectStatus(await ann.patch(`/rooms/${room.id}`, { edit_history_s: 0 }), 200);
    assert.deepEqual([changed.edit_history_s, changed.name], [0, 'changes']);
    assert.deepEqual(expectStatus(await ann.get(`${at(message)}/versions`), 200).versions, []);
    expectStatus(await edit(bob, message, 'five'), 200);
    assert.deepEqual(expectStatus(await ann.get(`${at(message)}/versions`), 200).versions, []);
});

test('the limits say how long a message can be changed', async (t) => {
    const own = await serve(t, { args: ['--limit', 'message_edit_s=1', '--limit', 'message_delete_s=1'] });
    const [eve, fay] = await signUpMany(own, 2);
    const room = await eve.createGroup('short', [fay]);
    const message = await fay.say(room, 'x');
    expectStatus(await edit(fay, message, 'y'), 200);
    await new Promise((done) => setTimeout(done, Date.parse(message.created_at) + 1100 - Date.now()));
    expectProblem(await edit(fay, message, 'z'), 403, 'message.too_late');
    expectProblem(await remove(fay, message), 403, 'message.too_late');
    expectStatus(await remove(eve, message), 204);
});

test('deleted words, and those edited away before, are in no file of the database', { skip: elsewhere }, async (t) => {
    const own = await serve(t);
    const [eve, fay] = await signUpMany(own, 2);
    const room = await eve.createGroup('discreet', [fay]);
    const message = await fay.say(room, 'the first secret');
    for (let n = 0; n < 40; n++)
        await eve.say(room, `talk ${n} ${'around it '.repeat(n)}`);
    expectStatus(await edit(fay, message, 'the second secret'), 200);
    assert.ok(await filesHold(own.data, 'first secret') && await filesHold(own.data, 'second secret'));
    expectStatus(await remove(fay, message), 204);
    await isForgotten(own.data, 'secret');
    assert.ok(await filesHold(own.data, 'around it'));
});

test('among thousands in many rooms too, once the file was written anew', { skip: elsewhere }, async (t) => {
    const own = await serve(t);
    const [eve] = await signUpMany(own, 1);
    const socket = await eve.connect();
    const rooms = await Promise.all(Array.from({ length: 30 }, (_, n) => eve.createGroup(`room ${n}`)));
    const say = async (room, n) => socket.call('message.send',
        { room: room.id, nonce: freshNonce(), content: text(`secret-${n} ${'x'.repeat(n % 600)}`) });
    const said = [];
    for (let n = 0; n < 3000; n += 100)
        said.push(...await Promise.all(Array.from({ length: 100 }, async (_, at) => {
            const room = rooms[(n + at * 7) % rooms.length];
            return { room: room.id, seq: (await say(room, n + at)).seq };
        })));
    for (let n = 0; n < said.length; n += 100)
        await Promise.all(said.slice(n, n + 100).map((place) => socket.call('message.delete', place)));
    await own.stop();
    const compact = spawnSync(BIN, ['compact', '--data', own.data], { encoding: 'utf8' });
    assert.equal(compact.status, 0, compact.stderr);
    await isForgotten(own.data, 'secret');
    assert.equal(spawnSync(BIN, ['check', '--data', own.data]).status, 0);
    await own.launch();
    const page = expectStatus(await eve.get(`/rooms/${rooms[0].id}/messages`), 200);
    assert.ok(page.messages.every(({ content }) => content.type === 'deleted'));
});
