// A curve as SVG: one or more lines over logarithmic or plain axes, a plain y from 0, no dependencies.

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM, LEGEND] = [720, 380, 84, 24, 44, 52, 16];
const COLOURS = ['#1f6feb', '#c2410c', '#15803d', '#7c3aed', '#db2777', '#0e7490'];
const DASHES = ['', '9 5', '3 3', '12 4 3 4', '6 2', '2 6']; // so that of two lines in one place both are seen

const short = (value) => value >= 1e6 ? `${+(value / 1e6).toPrecision(3)} M` : value >= 1e3 ? `${+(value / 1e3).toPrecision(3)} k`
    : String(+value.toPrecision(3));
const escape = (text) => text.replace(/[<>&]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c]);

/** The next round number from `most` on, so that the axis ends there. */
function ceiling(most) {
    const unit = 10 ** Math.floor(Math.log10(most || 1));
    return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((step) => step * unit).find((end) => end >= most);
}

/** Round values from one to the other: powers of ten, or at most seven steps of equal length. */
function roundValues(low, high, log) {
    if (log)
        return Array.from({ length: Math.floor(Math.log10(high) + 1e-9) - Math.ceil(Math.log10(low) - 1e-9) + 1 }, (_, at) => 10 ** (Math.ceil(Math.log10(low) - 1e-9) + at));
    const unit = 10 ** Math.floor(Math.log10((high - low) / 7 || 1));
    const step = [1, 2, 5, 10].map((of) => of * unit).find((one) => (high - low) / one <= 7);
    return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, at) => (Math.ceil(low / step) + at) * step);
}

const extent = (values) => [Math.min(...values), Math.max(...values)];

/** From the value of an axis to a place between 0 and 1. */
function scale([low, high], log) {
    const of = log ? Math.log10 : (value) => value;
    return (value) => high > low ? (of(value) - of(low)) / (of(high) - of(low)) : 0.5;
}

/**
 * @param {{title: string, x: string, y: string, log?: boolean, logY?: boolean, lines: {name: string, points: [number, number][]}[]}} curve
 *     `log`: the x axis is logarithmic, `logY`: the other one. A logarithmic x is marked where it was measured, a plain one at round values.
 */
export function svg({ title, x, y, log = true, logY = false, lines }) {
    const [xs, ys] = [0, 1].map((of) => lines.flatMap(({ points }) => points.map((point) => point[of])));
    const most = Math.max(...ys);
    const tall = logY ? [10 ** Math.floor(Math.log10(Math.min(...ys))), 10 ** Math.ceil(Math.log10(most))] : [0, ceiling(most)];
    const top = TOP + (lines.length > 1 ? lines.length * LEGEND : 0);
    const [across, up] = [scale(extent(xs), log), scale(tall, logY)];
    const px = (value) => LEFT + (WIDTH - LEFT - RIGHT) * across(value);
    const py = (value) => HEIGHT - BOTTOM - (HEIGHT - top - BOTTOM) * up(value);
    const text = (at, down, anchor, words, more = '') => `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" text-anchor="${anchor}" ${more}>${escape(words)}</text>`;
    const out = [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">`,
        `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
        text(LEFT, 22, 'start', title, 'font-size="15" font-weight="bold"'),
        text(WIDTH / 2, HEIGHT - 8, 'middle', x),
        `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ];
    for (const value of logY ? roundValues(...tall, true) : [0, 1, 2, 3, 4].map((step) => tall[1] * step / 4))
        out.push(`<path d="M${LEFT} ${py(value).toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/>`, text(LEFT - 6, py(value) + 4, 'end', short(value)));
    const marks = [...new Set(xs)];
    for (const at of log || marks.length <= 7 ? marks : roundValues(...extent(xs), false))
        out.push(text(px(at), HEIGHT - BOTTOM + 18, 'middle', short(at)));
    lines.forEach(({ name, points }, nth) => {
        const colour = COLOURS[nth % COLOURS.length], dashes = DASHES[nth % DASHES.length];
        const stroke = `fill="none" stroke="${colour}" stroke-width="2"${dashes && ` stroke-dasharray="${dashes}"`}`;
        out.push(`<path d="M${points.map(([at, value]) => `${px(at).toFixed(1)} ${py(value).toFixed(1)}`).join('L')}" ${stroke}/>`);
        for (const [at, value] of points)
            out.push(`<circle cx="${px(at).toFixed(1)}" cy="${py(value).toFixed(1)}" r="3" fill="${colour}"><title>${short(at)}: ${short(value)}</title></circle>`);
        if (lines.length > 1) {
            const down = TOP - 4 + nth * LEGEND;
            out.push(`<path d="M${LEFT} ${down - 4}h28" ${stroke}/>`, text(LEFT + 36, down, 'start', name, `fill="${colour}"`));
        }
    });
    return `${out.join('\n')}\n</svg>\n`;
}
