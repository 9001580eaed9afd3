// Stations of the tour of axe_tour.mjs where something is asked before it is done, to a group, to people or to oneself,
// and what those see to whom it was done. Each leaves the page as it found it, or says where it leads.

import { signInAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, PASSWORD, signUp, text } from '../support/people.mjs';

/** Somebody who is not let in, before the form: they read why. */
export async function lookAtSuspended({ server, visitor, check }) {
    const banished = await signUp(server, freshName('banished'));
    const root = await signInAdmin(server);
    expectStatus(await root.put(`/admin/people/${banished.id}/suspension`, { seconds: 86_400, reason: 'Adverts' }), 200);
    await visitor.at('username').fill(banished.user.username);
    await visitor.at('password').fill(PASSWORD);
    await visitor.at('submit').click();
    await visitor.at('suspended').waitFor();
    await check('sign-in of somebody suspended');
    return banished;
}

/** What administrators do to people; in the list of people. */
export async function lookAtAdminActs({ page, visitor, check }, { other, banished }) {
    const open = async (person) => {
        await visitor.at('admin-search').fill(person.user.username);
        await visitor.at('admin-person', `[data-user="${person.user.username}"]`).click();
        await visitor.at('standing').waitFor();
    };
    await open(other);
    for (const [act, asks] of [['suspend', 'suspend-confirm'], ['end-sessions-of', 'confirm'], ['change-admin', 'confirm']]) {
        await visitor.at(act).click();
        await visitor.at(asks).waitFor();
        await check(`what an administrator does: ${act}`);
        await page.keyboard.press('Escape');
        await visitor.at(asks).waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Escape');
    await open(banished);
    await visitor.at('suspension').waitFor();
    await check('how somebody stands who is suspended');
    await page.keyboard.press('Escape');
    await visitor.at('admin-search').fill('');
}

/** Codes to sign up with; in the settings of the server. */
export async function lookAtInviteCodes({ page, visitor, check }) {
    await page.locator('#signup-invite').check();
    await visitor.at('invite-make').click();
    await visitor.at('invite-code').waitFor();
    await check('invitation codes of the server');
    await page.locator('#signup-default').check();
    await visitor.at('admin-signup', '[data-set="false"]').waitFor();
}

/** Before something is done to who is reported; in the reports of a group. */
export async function lookAtReportActs({ page, visitor, check }) {
    for (const [act, asks] of [['report-delete', 'confirm'], ['report-mute', 'mute-confirm'], ['report-remove', 'remove-member']]) {
        await visitor.at(act).first().click();
        await visitor.at(asks).waitFor();
        if (act === 'report-remove') {
            await check('removing who is reported');
            await visitor.at('keep-out').selectOption('604800');
        }
        await check(`what is done about a report: ${act}`);
        await page.keyboard.press('Escape');
        await visitor.at(asks).waitFor({ state: 'detached' });
    }
}

/** Who may do what, and for how long edits are kept; in the details of a group. */
export async function lookAtGroupActs({ page, visitor, check }) {
    await visitor.at('permissions-open').click();
    await visitor.at('permission').first().waitFor();
    await check('who may do what');
    await page.keyboard.press('Escape');
    await visitor.at('edit-history').selectOption('0');
    await visitor.at('confirm').waitFor();
    await check('before what was edited away is let go');
    await page.keyboard.press('Escape');
}

/** What a message said before, and what one may do to who wrote it; in a room where one moderates. */
export async function lookAtMessageActs({ page, visitor, check }, { edited, answer }) {
    await visitor.act(edited, 'versions');
    await visitor.at('version').nth(1).waitFor();
    await check('what a message said before');
    await page.keyboard.press('Escape');
    await visitor.act(answer, 'person');
    await visitor.at('person-remove').waitFor();
    await check('person whose message one moderates');
    await page.keyboard.press('Escape');
}

/** Before an account is deleted, and a folder; leads to the settings. */
export async function lookAtOwnDeletions({ page, visitor, check, goTo }) {
    await goTo('/settings/account', 'delete-account');
    await visitor.at('delete-account').click();
    await visitor.at('delete-password').waitFor();
    await check('deleting the account');
    await visitor.at('delete-password').fill('not this');
    await visitor.at('delete-confirm').click();
    await page.locator('dialog [aria-invalid="true"]').waitFor();
    await check('deleting the account, with a mistake');
    await page.keyboard.press('Escape');
    await goTo('/settings/folders', 'folder-delete');
    await visitor.at('folder-delete').first().click();
    await visitor.at('confirm').waitFor();
    await check('deleting a folder');
    await page.keyboard.press('Escape');
}

/** What somebody sees who is banned from the group that they look at; leads there. */
export async function lookAtRemoved({ visitor, check, goTo }, { me, other }) {
    const room = await other.createGroup('Not for long', [me]);
    await goTo(`/rooms/${room.id}`, 'beginning');
    expectStatus(await other.put(`/rooms/${room.id}/bans/${me.id}`, { seconds: 604_800, reason: 'Sold my teapot', nonce: freshNonce() }), 200);
    await visitor.at('removed').waitFor();
    await check('who is removed');
}

/** What is said of what has disappeared, where it is answered, saved or led to; leads to the saved. The server's clock is right again then. */
export async function lookAtExpired({ server, page, visitor, check, goTo }, { me, other }) {
    const room = await other.createGroup('Short', [me]);
    expectStatus(await other.patch(`/rooms/${room.id}`, { retention_s: 240, nonce: freshNonce() }), 200);
    const { seq } = await other.say(room, 'soon gone');
    await me.put(`/me/feed/saved:${room.id}.${seq}`, { value: { at: '2026-11-26T10:00:00.000Z' } });
    const passes = async (ms) => {
        await server.turnClock(ms);
        await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    };
    await passes(200_000);
    await other.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('about it'), reply_to: seq });
    await goTo(`/rooms/${room.id}`, 'quote');
    await passes(300_000);
    await visitor.at('quote', '[data-gone="expired"]').waitFor();
    await visitor.message('soon gone').waitFor({ state: 'detached' });
    await check('where something has disappeared');
    await goTo(`/rooms/${room.id}/thread/${seq}`, 'thread-gone');
    await check('a thread that has disappeared');
    await goTo('/saved', 'saved-message');
    await visitor.at('saved-message', '[data-gone="expired"]').waitFor();
    await check('saved, and disappeared');
    await server.turnClock(0);
}
