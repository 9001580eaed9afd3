// Somebody reports a message; who moderates sees it come, does something about it, and who reported is told.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

/** Ann owns a group; Bob was rude in it, Cal looks at it. */
async function stage() {
    const ann = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const bob = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const cal = await signUp(server, freshName('cal'), { display_name: 'Cal Cedar' });
    const group = await ann.createGroup(freshName('Tea'), [bob, cal]);
    const rude = await bob.say(group, 'buy my pills');
    const look = async (account) => {
        const visitor = await enter(account);
        await visitor.roomItem(group.name).click();
        await visitor.at('room-title').waitFor();
        return visitor;
    };
    return { ann, bob, cal, group, rude, look };
}

test('a message is reported, seen live by who moderates, deleted, decided, and the end is told', async () => {
    const { ann, bob, cal, group, rude, look } = await stage();
    const content = { type: 'poll', text: 'How many?', options: ['a hundred', 'a thousand'] };
    expectStatus(await bob.post(`/rooms/${group.id}/messages`, { nonce: freshNonce(), content }), 201);
    const owner = await look(ann), member = await look(cal);
    await member.act('buy my pills', 'report');
    await member.at('report-category').selectOption('spam');
    await member.at('report-text').fill('Third time today');
    await member.at('report-send').click();
    await member.toasted('Reported.');
    await owner.at('reports-badge', '[data-count="1"]').waitFor();
    await owner.roomItem(group.name).locator('[data-testid="reported"]').waitFor();
    assert.equal(await member.at('reported').count(), 0);
    await owner.at('members').click();
    await owner.at('reports-open').click();
    const report = owner.at('report');
    await report.filter({ hasText: 'A message of Bob Birch' }).filter({ hasText: 'Third time today' }).waitFor();
    await report.locator(`[data-testid="evidence"] [data-seq="${rude.seq}"]`).filter({ hasText: 'buy my pills' }).waitFor();
    await report.locator('[data-testid="evidence"]').filter({ hasText: 'a thousand' }).waitFor();
    await owner.at('report-delete').click();
    await owner.at('confirm').click();
    await member.at('message', '[data-state="sent"]').filter({ hasText: 'buy my pills' }).waitFor({ state: 'detached' });
    await owner.at('report-reason').fill('Told him');
    await owner.at('report-acted').click();
    await report.waitFor({ state: 'detached' });
    await owner.at('reports-badge').first().waitFor({ state: 'detached' });
    await member.toasted('something was done');
    await owner.at('reports-all').click();
    await owner.at('report', '[data-state="acted"]').filter({ hasText: 'Told him' }).waitFor();
    assert.equal(await owner.at('evidence').count(), 0);
    await owner.page.keyboard.press('Escape');
    await owner.at('audit-open').click();
    await owner.at('audit-entry', '[data-type="report.resolved"]').filter({ hasText: 'Ann Ash decided a report' }).waitFor();
    await member.openSettings('privacy');
    await member.at('own-report', '[data-state="acted"]').waitFor();
    await member.at('put-aside').click();
    await member.at('own-report').waitFor({ state: 'detached' });
});

test('who is reported and has left is banned from the report, and what they left is deleted', async () => {
    const { ann, bob, cal, group, rude, look } = await stage();
    expectStatus(await cal.post('/reports', { room: group.id, seq: rude.seq, category: 'spam' }), 201);
    const owner = await look(ann);
    await owner.at('members').click();
    await owner.at('reports-open').click();
    for (const act of ['delete', 'mute', 'remove'])
        await owner.at(`report-${act}`).waitFor();
    assert.equal(await owner.at('report-ban').count(), 0);
    expectStatus(await bob.delete(`/rooms/${group.id}/members/${bob.id}`, { nonce: freshNonce() }), 204);
    await owner.at('report').filter({ hasText: 'Not in the group any more' }).waitFor();
    assert.equal(await owner.at('report-mute').count() + await owner.at('report-remove').count(), 0);
    await owner.at('report-ban').click();
    await owner.at('reason').fill('Pills');
    await owner.at('keep-out').selectOption('');
    await owner.at('remove-member').click();
    await owner.at('remove-member').waitFor({ state: 'detached' });
    assert.equal((await ann.post(`/rooms/${group.id}/members`, { user_id: bob.id, nonce: freshNonce() })).status, 403);
    await owner.at('report-delete-messages').click();
    await owner.at('delete-messages').click();
    await owner.toasted('1 message was deleted');
});

