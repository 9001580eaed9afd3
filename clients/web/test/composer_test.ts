import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { beginEditing, editing, endEditingIn } from "../src/features/composer/editing.js";
import type { Member } from "../src/state/types.js";
import { mentionsIn, unknownIn } from "../src/features/composer/mentions.js";
import { complete, tokenAt, withoutCodes } from "../src/features/composer/completion.js";
import { madeOf, searchEmoji, toned } from "../src/features/emoji/emoji.js";
import { NatterError } from "@natternet/sdk";
import { idsByName } from "../src/state/mention_search.js";
import { Sender } from "../src/state/sender.js";
import { person, settle } from "./support/fake_client.js";

function token(text: string): string | null {
    const found = tokenAt(text.replace("|", ""), text.indexOf("|"));
    return found && `${found.kind} ${found.text}`;
}

test("a name or a short code is completed where it begins a word", () => {
    assert.equal(token("hi @an|"), "mention an");
    assert.equal(token("@|"), "mention ");
    assert.equal(token("so :smi| x"), "emoji smi");
    for (const none of ["a@b|", "12:30|", "x:smile|", ":s|", "hi @ann |", "http://x|"]) assert.equal(token(none), null, none);
});

test("what is completed stands in the place of what was typed, with a gap after it", () => {
    assert.deepEqual(complete("hi @an!", { kind: "mention", text: "an", start: 3, end: 6 }, "@ann"), { text: "hi @ann !", caret: 8 });
    assert.deepEqual(complete("a :sm b", { kind: "emoji", text: "sm", start: 2, end: 5 }, "😄"), { text: "a 😄 b", caret: 5 });
});

test("whole short codes become emoji, unknown ones and times stay", () => {
    const known = (code: string) => ({ tada: "🎉" })[code];
    assert.equal(withoutCodes(":tada: :nothing: 10:30:45 x:tada:", known), "🎉 :nothing: 10:30:45 x:tada:");
    assert.equal(withoutCodes(":tada::tada::nothing::tada:", known), "🎉🎉:nothing:🎉");
});

test("a text mentions those of its names that are in the room, each once, and nobody within code", () => {
    const members = ["Ann", "bob.c"].map((username) => ({ user: { ...person(`id-${username}`), username } }) as Member);
    assert.deepEqual(mentionsIn("@ann, @Bob.C. and **@ANN**; not @carl, a@ann or `@bob.c`", members, false), ["id-Ann", "id-bob.c"]);
    assert.deepEqual(mentionsIn("> @bob.c\n\n- @ann", members, false), ["id-bob.c", "id-Ann"]);
    assert.deepEqual(mentionsIn("```\n@ann\n```", members, true), []);
    assert.deepEqual(mentionsIn("@everyone and @here", members, true), ["everyone", "here"]);
    assert.deepEqual(mentionsIn("@everyone and @here", members, false), []);
});

test("who is not among the members that were read is found by name, in the order written and without who is not there", async () => {
    const members = Array.from({ length: 200 }, (_, at) => ({ user: person(`m${at}`) }) as Member);
    assert.deepEqual(unknownIn("@m7, @Zoe, @zol, @here and `@code`", members), ["zoe", "zol"]);
    const there = [...Array.from({ length: 300 }, (_, at) => ({ ...person(`z${at}`), username: `zoe.${at}` })), { ...person("1"), username: "Zoe" }];
    const search = async (_: string, cursor = "0", limit = 50, text = "") => {
        const named = there.filter(({ username }) => username.toLowerCase().startsWith(text)).map((user) => ({ user }) as Member);
        const end = Number(cursor) + limit;
        return { members: named.slice(Number(cursor), end), next: end < named.length ? String(end) : null };
    };
    assert.deepEqual(await idsByName({ members: search }, "a", ["zoe", "zol"]), ["1"]);
    const sent: [string, string[]][] = [];
    const discarded: string[] = [];
    const client = {
        outbox: { in: () => [{ nonce: `n${sent.length}` }], discard: (nonce: string) => discarded.push(nonce) },
        sendText: async (_: string, text: string, __: unknown, mentions: string[]) => {
            sent.push([text, mentions]);
            if (mentions.includes("away")) throw new NatterError("field.invalid", "", 422, "content.mentions");
        },
    };
    const sender = new Sender(client as never);
    const words = (text: string) => ({ text, replyTo: null, mentions: ["m7"], thread: null });
    sender.send("a", words("first"), Promise.resolve(["1"]));
    sender.send("a", words("second"), null);
    await settle();
    assert.deepEqual(sent, [["first", ["m7", "1"]], ["second", ["m7"]]]);
    sender.send("a", words("third"), Promise.resolve(["away"]));
    await settle();
    assert.deepEqual(sent.slice(2), [["third", ["m7", "away"]], ["third", ["m7"]]]);
    assert.deepEqual(discarded, ["n3"]);

    let know: (found: string[]) => void = () => {};
    sender.send("a", words("fourth"), new Promise((done) => (know = done)));
    sender.send("a", words("fifth"), null);
    sender.flush(); // the page goes away
    know(["1"]);
    await settle();
    assert.deepEqual(sent.slice(4), [["fourth", ["m7"]], ["fifth", ["m7"]]]);
    sender.send("a", words("sixth"), Promise.resolve(["1"]));
    sender.forget(); // who wrote it is signed out
    await settle();
    assert.equal(sent.length, 6);
});

