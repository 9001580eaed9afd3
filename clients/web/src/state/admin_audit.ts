import { Admin, type NatterClient } from "@natternet/sdk";
import { Audit } from "./audit.js";

/** What was done to keep the peace in all rooms and to the server, for its administrators. */
export function serverAudit(client: Pick<NatterClient, "api">): Audit {
    const admin = new Admin(client.api);
    return new Audit((query) => admin.audit(query));
}
