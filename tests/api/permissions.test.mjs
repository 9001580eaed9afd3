// Who may do what, as a table: every role and every act, by REST and on a socket, is allowed or refused as
// schema/permissions.json says, or as the room has set it; people of a lower role are acted upon, others not.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ACTS, byRest, bySocket, nameOf, permissions, putBack, reaches, ROLES, stageOf } from '../support/acts.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'report_burst=1000', '--limit', 'reports_open=1000'] });
const tableOf = (column) => Object.fromEntries(permissions.map((row) => [row.name, row[column]]));
const set = (who, room, change) => who.patch(`/rooms/${room.id}`, { ...change, nonce: freshNonce() });

/** The doors by which an act is done: what is only read has no command, and typing no route. */
const doors = (stage, act) => [
    ...act.route ? [['over REST', (who, room, fields) => byRest(who, act, room, fields)]] : [],
    ...act.command ? [['on a socket', (who, room, fields) => bySocket(stage.sockets.get(who), act, room, fields)]] : [],
];

/** The code with which somebody of this role is refused; undefined: they may. */
function refusal(act, role, permits) {
    if (act.never)
        return act.never;
    if (act.permission === null || permits(role, act.permission))
        return undefined;
    return act.refusal?.(role, permits) ?? 'room.forbidden';
}

/** Every act by every role, each at every door. */
async function goDown(acts, stage, permits) {
    for (const act of acts)
        for (const role of ROLES)
            for (const [how, door] of doors(stage, act)) {
                const who = stage.of[role];
                const fields = await act.fields(stage, who);
                const answer = await door(who, stage.room, fields);
                const expected = refusal(act, role, permits);
                assert.equal(answer.code, expected, `${nameOf(act)} by ${role} ${how}: ${JSON.stringify(answer.body)}`);
                if (answer.ok)
                    await act.afterwards?.(stage, role, fields);
            }
}

test('every role and every act, by both doors: as the table says', async () => {
    const least = tableOf('default');
    await goDown(ACTS, await stageOf(server), (role, permission) => reaches(role, least[permission]));
});

test('what the room sets holds instead, as low as it can be set', async () => {
    const stage = await stageOf(server);
    const least = tableOf('least');
    expectStatus(await set(stage.owner, stage.room, { permissions: least }), 200);
    assert.deepEqual((await stage.of.guest.room(stage.room)).permissions, least);
    await goDown(ACTS.filter(({ permission }) => permission), stage, (role, permission) => reaches(role, least[permission]));
});

test('and as high: everything is the owner\'s alone', async () => {
    const stage = await stageOf(server);
    const owners = Object.fromEntries(permissions.map(({ name }) => [name, 'owner']));
    expectStatus(await set(stage.owner, stage.room, { permissions: owners }), 200);
    await goDown(ACTS.filter(({ permission }) => permission), stage, (role) => role === 'owner');
});

test('nothing is set lower than it can be, nor to what is no role', async () => {
    const stage = await stageOf(server);
    for (const { name, least } of permissions) {
        const low = ROLES[ROLES.indexOf(least) + 1];
        for (const role of low ? [low, 'king'] : ['king'])
            expectProblem(await set(stage.owner, stage.room, { permissions: { [name]: role } }), 422, 'field.invalid', `permissions.${name}`);
    }
    expectProblem(await set(stage.owner, stage.room, { permissions: 'all' }), 422, 'field.invalid', 'permissions');
    expectProblem(await set(stage.owner, stage.room, { permissions: {} }), 422, 'field.missing');
    assert.deepEqual((await stage.of.guest.room(stage.room)).permissions ?? {}, {});
});

test('what is done to people is done to those of a lower role alone', async () => {
    const stage = await stageOf(server);
    const lowest = tableOf('least');
    expectStatus(await set(stage.owner, stage.room, { permissions: lowest }), 200);
    for (const act of ACTS.filter(({ below }) => below))
        for (const target of ROLES.filter((role) => role !== 'owner' && (act.needs?.(role) ?? true)))
            for (const role of ROLES)
                for (const [how, door] of doors(stage, act)) {
                    const fields = await act.fields(stage, stage.of[role]);
                    if (act.event !== 'room.user.unmuted') // who is put back is not muted
                        await putBack(stage, stage.extra, target);
                    else
                        expectStatus(await stage.owner.patch(`/rooms/${stage.room.id}/members/${stage.extra.id}`, { role: target }), 200);
                    const allowed = reaches(role, lowest[act.permission]) && ROLES.indexOf(role) < ROLES.indexOf(target);
                    const answer = await door(stage.of[role], stage.room, fields);
                    assert.equal(answer.code, allowed ? undefined : 'room.forbidden', `${nameOf(act)} by ${role} to ${target} ${how}`);
                }
    for (const act of ACTS.filter(({ below }) => below))
        for (const role of ROLES.slice(1))
            for (const [how, door] of doors(stage, act)) {
                const fields = { ...await act.fields(stage, stage.owner), user_id: stage.owner.id };
                assert.equal((await door(stage.of[role], stage.room, fields)).code, 'room.forbidden', `${nameOf(act)} by ${role} to the owner ${how}`);
            }
});

test('in a room of two both may what the table says of it, and the rest is fixed', async () => {
    const stage = await stageOf(server);
    const fixed = Object.fromEntries(permissions.map(({ name, direct }) => [name, !direct]));
    const room = await stage.owner.createDirect(stage.of.guest);
    const both = [stage.owner, stage.of.guest];
    const own = new Map();
    for (const who of both)
        own.set(who, (await Promise.all(Array.from({ length: 24 }, () => who.say(room, 'of one\'s own')))).map(({ seq }) => seq));
    for (const act of ACTS)
        for (const [at, who] of both.entries())
            for (const [how, door] of doors(stage, act)) {
                const expected = act.never ?? act.direct ?? (fixed[act.permission] ? 'room.direct_fixed' : undefined);
                const needed = expected === 'room.direct_fixed' || act.never ? stage : { ...stage, room, own, extra: both[1 - at] };
                const answer = await door(who, room, await act.fields(needed, who));
                assert.equal(answer.code, expected, `${nameOf(act)} ${how}: ${JSON.stringify(answer.body)}`);
            }
});
