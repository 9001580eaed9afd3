import type { ReactNode } from "react";
import type { Key } from "../../i18n/mod.js";
import { SERVER } from "../../state/reports.js";
import { Figures } from "./Figures.js";
import { People } from "./People.js";
import { Rooms } from "./Rooms.js";
import { ServerAudit } from "./ServerAudit.js";
import { ServerEmoji } from "./ServerEmoji.js";
import { ServerReports } from "./ServerReports.js";
import { ServerSettings } from "./ServerSettings.js";

interface AdminTab {
    /** As the address has it, behind `#/admin/`. */
    id: string;
    title: Key;
    Page(): ReactNode;
    /** Whose reports it is about. */
    reports?: string;
}

/** What administrators see, in this order. One more is a line here. */
export const ADMIN_TABS: readonly AdminTab[] = [
    { id: "people", title: "admin.people", Page: People },
    { id: "rooms", title: "admin.rooms", Page: Rooms },
    { id: "reports", title: "reports.title", Page: ServerReports, reports: SERVER },
    { id: "emoji", title: "admin.emoji", Page: ServerEmoji },
    { id: "figures", title: "admin.figures", Page: Figures },
    { id: "audit", title: "admin.audit", Page: ServerAudit },
    { id: "settings", title: "settings.title", Page: ServerSettings },
];
