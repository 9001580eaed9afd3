// A curve as SVG: one or more lines over a logarithmic or plain x axis, y from 0, no dependencies.

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 380, 84, 24, 44, 52];
const COLOURS = ['#1f6feb', '#c2410c', '#15803d', '#7c3aed', '#db2777', '#0e7490'];

const short = (value) => value >= 1e6 ? `${+(value / 1e6).toPrecision(3)} M` : value >= 1e3 ? `${+(value / 1e3).toPrecision(3)} k`
    : String(+value.toPrecision(3));
const escape = (text) => text.replace(/[<>&]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c]);

/** The next round number from `most` on, so that the axis ends there. */
function ceiling(most) {
    const unit = 10 ** Math.floor(Math.log10(most || 1));
    return [1, 2, 5, 10].map((step) => step * unit).find((end) => end >= most);
}

/**
 * @param {{title: string, x: string, y: string, log?: boolean, lines: {name: string, points: [number, number][]}[]}} curve
 */
export function svg({ title, x, y, log = true, lines }) {
    const all = lines.flatMap((line) => line.points);
    const scale = log ? Math.log10 : (value) => value;
    const [low, high] = [Math.min(...all.map(([at]) => scale(at))), Math.max(...all.map(([at]) => scale(at)))];
    const top = ceiling(Math.max(...all.map(([, value]) => value)));
    const px = (at) => LEFT + (WIDTH - LEFT - RIGHT) * (high > low ? (scale(at) - low) / (high - low) : 0.5);
    const py = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
    const text = (at, down, anchor, words, more = '') => `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" text-anchor="${anchor}" ${more}>${escape(words)}</text>`;
    const out = [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">`,
        `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
        text(LEFT, 22, 'start', title, 'font-size="15" font-weight="bold"'),
        text(WIDTH / 2, HEIGHT - 8, 'middle', x),
        `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ];
    for (let step = 0; step <= 4; step++) {
        const value = top * step / 4;
        out.push(`<path d="M${LEFT} ${py(value).toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/>`, text(LEFT - 6, py(value) + 4, 'end', short(value)));
    }
    for (const at of [...new Set(all.map(([where]) => where))])
        out.push(text(px(at), HEIGHT - BOTTOM + 18, 'middle', short(at)));
    lines.forEach(({ name, points }, nth) => {
        const colour = COLOURS[nth % COLOURS.length];
        out.push(`<path d="M${points.map(([at, value]) => `${px(at).toFixed(1)} ${py(value).toFixed(1)}`).join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`);
        for (const [at, value] of points)
            out.push(`<circle cx="${px(at).toFixed(1)}" cy="${py(value).toFixed(1)}" r="3" fill="${colour}"><title>${short(at)}: ${short(value)}</title></circle>`);
        if (lines.length > 1)
            out.push(text(WIDTH - RIGHT, TOP - 4 + nth * 15, 'end', name, `fill="${colour}"`));
    });
    return `${out.join('\n')}\n</svg>\n`;
}
