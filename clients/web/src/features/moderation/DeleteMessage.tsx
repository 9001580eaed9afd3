import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { errorText, t } from "../../i18n/mod.js";
import type { AppState } from "../../state/app_state.js";
import { codeOf } from "../../state/error_code.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { toast } from "../../ui/toast.js";
import { useFocusHeir } from "../../ui/use_focus_heir.js";

interface Props {
    room: string;
    seq: number;
    /** It may be deleted for oneself alone; the message whose thread it is in. */
    forMe?: { thread: number | null };
    /** It may be deleted for everyone. */
    forAll: boolean;
    onDone(): void;
}

/** Asks before a message is deleted: for oneself, or for everyone. The harmless answer has the focus. */
export default function DeleteMessage({ room, seq, forMe, forAll, onDone }: Props) {
    const app = useApp();
    const place = useRef<HTMLDivElement>(null);
    const cancel = useRef<HTMLButtonElement>(null);
    const [asksForAll] = useState(forAll);
    const remove = useAction(async () => {
        await app.delete(room, seq);
        onDone();
    });
    const mayForAll = forAll || remove.busy;
    const hide = (thread: number | null) => {
        const next = beside(place.current);
        flushSync(onDone); // the focus goes back to a message that is about to go
        next?.focus({ preventScroll: true });
        deleteForMe(app, { room, seq, thread });
    };
    return (
        <Dialog title={t("message.delete.title")} closeLabel={t("cancel")} size="small" onClose={onDone}>
            {forMe && <p>{t("message.delete.me.sure")}</p>}
            {asksForAll && <p role="status">{t(mayForAll ? "message.delete.sure" : "message.delete.over")}</p>}
            <Problem text={remove.error && errorText(remove.error)} />
            <div ref={place} className="dialog-acts">
                <Button ref={cancel} autoFocus onClick={onDone}>
                    {t("cancel")}
                </Button>
                {forMe && (
                    <Button testid="delete-for-me" {...(!mayForAll && { kind: "danger" })} onClick={() => hide(forMe.thread)}>
                        {t("message.delete.me")}
                    </Button>
                )}
                {mayForAll && (
                    <ForAll busy={remove.busy} heir={() => cancel.current} onPress={() => void remove.run()} />
                )}
            </div>
        </Dialog>
    );
}

/** There may be no time left for it while one looks. */
function ForAll({ busy, heir, onPress }: { busy: boolean; heir(): HTMLElement | null; onPress(): void }) {
    return (
        <Button ref={useFocusHeir(heir)} kind="danger" testid="confirm" aria-disabled={busy} onClick={() => !busy && onPress()}>
            {t("message.delete")}
        </Button>
    );
}

/** It goes at once, and comes back by the toast. */
function deleteForMe(app: AppState, { room, seq, thread }: { room: string; seq: number; thread: number | null }): void {
    const refused = (error: unknown) => toast(errorText(codeOf(error)));
    app.hide(room, seq, thread).catch(refused);
    toast(t("message.hidden"), { label: t("undo"), run: () => void app.unhide(room, seq).catch(refused) });
}

/** The message after the one in which this is, or the one before; where there is none, what they are in. */
function beside(inside: HTMLElement | null): HTMLElement | null {
    const message = inside?.closest<HTMLElement>(".message");
    const box = message?.closest<HTMLElement>("[data-testid=timeline], [data-testid=thread]");
    if (!message || !box) return null;
    const all = [...box.querySelectorAll<HTMLElement>(".message")];
    const at = all.indexOf(message);
    return all[at + 1] ?? all[at - 1] ?? box;
}
