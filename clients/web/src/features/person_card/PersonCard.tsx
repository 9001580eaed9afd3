import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { shownPerson } from "../people/person_card.js";

const PersonDialog = lazyPart(() => import("./PersonDialog.js"), { onFail: ({ onClose }) => onClose() });

/** Who somebody is, over whatever is on the screen. */
export function PersonCard() {
    const shown = useStore(shownPerson);
    // Whoever signs in next did not ask.
    useEffect(() => () => shownPerson.set(null), []);
    if (shown === null) return null;
    return <PersonDialog key={shown.id} {...shown} onClose={() => shownPerson.set(null)} />;
}
