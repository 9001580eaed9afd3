import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { FLIPS, IconButton } from "./Button.js";
import { Icon, type IconName } from "./Icon.js";
import { nextItem } from "./next_item.js";
import { placeBeside } from "./place.js";
import "./overlay.css";

export interface MenuItem {
    id: string;
    label: string;
    icon?: IconName;
    danger?: boolean;
    onPick(): void;
}

/** A short one among others on one line, that is on or off. */
export interface MenuToggle {
    id: string;
    /** A sign; `label` says what it means. */
    shown: string;
    label: string;
    on: boolean;
    onPick(): void;
}

interface Props {
    label: string;
    icon: IconName;
    /** A line above the others, asked for when it opens too. */
    toggles?(): MenuToggle[];
    /** Asked for when it opens. */
    items(): MenuItem[];
    size?: "small";
    testid?: string;
    tabIndex?: -1;
}

/** A button that opens a list of acts: arrows go through them, letters find them, Escape leaves. */
export function MenuButton({ label, icon, toggles, items, size, testid, tabIndex }: Props) {
    const [open, setOpen] = useState(false);
    const button = useRef<HTMLButtonElement>(null);
    const id = useId();
    const close = () => {
        setOpen(false);
        button.current?.focus();
    };
    return (
        <>
            <IconButton
                ref={button}
                icon={icon}
                label={label}
                {...(size ? { size } : {})}
                testid={testid}
                tabIndex={tabIndex}
                aria-haspopup="menu"
                aria-expanded={open}
                aria-controls={open ? id : undefined}
                onClick={() => setOpen(!open)}
            />
            {open && <Menu id={id} label={label} toggles={toggles?.() ?? []} items={items()} anchor={button.current} onClose={close} onLeave={() => setOpen(false)} />}
        </>
    );
}

const ITEM = "[role^=menuitem]";

interface MenuProps {
    id: string;
    label: string;
    toggles: MenuToggle[];
    items: MenuItem[];
    anchor: HTMLElement | null;
    onClose(): void;
    onLeave(): void;
}

function Menu({ id, label, toggles, items, anchor, onClose, onLeave }: MenuProps): ReactNode {
    const box = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => box.current?.showPopover(), []);
    const offered = [...toggles, ...items].map((one) => one.id).join(" ");
    // While one looks, what can no longer be done goes and takes no focus with it, and there is room for what comes.
    useLayoutEffect(() => {
        if (!box.current || !anchor) return;
        placeBeside(box.current, anchor.getBoundingClientRect(), "end");
        if (!box.current.contains(document.activeElement)) box.current.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    }, [anchor, offered]);
    const onKeyDown = (event: KeyboardEvent) => {
        const all = [...(box.current?.querySelectorAll<HTMLElement>(ITEM) ?? [])];
        const at = all.indexOf(document.activeElement as HTMLElement);
        const to = nextItem(event.key, at, all, toggles.length, getComputedStyle(event.currentTarget).direction === "rtl");
        if (to !== undefined) all[to]?.focus();
        else if (event.key === "Escape") onClose();
        else if (event.key === "Tab") return onLeave();
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    return (
        <div
            ref={box}
            id={id}
            role="menu"
            aria-label={label}
            className="menu"
            popover="manual"
            onKeyDown={onKeyDown}
            onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && event.relatedTarget !== anchor && onLeave()}
        >
            {toggles.length > 0 && (
                <div role="group" className="menu-toggles" aria-label={label}>
                    {toggles.map(({ id: toggle, shown, label: name, on, onPick }) => (
                        <button key={toggle} type="button" role="menuitemcheckbox" aria-checked={on} aria-label={name} title={name} tabIndex={-1} data-act={toggle} onClick={() => (onClose(), onPick())}>
                            {shown}
                        </button>
                    ))}
                </div>
            )}
            {items.map((item) => (
                <button
                    key={item.id}
                    type="button"
                    role="menuitem"
                    tabIndex={-1}
                    data-kind={item.danger ? "danger" : undefined}
                    data-act={item.id}
                    onClick={() => {
                        onClose();
                        item.onPick();
                    }}
                >
                    {item.icon && <Icon name={item.icon} flips={FLIPS.has(item.icon)} />}
                    {item.label}
                </button>
            ))}
        </div>
    );
}
