import { useEffect, useLayoutEffect, useRef, type FocusEvent } from "react";
import { useApp, useStore } from "../../state/use.js";
import { placeBeside } from "../../ui/place.js";
import { LazyPicker } from "../emoji/lazy_picker.js";
import { picking, react } from "./reacting.js";

/** All emoji, beside the message that one of them is for. */
export function ReactionPicker() {
    const wanted = useStore(picking);
    useEffect(() => () => picking.set(null), []);
    return wanted && <Picker key={wanted.seq} {...wanted} />;
}

function Picker({ room, seq, anchor }: { room: string; seq: number; anchor: HTMLElement }) {
    const app = useApp();
    const box = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        if (!box.current) return;
        box.current.showPopover();
        placeBeside(box.current, anchor.getBoundingClientRect(), "end");
    }, [anchor]);
    const close = () => {
        picking.set(null);
        if (anchor.isConnected) anchor.focus();
    };
    const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
        if (relatedTarget && !currentTarget.contains(relatedTarget)) picking.set(null);
    };
    return (
        <div ref={box} className="reaction-picker" popover="manual" onBlur={onBlur}>
            <LazyPicker onPick={(emoji) => (close(), react(app, room, seq, emoji, true))} onClose={close} />
        </div>
    );
}
