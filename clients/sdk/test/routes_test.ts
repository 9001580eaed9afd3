// Nothing that the server can do is missing here: each route and command of schema/ is reached by a method. One that is
// new fails these until it has a method, and a row that says which.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Admin, EmojiAdmin, ServerEmoji, type Command, type FieldsOf, type NatterClient } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

interface Route {
    name: string;
    method: string;
    path: string;
}

const schemaOf = <Row>(name: string) => JSON.parse(readFileSync(new URL(`../../../../schema/${name}.json`, import.meta.url), "utf8")) as Row[];
const ROUTES = schemaOf<Route>("rest");
const COMMANDS = schemaOf<{ type: string }>("commands");

const [ROOM, WHO, SEQ, REPORT] = ["a", "ann", 7, "r"];
const words = { type: "text", text: "x" } as const;

/** What programs call, and the route that it is. */
const BY_REST: Record<string, (client: NatterClient) => Promise<unknown>> = {
    signup: (client) => client.signUp({ username: "mia", password: "correct horse" }),
    signin: (client) => client.signIn({ login: "mia", password: "correct horse" }),
    signout: (client) => client.account.signOut(),
    change_password: (client) => client.account.changePassword("correct horse", "another horse"),
    list_sessions: (client) => client.account.sessions(),
    end_session: (client) => client.account.endSession("s"),
    get_me: (client) => client.account.me(),
    update_me: (client) => client.account.update({ about: "x" }),
    delete_me: (client) => client.account.deleteAccount("correct horse"),
    get_presence: (client) => client.presence.own(),
    put_presence: (client) => client.presence.set({ choice: "busy" }),
    list_users: (client) => client.people.search("an"),
    get_user: (client) => client.people.profile(WHO),
    get_service: (client) => client.service(),
    get_settings: (client) => new Admin(client.api).settings(),
    update_settings: (client) => new Admin(client.api).setSignup("closed"),
    list_people: (client) => new Admin(client.api).people(),
    get_person: (client) => new Admin(client.api).person(WHO),
    update_person: (client) => new Admin(client.api).setAdmin(WHO, true),
    suspend: (client) => new Admin(client.api).suspend(WHO),
    unsuspend: (client) => new Admin(client.api).unsuspend(WHO),
    list_sessions_of: (client) => new Admin(client.api).sessionsOf(WHO),
    end_sessions_of: (client) => new Admin(client.api).endSessionsOf(WHO),
    get_figures: (client) => new Admin(client.api).figures(),
    list_groups: (client) => new Admin(client.api).rooms(),
    get_group: (client) => new Admin(client.api).room(ROOM),
    list_group_members: (client) => new Admin(client.api).membersOf(ROOM),
    oversee_group: (client) => new Admin(client.api).oversee(ROOM, { locked: true }),
    create_invite: (client) => new Admin(client.api).invite(),
    list_all_audit: (client) => new Admin(client.api).audit(),
    list_emoji: async (client) => {
        const emoji = new ServerEmoji(client, () => {});
        await emoji.look();
        emoji.close();
    },
    put_emoji: (client) => new EmojiAdmin(client.api).upload("boat", new Blob(["x"], { type: "image/png" })),
    rename_emoji: (client) => new EmojiAdmin(client.api).rename("boat", "ship"),
    delete_emoji: (client) => new EmojiAdmin(client.api).delete("ship"),
    create_room: (client) => client.rooms.createGroup("x", [WHO], { visibility: "public" }),
    get_room: (client) => client.rooms.load(ROOM),
    update_room: (client) => client.rooms.update(ROOM, { topic: "x" }),
    list_members: (client) => client.rooms.members(ROOM),
    list_receipts: (client) => client.rooms.receipts(ROOM),
    add_member: (client) => client.rooms.addMember(ROOM, WHO),
    remove_member: (client) => client.rooms.removeMember(ROOM, WHO),
    update_member: (client) => client.rooms.setRole(ROOM, WHO, "admin"),
    mute_member: (client) => client.rooms.mute(ROOM, WHO, 60),
    unmute_member: (client) => client.rooms.unmute(ROOM, WHO),
    make_link: (client) => client.rooms.makeLink(ROOM),
    list_links: (client) => client.rooms.links(ROOM),
    revoke_link: (client) => client.rooms.revokeLink(ROOM, SEQ),
    join_by_link: (client) => client.rooms.joinByLink("code"),
    list_directory: (client) => client.rooms.directory("x"),
    join_room: (client) => client.rooms.join(ROOM),
    ask: (client) => client.rooms.ask(ROOM, "please"),
    list_requests: (client) => client.rooms.requests(ROOM),
    accept_request: (client) => client.rooms.acceptRequest(ROOM, WHO),
    close_request: (client) => client.rooms.closeRequest(ROOM, WHO),
    list_own_requests: (client) => client.rooms.ownRequests(),
    list_audit: (client) => client.rooms.audit(ROOM),
    list_threads: (client) => client.threads.followed(),
    make_report: (client) => client.reports.make({ room: ROOM, seq: SEQ }, "spam"),
    list_reports: (client) => client.reports.ofServer(),
    list_room_reports: (client) => client.reports.ofRoom(ROOM),
    get_report: (client) => client.reports.get(REPORT),
    resolve_report: (client) => client.reports.resolve(REPORT, "acted"),
    escalate_report: (client) => client.reports.escalate(REPORT),
    delete_reported: (client) => client.reports.deleteMessage(REPORT),
    delete_messages_of: (client) => client.rooms.deleteMessagesOf(ROOM, WHO, 60),
    get_filters: (client) => client.rooms.filters(ROOM),
    list_bans: (client) => client.rooms.bans(ROOM),
    ban: (client) => client.rooms.ban(ROOM, WHO),
    unban: (client) => client.rooms.unban(ROOM, WHO),
    send_message: (client) => client.rooms.post(ROOM, words),
    list_messages: (client) => client.rooms.history(ROOM),
    get_message: (client) => client.messages.get(ROOM, SEQ),
    edit_message: (client) => client.messages.edit(ROOM, SEQ, "x"),
    delete_message: (client) => client.messages.delete(ROOM, SEQ),
    list_versions: (client) => client.messages.versions(ROOM, SEQ),
    forward_message: (client) => client.messages.forward(ROOM, SEQ, "b"),
    add_reaction: (client) => client.messages.react(ROOM, SEQ, "👍"),
    remove_reaction: (client) => client.messages.unreact(ROOM, SEQ, "👍"),
    list_reaction_users: (client) => client.messages.reactionUsers(ROOM, SEQ, "👍"),
    vote: (client) => client.messages.vote(ROOM, SEQ, [0]),
    list_voters: (client) => client.messages.voters(ROOM, SEQ, 0),
    close_poll: (client) => client.messages.closePoll(ROOM, SEQ),
    list_pins: (client) => client.messages.pins(ROOM),
    add_pin: (client) => client.messages.pin(ROOM, SEQ),
    remove_pin: (client) => client.messages.unpin(ROOM, SEQ),
    list_events: (client) => client.rooms.events(ROOM),
    search: (client) => client.messages.search({ q: "x" }),
};

