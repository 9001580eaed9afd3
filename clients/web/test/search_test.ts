import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient, SearchAnswer, SearchQuery, SearchResult } from "@natternet/sdk";
import { withoutMarks, withoutSpoilers } from "../src/features/search/excerpt.js";
import { MessageSearch } from "../src/state/message_search.js";
import { FakeClient } from "./support/fake_client.js";

const result = (id: string) => ({ message: { id }, excerpt: [] }) as unknown as SearchResult;

function searching(answers: SearchAnswer[]) {
    const client = new FakeClient();
    const asked: SearchQuery[] = [];
    const messages = {
        search: async (query: SearchQuery) => {
            asked.push(query);
            return answers.shift() ?? { results: [], next: null };
        },
    };
    const search = new MessageSearch(Object.assign(client, { messages }) as unknown as NatterClient);
    return { client, asked, search };
}

async function settled(search: MessageSearch): Promise<void> {
    if (search.get().settled) return;
    await new Promise<void>((done) => {
        const end = search.subscribe(() => search.get().settled && (end(), done()));
    });
}

test("only what was typed last is asked for, with the days of one's own calendar", async () => {
    const { asked, search } = searching([{ results: [result("a.1")], next: null }]);
    search.ask({ text: "he" });
    search.ask({ text: " hello ", room: "a", since: "2026-03-01", until: "2026-03-01", links: true, best: true });
    await settled(search);
    const [day, next] = [new Date(2026, 2, 1).toISOString(), new Date(2026, 2, 2).toISOString()];
    assert.deepEqual(asked, [{ q: "hello", room: "a", after: day, before: next, has: "link", order: "best" }]);
    assert.deepEqual(search.get().results.map(({ message }) => message.id), ["a.1"]);
});

test("empty pages before the end are passed over, and the next page comes behind the first", async () => {
    const { asked, search } = searching([
        { results: [], next: "one" },
        { results: [result("a.9")], next: "two" },
        { results: [result("a.8")], next: null },
    ]);
    search.ask({ text: "hello" });
    await settled(search);
    assert.deepEqual(search.get().results.map(({ message }) => message.id), ["a.9"]);
    await search.more();
    assert.deepEqual(search.get().results.map(({ message }) => message.id), ["a.9", "a.8"]);
    assert.deepEqual(asked.map(({ cursor }) => cursor), [undefined, "one", "two"]);
    await search.more();
    assert.equal(asked.length, 3);
});

test("nothing asked is nothing found", async () => {
    const { asked, search } = searching([]);
    search.ask({ text: "  ", room: "a" });
    assert.deepEqual([search.get().searching, search.get().settled, asked.length], [false, false, 0]);
});

test("a match inside a spoiler is not shown", () => {
    const shown = withoutSpoilers([
        { text: "it was ||the ", match: false },
        { text: "gardener", match: true },
        { text: "|| who ", match: false },
        { text: "did", match: true },
    ]);
    const hidden = (count: number) => "▒".repeat(count);
    assert.deepEqual(shown, [
        { text: `it was ${hidden(6)}`, match: false },
        { text: hidden(8), match: false },
        { text: `${hidden(2)} who `, match: false },
        { text: "did", match: true },
    ]);
});

test("what is found is shown without its marks; stars and lines that mark nothing stay", () => {
    const shown = (text: string) => withoutMarks([{ text, match: false }])[0]!.text;
    assert.equal(shown("at **8:20**, _by_ the ~~red~~ *blue* `boat` **and _all_**"), "at 8:20, by the red blue boat and all");
    for (const plain of ["2 ** 3 ** 4", "snake_case_name", "2*3*4", "a * b * c", "**cut off", "** no **", "`"]) assert.equal(shown(plain), plain);
    // Within code and addresses they are what was written.
    assert.equal(shown("`a *b* c` and *d*"), "a *b* c and d");
    assert.equal(shown("*a `b* c` d*, ``**e** ` f``"), "a b* c d, **e** ` f");
    for (const plain of ["https://x.org/_y_/*z*", "```\nlet *a* = `b`;\n```"]) assert.equal(shown(plain), plain);
    assert.equal(shown("**see https://x.org/a_b_c**, _https://x.org/d_"), "see https://x.org/a_b_c, https://x.org/d");
    assert.deepEqual(withoutMarks([{ text: "at **", match: false }, { text: "eight", match: true }, { text: "** sharp", match: false }]), [
        { text: "at ", match: false },
        { text: "eight", match: true },
        { text: " sharp", match: false },
    ]);
});
