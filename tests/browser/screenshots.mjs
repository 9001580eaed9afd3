// Makes the pictures of the README: docs/images/chat.png and docs/images/phone.png.
//   npm --prefix tests run screenshots

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

const IMAGES = join(ROOT, 'docs/images');
const endings = [];
const owner = { after: (end) => endings.unshift(end) };

const WIDE = { viewport: { width: 1200, height: 760 }, deviceScaleFactor: 1.5 };
const PEOPLE = { ada: 'Ada Holm', ben: 'Ben Okafor', mira: 'Mira Santos' };
const TALK = [
    ['ada', 'Morning! Did the ferry tickets come through?'],
    ['ben', 'They did: Saturday 8:40, back on Sunday evening.'],
    ['ada', 'Perfect. I will bring the big thermos'],
    ['ben', 'And I the map. Mira says the lighthouse is open to visitors until five.'],
    ['ada', 'Then we walk there first, and swim afterwards'],
];

/** Waits for the last words on both screens before anybody goes on. */
async function talk(speakers) {
    for (const [who, words] of TALK) {
        await speakers[who].say(words);
        for (const one of Object.values(speakers))
            await one.sees(words);
    }
}

async function main() {
    await mkdir(IMAGES, { recursive: true });
    const server = await serve(owner);
    const browser = await openBrowser(owner);
    const open = (name, options) => Visitor.open(browser, server, { name, display: PEOPLE[name], ...options });
    const [ada, ben, mira] = [await open('ada', WIDE), await open('ben', { phone: true }), await open('mira', WIDE)];
    for (const one of [ada, ben, mira])
        await one.signUp();
    await mira.openGroup('Island weekend', [ada, ben]);
    await mira.say('The lighthouse is open until five!');
    await mira.sentMark('The lighthouse');
    await ada.openDirect(ben);
    await ben.openRoom(PEOPLE.ada);
    await talk({ ada, ben });
    await mira.say('Who brings the sunscreen?');
    await ada.expectUnread('Island weekend', 2);
    await ada.page.screenshot({ path: join(IMAGES, 'chat.png') });
    await ben.page.screenshot({ path: join(IMAGES, 'phone.png') });
}

try {
    await main();
} finally {
    for (const end of endings)
        await end();
}
