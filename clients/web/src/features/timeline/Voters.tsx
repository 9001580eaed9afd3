import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { shownVoters } from "./polling.js";

const VotersList = lazyPart(() => import("./VotersList.js"), { onFail: () => shownVoters.set(null) });

/** Who voted in a poll, option by option. */
export function Voters() {
    const shown = useStore(shownVoters);
    useEffect(() => () => shownVoters.set(null), []);
    return shown && <VotersList key={`${shown.room}.${shown.seq}`} {...shown} />;
}