test('a queue is searched, a report handed on, and who may not decide sees no queue', async () => {
    const { ann, bob, cal, group, rude, look } = await stage();
    const other = await bob.say(group, 'and cars');
    for (const [seq, text] of [[rude.seq, 'sells pills'], [other.seq, 'sells cars']])
        assert.equal((await cal.post('/reports', { room: group.id, seq, category: 'spam', text })).status, 201);
    const owner = await look(ann), member = await look(cal);
    await owner.at('reports-badge', '[data-count="2"]').waitFor();
    await owner.at('members').click();
    await owner.at('reports-open').click();
    await owner.counts(owner.at('report'), 2);
    await owner.at('reports-search').fill('PILLS');
    await owner.counts(owner.at('report'), 1);
    await owner.at('report').filter({ hasText: 'sells pills' }).waitFor();
    await owner.at('report-escalate').click();
    await owner.counts(owner.at('report'), 0);
    await owner.at('reports-search').fill('');
    await owner.at('report').filter({ hasText: 'sells cars' }).waitFor();
    await owner.page.keyboard.press('Escape');
    await owner.at('reports-badge', '[data-count="1"]').first().waitFor();
    await member.at('members').click();
    await member.at('report-room').waitFor();
    assert.equal(await member.at('reports-open').count(), 0);
    await member.at('member', `[data-user="${bob.user.username}"]`).locator('.people-pick').click();
    await member.at('report-user').click();
    await member.at('report-form').waitFor();
    await member.at('report-category').selectOption('impersonation');
    await member.at('report-send').click();
    await member.toasted('Reported.');
});

test('of a long queue only what comes into sight is read', async () => {
    const { ann, bob, cal, group, look } = await stage();
    for (let n = 0; n < 30; n++) {
        const [one, other] = n % 2 ? [bob, cal] : [cal, bob]; // one may have twenty reports open
        const { seq } = await one.say(group, `pills, ${n}.`);
        expectStatus(await other.post('/reports', { room: group.id, seq, category: 'spam' }), 201);
    }
    const owner = await look(ann);
    await owner.at('members').click();
    const reads = [];
    owner.page.on('request', (request) => /\/reports\/[^/]+$/.test(new URL(request.url()).pathname) && reads.push(request));
    await owner.at('reports-open').click();
    await owner.counts(owner.at('report'), 30);
    await owner.at('evidence').first().filter({ hasText: 'pills, 29.' }).waitFor();
    const oldest = owner.at('report').last();
    assert.equal(await oldest.locator('[data-testid="evidence"]').count(), 0);
    await oldest.scrollIntoViewIfNeeded();
    await oldest.locator('[data-testid="evidence"]').filter({ hasText: 'pills, 0.' }).waitFor();
    assert.ok(reads.length < 20, `${reads.length} of 30 were read`);
});

test('Escape leaves what was asked last, and nothing that was written below it is lost', async () => {
    const { bob, cal, group, rude, ann, look } = await stage();
    expectStatus(await cal.post('/reports', { room: group.id, seq: rude.seq, category: 'spam' }), 201);
    const owner = await look(ann);
    await owner.at('members').click();
    await owner.at('reports-open').click();
    await owner.at('report-reason').fill('He was told');
    for (const [act, asks] of [['report-mute', 'mute-confirm'], ['report-remove', 'remove-member'], ['report-delete', 'confirm'], ['report-person', 'person-card']]) {
        await owner.at(act).focus();
        await owner.page.keyboard.press('Enter');
        await owner.at(asks).waitFor();
        await owner.page.keyboard.press('Escape');
        await owner.at(asks).waitFor({ state: 'detached' });
        await owner.focused(owner.at(act));
    }
    await owner.holds('report-reason', 'He was told');
    await owner.page.keyboard.press('Escape');
    await owner.at('reports-list').waitFor({ state: 'detached' });
    assert.equal((await bob.get(`/rooms/${group.id}`)).status, 200);
});
