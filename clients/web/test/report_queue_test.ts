import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient, Report } from "@natternet/sdk";
import { ReportQueue } from "../src/state/report_queue.js";

const PAGE = 3;

/** A room's queue of the reports `ids`, newest first; `say` tells that it has changed. */
function stage(ids: string[]) {
    const heard: ((key: string) => void)[] = [];
    const ofRoom = (_room: string, { cursor }: { cursor?: string }) => {
        const from = cursor === undefined ? 0 : ids.indexOf(cursor) + 1;
        const reports = ids.slice(from, from + PAGE).map((id) => ({ id, state: "open" }) as Report);
        return Promise.resolve({ reports, users: [], rooms: [], next: from + PAGE < ids.length ? (reports.at(-1)?.id ?? null) : null });
    };
    const on = (_name: string, listener: (key: string) => void) => heard.push(listener);
    const queue = new ReportQueue({ on, reports: { ofRoom } } as unknown as NatterClient, "room");
    queue.watch();
    return { queue, shown: () => queue.get().reports?.map(({ id }) => id).join(""), say: () => heard.forEach((tell) => tell("reports:room")) };
}

test("what is shown beyond the first page of a queue stays when a report is new", async () => {
    const ids = [..."gfedcba"];
    const { queue, shown, say } = stage(ids);
    await queue.find({ words: "", all: false });
    assert.equal(shown(), "gfe");
    await queue.more();
    assert.equal(shown(), "gfedcb");
    ids.unshift("h");
    say();
    await new Promise(setImmediate);
    assert.equal(shown(), "hgfedcb");
    await queue.more();
    assert.equal(shown(), "hgfedcba");
});

test("other words are another queue, of which the first page is shown", async () => {
    const { queue, shown } = stage([..."gfedcba"]);
    await queue.find({ words: "", all: false });
    await queue.more();
    await queue.find({ words: "tea", all: false });
    assert.equal(shown(), "gfe");
});
