import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient } from "../src/mod.js";
import { FakeBrowser, type FakeTabs } from "./support/fake_tabs.js";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

interface Tab {
    client: NatterClient;
    tabs: FakeTabs;
    heard: string[];
}

interface TwoTabs extends Setting {
    first: Tab;
    second: Tab;
    browser: FakeBrowser;
}

function listen(client: NatterClient, tabs: FakeTabs): Tab {
    const heard: string[] = [];
    client.on("message", ({ message }) => heard.push(message.content.text));
    return { client, tabs, heard };
}

/** Two tabs of one browser; the first leads. */
async function twoTabs(): Promise<TwoTabs> {
    const browser = new FakeBrowser();
    const tabs = browser.tab();
    const setting = await signedIn(() => {}, { tabs });
    const first = listen(setting.client, tabs);
    const second = await another(setting, browser);
    return { ...setting, first, second, browser };
}

async function another(setting: Setting, browser: FakeBrowser): Promise<Tab> {
    const tabs = browser.tab();
    const client = setting.again({ tabs });
    const tab = listen(client, tabs);
    assert.equal(client.resume(), true);
    await settle();
    assert.equal(client.connection, "online");
    return tab;
}

/** The tab is closed without a word; its own timers and sockets end with it. */
async function crash(setting: TwoTabs, tab: Tab): Promise<void> {
    for (const socket of [...setting.server.sockets]) setting.server.sockets.delete(socket);
    tab.tabs.crash();
    await setting.clock.advance(1_000);
}

test("whichever tab sends it, all are told of an act that had waited and is refused", async () => {
    const { server, first, second, clock } = await twoTabs();
    const { seq } = server.write("a", "ann", "hello");
    await settle();
    const told: string[] = [];
    for (const [name, { client }] of Object.entries({ first, second })) client.on("act_refused", ({ act, error }) => told.push(`${name}: ${act.do} ${error.code}`));
    server.down = true;
    server.hangUp(1006);
    await settle();
    await second.client.acts.put("a", seq, { do: "react", emoji: "👍" });
    server.refusals.push({ code: "message.deleted", detail: "gone" });
    server.down = false;
    await clock.advance(10_000);
    assert.deepEqual(told.sort(), ["first: react message.deleted", "second: react message.deleted"]);
});

test("two tabs share one connection, and both hear everything once and in order", async () => {
    const { server, first, second } = await twoTabs();
    assert.equal(server.sockets.size, 1);
    for (const text of ["one", "two"]) server.write("a", "ann", text);
    await settle();
    assert.deepEqual([first.heard, second.heard], [["one", "two"], ["one", "two"]]);
    assert.equal(second.client.rooms.get("a")?.unread, 2);
});

test("the people on the screens of all tabs are watched, until a tab goes", async () => {
    const { server, clock, first, second } = await twoTabs();
    const watched = () => (server.commands.findLast(({ type }) => type === "presence.watch") as unknown as { users: string[] }).users.toSorted();
    first.client.presence.watch(["ann", "bob"]);
    await clock.advance(100);
    second.client.presence.watch(["cid", "bob"]);
    await clock.advance(100);
    assert.deepEqual(watched(), ["ann", "bob", "cid"]);
    first.client.presence.watch(["dan"]);
    await clock.advance(100);
    assert.deepEqual(watched(), ["bob", "cid", "dan"]);
    second.client.close();
    await settle();
    first.client.presence.watch(["ann"]);
    await clock.advance(100);
    assert.deepEqual(watched(), ["ann"]);
});

test("what either tab writes is sent once, and both see it on its way", async () => {
    const { server, clock, first, second } = await twoTabs();
    server.down = true;
    server.hangUp(1006);
    await settle();
    assert.equal(second.client.connection, "offline");
    const sent = second.client.sendText("a", "from the second");
    await settle();
    void first.client.sendText("a", "from the first");
    await settle();
    for (const { client } of [first, second]) {
        assert.deepEqual(client.outbox.in("a").map(({ content, state }) => `${content.text} ${state}`), ["from the second pending", "from the first pending"]);
    }
    server.down = false;
    await clock.advance(3_000);
    assert.ok((await sent).seq > 0);
    assert.deepEqual(server.rooms.get("a")!.messages().map(({ content }) => content.text), ["from the second", "from the first"]);
    assert.equal(server.commands.filter(({ type }) => type === "message.send").length, 2);
    for (const { client } of [first, second]) assert.deepEqual(client.outbox.in("a"), []);
});

test("a refusal is told to the tab that wrote", async () => {
    const { server, second } = await twoTabs();
    server.refusals = [{ code: "field.invalid", detail: "no" }];
    await assert.rejects(second.client.sendText("a", "bad"));
    assert.deepEqual(second.client.outbox.in("a").map(({ state, error }) => [state, error]), [["failed", "field.invalid"]]);
    second.client.outbox.retry(second.client.outbox.in("a")[0]!.nonce);
    await settle();
    assert.equal(server.rooms.get("a")!.messages()[0]?.content.text, "bad");
});

