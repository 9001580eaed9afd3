// Many at once: each gets every event once and in order, whoever comes and goes meanwhile.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectSameLog, Follower } from '../support/follower.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve } from '../support/server.mjs';

const chance = announceSeed('storm');
const server = await serve({ after }, { args: ['--workers', '4'] });
const people = await signUpMany(server, 50);
const [ann] = people;

/** Sends `count` messages with a few in flight; resolves with the nonces in the order sent. */
async function storm(socket, room, count, width = 8) {
    const sent = [];
    const flying = new Set();
    for (let n = 0; n < count; n++) {
        const nonce = freshNonce();
        const reply = socket.call('message.send', { room: room.id, nonce, content: text(`message ${n}`) })
            .then(({ seq }) => sent.push({ nonce, seq, order: n }))
            .finally(() => flying.delete(reply));
        flying.add(reply);
        if (flying.size >= width)
            await Promise.race(flying);
    }
    await Promise.all(flying);
    return sent.sort((a, b) => a.order - b.order);
}

test('fifty people, fifty senders at once, four workers: each event once, in order, for all', async () => {
    const room = await ann.createGroup('all of us', people.slice(1));
    const followers = await Promise.all(people.map((person) => new Follower(person).connect()));
    const sent = await Promise.all(followers.map(({ socket }) => storm(socket, room, 20)));
    const last = Math.max(...sent.flat().map(({ seq }) => seq));
    assert.equal(last, 51 + 1000);
    await Promise.all(followers.map((one) => one.socket.until(() => one.log(room.id).last === last, 'the last event')));
    const truth = await expectSameLog(ann, room, followers.map((one) => one.log(room.id)));

    const bySeq = new Map(truth.map((event) => [event.seq, event]));
    for (const [who, list] of sent.entries()) {
        list.reduce((before, { seq, nonce }) => {
            assert.ok(seq > before, 'numbered in the order sent');
            assert.equal(bySeq.get(seq).message.nonce, nonce);
            assert.equal(bySeq.get(seq).sender, people[who].id);
            return seq;
        }, 0);
    }
    truth.reduce((before, event) => {
        assert.ok(event.created_at >= before, 'time never goes back');
        return event.created_at;
    }, '');
    await Promise.all(followers.map((one) => one.drop()));
});

test('who reconnects in the middle of a storm misses nothing', async () => {
    const crowd = people.slice(0, 12);
    const rooms = [await ann.createGroup('one', crowd.slice(1)), await ann.createGroup('two', crowd.slice(1))];
    const senders = await Promise.all(crowd.slice(0, 4).map((person) => person.connect()));
    const steady = await new Follower(crowd[4]).connect();
    const restless = await Promise.all(crowd.slice(5).map((person) => new Follower(person).connect()));
    let over = false;
    const storms = Promise.all(senders.map((socket, n) => storm(socket, rooms[n % 2], 250)))
        .finally(() => { over = true; });
    await Promise.all(restless.map(async (one) => {
        let drops = 0;
        while (!over || drops < 3) {
            const target = one.log(rooms[0].id).last + chance.between(1, 40);
            if (!over)
                await one.socket.until(() => over || one.log(rooms[0].id).last >= target, 'a few more', 5000).catch(() => {});
            await one.drop();
            drops++;
            await one.connect();
        }
        return drops;
    }));
    await storms;
    for (const one of [steady, ...restless])
        await one.catchUp();
    for (const room of rooms)
        await expectSameLog(ann, room, [steady, ...restless].map((one) => one.log(room.id)));
    await Promise.all([steady, ...restless].map((one) => one.drop()));
});

test('a group made while its members connect is complete for each of them', async () => {
    const crowd = people.slice(0, 20);
    const followers = crowd.map((person) => new Follower(person));
    const made = [];
    const making = (async () => {
        for (let n = 0; n < 5; n++) {
            const room = await ann.createGroup(`late ${n}`, crowd.slice(1));
            made.push(room);
            for (let m = 0; m < 5; m++)
                await ann.say(room, `${m}`);
        }
    })();
    await Promise.all(followers.map((one) => one.connect()));
    await making;
    for (const one of followers)
        await one.catchUp();
    for (const room of made)
        await expectSameLog(ann, room, followers.map((one) => one.log(room.id)));
    await Promise.all(followers.map((one) => one.drop()));
});
