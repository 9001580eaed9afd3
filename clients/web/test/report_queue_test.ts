import assert from "node:assert/strict";
import { test } from "node:test";
import { NatterError, type NatterClient, type Report } from "@natternet/sdk";
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

test("a message is deleted once however often it is tried, and is where it was gone already", async () => {
    const asked: (string | undefined)[][] = [];
    const answers = ["server.busy", null, "message.deleted", "message.not_found", "auth.forbidden"] as const;
    let tries = 0;
    const deleteMessage = async (...told: (string | undefined)[]) => {
        asked.push(told);
        const code = answers[tries++];
        if (code) throw new NatterError(code, "");
    };
    const queue = new ReportQueue({ reports: { deleteMessage } } as unknown as NatterClient, null);
    await assert.rejects(queue.deleteMessage("a", " "), { code: "server.busy" });
    await queue.deleteMessage("a", "why");
    assert.deepEqual(asked.map(([id, reason]) => [id, reason]), [["a", undefined], ["a", "why"]]);
    assert.equal(asked[0]![2], asked[1]![2], "with one nonce");
    await queue.deleteMessage("b", "");
    assert.notEqual(asked[2]![2], asked[1]![2]);
    await queue.deleteMessage("old", ""); // its room keeps nothing for so long
    await assert.rejects(queue.deleteMessage("c", ""), { code: "auth.forbidden" });
});
