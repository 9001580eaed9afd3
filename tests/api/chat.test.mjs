// The main job, in one minute: two people sign up, find each other and talk. Also the smoke
// test that developers run all day.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });

test('two people find each other and talk, and a restart changes nothing', async () => {
    const ann = await signUp(server, freshName('ann'));
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob' });

    const found = expectStatus(await ann.get(`/users?search=${bob.user.username}`), 200);
    assert.deepEqual(found.users.map((user) => user.id), [bob.id]);
    assert.equal(found.users[0].display_name, 'Bob');

    const bobSocket = await bob.connect();
    const room = await ann.createDirect(bob);
    assert.equal((await bobSocket.next('room.created')).room, room.id);

    const annSocket = await ann.connect();
    const nonce = freshNonce();
    const reply = await annSocket.call('message.send', { room: room.id, nonce, content: text('Hello, Bob 👋') });
    assert.equal(reply.duplicate, false);
    const event = await bobSocket.next('message.created');
    assert.equal(event.seq, reply.seq);
    assert.equal(event.message.id, reply.message_id);
    assert.equal(event.message.created_at, reply.created_at);
    assert.equal(event.message.sender, ann.id);
    assert.equal(event.message.nonce, nonce);
    assert.deepEqual(event.message.content, text('Hello, Bob 👋'));
    assert.equal((await annSocket.next('message.created')).seq, reply.seq);

    const answer = await bob.say(room, 'Hello yourself');
    assert.equal((await annSocket.next('message.created')).message.id, answer.id);

    await server.restart();
    const page = expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages.map((message) => message.content.text), ['Hello, Bob 👋', 'Hello yourself']);
    assert.deepEqual([page.has_older, page.has_newer], [false, false]);
});
