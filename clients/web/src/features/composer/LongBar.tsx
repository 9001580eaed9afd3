import { t } from "../../i18n/mod.js";
import { Icon } from "../../ui/Icon.js";

/** Above the field: what is in it is more than one message can hold. */
export function LongBar({ id }: { id: string }) {
    return (
        <p id={id} className="composer-slow composer-long small" role="alert" data-testid="too-long">
            <Icon name="alert" />
            {t("composer.long")}
        </p>
    );
}