test("nobody is asked for any more once a message has waited long enough", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const pages: ((page: { members: Member[]; next: string }) => void)[] = [];
    const found = idsByName({ members: () => new Promise((done) => pages.push(done)) }, "a", ["zoe"]);
    pages[0]!({ members: [], next: "200" });
    await settle();
    assert.equal(pages.length, 2);
    t.mock.timers.tick(3_000);
    assert.deepEqual(await found, []);
    pages[1]!({ members: [], next: "400" });
    await settle();
    assert.equal(pages.length, 2);
});

test("whom a message mentions is asked for again after the time that the server says, unless that is too long", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    let asked = 0;
    const limited = (seconds: number, times: number) => async () => {
        if (++asked <= times) throw new NatterError("rate.limited", "", 429, undefined, seconds);
        return { members: [{ user: { ...person("id-zoe"), username: "Zoe" } } as Member], next: null };
    };
    const found = idsByName({ members: limited(4, 2) }, "a", ["zoe"]);
    for (let times = 1; times <= 2; times += 1) {
        await settle();
        assert.equal(asked, times);
        t.mock.timers.tick(3_999);
        await settle();
        assert.equal(asked, times);
        t.mock.timers.tick(1);
    }
    assert.deepEqual(await found, ["id-zoe"]);
    asked = 0;
    assert.deepEqual(await idsByName({ members: limited(60, 1) }, "a", ["zoe"]), []);
    assert.equal(asked, 1);
});

test("five names that are asked for again wait side by side, each as long as the server says", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const waits: Record<string, number[]> = { ann: [3], bob: [3], cat: [6, 4], dan: [1], eve: [3, 3] };
    const members = async (_: string, __: unknown, ___: number, name = ""): Promise<{ members: Member[]; next: null }> => {
        const seconds = waits[name]!.shift();
        if (seconds !== undefined) throw new NatterError("rate.limited", "", 429, undefined, seconds);
        return { members: [{ user: { ...person(`id-${name}`), username: name } } as Member], next: null };
    };
    const found = idsByName({ members }, "a", Object.keys(waits));
    for (let seconds = 0; seconds < 10; seconds += 1) {
        await settle();
        t.mock.timers.tick(1_000);
    }
    await settle();
    assert.deepEqual(await found, Object.keys(waits).map((name) => `id-${name}`));
});

function emoji(language: string) {
    const read = (name: string) => JSON.parse(readFileSync(`src/features/emoji/data/${name}.json`, "utf8"));
    return madeOf(read("emoji"), read(`names.${language}`));
}

test("emoji are found by short code, by name in the page's language, without accents", () => {
    assert.equal(searchEmoji(emoji("en"), ":tada", 5)[0]?.emoji, "🎉");
    assert.ok(searchEmoji(emoji("de"), "lachen", 20).length > 3);
    assert.ok(searchEmoji(emoji("de"), "frohlich", 20).length > 3);
    assert.ok(searchEmoji(emoji("ar"), "قلب", 20).some((one) => one.emoji.startsWith("❤")));
    assert.deepEqual(searchEmoji(emoji("en"), "zzzzzz", 5), []);
});

test("every emoji has a name in every language, and five tones or none", () => {
    for (const language of ["en", "de", "ar"]) assert.deepEqual(emoji(language).filter(({ label }) => label === ""), []);
    const hand = emoji("en").find(({ codes }) => codes.includes("wave"))!;
    assert.deepEqual([0, 1, 5].map((tone) => toned(hand, tone)), ["👋", "👋🏻", "👋🏿"]);
    const smile = emoji("en").find(({ codes }) => codes.includes("smile"))!;
    assert.equal(toned(smile, 3), smile.emoji);
});

test("a thread that is closed ends what is edited in it, and not what is edited in its room", () => {
    beginEditing("a", { seq: 3, text: "said in the room", thread: null, createdAt: "" });
    endEditingIn("a", 1);
    assert.equal(editing.get()?.seq, 3);
    beginEditing("a", { seq: 4, text: "said in the thread", thread: 1, createdAt: "" });
    endEditingIn("a", null);
    assert.equal(editing.get()?.seq, 4);
    endEditingIn("a", 1);
    assert.equal(editing.get(), null);
});
