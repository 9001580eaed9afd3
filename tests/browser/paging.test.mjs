// What comes page by page: with pages of two, each list is read to its end by its button.

import { after, afterEach, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const PAGE = 2;
const { server, enter } = await openStage({ after, afterEach }, (owner) => serveWithAdmin(owner, { args: ['--limit', `page_default=${PAGE}`] }));

/** Goes by the keyboard alone until all are there and the button is gone; the first line that came last has the focus then. */
async function readAll(visitor, items, more, all) {
    await visitor.at(more).focus();
    let shown = PAGE;
    for (; shown < all; shown += PAGE) {
        await visitor.counts(items, shown);
        await visitor.focused(visitor.at(more));
        await visitor.page.keyboard.press('Enter');
    }
    await visitor.counts(items, all);
    await visitor.at(more).waitFor({ state: 'detached' });
    await visitor.focused(items.nth(shown - PAGE).locator('xpath=ancestor-or-self::li'));
}

/** The next page is refused once, which is told, and comes at the next press. */
async function failOnce(visitor, more, pages) {
    visitor.expects(429);
    const body = JSON.stringify({ code: 'rate.limited', retry_after_ms: 0 });
    await visitor.page.route(pages, (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body }));
    await visitor.at(more).press('Enter');
    await visitor.page.locator('dialog[open] [role="alert"]').waitFor();
    await visitor.page.unroute(pages);
}

/** So many, one after the other. */
const make = (count, one) => Array.from({ length: count }).reduce(async (before, _, n) => [...await before, await one(n)], []);

test('people, groups and what was done are read to their end by who is in charge of the server', async () => {
    const stem = freshName('crowd');
    const people = await make(5, (n) => signUp(server, `${stem}_${n}`));
    await make(5, (n) => people[0].createGroup(`${stem} ${n}`, []));
    const admin = await signInAdmin(server);
    for (const { id } of people) expectStatus(await admin.delete(`/admin/people/${id}/sessions`), 200);
    const root = await enter(admin);
    await root.page.goto(`${server.url}/#/admin/people`);
    await root.at('admin-search').fill(stem);
    await root.at('admin-person', `[data-user^="${stem}"]`).first().waitFor();
    await readAll(root, root.at('admin-person'), 'admin-more', 5);
    await root.page.goto(`${server.url}/#/admin/rooms`);
    await root.at('admin-room-search').fill(stem);
    await root.at('admin-room').filter({ hasText: stem }).first().waitFor();
    await readAll(root, root.at('admin-room'), 'admin-rooms-more', 5);
    await root.page.goto(`${server.url}/#/admin/audit`);
    await root.at('admin-audit-type').selectOption('user.sessions_ended');
    await readAll(root, root.at('admin-audit-entry'), 'admin-audit-more', 5);
});

test('who a group may be given to is read to the end, also behind a page that did not come', async () => {
    const people = await make(6, () => signUp(server));
    const { name } = await people[0].createGroup(freshName('Crew'), people.slice(1));
    const root = await enter(await signInAdmin(server));
    await root.page.goto(`${server.url}/#/admin/rooms`);
    await root.at('admin-room-search').fill(name);
    await root.at('admin-room').filter({ hasText: name }).click();
    await root.at('give-room').click();
    const others = root.at('give-to'); // its owner is no choice, in whichever page they are
    await others.first().waitFor();
    await failOnce(root, 'give-more', '**/members*');
    let shown = 0;
    while ((await root.at('give-more').count()) > 0) {
        shown = await others.count();
        await root.at('give-more').press('Enter');
        await others.nth(shown).waitFor();
    }
    await root.counts(others, 5);
    await root.focused(others.nth(shown).locator('input'));
});

test('who asks to join, what was done and what is reported are read to their end by who owns a group', async () => {
    const owner = await signUp(server, freshName('ann'));
    const group = await owner.createGroup(freshName('Club'), []);
    expectStatus(await owner.patch(`/rooms/${group.id}`, { visibility: 'public', nonce: freshNonce() }), 200);
    const crowd = await make(5, () => signUp(server));
    for (const one of crowd) expectStatus(await one.post(`/rooms/${group.id}/join`, { nonce: freshNonce() }), 200);
    for (const [n, one] of crowd.entries()) {
        const { seq } = await one.say(group, `pills, ${n}`);
        expectStatus(await crowd.at(n - 1).post('/reports', { room: group.id, seq, category: 'spam' }), 201);
        expectStatus(await owner.put(`/rooms/${group.id}/members/${one.id}/mute`, { seconds: 60 }), 200);
    }
    expectStatus(await owner.patch(`/rooms/${group.id}`, { join: 'approval', nonce: freshNonce() }), 200);
    for (const asker of await make(5, () => signUp(server))) expectStatus(await asker.post(`/rooms/${group.id}/requests`, {}), 200);
    const ann = await enter(owner);
    await ann.openRoom(group.name);
    await ann.at('members').click();
    await readAll(ann, ann.at('asker'), 'more-requests', 5);
    await ann.at('reports-open').click();
    await readAll(ann, ann.at('report'), 'reports-more', 5);
    await ann.page.keyboard.press('Escape');
    await ann.at('audit-open').click();
    await ann.at('audit-type').selectOption('room.user.muted');
    await readAll(ann, ann.at('audit-entry'), 'audit-more', 5);
});

test('public groups are read to their end by whoever looks for one', async () => {
    const owner = await signUp(server);
    const stem = freshName('Garden');
    for (const { id } of await make(5, (n) => owner.createGroup(`${stem} ${n}`, []))) expectStatus(await owner.patch(`/rooms/${id}`, { visibility: 'public', nonce: freshNonce() }), 200);
    const bob = await enter(await signUp(server));
    await bob.at('new-chat').click();
    await bob.at('find-groups').click();
    await bob.at('directory-search').fill(stem);
    await bob.at('listed').filter({ hasText: stem }).first().waitFor();
    await readAll(bob, bob.at('listed'), 'directory-more', 5);
});
