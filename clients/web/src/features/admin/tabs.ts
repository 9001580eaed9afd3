import type { ReactNode } from "react";
import type { Key } from "../../i18n/mod.js";
import { People } from "./People.js";

interface AdminTab {
    /** As the address has it, behind `#/admin/`. */
    id: string;
    title: Key;
    Page(): ReactNode;
}

/** What administrators see, in this order. One more is a line here. */
export const ADMIN_TABS: readonly AdminTab[] = [{ id: "people", title: "admin.people", Page: People }];
