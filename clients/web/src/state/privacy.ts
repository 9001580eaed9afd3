import { PRIVACY_WISHES, privacyWishOf, type NatterClient, type PrivacyWish } from "@natternet/sdk";
import { Store } from "./store.js";

export { PRIVACY_WISHES, type PrivacyWish };

type Client = Pick<NatterClient, "on" | "privacy">;

/** What a person wants kept from others, the same on all devices. */
export class Privacy extends Store<ReadonlySet<PrivacyWish>> {
    constructor(private readonly client: Client) {
        super(new Set());
        client.on("opened", () => this.read());
        client.on("own", (key) => privacyWishOf(key) && this.read());
        client.on("signed_out", () => this.set(new Set()));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async wish(name: PrivacyWish, on: boolean): Promise<void> {
        await this.client.privacy.set(name, on);
    }

    private read(): void {
        this.set(this.client.privacy.all());
    }
}
