import assert from "node:assert/strict";
import { test } from "node:test";
import { NatterError } from "@natternet/sdk";
import { namesBy } from "../src/features/text/names.js";
import { ContactsState } from "../src/state/contacts.js";
import { FakeClient, person, settle } from "./support/fake_client.js";

function setUp() {
    const fake = new FakeClient();
    return { fake, state: new ContactsState(fake.client) };
}

test("a nickname stands in place of the name as long as they are a contact, whatever device gave it", async () => {
    const { fake, state } = setUp();
    const ann = { ...person("ann"), display_name: "Ann Archer" };
    await state.keep("ann", { nickname: "Annie", notes: "Met in Vienna" });
    await settle();
    const { contacts } = state.get();
    assert.deepEqual(contacts.get("ann"), { nickname: "Annie", notes: "Met in Vienna" });
    assert.equal(namesBy(contacts).nameOf(ann), "Annie");
    assert.equal(namesBy(contacts).titleOf({ kind: "direct", peer: ann }), "Annie");
    assert.equal(namesBy(contacts).titleOf({ kind: "group", name: "Ann Archer" }), "Ann Archer");
    fake.own("contact:ann", { nickname: "A." });
    await settle();
    assert.equal(namesBy(state.get().contacts).nameOf(ann), "A.");
    await state.forget("ann");
    await settle();
    assert.equal(namesBy(state.get().contacts).nameOf(ann), "Ann Archer");
});

test("what other programs keep of a contact stays, and what is no text is no name", async () => {
    const { fake, state } = setUp();
    fake.own("contact:ann", { nickname: 7, birthday: "3 May" });
    await settle();
    assert.deepEqual(state.get().contacts.get("ann"), {});
    await state.keep("ann", { nickname: "Annie" });
    assert.deepEqual(fake.feedEntries.get("contact:ann"), { birthday: "3 May", nickname: "Annie" });
});

test("who is blocked is known at once, and is not where the server refuses it", async () => {
    const { fake, state } = setUp();
    await state.block("ann", true);
    await settle();
    assert.deepEqual([...state.get().blocked], ["ann"]);
    await state.block("ann", false);
    await settle();
    assert.equal(state.get().blocked.size, 0);
    fake.refusal = "feed.full";
    await assert.rejects(state.block("ann", true), (error) => error instanceof NatterError && error.code === "feed.full");
});
