import { NatterError, type JoinRequest, type ListedRoom, type Member, type StoredEvent } from "@natternet/sdk";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Directory } from "../src/state/directory.js";
import { LinksAndBans } from "../src/state/links_and_bans.js";
import { JoinRequests } from "../src/state/join_requests.js";
import { MemberSearch } from "../src/state/member_search.js";
import { Members } from "../src/state/members.js";
import { OneAtATime } from "../src/state/one_at_a_time.js";
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
    const list = async (_: string, cursor?: string, limit?: number, search = "") => {
        asked.push(`${search}${cursor ?? 0}+${limit ?? 50}`);
        const { page, next } = slice(members.filter(({ user }) => user.id.startsWith(search)), cursor, limit);
        return { members: page, next };
    };
    Object.assign(fake.rooms, { members: list });
    return { fake, members: new Members(fake.client, "a"), asked, shown: () => members.length };
}

test("whoever is to be completed is read beyond the first page, in large pages and up to a bound", async () => {
    const { members, asked } = group(1_000);
    await members.upTo(500);
    assert.deepEqual(asked, ["0+200", "200+200", "400+200"]);
    assert.deepEqual([members.get().members.length, members.get().loading], [600, false]);
});

test("members of a name take the place of all, page by page, and all come back where nothing is sought any more", async () => {
    const { members, asked } = group(1_000);
    const shown = () => members.get().members.map(({ user }) => user.id);
    await members.load();
    await members.find("09");
    assert.deepEqual([shown().length, shown()[0], members.get().next], [50, "0900", "50"]);
    await members.more();
    assert.deepEqual([shown().length, members.get().next], [100, null]);
    const late = members.find("08");
    await members.find("0999");
    await late;
    assert.deepEqual(shown(), ["0999"], "what was asked before is late news");
    await members.find("x");
    assert.deepEqual(shown(), []);
    await members.find("");
    assert.deepEqual([shown().length, asked.at(-1)], [50, "0+50"]);
});

test("a list of which nothing could be read has no next page, and is read again when there is a connection", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const { fake, members, asked } = group(1_000);
    const list = fake.client.rooms.members;
    const end = members.watch();
    await settle();
    Object.assign(fake.rooms, { members: () => Promise.reject(new NatterError("connection.lost", "")) });
    await members.find("09");
    assert.deepEqual([members.get().of, members.get().next, members.get().error], ["", null, "connection.lost"]);
    await members.more();
    Object.assign(fake.rooms, { members: list });
    fake.say("synced", undefined);
    t.mock.timers.tick(1_100);
    await settle();
    const { of, error, next } = members.get();
    assert.deepEqual([of, error, next, members.get().members[0]!.user.id, asked], ["09", null, "50", "0900", ["0+50", "090+50"]]);
    end();
});

test("who is in a group is known where others are shown, until they leave", async () => {
    const { fake, members } = group(200);
    Object.assign(fake.rooms, { addMember: () => Promise.reject(new NatterError("room.already_member", "")) });
    members.watch();
    await settle();
    await members.find("010");
    assert.deepEqual(["0000", "0100", "0150"].map((id) => members.has(id)), [true, true, false]);
    await assert.rejects(members.add("0150"), { code: "room.already_member" });
    fake.say("event", left("0000"));
    fake.say("event", joined("late"));
    assert.deepEqual(["0000", "0150", "late"].map((id) => members.has(id)), [false, true, true]);
});

test("an answer that was on its way brings nobody back who has left, and is not all where somebody came", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { fake, asked } = group(1_000);
    const list = fake.client.rooms.members;
    const answers: (() => void)[] = [];
    const slow = async (...told: Parameters<typeof list>) => {
        const answer = await list(...told);
        await new Promise<void>((done) => answers.push(done));
        return answer;
    };
    Object.assign(fake.rooms, { members: slow });
    const search = new MemberSearch(fake.client, "a");
    search.hear();
    const typed = typing(t, search);
    const answered = async () => {
        answers.shift()!();
        await settle();
    };
    await typed("099");
    fake.say("event", left("0990"));
    fake.say("event", joined("0999"));
    await answered();
    assert.deepEqual(search.get().map(({ user }) => user.id), numbered(1_000).slice(991));
    await typed("0999");
    assert.equal(asked.length, 2, "who came is looked for");
    await answered();
    await typed("0999");
    assert.equal(asked.length, 2);
    fake.say("synced", undefined);
    await typed("0999");
    assert.equal(asked.length, 3, "somebody may have come unheard");
});

