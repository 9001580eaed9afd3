import { useEffect, useState } from "react";
import { PAUSE_MS } from "./paged_search.js";

/** What is typed, once it has rested; that nothing is typed any more at once. */
export function usePaused(text: string): string {
    const [rested, setRested] = useState(text);
    useEffect(() => {
        const timer = setTimeout(() => setRested(text), text === "" ? 0 : PAUSE_MS);
        return () => clearTimeout(timer);
    }, [text]);
    return rested;
}
