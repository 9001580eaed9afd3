import { lazy, Suspense } from "react";
import { useStore } from "../../state/use.js";
import { shownPerson } from "./person_card.js";

const PersonDialog = lazy(() => import("./PersonDialog.js"));

/** Who somebody is, over whatever is on the screen. */
export function PersonCard() {
    const id = useStore(shownPerson);
    if (id === null) return null;
    return (
        <Suspense fallback={null}>
            <PersonDialog key={id} id={id} onClose={() => shownPerson.set(null)} />
        </Suspense>
    );
}
