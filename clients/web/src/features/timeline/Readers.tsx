import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { shownReaders } from "./reacting.js";

const SeenBy = lazyPart(() => import("./SeenBy.js"), { onFail: ({ onClose }) => onClose() });

/** Who has read the message that somebody asks about. */
export function Readers() {
    const shown = useStore(shownReaders);
    useEffect(() => () => shownReaders.set(null), []);
    return shown && <SeenBy {...shown} onClose={() => shownReaders.set(null)} />;
}
