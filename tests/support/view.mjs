// What a client makes of a room from its events: the messages as they stand, the people, who
// is muted, what is set. However the events came (live, by sync, from the log) the same room must come out.

import { expectStatus } from './http.mjs';

/** Of two copies of a message the newer one, with the answers of that which knows more of them. */
function newer(one, other) {
    const message = (other.edit_seq ?? 0) >= (one?.edit_seq ?? 0) ? other : one;
    const { answers, answered_at, answered_by } = (one?.answers ?? 0) > (other.answers ?? 0) ? one : other;
    return answers ? { ...message, answers, ...(answered_at && { answered_at, answered_by }) } : message;
}

/** What can be set in a room, beside its permissions. */
const SETTINGS = ['name', 'topic', 'edit_history_s', 'slow_mode_s', 'locked', 'archived', 'visibility', 'join', 'newcomers', 'history', 'retention_s'];

/** In one form, whether what is not set was left away or said. */
function settingsOf(room) {
    const { name, topic = '', edit_history_s = 2592000, slow_mode_s = 0, locked = false, archived = false, visibility = 'private', join = 'free', newcomers = null, history = 'all', retention_s = 0 } = room;
    const permissions = Object.entries(room.permissions ?? {}).sort();
    return { name, topic, edit_history_s, slow_mode_s, locked, archived, visibility, join, newcomers, history, retention_s, permissions };
}

/** A poll of which no vote was told has none. */
const withCounts = ({ counts = [], voters = 0, ...poll }) => ({ ...poll, voters, counts: counts.filter((count) => count > 0) });

export class View {
    constructor() {
        this.messages = new Map();
        this.members = new Map();
        this.muted = new Map();
        this.settings = {};
        this.reactions = new Map();
        this.pins = new Map();
        this.polls = new Map();
        this.last = 0;
    }

    /** Takes the events of a room in the order of their seq. */
    take(event) {
        this.last = event.seq;
        if (event.message)
            this.messages.set(event.message.seq, newer(this.messages.get(event.message.seq), event.message));
        this[event.type]?.(event);
        return this;
    }

    /** The root knows the latest of its answers; one that comes again changes nothing. */
    'message.created'({ message: { thread, answers, sender, created_at } }) {
        const root = thread && this.messages.get(thread);
        if (!root || (root.answers ?? 0) >= answers)
            return;
        const by = [sender, ...(root.answered_by ?? []).filter((who) => who !== sender)].slice(0, 3);
        this.messages.set(thread, { ...root, answers, answered_at: created_at, answered_by: by });
    }

    'reaction.added'({ target, emoji, people, seq }) {
        const on = this.reactions.get(target) ?? new Map();
        this.reactions.set(target, on.set(emoji, { count: people, seq }));
        if (people === 0)
            on.delete(emoji);
    }

    'reaction.removed'(event) {
        this['reaction.added'](event);
    }

    'message.pinned'({ target, seq }) {
        this.pins.set(target, seq);
    }

    'message.unpinned'({ target }) {
        this.pins.delete(target);
    }

    'poll.voted'({ target, counts, voters, seq }) {
        this.polls.set(target, { ...this.polls.get(target), counts, voters, seq });
    }

    'poll.closed'({ target, sender, created_at, seq }) {
        this.polls.set(target, { ...this.polls.get(target), seq, closed_at: created_at, closed_by: sender });
    }

    'message.deleted'({ message }) {
        this.polls.delete(message.seq);
        this.reactions.delete(message.seq);
        this.pins.delete(message.seq);
    }

    'room.created'(event) {
        this['room.updated'](event);
    }

    /** Who owned it before is an admin then, unless they left. */
    'room.updated'({ permissions, owner, ...event }) {
        for (const key of SETTINGS.filter((one) => event[one] !== undefined))
            this.settings[key] = event[key];
        this.settings.permissions = { ...this.settings.permissions, ...permissions };
        if (!owner)
            return;
        for (const [who, role] of this.members)
            if (role === 'owner')
                this.members.set(who, 'admin');
        this.members.set(owner, 'owner');
    }

    'room.user.updated'({ user_id, role }) {
        this.members.set(user_id, role);
    }

    'room.user.muted'({ user_id, created_at, seconds }) {
        this.muted.set(user_id, Date.parse(created_at) + seconds * 1000);
    }

    'room.user.unmuted'({ user_id }) {
        this.muted.delete(user_id);
    }

    'room.user.joined'({ user_id, role }) {
        this.members.set(user_id, role);
    }

    'room.user.left'({ user_id }) {
        this.members.delete(user_id);
    }

    /** Something to compare. */
    plain() {
        const sorted = (map) => [...map].sort(([one], [other]) => (one < other ? -1 : 1));
        return {
            messages: [...this.messages.values()].sort((one, other) => one.seq - other.seq),
            members: sorted(this.members), muted: sorted(this.muted).filter(([who]) => this.members.has(who)), settings: settingsOf(this.settings),
            polls: sorted(this.polls).filter(([, { seq }]) => seq).map(([seq, poll]) => [seq, Object.entries(withCounts(poll)).sort()]),
            reactions: sorted(this.reactions).filter(([, on]) => on.size).map(([seq, on]) => [seq, sorted(on)]),
            pins: [...this.pins].sort(([, one], [, other]) => other - one).map(([message]) => message),
        };
    }
}

/** The same from what the server says of the room as it stands now, so many messages at a time. */
export async function viewFromScratch(person, room, limit = 7) {
    const view = new View();
    const threads = [null];
    for (let after = 0, more = true; more || threads.length > 1; ) {
        if (!more) {
            threads.shift();
            after = 0;
        }
        const thread = threads[0] ? `&thread=${threads[0]}` : '';
        const page = expectStatus(await person.get(`/rooms/${room.id}/messages?after=${after}&limit=${limit}${thread}`), 200);
        threads.push(...page.messages.filter((message) => message.answered_at).map(({ seq }) => seq));
        page.messages.forEach(({ reactions = [], poll, ...message }) => {
            if (poll) {
                const { mine, mine_seq, ...result } = poll;
                view.polls.set(message.seq, result);
            }
            view.messages.set(message.seq, message);
            view.reactions.set(message.seq, new Map(reactions.map(({ emoji, count, seq }) => [emoji, { count, seq }])));
        });
        after = page.messages.at(-1)?.seq ?? after;
        more = page.has_newer;
    }
    for (let cursor = null, first = true; first || cursor; first = false) {
        const query = cursor ? `?cursor=${cursor}` : '';
        const page = expectStatus(await person.get(`/rooms/${room.id}/members${query}`), 200);
        page.members.forEach(({ user, role, muted_until: until }) => {
            view.members.set(user.id, role);
            if (until && Date.parse(until) > Date.now())
                view.muted.set(user.id, Date.parse(until));
        });
        cursor = page.next;
    }
    const pins = expectStatus(await person.get(`/rooms/${room.id}/pins`), 200).messages;
    pins.forEach(({ seq }, at) => view.pins.set(seq, -at));
    view.settings = await person.room(room);
    view.last = view.settings.last_seq;
    return view;
}
