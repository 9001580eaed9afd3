// Whatever can be done in a room, by chance: every command and route of schema/ that adds to a room's log, filled in by
// the names of its fields. A field that nobody knows how to fill in is an error, so that what is new takes part.

import assert from 'node:assert/strict';
import { ACTS, ADMINS_ACTS, byRest, bySocket, ROLES } from './acts.mjs';
import { freshNonce, text } from './people.mjs';

/** How often each is done, one of them else. What hurts a room is rare enough for it to stay alive. */
const WEIGHTS = {
    send_message: 12, thread: 8, edit_message: 6, delete_message: 2, forward_message: 2, add_reaction: 12, remove_reaction: 6, add_pin: 4, remove_pin: 2,
    update_room: 5, update_member: 3, add_member: 3, accept_request: 3, join_room: 3, ask: 3, join_by_link: 3, mute_member: 2, unmute_member: 2, unban: 2,
    delete_messages_of: 0.3, vote: 10, unvote: 2, close_poll: 1, oversee_group: 2, delete_reported: 3,
};

const SETTINGS = [
    (chance) => ({ topic: `topic ${chance.next()}` }),
    (chance) => ({ name: `name ${chance.next()}` }),
    () => ({ topic: '' }),
    (chance) => ({ newcomers: chance.chance(0.5) ? { seconds: 600, bars: ['mention_all'] } : null }),
    (chance) => ({ filters: chance.chance(0.5) ? { words: ['unwanted'] } : null }),
    (chance) => ({ locked: chance.chance(0.1) }),
    (chance) => ({ archived: chance.chance(0.05), name: 'with another setting' }),
    (chance) => ({ edit_history_s: chance.pick([0, 3600]) }),
    (chance) => ({ slow_mode_s: chance.pick([0, 0, 0, 1]) }),
    (chance) => ({ retention_s: chance.pick([0, 86_400]) }), // nothing becomes that old here
    (chance) => ({ history: chance.pick(['all', 'joined']) }),
    (chance) => ({ visibility: chance.chance(0.85) ? 'public' : 'private', join: chance.chance(0.5) ? 'approval' : 'free' }),
    (chance) => ({ permissions: { write: chance.pick(ROLES.slice(2)), pin: chance.pick(ROLES.slice(0, 4)) } }),
    (chance) => ({ permissions: { react: chance.pick(ROLES.slice(2)), invite: chance.pick(ROLES), ban: chance.pick(ROLES.slice(0, 3)) } }),
];
/** The name of one that the server has. */
export const OWN_EMOJI = 'boat';
const EMOJI = ['👍', '❤️', '🔥', `:${OWN_EMOJI}:`];
const recent = ({ seqs }) => seqs.slice(-6);

/** What stands in a field, by its name. */
const FIELDS = {
    seq: (state) => state.chance.pick(state.chance.chance(0.6) ? recent(state) : state.seqs),
    content: ({ chance, people }) => ({ ...text(`words ${chance.next()}`), ...chance.chance(0.1) && { mentions: [chance.pick(['everyone', chance.pick(people).id])] } }),
    emoji: ({ chance }) => chance.pick(EMOJI),
    user_id: ({ chance, people }) => chance.pick(people).id,
    role: ({ chance }) => chance.pick(['owner', 'admin', 'admin', 'admin', 'moderator', 'moderator', 'moderator', 'member', 'guest']),
    seconds: ({ chance }) => chance.between(600, 900),
    uses: ({ chance }) => chance.between(1, 2),
    reason: () => 'by chance',
    text: () => 'please',
    to: ({ room }) => room.id,
    choices: ({ chance }) => chance.pick([[], [0], [1], [2], [0, 2]]),
    code: ({ chance, codes }) => chance.pick(codes),
};

const question = ({ chance }) => ({ type: 'poll', text: `question ${chance.next()}`, options: ['a', 'b', 'c'], multiple: chance.chance(0.5), anonymous: chance.chance(0.5) });
const pollOf = ({ chance, polls, seqs }) => ({ seq: chance.pick(polls.length ? polls.slice(-3) : seqs) });

const ownOf = ({ own, seqs, chance }, who) => chance.pick(own.get(who) ?? seqs);

/** What administrators of the server hold in a room they let go of soon, for it to stay alive. */
function oversight({ chance, people }) {
    const reason = { reason: 'by chance' };
    if (chance.chance(0.5))
        return { locked: false, archived: false, unlisted: false };
    return chance.chance(0.4) ? { owner: chance.pick(people).id, ...reason } : { [chance.pick(['locked', 'archived', 'unlisted'])]: true, ...reason };
}

/** A message that somebody reports; it lies with the administrators where one of the moderators wrote it, or reports it. */
async function reported(state) {
    const answer = await state.chance.pick(state.people).post('/reports', { room: state.room.id, seq: FIELDS.seq(state), category: 'illegal' });
    return { report: answer.body.id ?? '0', ...state.chance.chance(0.5) && { reason: 'by chance' } };
}

