// Many people at once: accounts brought in at the command line, which nobody signs in to.

import assert from 'node:assert/strict';
import { expectStatus } from './http.mjs';
import { addMembers } from './people.mjs';
import { dataFlags, run } from './server.mjs';

/** As many as a group can be made with, and who makes it. */
const FIRST_MOST = 999;

/**
 * Brings them in while the server is down, and has it up again.
 * @param {{ username: string, display_name?: string }[]} people
 */
export async function importPeople(server, people) {
    await server.stop();
    const done = await run(['user', 'import', ...dataFlags(server.data)], { input: people.map((one) => JSON.stringify(one)).join('\n') });
    await server.launch();
    assert.equal(done.code, 0, done.stderr);
}

/** All whose usernames begin so, by their usernames. */
export async function peopleNamed(asker, stem) {
    const all = [];
    for (let cursor = ''; cursor !== null;) {
        const page = expectStatus(await asker.get(`/users?limit=200&search=${encodeURIComponent(stem)}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`), 200);
        all.push(...page.users.filter(({ username }) => username.startsWith(stem)));
        cursor = page.next;
    }
    return all;
}

/** A group of any number of people: those that it cannot be made with are added. */
export async function largeGroup(owner, name, people) {
    const room = await owner.createGroup(name, people.slice(0, FIRST_MOST));
    await addMembers(owner, room, people.slice(FIRST_MOST));
    return room;
}
