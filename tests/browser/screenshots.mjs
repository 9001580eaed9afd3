// Pictures of every screen and state, to be looked at one by one:
//   npm --prefix tests run screenshots [-- FOLDER [NAME...]]     default: tests/results/screens, all
// and, with the folder docs/images, those of the README. It wants fonts with emoji and Arabic
// (fonts-noto-core, fonts-noto-color-emoji).

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ADMIN, serveWithAdmin } from '../support/admin.mjs';
import { freshNonce, signIn, signUp } from '../support/people.mjs';
import { ROOT } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';
import { keepingSteps, officeSteps, peace } from './screens_in_charge.mjs';

const [folder = join(ROOT, 'tests/results/screens'), ...wanted] = process.argv.slice(2);
const FOLDER = resolve(folder);
const README = FOLDER === join(ROOT, 'docs/images');
const endings = [];
const owner = { after: (end) => endings.unshift(end) };

const WIDE = { viewport: { width: 1360, height: 820 } };
const TABLET = { viewport: { width: 820, height: 1080 }, hasTouch: true };
const NARROW = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const ZOOMED = { viewport: { width: 320, height: 512 } };
const VIEWS = {
    'wide-light': { ...WIDE },
    'wide-dark': { ...WIDE, colorScheme: 'dark' },
    'wide-arabic': { ...WIDE, language: 'ar' },
    'wide-contrast': { ...WIDE, likes: { contrast: true } },
    'tablet-light': { ...TABLET },
    'tablet-german': { ...TABLET, language: 'de', colorScheme: 'dark' },
    'narrow-light': { ...NARROW },
    'narrow-dark': { ...NARROW, colorScheme: 'dark' },
    'narrow-arabic': { ...NARROW, language: 'ar' },
    'zoomed-light': { ...ZOOMED },
};

const PEOPLE = [['ada', 'Ada Holm'], ['ben', 'Ben Okafor'], ['mira', 'Mira Santos'], ['yusuf', 'يوسف حداد'], ['lena', 'Lena Vogt'], ['tom', 'Tom']];
const TALK = [
    ['ben', 'Morning! Did the ferry tickets come through?'],
    ['ada', 'They did: **Saturday 8:40**, back on Sunday evening.'],
    ['mira', 'Perfect. I will bring the big thermos'],
    ['mira', 'and the _good_ biscuits'],
    ['yusuf', 'صباح الخير! سأحضر الخريطة والكاميرا.'],
    ['ada', '👏'],
    ['ben', 'The plan, then:\n\n1. Lighthouse, open until five\n2. A swim, whatever the weather\n3. Soup at [the harbour](https://harbour.example)'],
    ['lena', '> A swim, whatever the weather\n\nIs that ~~wise~~ necessary?'],
    ['ada', 'Here is what tells me the tide:\n```js\nconst tide = await fetch("/tide?day=saturday");\nif (tide.high > 3.2) bring("boots"); // or swim\n```'],
    ['mira', 'The surprise is ||a birthday cake for @tom||, not a word!'],
    ['ben', '@ada can you book a table for six? `19:30` would do.'],
];

async function world(server) {
    const by = {};
    for (const [name, display_name] of PEOPLE) by[name] = await signUp(server, name, { display_name });
    const { ada, ben, mira, yusuf, lena, tom } = by;
    const names = ['Allotment committee', 'Book club: the long winter reading list of everybody', 'Choir', 'Neighbours', 'Sourdough', 'نادي الكتاب'];
    for (const name of names) {
        const room = await ben.createGroup(name, [ada, lena]);
        await ben.say(room, name === 'نادي الكتاب' ? 'متى نلتقي؟' : 'See you on Thursday at the usual place, and please bring the forms');
    }
    for (const other of [tom, lena, yusuf]) {
        const room = await other.createDirect(ada);
        await other.say(room, other === yusuf ? 'هل وصلت الصور؟' : 'Thank you for yesterday!');
    }
    const weekend = await ada.createGroup('Island weekend', [ben, mira, yusuf, lena, tom]);
    for (const [who, words] of TALK) await by[who].say(weekend, words);
    const booked = await marks(by, weekend);
    const direct = await ben.createDirect(ada);
    await ada.say(direct, 'Shall I bring the tent?');
    await ben.say(direct, 'Yes please!');
    await ada.say(direct, 'Then I pack it tonight. The small one, the other leaks.');
    const long = await mira.createGroup('Sea watch', [ada]);
    for (let hour = 0; hour < 90; hour++) await mira.say(long, `Hour ${hour + 1}: wind ${3 + (hour % 5)}, visibility good`);
    for (const [one, about, pronouns, time_zone] of [
        [ben, 'Ferries, lighthouses, soup.\nAsk me about the tide tables.', 'he/him', 'Africa/Lagos'],
        [mira, 'Bakes on Sundays.', 'she/her', 'America/Sao_Paulo'],
        [yusuf, 'أصوّر البحر والناس.', 'هو', 'Asia/Amman'],
        [lena, 'Swims in any weather, against her better judgement.', 'she/her', 'Europe/Vienna'],
    ])
        await one.patch('/me', { about, pronouns, time_zone });
    for (const one of [ben, mira, lena]) await one.put(`/rooms/${weekend.id}/read`, { seq: 999 });
    const choir = await doors(server, by);
    await ada.put('/me/presence', { choice: 'auto', text: 'Packing for the island', emoji: '🏝️' });
    return { weekend, booked, direct, long, choir, by };
}

