import { lazy, Suspense, useEffect } from "react";
import { useStore } from "../../state/use.js";
import { shownReaders } from "./reacting.js";

const SeenBy = lazy(() => import("./SeenBy.js"));

/** Who has read the message that somebody asks about. */
export function Readers() {
    const shown = useStore(shownReaders);
    useEffect(() => () => shownReaders.set(null), []);
    return shown && (
        <Suspense fallback={null}>
            <SeenBy {...shown} onClose={() => shownReaders.set(null)} />
        </Suspense>
    );
}
