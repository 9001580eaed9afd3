import type { ReactNode } from "react";
import { usePresence } from "../../state/use.js";
import { useNames } from "../text/names.js";
import { statusText } from "./presence_text.js";
import { PersonAvatar } from "./PersonAvatar.js";
import "./people.css";

interface Props {
    user: { id: string; username: string; display_name: string; deleted?: boolean };
    children?: ReactNode;
}

/** Somebody on one line: picture, name, and whatever may be done. */
export function PersonRow({ user, children }: Props) {
    const { nameOf } = useNames();
    const status = statusText(usePresence(user.deleted ? "" : user.id));
    return (
        <span className="person">
            <PersonAvatar id={user.id} name={nameOf(user)} size="small" />
            <span className="person-names">
                <bdi className="one-line">{nameOf(user)}</bdi>
                {!user.deleted && (
                    <span className="line-of-parts muted small">
                        <span className="one-line">
                            <bdi>@{user.username}</bdi>
                            {status !== "" && " · "}
                        </span>
                        {status !== "" && <bdi className="one-line">{status}</bdi>}
                    </span>
                )}
            </span>
            {children}
        </span>
    );
}
