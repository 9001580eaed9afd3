import { useSyncExternalStore } from "react";
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
    location.replace(hrefOf(route));
}
