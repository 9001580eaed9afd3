import type { JoinRequest, ListedRoom, Member } from "@natternet/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Directory } from "../src/state/directory.js";
import { JoinRequests } from "../src/state/join_requests.js";
import { Members } from "../src/state/members.js";
import { FakeClient, person, settle } from "./support/fake_client.js";

const numbered = (count: number) => Array.from({ length: count }, (_, at) => String(at).padStart(4, "0"));

/** A page of a list whose cursors are places in it. */
function slice<Item>(all: readonly Item[], cursor = "0", limit = 50): { page: Item[]; next: string | null } {
    const end = Number(cursor) + limit;
    return { page: all.slice(Number(cursor), end), next: end < all.length ? String(end) : null };
}

function group(count: number) {
    const fake = new FakeClient();
    const members = numbered(count).map((id) => ({ user: person(id), role: "member" }) as Member);
    const asked: string[] = [];
    const list = async (_: string, cursor?: string, limit?: number) => {
        asked.push(`${cursor ?? 0}+${limit ?? 50}`);
        const { page, next } = slice(members, cursor, limit);
        return { members: page, next };
    };
    Object.assign(fake.rooms, { members: list });
    return { fake, members: new Members(fake.client, "a"), asked, shown: () => members.length };
}

test("whoever is to be completed is read beyond the first page, in large pages and up to a bound", async () => {
    const { members, asked } = group(1_000);
    void members.upTo(500);
    members.watch();
    await settle();
    assert.deepEqual(asked, ["0+200", "200+200", "400+200"]);
    assert.deepEqual([members.get().members.length, members.get().loading], [600, false]);
});

test("pages that somebody asked for stay when the list is read anew", async () => {
    const { members } = group(300);
    const shown = () => members.get().members.length;
    await members.load();
    assert.equal(shown(), 50);
    await members.more();
    assert.equal(shown(), 250);
    await members.load();
    assert.ok(shown() >= 250);
});

test("those who ask to be let in are shown page by page, and what is shown stays so", async () => {
    const fake = new FakeClient();
    let all = numbered(70).map((id) => ({ user: person(id), created_at: "" }) as JoinRequest);
    const requests = async (_: string, cursor?: string) => {
        const { page, next } = slice(all, cursor);
        return { requests: page, next };
    };
    Object.assign(fake.rooms, { requests, closeRequest: async (_: string, id: string) => void (all = all.filter(({ user }) => user.id !== id)) });
    const asking = new JoinRequests(fake.client, "a");
    asking.watch();
    await settle();
    assert.deepEqual([asking.get().requests.length, asking.get().next], [50, "50"]);
    await asking.more();
    assert.deepEqual([asking.get().requests.length, asking.get().next], [70, null]);
    await asking.refuse("0069");
    assert.deepEqual([asking.get().requests.length, asking.get().next], [69, null]);
});

test("a page of groups that comes when something else is typed is dropped, and nothing leads behind it", async () => {
    const answers: ((rooms: ListedRoom[]) => void)[] = [];
    const rooms = { directory: () => new Promise((resolve) => answers.push((found) => resolve({ rooms: found, next: "more" }))) };
    const directory = new Directory({ rooms, user: null } as never);
    const room = (id: string) => ({ id }) as ListedRoom;
    const first = directory.search();
    answers[0]!([room("birds")]);
    await first;
    const more = directory.more();
    directory.type("choir");
    assert.equal(directory.get().next, null);
    answers[1]!([room("late")]);
    await more;
    assert.deepEqual(directory.get().found.map(({ id }) => id), ["birds"]);
    await directory.more();
    assert.equal(answers.length, 2, "there is no page behind what is no longer asked");
    clearTimeout(directory["timer"]);
});
