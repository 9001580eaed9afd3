import { locale, onLanguage } from "./mod.js";

const UNITS = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
] as const;

const formatters = new Map<string, Intl.NumberFormat>();
onLanguage(() => formatters.clear());

/** A length of time in words, by its one or two largest units: "1 hour 30 minutes". */
export function durationText(seconds: number): string {
    const at = Math.max(0, UNITS.findIndex(([, length]) => seconds >= length));
    const [unit, length] = UNITS[seconds >= 1 ? at : UNITS.length - 1]!;
    const next = UNITS[at + 1];
    const count = Math.floor(seconds / length);
    const rest = next && seconds >= 1 ? Math.floor((seconds % length) / next[1]) : 0;
    return rest > 0 ? `${inUnit(count, unit)} ${inUnit(rest, next![0])}` : inUnit(count, unit);
}

function inUnit(count: number, unit: (typeof UNITS)[number][0]): string {
    let formatter = formatters.get(unit);
    if (!formatter) formatters.set(unit, (formatter = new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" })));
    return formatter.format(count);
}

/** What is left of a wait, as a clock shows it: "4:05", "1:00:00"; never under nothing. */
export function clockText(seconds: number): string {
    const left = Math.max(0, Math.ceil(seconds));
    const [hours, minutes, rest] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
    const two = new Intl.NumberFormat(locale(), { minimumIntegerDigits: 2, useGrouping: false });
    const one = new Intl.NumberFormat(locale(), { useGrouping: false });
    return hours > 0 ? `${one.format(hours)}:${two.format(minutes)}:${two.format(rest)}` : `${one.format(minutes)}:${two.format(rest)}`;
}
