import { useEffect, useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";

interface Props {
    label: string;
    text: string;
    /** Letters at most. */
    length: number;
    /** It cannot be empty. */
    needed?: boolean;
    testid: string;
    onSave(text: string): Promise<void>;
}

/** One line of words that a group has, to be changed. */
export function GroupText({ label, text, length, needed = false, testid, onSave }: Props) {
    const [words, setWords] = useState(text);
    const save = useAction(() => onSave(words.trim()));
    useEffect(() => setWords(text), [text]); // somebody else has changed it
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void save.run();
    };
    const changed = words.trim() !== text && !(needed && words.trim() === "");
    return (
        <form className="group-text" onSubmit={onSubmit}>
            <Field label={label} testid={testid} value={words} maxLength={length} autoComplete="off" error={save.error && errorText(save.error)} onChange={(event) => setWords(event.target.value)} />
            {changed && (
                <Button type="submit" testid="group-text-save" disabled={save.busy}>
                    {t("save")}
                </Button>
            )}
        </form>
    );
}
