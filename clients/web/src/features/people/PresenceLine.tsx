import { usePresence } from "../../state/use.js";
import { presenceText, statusText } from "./presence_text.js";

interface Props {
    id: string;
    /** What stands there where nothing is known. */
    otherwise?: string;
    /** With the whole date of when they were last there. */
    long?: boolean;
}

/** Whether somebody is there, and what they say of it, on one line. */
export function PresenceLine({ id, otherwise, long = false }: Props) {
    const presence = usePresence(id);
    const [state, status] = [presenceText(presence, long), statusText(presence)];
    return (
        <span className="presence-line" data-testid="presence" data-presence={presence?.presence}>
            {state ?? (otherwise !== undefined && <bdi>{otherwise}</bdi>)}
            {status !== "" && (
                <>
                    {" · "}
                    <bdi data-testid="status-shown">{status}</bdi>
                </>
            )}
        </span>
    );
}
