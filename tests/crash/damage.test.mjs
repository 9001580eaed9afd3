// Files that are damaged, or written by a newer version: refused at the start, with words that
// name the file, and left as they are.

import assert from 'node:assert/strict';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { signUp } from '../support/people.mjs';
import { run, serve } from '../support/server.mjs';

/** A stopped server with something in its database. */
async function stopped(t) {
    const server = await serve(t);
    const ann = await signUp(server);
    const room = await ann.createGroup('kept');
    for (let n = 0; n < 50; n++)
        await ann.say(room, `message ${n} ${'x'.repeat(500)}`);
    await server.stop();
    const name = (await readdir(server.data)).find((one) => /\.(db|sqlite3?)$/.test(one));
    assert.ok(name, 'a database file');
    return { server, ann, room, file: join(server.data, name) };
}

async function refuses(server, pattern) {
    await assert.rejects(server.launch(), (error) => {
        assert.ok(error.code > 0, error.message);
        assert.match(error.log, pattern);
        return true;
    });
}

test('a file whose head is gone is refused, and kept as it is', async (t) => {
    const { server, file } = await stopped(t);
    const whole = await readFile(file);
    const damaged = Buffer.concat([Buffer.alloc(4096, 0x5a), whole.subarray(4096)]);
    await writeFile(file, damaged);
    await refuses(server, /damaged|not a database|malformed|corrupt/i);
    assert.ok((await readFile(file)).equals(damaged));
    const checked = await run(['check', '--data', server.data]);
    assert.ok(checked.code > 0);
    await writeFile(file, whole);
    await server.launch();
});

test('pages overwritten in the middle are found by check', async (t) => {
    const { server, file } = await stopped(t);
    const whole = await readFile(file);
    const handle = await open(file, 'r+');
    for (let at = 4096 * 2; at + 4096 <= whole.length; at += 4096 * 3)
        await handle.write(Buffer.alloc(2048, 0x5a), 0, 2048, at);
    await handle.close();
    const checked = await run(['check', '--data', server.data]);
    assert.ok(checked.code > 0, checked.stdout);
    assert.match(checked.stdout + checked.stderr, /damaged|malformed|corrupt|integrity/i);
    await writeFile(file, whole);
    await server.launch();
});

/** The schema version lies in the file's head, big-endian, at byte 60. */
const VERSION_AT = 60;

test('a file of a newer version is refused with a clear message and left alone', async (t) => {
    const { server, ann, file } = await stopped(t);
    const whole = await readFile(file);
    const version = whole.readUInt32BE(VERSION_AT);
    assert.ok(version > 0, 'the schema has a version');
    const newer = Buffer.from(whole);
    newer.writeUInt32BE(version + 1, VERSION_AT);
    await writeFile(file, newer);
    await refuses(server, /newer/i);
    assert.ok((await readFile(file)).equals(newer));
    await writeFile(file, whole);
    await server.launch();
    expectStatus(await ann.get('/rooms'), 200);
});
