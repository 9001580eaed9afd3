// How the handbook says that collections are sharded, and what a router refuses of such a collection. Asked of every
// command in every test, so that the program stays fit for a sharded cluster although none can be run here.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = join(fileURLToPath(import.meta.url), '../../../../docs/operate/cluster.md');

/** collection -> field, of each `sh.shardCollection("natternet.events", {room: 1})`. */
export const SHARD_KEYS = new Map([...readFileSync(PAGE, 'utf8').matchAll(/sh\.shardCollection\("natternet\.(\w+)", \{(\w+): 1\}\)/g)]
    .map(([, collection, field]) => [collection, field]));
assert.ok(SHARD_KEYS.size >= 12, `docs/operate/cluster.md says how ${SHARD_KEYS.size} collections are sharded; is it written another way now?`);

const IS_DOCUMENT = 0x03; // an operator, as in { $gt: … }: no value to be found by

/**
 * @param {(document: Buffer) => Map<string, [number, number]>} fieldsOf  name -> where the element begins and ends
 * @param {Buffer} statement  one of `updates`, `deletes` or `documents`
 * @returns {string | null}  why a router would not take it
 */
export function refusal(command, collection, statement, fieldsOf) {
    const key = SHARD_KEYS.get(collection);
    if (!key)
        return null;
    const parts = fieldsOf(statement);
    if (command === 'insert')
        return parts.has(key) ? null : `a row without the shard key ${key}`;
    const [begin, end] = parts.get('q');
    const filter = statement.subarray(begin + 'q'.length + 2, end);
    const fields = fieldsOf(filter);
    const isGiven = (field) => fields.has(field) && filter[fields.get(field)[0]] !== IS_DOCUMENT;
    const isTrue = (part) => parts.has(part) && statement[parts.get(part)[1] - 1] === 1;
    if (isTrue('upsert') && !isGiven(key))
        return `an upsert that does not say ${key}`;
    const one = command === 'update' ? !isTrue('multi') : parts.has('limit') && statement[parts.get('limit')[0] + 'limit'.length + 2] === 1;
    return one && !isGiven(key) && !isGiven('_id') ? `one row, by neither ${key} nor _id` : null;
}
