import { clockText } from "../../i18n/durations.js";
import { t } from "../../i18n/mod.js";
import { Icon } from "../../ui/Icon.js";

/** Above the field in a slow room: how long until the next message. */
export function SlowBar({ id, wait }: { id: string; wait: number }) {
    return (
        <p id={id} className="composer-slow muted small" role="timer" data-testid="slow-wait">
            <Icon name="clock" />
            {t("composer.slow", { time: clockText(wait) })}
        </p>
    );
}
