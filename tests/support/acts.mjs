// All that can be done in a room, one act a row: the route and the command that do it, the permission
// that it takes, and what to fill in. Tests that must hold for every act go down this list, and
// `undescribed` says what schema/ has and the list has not.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectStatus } from './http.mjs';
import { freshNonce, signUp, signUpMany, text } from './people.mjs';
import { ROOT } from './server.mjs';

export const schemaOf = (name) => JSON.parse(readFileSync(join(ROOT, 'schema', `${name}.json`), 'utf8'));
const routes = Object.fromEntries(schemaOf('rest').map((route) => [route.name, route]));
const commands = Object.fromEntries(schemaOf('commands').map((command) => [command.type, command]));
export const permissions = schemaOf('permissions');

export const ROLES = ['owner', 'admin', 'moderator', 'member', 'guest'];
export const reaches = (role, least) => ROLES.indexOf(role) <= ROLES.indexOf(least);

// ---- a room to act in ------------------------------------------------------------------------------

const OWN_MESSAGES = 48; // that each may change or delete

/** A group with somebody of each role, `stage.of.admin` and so on, who each said something before. */
export async function stageOf(server) {
    const people = await signUpMany(server, ROLES.length + 1);
    const [owner, ...others] = people;
    const of = Object.fromEntries(ROLES.map((role, at) => [role, people[at]]));
    const room = await owner.createGroup('stage', others);
    const elsewhere = await owner.createGroup('elsewhere', others); // where all may write
    const stage = { server, room, elsewhere, of, owner, extra: people.at(-1), own: new Map() };
    for (const who of people) {
        const said = await Promise.all(Array.from({ length: OWN_MESSAGES }, () => who.say(room, 'of one\'s own')));
        stage.own.set(who, said.map(({ seq }) => seq));
    }
    for (const role of ROLES.filter((one) => one !== 'owner' && one !== 'member'))
        expectStatus(await setRole(owner, room, of[role], role), 200);
    stage.sockets = new Map(await Promise.all(people.map(async (who) => [who, await who.connect()])));
    return stage;
}

export const setRole = (who, room, whom, role) =>
    who.patch(`/rooms/${room.id}/members/${whom.id}`, { role, nonce: freshNonce() });

/** Brings somebody back to their place, whatever was done to them. */
export async function putBack({ owner, room }, person, role) {
    await owner.delete(`/rooms/${room.id}/bans/${person.id}`);
    await owner.delete(`/rooms/${room.id}/members/${person.id}/mute`);
    await owner.post(`/rooms/${room.id}/members`, { user_id: person.id });
    expectStatus(await setRole(owner, room, person, role), 200);
}

const path = ({ room }) => `/rooms/${room.id}`;
const said = async ({ owner, room }) => (await owner.say(room, 'to be acted upon')).seq;
const question = { type: 'poll', text: 'Which?', options: ['this', 'that'] };
const poll = async ({ owner, room }, by = owner) => expectStatus(await by.post(`/rooms/${room.id}/messages`, { content: question, nonce: freshNonce() }), 201).seq;
const own = ({ own }, who) => own.get(who).pop();
const set = async (stage, change) => expectStatus(await stage.owner.patch(path(stage), { ...change, nonce: freshNonce() }), 200);

/** Somebody of the lowest role, to whom things are done. */
async function somebody(stage) {
    await putBack(stage, stage.extra, 'guest');
    return { user_id: stage.extra.id };
}

/** Somebody who asks to be let in. */
async function asking(stage) {
    const person = await signUp(stage.server);
    await set(stage, { visibility: 'public', join: 'approval' });
    expectStatus(await person.post(`${path(stage)}/requests`, {}), 200);
    return { user_id: person.id };
}

async function pinned(stage) {
    const seq = await said(stage);
    expectStatus(await stage.owner.put(`${path(stage)}/pins/${seq}`, {}), 200);
    return { seq };
}

const link = async (stage) => expectStatus(await stage.owner.post(`${path(stage)}/links`, {}), 201);

