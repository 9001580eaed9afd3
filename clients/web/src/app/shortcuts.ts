import { useEffect, useMemo } from "react";
import { useFolder } from "../features/rooms/FolderBar.js";
import { beside, inFolder, inOrder, parted } from "../features/rooms/order.js";
import { hrefOf, parseRoute } from "../routes/route.js";
import { backTo, go } from "../routes/use_route.js";
import { useRoomMarks, useRooms } from "../state/use.js";

/** Keys that work everywhere; the keyboard page of the settings lists them. */
export function useShortcuts(current: string | null, onSwitch: () => void): void {
    const { rooms } = useRooms();
    const liked = useRoomMarks();
    const folder = useFolder(liked);
    const lists = useMemo(() => {
        const { list, away } = parted(inOrder(rooms, liked), liked);
        return [inFolder(list, folder, liked), list, away];
    }, [rooms, liked, folder]);
    useEffect(() => {
        const onKeyDown = (event: KeyboardEvent) => {
            if (event.key === "Escape") return closePanel(event);
            const act = actOf(event);
            if (act === null || document.querySelector("dialog[open]")) return;
            event.preventDefault();
            if (act === "switch") return onSwitch();
            if (act === "search") return go({ at: "search", ...(current !== null && { room: current }) });
            if (act === "new") return go({ at: "new" });
            if (act === "settings") return go({ at: "settings", section: "account" });
            const room = beside(lists, current, act);
            if (room !== undefined) go({ at: "room", room });
        };
        addEventListener("keydown", onKeyDown);
        return () => removeEventListener("keydown", onKeyDown);
    }, [lists, current, onSwitch]);
}

/** Closes what is beside a room, the details or a thread, and one writes on; where nothing nearer is closed by the key. */
function closePanel(event: KeyboardEvent): void {
    const route = parseRoute(location.hash);
    const isTaken = event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], [role=dialog], [role=menu]:popover-open") !== null;
    if (isTaken || (route.at !== "details" && route.at !== "thread") || isSearched(event.target)) return;
    document.querySelector<HTMLElement>(".room-main .composer-field")?.focus();
    backTo(hrefOf({ at: "room", room: route.room }));
}

/** The browser empties a field to search in. */
function isSearched(target: EventTarget | null): boolean {
    return target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
}

type Act = "switch" | "search" | "new" | "settings" | 1 | -1;

function actOf(event: KeyboardEvent): Act | null {
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.shiftKey && !event.altKey && event.code === "KeyK") return "switch";
    if (command && !event.shiftKey && !event.altKey && event.code === "KeyF") return "search";
    if (command && event.key === ",") return "settings";
    if (!event.altKey || command || event.shiftKey) return null;
    if (event.code === "KeyN") return "new";
    return event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
}
