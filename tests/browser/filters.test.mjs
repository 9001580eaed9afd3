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
    await bob.say('Come to the cinema');
    await bob.at('message', '[data-state="sent"]').filter({ hasText: 'cinema' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.at('filters-open').click();
    await ann.page.waitForFunction(() => document.querySelector('[data-testid="filter-words"]')?.value === 'casino\ncrypto*');
    await ann.page.waitForFunction(() => document.querySelector('[data-testid="filter-hosts"]')?.value === 'evil.example');
    assert.equal(await bob.at('filters-open').count(), 0);
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
    await ann.at('newcomers-for').selectOption('0');
    await bob.at('newcomer').waitFor({ state: 'detached' });
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
    expectStatus(await owner.patch('/admin/settings', { filters: null, newcomers: null }), 200);
});
