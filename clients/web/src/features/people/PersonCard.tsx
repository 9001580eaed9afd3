import { useEffect } from "react";
import { useStore } from "../../state/use.js";
import { late } from "../late/late_part.js";
import { shownPerson } from "./person_card.js";

const PersonDialog = late(() => import("./PersonDialog.js"), { onFail: ({ onClose }) => onClose() });

/** Who somebody is, over whatever is on the screen. */
export function PersonCard() {
    const shown = useStore(shownPerson);
    // Whoever signs in next did not ask.
    useEffect(() => () => shownPerson.set(null), []);
    if (shown === null) return null;
    return <PersonDialog key={shown.id} {...shown} onClose={() => shownPerson.set(null)} />;
}
