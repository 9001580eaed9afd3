import assert from "node:assert/strict";
import { test } from "node:test";
import { signedIn } from "./support/signed_in.js";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** A room that keeps what is said for an hour, at a server whose clock is a day behind the device's. */
async function aDayBehind(knows = true) {
    const off = { by: DAY };
    const setting = await signedIn((server) => {
        const room = server.rooms.get("a")!;
        room.retention_s = 3_600;
        for (const event of room.log) event.created_at = new Date(Date.parse(event.created_at) - DAY).toISOString();
    });
    const { server, clock, client } = setting;
    const time = () => clock.now() - off.by;
    const say = (text: string) => {
        const { event } = server.rooms.get("a")!.message("ann", text, { type: "text", text });
        event.created_at = new Date(time()).toISOString();
        if (event.type === "message.created") event.message.created_at = event.created_at;
        server.tell(event);
    };
    if (knows) server.time = time;
    server.hangUp(1006);
    await clock.advance(MINUTE);
    return { ...setting, say, off, time, unread: () => client.rooms.get("a")!.unread };
}

test("a clock that is a day ahead lets nothing go before its time", async () => {
    const { say, clock, client, unread } = await aDayBehind();
    say("hello");
    await clock.advance(59 * MINUTE);
    assert.deepEqual([client.rooms.lastMessage("a")?.content.text, unread()], ["hello", 1]);
    assert.equal((await client.rooms.read("a")).events.at(-1)?.seq, client.rooms.get("a")!.last_seq);
    await clock.advance(2 * MINUTE);
    assert.deepEqual([client.rooms.lastMessage("a"), unread()], [undefined, 0]);
});

test("the next run remembers how wrong the clock is, without a connection", async () => {
    const { say, clock, client, server, again } = await aDayBehind();
    say("hello");
    await clock.advance(MINUTE);
    client.close();
    server.down = true;
    const next = again();
    next.resume();
    await clock.advance(MINUTE);
    assert.deepEqual([next.rooms.lastMessage("a")?.content.text, next.rooms.get("a")!.unread], ["hello", 1]);
    assert.equal(next.now(), clock.now() - DAY);
});

test("what a wrong clock had let go is there again when the server tells its time", async () => {
    const { say, clock, client, server, time, unread } = await aDayBehind(false);
    say("hello");
    await clock.advance(MINUTE);
    assert.deepEqual([client.rooms.lastMessage("a"), unread()], [undefined, 0]);
    const skipped: number[] = [];
    client.on("skipped", ({ seq }) => skipped.push(seq));
    server.time = time;
    client.wake(); // asks
    await clock.advance(MINUTE);
    assert.deepEqual([skipped, unread()], [[client.rooms.get("a")!.last_seq], 1]);
    assert.equal((await client.rooms.read("a")).events.at(-1)?.seq, client.rooms.get("a")!.last_seq);
});

test("a clock that is set while the page is open is found out at the next sign of life", async () => {
    const { clock, client, off } = await aDayBehind();
    off.by = 2 * DAY; // the device's went on by a day
    assert.equal(client.now(), clock.now() - DAY);
    await clock.advance(MINUTE); // nothing is said for so long that the client asks
    assert.equal(client.now(), clock.now() - 2 * DAY);
});
