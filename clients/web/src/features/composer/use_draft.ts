import { useCallback, useEffect, useState } from "react";
import type { Draft } from "../../state/drafts.js";
import { useApp } from "../../state/use.js";

/** What is being written in a room; it changes under one's hands where another device goes on with it. */
export function useDraft(room: string): { draft: Draft; keep(change: Partial<Draft>): void } {
    const app = useApp();
    const [draft, setDraft] = useState(() => app.draft(room));
    useEffect(() => {
        const look = () => setDraft((before) => same(before, app.draft(room)));
        look();
        return app.watchDraft(room, look);
    }, [app, room]);
    const keep = useCallback((change: Partial<Draft>) => app.keepDraft(room, { ...app.draft(room), ...change }), [app, room]);
    return { draft, keep };
}

function same(before: Draft, now: Draft): Draft {
    return before.text === now.text && before.replyTo === now.replyTo ? before : now;
}