/** Something of a member's, in a room of two of the owner's, that a guest has reported. */
async function reported(stage) {
    const author = stage.own.has(stage.of.member) ? stage.of.member : stage.owner;
    const { id } = expectStatus(await stage.of.guest.post('/reports', { room: stage.room.id, seq: own(stage, author), category: 'spam' }), 201);
    return { report: id };
}

/** An owner's room passes to its admin, who hands it back. */
async function comeBack(stage, role) {
    const who = stage.of[role];
    if (role !== 'owner')
        return putBack(stage, who, role);
    const { admin } = stage.of;
    expectStatus(await admin.post(`${path(stage)}/members`, { user_id: who.id }), 201);
    expectStatus(await setRole(admin, stage.room, who, 'owner'), 200);
}

// ---- the acts ----------------------------------------------------------------------------------------

const everybody = { ...text('x'), mentions: ['everyone'] };
const THUMB = '👍';

const setting = (permission, change, also = {}) =>
    ({ permission, route: 'update_room', command: 'room.update', event: 'room.updated', fields: () => change, ...also });
/** Each alone: one that anybody could set would not show among the others. The first of them is retried for all. */
const settings = (permission, changes) => Object.entries(changes).map(([name, value], index) => setting(permission, { [name]: value }, index > 0 && { event: undefined, about: name }));
const reading = (route, fields = () => ({}), also = {}) => ({ permission: null, route, fields, ...also });

/**
 * `permission`: null where everybody in the room may. `fields(stage, who)`: what to fill in besides the room, as
 * route and command have it; it makes what the act needs. `event`: what it adds to the log. `below`: it is done to
 * people of a lower role. `refusal(role)`: the code, where it is not room.forbidden; `never`: the code for everybody
 * who is in the room, and `before(stage)` makes the room one that others may do it to. `direct`: the code in a room of two, where that does not follow from the permission.
 * `afterwards(stage, role)`: makes undone what the rest of a test cannot do with.
 */
