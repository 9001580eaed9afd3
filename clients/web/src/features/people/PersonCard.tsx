import { lazy, useEffect } from "react";
import { useStore } from "../../state/use.js";
import { Late } from "../late/Late.js";
import { shownPerson } from "./person_card.js";

const PersonDialog = lazy(() => import("./PersonDialog.js"));

/** Who somebody is, over whatever is on the screen. */
export function PersonCard() {
    const id = useStore(shownPerson);
    // Whoever signs in next did not ask.
    useEffect(() => () => shownPerson.set(null), []);
    if (id === null) return null;
    return (
        <Late onFail={() => shownPerson.set(null)}>
            <PersonDialog key={id} id={id} onClose={() => shownPerson.set(null)} />
        </Late>
    );
}
