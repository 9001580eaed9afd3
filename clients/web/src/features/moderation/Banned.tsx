import { untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { Ban } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";

interface Props {
    ban: Ban;
    onLift(): Promise<void>;
}

/** Somebody who is kept out of a group: until when, and why. */
export function Banned({ ban: { user, until, reason }, onLift }: Props) {
    const lift = useAction(onLift);
    return (
        <li className="banned" data-testid="banned" data-user={user.username}>
            <div className="details-line">
                <PersonRow user={user} />
                <Button kind="link" testid="lift-ban" disabled={lift.busy} onClick={() => void lift.run()}>
                    {t("bans.lift")}
                </Button>
            </div>
            <p className="muted small">
                {until === undefined ? t("bans.forever") : t("bans.until", { time: untilText(until) })}
                {reason !== undefined && (
                    <>
                        {" · "}
                        <bdi>{reason}</bdi>
                    </>
                )}
            </p>
            <Problem text={lift.error && errorText(lift.error)} />
        </li>
    );
}
