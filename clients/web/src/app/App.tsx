import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { LoginPage } from "../features/login/LoginPage.js";
import { loudUnread, parted } from "../features/rooms/order.js";
import { numberText } from "../i18n/dates.js";
import { currentLanguage, onLanguage, t } from "../i18n/mod.js";
import { useApp, useRoomMarks, useRooms, useStore } from "../state/use.js";
import { Toasts } from "../ui/Toasts.js";
import { TooltipLayer } from "../ui/TooltipLayer.js";
import { Shell } from "./Shell.js";
import { UpdateBar } from "./UpdateBar.js";

/** The whole page: a way in, or what is behind it. A new language draws all of it anew. */
export function App() {
    const session = useStore(useApp().session);
    const language = useSyncExternalStore(onLanguage, currentLanguage);
    useFocusKept(language);
    return (
        <>
            <Title key={`title-${language}`} />
            {session.phase === "signed-out" ? <LoginPage key={language} /> : <Shell key={`${session.user.id} ${language}`} />}
            <UpdateBar key={`update-${language}`} />
            <Toasts />
            <TooltipLayer />
        </>
    );
}

/** Where the focus was, there it stays, when all is drawn anew in another language. */
function useFocusKept(language: string): void {
    const last = useRef("");
    useEffect(() => {
        document.getElementById(last.current)?.focus();
        const onFocus = (event: FocusEvent) => {
            last.current = (event.target as Element).id;
        };
        document.addEventListener("focusin", onFocus);
        return () => document.removeEventListener("focusin", onFocus);
    }, [language]);
}

const TITLE_MS = 100;

/** The name of the browser's tab tells what is unread. */
function Title() {
    const { rooms } = useRooms();
    const marks = useRoomMarks();
    // What is in the archive is quiet, also what a group's people have put there for all.
    const unread = useMemo(() => loudUnread(parted(rooms, marks).list, marks), [rooms, marks]);
    useEffect(() => {
        // Browsers are slow to show a title, and in a busy room the number comes and goes with each frame.
        const timer = setTimeout(() => {
            document.title = unread > 0 ? t("app.title.unread", { count: numberText(unread) }) : t("app.title");
        }, TITLE_MS);
        return () => clearTimeout(timer);
    }, [unread]);
    return null;
}