/** What people made of what was said: answers, reactions, pins, what Ada saved. */
async function marks({ ada, ben, mira, yusuf, lena }, weekend) {
    const { messages } = (await ada.get(`/rooms/${weekend.id}/messages?limit=50`)).body;
    const seqOf = (words) => messages.find(({ content }) => content.text.includes(words)).seq;
    const react = (one, words, emoji) => one.put(`/rooms/${weekend.id}/messages/${seqOf(words)}/reactions/${encodeURIComponent(emoji)}`, { nonce: freshNonce() });
    const answer = (one, words, text) => one.post(`/rooms/${weekend.id}/messages`, { nonce: freshNonce(), reply_to: seqOf(words), content: { type: 'text', text } });
    for (const words of ['The plan, then', 'Saturday 8:40']) await ada.put(`/rooms/${weekend.id}/pins/${seqOf(words)}`, { nonce: freshNonce() });
    for (const one of [ada, ben, lena]) await react(one, 'big thermos', '❤️');
    await react(mira, 'The plan, then', '🎉');
    for (const one of [ada, mira]) await react(one, 'book a table', '👍');
    const threaded = (one, words, text) => one.post(`/rooms/${weekend.id}/messages`, { nonce: freshNonce(), thread: seqOf(words), content: { type: 'text', text } });
    await threaded(lena, 'A swim, whatever', 'How cold is it in November?');
    await threaded(ben, 'A swim, whatever', 'Nine degrees, on a good day. I bring the thermos and *two* towels.');
    await threaded(yusuf, 'A swim, whatever', 'سأبقى على الشاطئ وأصوّركم.');
    await threaded(mira, 'Saturday 8:40', 'Do we meet at the pier or on board?');
    await react(yusuf, 'tells me the tide', '🌊');
    await react(ben, 'tells me the tide', '👏');
    const booked = await answer(ada, 'book a table', 'Booked: six of us at **19:30**, by the window.');
    await answer(yusuf, 'big thermos', 'رائع، شكرًا!');
    await answer(mira, 'Saturday 8:40', 'I will be at the pier at eight');
    for (const [at, words] of ['Saturday 8:40', 'صباح الخير', 'The plan, then'].entries())
        await ada.put(`/me/feed/saved:${weekend.id}.${seqOf(words)}`, { value: { at: `2026-11-2${at}T10:00:00.000Z` } });
    return booked.body.seq;
}

