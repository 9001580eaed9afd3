// Pictures of what keeps the peace and finds things again, and of the area of administrators: the world for them, and the way.

import { ADMIN } from '../support/admin.mjs';
import { followed } from '../support/finder.mjs';
import { expectStatus } from '../support/http.mjs';
import { png } from '../support/images.mjs';
import { freshNonce, signIn, signUp } from '../support/people.mjs';

/** What was reported, filtered, edited, archived and kept about people; who is suspended; what the server has of its own. */
export async function peace(server, { ada, ben, mira, lena }, { choir, weekend }) {
    const admin = await signIn(server, ADMIN);
    const spam = await signUp(server, 'deals', { display_name: 'Best Deals Today' });
    const told = (answer) => expectStatus(answer, 200, 201);
    told(await ada.post(`/rooms/${choir.id}/members`, { user_id: spam.id, nonce: freshNonce() }));
    await lena.say(choir, 'Does anybody have the alto part of the Fauré?');
    const advert = await spam.say(choir, 'Sunglasses, 80 % off, only today! https://deals.example/sun');
    await mira.say(choir, 'Not again.');
    told(await lena.post('/reports', { room: choir.id, seq: advert.seq, category: 'spam', text: 'The third time this week' }));
    told(await mira.post('/reports', { user_id: spam.id, category: 'impersonation', text: 'Says that they sell for the harbour shop, which knows nothing of it' }));
    const shop = await spam.createGroup('Free sunglasses for everybody', [mira]);
    told(await mira.post('/reports', { room: shop.id, category: 'spam' }));
    told(await ada.patch(`/rooms/${choir.id}`, { filters: { words: ['casino', 'crypto*', 'make money fast'], links: 'unlisted', hosts: ['deals.example', 'win.example'], links_action: 'report' }, newcomers: { seconds: 86_400, slow_mode_s: 30, bars: ['links', 'mention_all'] }, nonce: freshNonce() }));
    told(await ada.put(`/rooms/${choir.id}/members/${mira.id}/mute`, { seconds: 600, reason: 'A little calmer, please', nonce: freshNonce() }));
    for (const [one, contact] of [[ben, { nickname: 'Captain', notes: 'Has my second tent; the ferry times are in his calendar' }], [lena, {}], [mira, { notes: 'Biscuits: no nuts' }]])
        told(await ada.put(`/me/feed/contact:${one.id}`, { value: contact }));
    const old = await ben.createGroup('Summer festival 2025', [ada]);
    await ben.say(old, 'That was a good one, thank you all');
    told(await ada.put(`/me/feed/room:${old.id}`, { value: { archived: true } }));
    const said = await ada.say(weekend, 'We meet at the pier at 8:15');
    for (const words of ['We meet at the pier at **8:20**', 'We meet at the pier at **8:20**, by the blue boat'])
        told(await ada.patch(`/rooms/${weekend.id}/messages/${said.seq}`, { content: { type: 'text', text: words }, nonce: freshNonce() }));
    for (const [name, colour] of [['boat', [40, 90, 200]], ['biscuit', [200, 150, 60]], ['buoy', [210, 60, 40]]])
        told(await admin.put(`/admin/emoji/${name}`, undefined, { raw: png({ side: 64, colour }), headers: { 'content-type': 'image/png' } }));
    told(await admin.put(`/admin/people/${spam.id}/suspension`, { seconds: 604_800, reason: 'Adverts in four groups' }));
    await followed(ada, await ada.say(weekend, 'Who has the key of the boat house?'));
    return { choir, weekend, spam };
}

