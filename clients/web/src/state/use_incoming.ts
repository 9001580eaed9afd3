import type { Message } from "@natternet/sdk";
import { useEffect } from "react";
import { watchNews } from "./news.js";
import { useApp } from "./use.js";

/** Calls `listener` with every message that comes while the page is connected, and that one wants to hear of. */
export function useIncoming(listener: (message: Message) => void): void {
    const { client } = useApp();
    useEffect(() => watchNews(client, listener), [client, listener]);
}