/** What is not as its fields' names say. */
const SPECIAL = {
    edit_message: (state, who) => ({ seq: ownOf(state, who), content: FIELDS.content(state) }),
    delete_message: (state, who) => ({ seq: state.chance.chance(0.5) ? ownOf(state, who) : FIELDS.seq(state) }),
    remove_reaction: ({ reacted, chance, seqs }, who) => ({ ...chance.pick(reacted.get(who) ?? [{ seq: chance.pick(seqs), emoji: EMOJI[0] }]) }),
    update_room: ({ chance }) => chance.pick(SETTINGS)(chance),
    send_message: (state) => ({ content: state.chance.chance(0.2) ? question(state) : FIELDS.content(state), ...state.chance.chance(0.3) && { reply_to: state.chance.pick(state.seqs) } }),
    thread: (state) => ({ content: FIELDS.content(state), thread: state.chance.pick(recent(state)) }),
    vote: (state) => ({ ...pollOf(state), choices: FIELDS.choices(state), ...state.chance.chance(0.5) && { base: FIELDS.choices(state) } }),
    unvote: (state) => ({ ...pollOf(state), choices: [] }),
    close_poll: pollOf,
    oversee_group: oversight,
    delete_reported: reported,
    revoke_link: ({ chance, links }) => ({ seq: chance.pick(links) }),
    delete_messages_of: (state) => ({ user_id: FIELDS.user_id(state), ...state.chance.chance(0.5) ? { seconds: 1 } : { all: true } }),
    ...Object.fromEntries(['remove_member', 'ban'].map((route) =>
        [route, (state) => ({ user_id: state.chance.pick(state.people.slice(state.steady)).id, reason: 'by chance' })])),
};

function fill(route, { fields, optional }, state, who) {
    if (SPECIAL[route])
        return SPECIAL[route](state, who);
    const taken = [...fields, ...optional.filter(() => state.chance.chance(0.5))];
    return Object.fromEntries(taken.map((name) => {
        assert.ok(FIELDS[name], `${route}: how is ${name} filled in? Say so in tests/support/random_acts.mjs`);
        return [name, FIELDS[name](state)];
    }));
}

/** Rows of the list that add to a log or move a marker, each route once, and sending to a thread besides. */
function kinds(schemaOf) {
    const routes = Object.fromEntries(schemaOf('rest').map((one) => [one.name, one]));
    const all = [...new Map([...ACTS, ...ADMINS_ACTS].filter(({ event, route }) => route && (event || route === 'mark_read')).map((act) => [act.route, act])).values()];
    const described = all.map((act) => {
        const { path, body = {} } = routes[act.route];
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => name !== 'id');
        const own = Object.keys(body).filter((name) => name !== 'nonce?');
        return { name: act.route, act, shape: {
            fields: [...named, ...own.filter((name) => !name.endsWith('?'))],
            optional: own.filter((name) => name.endsWith('?')).map((name) => name.slice(0, -1)),
        } };
    });
    return [...described, { ...described.find(({ name }) => name === 'send_message'), name: 'thread' }];
}

const remember = (map, who, what) => map.set(who, [...map.get(who) ?? [], what].slice(-8));

/**
 * Lets people act by chance.
 * @param {{ chance: any, people: any[], steady: number, room: any, seqs: number[], codes: string[], links: number[],
 *     polls: number[], admin: any,
 *     sockets: Map, own: Map, reacted: Map }} state
 *     the first `steady` people are not removed; `admin` administers the server and is in no room; `own` and `reacted` remember what each wrote and reacted to
 */
export function randomActs(schemaOf, state) {
    const all = kinds(schemaOf);
    const total = all.reduce((sum, { name }) => sum + (WEIGHTS[name] ?? 1), 0);
    const repeats = [];
    const done = new Map();
    const pick = () => {
        let at = state.chance.next() * total;
        return all.find(({ name }) => (at -= WEIGHTS[name] ?? 1) < 0) ?? all[0];
    };
    async function act() {
        if (repeats.length && state.chance.chance(0.04))
            return state.chance.pick(repeats)();
        const { name, act, shape } = pick();
        const who = act.by?.(state) ?? state.chance.pick(state.people);
        const fields = { ...await fill(name, shape, state, who), ...act.route !== 'delete_messages_of' && { nonce: freshNonce() } };
        const bySockets = act.command && state.chance.chance(0.5);
        const again = () => (bySockets ? bySocket(state.sockets.get(who), act, state.room, fields) : byRest(who, act, state.room, fields));
        const answer = await again();
        assert.ok(answer.ok || !/^(server\.|store\.|field\.missing)/.test(answer.code), `${name} ${JSON.stringify(fields)}: ${JSON.stringify(answer.body)}`);
        if (!answer.ok)
            return;
        done.set(name, (done.get(name) ?? 0) + 1);
        if (repeats.length < 60)
            repeats.push(again);
        if (act.event === 'message.created') {
            state.seqs.push(answer.body.seq);
            remember(state.own, who, answer.body.seq);
            if (fields.content?.type === 'poll')
                state.polls.push(answer.body.seq);
        }
        if (act.event === 'reaction.added')
            remember(state.reacted, who, { seq: fields.seq, emoji: fields.emoji });
        if (act.route === 'make_link') {
            state.codes.push(answer.body.code);
            state.links.push(answer.body.seq);
        }
    }
    return { act, done, kinds: all.map(({ name }) => name) };
}
