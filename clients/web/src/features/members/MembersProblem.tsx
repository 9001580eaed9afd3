import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Members } from "../../state/members.js";
import { useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { useFocusHeir } from "../../ui/use_focus_heir.js";

/** Why those in a group could not be read, and trying it again; it stays while that is tried, and so does the focus. */
export function MembersProblem({ list }: { list: Members }) {
    const { error, loading } = useStore(list);
    const [tried, setTried] = useState<string | null>(null);
    const shown = error ?? (loading ? tried : null);
    if (shown === null) return null;
    const again = () => {
        setTried(shown);
        if (!loading) void list.load();
    };
    return (
        <>
            <Problem text={errorText(shown)} />
            <Again busy={loading} onPress={again} />
        </>
    );
}

function Again({ busy, onPress }: { busy: boolean; onPress(): void }) {
    return (
        <Button ref={useFocusHeir()} testid="members-again" aria-disabled={busy} onClick={onPress}>
            {t("again")}
        </Button>
    );
}
