import { useEffect, useMemo, useRef } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { RoomEntry } from "../../state/types.js";
import { useAction, useApp, useMay, useStore } from "../../state/use.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { Banned } from "../moderation/Banned.js";
import { InviteLinks } from "./InviteLinks.js";

/** Who may come into a group by themselves, and who is kept out: for those who decide it. */
export function LinksAndBansPart({ room: { id } }: { room: RoomEntry }) {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const linksAndBans = useMemo(() => app.linksAndBans(id), [app, id]);
    const { links, bans, moreBans, error } = useStore(linksAndBans);
    const more = useAction(() => linksAndBans.more());
    const [mayInvite, mayBan] = [useMay(id, "invite"), useMay(id, "ban")];
    const looks = mayInvite || mayBan;
    useEffect(() => (looks ? linksAndBans.watch() : undefined), [linksAndBans, looks]);
    if (!looks) return null;
    return (
        <>
            {error && <Problem text={errorText(error)} />}
            {mayInvite && links && (
                <section className="details-part" aria-label={t("links.title")}>
                    <InviteLinks links={links} linksAndBans={linksAndBans} />
                </section>
            )}
            {mayBan && bans && bans.length > 0 && (
                <section className="details-part" aria-label={t("bans.title")}>
                    <h3>{t("bans.title")}</h3>
                    <ul ref={lines} data-testid="ban-list">
                        {bans.map((ban) => (
                            <Banned key={ban.user.id} ban={ban} onLift={() => linksAndBans.unban(ban.user.id)} />
                        ))}
                    </ul>
                    {moreBans && (
                        <MoreButton list={lines} busy={more.busy} onMore={() => void more.run()}>
                            {t("members.more")}
                        </MoreButton>
                    )}
                </section>
            )}
        </>
    );
}
