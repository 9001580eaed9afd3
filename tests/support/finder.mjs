// Searching, and waiting until the index has followed the log, for as long as a machine may stall.

import { setTimeout as sleep } from 'node:timers/promises';
import { expectStatus } from './http.mjs';
import { SLOW } from './server.mjs';

const WAIT_MS = 20_000;
const LOOK_MS = 20;

const query = (what) => new URLSearchParams(typeof what === 'string' ? { q: what } : what).toString();

export const ask = (person, what) => person.get(`/search?${query(what)}`);

/** One page: { results, next }. */
export const find = async (person, what) => expectStatus(await ask(person, what), 200);

/** The words found, in order, of one page. */
export const words = async (person, what) => (await find(person, what)).results.map(({ message }) => message.content.text);

/** Asks until `enough(results)`. */
export async function findUntil(person, what, enough) {
    for (const start = Date.now(); ; await sleep(LOOK_MS)) {
        const { results } = await find(person, what);
        if (enough(results))
            return results;
        if (Date.now() - start > WAIT_MS * SLOW)
            throw new Error(`${JSON.stringify(what)}: not within ${WAIT_MS * SLOW} ms, only ${results.length} results`);
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
