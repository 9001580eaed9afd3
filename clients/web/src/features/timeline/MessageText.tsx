import { linksIn } from "./links.js";

/** What somebody wrote, as they wrote it; addresses can be followed. */
export function MessageText({ text }: { text: string }) {
    return (
        <span className="message-text" dir="auto">
            {linksIn(text).map((part, index) =>
                part.href ? (
                    <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
                        {part.text}
                    </a>
                ) : (
                    part.text
                ),
            )}
        </span>
    );
}
