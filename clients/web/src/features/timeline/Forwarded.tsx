import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { usePerson } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { openPerson } from "../people/person_card.js";
import { useNames } from "../text/names.js";

/** Whose words a forwarded message has; where they were said is not known. */
export function Forwarded({ sender, at }: { sender: string; at: string }) {
    const { nameOf } = useNames();
    const name = nameOf(usePerson(sender));
    return (
        <button type="button" className="forwarded small one-line" tabIndex={-1} title={dateAndTime(at)} data-testid="forwarded" data-stop onClick={() => openPerson(sender)}>
            <Icon name="forward" flips />
            {t("forward.from", { name })}
        </button>
    );
}
