import { useEffect, useState } from "react";
import { t } from "../../i18n/mod.js";
import { IconButton } from "../../ui/Button.js";
import { copyText } from "../../ui/clipboard.js";
import { toast } from "../../ui/toast.js";
import type { Piece } from "./highlighter.js";

/** Longer code is drawn plain: colours are not worth a pause. */
const MOST_LETTERS = 8_000;

/** A piece of code. Its colours come when the highlighter has been loaded. */
export function CodeBlock({ language, text }: { language: string; text: string }) {
    const [pieces, setPieces] = useState<Piece[] | null>(null);
    useEffect(() => {
        if (language === "" || text.length > MOST_LETTERS) return undefined;
        let wanted = true;
        import("./highlighter.js").then(
            ({ highlight }) => wanted && setPieces(highlight(language, text)),
            () => {}, // offline, and not yet loaded: it stays plain
        );
        return () => {
            wanted = false;
        };
    }, [language, text]);
    const copy = () => void copyText(text).then(() => toast(t("message.copied")), () => toast(t("message.not_copied")));
    return (
        <div className="code-block" dir="ltr">
            <div className="code-head">
                <span>{language}</span>
                <IconButton icon="copy" label={t("message.copy.code")} size="small" onClick={copy} />
            </div>
            <pre tabIndex={0} role="region" aria-label={language === "" ? t("message.code") : t("message.code.in", { language })}>
                <code>{pieces ? pieces.map((piece, index) => <Colored key={index} piece={piece} />) : text}</code>
            </pre>
        </div>
    );
}

function Colored({ piece }: { piece: Piece }) {
    return piece.kind === null ? piece.text : <span data-code={piece.kind}>{piece.text}</span>;
}