test("when the tab that leads is gone the next one connects, syncs and sends what was left", async () => {
    const setting = await twoTabs();
    const { server, first, second } = setting;
    server.write("a", "ann", "both heard this");
    await settle();
    server.mute = true;
    void first.client.sendText("a", "unanswered").catch(() => {});
    await settle();
    server.mute = false;
    await crash(setting, first);
    assert.equal(second.client.connection, "online");
    assert.equal(server.sockets.size, 1);
    server.write("a", "ann", "after");
    await settle();
    assert.deepEqual(second.heard, ["both heard this", "unanswered", "after"]);
    assert.equal(server.rooms.get("a")!.messages().filter(({ content }) => content.text === "unanswered").length, 1);
});

test("what went by while nobody wrote is a gap in the store, not a loss", async () => {
    const setting = await twoTabs();
    const { server, clock, first, second, store } = setting;
    for (let n = 0; n < 5; n++) server.write("a", "ann", `m${n}`);
    await settle();
    await crash(setting, first); // before it wrote them
    server.write("a", "ann", "later");
    await clock.advance(2_000);
    const { events } = await second.client.rooms.read("a", {}, 50);
    const texts = events.flatMap((event) => (event.type === "message.created" ? [event.message.content.text] : []));
    assert.equal(texts.at(-1), "later");
    const { events: all } = await second.client.rooms.read("a", { before: events[0]!.seq }, 50);
    assert.deepEqual([...all, ...events].flatMap((event) => (event.type === "message.created" ? [event.message.content.text] : [])), ["m0", "m1", "m2", "m3", "m4", "later"]);
    assert.equal((await store.open("me")).rooms[0]?.seq, server.rooms.get("a")!.lastSeq);
});

test("one tab refreshes for all", async () => {
    const { server, clock, first, second, browser, ...setting } = await twoTabs();
    await clock.advance(700_000);
    const before = server.requests.length;
    await Promise.all([first, second].flatMap(({ client }) => [client.account.me(), client.account.me()]));
    const refreshes = () => server.requests.slice(before).filter((request) => request === "POST /auth/refresh").length;
    assert.equal(refreshes(), 1);
    server.accessToken = "changed-behind-our-back";
    await second.client.account.me();
    assert.equal(refreshes(), 2);
    await another({ ...setting, server, clock } as Setting, browser);
    assert.equal(refreshes(), 2, "a new tab borrows");
});

test("signing out in one tab signs all out, and an ended session ends in all", async () => {
    for (const who of ["first", "second", "server"] as const) {
        const setting = await twoTabs();
        const reasons: string[] = [];
        for (const { client } of [setting.first, setting.second]) client.on("signed_out", (reason) => reasons.push(reason));
        if (who === "server") setting.server.hangUp(4003);
        else {
            const leaving = setting[who].client.signOut();
            await settle();
            setting.server.hangUp(4003);
            await leaving;
        }
        await settle();
        assert.deepEqual(reasons, who === "server" ? ["session_ended", "session_ended"] : ["signed_out", "signed_out"], who);
        assert.deepEqual((await setting.store.open("me")).rooms, []);
    }
});

test("a sign-out that cannot be told leaves every tab signed in and connected", async () => {
    const { server, clock, first, second } = await twoTabs();
    server.down = true;
    await assert.rejects(second.client.signOut());
    server.down = false;
    await clock.advance(3_000);
    for (const { client } of [first, second]) {
        assert.equal(client.user?.id, "me");
        assert.equal(client.connection, "online");
    }
    assert.equal(server.sockets.size, 1);
});

test("drafts and other values are the same in every tab", async () => {
    const { first, second } = await twoTabs();
    const told: string[] = [];
    second.client.on("value", (key) => told.push(key));
    first.client.values.set("draft.a", "half");
    await settle();
    assert.deepEqual([second.client.values.get("draft.a"), told], ["half", ["draft.a"]]);
});

test("what a tab puts before it has heard of the connection is sent all the same", async () => {
    const setting = await twoTabs();
    const { server, clock, browser } = setting;
    const { seq } = server.write("a", "ann", "hello");
    await settle();
    const third = setting.again({ tabs: browser.tab() });
    third.on("opened", () => {
        void third.acts.put("a", seq, { do: "react", emoji: "👍" });
        void third.feed.put("saved:a.1", { at: "now" });
    });
    assert.equal(third.resume(), true);
    await clock.advance(1_000);
    assert.equal(third.connection, "online");
    assert.deepEqual(third.acts.in("a"), []);
    assert.deepEqual(server.feed.get("saved:a.1")?.value, { at: "now" });
    assert.equal(server.commands.filter(({ type }) => type === "message.react" || type === "feed.put").length, 2, "each once");
});
