// Messages are found by their words, by those who may read them and by nobody else.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, find, findAll, findUntil, followed, words } from '../support/finder.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, isPast, signUp, signUpMany, text } from '../support/people.mjs';
import { dataFlags, ROOT, run, serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });

/** Says all of them, and waits for the last. */
async function sayAll(person, room, lines) {
    const messages = [];
    for (const line of lines)
        messages.push(await person.say(room, line));
    await followed(person, messages.at(-1));
    return messages;
}

const shown = ({ excerpt }) => excerpt.map(({ text, match }) => match ? `[${text}]` : text).join('');

test('words are found from their beginning on, all of them, and shown where they stand', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('words', [bob]);
    const [message] = await sayAll(ann, room, ['We are Meeting tomorrow at noon', 'nothing of the kind']);
    for (const person of [ann, bob]) {
        const { results, next } = await find(person, 'meet TOMORROW');
        assert.deepEqual(results.map((one) => one.message), [message]);
        assert.equal(shown(results[0]), 'We are [Meeting] [tomorrow] at noon');
        assert.equal(next, null);
    }
    assert.deepEqual(await words(ann, 'eeting'), []);
    assert.deepEqual(await words(ann, 'meeting tuesday'), []);
});

test('what is said alone is found when its time to wait for more is over, which is far below a second', async () => {
    const groups = JSON.parse(await readFile(join(ROOT, 'schema/limits.json'), 'utf8'));
    assert.ok(6 * groups.flatMap(({ limits }) => limits).find(({ name }) => name === 'search_gather_ms').default < 1000, 'six times as long where much comes');
    const ann = await signUp(server);
    const room = await ann.createGroup('soon');
    for (let n = 0; n < 5; n++)
        await followed(ann, await ann.say(room, `soon${n} to be found`), `soon${n}`);
});

test('a phrase in quotation marks is whole words in their order', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('phrases');
    await sayAll(ann, room, ['well done', 'done well', 'well, Done!', 'well doner']);
    assert.deepEqual(await words(ann, '"well done"'), ['well, Done!', 'well done']);
    assert.deepEqual(await words(ann, 'e-mail'), []);
});

test('any script is found, with spaces or without, accents or none', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('scripts');
    const lines = ['東京都に行きます', '我们明天在北京见面', 'สวัสดีครับทุกคน', '우리학교에 가자', 'مَرْحَبًا يا أصدقاء', 'שָׁלוֹם לכולם',
        'Привет, ещё раз', 'नमस्ते दुनिया', 'Grüße aus Köln', 'Καλημέρα κόσμε', 'party 🎉🎂'];
    await sayAll(ann, room, lines);
    const asked = [['京都', 0], ['行きます', 0], ['北京', 1], ['見', undefined], ['สวัสดี', 2], ['ทุกคน', 2], ['학교', 3], ['مرحبا', 4],
        ['اصدقاء', 4], ['שלום', 5], ['привет', 6], ['еще', 6], ['नमस्ते', 7], ['grusse koln', 8], ['GRÜßE', 8], ['καλημερα', 9], ['🎂', 10]];
    for (const [what, at] of asked)
        assert.deepEqual(await words(ann, what), at === undefined ? [] : [lines[at]], what);
});

test('from whom, in which room, before and after a day, and with a link', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('Apples and pears', [bob]);
    const other = await bob.createGroup('elsewhere', [ann]);
    const direct = await ann.createDirect(bob);
    await isPast(await ann.say(room, 'fruit of ann https://fruit.example/a'));
    await isPast(await bob.say(room, 'fruit of bob'));
    await isPast(await ann.say(direct, 'fruit for two'));
    await followed(bob, await bob.say(other, 'fruit elsewhere'));
    const all = ['fruit elsewhere', 'fruit for two', 'fruit of bob', 'fruit of ann https://fruit.example/a'];
    assert.deepEqual(await words(ann, 'fruit'), all);
    assert.deepEqual(await words(ann, `fruit from:${bob.user.username.toUpperCase()}`), [all[0], all[2]]);
    assert.deepEqual(await words(ann, `from:@${bob.user.username}`), [all[0], all[2]]);
    assert.deepEqual(await words(ann, { q: 'fruit', from: ann.id }), [all[1], all[3]]);
    assert.deepEqual(await words(ann, 'fruit from:nobody_of_this_name'), []);
    assert.deepEqual(await words(ann, { q: 'fruit', room: room.id }), [all[2], all[3]]);
    assert.deepEqual(await words(ann, `in:${room.id} fruit`), [all[2], all[3]]);
    assert.deepEqual(await words(ann, 'in:"apples and" fruit'), [all[2], all[3]]);
    assert.deepEqual(await words(ann, `in:${bob.user.username} fruit`), [all[1]]);
    assert.deepEqual(await words(ann, 'fruit has:link'), [all[3]]);
    assert.deepEqual(await words(ann, { q: 'fruit', has: 'link', from: bob.id }), []);
    assert.deepEqual(await words(ann, 'fruit before:2020-01-01'), []);
    assert.deepEqual(await words(ann, 'fruit after:2020-01-01'), all);
    const moment = (await find(ann, { q: 'fruit', room: direct.id })).results[0].message.created_at;
    assert.ok(!(await words(ann, { q: 'fruit', before: moment })).includes('fruit for two'));
    assert.ok((await words(ann, { q: 'fruit', after: moment })).includes('fruit for two'));
    assert.deepEqual(await words(ann, { room: room.id }), [all[2], all[3]], 'a room alone');
});

