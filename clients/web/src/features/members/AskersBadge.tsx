import { useEffect } from "react";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { JoinRequests } from "../../state/join_requests.js";
import { useStore } from "../../state/use.js";
import "./members.css";

/** How many ask to be let into a group, beside the way to them; looking keeps the list true. */
export function AskersBadge({ of }: { of: JoinRequests }) {
    const { requests, next } = useStore(of);
    useEffect(() => of.watch(), [of]);
    if (requests.length === 0) return null;
    return (
        <span className="askers-badge" data-testid="askers">
            {numberText(requests.length)}
            {next !== null && "+"}
            <span className="hidden-visually">{t("requests.title")}</span>
        </span>
    );
}
