import { useState, type FormEvent } from "react";
import { createPortal } from "react-dom";
import { t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { MenuButton } from "../../ui/Menu.js";
import { localTime } from "./local_time.js";

const HOUR_MS = 3_600_000;
const UNDO_S = 10;

interface Props {
    /** For so many seconds what is sent as usual can be undone; 0: not. */
    undo: number;
    /** At once, where it may be. */
    onNow?(): void;
    /** A time, or seconds from now on. */
    onSend(when: Date | number): void;
}

/**
 * Beside the button that sends: when it is to be sent instead of now. A form may not stand in another one, so
 * the dialog is not where the field's is.
 */
export function SendLater({ undo, onNow, onSend }: Props) {
    const { client } = useApp();
    const [asking, setAsking] = useState(false);
    const items = () => [
        ...(undo === 0 ? [{ id: "undo", label: t("later.undo", { count: UNDO_S }), icon: "reply" as const, onPick: () => onSend(UNDO_S) }] : []),
        ...(undo > 0 && onNow ? [{ id: "now", label: t("later.now"), icon: "send" as const, onPick: onNow }] : []),
        { id: "hour", label: t("later.hour"), icon: "clock" as const, onPick: () => onSend(new Date(client.now() + HOUR_MS)) },
        { id: "tomorrow", label: t("later.tomorrow"), icon: "sun" as const, onPick: () => onSend(tomorrow(new Date(client.now()))) },
        { id: "time", label: t("later.choose"), icon: "clock" as const, onPick: () => setAsking(true) },
    ];
    const send = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        event.stopPropagation(); // React hands it on to the form of the field
        const when = new Date(String(new FormData(event.currentTarget).get("when")));
        if (Number.isNaN(when.getTime())) return;
        setAsking(false);
        onSend(when);
    };
    return (
        <>
            <MenuButton label={t("later")} icon="clock" testid="send-later" items={items} />
            {asking && createPortal(
                <Dialog title={t("later")} closeLabel={t("cancel")} size="small" onClose={() => setAsking(false)}>
                    <form onSubmit={send}>
                        <Field label={t("later.when")} name="when" type="datetime-local" required defaultValue={localTime(new Date(client.now() + HOUR_MS))} min={localTime(new Date(client.now()))} testid="later-when" autoFocus />
                        <div className="dialog-acts">
                            <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
                            <Button kind="primary" type="submit" testid="later-send">
                                {t("later")}
                            </Button>
                        </div>
                    </form>
                </Dialog>,
                document.body,
            )}
        </>
    );
}

function tomorrow(now: Date): Date {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
}
