import { memo, useState, type ReactNode } from "react";
import { t } from "../../i18n/mod.js";
import { ownEmoji } from "../../state/own_emoji.js";
import { useStore } from "../../state/use.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import { parseMarkdown, withNames, type Block, type Inline } from "../text/markdown.js";
import { jumboCount } from "../text/plain.js";
import { CodeBlock } from "./CodeBlock.js";
import { Mention, ToAll } from "./Mention.js";
import "./text.css";

/** What somebody wrote, drawn from what was read out of it: no text becomes markup. */
export const MessageText = memo(function MessageText({ text, toAll }: { text: string; toAll: boolean }) {
    const { image } = useStore(ownEmoji);
    const jumbo = jumboCount(text, image);
    if (jumbo > 0) {
        return (
            <span className="message-text jumbo" data-count={jumbo}>
                <Inlines of={withNames(text)} />
            </span>
        );
    }
    return (
        <div className="message-text" dir="auto">
            <ToAll.Provider value={toAll}>
                <Blocks blocks={parseMarkdown(text)} />
            </ToAll.Provider>
        </div>
    );
});

function Blocks({ blocks }: { blocks: readonly Block[] }) {
    return blocks.map((block, index) => <BlockOf key={index} block={block} />);
}

function BlockOf({ block }: { block: Block }): ReactNode {
    switch (block.kind) {
        case "text":
            return (
                <p dir="auto">
                    <Inlines of={block.of} />
                </p>
            );
        case "code":
            return <CodeBlock language={block.language} text={block.text} />;
        case "quote":
            return (
                <blockquote dir="auto">
                    <Blocks blocks={block.of} />
                </blockquote>
            );
        case "list": {
            const items = block.items.map((item, index) => (
                <li key={index} dir="auto">
                    <Blocks blocks={item} />
                </li>
            ));
            return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
        }
    }
}

function Inlines({ of }: { of: Inline[] }) {
    return of.map((part, index) => (typeof part === "string" ? part : <InlineOf key={index} part={part} />));
}

function InlineOf({ part }: { part: Exclude<Inline, string> }): ReactNode {
    switch (part.kind) {
        case "break":
            return <br />;
        case "bold":
            return <strong><Inlines of={part.of} /></strong>;
        case "italic":
            return <em><Inlines of={part.of} /></em>;
        case "strike":
            return <s><Inlines of={part.of} /></s>;
        case "spoiler":
            return <Spoiler><Inlines of={part.of} /></Spoiler>;
        case "code":
            return <code dir="ltr">{part.text}</code>;
        case "emoji":
            return <EmojiFace of={part.text} />;
        case "mention":
            return <Mention name={part.name} />;
        case "link":
            return (
                <a href={part.href} title={part.href} target="_blank" rel="noopener noreferrer nofollow">
                    <Inlines of={part.of} />
                </a>
            );
    }
}

/** Hidden until it is asked for, also from those who listen. */
function Spoiler({ children }: { children: ReactNode }) {
    const [shown, setShown] = useState(false);
    if (shown) return <span className="spoiler" data-shown="true">{children}</span>;
    return (
        <button type="button" className="spoiler" aria-label={t("message.spoiler")} data-testid="spoiler" onClick={() => setShown(true)}>
            <span aria-hidden="true">{children}</span>
        </button>
    );
}