/** In a group, and of one's own. */
export function keepingSteps(visitor, goTo, { choir, weekend }) {
    const { page } = visitor;
    return {
        keeper: async () => {
            await visitor.signIn();
            await goTo(`/rooms/${choir.id}/details`, 'reports-open');
            await visitor.at('reports-open').evaluate((one) => one.closest('section').scrollIntoView());
        },
        reports: async () => {
            await visitor.at('reports-open').click();
            await visitor.at('evidence').first().waitFor();
        },
        filters: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('filters-open').click();
            await visitor.at('filters-save').waitFor();
        },
        newcomers: async () => visitor.at('newcomers-for').evaluate((one) => one.closest('section').scrollIntoView()),
        permissions: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('permissions-open').click();
            await visitor.at('permission').first().waitFor();
        },
        versions: async () => {
            await page.keyboard.press('Escape');
            await goTo(`/rooms/${weekend.id}`, 'edited');
            await visitor.at('edited').last().click();
            await visitor.at('version').nth(2).waitFor();
        },
        reporting: async () => {
            await page.keyboard.press('Escape');
            await visitor.act('book a table', 'report');
            await visitor.at('report-form').waitFor();
        },
        deleting: async () => {
            await page.keyboard.press('Escape');
            await visitor.act('by the blue boat', 'delete');
            await visitor.at('delete-for-me').waitFor();
        },
        pollform: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('poll-open').click();
            await visitor.at('poll-question').fill('Which biscuits?');
            await visitor.at('poll-end').selectOption('time');
        },
        contacts: async () => {
            await page.keyboard.press('Escape');
            await goTo('/settings/contacts', 'contact-line');
        },
        archive: async () => {
            await goTo('/', 'archive-open');
            await visitor.at('archive-open').click();
            await visitor.at('archive-close').waitFor();
        },
        messagesearch: async () => {
            await goTo('/search', 'search-text');
            await visitor.at('search-text').fill('the');
            await visitor.at('search-result').nth(2).waitFor();
        },
        messagenone: async () => {
            await visitor.at('search-text').fill('zeppelin');
            await page.locator('.search-none').waitFor();
        },
    };
}

/** The area of administrators, tab by tab. */
export function officeSteps(visitor, goTo, { spam }) {
    const { page } = visitor;
    const tab = (id, testid) => goTo(`/admin/${id}`, testid);
    return {
        adminpeople: async () => {
            await visitor.signIn();
            await tab('people', 'admin-person');
        },
        adminstanding: async () => {
            await visitor.at('admin-search').fill(spam.user.username);
            await visitor.counts(visitor.at('admin-person'), 1);
            await visitor.at('admin-person').click();
            await visitor.at('suspension').waitFor();
        },
        adminsuspend: async () => {
            await visitor.at('suspend').click();
            await visitor.at('suspend-reason').fill('Adverts in four groups');
        },
        adminrooms: async () => {
            await page.keyboard.press('Escape');
            await page.keyboard.press('Escape');
            await tab('rooms', 'admin-room');
        },
        adminroom: async () => {
            await visitor.at('admin-room').filter({ hasText: 'Free sunglasses' }).click();
            await visitor.at('room-standing').waitFor();
        },
        admingive: async () => {
            await visitor.at('give-room').click();
            await visitor.at('give-to').first().waitFor();
        },
        adminreports: async () => {
            await page.keyboard.press('Escape');
            await page.keyboard.press('Escape');
            await tab('reports', 'report');
        },
        adminemoji: () => tab('emoji', 'admin-emoji-line'),
        adminfigures: () => tab('figures', 'figure'),
        adminaudit: () => tab('audit', 'admin-audit-entry'),
        admininvites: async () => {
            await tab('settings', 'admin-signup');
            await page.locator('#signup-invite').check();
            await visitor.at('invite-make').click();
            await visitor.at('invite-code').waitFor();
            await visitor.at('invite-code').evaluate((one) => one.closest('section').scrollIntoView({ block: 'end' }));
        },
        adminsettings: async () => {
            await tab('settings', 'admin-signup');
            await page.locator('#signup-default').check(); // so that the next view finds it as this one did
            await page.locator('#signup-default').evaluate((one) => one.scrollIntoView({ block: 'center' }));
        },
    };
}
