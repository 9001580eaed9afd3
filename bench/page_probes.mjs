// What looks into the page while it is measured.

/** In the page, before anything else: `firstSeen` is when the first such element was painted. */
export function afterFirst(selector) {
    globalThis.firstSeen = new Promise((done) => {
        const watch = new MutationObserver(() => {
            if (!document.querySelector(selector)) return;
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now())));
        });
        watch.observe(document, { childList: true, subtree: true });
    });
}

/** Waits until the device holds so many rooms and the page's service worker is in place. */
export async function kept(page, rooms = 1) {
    await page.evaluate(async (rooms) => {
        await navigator.serviceWorker.ready;
        const counted = (name) => new Promise((done) => {
            const opening = indexedDB.open(name);
            opening.onsuccess = () => {
                const count = opening.result.transaction('rooms').objectStore('rooms').count();
                count.onsuccess = () => { opening.result.close(); done(count.result); };
            };
        });
        for (;;) {
            const [{ name }] = await indexedDB.databases();
            if (await counted(name) >= rooms) break;
            await new Promise((done) => setTimeout(done, 200));
        }
        // One more turn of what gathers writes.
        await new Promise((done) => setTimeout(done, 1000));
    }, rooms);
}

/** As fast as a hand flings a long list. */
const SCROLL_PX_S = 8000;
const SCROLL_PX = 16_000;

/** Scrolls back until `end` is in the page; the time between frames meanwhile. */
export async function frames(visitor, end, longestMs = 240_000) {
    const { page } = visitor;
    await page.evaluate(() => {
        globalThis.intervals = [];
        let last = performance.now();
        const next = (now) => { globalThis.intervals.push(now - last); last = now; globalThis.frame = requestAnimationFrame(next); };
        globalThis.frame = requestAnimationFrame(next);
    });
    const { x, y, width, height } = await visitor.at('timeline').boundingBox();
    const session = await visitor.context.newCDPSession(page);
    const until = Date.now() + longestMs;
    let reached = false;
    while (!reached && Date.now() < until) {
        await session.send('Input.synthesizeScrollGesture', {
            x: x + width / 2, y: y + height / 2, yDistance: SCROLL_PX, speed: SCROLL_PX_S, gestureSourceType: 'mouse',
        });
        reached = await visitor.at('message').filter({ hasText: end }).count() > 0;
    }
    const intervals = await page.evaluate(() => { cancelAnimationFrame(globalThis.frame); return globalThis.intervals; });
    return { reached, intervals: intervals.slice(1) };
}

/** Types for a while: how long the page works for a key, and how long until it is painted. */
export async function keysPainted(visitor, seconds) {
    const { page } = visitor;
    await page.evaluate(() => {
        globalThis.work = [];
        globalThis.painted = [];
        let came;
        addEventListener('keydown', (event) => {
            came = performance.now();
            requestAnimationFrame(() => setTimeout(() => globalThis.painted.push(performance.now() - event.timeStamp)));
        }, true);
        // Behind all listeners of the key and of the input that follows from it, and what they drew.
        addEventListener('input', () => queueMicrotask(() => globalThis.work.push(performance.now() - came)));
    });
    await visitor.at('composer').focus();
    const until = Date.now() + seconds * 1000;
    for (let n = 0; Date.now() < until; n++)
        await page.keyboard.press('abcdefgh '[n % 9], { delay: 60 });
    return page.evaluate(() => ({ work: globalThis.work, painted: globalThis.painted }));
}

/** What the page's JavaScript holds after collecting garbage. */
export async function heapMb(session) {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize / 2 ** 20;
}
