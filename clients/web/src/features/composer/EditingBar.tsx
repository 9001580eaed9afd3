import { t } from "../../i18n/mod.js";
import { IconButton } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { plainText } from "../text/plain.js";

interface Props {
    text: string;
    /** There is no time left to change it. */
    over: boolean;
    onCancel(): void;
}

/** Above the field: which message is being edited, and the way out. */
export function EditingBar({ text, over, onCancel }: Props) {
    return (
        <div className="composer-editing" data-testid="editing">
            <Icon name="pencil" />
            <span className="composer-edited">
                <strong role="status" data-testid="editing-state" data-over={over}>{t(over ? "composer.editing.over" : "composer.editing")}</strong>
                <span className="one-line muted" dir="auto">
                    {plainText(text)}
                </span>
            </span>
            <IconButton icon="close" label={t("cancel")} size="small" onClick={onCancel} />
        </div>
    );
}
