import { useEffect, useState, useSyncExternalStore, type PointerEvent } from "react";
import { ownEmoji } from "../../state/own_emoji.js";
import { useStore } from "../../state/use.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** An emoji: letters as they are, and `:name:` as the image that the server has for it, where it has one. */
export function EmojiFace({ of }: { of: string }) {
    const own = useStore(ownEmoji);
    const image = own.image(of);
    if (!image) return of;
    return own.moves(of) ? <Moving of={of} image={image} /> : <img {...LOOKS} src={image} alt={of} title={of} />;
}

const LOOKS = { className: "own-emoji", loading: "lazy", decoding: "async", draggable: false } as const;

/** One that moves; for who wants little movement only under the pointer, or when it is touched. */
function Moving({ of, image }: { of: string; image: string }) {
    const still = useSyncExternalStore(onCalm, () => calm.matches);
    const [plays, setPlays] = useState(false);
    const frame = useFirstFrame(image, still);
    const hover = (event: PointerEvent) => event.pointerType !== "touch" && setPlays(event.type === "pointerenter");
    const touch = (event: PointerEvent) => event.pointerType === "touch" && setPlays(!plays);
    const stands = still && !plays;
    return <img {...LOOKS} src={stands ? frame : image} alt={of} title={of} data-stands={stands} onPointerEnter={hover} onPointerLeave={hover} onPointerDown={touch} />;
}

function onCalm(watcher: () => void): () => void {
    calm.addEventListener("change", watcher);
    return () => calm.removeEventListener("change", watcher);
}

/** Undefined until it is drawn: what is to stand still does not move before either. */
function useFirstFrame(image: string, wanted: boolean): string | undefined {
    const [frame, setFrame] = useState<string>();
    useEffect(() => {
        if (!wanted) return undefined;
        let over = false;
        const draw = async () => {
            const { firstFrame } = await import("./first_frame.js");
            const address = await firstFrame(image);
            if (!over) setFrame(address);
        };
        draw().catch(() => {}); // its name is to be read
        return () => void (over = true);
    }, [image, wanted]);
    return frame;
}
