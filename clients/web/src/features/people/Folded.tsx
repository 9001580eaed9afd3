import { useState, type ReactNode } from "react";
import { t } from "../../i18n/mod.js";
import { useContacts } from "../../state/use.js";
import { Button } from "../../ui/Button.js";

/** Where a message is told of elsewhere: its words, or that they are folded away. */
export function useShownWords(sender: string, words: string): string {
    return useContacts().blocked.has(sender) ? t("message.folded") : words;
}

/** What somebody said whom one has blocked is folded away, until one wants to see it. */
export function Folded({ sender, children }: { sender: string; children: ReactNode }) {
    const { blocked } = useContacts();
    const [open, setOpen] = useState(false);
    if (open || !blocked.has(sender)) return children;
    return (
        <div className="line-notice" data-testid="folded">
            {t("message.folded")}
            <Button kind="link" onClick={() => setOpen(true)}>
                {t("message.unfold")}
            </Button>
        </div>
    );
}
