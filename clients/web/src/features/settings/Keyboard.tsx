import { t, type Key } from "../../i18n/mod.js";
import { usePreferences } from "../../state/use_preferences.js";

/** How the keys are called on this machine. */
const COMMAND = /Mac|iP(hone|ad)/.test(navigator.platform) ? "⌘" : "Ctrl";
const ALT = COMMAND === "⌘" ? "⌥" : "Alt";

interface Line {
    what: Key;
    keys: string[];
}

/** All that can be done without a mouse. */
export function Keyboard() {
    const { enterSends } = usePreferences();
    const everywhere: Line[] = [
        { what: "keys.switch", keys: [COMMAND, "K"] },
        { what: "keys.search", keys: [COMMAND, "F"] },
        { what: "keys.next", keys: [ALT, "↓"] },
        { what: "keys.previous", keys: [ALT, "↑"] },
        { what: "keys.new", keys: [ALT, "N"] },
        { what: "keys.settings", keys: [COMMAND, ","] },
        { what: "keys.escape", keys: ["Esc"] },
    ];
    const writing: Line[] = [
        { what: "keys.send", keys: enterSends ? ["Enter"] : [COMMAND, "Enter"] },
        { what: "keys.line", keys: enterSends ? ["Shift", "Enter"] : ["Enter"] },
        { what: "keys.edit", keys: ["↑"] },
        { what: "keys.emoji", keys: [":"] },
        { what: "keys.mention", keys: ["@"] },
    ];
    const reading: Line[] = [
        { what: "keys.messages", keys: ["↑", "↓"] },
        { what: "keys.acts", keys: ["Enter"] },
        { what: "keys.reply", keys: ["R"] },
        { what: "keys.react", keys: ["+"] },
        { what: "keys.newest", keys: ["End"] },
    ];
    return (
        <>
            <Keys title="keys.everywhere" lines={everywhere} />
            <Keys title="keys.writing" lines={writing} />
            <Keys title="keys.reading" lines={reading} />
        </>
    );
}

function Keys({ title, lines }: { title: Key; lines: Line[] }) {
    return (
        <section>
            <h3>{t(title)}</h3>
            <dl className="keys">
                {lines.map(({ what, keys }) => (
                    <div key={what} className="settings-line">
                        <dt>{t(what)}</dt>
                        <dd dir="ltr">
                            {keys.map((key) => (
                                <kbd key={key}>{key}</kbd>
                            ))}
                        </dd>
                    </div>
                ))}
            </dl>
        </section>
    );
}
