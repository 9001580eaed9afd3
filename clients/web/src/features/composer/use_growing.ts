import { useLayoutEffect, type RefObject } from "react";

/** Where the browser does not let a field grow with its text, this does. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
    useLayoutEffect(() => {
        if (CSS.supports("field-sizing", "content") || !field.current) return;
        field.current.style.blockSize = "auto";
        field.current.style.blockSize = `${field.current.scrollHeight + 2}px`;
    }, [field, text]);
}
