import { createContext, useContext } from "react";
import { useMe } from "../../state/use.js";

/** Whether the message speaks to all of the room; the bare words `@everyone` and `@here` do not. */
export const ToAll = createContext(false);

/** Somebody named in a text; oneself stands out. */
export function Mention({ name }: { name: string }) {
    const me = useMe();
    const toAll = useContext(ToAll);
    const lower = name.toLowerCase();
    const isAll = lower === "everyone" || lower === "here";
    if (isAll && !toAll) return <bdi>@{name}</bdi>;
    return (
        <span className="mention" data-me={isAll || me.username.toLowerCase() === lower}>
            <bdi>@{name}</bdi>
        </span>
    );
}
