import { useSyncExternalStore } from "react";
import { shortTime } from "./dates.js";

/** Timers stand still while a device sleeps: that midnight has passed is seen this long after it woke, or when the page is shown again. */
const LOOK_MS = 60_000;

const watchers = new Set<() => void>();
let stop: (() => void) | null = null;
let today = dayNow();

function dayNow(): string {
    return new Date().toDateString();
}

function look(): void {
    if (today === dayNow()) return;
    today = dayNow();
    for (const watcher of [...watchers]) watcher();
}

function begin(): () => void {
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
        clearInterval(timer);
        document.removeEventListener("visibilitychange", look);
    };
}

function subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    stop ??= begin();
    return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        stop?.();
        stop = null;
    };
}

/** For what is said of a day as seen from today ("Yesterday"): it is drawn anew when another day has begun. */
export function useToday(): void {
    useSyncExternalStore(subscribe, dayNow);
}

/** `shortTime`, which is another one tomorrow. */
export function useShortTime(iso: string): string {
    useToday();
    return shortTime(iso);
}