/** What the client does over its socket instead, and what it does by itself. */
const BY_COMMAND: Record<string, Command["type"]> = {
    list_feed: "sync", // `client.feed` has all of it
    list_rooms: "sync", // `client.rooms.all()`
    put_feed: "feed.put",
    delete_feed: "feed.delete",
    list_presences: "presence.watch", // which asks, and is told of changes
    mark_read: "room.read",
    mark_delivered: "room.delivered",
    unvote: "poll.vote", // for no options
};
const BY_ITSELF = [
    "refresh", // before a token ends
    "get_feed", // where two devices change one entry
    "get_emoji_image", // by whatever shows it, at the address that `emojiImage` gives
    "openapi", "asyncapi", // for who generates a client of their own
];

/** A value for each command; the compiler sees that none is missing, and its fields. */
const SAID: { [Type in Exclude<Command["type"], "auth">]: FieldsOf<Type> } = {
    ping: {},
    "message.send": { room: ROOM, content: words },
    "message.edit": { room: ROOM, seq: SEQ, content: words },
    "message.delete": { room: ROOM, seq: SEQ },
    "message.forward": { room: ROOM, seq: SEQ, to: "b" },
    "message.react": { room: ROOM, seq: SEQ, emoji: "👍" },
    "message.unreact": { room: ROOM, seq: SEQ, emoji: "👍" },
    "poll.vote": { room: ROOM, seq: SEQ, choices: [] },
    "poll.close": { room: ROOM, seq: SEQ },
    "message.pin": { room: ROOM, seq: SEQ },
    "message.unpin": { room: ROOM, seq: SEQ },
    "room.update": { room: ROOM, locked: true },
    "room.join": { room: ROOM },
    "request.make": { room: ROOM },
    "request.accept": { room: ROOM, user_id: WHO },
    "request.close": { room: ROOM, user_id: WHO },
    "member.add": { room: ROOM, user_id: WHO },
    "member.remove": { room: ROOM, user_id: WHO },
    "member.update": { room: ROOM, user_id: WHO, role: "admin" },
    "member.mute": { room: ROOM, user_id: WHO, seconds: 60 },
    "member.unmute": { room: ROOM, user_id: WHO },
    "member.ban": { room: ROOM, user_id: WHO },
    "member.unban": { room: ROOM, user_id: WHO },
    "member.delete_messages": { room: ROOM, user_id: WHO, all: true },
    "link.make": { room: ROOM },
    "link.list": { room: ROOM },
    "link.revoke": { room: ROOM, seq: SEQ },
    "link.join": { code: "code" },
    "report.make": { user_id: WHO, category: "spam" },
    "report.resolve": { report: REPORT, outcome: "acted" },
    "report.escalate": { report: REPORT },
    "report.delete_message": { report: REPORT },
    "room.typing": { room: ROOM },
    "room.read": { room: ROOM, seq: SEQ },
    "room.delivered": { room: ROOM, seq: SEQ },
    "room.history": { room: ROOM },
    "feed.put": { key: "settings:x", value: {} },
    "feed.delete": { key: "settings:x" },
    "presence.watch": { users: [WHO] },
    "presence.away": { away: true },
    "presence.set": { choice: "busy" },
    sync: {},
};

