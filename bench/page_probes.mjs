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

/** Scrolls back until `end` is in the page; the time between frames meanwhile. */
export async function frames(visitor, end, longestMs = 240_000) {
    const { page } = visitor;
    await page.evaluate(() => {
        globalThis.intervals = [];
        let last = performance.now();
        const next = (now) => { globalThis.intervals.push(now - last); last = now; globalThis.frame = requestAnimationFrame(next); };
        globalThis.frame = requestAnimationFrame(next);
    });
    await visitor.at('timeline').hover();
    const until = Date.now() + longestMs;
    let reached = false;
    while (!reached && Date.now() < until) {
        for (let n = 0; n < 10; n++)
            await page.mouse.wheel(0, -1200);
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
        addEventListener('keydown', (event) => {
            const came = performance.now();
            // Behind all listeners of the key and of the input that follows from it.
            addEventListener('input', () => setTimeout(() => globalThis.work.push(performance.now() - came)), { once: true });
            requestAnimationFrame(() => setTimeout(() => globalThis.painted.push(performance.now() - event.timeStamp)));
        }, true);
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

export function quantile(values, share) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
