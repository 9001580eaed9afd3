import { useMe } from "../../state/use.js";

/** Somebody named in a text; oneself stands out. */
export function Mention({ name }: { name: string }) {
    const me = useMe();
    return (
        <span className="mention" data-me={me.username.toLowerCase() === name.toLowerCase()}>
            <bdi>@{name}</bdi>
        </span>
    );
}
