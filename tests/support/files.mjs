// What stands in the files of a server's database: words that were deleted are to be in none.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SLOW } from './server.mjs';

/** Under support/mongo/with_mongo.mjs there is no file to look into. */
export const elsewhere = process.env.NATTERNET_TEST_MONGO ? 'the data is not in files of ours' : false;

/** Whether a file of this data directory has these words. */
export async function filesHold(data, words) {
    const files = (await readdir(data)).filter((name) => name.startsWith('natternet.db'));
    const contents = await Promise.all(files.map((name) => readFile(join(data, name)).catch(() => Buffer.alloc(0))));
    return contents.some((bytes) => bytes.includes(words));
}

/** Waits until none has: the engine empties its log when it has time. */
export async function isForgotten(data, words) {
    const end = Date.now() + 20_000 * SLOW;
    while (await filesHold(data, words) && Date.now() < end)
        await new Promise((done) => setTimeout(done, 50));
    assert.ok(!await filesHold(data, words), `"${words}" is still there`);
}
