import assert from "node:assert/strict";
import { test } from "node:test";
import { isPollClosed, NOBODY, pollOf, withActs, withPollEvent, type Message, type PollEvent, type PollState } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

const ASKED = { type: "poll", text: "Where?", options: ["here", "there"] } as const;

function poll(more: Partial<Extract<Message["content"], { type: "poll" }>> = {}): Message {
    return { room: "a", seq: 5, id: "a.5", sender: "ann", nonce: "n", content: { ...ASKED, options: [...ASKED.options], ...more }, created_at: "", count: 1 };
}

function vote(seq: number, counts: number[], sender = "ann", choices?: number[]): PollEvent {
    const voters = Math.max(...counts);
    return { type: "poll.voted", room: "a", seq, count: 1, sender, created_at: "", target: 5, counts, voters, ...(choices && { choices }) };
}

function shown(message: Message): string {
    const { counts, mine, closed_at } = pollOf(message)!;
    return `${counts.join(" ")} ${mine ? `mine ${mine.join("+")}` : "unknown"}${closed_at === undefined ? "" : " closed"}`;
}

test("a poll stands as the newest event says, whatever the order they come in", () => {
    let one = poll();
    assert.equal(shown(one), "0 0 mine ");
    one = withPollEvent(one, vote(9, [1, 1], "bob", [1]), "me");
    one = withPollEvent(one, vote(8, [1, 0], "me", [0]), "me");
    assert.equal(shown(one), "1 1 mine 0", "one's own vote counts though it came late");
    one = withPollEvent(one, { type: "poll.closed", room: "a", seq: 10, count: 1, sender: "ann", created_at: "then", target: 5 }, "me");
    assert.equal(shown(one), "1 1 mine 0 closed");
    assert.equal(withPollEvent(one, vote(7, [0, 0], "ann", []), "me"), one);
});

test("of an anonymous poll events do not tell one's own vote: it is unknown until it was asked for", () => {
    let one = withPollEvent(poll({ anonymous: true }), vote(8, [1, 0], NOBODY), "me");
    assert.equal(shown(one), "1 0 unknown");
    one = withPollEvent(one, { ...vote(8, [], "me", [0]), counts: [], voters: 0 } as PollEvent, "me");
    assert.equal(shown(one), "1 0 mine 0");
    one = withPollEvent(one, vote(9, [1, 1], NOBODY), "me");
    assert.equal(shown(one), "1 1 mine 0");
});

test("a vote on its way counts already", () => {
    const before = withPollEvent(poll(), vote(8, [2, 0], "me", [0]), "me");
    const act = { do: "vote", choices: [1], secret: false, room: "a", seq: 5, nonce: "m", created_at: "" } as const;
    assert.equal(shown(withActs(before, [act])), "1 1 mine 1");
    assert.equal(shown(withActs(before, [{ ...act, choices: [] }])), "1 0 mine ");
});

test("it is closed by an event or by its time", () => {
    const open = pollOf(poll({ closes_at: "2030-01-31T12:00:00.000Z" }))!;
    const end = Date.parse("2030-01-31T12:00:00.000Z");
    assert.deepEqual([isPollClosed(open, end - 1), isPollClosed(open, end)], [false, true]);
    assert.equal(isPollClosed({ ...open, closed_at: "now" } satisfies PollState, 0), true);
});

async function asked(content: { anonymous?: boolean; multiple?: boolean }): Promise<Setting & { seq: number }> {
    const setting = await signedIn();
    const room = setting.server.rooms.get("a")!;
    const event = room.append({ type: "message.created", sender: "ann", message: { ...poll(content), seq: room.log.length + 1 } } as never);
    setting.server.tell(event);
    await settle();
    return { ...setting, seq: event.seq };
}

const votes = ({ server }: Setting) => server.commands.filter(({ type }) => type === "poll.vote").map(({ choices }) => choices);