test('the newest come first, or the best, in pages that neither repeat nor leave out', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const rooms = [await ann.createGroup('a', [bob]), await ann.createGroup('b', [bob])];
    for (let n = 0; n < 30; n++)
        await (n % 3 ? ann : bob).say(rooms[n % 2], `ordered ${n} ${'and more words '.repeat(n % 5)}`);
    await followed(ann, await ann.say(rooms[0], 'ordered ordered ordered'));
    for (const order of ['newest', 'best']) {
        const whole = (await findAll(ann, { q: 'ordered', order }, 50)).map(({ message }) => message.id);
        assert.equal(new Set(whole).size, 31);
        for (const limit of [1, 7])
            assert.deepEqual((await findAll(ann, { q: 'ordered', order }, limit)).map(({ message }) => message.id), whole);
    }
    const times = (await findAll(ann, { q: 'ordered' }, 9)).map(({ message }) => message.created_at);
    assert.deepEqual(times, times.toSorted().reverse());
    assert.deepEqual((await words(ann, { q: 'ordered', order: 'best', limit: 1 })), ['ordered ordered ordered']);
    assert.equal((await find(ann, { q: 'ordered', limit: 3 })).results.length, 3);
});

test('an edit is found by its new words at once, and no more by its old ones', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('edits', [bob]);
    const [message] = await sayAll(ann, room, ['the original wording']);
    expectStatus(await ann.patch(`/rooms/${room.id}/messages/${message.seq}`, { content: text('quite another sentence') }), 200);
    assert.deepEqual(await words(bob, 'original'), []);
    assert.deepEqual(await words(bob, 'another sentence'), ['quite another sentence']);
});

test('a deleted message is found no more, and its words are in no file', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('deletions');
    const messages = await sayAll(ann, room, ['keep zanzibarkeeps', 'delete quixoticdeleted', 'first xylophonewas']);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { edit_history_s: 0 }), 200);
    expectStatus(await ann.patch(`/rooms/${room.id}/messages/${messages[2].seq}`, { content: text('then other') }), 200);
    expectStatus(await ann.delete(`/rooms/${room.id}/messages/${messages[1].seq}`), 204);
    assert.deepEqual(await words(ann, 'quixoticdeleted'), []);
    const holds = async (file, word) => (await readFile(join(server.data, file)).catch(() => Buffer.alloc(0))).includes(word);
    const anywhere = async (word) => await holds('search.db', word) || await holds('search.db-wal', word);
    assert.ok(await anywhere('zanzibarkeeps'), 'words can be seen in the files');
    assert.equal((await stat(join(server.data, 'search.db'))).mode & 0o777, 0o600, 'and by the owner alone');
    for (const word of ['quixoticdeleted', 'xylophonewas']) {
        for (const start = Date.now(); await anywhere(word); await new Promise((done) => setTimeout(done, 50)))
            assert.ok(Date.now() - start < 15_000, `${word} leaves the files`);
    }
});

