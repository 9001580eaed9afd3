// Debian's Firefox by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), over the WebSocket that
// it opens itself. The little of it that people before the page need: pages of their own, what is on
// them, clicks and keys.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import WebSocket from 'ws';
import { freshDirectory, SLOW, within } from './server.mjs';

const EXECUTABLE = process.env.NATTERNET_FIREFOX ?? '/usr/bin/firefox-esr';
const START_MS = 60_000 * SLOW;
const WAIT_MS = 20_000 * SLOW;
export const RECONNECT_MS = WAIT_MS + 30_000;

export class Firefox {
    /** @param {{ after: Function }} owner */
    static async launch(owner) {
        const profile = await freshDirectory('natternet-firefox-');
        const child = spawn(EXECUTABLE, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
            { stdio: ['ignore', 'ignore', 'pipe'] });
        const ended = once(child, 'exit');
        owner.after(async () => {
            child.kill('SIGTERM');
            await within(START_MS, 'Firefox ends', ended).catch(() => child.kill('SIGKILL'));
            await rm(profile, { recursive: true, force: true, maxRetries: 5 });
        });
        const address = await within(START_MS, 'Firefox listens', addressOf(child));
        const socket = new WebSocket(`${address}/session`);
        await within(START_MS, 'a session', once(socket, 'open'));
        const firefox = new Firefox(socket);
        await firefox.send('session.new', { capabilities: {} });
        await firefox.send('session.subscribe', { events: ['log.entryAdded'] });
        return firefox;
    }

    constructor(socket) {
        this.socket = socket;
        this.waiting = new Map();
        this.pages = new Map();
        this.lastId = 0;
        socket.on('message', (text) => this.#hear(JSON.parse(text)));
    }

    /** One command of the protocol, with its answer. */
    send(method, params, limitMs = WAIT_MS) {
        const id = ++this.lastId;
        const answer = new Promise((done, fail) => this.waiting.set(id, { done, fail }));
        this.socket.send(JSON.stringify({ id, method, params }));
        return within(limitMs, method, answer);
    }

    /** A page as somebody has it who shares nothing with anybody else. */
    async page() {
        const { userContext } = await this.send('browser.createUserContext', {});
        return this.tab(userContext);
    }

    async tab(userContext) {
        const { context } = await this.send('browsingContext.create', { type: 'tab', userContext });
        const page = new Page(this, context, userContext);
        this.pages.set(context, page);
        return page;
    }

    #hear(message) {
        if (message.method === 'log.entryAdded')
            return this.pages.get(message.params.source.context)?.logged(message.params);
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (message.type === 'error')
            waiting?.fail(new Error(`${message.error}: ${message.message}`));
        else
            waiting?.done(message.result);
    }
}

async function addressOf(child) {
    let said = '';
    for await (const text of child.stderr.setEncoding('utf8')) {
        said += text;
        const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said);
        if (found) {
            child.stderr.resume();
            return found[1];
        }
    }
    throw new Error(`Firefox did not start:\n${said}`);
}

/** In the page: resolves with the first shown element that fits, as soon as there is one. */
const FIND = `(selector, words) => new Promise((done) => {
    const look = () => [...document.querySelectorAll(selector)].find((one) =>
        (words === null || one.textContent.includes(words)) && one.getClientRects().length > 0);
    const found = look();
    if (found) return done(found);
    const watch = new MutationObserver(() => { const found = look(); if (found) { watch.disconnect(); done(found); } });
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})`;

export class Page {
    constructor(firefox, context, userContext) {
        Object.assign(this, { firefox, context, userContext, faults: [] });
    }

    logged({ level, type, text }) {
        if (level === 'error' && (type === 'javascript' || /Content-Security-Policy/.test(text)))
            this.faults.push(text);
    }

    async goto(url) {
        await this.firefox.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
    }

    async reload() {
        await this.firefox.send('browsingContext.reload', { context: this.context, wait: 'complete' });
    }

    /** Another tab of the same person. */
    secondTab() {
        return this.firefox.tab(this.userContext);
    }

    close() {
        return this.firefox.send('browsingContext.close', { context: this.context });
    }

    /** Calls a function of the page's own language in the page. */
    call(source, ...args) {
        return this.callWithin(WAIT_MS, source, ...args);
    }

    async callWithin(limitMs, source, ...args) {
        const { type, result, exceptionDetails } = await this.firefox.send('script.callFunction', {
            functionDeclaration: source, awaitPromise: true, target: { context: this.context },
            arguments: args.map((value) => value === null ? { type: 'null' } : typeof value === 'string' ? { type: 'string', value } : value),
        }, limitMs);
        if (type === 'exception')
            throw new Error(exceptionDetails.text);
        return result;
    }

    /** An element by its test id, with more of a selector and words in it, once it is shown. */
    find(testid, { extra = '', words = null } = {}) {
        return this.call(FIND, `[data-testid="${testid}"]${extra}`, words);
    }

    async count(testid, words) {
        const found = await this.call(
            '(selector, words) => [...document.querySelectorAll(selector)].filter((one) => one.textContent.includes(words)).length',
            `[data-testid="${testid}"]`, words);
        return found.value;
    }

    async click(testid, options) {
        const { sharedId } = await this.find(testid, options);
        await this.call('(element) => element.scrollIntoView({ block: "nearest" })', { sharedId });
        await this.#perform({
            type: 'pointer', id: 'mouse', actions: [
                { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element: { sharedId } } },
                { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 },
            ],
        });
    }

    /** Types into a field, key by key. */
    async type(testid, words, options) {
        const { sharedId } = await this.find(testid, options);
        await this.call('(element) => element.focus()', { sharedId });
        const actions = [...words].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
        await this.#perform({ type: 'key', id: 'keyboard', actions });
    }

    #perform(source) {
        return this.firefox.send('input.performActions', { context: this.context, actions: [source] });
    }
}
