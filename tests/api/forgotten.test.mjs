// What was taken away is in no byte of the server's files: each place that holds words of people, one a row, is
// filled, looked for, and emptied as people empty it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { elsewhere, isForgotten, placesOf } from '../support/files.mjs';
import { PASSWORD } from '../support/people.mjs';
import { startClient, until } from '../support/sdk.mjs';
import { BIN, serve, SLOW } from '../support/server.mjs';

const server = await serve({ after });
const start = () => startClient({ after }, server);
const text = (words) => ({ type: 'text', text: words });
const owner = await start(), member = await start(), other = await start();
const { id: room } = await owner.rooms.createGroup('discreet', [member.user.id, other.user.id]);
const { id: copies } = await owner.rooms.createGroup('copies', [member.user.id]);
await until(member, 'rooms', () => member.rooms.get(copies));

const say = async (words, about) => (await member.rooms.post(room, text(words), undefined, about)).seq;
const remove = (seq) => member.messages.delete(room, seq);
const entry = (client, key, valueOf) => async (words) => {
    await client.feed.put(key, valueOf(words));
    return () => client.feed.delete(key);
};
/** Something reported, and how it is decided of; `words` are in what was reported, or in what is said of it. */
async function reported(said, about) {
    const seq = await say(said);
    const { id } = await other.reports.make({ room, seq }, 'other', about);
    return { seq, id };
}

/** Each puts words somewhere and resolves to how they are taken away. `found`: the search holds them too. */
const PLACES = {
    'a message, deleted by who wrote it': { found: true, put: async (words) => {
        const seq = await say(words);
        return () => remove(seq);
    } },
    'a message, deleted by a moderator': { found: true, put: async (words) => {
        const seq = await say(words);
        return () => owner.messages.delete(room, seq);
    } },
    'all that somebody wrote': { found: true, put: async (words) => {
        await other.rooms.post(room, text(words));
        return () => owner.rooms.deleteMessagesOf(room, other.user.id);
    } },
    'what a message said before an edit, deleted': { put: async (words) => {
        const seq = await say(words);
        await member.messages.edit(room, seq, 'something else');
        assert.equal((await owner.messages.versions(room, seq)).versions[0].content.text, words);
        return () => remove(seq);
    } },
    'what a message said before an edit, where the room keeps no history': { put: async (words) => {
        const { id } = await owner.rooms.createGroup('no history', [], { edit_history_s: 0 });
        const { seq } = await owner.rooms.post(id, text(words));
        return () => owner.messages.edit(id, seq, 'something else');
    } },
    'edits, where the room keeps them no longer': { put: async (words) => {
        const { id } = await owner.rooms.createGroup('history', []);
        const { seq } = await owner.rooms.post(id, text(words));
        await owner.messages.edit(id, seq, 'something else');
        return () => owner.rooms.update(id, { edit_history_s: 0 });
    } },
    'an edit': { found: true, put: async (words) => {
        const seq = await say('something');
        await member.messages.edit(room, seq, words);
        return () => remove(seq);
    } },
    'an answer to a message, which tells its words nowhere else': { found: true, put: async (words) => {
        const seq = await say(words);
        await owner.rooms.post(room, text('indeed'), undefined, { reply_to: seq });
        return () => remove(seq);
    } },
    'a message with mentions': { found: true, put: async (words) => {
        const { seq } = await owner.rooms.post(room, { ...text(words), mentions: [member.user.id, 'everyone'] });
        return () => owner.messages.delete(room, seq);
    } },
    'a pinned message with a reaction': { found: true, put: async (words) => {
        const seq = await say(words);
        await Promise.all([owner.messages.pin(room, seq), owner.messages.react(room, seq, '👍'), owner.feed.put(`saved:${room}.${seq}`, {})]);
        return () => remove(seq);
    } },
    'an answer in a thread': { found: true, put: async (words) => {
        const seq = await say(words, { thread: await say('a root') });
        return () => remove(seq);
    } },
    'the root of a thread': { found: true, put: async (words) => {
        const seq = await say(words);
        await say('an answer', { thread: seq });
        return () => remove(seq);
    } },
    'what was forwarded, there and here': { found: true, put: async (words) => {
        const seq = await say(words);
        const copy = await member.messages.forward(room, seq, copies);
        return async () => {
            await remove(seq);
            await member.messages.delete(copies, copy.seq);
        };
    } },
    'what a poll asks': { found: true, put: async (words) => {
        const { seq } = await member.rooms.post(room, { type: 'poll', text: words, options: ['yes', 'no'] });
        await owner.messages.vote(room, seq, [0]);
        return () => remove(seq);
    } },
    'an option of a poll': { found: true, put: async (words) => {
        const { seq } = await member.rooms.post(room, { type: 'poll', text: 'which?', options: [words, 'no'], anonymous: true });
        await owner.messages.vote(room, seq, [0]);
        return () => remove(seq);
    } },
    'what was voted in a poll, and changed': { words: '"choices":[1,4,6,7]', put: async () => {
        const { seq } = await member.rooms.post(room, { type: 'poll', text: 'which?', options: [...'abcdefgh'], multiple: true });
        await owner.messages.vote(room, seq, [1, 4, 6, 7]);
        await owner.messages.vote(room, seq, [1]);
        return () => remove(seq);
    } },
    'a message that waits for its time': { put: async (words) => {
        const nonce = await member.scheduled.send(room, words, { when: 3600 });
        return () => member.scheduled.cancel({ room, nonce });
    } },
    'a message that had waited for its time': { found: true, put: async (words) => {
        const nonce = await member.scheduled.send(room, words, { when: 0 });
        await until(member, 'rooms', () => member.rooms.lastMessage(room)?.nonce === nonce);
        const { seq } = member.rooms.lastMessage(room);
        return () => remove(seq);
    } },
    'a draft': { put: (words) => entry(member, `draft:${room}`, (said) => ({ text: said }))(words) },
    'a draft, written over': { put: async (words) => {
        await other.feed.put(`draft:${room}`, { text: words });
        return () => other.feed.put(`draft:${room}`, { text: '' });
    } },
    'what was kept with a saved message': { put: (words) => entry(member, `saved:${room}.1`, (note) => ({ note }))(words) },
    'the name of a folder': { put: async (words) => {
        const folder = await member.roomWishes.makeFolder(words);
        return () => member.roomWishes.deleteFolder(folder);
    } },
    'notes on a contact': { put: async (words) => {
        await member.contacts.put(owner.user.id, { notes: words });
        return () => member.contacts.delete(owner.user.id);
    } },
    'what somebody tells of themselves': { put: async (words) => {
        await member.account.update({ about: words });
        return () => member.account.update({ about: '' });
    } },
    'a former name': { put: async (words) => {
        await other.account.update({ display_name: words });
        return () => other.account.update({ display_name: 'Other' });
    } },
    'a status': { put: async (words) => {
        await member.presence.set({ text: words });
        return () => member.presence.set({});
    } },
    'what somebody said who asked to be let in, and was': { put: (words) => asked(words, (id, who) => owner.rooms.acceptRequest(id, who)) },
    'what somebody said who asked to be let in, and was refused': { put: (words) => asked(words, (id, who) => owner.rooms.closeRequest(id, who)) },
    'words that a room filtered': { put: async (words) => {
        await owner.rooms.update(copies, { filters: { words: [words] } });
        return () => owner.rooms.update(copies, { filters: null });
    } },
    'the evidence of a report, once it is decided of and its message deleted': { found: true, put: async (words) => {
        const { seq, id } = await reported(words);
        return async () => {
            await remove(seq);
            assert.ok((await placesOf(server.data, words)).length > 0, 'who decides still sees it');
            await owner.reports.resolve(id, 'acted');
        };
    } },
    'what was around what was reported': { found: true, put: async (words) => {
        const around = await say(words);
        const { id } = await reported('reported');
        return async () => {
            await owner.reports.resolve(id, 'dismissed');
            await remove(around);
        };
    } },
    'what somebody wrote for themselves whose account ended': { put: async (words) => {
        const gone = await start();
        await gone.feed.put(`draft:${room}`, { text: words });
        await gone.account.update({ about: words });
        await gone.presence.set({ text: words });
        await gone.feed.put(`contact:${owner.user.id}`, { notes: words });
        return () => gone.deleteAccount(PASSWORD);
    } },
};

