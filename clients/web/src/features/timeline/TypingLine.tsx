import { listOf } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useTyping } from "../../state/use.js";
import { useNames } from "../text/names.js";

const NAMED = 3;

/** Says who is typing, in the room or in a thread. Its place is kept free, so that nothing jumps. */
export function TypingLine({ room, thread = null }: { room: string; thread?: number | null }) {
    const { nameOf } = useNames();
    const people = useTyping(room, thread);
    const names = people.slice(0, NAMED).map((person) => nameOf(person));
    return (
        <p className="typing small muted" data-testid="typing" data-count={people.length}>
            {people.length > 0 && (
                <>
                    <span className="typing-dots" aria-hidden="true">
                        <i />
                        <i />
                        <i />
                    </span>
                    {people.length > NAMED
                        ? t("typing.many", { count: people.length })
                        : t("typing.some", { names: listOf(names), count: people.length })}
                </>
            )}
        </p>
    );
}
