import { lazy, useEffect } from "react";
import { useStore } from "../../state/use.js";
import { Late } from "../late/Late.js";
import { shownReaders } from "./reacting.js";

const SeenBy = lazy(() => import("./SeenBy.js"));

/** Who has read the message that somebody asks about. */
export function Readers() {
    const shown = useStore(shownReaders);
    useEffect(() => () => shownReaders.set(null), []);
    return shown && (
        <Late onFail={() => shownReaders.set(null)}>
            <SeenBy {...shown} onClose={() => shownReaders.set(null)} />
        </Late>
    );
}