test('nobody finds anything in a room that they are not in, or have left', async () => {
    const [ann, bob, eve] = await signUpMany(server, 3);
    const room = await ann.createGroup('secretroom', [bob]);
    const message = await ann.say(room, 'hushhush words');
    await followed(bob, message);
    const never = room.id.replace(/./g, '7');
    for (const what of ['hushhush', `in:${room.id}`, 'in:secretroom', `from:${ann.user.username}`, 'hushhush after:2020-01-01'])
        assert.deepEqual((await find(eve, what)).results, [], what);
    const foreign = expectProblem(await ask(eve, { q: 'hushhush', room: room.id }), 404, 'room.not_found');
    assert.deepEqual(foreign, expectProblem(await ask(eve, { q: 'hushhush', room: never }), 404, 'room.not_found'));
    const { next } = await find(bob, { q: 'hushhush', limit: 1 });
    assert.equal(next, null);
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    assert.deepEqual(await words(bob, 'hushhush'), []);
    expectProblem(await ask(bob, { q: 'hushhush', room: room.id }), 404, 'room.not_found');
    await addMembers(ann, room, [bob]);
    assert.deepEqual(await words(bob, 'hushhush'), ['hushhush words']);
});

test('what blocked people said and what one deleted for oneself is left out, for oneself alone', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('blocks', [bob]);
    const [hidden] = await sayAll(ann, room, ['personal one', 'personal two']);
    await followed(bob, await bob.say(room, 'personal three'));
    expectStatus(await ann.put(`/me/feed/hidden:${hidden.id}`, { value: {} }), 200);
    expectStatus(await ann.put(`/me/feed/block:${bob.id}`, { value: {} }), 200);
    assert.deepEqual(await words(ann, 'personal'), ['personal two']);
    assert.deepEqual(await words(bob, 'personal'), ['personal three', 'personal two', 'personal one']);
    expectStatus(await ann.delete(`/me/feed/block:${bob.id}`), 204);
    assert.deepEqual(await words(ann, 'personal'), ['personal three', 'personal two']);
});

test('what cannot be meant is refused with what to do', async () => {
    const ann = await signUp(server);
    for (const [what, field] of [[{ q: '' }, 'q'], [{}, 'q'], [{ q: '!!!' }, 'q'], [{ q: 'from:a from:b' }, 'q'], [{ q: 'x before:soon' }, 'q'],
        [{ q: 'x has:everything' }, 'q'], [{ q: 'x', before: 'soon' }, 'before'], [{ q: 'x', order: 'oldest' }, 'order'],
        [{ q: 'x', has: 'file' }, 'has'], [{ q: 'x', cursor: 'x' }, 'cursor'], [{ q: 'x', limit: 0 }, 'limit'], [{ q: 'x', limit: 51 }, 'limit'],
        [{ q: 'x from:a', from: ann.id }, 'q'], [{ q: 'in:a', room: (await ann.createGroup('g')).id }, 'q']])
        expectProblem(await ask(ann, what), 422, 'field.invalid', field);
});

test('a word that begins hundreds of others is found all the same', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('many words');
    const lines = Array.from({ length: 40 }, (_, n) => `${n}: ${Array.from({ length: 4 }, (__, m) => `pre${n}x${m}`).join(' ')}`);
    await sayAll(ann, room, lines);
    assert.equal((await findAll(ann, { q: 'pre' }, 50)).length, 40);
    assert.deepEqual(await words(ann, 'pre 17'), [lines[17]]);
});

test('an index that is lost or damaged is made anew, and an operator can ask for it', async (t) => {
    const own = await serve(t);
    const ann = await signUp(own);
    const room = await ann.createGroup('lost');
    await sayAll(ann, room, ['before the loss']);
    await own.stop();
    const rebuilt = await run(['search', 'rebuild', ...dataFlags(own.data)]);
    assert.deepEqual([rebuilt.code, rebuilt.stderr], [0, '']);
    assert.match(rebuilt.stdout, /^1 messages can be found; it took [\d.]+ s\.\n$/);
    const { writeFile, rm } = await import('node:fs/promises');
    await writeFile(join(own.data, 'search.db'), 'this is no database at all '.repeat(1000));
    await own.launch();
    await findUntil(ann, 'loss', (results) => results.length === 1);
    assert.match(await (await fetch(`${own.url}/metrics`)).text(), /natternet_search_rebuilds_total 1/);
    await own.stop();
    await rm(join(own.data, 'search.db'));
    await own.launch();
    await findUntil(ann, 'loss', (results) => results.length === 1);
    const busy = await run(['search', 'rebuild', ...dataFlags(own.data)]);
    assert.equal(busy.code, 1, 'a running server holds the data');
});
