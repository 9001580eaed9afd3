import { useEffect, useState, type RefObject } from "react";

/** Whether it is on the screen: a small one shows a thread or the details in place of the room. */
export function useShown(box: RefObject<HTMLElement | null>): boolean {
    const [shown, setShown] = useState(false);
    useEffect(() => {
        const element = box.current;
        if (!element) return undefined;
        const observer = new ResizeObserver(() => setShown(element.clientHeight > 0));
        observer.observe(element);
        return () => observer.disconnect();
    }, [box]);
    return shown;
}
