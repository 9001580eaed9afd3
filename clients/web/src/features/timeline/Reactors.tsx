import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { Readers } from "./Readers.js";
import { shownReactors } from "./reacting.js";

const ReactorsList = lazyPart(() => import("./ReactorsList.js"), { onFail: () => shownReactors.set(null) });

/** Who reacted to a message, emoji by emoji; or who has read it. */
export function Reactors() {
    const shown = useStore(shownReactors);
    useEffect(() => () => shownReactors.set(null), []);
    return (
        <>
            {shown && <ReactorsList key={`${shown.room}.${shown.seq}`} {...shown} />}
            <Readers />
        </>
    );
}