export const ACTS = [
    { permission: 'write', route: 'send_message', command: 'message.send', event: 'message.created', fields: () => ({ content: text('x') }) },
    { permission: 'write', route: 'send_message', command: 'message.send', event: 'message.created',
        fields: async (stage) => ({ content: text('x'), thread: await said(stage) }) },
    { permission: 'write', route: 'send_message', command: 'message.send', event: 'message.created', fields: () => ({ content: question }) },
    { permission: 'mention_all', route: 'send_message', command: 'message.send', event: 'message.created', fields: () => ({ content: everybody }),
        refusal: (role, permits) => (permits(role, 'write') ? 'mention.forbidden' : 'room.forbidden') },
    { permission: 'write', route: 'edit_message', command: 'message.edit', event: 'message.updated',
        fields: (stage, who) => ({ seq: own(stage, who), content: text('anew') }) },
    { permission: 'write', command: 'room.typing', fields: () => ({}) },
    { permission: 'forward', route: 'forward_message', command: 'message.forward', event: 'message.created',
        fields: async (stage) => ({ seq: await said(stage), to: stage.elsewhere.id }), into: ({ elsewhere }) => elsewhere },
    { permission: null, route: 'delete_message', command: 'message.delete', event: 'message.deleted', fields: (stage, who) => ({ seq: own(stage, who) }) },
    { permission: 'delete', route: 'delete_message', command: 'message.delete', event: 'message.deleted', refusal: () => 'message.forbidden',
        direct: 'message.forbidden', fields: (stage) => ({ seq: own(stage, stage.extra) }) },
    { permission: 'delete', route: 'delete_messages_of', command: 'member.delete_messages', event: 'message.deleted',
        fields: async (stage) => ({ ...await somebody(stage), all: true }) },
    { permission: 'react', route: 'add_reaction', command: 'message.react', event: 'reaction.added',
        fields: async (stage) => ({ seq: await said(stage), emoji: THUMB }) },
    { permission: 'react', route: 'remove_reaction', command: 'message.unreact', event: 'reaction.removed',
        fields: async (stage, who) => {
            const seq = await said(stage);
            await who.put(`${path(stage)}/messages/${seq}/reactions/${encodeURIComponent(THUMB)}`, {});
            return { seq, emoji: THUMB };
        } },
    { permission: 'react', route: 'vote', command: 'poll.vote', event: 'poll.voted', fields: async (stage) => ({ seq: await poll(stage), choices: [1] }) },
    { permission: 'react', route: 'unvote', command: 'poll.vote', event: 'poll.voted',
        fields: async (stage, who) => {
            const seq = await poll(stage);
            await who.put(`${path(stage)}/messages/${seq}/vote`, { choices: [0] });
            return { seq, choices: [] };
        } },
    { permission: 'delete', route: 'close_poll', command: 'poll.close', event: 'poll.closed', direct: 'room.forbidden',
        fields: async (stage) => ({ seq: await poll(stage, stage.room.kind === 'direct' ? stage.extra : stage.owner) }) },
    { permission: 'pin', route: 'add_pin', command: 'message.pin', event: 'message.pinned', fields: async (stage) => ({ seq: await said(stage) }),
        afterwards: (stage, role, { seq }) => stage.owner.delete(`${path(stage)}/pins/${seq}`) },
    { permission: 'pin', route: 'remove_pin', command: 'message.unpin', event: 'message.unpinned', fields: pinned,
        afterwards: (stage, role, { seq }) => stage.owner.delete(`${path(stage)}/pins/${seq}`) },

    { permission: 'invite', route: 'add_member', command: 'member.add', event: 'room.user.joined',
        fields: async ({ server }) => ({ user_id: (await signUp(server)).id }) },
    { permission: 'invite', route: 'accept_request', command: 'request.accept', event: 'room.user.joined', fields: asking },
    { permission: 'invite', route: 'close_request', command: 'request.close', event: 'room.request.closed', fields: asking },
    { permission: 'invite', route: 'list_requests', fields: () => ({}) },
    { permission: 'invite', route: 'make_link', command: 'link.make', event: 'room.link.created', fields: () => ({ uses: 1 }) },
    { permission: 'invite', route: 'list_links', command: 'link.list', fields: () => ({}) },
    { permission: 'invite', route: 'revoke_link', command: 'link.revoke', event: 'room.link.revoked', fields: async (stage) => ({ seq: (await link(stage)).seq }) },

    { permission: 'remove', route: 'remove_member', command: 'member.remove', event: 'room.user.left', below: true, fields: somebody },
    { permission: null, route: 'remove_member', command: 'member.remove', event: 'room.user.left', direct: 'room.direct_fixed',
        fields: (stage, who) => ({ user_id: who.id }), afterwards: comeBack },
    { permission: 'roles', route: 'update_member', command: 'member.update', event: 'room.user.updated', below: true,
        fields: async (stage) => ({ ...await somebody(stage), role: 'member' }), needs: (role) => role !== 'member' },
    { permission: 'mute', route: 'mute_member', command: 'member.mute', event: 'room.user.muted', below: true,
        fields: async (stage) => ({ ...await somebody(stage), seconds: 60 }) },
    { permission: 'mute', route: 'unmute_member', command: 'member.unmute', event: 'room.user.unmuted', below: true,
        fields: async (stage) => {
            const { user_id } = await somebody(stage);
            expectStatus(await stage.owner.put(`${path(stage)}/members/${user_id}/mute`, { seconds: 60 }), 200);
            return { user_id };
        } },
    { permission: 'ban', route: 'ban', command: 'member.ban', event: 'room.user.banned', below: true, fields: somebody },
    { permission: 'ban', route: 'unban', command: 'member.unban', event: 'room.user.unbanned',
        fields: async (stage) => {
            const { user_id } = await somebody(stage);
            expectStatus(await stage.owner.put(`${path(stage)}/bans/${user_id}`, {}), 200);
            return { user_id };
        } },
    { permission: 'ban', route: 'list_bans', fields: () => ({}) },
    { permission: 'audit', route: 'list_audit', fields: () => ({}) },
    { permission: 'reports', route: 'list_room_reports', fields: () => ({}) },
    { permission: 'filters', route: 'get_filters', fields: () => ({}) },
    { permission: 'reports', route: 'get_report', refusal: () => 'report.not_found', direct: 'report.not_found', fields: reported },
    { permission: 'reports', route: 'resolve_report', command: 'report.resolve', refusal: () => 'report.not_found', direct: 'report.not_found',
        fields: async (stage) => ({ ...await reported(stage), outcome: 'dismissed' }) },
    { permission: 'reports', route: 'escalate_report', command: 'report.escalate', refusal: () => 'report.not_found', direct: 'report.not_found', fields: reported },
    { permission: null, route: 'make_report', command: 'report.make',
        fields: ({ room, own }, who) => ({ room: room.id, seq: [...own].find(([author]) => author !== who)[1].at(-1), category: 'spam' }) },

    ...settings('edit', { name: 'other', topic: 'what about', visibility: 'private', join: 'free', edit_history_s: 60, history: 'all' }),
    setting('retention', { retention_s: 3600 }),
    setting('slow_mode', { slow_mode_s: 0 }),
    setting('lock', { locked: false }),
    setting('archive', { archived: false }),
    setting('permissions', { permissions: { audit: 'moderator' } }),
    ...settings('filters', { filters: { words: ['nobodysaysthis'] }, newcomers: null }),

    { permission: null, route: 'mark_read', command: 'room.read', fields: async (stage) => ({ seq: await said(stage) }) },
    { permission: null, route: 'mark_delivered', command: 'room.delivered', fields: async (stage) => ({ seq: await said(stage) }) },
    reading('get_room'),
    reading('list_members'),
    reading('list_receipts'),
    reading('list_messages', undefined, { command: 'room.history' }),
    reading('list_events'),
    reading('list_pins'),
    reading('get_message', async (stage) => ({ seq: await said(stage) })),
    reading('list_versions', async (stage) => ({ seq: await said(stage) })),
    reading('list_voters', async (stage) => ({ seq: await poll(stage), option: 0 })),
    reading('list_reaction_users', async (stage) => ({ seq: await said(stage), emoji: THUMB })),

    { never: 'room.already_member', route: 'join_room', command: 'room.join', event: 'room.user.joined', fields: () => ({}),
        before: (stage) => set(stage, { visibility: 'public', join: 'free' }) },
    { never: 'room.already_member', route: 'ask', command: 'request.make', event: 'room.request.created', fields: () => ({ text: 'please' }),
        before: (stage) => set(stage, { visibility: 'public', join: 'approval' }) },
    { never: 'room.already_member', route: 'join_by_link', command: 'link.join', event: 'room.user.joined', fields: async (stage) => ({ code: (await link(stage)).code }) },
];

