import { t } from "../../i18n/mod.js";
import { usePerson, useQuote } from "../../state/use.js";
import { hueOf } from "../../ui/Avatar.js";
import { useShownWords } from "../people/Folded.js";
import { useNames } from "../text/names.js";
import { goneWords } from "../text/gone_words.js";
import { plainText } from "../text/plain.js";
import { useRoomId } from "./room_id.js";
import { useJump } from "./use_jump.js";
import "./quote.css";

/** What a message answers; a press leads to it. */
export function Quote({ seq }: { seq: number }) {
    const quote = useQuote(useRoomId(), seq);
    const jump = useJump();
    const sender = quote.state === "there" ? quote.message.sender : "";
    const words = useShownWords(sender, quote.state === "there" ? plainText(quote.message.content.text) : "…");
    if (quote.state === "gone") {
        return (
            <span className="quote" data-testid="quote" data-gone={quote.why}>
                <em className="message-deleted">{goneWords(quote.why)}</em>
            </span>
        );
    }
    return (
        <button type="button" className="quote" tabIndex={-1} data-testid="quote" data-stop onClick={() => jump(seq, quote.state === "there" ? quote.message.thread : undefined)}>
            <span className="hidden-visually">{t("message.answers")}</span>
            {quote.state === "there" && <Sender id={sender} />}
            <span className="quote-text" dir="auto">
                {words}
            </span>
        </button>
    );
}

function Sender({ id }: { id: string }) {
    const { nameOf } = useNames();
    return (
        <bdi className="quote-sender one-line" data-hue={hueOf(id)}>
            {nameOf(usePerson(id))}
        </bdi>
    );
}
