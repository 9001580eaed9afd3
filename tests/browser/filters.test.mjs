// Words that a group does not want, and people who have just come to it: set by its moderators, told to who writes.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { makeAdmin, serveWithAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach }, serveWithAdmin);

async function look(account, group) {
    const visitor = await enter(account);
    await visitor.roomItem(group.name).click();
    await visitor.at('room-title').waitFor();
    return visitor;
}

async function together() {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const member = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Tea'), [member]);
    return { owner, member, group };
}

test('a moderator sets filters; who writes such a word is told, keeps the words and may say it otherwise', async () => {
    const { owner, member, group } = await together();
    const [ann, bob] = [await look(owner, group), await look(member, group)];
    await bob.at('members').click();
    await bob.at('member-list').waitFor();
    await ann.at('members').click();
    await ann.at('filters-open').click();
    await ann.at('filter-words').fill('casino\n\ncrypto*\ncasino');
    await ann.at('filter-links').selectOption('unlisted');
    await ann.at('filter-hosts').fill('https://evil.example/');
    await ann.at('filters-save').click();
    await bob.at('notice').filter({ hasText: 'Ann Ash changed the filters' }).waitFor();
    await bob.say('Come to the CASINO');
    await bob.at('message', '[data-state="failed"]').filter({ hasText: 'A filter does not let this through' }).waitFor();
    await bob.message('CASINO').filter({ hasText: 'Say it in other words.' }).waitFor();
    await bob.at('rewrite').click();
    await bob.holds('composer', 'Come to the CASINO');
    await bob.focused(bob.at('composer'));
    await bob.message('CASINO').waitFor({ state: 'detached' });
    await bob.say('Come to the cinema');
    await bob.at('message', '[data-state="sent"]').filter({ hasText: 'cinema' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.at('filters-open').click();
    await ann.page.waitForFunction(() => document.querySelector('[data-testid="filter-words"]')?.value === 'casino\ncrypto*');
    await ann.page.waitForFunction(() => document.querySelector('[data-testid="filter-hosts"]')?.value === 'evil.example');
    assert.equal(await bob.at('filters-open').count(), 0);
});

test('what the server does not take is told at its field, and nothing that was typed is lost', async () => {
    const { owner, group } = await together();
    const ann = await look(owner, group);
    ann.expects(422);
    await ann.at('members').click();
    await ann.at('filters-open').click();
    const words = ann.page.locator('.field').filter({ has: ann.at('filter-words') });
    await ann.at('filter-words').fill('fine\nca*no');
    await ann.at('filters-save').click();
    await words.getByRole('alert').filter({ hasText: '“ca*no”: * stands at the beginning or the end' }).waitFor();
    assert.equal(await ann.at('filter-words').getAttribute('aria-invalid'), 'true');
    await ann.holds('filter-words', 'fine\nca*no');
    await ann.at('filter-words').fill(Array.from({ length: 501 }, (_, at) => `w${at}`).join('\n'));
    await ann.at('filters-save').click();
    await words.getByRole('alert').filter({ hasText: 'These are too many: at most 500.' }).waitFor();
    await ann.at('filter-words').fill('x'.repeat(101));
    await ann.at('filters-save').click();
    await words.getByRole('alert').filter({ hasText: 'is too long' }).waitFor();
    await ann.at('filter-words').fill('fine');
    await ann.at('filter-links').selectOption('listed');
    await ann.at('filter-hosts').fill('example.org\nno host');
    await ann.at('filters-save').click();
    await ann.page.locator('.field').filter({ has: ann.at('filter-hosts') }).getByRole('alert').filter({ hasText: '“no host” is not the name of a host' }).waitFor();
    assert.equal(await words.getByRole('alert').count(), 0);
    await ann.at('filter-hosts').fill('example.org');
    await ann.at('filters-save').click();
    await ann.toasted('The filters are saved.');
});

test('newcomers are told above the field what they may not write yet, and until when', async () => {
    const { owner, member, group } = await together();
    const ann = await look(owner, group);
    await ann.at('members').click();
    await ann.at('filters-open').click();
    await ann.at('newcomers-for').selectOption('3600');
    await ann.at('newcomers', '[data-seconds="3600"]').waitFor();
    const bob = await look(member, group);
    await bob.at('newcomer').filter({ hasText: 'no links and no mention of everybody' }).waitFor();
    await bob.say('see https://example.org');
    await bob.at('message', '[data-state="failed"]').filter({ hasText: 'not been here for long enough' }).waitFor();
    await ann.at('newcomers-links').click();
    await ann.at('newcomers-links', '[aria-checked="false"]').waitFor();
    await bob.at('newcomer').filter({ hasText: /: no mention of everybody/ }).waitFor();
    await ann.at('newcomers-slow').selectOption('300');
    await bob.say('I am new here');
    await bob.at('slow-wait').filter({ hasText: /4:\d\d/ }).waitFor();
    await ann.at('newcomers-for').selectOption('0');
    await bob.at('newcomer').waitFor({ state: 'detached' });
    await bob.at('slow-wait').waitFor({ state: 'detached' });
});

test('an administrator sets both for the whole server', async () => {
    const { owner, member, group } = await together();
    await makeAdmin(server, owner);
    const ann = await enter(owner);
    await ann.page.evaluate(() => { location.hash = '#/admin/settings'; });
    await ann.at('newcomers-for').focus();
    await ann.at('newcomers-for').selectOption('3600');
    await ann.at('newcomers', '[data-seconds="3600"][aria-busy="false"]').waitFor();
    await ann.focused(ann.at('newcomers-for'));
    await ann.at('newcomers-strangers').press('Space');
    await ann.at('newcomers-strangers', '[aria-checked="true"][aria-disabled="false"]').waitFor();
    await ann.focused(ann.at('newcomers-strangers'));
    await ann.at('filter-words').fill('viagra');
    await ann.at('filters-save').click();
    await ann.toasted('The filters are saved.');
    const bob = await look(member, group);
    await bob.at('newcomer').waitFor();
    const described = await bob.at('composer').getAttribute('aria-describedby');
    assert.ok(described?.split(' ').includes(await bob.at('newcomer').getAttribute('id')));
    await bob.say('viagra');
    await bob.at('message', '[data-state="failed"]').filter({ hasText: 'A filter does not let this through' }).waitFor();
    // Of somebody whom one does not know yet one is told from when on one can write to them.
    const stranger = await signUp(server, freshName('cem'), { display_name: 'Cem Cedar' });
    bob.expects(403);
    await bob.at('new-chat').click();
    await bob.at('new-direct').click();
    await bob.at('people-search').fill(stranger.user.username);
    await bob.at('person').first().click();
    await bob.page.getByRole('alert').filter({ hasText: 'You are new here. You can do this from' }).waitFor();
    expectStatus(await owner.patch('/admin/settings', { filters: null, newcomers: null }), 200);
});
