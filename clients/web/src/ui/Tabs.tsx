import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import "./form.css";

export interface Tab<Id extends string> {
    id: Id;
    label: string;
    testid?: string;
    /** Behind the label, such as how much waits there. */
    badge?: ReactNode;
}

interface Props<Id extends string> {
    label: string;
    tabs: Tab<Id>[];
    current: Id;
    /** The sheet scrolls by itself. */
    scrolls?: boolean;
    onPick(id: Id): void;
    children: ReactNode;
}

/** Several sheets in one place; arrows go from tab to tab. */
export function Tabs<Id extends string>({ label, tabs, current, scrolls = false, onPick, children }: Props<Id>) {
    const list = useRef<HTMLDivElement>(null);
    // Where not all have room, the row scrolls.
    useEffect(() => void list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ inline: "nearest", block: "nearest" }), [current]);
    const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
        const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        const at = tabs.findIndex((tab) => tab.id === current);
        const to = (at + (event.key === forward ? 1 : -1) + tabs.length) % tabs.length;
        onPick(tabs[to]!.id);
        list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
    };
    return (
        <>
            <div ref={list} role="tablist" aria-label={label} className="tabs" onKeyDown={onKeyDown}>
                {tabs.map((tab) => (
                    <button
                        key={tab.id}
                        id={`tab-${tab.id}`}
                        type="button"
                        role="tab"
                        aria-selected={tab.id === current}
                        aria-controls={tab.id === current ? `sheet-${tab.id}` : undefined}
                        tabIndex={tab.id === current ? 0 : -1}
                        data-testid={tab.testid}
                        onClick={() => onPick(tab.id)}
                    >
                        {tab.label}
                        {tab.badge}
                    </button>
                ))}
            </div>
            <div role="tabpanel" className={scrolls ? "scrolls" : undefined} id={`sheet-${current}`} aria-labelledby={`tab-${current}`} tabIndex={0}>
                {children}
            </div>
        </>
    );
}