test("who left while a page was on its way can be added again, and after events that were passed over it is asked who is there", async () => {
    const { fake, members, asked } = group(3);
    const list = fake.client.rooms.members.bind(fake.client.rooms);
    const answers: (() => void)[] = [];
    Object.assign(fake.rooms, { members: async (...asking: Parameters<typeof list>) => {
        const answer = await list(...asking);
        await new Promise<void>((done) => answers.push(done));
        return answer;
    } });
    members.hear();
    const read = members.upTo(10);
    await settle();
    fake.say("event", left("0002"));
    answers.shift()!();
    await read;
    assert.deepEqual([members.has("0001"), members.has("0002")], [true, false]);
    fake.say("skipped", { room: "a", seq: 9 });
    assert.equal(members.has("0001"), false, "nobody knows");
    const again = members.upTo(10);
    await settle();
    answers.shift()!();
    await again;
    assert.deepEqual([members.has("0001"), asked.length], [true, 2]);
});

test("who is back among events that were passed over is completed again", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { fake } = group(1_000);
    const search = new MemberSearch(fake.client, "a");
    search.hear();
    const typed = typing(t, search);
    fake.say("event", left("0999"));
    await typed("0999");
    assert.equal(search.get().length, 0);
    fake.say("skipped", { room: "a", seq: 2_000 });
    await typed("0999");
    assert.equal(search.get().length, 1);
});

test("who is completed is asked for once, as long as nobody comes, and is dropped who leaves", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { fake, asked } = group(1_000);
    const search = new MemberSearch(fake.client, "a");
    const end = search.hear();
    const typed = typing(t, search);
    await typed("0");
    await typed("099");
    await typed("0999");
    assert.deepEqual(asked, ["00+50", "0990+50"]);
    assert.equal(search.get().length, 60);
    fake.say("event", left("0999"));
    assert.equal(search.get().some(({ user }) => user.id === "0999"), false);
    fake.say("event", joined("0999"));
    await typed("0999");
    assert.deepEqual([asked.at(-1), search.get().length], ["09990+50", 60]);
    end();
});

test("of a very large room it is read on until somebody of the name is found", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { fake, members } = group(0);
    const asked: string[] = [];
    const found = { user: person("0999"), role: "member" } as Member;
    const list = async (_: string, cursor = "0", __?: number, search = "") => {
        asked.push(search + cursor);
        const at = Number(cursor) + 1;
        return { members: at === 3 && search !== "x" ? [found] : [], next: at < 5 ? String(at) : null };
    };
    Object.assign(fake.rooms, { members: list });
    await members.find("a");
    assert.deepEqual([asked, members.get().members, members.get().next], [["a0", "a1", "a2"], [found], "3"]);
    await members.find("x");
    assert.deepEqual([asked.length, members.get().members, members.get().next], [8, [], null]);
    const search = new MemberSearch(fake.client, "a");
    search.look("A");
    t.mock.timers.tick(200);
    await settle();
    assert.deepEqual([asked.slice(8), search.get()], [["a0", "a1", "a2", "a3", "a4"], [found]]);
});

test("of a very large room nobody is looked for any more than is typed, nor read on when nobody looks", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { fake, members } = group(0);
    let asked = 0;
    const answers: (() => void)[] = [];
    const list = async () => {
        asked += 1;
        await new Promise<void>((done) => answers.push(done));
        return { members: [], next: String(asked) };
    };
    Object.assign(fake.rooms, { members: list });
    const search = new MemberSearch(fake.client, "a");
    const answered = async () => {
        answers.shift()!();
        await settle();
    };
    await typing(t, search)("x");
    await answered();
    assert.equal(asked, 2);
    search.look("");
    await answered();
    assert.equal(asked, 2);
    const end = members.watch();
    await settle();
    void members.find("x");
    await settle();
    for (let open = answers.length; open > 0; open--) await answered();
    const before = asked;
    end();
    await answered();
    assert.deepEqual([asked, members.get().loading], [before, false]);
});

/** Types a text, and waits until it is asked for. */
const typing = (t: TestContext, search: MemberSearch) => async (text: string) => {
    search.look(text);
    t.mock.timers.tick(200);
    await settle();
};

