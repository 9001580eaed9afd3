import type { ReactNode } from "react";
import { Avatar } from "../../ui/Avatar.js";
import { nameOf } from "./names.js";
import "./people.css";

interface Props {
    user: { id: string; username: string; display_name: string; deleted?: boolean };
    children?: ReactNode;
}

/** Somebody on one line: picture, name, and whatever may be done. */
export function PersonRow({ user, children }: Props) {
    return (
        <span className="person">
            <Avatar id={user.id} name={nameOf(user)} size="small" />
            <span className="person-names">
                <bdi className="one-line">{nameOf(user)}</bdi>
                {!user.deleted && <bdi className="one-line muted small">@{user.username}</bdi>}
            </span>
            {children}
        </span>
    );
}
