import { useMemo, useSyncExternalStore } from "react";
import type { MessageItem } from "../../state/timeline_items.js";
import { useApp } from "../../state/use.js";

/** A message as it stands, where it is held: the one that a thread is about may not be. */
export function useItem(room: string, seq: number): MessageItem | undefined {
    const app = useApp();
    const holder = useMemo(() => app.holderOf(room, seq), [app, room, seq]);
    const { rows } = useSyncExternalStore(holder.subscribe, () => holder.get());
    const row = rows.find((one) => one.kind === "message" && one.item.seq === seq);
    return row?.kind === "message" ? row.item : undefined;
}
