// The one table, as Markdown, with the machine it was taken on.

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { figures } from './figures.mjs';

const number = (value) => value === undefined || value === null ? ''
    : Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(2);

const SIGNS = { more: ['≥ ', ' ×'], less: ['≤ ', ' ×'], most: ['≥ ', ''], least: ['≤ ', ''], above: ['≤ + ', ''] };

/** What is held against bar and aim. */
const judged = (better, { measured, limit }) =>
    better === 'more' || better === 'less' ? measured / limit : better === 'above' ? measured - limit : measured;

const reaches = (better, value, goal) => better === 'more' || better === 'most' ? value >= goal : value <= goal;

function verdict(better, value, bar, aim) {
    if (reaches(better, value, aim))
        return 'aim';
    return reaches(better, value, bar) ? 'bar' : '**missed**';
}

/** The least and the most of the rounds: of each ours against its own limit, or of ours alone. */
function spread(better, { all }) {
    if (!Array.isArray(all?.measured) || all.measured.length < 2)
        return '';
    const each = all.measured.map((measured, round) => judged(better, { measured, limit: all.limit?.[round] })).sort((a, b) => a - b);
    const [least, most] = [each[0], each.at(-1)];
    return better === 'more' || better === 'less' ? `${least.toFixed(2)} – ${most.toFixed(2)}` : `${number(least)} – ${number(most)}`;
}

export function row(name, at, result) {
    const figure = figures[name];
    const [what, against, bar = figure.bar, aim = figure.aim] = figure.rows[at];
    const value = judged(figure.better, result);
    const [before, behind] = SIGNS[figure.better];
    const goal = (to) => `${before}${to.toLocaleString('en-GB')}${behind}`;
    return { what, against, bar: goal(bar), aim: goal(aim), measured: number(result.measured), limit: number(result.limit),
        ratio: figure.better === 'more' || figure.better === 'less' ? value.toFixed(2) : figure.better === 'above' ? `+ ${number(value)}` : '',
        spread: spread(figure.better, result), verdict: verdict(figure.better, value, bar, aim), other: result.other === undefined ? '' : `${Math.round(result.other * 100)} %` };
}

export function machine() {
    return {
        processor: cpus()[0].model.trim(), cores: cpus().length, memory_gb: Math.round(totalmem() / 2 ** 30),
        kernel: release().split('-')[0], sqlite: version(['sqlite3', '--version']), at: new Date().toISOString(),
    };
}

function version([file, ...args]) {
    try {
        return execFileSync(file, args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString().split(' ')[0];
    } catch {
        return 'unknown';
    }
}

const line = (cells) => `| ${cells.join(' | ')} |`;

export function markdown({ machine: box, how, results }) {
    const rows = Object.entries(results).flatMap(([name, list]) => list.map((one, at) => row(name, at, one)));
    return [
        `${box.cores} cores (${box.processor}), ${box.memory_gb} GB, Linux ${box.kernel}, ${box.at.slice(0, 10)}. ${how}`, '',
        line(['figure', 'against', 'bar', 'aim', 'measured', 'limit', 'ratio', 'of the rounds', 'reaches', 'others took']),
        '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |',
        ...rows.map((one) => line([one.what, one.against, one.bar, one.aim, one.measured, one.limit, one.ratio, one.spread, one.verdict, one.other])),
    ].join('\n');
}
