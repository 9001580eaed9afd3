// kill -9 under load: the page cache survives, the program does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { PASSWORD, signUp } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { serve } from '../support/server.mjs';
import { crashRounds } from './load.mjs';

const GROUPS = 12;
const ROUNDS = Number(process.env.NATTERNET_TEST_CRASHES ?? 24);

test(`nothing acknowledged or seen is lost in ${ROUNDS} crashes under load`, async (t) => {
    const chance = announceSeed('kill -9');
    const server = await serve(t, { args: ['--workers', '3'] });
    const ledger = await crashRounds(server, chance, ROUNDS, (line) => t.diagnostic(line));
    assert.deepEqual(ledger.pending(), []);
    t.diagnostic(`${ledger.sent.size} messages sent, each there once`);
});

test('an account that a crash caught being deleted has left its groups when the server is back', async (t) => {
    const server = await serve(t, { args: ['--workers', '3'] });
    const bob = await signUp(server);
    for (let round = 0; round < 4; round++) {
        const ann = await signUp(server);
        const rooms = [];
        for (let n = 0; n < GROUPS; n++)
            rooms.push(await ann.createGroup(`group ${n}`, [bob]));
        expectStatus(await ann.delete('/me', { password: PASSWORD }), 204);
        await server.restart({ hard: true });
        const socket = await bob.connect();
        for (const room of rooms) {
            const left = async () => (await bob.room(room)).members.every((member) => member.user.id !== ann.id);
            if (!await left())
                await socket.next('room.updated', (event) => event.room === room.id && event.owner === bob.id);
            assert.ok(await left(), 'nobody who is gone stays a member');
            const { role } = await bob.room(room);
            assert.equal(role, 'owner', 'and the group has an owner');
        }
        const events = await bob.events(rooms[0]);
        assert.deepEqual(events.slice(3).map((event) => event.type), ['room.user.left', 'room.updated'], 'once');
        await socket.close();
    }
});
