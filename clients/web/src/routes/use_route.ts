import { useSyncExternalStore, type MouseEvent } from "react";
import { hrefOf, parseRoute, type Route } from "./route.js";

function subscribe(onChange: () => void): () => void {
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
}

export function useRoute(): Route {
    return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

export function go(route: Route): void {
    location.hash = hrefOf(route);
}

/** Goes on without a way back to where one was: that place is no more. */
export function replaceRoute(route: Route): void {
    history.replaceState(history.state ?? {}, "", hrefOf(route));
    dispatchEvent(new HashChangeEvent("hashchange"));
}

/** From now on each place of the browser's history knows the one before it. Before all who hear of routes. */
export function watchRoutes(): void {
    const here = () => hrefOf(parseRoute(location.hash));
    let last = here();
    addEventListener("hashchange", () => {
        // One that has been there before knows already.
        if (history.state === null) history.replaceState({ from: last }, "");
        last = here();
        leaving = false;
    });
}

/** Where one came from to where one is; null where one came to the page there. */
export function cameFrom(): Route | null {
    const { from } = (history.state ?? {}) as { from?: string };
    return from === undefined ? null : parseRoute(from);
}

/** One is on the way back: a second press at once does not lead further back. */
let leaving = false;

function leave(): void {
    if (!leaving) history.back();
    leaving = true;
}

/** Back to where one came from; who came from nowhere goes on to `otherwise`. */
export function goBack(otherwise: Route): void {
    if (cameFrom() === null) replaceRoute(otherwise);
    else leave();
}

/**
 * Who came from that place goes back there; others go on to it. The browser's own way back would otherwise lead from
 * there to what one has just left, and on a phone all that one has opened would be gone through again.
 */
export function backTo(href: string): void {
    const from = cameFrom();
    if (from !== null && hrefOf(from) === href) leave();
    else location.hash = href;
}

/** For a link that leads back. */
export function onBack(event: MouseEvent<HTMLAnchorElement>): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    backTo(event.currentTarget.hash);
}