/** Groups that everybody may find; one that Ada runs, with links into it and somebody kept out; what she sends later. */
async function doors(server, { ada, ben, mira, lena }) {
    for (const [name, topic, members] of [
        ['Birds of the bay', 'What was seen, where and when. Photographs are welcome, nests stay secret.', [mira, lena]],
        ['Repair café', undefined, [mira]],
        ['مشّاؤو المساء', 'نلتقي كل خميس عند الميناء', []],
    ]) {
        const { id } = await ben.createGroup(name, members);
        await ben.patch(`/rooms/${id}`, { visibility: 'public', ...(topic && { topic }), ...(name === 'Repair café' && { join: 'approval' }), nonce: freshNonce() });
    }
    const choir = await ada.createGroup('Harbour choir', [lena, mira]);
    const noise = await signUp(server, 'noise', { display_name: 'Cheap Sunglasses' });
    await ada.patch(`/rooms/${choir.id}`, { topic: 'Rehearsals on Tuesdays at seven', visibility: 'public', nonce: freshNonce() });
    await ada.put(`/rooms/${choir.id}/bans/${noise.id}`, { reason: 'Adverts, again and again', nonce: freshNonce() });
    await ada.post(`/rooms/${choir.id}/links`, { seconds: 604_800, nonce: freshNonce() });
    await ada.post(`/rooms/${choir.id}/links`, { uses: 10, nonce: freshNonce() });
    await ada.put(`/me/feed/block:${noise.id}`, { value: {} });
    const ines = await signUp(server, 'ines', { display_name: 'Inês Duarte' });
    await ada.patch(`/rooms/${choir.id}`, { join: 'approval', nonce: freshNonce() });
    await ines.post(`/rooms/${choir.id}/requests`, { text: 'I sing alto, and know Lena from the rowing club', nonce: freshNonce() });
    const said = await lena.say(choir, 'The hall is ours on the **fifth**, from six o’clock on');
    await ada.post(`/rooms/${choir.id}/messages/${said.seq}/forward`, { to: choir.id, nonce: freshNonce() });
    for (const [hours, words] of [[14, 'Please bring the blue folders today'], [150, 'The minibus leaves at ten sharp, in front of the old harbour office; who comes by bicycle tells me before Friday']]) {
        const at = new Date(Date.now() + hours * 3_600_000).toISOString();
        await ada.put(`/me/feed/scheduled:${choir.id}.${freshNonce()}`, { value: { at, content: { type: 'text', text: words } } });
    }
    return choir;
}

async function open(browser, server, name, { language = 'en', likes = {}, ...view }) {
    const locale = { en: 'en-GB', de: 'de-DE', ar: 'ar-EG' }[language];
    const visitor = await Visitor.open(browser, server, { name, locale, ...view });
    await visitor.page.evaluate((all) => localStorage.setItem('natternet.preferences', JSON.stringify(all)), { language, ...likes });
    await visitor.page.reload();
    return visitor;
}

/** Until the code that is drawn has its colours. */
async function colored(page) {
    await page.waitForFunction(() => [...document.querySelectorAll('.code-block')].every((block) => block.querySelector('[data-code]')));
}

/** One view of the world: of somebody's screens those that are wanted, in turn. */
async function tour(browser, server, name, view, options, stepsOf) {
    const visitor = await open(browser, server, name, options);
    const { page } = visitor;
    const goTo = async (hash, testid) => {
        await page.evaluate((to) => { location.hash = to; }, hash);
        if (testid) await visitor.at(testid).first().waitFor();
    };
    const steps = Object.entries(stepsOf(visitor, goTo));
    const isWanted = ([step]) => wanted.length === 0 || wanted.includes(step);
    for (const [step, go] of steps.slice(0, steps.findLastIndex(isWanted) + 1)) {
        await go();
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        if (isWanted([step])) await page.screenshot({ path: join(FOLDER, `${step}-${view}.png`) });
    }
    await visitor.context.close();
}

