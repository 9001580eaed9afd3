import { locale, onLanguage, t } from "./mod.js";

const DAY_MS = 86_400_000;
const SHAPES = {
    clock: { hour: "numeric", minute: "2-digit" },
    weekday: { weekday: "long" },
    shortWeekday: { weekday: "short" },
    shortDate: { day: "numeric", month: "short" },
    shortYear: { day: "numeric", month: "numeric", year: "2-digit" },
    fullDate: { dateStyle: "full" },
    date: { dateStyle: "medium" },
    fullTime: { dateStyle: "medium", timeStyle: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<keyof typeof SHAPES, Intl.DateTimeFormat>();
let lists: Intl.ListFormat | undefined;
let numbers: Intl.NumberFormat | undefined;
let percents: Intl.NumberFormat | undefined;
onLanguage(() => {
    formatters.clear();
    lists = numbers = percents = undefined;
});

function format(shape: keyof typeof SHAPES, time: Date): string {
    let formatter = formatters.get(shape);
    if (!formatter) formatters.set(shape, (formatter = new Intl.DateTimeFormat(locale(), SHAPES[shape])));
    return formatter.format(time);
}

/** Midnights between two times, on the person's own calendar. */
function daysAgo(time: Date, now: Date): number {
    const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
    return Math.round((midnight(now) - midnight(time)) / DAY_MS);
}

export function timeOfDay(iso: string): string {
    return format("clock", new Date(iso));
}

export function dateAndTime(iso: string): string {
    return format("fullTime", new Date(iso));
}

export function dateText(iso: string): string {
    return format("date", new Date(iso));
}

/** The time of day in another zone, with the weekday where that is another; null where the zone is unknown here. */
export function timeIn(timeZone: string, now: Date): string | null {
    try {
        const weekday = (zone?: string) => new Intl.DateTimeFormat(locale(), { weekday: "long", ...(zone && { timeZone: zone }) }).format(now);
        const sameDay = weekday(timeZone) === weekday();
        return new Intl.DateTimeFormat(locale(), { ...SHAPES.clock, ...(!sameDay && SHAPES.weekday), timeZone }).format(now);
    } catch {
        return null;
    }
}

/** A day line: "Today", "Monday", "Tuesday, 3 November 2026". */
export function dayName(iso: string, now = new Date()): string {
    const time = new Date(iso);
    const ago = daysAgo(time, now);
    if (ago === 0) return t("day.today");
    if (ago === 1) return t("day.yesterday");
    return format(ago > 1 && ago < 7 ? "weekday" : "fullDate", time);
}

/** The short form of the room list: the time today, the weekday this week, then the date. */
export function shortTime(iso: string, now = new Date()): string {
    const time = new Date(iso);
    const ago = daysAgo(time, now);
    if (ago <= 0) return format("clock", time);
    if (ago < 7) return format("shortWeekday", time);
    return format(time.getFullYear() === now.getFullYear() ? "shortDate" : "shortYear", time);
}

/** Until when something lasts: the time today, else with its day. */
export function untilText(iso: string, now = new Date()): string {
    const time = new Date(iso);
    return daysAgo(time, now) === 0 ? format("clock", time) : format("fullTime", time);
}

export function listOf(words: string[]): string {
    lists ??= new Intl.ListFormat(locale(), { type: "conjunction" });
    return lists.format(words);
}

/** A share from 0 to 1: "60 %". */
export function percentText(share: number): string {
    percents ??= new Intl.NumberFormat(locale(), { style: "percent" });
    return percents.format(share);
}

export function numberText(value: number): string {
    numbers ??= new Intl.NumberFormat(locale());
    return numbers.format(value);
}
