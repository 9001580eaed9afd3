// Finding by words among a million messages: how long one waits for a page, over questions as people ask them, and
// how many a second are put into the index.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'node:http';
import { expectStatus, http } from '../tests/support/http.mjs';
import { metrics } from '../tests/support/metrics.mjs';
import { generator } from '../tests/support/seed.mjs';
import { quantile } from './quantile.mjs';
import { stage } from './stage.mjs';
import { besides, computed } from './tools.mjs';

const ROOMS = 100;
const WORDS = 50_000;
const FILL_S = 3600;
const QUIET_MS = 1500; // longer than anything waits to be put into it

/** Messages that are in the index. */
const indexed = async (server) => (await metrics(server)).natternet_search_messages_total;

/** Until everything that was there at the start is in the index. @returns messages a second */
export async function followed(server, messages) {
    const started = performance.now();
    while (await indexed(server) < messages) {
        if (performance.now() - started > FILL_S * 1000)
            throw new Error('the index was not filled in time');
        await sleep(200);
    }
    return messages / ((performance.now() - started) / 1000);
}

/** Seconds until nothing more goes into the index. */
export async function levelAfter(server) {
    const started = performance.now();
    let last = started;
    for (let before = -1, now = 0; performance.now() - last < QUIET_MS; before = now) {
        now = await indexed(server);
        if (now !== before)
            last = performance.now();
        await sleep(50);
    }
    return (last - started) / 1000;
}

/** Questions by chance, made of the words of messages that there are: `pick` gives one of them. */
const questions = {
    'a word': (pick, chance) => chance.pick(pick()),
    'the beginning of a word': (pick, chance) => chance.pick(pick()).slice(0, 4),
    'two words': (pick, chance) => `${chance.pick(pick())} ${chance.pick(pick())}`,
    'two words of one message': (pick, chance) => {
        const words = pick();
        return `${chance.pick(words)} ${chance.pick(words)}`;
    },
    'a phrase': (pick, chance) => {
        const words = pick();
        const at = chance.between(0, words.length - 3);
        return `"${words.slice(at, at + 3).join(' ')}"`;
    },
    'a word in a room': (pick, chance, { room }) => [chance.pick(pick()), { room }],
    'a word of somebody': (pick, chance, { from }) => [chance.pick(pick()), { from }],
    'a word, best first': (pick, chance) => [chance.pick(pick()), { order: 'best' }],
};

/** Messages of the room, as their words. */
async function wordsOf(server, room, token) {
    const { messages } = expectStatus(await http(server, 'GET', `/api/v1/rooms/${room}/messages?limit=200`, { token }), 200);
    return messages.map(({ content }) => content.text.split(' '));
}

const figures = ({ took, cpu, tooWide }) => ({ p50: quantile(took, 0.5), p99: quantile(took, 0.99), most: quantile(took, 1), cpu_p50: quantile(cpu, 0.5), cpu_p99: quantile(cpu, 0.99), too_wide: tooWide });

/**
 * @param {{ directory: string, rounds: number, found: number, questions: number }} context `found`: messages that there are; `questions`: of each kind, a round
 * @returns {Promise<{ filled_per_s: number, rounds: object[] }>} of each round p50, p99 and the longest in milliseconds, the same of the server's processors, how
 *     many were refused as too wide, what others took of the machine, and the same of each kind
 */
export function finding(context) {
    const chance = generator(7);
    return stage(context, { people: ROOMS, members: ROOMS, rooms: ROOMS, messages: context.found, words: WORDS }, async ({ server, place }) => {
        const lines = async (file) => (await readFile(file, 'utf8')).trim().split('\n');
        const [rooms, [token]] = [await lines(place.ids), await lines(place.tokens)];
        const filled = await followed(server, context.found);
        const { members } = expectStatus(await http(server, 'GET', `/api/v1/rooms/${rooms[0]}`, { token }), 200);
        const messages = (await Promise.all(rooms.slice(0, 20).map((room) => wordsOf(server, room, token)))).flat();
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const askAll = async (ask) => {
            const [took, cpu] = [[], []];
            let tooWide = 0;
            for (let n = 0; n < context.questions; n++) {
                const [q, more = {}] = [ask(() => chance.pick(messages), chance, { room: chance.pick(rooms), from: chance.pick(members).user.id })].flat();
                const [started, before] = [performance.now(), await computed(server.child.pid)];
                const { status } = await http(server, 'GET', `/api/v1/search?${new URLSearchParams({ q, ...more })}`, { token, agent });
                if (status !== 200 && status !== 422)
                    throw new Error(`${q}: ${status}`);
                tooWide += status === 422;
                took.push(performance.now() - started);
                cpu.push((await computed(server.child.pid) - before) / 1e6);
            }
            return { took, cpu, tooWide };
        };
        const round = async () => {
            const kinds = {};
            for (const [kind, ask] of Object.entries(questions))
                kinds[kind] = await askAll(ask);
            const all = (what) => Object.values(kinds).flatMap((kind) => kind[what]);
            return { ...figures({ took: all('took'), cpu: all('cpu'), tooWide: all('tooWide').reduce((sum, one) => sum + one) }),
                kinds: Object.fromEntries(Object.entries(kinds).map(([kind, measured]) => [kind, figures(measured)])) };
        };
        const results = [];
        for (let n = 0; n < context.rounds; n++)
            results.push(await besides(round));
        agent.destroy();
        return { filled_per_s: filled, rounds: results };
    });
}