/** The day of somebody who signs in, chats and sets things. */
function daySteps(visitor, goTo, { weekend, booked, direct, long, choir }) {
    const { page } = visitor;
    return {
        signin: async () => visitor.at('submit').waitFor(),
        signup: async () => {
            await visitor.at('switch-mode').click();
            await visitor.at('username').fill('ada');
            await visitor.at('password').fill('correct horse battery');
            await visitor.at('submit').click();
            await visitor.page.locator('.field-error').waitFor();
        },
        home: async () => {
            await visitor.at('switch-mode').click();
            await visitor.signIn();
            await visitor.at('room-item').first().waitFor();
        },
        room: async () => {
            await goTo(`/rooms/${weekend.id}`, 'message');
            await colored(page);
            await page.mouse.move(0, 0);
        },
        direct: () => goTo(`/rooms/${direct.id}`, 'message'),
        unread: () => goTo(`/rooms/${long.id}`, 'new-line'),
        permalink: () => goTo(`/rooms/${long.id}/40`, 'message'),
        reply: async () => {
            await goTo(`/rooms/${weekend.id}`, 'composer');
            await visitor.act('book a table', 'reply');
            await visitor.at('replying').waitFor();
        },
        reactors: async () => {
            await visitor.at('not-replying').click();
            await visitor.act('book a table', 'reactors');
            await visitor.at('reactors').locator('li').first().waitFor();
        },
        reaction: async () => {
            await page.keyboard.press('Escape');
            await visitor.act('book a table', 'react');
            await visitor.at('emoji').first().waitFor();
        },
        saved: async () => {
            await visitor.at('emoji-search').press('Escape');
            await goTo('/saved', 'saved-message');
        },
        threads: () => goTo('/threads', 'followed-thread'),
        thread: async () => {
            await visitor.at('followed-thread').locator('a').last().click();
            await visitor.at('thread').locator('[data-testid="message"]').nth(1).waitFor();
        },
        person: async () => {
            await goTo(`/rooms/${weekend.id}`, 'message-sender');
            await visitor.at('message-sender').last().click();
            await visitor.at('about-shown').waitFor();
        },
        naming: async () => {
            await visitor.at('name-person').click();
            await visitor.at('nickname').waitFor();
        },
        seenby: async () => {
            await page.keyboard.press('Escape');
            await goTo(`/rooms/${weekend.id}/${booked}`);
            await visitor.act('Booked: six', 'readers');
            await visitor.at('seen-by').locator('li').first().waitFor();
        },
        details: async () => {
            await page.keyboard.press('Escape');
            await goTo(`/rooms/${weekend.id}/details`, 'member');
        },
        mention: async () => {
            await goTo(`/rooms/${weekend.id}`, 'composer');
            await visitor.at('composer').fill('');
            await visitor.at('composer').pressSequentially('thanks @');
            await visitor.at('suggestion').first().waitFor();
        },
        emoji: async () => {
            await visitor.at('composer').fill('');
            await visitor.at('emoji-open').click();
            await visitor.at('emoji').first().waitFor();
        },
        menu: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('message').last().hover();
            await visitor.at('message').last().locator('[data-testid="message-acts"]').click();
        },
        switcher: async () => {
            await page.keyboard.press('Escape');
            await page.keyboard.press('Control+k');
            await visitor.at('switcher').waitFor();
        },
        forward: async () => {
            await page.keyboard.press('Escape');
            await goTo(`/rooms/${weekend.id}`, 'message');
            await visitor.act('book a table', 'forward');
            await visitor.at('forward-to').first().waitFor();
        },
        waiting: async () => {
            await page.keyboard.press('Escape');
            await goTo(`/rooms/${choir.id}`, 'waiting');
        },
        latermenu: async () => {
            await visitor.at('composer').fill('See you on Tuesday');
            await visitor.at('send-later').click();
        },
        later: async () => {
            await page.locator('[data-act="time"]').click();
            await visitor.at('later-when').waitFor();
        },
        group: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('composer').fill('');
            await goTo(`/rooms/${choir.id}/details`, 'member');
            await visitor.at('rename').scrollIntoViewIfNeeded();
            await page.locator('.details-part').nth(1).evaluate((part) => part.scrollIntoView());
        },
        doors: async () => {
            await visitor.at('invite-link').nth(1).waitFor();
            await visitor.at('make-link').evaluate((part) => part.closest('section').scrollIntoView());
        },
        requests: async () => {
            await visitor.at('asker').first().waitFor();
            await visitor.at('asker').first().evaluate((part) => part.closest('section').scrollIntoView());
        },
        audit: async () => {
            await visitor.at('audit-open').click();
            await visitor.at('audit-entry').first().waitFor();
        },
        link: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('make-link').click();
            await visitor.at('link-time').waitFor();
        },
        join: async () => {
            await page.keyboard.press('Escape');
            await goTo('/join/2hxK0fQ9', 'join');
        },
        nojoin: async () => {
            visitor.expectOffline = true;
            await visitor.at('join').click();
            await page.locator('.problem, [role="alert"]').first().waitFor();
        },
        directory: () => goTo('/groups', 'listed'),
        ask: async () => {
            await visitor.at('ask').first().click();
            await visitor.at('ask-text').waitFor();
        },
        nogroups: async () => {
            await page.keyboard.press('Escape');
            await visitor.at('directory-search').fill('zeppelin');
            await page.locator('.directory-none').waitFor();
        },
        search: async () => {
            await goTo('/', 'room-search');
            await visitor.at('room-search').fill('le');
            await visitor.at('found-person').first().waitFor();
        },
        newchat: async () => {
            await visitor.at('room-search').fill('');
            await goTo('/new', 'people-search');
            await visitor.at('new-group').click();
            await visitor.at('group-name').fill('Lighthouse friends');
            await visitor.at('people-search').fill('len');
            await visitor.at('person').first().click();
        },
        settings: async () => {
            await page.keyboard.press('Escape');
            await goTo('/settings', 'settings-section');
        },
        ...Object.fromEntries(['account', 'appearance', 'language', 'notifications', 'privacy', 'sessions', 'keyboard'].map((section) =>
            [section, () => goTo(`/settings/${section}`)])),
        statusemoji: async () => {
            await goTo('/settings/account', 'status-emoji');
            await visitor.at('status-emoji').click();
            await visitor.at('emoji').first().waitFor();
        },
        gone: () => goTo('/rooms/nowhere'),
        offline: async () => {
            await goTo(`/rooms/${direct.id}`, 'composer');
            visitor.expectOffline = true;
            await visitor.context.setOffline(true);
            await page.evaluate(() => dispatchEvent(new Event('offline')));
            await visitor.offline();
            await visitor.say('Written on the train');
            await visitor.at('message', '[data-state="pending"]').waitFor();
        },
    };
}

