import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../src/mod.js";
import { signedIn, type Setting } from "./support/signed_in.js";

const MEMBERS = 2_000;

/** A large room of which somebody came too late for `seq`. */
async function setUp(): Promise<Setting & { seq: number; edit(text: string): void; asked(): number; told: string[] }> {
    const setting = await signedIn();
    const { server, client, clock } = setting;
    const room = server.rooms.get("a")!;
    const { seq } = server.write("a", "ann", "first");
    await clock.advance(1_000);
    for (let n = room.members.length; n < MEMBERS; n++) room.members.push(room.members[1]!);
    await client.rooms.load("a");
    const edit = (text: string) => {
        const known = room.messages().find((one) => one.seq === seq)!;
        known.content = { type: "text", text };
        server.tell(room.append({ type: "message.updated", sender: "ann", target: seq } as never));
    };
    const asked = () => server.requests.filter((request) => request === `GET /rooms/a/messages/${seq}`).length;
    const told: string[] = [];
    client.on("event", ({ event }) => void (event.type === "message.updated" && told.push(event.message?.content.text ?? "-")));
    return { ...setting, seq, edit, asked, told };
}

async function held({ client }: Setting, seq: number): Promise<string | undefined> {
    const { events } = await client.rooms.read("a", { around: seq }, 2);
    const found = events.find((one): one is Extract<typeof one, { message: Message }> => one.type === "message.created" && one.seq === seq);
    return found?.message.content.text;
}

test("an edit that came without its message is asked for after a wait by chance, once for all that came meanwhile", async () => {
    const { clock, edit, asked, told, seq, ...setting } = await setUp();
    edit("second");
    await clock.advance(MEMBERS / 2 - 1);
    assert.equal(asked(), 0);
    edit("third");
    await clock.advance(1);
    assert.deepEqual([asked(), told], [1, ["-", "-", "third"]]);
    await clock.advance(10_000);
    assert.equal(asked(), 1);
    assert.equal(await held({ clock, ...setting }, seq), "third");
});

test("a client that is closed meanwhile asks for nothing, and reads anew what it holds", async () => {
    const { clock, edit, asked, seq, client, again } = await setUp();
    edit("second");
    await clock.advance(10);
    client.close();
    await clock.advance(10_000);
    assert.equal(asked(), 0);
    const later = again();
    later.resume();
    await clock.advance(1_000);
    const { events } = await later.rooms.read("a", { around: seq }, 2);
    const found = events.find((event) => event.seq === seq);
    assert.equal(found?.type === "message.created" && found.message.content.text, "second");
});

test("an edit that came with its message is asked for by nobody", async () => {
    const { server, clock, seq, asked, told } = await setUp();
    const room = server.rooms.get("a")!;
    const message = { ...room.messages().find((one) => one.seq === seq)!, content: { type: "text" as const, text: "second" } };
    server.tell({ ...room.append({ type: "message.updated", sender: "ann", target: seq } as never), message } as never);
    await clock.advance(10_000);
    assert.deepEqual([asked(), told], [0, ["second"]]);
});
