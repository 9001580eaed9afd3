// People who use the server: signed up, with REST verbs and sockets of their own.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { expectStatus, http } from './http.mjs';
import { SLOW } from './server.mjs';
import { Socket } from './socket.mjs';

export const PASSWORD = 'correct horse battery';

let counter = 0;

export const freshName = (stem = 'ann') => `${stem}_${++counter}_${randomUUID().slice(0, 6)}`;

export const freshNonce = () => randomUUID();

/** @returns {{ type: 'text', text: string }} */
export const text = (words) => ({ type: 'text', text: words });

/** Until the millisecond in which something was made is over: what is made then comes behind it by time too. */
export async function isPast({ created_at }) {
    while (Date.now() <= Date.parse(created_at))
        await new Promise((done) => setTimeout(done, 1));
}

export class Person {
    constructor(server, answer, password = PASSWORD) {
        this.server = server;
        this.password = password;
        this.take(answer);
    }

    /** Keeps what signup, signin and refresh answer. */
    take({ user, access_token, refresh_token, expires_in }) {
        this.user = user;
        this.token = access_token;
        this.refreshToken = refresh_token;
        this.expiresIn = expires_in;
    }

    get id() {
        return this.user.id;
    }

    /** One REST call under /api/v1 with this person's access token. */
    ask(method, path, body, options = {}) {
        return http(this.server, method, `/api/v1${path}`, { token: this.token, body, ...options });
    }

    get(path, options) {
        return this.ask('GET', path, undefined, options);
    }

    post(path, body, options) {
        return this.ask('POST', path, body, options);
    }

    put(path, body, options) {
        return this.ask('PUT', path, body, options);
    }

    patch(path, body, options) {
        return this.ask('PATCH', path, body, options);
    }

    delete(path, body, options) {
        return this.ask('DELETE', path, body, options);
    }

    async connect(options = {}) {
        return Socket.open(this.server, { token: this.token, ...options });
    }

    /** A second device: the same person, another session. */
    async signInAgain(options = {}) {
        return signIn(this.server, this.user.username, this.password, options);
    }

    async createGroup(name, members = [], nonce = freshNonce()) {
        return expectStatus(await this.post('/rooms',
            { kind: 'group', name, members: members.map((one) => one.id), nonce }), 201);
    }

    async createDirect(other, nonce = freshNonce()) {
        return expectStatus(await this.post('/rooms',
            { kind: 'direct', members: [other.id], nonce }), 200, 201);
    }

    async say(room, words, nonce = freshNonce()) {
        return expectStatus(await this.post(`/rooms/${room.id}/messages`,
            { nonce, content: text(words) }), 201);
    }

    /** Resolves once the server has this entry of the person's feed, whichever device puts it there. */
    async untilKept(key) {
        await this.#untilFeed(key, 200);
    }

    /** Resolves once it has it no more. */
    async untilGone(key) {
        await this.#untilFeed(key, 404);
    }

    async #untilFeed(key, status) {
        await this.#untilReads(`/me/feed/${key}`, (answer) => answer.status === status, `becomes ${status}`);
    }

    /** The entries of a family (those that were removed are not among them), once the server has as many. */
    async entriesOnce(family, count) {
        const alive = ({ body }) => body.entries.filter(({ value }) => value !== null);
        return alive(await this.#untilReads(`/me/feed?family=${family}`, (answer) => alive(answer).length === count, `has ${count}`));
    }

    async #untilReads(path, isSo, what) {
        for (const end = Date.now() + 30_000 * SLOW; ;) {
            const answer = await this.get(path);
            if (isSo(answer))
                return answer;
            assert.ok(Date.now() < end, `${path} never ${what}`);
            await new Promise((done) => { setTimeout(done, 20); });
        }
    }

    async room(room) {
        return expectStatus(await this.get(`/rooms/${room.id}`), 200);
    }

    /** Every event of a room after `after`, by as many pages as it takes. */
    async events(room, after = 0, limit = 200) {
        const all = [];
        for (;;) {
            const page = expectStatus(await this.get(
                `/rooms/${room.id}/events?after=${after}&limit=${limit}`), 200);
            all.push(...page.events);
            if (!page.has_more)
                return all;
            after = page.events.at(-1).seq;
        }
    }
}

export async function signUp(server, username = freshName(), extra = {}) {
    const answer = await http(server, 'POST', '/api/v1/auth/signup',
        { body: { username, password: PASSWORD, ...extra } });
    return new Person(server, expectStatus(answer, 201), extra.password);
}

export async function signIn(server, login, password = PASSWORD, options = {}) {
    const answer = await http(server, 'POST', '/api/v1/auth/signin',
        { body: { login, password }, ...options });
    return new Person(server, expectStatus(answer, 200), password);
}

/** Signs up `count` people, a few at a time so that the password pool's queue never fills. */
export async function signUpMany(server, count, stem = 'crowd') {
    const people = [];
    for (let at = 0; at < count; at += 4) {
        const batch = Array.from({ length: Math.min(4, count - at) }, () => signUp(server, freshName(stem)));
        people.push(...await Promise.all(batch));
    }
    return people;
}

/** Adds people to a group of `owner`, one request each. */
export async function addMembers(owner, room, people) {
    for (const person of people)
        expectStatus(await owner.post(`/rooms/${room.id}/members`,
            { user_id: person.id, nonce: freshNonce() }), 201);
}
