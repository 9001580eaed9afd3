import { useState, type FormEvent } from "react";
import { numberText, untilText } from "../../i18n/dates.js";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import type { AdminSettings } from "../../state/admin_settings.js";
import type { Invite } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { copyText } from "../../ui/clipboard.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { toast } from "../../ui/toast.js";

const TIMES = [86_400, 604_800, 2_592_000];
const USES = [1, 5, 10, 100, 1_000];

/** Makes codes by which people sign up. A code is shown only now: the server tells it nobody again. */
export function InviteCodes({ store }: { store: AdminSettings }) {
    const [made, setMade] = useState<Invite[]>([]);
    const [seconds, setSeconds] = useState(String(TIMES[1]));
    const [uses, setUses] = useState("1");
    const make = useAction(async () => {
        const invite = await store.invite(Number(uses), Number(seconds));
        setMade((before) => [invite, ...before]);
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void make.run();
    };
    return (
        <>
            <h3 className="filters-title">{t("admin.invites")}</h3>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted small">{t("admin.invites.what")}</p>
                <Select label={t("admin.invites.uses")} testid="invite-uses" value={uses} choices={USES.map((count) => ({ value: String(count), label: numberText(count) }))} onChange={setUses} />
                <Select label={t("admin.invites.time")} testid="invite-time" value={seconds} choices={TIMES.map((time) => ({ value: String(time), label: durationText(time) }))} onChange={setSeconds} />
                <Problem text={make.error && errorText(make.error)} />
                <Button type="submit" testid="invite-make" disabled={make.busy}>
                    {t("admin.invites.make")}
                </Button>
            </form>
            <ul aria-live="polite">
                {made.map((invite) => (
                    <li key={invite.code} className="invite-link" data-testid="invite-code">
                        <span className="invite-link-text">
                            <code>{invite.code}</code>
                            <span className="muted small">{t("admin.invites.good", { count: invite.uses, time: untilText(invite.expires_at) })}</span>
                        </span>
                        <IconButton icon="copy" label={t("admin.invites.copy")} size="small" testid="copy-invite" onClick={() => copy(invite.code)} />
                    </li>
                ))}
            </ul>
        </>
    );
}

function copy(code: string): void {
    copyText(code).then(
        () => toast(t("admin.invites.copied")),
        () => toast(t("message.not_copied")),
    );
}
