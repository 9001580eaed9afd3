import { useEffect } from "react";
import { errorText } from "../../i18n/mod.js";
import { codeOf } from "../../state/error_code.js";
import { endOf, useInTime } from "../../state/time_left.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useApp, useStore } from "../../state/use.js";
import { toast } from "../../ui/toast.js";
import { beginEditing, editing, endEditing, endEditingIn, type Edited } from "./editing.js";

interface Editing {
    edited: Edited | null;
    /** What is edited cannot be any more: its time is over. */
    over: boolean;
    /** Saves the words, and is free for others meanwhile; where that fails it comes back with them. */
    save(text: string, mentions: string[], sought: Promise<string[]> | null): void;
    /** Takes up one's own newest message, if there is one. */
    last(): boolean;
    cancel(): void;
}

/** Editing a message of this room or thread in the field that new ones are written in. */
export function useEditing(room: string, thread: number | null): Editing {
    const app = useApp();
    const any = useStore(editing);
    const edited = any?.room === room && any.thread === thread ? any : null;
    const over = !useInTime(app, "message_edit_s", edited?.createdAt ?? null);
    const save: Editing["save"] = (text, mentions, sought) => {
        endEditing();
        if (!edited || text === edited.text) return;
        const saved = sought ? sought.then((found) => app.edit(room, edited.seq, text, [...new Set([...mentions, ...found])])) : app.edit(room, edited.seq, text, mentions);
        saved.catch((error: unknown) => {
            toast(errorText(codeOf(error)));
            if (editing.get() === null) editing.set({ ...edited, text });
        });
    };
    useEffect(() => () => endEditingIn(room, thread), [room, thread]);
    const last = () => {
        const { rows } = (thread === null ? app.timeline(room) : app.thread(room, thread)).get();
        const inTime = (item: MessageItem) => app.client.now() < endOf(app.client.limits, "message_edit_s", item.createdAt);
        const row = rows.findLast((one) => one.kind === "message" && one.item.mine && !one.item.forwarded && !one.item.poll && one.item.seq !== null && one.item.text !== "" && inTime(one.item));
        if (row?.kind !== "message") return false;
        beginEditing(room, row.item);
        return true;
    };
    return { edited, over, save, last, cancel: endEditing };
}