async function asked(words, decide) {
    const { id } = await owner.rooms.createGroup('asked for', [], { visibility: 'public', join: 'approval' });
    const guest = await start();
    await guest.rooms.ask(id, words);
    return () => decide(id, guest.user.id);
}

/** A word for each place; nothing else in the data has it. */
const WORDS = new Map(Object.entries(PLACES).map(([place, { words }], at) => [place, words ?? `zyx${'abcdefghijklmnopqrstuvwxyz'[at % 26]}${'kqv'[Math.floor(at / 26)]}wordle`]));
const SEARCH = /^search\.db/;

const isFound = async (words) => (await placesOf(server.data, words)).some((name) => SEARCH.test(name));
const isStored = async (words) => (await placesOf(server.data, words)).some((name) => !SEARCH.test(name));

before(async () => {
    const takes = [];
    for (const [place, words] of WORDS) {
        takes.push(await PLACES[place].put(words));
        assert.ok(await isStored(words), `${place}: it was there`);
    }
    for (const [place] of Object.entries(PLACES).filter(([, { found }]) => found))
        for (const end = Date.now() + 10_000 * SLOW; !await isFound(WORDS.get(place));)
            assert.ok(Date.now() < end, `${place}: the search has it`);
    for (const take of takes)
        await take();
});

for (const [place, words] of WORDS)
    test(`${place}: gone from all files`, () => isForgotten(server.data, words));

test('nor are they there once the server has stopped, and the files are written anew', { skip: elsewhere }, async () => {
    await server.stop();
    assert.equal(spawnSync(BIN, ['compact', '--data', server.data]).status, 0);
    for (const words of WORDS.values())
        await isForgotten(server.data, words);
    await server.launch();
});
