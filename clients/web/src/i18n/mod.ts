import english from "../../../../locales/en.json";
import { formatMessage, type Values } from "./message.js";

export type Key = keyof typeof english;

const locale = "en";
/** Times and dates follow the person's own habits, in the language of the page. */
const habits = navigator.languages.find((tag) => tag.startsWith(locale)) ?? locale;

export function t(key: Key, values: Values = {}): string {
    return formatMessage(english[key], values, locale);
}

/** What to tell somebody about an error, by the server's code. */
export function errorText(code: string): string {
    const key = `error.${code}`;
    return key in english ? t(key as Key) : t("error.unknown", { code });
}

const clockTime = new Intl.DateTimeFormat(habits, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(habits, { weekday: "long" });
const shortWeekday = new Intl.DateTimeFormat(habits, { weekday: "short" });
const shortDate = new Intl.DateTimeFormat(habits, { day: "numeric", month: "short" });
const fullDate = new Intl.DateTimeFormat(habits, { dateStyle: "long" });
const fullTime = new Intl.DateTimeFormat(habits, { dateStyle: "medium", timeStyle: "short" });
const names = new Intl.ListFormat(locale, { type: "conjunction" });

const DAY_MS = 86_400_000;

function daysAgo(time: Date, now: Date): number {
    const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
    return Math.round((midnight(now) - midnight(time)) / DAY_MS);
}

export function timeOfDay(iso: string): string {
    return clockTime.format(new Date(iso));
}

export function dateAndTime(iso: string): string {
    return fullTime.format(new Date(iso));
}

/** A day line: "Today", "Monday", "3 November 2026". */
export function dayName(iso: string, now = new Date()): string {
    const time = new Date(iso);
    const ago = daysAgo(time, now);
    if (ago === 0) return t("day.today");
    if (ago === 1) return t("day.yesterday");
    return ago > 1 && ago < 7 ? weekday.format(time) : fullDate.format(time);
}

/** The short form of the room list: the time today, the weekday this week, then the date. */
export function shortTime(iso: string, now = new Date()): string {
    const time = new Date(iso);
    const ago = daysAgo(time, now);
    if (ago <= 0) return clockTime.format(time);
    return ago < 7 ? shortWeekday.format(time) : shortDate.format(time);
}

export function listOf(words: string[]): string {
    return names.format(words);
}
