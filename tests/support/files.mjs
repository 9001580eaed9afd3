// What stands in a server's data: words that were deleted are to be in none of its files, and in no collection of its
// database where it has one elsewhere.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SLOW } from './server.mjs';

const { NATTERNET_TEST_MONGO: mongo } = process.env;

/** Under support/mongo/with_mongo.mjs there is no file of the database to look into. */
export const elsewhere = mongo ? 'the data is not in files of ours' : false;

/** Where these words are: names of files in the data directory (of the store, its log, the search), or of collections. */
export async function placesOf(data, words) {
    const files = (await readdir(data, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
    const places = new Map(await Promise.all(files.map(async (name) => [name, await readFile(join(data, name)).catch(() => Buffer.alloc(0))])));
    if (mongo)
        (await (await import('./mongo/dump.mjs')).dump(mongo, basename(data))).forEach((bytes, name) => places.set(`collection ${name}`, bytes));
    return [...places].filter(([, bytes]) => bytes.includes(words)).map(([name]) => name);
}

export const filesHold = async (data, words) => (await placesOf(data, words)).length > 0;

/** Waits until none has: the engine empties its log when it has time. */
export async function isForgotten(data, words) {
    const end = Date.now() + 20_000 * SLOW;
    while (await filesHold(data, words) && Date.now() < end)
        await new Promise((done) => setTimeout(done, 50));
    assert.deepEqual(await placesOf(data, words), [], `"${words}" is still there`);
}
