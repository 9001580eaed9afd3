// Debian's Chromium, and people who use the page in it. Whatever the page should not do (an
// error in the console, a breach of its own content policy, a request to somebody else) is
// remembered, and fails the test at its end.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { beLate, LATE_MS } from '../support/late.mjs';
import { freshName, PASSWORD } from '../support/people.mjs';
import { SLOW } from '../support/server.mjs';

const EXECUTABLE = process.env.NATTERNET_CHROMIUM ?? '/usr/bin/chromium';
/** NATTERNET_SLOW_PAGE=4: what pages compute takes so many times as long, as on a machine that is busy. */
const SLOW_PAGE = Number(process.env.NATTERNET_SLOW_PAGE ?? 1);
export const WAIT_MS = 15_000 * SLOW * SLOW_PAGE;
const RECONNECT_MS = WAIT_MS + 30_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/**
 * @param {{ after: Function }} owner
 * @param {...string} more  further switches of Chromium
 */
export async function openBrowser(owner, ...more) {
    const browser = await chromium.launch({
        executablePath: EXECUTABLE,
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
    });
    owner.after(() => browser.close());
    return browser;
}

/** To be called with each page before it is used. */
export async function slowDown(page) {
    if (SLOW_PAGE === 1)
        return;
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_PAGE });
}

/** A `script` for the clock of the device: as far from the right time as that. */
export const turned = (ms) => `const at = Date.now; Date = class extends Date { constructor(...given) { given.length ? super(...given) : super(at() + ${ms}); } static now() { return at() + ${ms}; } };`;

