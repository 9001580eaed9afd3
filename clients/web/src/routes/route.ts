export const SECTIONS = ["account", "appearance", "language", "notifications", "folders", "contacts", "privacy", "sessions", "keyboard"] as const;
export type Section = (typeof SECTIONS)[number];

/** Where in the app one is. It lives behind the `#`, so any server can serve the page. */
export type Route =
    | { at: "home" }
    | { at: "new" }
    /** Somebody was given an invitation link. */
    | { at: "join"; code: string }
    /** Groups that everybody may find. */
    | { at: "directory" }
    /** The messages saved for later. */
    | { at: "saved" }
    /** With a room: only there. */
    | { at: "search"; room?: string }
    /** Without a section: the list of them, on a narrow screen. */
    | { at: "settings"; section?: Section }
    /** With a seq: at that message. */
    | { at: "room"; room: string; seq?: number }
    | { at: "details"; room: string }
    /** The answers under the message `root`; with a seq: at that answer. */
    | { at: "thread"; room: string; root: number; seq?: number }
    /** The threads that one follows. */
    | { at: "threads" }
    /** For administrators of the server; without a tab: the first. `by`, `to`: only what somebody did, or what was done to them. */
    | { at: "admin"; tab?: string; by?: string; to?: string };

export function parseRoute(hash: string): Route {
    const [first, second, third, fourth, fifth] = hash.replace(/^#\/?/, "").split("/").map(decode);
    if (first === "new") return { at: "new" };
    if (first === "join" && second) return { at: "join", code: second };
    if (first === "groups") return { at: "directory" };
    if (first === "threads") return { at: "threads" };
    if (first === "saved") return { at: "saved" };
    if (first === "admin") return second ? { at: "admin", tab: second, ...((third === "by" || third === "to") && fourth && { [third]: fourth }) } : { at: "admin" };
    if (first === "settings") {
        const section = SECTIONS.find((name) => name === second);
        return section ? { at: "settings", section } : { at: "settings" };
    }
    if (first === "search") return second ? { at: "search", room: second } : { at: "search" };
    if (first !== "rooms" || !second) return { at: "home" };
    if (third === "thread" && isSeq(fourth)) return { at: "thread", room: second, root: Number(fourth), ...(isSeq(fifth) && { seq: Number(fifth) }) };
    if (third === "details") return { at: "details", room: second };
    return isSeq(third) ? { at: "room", room: second, seq: Number(third) } : { at: "room", room: second };
}

export function hrefOf(route: Route): string {
    switch (route.at) {
        case "home":
            return "#/";
        case "new":
            return "#/new";
        case "join":
            return `#/join/${encodeURIComponent(route.code)}`;
        case "directory":
            return "#/groups";
        case "saved":
            return "#/saved";
        case "admin":
            return route.tab ? `#/admin/${encodeURIComponent(route.tab)}${aboutOf(route)}` : "#/admin";
        case "search":
            return route.room ? `#/search/${encodeURIComponent(route.room)}` : "#/search";
        case "settings":
            return route.section ? `#/settings/${route.section}` : "#/settings";
        case "room":
            return `#/rooms/${encodeURIComponent(route.room)}${route.seq === undefined ? "" : `/${route.seq}`}`;
        case "threads":
            return "#/threads";
        case "thread":
            return `#/rooms/${encodeURIComponent(route.room)}/thread/${route.root}${route.seq === undefined ? "" : `/${route.seq}`}`;
        case "details":
            return `#/rooms/${encodeURIComponent(route.room)}/details`;
    }
}

/** The same place, wherever in it one looks. */
export function withoutSeq(route: Route): Route {
    if (route.at === "room") return { at: "room", room: route.room };
    return route.at === "thread" ? { at: "thread", room: route.room, root: route.root } : route;
}

/** Where a message is: in its room, or in the thread that it is an answer in. */
export function routeOf({ room, seq, thread }: { room: string; seq: number; thread?: number | undefined }): Route {
    return thread === undefined ? { at: "room", room, seq } : { at: "thread", room, root: thread, seq };
}

function aboutOf({ by, to }: { by?: string; to?: string }): string {
    if (by !== undefined) return `/by/${encodeURIComponent(by)}`;
    return to === undefined ? "" : `/to/${encodeURIComponent(to)}`;
}

function isSeq(part: string | undefined): boolean {
    return part !== undefined && /^[1-9]\d{0,14}$/.test(part);
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return "";
    }
}
