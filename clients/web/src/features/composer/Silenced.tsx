import { clockText } from "../../i18n/durations.js";
import { untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { Silence } from "../../state/write_permission.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Icon, type IconName } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { roleName } from "../text/roles.js";

/** Under so many seconds a mute is counted down; before, its end is told. */
const COUNTED_S = 3_600;
const SIGNS: Record<Silence["why"], IconName> = { archived: "bookmark", blocked: "block", locked: "lock", role: "bell", muted: "bellOff" };

/** Stands where one would write: why one cannot, and until when. */
export function Silenced({ silence, now }: { silence: Silence; now: number }) {
    return (
        <div className="composer-silenced" data-testid="silenced" data-why={silence.why}>
            <Icon name={SIGNS[silence.why]} />
            <div>
                <p role="status">{wordsOf(silence)}</p>
                {silence.why === "muted" && silence.reason !== undefined && (
                    <p className="small">
                        {t("notice.reason")} <bdi>{silence.reason}</bdi>
                    </p>
                )}
                {silence.why === "muted" && silence.until - now < COUNTED_S * 1000 && (
                    <p className="small" role="timer">
                        {t("silence.left", { time: clockText((silence.until - now) / 1000) })}
                    </p>
                )}
            </div>
            {silence.why === "blocked" && <Unblock user={silence.user} />}
        </div>
    );
}

function Unblock({ user }: { user: string }) {
    const { contacts } = useApp();
    const unblock = useAction(() => contacts.block(user, false));
    return (
        <>
            <Button testid="silenced-unblock" disabled={unblock.busy} onClick={() => void unblock.run()}>
                {t("person.unblock")}
            </Button>
            <Problem text={unblock.error && errorText(unblock.error)} />
        </>
    );
}

function wordsOf(silence: Silence): string {
    switch (silence.why) {
        case "archived":
            return t("silence.archived");
        case "blocked":
            return t("silence.blocked");
        case "locked":
            return t("silence.locked");
        case "role":
            return t("silence.role", { role: roleName(silence.least) });
        case "muted":
            return t("silence.muted", { time: untilText(new Date(silence.until).toISOString()) });
    }
}
