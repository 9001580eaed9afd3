/** Where in the app one is. It lives behind the `#`, so any server can serve the page. */
export type Route =
    | { at: "home" }
    | { at: "new" }
    | { at: "settings" }
    | { at: "room"; room: string }
    | { at: "members"; room: string };

export function parseRoute(hash: string): Route {
    const [first, room, part] = hash.replace(/^#\/?/, "").split("/").map(decode);
    if (first === "new") return { at: "new" };
    if (first === "settings") return { at: "settings" };
    if (first === "rooms" && room) return part === "members" ? { at: "members", room } : { at: "room", room };
    return { at: "home" };
}

export function hrefOf(route: Route): string {
    switch (route.at) {
        case "home":
            return "#/";
        case "room":
            return `#/rooms/${encodeURIComponent(route.room)}`;
        case "members":
            return `#/rooms/${encodeURIComponent(route.room)}/members`;
        default:
            return `#/${route.at}`;
    }
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return "";
    }
}
