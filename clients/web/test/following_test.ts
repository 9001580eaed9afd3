import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomWishes, type Message, type NatterClient } from "@natternet/sdk";
import { FollowedThreads } from "../src/state/followed_threads.js";
import { watchNews } from "../src/state/news.js";
import { FakeClient, message, view } from "./support/fake_client.js";

/** A client that follows the threads under these messages of room a, with so many answers read. */
function following(read: Map<number, number>) {
    const fake = new FakeClient();
    const threads = {
        readOf: (_room: string, root: number) => read.get(root) ?? null,
        all: () => [...read].map(([root, count]) => ({ room: "a", root, read: count })),
        followed: async () => ({ threads: [], next: null }),
    };
    return { fake, client: Object.assign(fake, { threads }) as unknown as NatterClient };
}

const answer = (seq: number, thread: number, answers: number, change: Partial<Message> = {}): Message => ({ ...message(seq, "bob"), thread, answers, ...change });

test("one hears of answers in threads that one follows or that speak to oneself, and of all in rooms", () => {
    const { fake, client } = following(new Map([[1, 0]]));
    const heard: number[] = [];
    const end = watchNews(client, ({ seq }) => heard.push(seq));
    const say = (said: Message, backlog = false) => fake.say("message", { message: said, backlog });
    say(message(3, "bob"));
    say(message(4, "me"));
    say(message(5, "bob"), true);
    say(answer(6, 1, 1));
    say(answer(7, 2, 1));
    say(answer(8, 2, 2, { content: { type: "text", text: "@me", mentions: ["me"] } }));
    assert.deepEqual(heard, [3, 6, 8]);
    end();
});

test("an answer to who is here is heard of by those who are there", () => {
    const { fake, client } = following(new Map());
    let isThere = false;
    Object.assign(fake, { roomWishes: new RoomWishes(fake.feed, () => isThere) });
    const heard: number[] = [];
    watchNews(client, ({ seq }) => heard.push(seq));
    const say = (seq: number, whom: string) => fake.say("message", { message: answer(seq, 2, seq, { content: { type: "text", text: "@", mentions: [whom] } }), backlog: false });
    say(6, "here");
    say(7, "everyone");
    isThere = true;
    say(8, "here");
    assert.deepEqual(heard, [7, 8]);
});

test("an answer that makes one follow its thread is heard of once that is told", () => {
    const read = new Map<number, number>();
    const { fake, client } = following(read);
    const heard: number[] = [];
    watchNews(client, ({ seq }) => heard.push(seq));
    fake.say("message", { message: answer(6, 1, 1), backlog: false });
    fake.say("message", { message: answer(7, 2, 1), backlog: false });
    assert.deepEqual(heard, []);
    read.set(1, 0).set(2, 1);
    for (const key of ["thread:a.1", "thread:a.1", "thread:a.2"]) fake.say("own", key);
    assert.deepEqual(heard, [6], "the other one is read already");
});

test("threads of a room that one has left are not listed, and are again when one is back", () => {
    const { fake, client } = following(new Map([[1, 0]]));
    fake.views = [view("a")];
    const followed = new FollowedThreads(client);
    fake.say("opened", undefined);
    const roots = () => followed.get().all.map(({ root }) => root);
    assert.deepEqual(roots(), [1]);
    fake.views = [];
    fake.say("rooms", "a");
    assert.deepEqual(roots(), []);
    fake.views = [view("a")];
    fake.say("rooms", "a");
    assert.deepEqual(roots(), [1]);
});
