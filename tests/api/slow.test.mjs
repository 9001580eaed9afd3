// A slow reader is cut, and nobody else notices.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectSameLog, Follower } from '../support/follower.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { OP, Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });

test('a slow reader is cut with 4002 while others notice nothing', async (t) => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('flood', [bob, cal]);
    const follower = await new Follower(bob).connect();
    const sender = await ann.connect();
    const slow = await Raw.connect(server);
    t.after(() => slow.destroy());
    await slow.upgrade([`Authorization: Bearer ${cal.token}`]);
    await slow.frameOf(OP.TEXT);
    slow.wire.pause();

    const words = 'x'.repeat(16000);
    let worst = 0;
    for (let sent = 0; sent < 1500; sent += 20) {
        const started = performance.now();
        await Promise.all(Array.from({ length: 20 }, () =>
            sender.call('message.send', { room: room.id, nonce: freshNonce(), content: text(words) })));
        worst = Math.max(worst, performance.now() - started);
        await follower.socket.until(() => follower.log(room.id).last === sent + 24, 'the others hear all');
    }
    await follower.catchUp();
    await expectSameLog(ann, room, [follower.log(room.id)]);
    t.diagnostic(`slowest twenty acknowledgements ${worst.toFixed(0)} ms`);

    slow.wire.resume();
    assert.equal(await slow.closeCode(), 4002);
    await slow.end();
    const again = await new Follower(cal).connect();
    await expectSameLog(ann, room, [again.log(room.id)]);
});

test('a reader that is only a little slow keeps its connection', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('trickle', [bob]);
    const follower = await new Follower(bob).connect();
    const sender = await ann.connect();
    for (let round = 1; round <= 10; round++) {
        follower.socket.wire.pause();
        await Promise.all(Array.from({ length: 20 }, () =>
            sender.call('message.send', { room: room.id, nonce: freshNonce(), content: text('y'.repeat(8000)) })));
        follower.socket.wire.resume();
        await follower.socket.until(() => follower.log(room.id).last === 3 + 20 * round, 'all of it');
    }
    await expectSameLog(ann, room, [follower.log(room.id)]);
});
