import type { Contact, NatterClient } from "@natternet/sdk";
import { Store, framed } from "./store.js";

export interface ContactsView {
    /** What one keeps of the people one knows, by their ids. */
    contacts: ReadonlyMap<string, Contact>;
    /** Ids of those whom one has blocked. */
    blocked: ReadonlySet<string>;
}

type Client = Pick<NatterClient, "on" | "contacts">;

const NOBODY: ContactsView = { contacts: new Map(), blocked: new Set() };
const FAMILIES = ["contact:", "block:"];

/** The people one knows, by the names that one gave them, and those one has blocked. */
export class ContactsState extends Store<ContactsView> {
    private readonly reread = framed(() => this.read());

    constructor(private readonly client: Client) {
        super(NOBODY);
        client.on("opened", () => this.read());
        client.on("own", (key) => FAMILIES.some((family) => key.startsWith(family)) && this.reread());
        client.on("signed_out", () => this.set(NOBODY));
    }

    /** Makes somebody a contact, by this name and with these notes. Rejects where the server refuses it. */
    async keep(user: string, contact: Contact): Promise<void> {
        await this.client.contacts.put(user, contact);
    }

    /** They are a contact no more. */
    async forget(user: string): Promise<void> {
        await this.client.contacts.delete(user);
    }

    async block(user: string, on: boolean): Promise<void> {
        await (on ? this.client.contacts.block(user) : this.client.contacts.unblock(user));
    }

    private read(): void {
        this.set({ contacts: this.client.contacts.all(), blocked: this.client.contacts.blocked() });
    }
}
