import { errorText, t } from "../../i18n/mod.js";
import type { Members } from "../../state/members.js";
import { useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";

/** Why those in a group could not be read, and trying it again. */
export function MembersProblem({ list }: { list: Members }) {
    const { error } = useStore(list);
    if (error === null) return null;
    return (
        <>
            <Problem text={errorText(error)} />
            <Button testid="members-again" onClick={() => void list.load()}>
                {t("again")}
            </Button>
        </>
    );
}
