import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../src/api.js";
import { People } from "../src/people.js";
import type { User } from "../src/schema.gen.js";
import { ManualClock, settle } from "./support/manual_clock.js";

const user = (id: string, display_name: string): User => ({ id, username: id, display_name, created_at: "" });

/** A device that kept two people, and a server where one of them has another name since and the other is gone. */
function away() {
    const clock = new ManualClock();
    const asked: unknown[] = [];
    let online = false;
    const api = {
        call: async (_: string, __: string, { query }: { query: { ids: string } }) => {
            if (!online) throw new TypeError("no connection");
            asked.push(query.ids);
            return { users: query.ids.split(",").filter((id) => id !== "gone").map((id) => user(id, `New ${id}`)) };
        },
    } as unknown as Api;
    const kept = async (ids: string[]) => ids.filter((id) => id !== "stranger").map((id) => user(id, `Old ${id}`));
    const people = new People(api, clock, kept, () => online, () => {});
    const names = async (...ids: string[]) => {
        for (const id of ids) people.get(id);
        await clock.advance(100);
        await settle();
        return ids.map((id) => people.get(id)?.display_name);
    };
    const connect = () => {
        online = true;
        people.connected();
    };
    return { people, names, asked, connect };
}

test("people whom the device has kept are shown at once, and as the server knows them when it can be asked", async () => {
    const { people, names, asked, connect } = away();
    assert.deepEqual(await names("ann", "gone"), ["Old ann", "Old gone"]);
    assert.deepEqual(asked, []);
    connect();
    assert.deepEqual(await names("ann", "gone"), ["New ann", ""]);
    assert.equal(people.get("gone")?.deleted, true);
    assert.deepEqual(asked, ["ann,gone"]);
    connect();
    assert.deepEqual(await names("ann"), ["New ann"]);
    assert.deepEqual(asked, ["ann,gone"], "once is enough: what changes from now on is told");
});

test("with a connection those whom the device has kept are asked for together with those it has not", async () => {
    const { names, asked, connect } = away();
    connect();
    assert.deepEqual(await names("ann", "stranger"), ["New ann", "New stranger"]);
    assert.deepEqual(asked, ["ann,stranger"]);
});