// ---- those of the server's administrators ----------------------------------------------------------------

const overseeing = (change, afterwards = letGo) => ({ by: ({ admin }) => admin, route: 'oversee_group', event: 'room.updated', fields: change, afterwards });
const letGo = ({ admin, room }) => admin.patch(`/admin/rooms/${room.id}`, { locked: false, archived: false, unlisted: false });

/** What moderators wrote lies with the administrators. */
async function reportedToServer(stage) {
    const { guest, moderator } = stage.of;
    const { id } = expectStatus(await guest.post('/reports', { room: stage.room.id, seq: own(stage, moderator), category: 'illegal' }), 201);
    return { report: id };
}

/** `by(stage)`: who does them, though they are not in the room. Who else is refused: api/admin_rooms.test.mjs, api/reports.test.mjs. */
export const ADMINS_ACTS = [
    ...['locked', 'archived', 'unlisted'].map((hold) => overseeing(() => ({ [hold]: true, reason: 'peace' }))),
    overseeing(({ of }) => ({ owner: of.admin.id }), ({ of, owner, room }) => setRole(of.admin, room, owner, 'owner')),
    { by: ({ admin }) => admin, route: 'delete_reported', command: 'report.delete_message', event: 'message.deleted', fields: reportedToServer },
];

// ---- doing them ----------------------------------------------------------------------------------------

