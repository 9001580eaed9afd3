import { useEffect, useState } from "react";
import type { AccountLimits, GetServiceAnswer } from "./types.js";
import { useApp } from "./use.js";

/** What a server asks that nobody set otherwise. */
const ACCOUNT: AccountLimits = { username_min: 3, username_max: 32, display_name_bytes: 128, password_min: 8, password_max: 256 };

/** Who may sign up, and what names and passwords may be: asked for by those who want to know; what is usual until it is known. */
export function useService(wanted = true): { signup: GetServiceAnswer["signup"] | null; account: AccountLimits } {
    const { session } = useApp();
    const [service, setService] = useState<GetServiceAnswer | null>(null);
    useEffect(() => {
        if (wanted) void session.service().then(setService, () => setService(null)); // the attempt itself tells then
    }, [session, wanted]);
    return { signup: service?.signup ?? null, account: service?.account ?? ACCOUNT };
}