/** The route that a request is: of several that fit the one with the fewest placeholders. */
function routeOf(method: string, path: string): string {
    const fits = ROUTES.filter((route) => route.method === method && new RegExp(`^${route.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
    const holes = (route: Route) => route.path.split("{").length;
    return fits.sort((one, other) => holes(one) - holes(other))[0]?.name ?? `${method} ${path}`;
}

for (const [name, call] of Object.entries(BY_REST))
    test(`a method of the SDK does ${name}`, async () => {
        const { server, client } = await signedIn();
        await call(client).catch(() => {}); // the fake server does not know most of them
        await settle();
        const reached = server.requests.map((request) => routeOf(...(request.split(" ") as [string, string])));
        assert.ok(reached.includes(name), reached.join());
        client.close();
    });

test("each route has a method", () => {
    const here = new Set([...Object.keys(BY_REST), ...Object.keys(BY_COMMAND), ...BY_ITSELF]);
    assert.deepEqual(ROUTES.map(({ name }) => name).filter((name) => !here.has(name)), [], "give it a method, and a row here");
    assert.deepEqual([...here].filter((name) => !ROUTES.some((route) => route.name === name)), []);
    assert.deepEqual(Object.values(BY_COMMAND).filter((type) => !(type in SAID)), []);
});

test("each command is said as it is, with fields that the compiler knows", async () => {
    const { server, client } = await signedIn((server) => ["one", "two", "three"].forEach((text) => server.write("a", "ann", text, true)));
    for (const [type, fields] of Object.entries(SAID)) {
        await client.command(type as keyof typeof SAID, fields).catch(() => {});
        const { id: _, type: said, ...rest } = server.commands.at(-1)!;
        assert.deepEqual([said, rest], [type, fields]);
    }
    assert.deepEqual(COMMANDS.map(({ type }) => type).filter((type) => type !== "auth" && !(type in SAID)), []);
    client.close();
});
