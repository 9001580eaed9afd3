import { useLayoutEffect, useRef, useState, type FocusEvent } from "react";
import { t } from "../../i18n/mod.js";
import { Button, IconButton } from "../../ui/Button.js";
import { placeBeside } from "../../ui/place.js";
import { LazyPicker } from "../emoji/lazy_picker.js";

interface Props {
    /** Empty: none. */
    emoji: string;
    onPick(emoji: string): void;
}

/** The emoji before the words of a status: any of them, or none. */
export function StatusEmoji({ emoji, onPick }: Props) {
    const [open, setOpen] = useState(false);
    const anchor = useRef<HTMLButtonElement>(null);
    const close = () => {
        setOpen(false);
        anchor.current?.focus();
    };
    return (
        <div className="status-emoji" role="group" aria-label={t("status.emoji")}>
            <span className="field-label">{t("status.emoji")}</span>
            <span className="status-emoji-line">
                <Button ref={anchor} testid="status-emoji" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
                    {emoji === "" ? t("status.emoji.pick") : <span className="status-emoji-shown">{emoji}</span>}
                </Button>
                {emoji !== "" && <IconButton icon="close" size="small" label={t("status.emoji.take")} testid="status-emoji-none" onClick={() => onPick("")} />}
            </span>
            {open && <Sheet anchor={anchor.current} onPick={(picked) => (close(), onPick(picked))} onClose={close} onLeave={() => setOpen(false)} />}
        </div>
    );
}

interface SheetProps {
    anchor: HTMLElement | null;
    onPick(emoji: string): void;
    onClose(): void;
    onLeave(): void;
}

function Sheet({ anchor, onPick, onClose, onLeave }: SheetProps) {
    const box = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        if (!box.current || !anchor) return;
        box.current.showPopover();
        placeBeside(box.current, anchor.getBoundingClientRect(), "start");
    }, [anchor]);
    const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
        if (relatedTarget && relatedTarget !== anchor && !currentTarget.contains(relatedTarget)) onLeave();
    };
    return (
        <div ref={box} className="reaction-picker" popover="manual" onBlur={onBlur}>
            <LazyPicker plain onPick={onPick} onClose={onClose} />
        </div>
    );
}
