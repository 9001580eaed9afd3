// Finding messages, one sentence a test, as a program does it with our SDK.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startClient, until } from '../support/sdk.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const start = () => startClient({ after }, server);
const ann = await start(), bob = await start();
const { id: room } = await ann.rooms.createGroup('library', [bob.user.id]);
const { id: own } = await ann.rooms.createGroup('closed', []);
const post = async (who, where, words) => (await who.rooms.post(where, { type: 'text', text: words })).seq;
await until(bob, 'rooms', () => bob.rooms.get(room));

const answer = async (words, thread) => (await ann.sendText(room, words, undefined, [], thread)).seq;

const said = {
    quick: await post(ann, room, 'The quick brown marmot'),
    slow: await post(bob, room, 'a brown and slow one, quick to anger'),
    link: await post(bob, room, 'see https://example.org/marmot'),
    japanese: await post(ann, room, '東京都に住んでいます'),
    root: await post(bob, room, 'Who saw an otter?'),
    greek: await post(ann, room, 'Καλημέρα κόσμε'),
    secret: await post(ann, own, 'the quick secret'),
};

said.answer = await answer('Two otters in the river', said.root);

/** The seqs that a search finds, once all that was said is in it. */
async function found(who, asked) {
    const { results } = await who.messages.search(asked);
    return results.filter(({ message }) => message.room === room).map(({ message }) => message.seq);
}
for (let seqs = []; !seqs.includes(said.answer);)
    seqs = await found(bob, { q: 'river' });

const FINDS = [
    ['words', { q: 'brown quick' }, ['slow', 'quick']],
    ['the beginning of words', { q: 'marmo' }, ['link', 'quick']],
    ['a phrase', { q: '"quick brown"' }, ['quick']],
    ['what somebody said', () => ({ q: `brown from:${bob.user.username}` }), ['slow']],
    ['what somebody said, by id', () => ({ q: 'brown', from: ann.user.id }), ['quick']],
    ['what was said in a room', { q: 'quick', room }, ['slow', 'quick']],
    ['nothing that was said after a time where it is to be before', { q: 'brown', before: new Date(Date.now() - 3_600_000).toISOString() }, []],
    ['what was said before a time', { q: 'brown', before: new Date(Date.now() + 3_600_000).toISOString() }, ['slow', 'quick']],
    ['what was said after a time', { q: 'brown', after: new Date(Date.now() - 3_600_000).toISOString() }, ['slow', 'quick']],
    ['answers in threads', { q: 'otter' }, ['answer', 'root']],
    ['links', { q: 'has:link' }, ['link']],
    ['words that nothing separates', { q: '東京' }, ['japanese']],
    ['words of any script, with other accents and cases', { q: 'ΚΑΛΗΜΕΡΑ' }, ['greek']],
    ['the best first', { q: 'quick brown', order: 'best' }, ['quick', 'slow']],
];
for (const [what, asked, names] of FINDS)
    test(`it finds ${what}`, async () => {
        assert.deepEqual(await found(bob, typeof asked === 'function' ? asked() : asked), names.map((name) => said[name]));
    });

test('only what one may read is found, with what to highlight, and one jumps to it', async () => {
    const { results } = await bob.messages.search({ q: 'quick' });
    assert.ok(results.length === 2 && results.every(({ message }) => message.room === room));
    const { excerpt } = results.find(({ message: { seq } }) => seq === said.quick);
    assert.deepEqual(excerpt.filter(({ match }) => match).map(({ text }) => text), ['quick']);
    const { events } = await bob.rooms.read(room, { around: said.quick }, 10);
    assert.ok(events.some(({ seq }) => seq === said.quick));
});

test('of an answer it is told in which thread it stands, and one jumps to it there', async () => {
    const { results: [{ message }] } = await bob.messages.search({ q: 'river' });
    assert.deepEqual([message.seq, message.thread], [said.answer, said.root]);
    const { messages: answers } = await bob.threads.page(room, said.root, { around: message.seq });
    assert.ok(answers.some(({ seq }) => seq === said.answer));
});

test('it comes in pages', async () => {
    const first = await bob.messages.search({ q: 'quick', limit: 1 });
    const second = await bob.messages.search({ q: 'quick', limit: 1, cursor: first.next });
    assert.deepEqual([...first.results, ...second.results].map(({ message }) => message.seq), [said.slow, said.quick]);
});

test('an edit and a deletion reach it at once', async () => {
    await bob.messages.edit(room, said.slow, 'a violet and slow one');
    assert.deepEqual(await found(ann, { q: 'brown' }), [said.quick]);
    assert.deepEqual(await found(ann, { q: 'violet' }), [said.slow]);
    await bob.messages.delete(room, said.slow);
    assert.deepEqual(await found(ann, { q: 'violet' }), []);
});
