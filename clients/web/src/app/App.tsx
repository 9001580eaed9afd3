import { useEffect } from "react";
import { LoginPage } from "../features/login/LoginPage.js";
import { useApp, useRooms, useStore } from "../state/use.js";
import { Shell } from "./Shell.js";

/** The whole page: a way in, or what is behind it. */
export function App() {
    const session = useStore(useApp().session);
    return (
        <>
            <Title />
            {session.phase === "signed-out" ? <LoginPage /> : <Shell key={session.user.id} />}
        </>
    );
}

/** The name of the browser's tab tells what is unread. */
function Title() {
    const { unread } = useRooms();
    useEffect(() => {
        document.title = unread > 0 ? `(${unread}) NatterNet` : "NatterNet";
    }, [unread]);
    return null;
}
