import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";

interface Props {
    name: string;
    onRename(name: string): Promise<void>;
}

/** The group's name, for its owner to change. */
export function GroupName({ name, onRename }: Props) {
    const [text, setText] = useState(name);
    const rename = useAction(() => onRename(text.trim()));
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void rename.run();
    };
    const changed = text.trim() !== "" && text.trim() !== name;
    return (
        <form className="group-name" onSubmit={onSubmit}>
            <Field
                label={t("new.group_name")}
                testid="rename"
                value={text}
                maxLength={100}
                autoComplete="off"
                error={rename.error && errorText(rename.error)}
                onChange={(event) => setText(event.target.value)}
            />
            {changed && (
                <Button type="submit" testid="rename-save" disabled={rename.busy}>
                    {t("save")}
                </Button>
            )}
        </form>
    );
}
