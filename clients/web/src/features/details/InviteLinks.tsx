import { useState } from "react";
import { numberText, untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { LinksAndBans } from "../../state/links_and_bans.js";
import type { Link } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { copyText } from "../../ui/clipboard.js";
import { toast } from "../../ui/toast.js";
import { MakeLink } from "./MakeLink.js";

interface Props {
    links: readonly Link[];
    linksAndBans: LinksAndBans;
}

/** The links that let people into a group, to be given on, and to be revoked. */
export function InviteLinks({ links, linksAndBans }: Props) {
    const [making, setMaking] = useState(false);
    const revoke = useAction((seq: number) => linksAndBans.revokeLink(seq));
    return (
        <>
            <div className="details-line">
                <h3>{t("links.title")}</h3>
                <Button kind="link" icon="plus" testid="make-link" onClick={() => setMaking(true)}>
                    {t("links.make")}
                </Button>
            </div>
            <Problem text={revoke.error && errorText(revoke.error)} />
            {links.length === 0 && <p className="muted small">{t("links.none")}</p>}
            <ul data-testid="link-list">
                {links.map((link) => (
                    <li key={link.seq} className="invite-link" data-testid="invite-link" data-seq={link.seq}>
                        <span className="invite-link-text">
                            <span>{link.expires_at === undefined ? t("links.forever") : t("links.until", { time: untilText(link.expires_at) })}</span>
                            <span className="muted small">{usedText(link)}</span>
                        </span>
                        <IconButton icon="copy" label={t("links.copy")} size="small" testid="copy-link" onClick={() => copy(link.code)} />
                        <IconButton icon="trash" label={t("links.revoke")} size="small" testid="revoke-link" disabled={revoke.busy} onClick={() => void revoke.run(link.seq)} />
                    </li>
                ))}
            </ul>
            {making && <MakeLink onMake={(limits) => linksAndBans.makeLink(limits)} onClose={() => setMaking(false)} />}
        </>
    );
}

function usedText({ used, uses }: Link): string {
    return uses === undefined ? t("links.used", { count: used }) : t("links.used.of", { used: numberText(used), uses: numberText(uses) });
}

/** What stands behind the # is not sent to any server. */
function copy(code: string): void {
    const link = new URL(hrefOf({ at: "join", code }), location.href).href;
    copyText(link).then(
        () => toast(t("links.copied")),
        () => toast(t("message.not_copied")),
    );
}
