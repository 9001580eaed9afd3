import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

interface Props {
    name: string;
    onAsk(text: string): Promise<void>;
    onClose(): void;
}

/** Asking to be let into a group, with a word for those who decide. */
export function AskToJoin({ name, onAsk, onClose }: Props) {
    const [text, setText] = useState("");
    const ask = useAction(async () => {
        await onAsk(text.trim());
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void ask.run();
    };
    return (
        <Dialog title={t("requests.ask.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="ask" onSubmit={onSubmit}>
                <p>{t("requests.ask.what")}</p>
                <Field label={t("requests.ask.text")} testid="ask-text" value={text} maxLength={170} autoComplete="off" onChange={(event) => setText(event.target.value)} />
                <Problem text={ask.error && errorText(ask.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="primary" testid="ask-send" disabled={ask.busy}>
                        {t("requests.ask.do")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
