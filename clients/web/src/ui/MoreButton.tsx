import { useLayoutEffect, useRef, type ReactNode } from "react";
import { Button } from "./Button.js";
import { takeFocus } from "./use_focus_heir.js";

interface Props {
    /** What was asked for is on its way. */
    busy?: boolean;
    testid?: string;
    children: ReactNode;
    onMore(): void;
}

/**
 * Below a list: shows more of it. It keeps the focus while that comes, and where it goes, as there is no more, the
 * first line that came has it: who goes by the keyboard reads on from there.
 */
export function MoreButton({ busy = false, testid, children, onMore }: Props) {
    const button = useRef<HTMLButtonElement>(null);
    const shown = useRef(0);
    useLayoutEffect(() => {
        const own = button.current;
        return () => {
            const list = own?.previousElementSibling;
            if (list && own === document.activeElement) queueMicrotask(() => takeFocus(list.children[shown.current] ?? list));
        };
    }, []);
    const press = () => {
        shown.current = button.current?.previousElementSibling?.children.length ?? 0;
        if (!busy) onMore();
    };
    return (
        <Button ref={button} testid={testid} aria-disabled={busy} onClick={press}>
            {children}
        </Button>
    );
}
