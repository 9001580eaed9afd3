import { t } from "../../i18n/mod.js";
import { usePresence } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { STATES } from "./presence_text.js";

interface Props {
    id: string;
    name: string;
    size?: "tiny" | "small" | "large";
}

/** Somebody's picture, with a dot where they are there. */
export function PersonAvatar({ id, name, size }: Props) {
    const state = usePresence(id)?.presence;
    return (
        <span className="avatar-place" data-size={size}>
            <Avatar id={id} name={name} {...(size && { size })} />
            {state !== undefined && state !== "offline" && (
                <>
                    <span className="presence-dot" data-presence={state} data-testid="presence-dot" />
                    <span className="hidden-visually">{t(STATES[state])}</span>
                </>
            )}
        </span>
    );
}
