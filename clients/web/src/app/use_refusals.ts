import { useEffect } from "react";
import { errorText } from "../i18n/mod.js";
import { useApp } from "../state/use.js";
import { toast } from "../ui/toast.js";

/** Says what had waited for the connection and cannot be done after all. */
export function useRefusals(): void {
    const app = useApp();
    useEffect(() => app.onRefused((code) => toast(errorText(code))), [app]);
}
