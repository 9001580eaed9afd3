import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { AuditEntry, ListAuditQuery } from "@natternet/sdk";
import { AUDIT_KINDS } from "../src/features/moderation/audit_kinds.js";
import { Audit } from "../src/state/audit.js";
import { dayStart } from "../src/state/day.js";

/** The types that the reference names. */
function typesOfSchema(): string[] {
    const types = JSON.parse(readFileSync("../../schema/types.json", "utf8")) as Record<string, { fields?: Record<string, [string, string]> }>;
    const [, words] = types["AuditEntry"]!.fields!["type"]!;
    return words.match(/\b[a-z]+(\.[a-z_]+)+/g)!;
}

test("every kind of entry that the audit log has can be picked, once", () => {
    const offered = AUDIT_KINDS.flatMap(({ kinds }) => kinds.map(([type]) => type));
    assert.deepEqual([...offered].sort(), typesOfSchema().sort());
});

/** A log of one entry a page, which answers when it is told to. */
function stage() {
    const queries: ListAuditQuery[] = [];
    const answers: (() => void)[] = [];
    const audit = new Audit((query) => {
        queries.push(query);
        const entry = { type: `${query.type ?? "any"} ${query.cursor ?? "first"}` } as AuditEntry;
        return new Promise((done) => answers.push(() => done({ entries: [entry], users: [], next: query.cursor === undefined ? "second" : null })));
    });
    const answer = async (at: number) => {
        answers[at]!();
        await new Promise(setImmediate);
    };
    return { audit, queries, answer, shown: () => audit.get().entries.map(({ type }) => type) };
}

test("what is asked of a log goes along with each page of it", async () => {
    const { audit, queries, answer, shown } = stage();
    audit.ask({ type: "room.user.muted", by: "ann" });
    await answer(0);
    void audit.read();
    await answer(1);
    assert.deepEqual(queries, [{ type: "room.user.muted", by: "ann" }, { type: "room.user.muted", by: "ann", cursor: "second" }]);
    assert.deepEqual(shown(), ["room.user.muted first", "room.user.muted second"]);
    audit.ask({ by: "", user: "bob" });
    assert.deepEqual(queries.at(-1), { type: "room.user.muted", user: "bob" });
});

test("a day whose end has a year of more digits than times have is the last that there is", () => {
    for (const typed of ["20261-02-03", "9999-12-31"]) assert.equal(dayStart(typed, 1), dayStart("9999-12-30", 1));
    assert.ok(dayStart("9999-12-30", 1).length <= "9999-12-31T00:00:00.000Z".length);
});

test("the answer to what was asked before is not shown", async () => {
    const { audit, answer, shown } = stage();
    audit.ask({ type: "one" });
    audit.ask({ type: "other" });
    await answer(1);
    await answer(0);
    assert.deepEqual(shown(), ["other first"]);
});
