// What axe finds wrong with a page. It is asked in the page itself, which has no frames: @axe-core/playwright would open
// another page for every answer, to put together there what frames said, and take four times as long.

import assert from 'node:assert/strict';
import axe from 'axe-core';

const OPTIONS = { rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };

/**
 * A line for each rule that something breaks; none, it is to be hoped.
 * @param {import('playwright-core').Page} page  of a context with bypassCSP, as axe lays its own styles over it
 * @param {string} [what]  a selector: that alone is looked at
 */
export async function axeFinds(page, what) {
    assert.equal(page.frames().length, 1, 'frames are not looked at');
    if (await page.evaluate(() => typeof window.axe === 'undefined'))
        await page.evaluate(axe.source);
    const violations = await page.evaluate(async ([within, options]) => {
        // To axe a window is modal only when it is drawn and in sight: it rises from nothing.
        for (let frame = 0; frame < 2; frame++)
            await new Promise(requestAnimationFrame);
        const windows = [...document.querySelectorAll('dialog[open]')];
        await Promise.all(windows.flatMap((one) => one.getAnimations()).map(({ finished }) => finished));
        return (await window.axe.run(within ? { include: [within] } : document, options)).violations;
    }, [what, OPTIONS]);
    const finds = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    // What is hidden for the eye alone lies where it was written: out of a part that scrolls it would make the page itself scroll.
    const headless = (await page.evaluate(withoutBeginning)).map((words) => `overflow: of "${words}" the beginning is cut off`);
    const below = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    return [...finds, ...headless, ...(below > 0 ? [`overflow: the page is ${below} pixels taller than its window`] : [])];
}

/** In the page: words of which the end is in sight and the beginning is not, as they run against the line that they are in. */
export function withoutBeginning() {
    const isIn = (box, node, from) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, from + 1);
        const { left, right } = range.getBoundingClientRect();
        return right > box.left + 1 && left < box.right - 1;
    };
    const cut = [];
    for (const line of document.querySelectorAll('body *')) {
        if (line.scrollWidth <= line.clientWidth || getComputedStyle(line).textOverflow !== 'ellipsis') continue;
        const box = line.getBoundingClientRect();
        const nodes = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        while (nodes.nextNode()) {
            const node = nodes.currentNode;
            const [first, last] = [node.data.search(/\S/), node.data.trimEnd().length - 1];
            if (first >= 0 && isIn(box, node, last) && !isIn(box, node, first)) cut.push(node.data);
        }
    }
    return cut;
}
