import type { Contact } from "../../state/types.js";

/** Something would be lost with it that one wrote oneself. */
export function hasWords(contact: Contact | undefined): boolean {
    return contact?.nickname !== undefined || contact?.notes !== undefined;
}