const left = (id: string) => ({ event: { type: "room.user.left", room: "a", seq: 1, created_at: "", user_id: id, by: id } as StoredEvent, backlog: false });

const joined = (id: string) => ({ event: { type: "room.user.joined", room: "a", seq: 1, created_at: "", user_id: id, by: id, link: 1 } as StoredEvent, backlog: false });

/** 200 people come while a request takes a while, and a second and more goes by. */
async function storm(t: TestContext, fake: FakeClient): Promise<void> {
    for (let at = 0; at < 200; at += 1) {
        fake.say("event", joined(`new-${at}`));
        if (at % 20 === 0) await settle();
    }
    t.mock.timers.tick(1_100);
    await settle();
    t.mock.timers.tick(1_100);
    await settle();
}

test("200 people who come are a few requests of who looks at the members", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const { fake, members, asked } = group(40);
    members.watch();
    await settle();
    await storm(t, fake);
    assert.ok(asked.length >= 2 && asked.length <= 3, `${asked.length} requests`);
});

test("200 people who come are a few requests of who looks at the links, and at who asks to be let in", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const fake = new FakeClient();
    let [links, requests] = [0, 0];
    Object.assign(fake.rooms, {
        may: (_: string, right: string) => right === "invite",
        links: async () => ((links += 1), []),
        requests: async () => ((requests += 1), { requests: [], next: null }),
    });
    new LinksAndBans(fake.client, "a").watch();
    new JoinRequests(fake.client, "a").watch();
    await settle();
    await storm(t, fake);
    assert.ok(links >= 2 && links <= 3, `${links} requests for links`);
    assert.ok(requests >= 2 && requests <= 3, `${requests} requests for who asks`);
});

test("who leaves, is muted or has another role changes in the list without a request", async () => {
    const { fake, members, asked } = group(3);
    members.watch();
    await settle();
    const say = (event: object) => fake.say("event", { event: { room: "a", seq: 1, created_at: "2026-11-28T01:00:00.000Z", by: "me", ...event } as StoredEvent, backlog: false });
    const shown = () => members.get().members.map(({ user, role, muted_until }) => [user.id, role, muted_until]);
    say({ type: "room.user.muted", user_id: "0001", seconds: 60 });
    say({ type: "room.user.updated", user_id: "0002", role: "admin" });
    say({ type: "room.user.left", user_id: "0000" });
    assert.deepEqual(shown(), [["0002", "admin", undefined], ["0001", "member", "2026-11-28T01:01:00.000Z"]]);
    say({ type: "room.user.unmuted", user_id: "0001" });
    assert.deepEqual(shown()[1], ["0001", "member", undefined]);
    assert.deepEqual(asked, ["0+50"]);
});

test("who was read to be mentioned is read again only after somebody came, when the next @ begins", async () => {
    const { fake, members, asked } = group(40);
    members.hear();
    await members.upTo(200);
    await members.upTo(200);
    assert.equal(asked.length, 1);
    for (let at = 0; at < 200; at += 1) fake.say("event", joined(`new-${at}`));
    await settle();
    assert.equal(asked.length, 1, "nobody asks because of who comes");
    await members.upTo(200);
    assert.equal(asked.length, 2);
});

test("what happens while it is done is done once more, and who waits is told then", async () => {
    const ends: (() => void)[] = [];
    const work = new OneAtATime(() => new Promise<void>((end) => ends.push(end)));
    const first = work.now();
    const [second, third] = [work.now(), work.now()];
    assert.equal(ends.length, 1);
    ends[0]!();
    await first;
    await settle();
    assert.equal(ends.length, 2);
    ends[1]!();
    await Promise.all([second, third]);
    assert.equal(ends.length, 2);
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

test("a page with nothing on it and more behind it leads on to the next one", async () => {
    const pages: [string[], string | null][] = [[[], "1"], [["bee"], "2"], [[], "3"], [["bear"], null]];
    const rooms = { directory: async (_: string, from = "0") => ({ rooms: pages[Number(from)]![0].map((id) => ({ id })), next: pages[Number(from)]![1] }) };
    const directory = new Directory({ rooms, user: null } as never);
    await directory.search();
    assert.deepEqual([directory.get().found.map(({ id }) => id), directory.get().next], [["bee"], "2"]);
    await directory.more();
    assert.deepEqual([directory.get().found.map(({ id }) => id), directory.get().next], [["bee", "bear"], null]);
});