/** How `fields` are put into a route: its path, its query, and the rest. */
export function request(route, room, fields) {
    const { method, path, query = {} } = routes[route];
    const rest = { ...fields };
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
        const field = name === 'id' && path.startsWith('/reports/') ? 'report' : name;
        const value = field === 'id' ? room.id : rest[field];
        delete rest[field];
        return encodeURIComponent(value);
    });
    const asked = Object.entries(rest).filter(([name]) => `${name}?` in query);
    asked.forEach(([name]) => delete rest[name]);
    return { method, path: asked.length ? `${filled}?${new URLSearchParams(asked)}` : filled, body: method === 'GET' ? undefined : rest };
}

/** @returns {Promise<{ ok: boolean, code?: string, body: any }>} by REST */
export async function byRest(who, act, room, fields) {
    const { method, path, body } = request(act.route, room, fields);
    const answer = await who.ask(method, path, body);
    const ok = answer.status < 300;
    return { ok, code: ok ? undefined : answer.body.code, body: answer.body };
}

/** The same on a socket. */
export async function bySocket(socket, act, room, fields) {
    const reply = await socket.request(act.command, { room: room.id, ...fields });
    return { ok: reply.ok, code: reply.error?.code, body: reply };
}

export const nameOf = (act) => `${act.command ?? act.route}${act.permission ? ` (${[act.permission, act.about].filter(Boolean).join(': ')})` : ''}`;

// ---- what is missing ------------------------------------------------------------------------------------

const isOfARoom = ({ path, summary }) => path.startsWith('/rooms/{id}') || /permission `/.test(summary);
const takesANonce = ({ body = {} }) => 'nonce?' in body;
const withoutMark = (name) => name.replace('?', '');

/** What adds to a room's log and is a route alone: what administrators of the server do to a group that they are not in. */
const ROUTES_ALONE = ['oversee_group'];

/** What schema/ has and no row does: routes and commands of rooms, settings of a room, permissions; and rows that do what no route, or no command, does. */
export function undescribed() {
    const done = (key) => new Set([...ACTS, ...ADMINS_ACTS].map((act) => act[key]));
    const [doneRoutes, doneCommands, donePermissions] = [done('route'), done('command'), done('permission')];
    const filled = new Set(ACTS.filter(({ route }) => route === 'update_room').flatMap(({ fields }) => Object.keys(fields())));
    return [
        ...Object.values(routes).filter((route) => isOfARoom(route) || takesANonce(route)).map(({ name }) => name)
            .filter((name) => name !== 'create_room' && !doneRoutes.has(name)),
        ...Object.values(commands).filter(({ fields, summary }) => 'room' in fields || 'room?' in fields || /permission `/.test(summary)).map(({ type }) => type).filter((type) => !doneCommands.has(type)),
        ...Object.keys(routes.update_room.body).map(withoutMark).filter((name) => name !== 'nonce' && !filled.has(name)),
        ...permissions.map(({ name }) => name).filter((name) => !donePermissions.has(name)),
        ...[...ACTS, ...ADMINS_ACTS].filter(({ route, command, event }) => event && !(route && command) && !ROUTES_ALONE.includes(route))
            .map(({ route, command }) => `${route ?? command} has no ${route ? 'command' : 'route'}`),
    ];
}

/** Rows that say another permission than the route's and the command's own words. */
export function contradicted() {
    return ACTS.filter(({ permission, route, command }) => permission && [routes[route], commands[command]].some((one) => {
        const [, named] = /(?:[Tt]akes|with) the permission `(\w+)`/.exec(one?.summary ?? '') ?? [];
        return named && named !== permission;
    })).map(nameOf);
}