/** One person before one screen. */
export class Visitor {
    /**
     * @param {import('playwright-core').Browser} browser
     * @param {{ url: string }} server
     * @param {{ expectedWords?: RegExp, script?: string }} [options] - what the browser may say in its console, and what runs
     * before each page; `clock`: its time can be moved (`idle`); the rest is for the context
     */
    static async open(browser, server, { phone = false, name = freshName('visitor'), display, expectedWords, script, clock = false, ...more } = {}) {
        const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...(phone ? PHONE : {}), ...more });
        context.setDefaultTimeout(WAIT_MS);
        if (LATE_MS)
            await context.addInitScript(beLate, LATE_MS);
        if (script)
            await context.addInitScript(script);
        if (clock)
            await context.clock.install();
        const visitor = new Visitor(context, server, name, display);
        visitor.expectedWords = expectedWords;
        await visitor.openPage();
        return visitor;
    }

    constructor(context, server, name, display) {
        this.context = context;
        this.server = server;
        this.name = name;
        this.display = display ?? name;
        this.faults = [];
        this.expectOffline = false;
        this.expected = [401];
    }

    /** From now on the server may answer that; the browser says it in its console. */
    expects(status) {
        this.expected.push(status);
    }

    /** The same person in another tab of the same browser; its faults are this one's. */
    async secondTab() {
        const other = new Visitor(this.context, this.server, this.name, this.display);
        other.faults = this.faults;
        Object.defineProperty(other, 'expectOffline', { get: () => this.expectOffline });
        await other.openPage();
        return other;
    }

    async openPage() {
        this.page = await this.context.newPage();
        this.#watch(this.page);
        await slowDown(this.page);
        await this.page.goto(this.server.url);
    }

    /** While the server is away its page may say so in the console; nothing else may. */
    #watch(page) {
        const fault = (what) => this.faults.push(what);
        page.on('pageerror', (error) => fault(`exception: ${error.stack}`));
        page.on('console', (message) => {
            if (message.type() !== 'error' && message.type() !== 'warning')
                return;
            const refused = /net::ERR_|WebSocket connection to|Failed to load resource/.test(message.text());
            if (this.expectedWords?.test(message.text()))
                return;
            if (!(refused && this.expectOffline) && !this.expected.some((status) => message.text().includes(`status of ${status}`)))
                fault(`console: ${message.text()}`);
        });
        page.on('request', (request) => {
            const { protocol, host } = new URL(request.url());
            if (!['data:', 'blob:'].includes(protocol) && host !== new URL(this.server.url).host)
                fault(`request to a stranger: ${request.url()}`);
        });
        page.addInitScript(() => {
            window.toasts = [];
            new MutationObserver(() => document.querySelectorAll('[data-testid="toast"]').forEach(({ textContent }) => {
                if (!window.toasts.includes(textContent))
                    window.toasts.push(textContent);
            })).observe(document, { subtree: true, childList: true });
            document.addEventListener('securitypolicyviolation', (event) =>
                console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
        });
    }

    /** An element by its test id, with more attributes if need be. */
    at(testid, extra = '') {
        return this.page.locator(`[data-testid="${testid}"]${extra}`);
    }

    async signUp() {
        await this.at('switch-mode').click();
        await this.at('username').fill(this.name);
        await this.at('display-name').fill(this.display);
        await this.at('password').fill(PASSWORD);
        await this.at('submit').click();
        await this.online();
    }

    async signIn() {
        await this.at('username').fill(this.name);
        await this.at('password').fill(PASSWORD);
        await this.at('submit').click();
        await this.online();
    }

    /** Between two tries of a page that was long offline lie up to 30 seconds. */
    async online() {
        await this.at('connection', '[data-state="online"]').waitFor({ state: 'attached', timeout: RECONNECT_MS });
    }

    async offline() {
        await this.at('connection', ':not([data-state="online"])').waitFor({ state: 'visible' });
    }

    /** Finds somebody and opens the direct room with them. */
    async openDirect(other) {
        await this.at('new-chat').click();
        await this.at('new-direct').click();
        await this.at('people-search').fill(other.name);
        await this.at('person', `[data-user="${other.name}"]`).click();
        await this.at('composer').waitFor();
    }

    async openGroup(title, others) {
        await this.at('new-chat').click();
        await this.at('new-group').click();
        await this.at('group-name').fill(title);
        for (const other of others) {
            await this.at('people-search').fill(other.name);
            await this.at('person', `[data-user="${other.name}"]`).click();
        }
        await this.at('create').click();
        await this.at('composer').waitFor();
    }

    async openSettings(section) {
        await this.at('settings').click();
        await this.at('settings-section', `[data-section="${section}"]`).click();
    }

    roomItem(title) {
        return this.at('room-item').filter({ hasText: title });
    }

    async openRoom(title) {
        await this.roomItem(title).click();
        await this.at('room-title').filter({ hasText: title }).waitFor();
        await this.at('composer').waitFor();
    }

    /** Nobody touches the page for so long that they are away; of one that was opened with a `clock`. */
    async idle() {
        await this.page.clock.fastForward('06:00');
    }

    /** Until a field holds exactly this. */
    async holds(testid, value) {
        await this.page.waitForFunction(([id, wanted]) => document.querySelector(`[data-testid="${id}"]`)?.value === wanted, [testid, value]);
    }

    /** Until there are exactly so many. */
    async counts(locator, count) {
        if (count > 0)
            await locator.nth(count - 1).waitFor({ state: 'attached' });
        await locator.nth(count).waitFor({ state: 'detached' });
    }

    /** Until this has the focus. */
    async focused(locator) {
        await locator.and(this.page.locator(':focus')).waitFor();
    }

    /** Until a toast says this; it may be over by the time that somebody looks. */
    async toasted(words) {
        await this.page.waitForFunction((text) => window.toasts.some((one) => one.includes(text)), words);
    }

    /** Until the timeline has come to rest. */
    async rests() {
        await this.page.evaluate(() => new Promise((done) => {
            const timeline = document.querySelector('[data-testid="timeline"]');
            let [last, since] = [NaN, 0];
            const look = (now) => {
                if (timeline.scrollTop !== last)
                    [last, since] = [timeline.scrollTop, now];
                if (now - since > 300)
                    return done();
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        }));
    }

    /** Turns the wheel over the timeline until `isThere`, for as long as one may wait for anything. */
    async wheelUntil(pixels, isThere) {
        await this.at('timeline').hover();
        for (const end = Date.now() + WAIT_MS; !await isThere();) {
            assert.ok(Date.now() < end, 'the wheel was turned for too long');
            await this.page.mouse.wheel(0, pixels);
            await this.page.evaluate(() => new Promise(requestAnimationFrame));
        }
    }

    async say(words) {
        await this.at('composer').fill(words);
        await this.at('send').click();
    }

    message(words) {
        return this.at('message').filter({ hasText: words });
    }

    async sees(words) {
        await this.message(words).first().waitFor();
    }

    /** Does something with a message by its menu. */
    async act(words, act) {
        const message = this.message(words).first();
        await message.hover();
        await message.locator('[data-testid="message-acts"]').click();
        await this.page.locator(`[data-act="${act}"]`).click();
    }

    /** The chip of an emoji on a message, with so many people behind it. */
    reaction(words, emoji, count) {
        return this.message(words).first().locator(`[data-testid="reaction"][data-emoji="${emoji}"][data-count="${count}"]`);
    }

    /** The sent message has become durable. */
    async sentMark(words) {
        await this.at('message', '[data-state="sent"]').filter({ hasText: words }).first().waitFor();
    }

    async expectUnread(title, count) {
        const badge = this.roomItem(title).locator('[data-testid="unread"]');
        if (count === 0)
            await badge.waitFor({ state: 'detached' });
        else
            await badge.filter({ hasText: new RegExp(`^${count}\\b`) }).waitFor();
    }

    assertNoFaults() {
        assert.equal(this.faults.length, 0, `${this.name}'s page: ${this.faults.join('\n')}`);
    }

    /** Goes away for good. Where the test has failed its error tells what was before them then. */
    async leave({ passed, error }) {
        const wrong = error?.cause ?? error;
        if (!passed && wrong instanceof Error) {
            const state = await this.#state().catch(({ message }) => message);
            wrong.message += `\n${this.name}'s page: ${[state, ...this.faults].join('; ')}`;
        }
        await this.context.close();
    }

    /** Where the page is and what has the focus, in a line; all that is on it goes to the log. */
    async #state() {
        console.log(`${this.name}'s page:\n${await this.page.locator('body').ariaSnapshot({ timeout: 5_000 })}`);
        return this.page.evaluate(() => {
            const nameOf = (one) => one?.dataset.testid ?? one?.tagName;
            const online = document.querySelector('[data-testid="connection"]')?.dataset.state;
            const shown = [...document.querySelectorAll('[role="menu"], [data-testid="toast"], [data-testid="problem"], dialog[open]')];
            return [location.hash, online, `focus: ${nameOf(document.activeElement)}`,
                ...shown.map((one) => `${nameOf(one)}: ${one.textContent.slice(0, 80)}`)].join(' ');
        });
    }
}
