// Groups that everybody may find: made public in the page, found, joined and left again.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshName, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach });

test('a group that is made public is found by who is in none, joined, and left again', async () => {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const stranger = await signUp(server, freshName('bob'), { display_name: 'Bob Birch' });
    const group = await owner.createGroup(freshName('Garden'), []);
    const [ann, bob] = [await enter(owner), await enter(stranger)];
    await ann.roomItem(group.name).click();
    await ann.at('members').click();
    await ann.at('public').click();
    await ann.at('notice').filter({ hasText: 'made the group public' }).waitFor();

    await bob.page.getByRole('link', { name: 'Find groups' }).click();
    await bob.at('directory-search').fill(group.name);
    const listed = bob.at('listed', `[data-room="${group.id}"]`);
    await listed.locator('[data-testid="join-listed"]').click();
    await bob.at('composer').fill('Hello, garden');
    await bob.at('send').click();
    await ann.at('message').filter({ hasText: 'Hello, garden' }).waitFor();
    await bob.at('members').click();
    await bob.at('leave').click();
    await bob.at('confirm').click();
    await ann.at('notice', '[data-type="room.user.left"]').waitFor();
    expectStatus(await stranger.get(`/rooms/${group.id}`), 404);

    expectStatus(await owner.patch(`/rooms/${group.id}`, { visibility: 'private' }), 200);
    await bob.at('new-chat').click();
    await bob.at('find-groups').click();
    await bob.at('directory-search').fill(group.name);
    await bob.page.getByText(`Nothing found for “${group.name}”`).waitFor();
    assert.equal(await listed.count(), 0);
});

test('a public group that takes who is accepted is made for announcements in one step', async () => {
    const [one, two] = [await signUp(server, freshName('ann')), await signUp(server, freshName('bob'))];
    const [ann, bob] = [await enter(one), await enter(two)];
    const name = freshName('Harbour');
    await ann.at('new-chat').click();
    await ann.at('new-group').click();
    await ann.at('group-name').fill(name);
    assert.equal(await ann.at('group-topic').count(), 0, 'folded: a name is enough');
    await ann.at('group-more').click();
    await ann.at('group-topic').fill('Tides and times');
    await ann.at('group-public').click();
    await ann.at('group-approval').click();
    await ann.at('group-announce').click();
    await ann.at('group-more').click();
    await ann.at('group-more-set').filter({ hasText: 'Tides and times · Public · Join by approval · Announcements only' }).waitFor();
    await ann.at('create').click();
    await ann.at('composer').waitFor();
    const { rooms: [made] } = expectStatus(await one.get('/rooms'), 200);
    assert.deepEqual([made.topic, made.visibility, made.join, made.permissions], ['Tides and times', 'public', 'approval', { write: 'moderator' }]);
    await bob.at('new-chat').click();
    await bob.at('find-groups').click();
    await bob.at('directory-search').fill(name);
    await bob.at('listed').filter({ hasText: 'Tides and times' }).locator('[data-testid="ask"]').click();
    await bob.at('ask-text').waitFor();
});

test('who asks a group that decides of each is seen by those who decide, refused or accepted, and sees it', async () => {
    const owner = await signUp(server, freshName('ann'), { display_name: 'Ann Ash' });
    const [bee, cat] = [await signUp(server, freshName('bee'), { display_name: 'Bee Birch' }), await signUp(server, freshName('cat'))];
    const group = await owner.createGroup(freshName('Club'), []);
    expectStatus(await owner.patch(`/rooms/${group.id}`, { visibility: 'public' }), 200);
    const [ann, bob] = [await enter(owner), await enter(bee)];
    await ann.roomItem(group.name).click();
    await ann.at('members').click();
    await ann.at('approval').click();
    await ann.at('notice').filter({ hasText: 'lets people join by approval' }).waitFor();
    await bob.page.getByRole('link', { name: 'Find groups' }).click();
    await bob.at('directory-search').fill(group.name);
    await bob.at('listed', `[data-room="${group.id}"]`).locator('[data-testid="ask"]').click();
    await bob.at('ask-text').fill('I sing');
    await bob.at('ask-send').click();
    await bob.at('asked').waitFor();
    await ann.at('askers').filter({ hasText: '1' }).waitFor();
    await bob.at('take-back').press('Enter');
    await bob.focused(bob.at('ask'));
    await ann.at('askers').waitFor({ state: 'detached' });
    await bob.at('ask').click();
    await bob.at('ask-text').fill('I sing, and dance');
    await bob.at('ask-send').click();
    const asker = (person) => ann.at('asker', `[data-user="${person.user.username}"]`);
    await asker(bee).filter({ hasText: 'I sing, and dance' }).waitFor();
    expectStatus(await cat.post(`/rooms/${group.id}/requests`, {}), 200);
    await ann.at('askers').filter({ hasText: '2' }).waitFor();
    await asker(cat).locator('[data-testid="refuse"]').click();
    await asker(cat).waitFor({ state: 'detached' });
    await asker(bee).locator('[data-testid="accept"]').click();
    await ann.at('askers').waitFor({ state: 'detached' });
    await bob.roomItem(group.name).click();
    await bob.at('composer').waitFor();
    const [{ state }] = expectStatus(await cat.get('/me/requests'), 200).requests;
    assert.equal(state, 'refused');
});
