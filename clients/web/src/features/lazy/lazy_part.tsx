import { lazy, useState, type ComponentType } from "react";
import { Lazy } from "./Lazy.js";

interface Options<Props> {
    /** Closes what opens over the page, where it does not come. */
    onFail?: (props: Props) => void;
    /** Few people ever open it: it is loaded by them alone. */
    rare?: true;
}

/** What is still to be loaded when there is nothing better to do. */
const waiting: (() => Promise<unknown>)[] = [];

/**
 * A part of the page that is not needed for its first screen: it is loaded behind that (`loadTheRest`), or as soon as
 * it is shown. Where it is there already it is drawn at once.
 */
export function lazyPart<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>, { onFail, rare }: Options<Props> = {}) {
    let there: ComponentType<Props> | null = null;
    const loaded = async () => {
        const part = await load();
        there = part.default;
        return part;
    };
    const Coming = lazy(loaded);
    if (!rare) waiting.push(loaded);
    return function LazyPart(props: Props) {
        // The same for as long as it is shown: another one would begin anew.
        const [Part] = useState<ComponentType<Props>>(() => there ?? Coming);
        return (
            <Lazy {...(onFail && { onFail: () => onFail(props) })}>
                <Part {...props} />
            </Lazy>
        );
    };
}

/** One after the other, so that nothing that somebody waits for is held up. Where one does not come, the others are left until they are shown. */
export async function loadTheRest(): Promise<void> {
    for (const load of waiting.splice(0)) {
        await idle();
        const came = await load().then(
            () => true,
            () => false,
        );
        if (!came) return;
    }
}

function idle(): Promise<void> {
    return new Promise((resolve) => {
        if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 1_000 });
        else setTimeout(resolve, 50); // Safari
    });
}