test("of votes that waited for the connection the last one is sent", async () => {
    const setting = await asked({});
    const { server, client, clock, seq } = setting;
    server.down = true;
    server.hangUp(1006);
    await settle();
    for (const choices of [[0], [1]]) await client.acts.put("a", seq, { do: "vote", choices, secret: false });
    assert.equal(client.acts.in("a").length, 1);
    server.down = false;
    await clock.advance(5_000);
    assert.deepEqual(votes(setting), [[1]]);
});

test("one's own vote in an anonymous poll is told to oneself, though its event does not say whose it is", async () => {
    const setting = await asked({ anonymous: true });
    const { client, seq } = setting;
    const told: unknown[] = [];
    client.on("mark", (event) => event.type === "poll.voted" && told.push([event.target, event.sender, event.choices]));
    await client.acts.put("a", seq, { do: "vote", choices: [1], secret: true });
    await settle();
    assert.deepEqual(told, [[seq, client.user!.id, [1]]]);
});

test("a vote says what it was made from, also one that takes the place of another that waits", async () => {
    const setting = await asked({ multiple: true, anonymous: true });
    const { server, client, clock, seq } = setting;
    const vote = (choices: number[], base?: number[]) => client.acts.put("a", seq, { do: "vote", choices, secret: true, ...(base && { base }) });
    const sent = () => server.commands.filter(({ type }) => type === "poll.vote").map(({ choices, base }) => [choices, base]);
    await vote([1], []);
    server.down = true;
    server.hangUp(1006);
    await settle();
    await vote([0, 1], [1]);
    await vote([0], [0, 1]);
    server.down = false;
    await clock.advance(5_000);
    assert.deepEqual(sent(), [[[1], []], [[0], [1]]]);
    server.down = true;
    server.hangUp(1006);
    await settle();
    await vote([1]);
    await vote([0, 1], [1]);
    server.down = false;
    await clock.advance(5_000);
    assert.deepEqual(sent().at(-1), [[0, 1], undefined], "it stands for the whole, as the one before it did");
});

test("what a vote with a base came to is told by the server, and asked for only where that was not heard", async () => {
    const { server, client, seq } = await asked({ anonymous: true, multiple: true });
    const told: unknown[] = [];
    client.on("mark", (event) => event.type === "poll.voted" && event.choices && told.push(event.choices));
    const asks = () => server.requests.filter((request) => request.endsWith(`/messages/${seq}`)).length;
    const put = () => client.acts.put("a", seq, { do: "vote", choices: [1], secret: true, base: [] });
    server.votes.set(seq, [0]);
    await put();
    await settle();
    assert.equal(asks(), 1);
    told.length = 0;
    const next = server.rooms.get("a")!.lastSeq + 1;
    server.tell({ type: "poll.chosen", room: "a", target: seq, voted_seq: next, choices: [0, 1] });
    await put();
    await settle();
    assert.equal(asks(), 1);
    assert.deepEqual(told, [[0, 1]]);
});

test("what one chooses on another device is told, and what was missed is asked for once in a connection", async () => {
    const { server, client, clock, seq } = await asked({ anonymous: true });
    const told: number[][] = [];
    client.on("mark", (event) => event.type === "poll.voted" && told.push(event.choices!));
    const asks = () => server.requests.filter((request) => request.endsWith(`/messages/${seq}`)).length;
    assert.deepEqual(await Promise.all([client.lookAtVote("a", seq), client.lookAtVote("a", seq)]), [[], []]);
    server.tell({ type: "poll.chosen", room: "a", target: seq, voted_seq: 20, choices: [1] });
    assert.deepEqual(await client.lookAtVote("a", seq), [1]);
    server.tell({ type: "poll.chosen", room: "a", target: seq, voted_seq: 19, choices: [0] });
    assert.deepEqual(await client.lookAtVote("a", seq), [1], "of two the later one stands");
    assert.equal(asks(), 1);
    assert.deepEqual(told, [[], [1], [0]]);
    server.hangUp(1006);
    await clock.advance(5_000);
    assert.deepEqual(await client.lookAtVote("a", seq), [], "it was taken back meanwhile");
    assert.equal(asks(), 2);
});