/** What a newcomer sees, and what waiting looks like. */
async function firstRun(browser, server, view, options) {
    const visitor = await open(browser, server, `new_${view.replace('-', '_')}`, options);
    await visitor.signUp();
    await visitor.page.screenshot({ path: join(FOLDER, `firstrun-${view}.png`) });
    await visitor.context.route('**/api/v1/**', (route) => (route.request().url().includes('/messages') ? undefined : route.continue()));
    await visitor.context.close();
}

async function openMenu(visitor) {
    const message = visitor.message('I will be at the pier');
    await message.hover();
    await message.locator('[data-testid="message-acts"]').click();
    await visitor.page.locator('[role="menu"]').waitFor();
}

async function openPollForm(visitor) {
    await visitor.at('poll-open').click();
    await visitor.at('poll-question').fill('When do we leave?');
    for (const [n, text] of ['Friday evening', 'Saturday at eight'].entries()) await visitor.at('poll-option-text').nth(n).fill(text);
    await visitor.page.mouse.move(0, 0);
}

async function readme(browser, server, { weekend }) {
    for (const [name, options, hash, prepare] of [
        ['chat', { ...WIDE, deviceScaleFactor: 1.5 }, `/rooms/${weekend.id}/details`, (ada) => ada.at('member').first().waitFor()],
        ['phone', { ...NARROW }, `/rooms/${weekend.id}`],
        ['arabic', { ...NARROW, language: 'ar', colorScheme: 'dark' }, '/'],
        ['message', { viewport: { width: 1024, height: 640 } }, `/rooms/${weekend.id}`, openMenu],
        ['poll', { viewport: { width: 1024, height: 640 } }, `/rooms/${weekend.id}`, openPollForm],
    ].filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
        const visitor = await open(browser, server, 'ada', options);
        await visitor.signIn();
        await visitor.page.evaluate((to) => { location.hash = to; }, hash);
        if (hash !== '/') await visitor.at('message').first().waitFor();
        await colored(visitor.page);
        await visitor.at('room-item').first().waitFor({ state: 'attached' });
        await visitor.page.mouse.move(0, 0);
        await prepare?.(visitor);
        await visitor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await visitor.page.screenshot({ path: join(FOLDER, `${name}.png`) });
        await visitor.context.close();
    }
}

async function main() {
    await mkdir(FOLDER, { recursive: true });
    const server = await serveWithAdmin(owner);
    const browser = await openBrowser(owner);
    const made = await world(server);
    await (await signIn(server, 'ada')).put(`/rooms/${made.weekend.id}/read`, { seq: 999 });
    if (README) return readme(browser, server, made);
    Object.assign(made, await peace(server, made.by, made));
    for (const [view, options] of Object.entries(VIEWS)) {
        if (wanted.includes('--') || !process.env.NATTERNET_VIEWS || process.env.NATTERNET_VIEWS.split(',').includes(view)) {
            await tour(browser, server, 'ada', view, options, (...on) => daySteps(...on, made));
            await tour(browser, server, 'ada', view, options, (...on) => keepingSteps(...on, made));
            await tour(browser, server, ADMIN, view, options, (...on) => officeSteps(...on, made));
            if (wanted.length === 0 || wanted.includes('firstrun')) await firstRun(browser, server, view, options);
        }
    }
}

try {
    await main();
} finally {
    for (const end of endings)
        await end();
}
