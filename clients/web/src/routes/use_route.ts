import { useSyncExternalStore, type MouseEvent } from "react";
import { hrefOf, parseRoute, withoutSeq, type Route } from "./route.js";

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
    history.replaceState(placeState(), "", hrefOf(route));
    dispatchEvent(new HashChangeEvent("hashchange"));
}

/** What a place of the browser's history knows. `from`: the one before it; the place that the page began at has none. */
interface PlaceState {
    from?: string;
}

/** Where one is, as of the last event; while the state is still null that is where one was before. */
let last = "";

/** A place without a state has just been come to, and its event has not come yet: who draws meanwhile knows the same. */
function placeState(): PlaceState {
    return (history.state as PlaceState | null) ?? { from: last };
}

/** From now on each place of the browser's history knows the one before it. Before all who hear of routes. */
export function watchRoutes(): void {
    // Where the page begins is marked: who comes back there later has not come from where they just were.
    if (history.state === null) history.replaceState({}, "");
    const look = () => {
        if (history.state === null) history.replaceState(placeState(), "");
        last = hrefOf(parseRoute(location.hash));
        leaving = false;
    };
    look();
    addEventListener("hashchange", look);
    addEventListener("popstate", () => (leaving = false)); // also between two places of the same address
}

/** Where one came from to where one is; null where one came to the page there. */
export function cameFrom(): Route | null {
    const { from } = placeState();
    return from === undefined ? null : parseRoute(from);
}

/** One is on the way back: a second press at once does not lead further back. */
let leaving = false;

/** A browser that has nothing to go back to says nothing: this long after it was asked it may be asked again. */
const LEAVING_MS = 1000;

function leave(): void {
    if (leaving) return;
    leaving = true;
    setTimeout(() => (leaving = false), LEAVING_MS);
    history.back();
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
    const place = hrefOf(withoutSeq(parseRoute(href)));
    if (from !== null && hrefOf(withoutSeq(from)) === place) leave();
    else location.hash = href;
}

/** For a link that leads back. */
export function onBack(event: MouseEvent<HTMLAnchorElement>): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    backTo(event.currentTarget.hash);
}
