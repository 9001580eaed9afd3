import { useToday } from "../../i18n/use_today.js";
import { usePresence } from "../../state/use.js";
import { presenceText, statusText } from "./presence_text.js";

interface Props {
    id: string;
    /** What stands there where nothing is known. */
    otherwise?: string;
    /** With the whole date of when they were last there. */
    long?: boolean;
}

/** Whether somebody is there, and what they say of it: on one line where it is not `long`. */
export function PresenceLine({ id, otherwise, long = false }: Props) {
    const presence = usePresence(id);
    useToday();
    const status = statusText(presence);
    const state = presenceText(presence, long) ?? (otherwise !== undefined && <bdi>{otherwise}</bdi>);
    const part = long ? undefined : "one-line";
    return (
        <span className={long ? undefined : "line-of-parts"} data-testid="presence" data-presence={presence?.presence}>
            {state && (
                <span className={part}>
                    {state}
                    {status !== "" && " · "}
                </span>
            )}
            {status !== "" && (
                <bdi className={part} data-testid="status-shown">
                    {status}
                </bdi>
            )}
        </span>
    );
}
