import type { Message } from "@natternet/sdk";
import { useEffect } from "react";
import { useApp } from "./use.js";

/** Calls `listener` with every message that comes while the page is connected; not with what was missed. */
export function useIncoming(listener: (message: Message) => void): void {
    const { client } = useApp();
    useEffect(() => client.on("message", ({ message, backlog }) => void (backlog || listener(message))), [client, listener]);
}
