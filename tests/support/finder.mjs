// Searching, and waiting until the index has followed the log: it may be a second behind.

import { setTimeout as sleep } from 'node:timers/promises';
import { expectStatus } from './http.mjs';
import { SLOW } from './server.mjs';

const BEHIND_MS = 1000;
const LOOK_MS = 20;

const query = (what) => new URLSearchParams(typeof what === 'string' ? { q: what } : what).toString();

export const ask = (person, what) => person.get(`/search?${query(what)}`);

/** One page: { results, next }. */
export const find = async (person, what) => expectStatus(await ask(person, what), 200);

/** The words found, in order, of one page. */
export const words = async (person, what) => (await find(person, what)).results.map(({ message }) => message.content.text);

/** Asks until `enough(results)`, which must come within a second. */
export async function findUntil(person, what, enough) {
    for (const start = Date.now(); ; await sleep(LOOK_MS)) {
        const { results } = await find(person, what);
        if (enough(results))
            return results;
        if (Date.now() - start > BEHIND_MS * SLOW)
            throw new Error(`${JSON.stringify(what)}: not within ${BEHIND_MS} ms, only ${results.length} results`);
    }
}

/** Waits until this message, as it stands, is found by `what`. */
export const followed = (person, message, what = message.content.text) =>
    findUntil(person, what, (results) => results.some((one) => one.message.id === message.id));

/** All pages. */
export async function findAll(person, what, limit) {
    const all = [];
    for (let cursor = ''; cursor !== null;) {
        const page = await find(person, { ...what, limit, ...cursor && { cursor } });
        all.push(...page.results);
        cursor = page.next;
    }
    return all;
}
