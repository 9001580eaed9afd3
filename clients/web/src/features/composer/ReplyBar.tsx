import { t } from "../../i18n/mod.js";
import { usePerson, useQuote } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { useNames } from "../text/names.js";
import { goneWords } from "../text/gone_words.js";
import { plainText } from "../text/plain.js";

interface Props {
    id: string;
    room: string;
    seq: number;
    onCancel(): void;
}

/** Above the field: which message is being answered, and the way out. */
export function ReplyBar({ id, room, seq, onCancel }: Props) {
    const { nameOf } = useNames();
    const quote = useQuote(room, seq);
    const sender = usePerson(quote.state === "there" ? quote.message.sender : "");
    const gone = quote.state === "gone" ? quote.why : null;
    return (
        <div className="composer-editing" data-gone={gone ?? undefined} data-testid="replying" data-seq={seq}>
            <Icon name="reply" flips />
            <span className="composer-edited" id={id}>
                <strong className="one-line">{quote.state === "there" ? t("composer.replying", { name: nameOf(sender) }) : t("message.reply")}</strong>
                {gone ? (
                    <span className="muted" role="status">
                        {goneWords(gone)} <br />
                        {t("composer.reply_alone")}
                    </span>
                ) : (
                    <span className="one-line muted" dir="auto">
                        {quote.state === "there" ? plainText(quote.message.content.text) : "…"}
                    </span>
                )}
            </span>
            <IconButton icon="close" label={t("composer.not_replying")} size="small" testid="not-replying" onClick={onCancel} />
        </div>
    );
}
