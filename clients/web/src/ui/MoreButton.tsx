import { useRef, type ReactNode, type RefObject } from "react";
import { Button } from "./Button.js";
import { useFocusHeir } from "./use_focus_heir.js";

interface Props {
    /** What it shows more of. */
    list: RefObject<HTMLElement | null>;
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
export function MoreButton({ list, busy = false, testid, children, onMore }: Props) {
    const shown = useRef(0);
    const button = useFocusHeir(() => list.current?.children[shown.current] ?? list.current);
    const press = () => {
        if (busy) return;
        shown.current = list.current?.children.length ?? 0;
        onMore();
    };
    return (
        <Button ref={button} testid={testid} aria-disabled={busy} onClick={press}>
            {children}
        </Button>
    );
}
