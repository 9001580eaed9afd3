import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { NotificationLevel } from "../../state/types.js";
import { useNames } from "../text/names.js";
import { useAction, useApp, useRoomMarks, useRooms } from "../../state/use.js";
import { preferences, usePreferences } from "../../state/use_preferences.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Problem } from "../../ui/Problem.js";
import { Switch } from "../../ui/Switch.js";
import { chime } from "../notify/chime.js";
import { levelChoices } from "../rooms/levels.js";

/** How new messages make themselves known while the page is open. */
export function Notifications() {
    const { desktop, sound } = usePreferences();
    const [refused, setRefused] = useState(false);
    const possible = "Notification" in window;
    const allowDesktop = async (on: boolean) => {
        setRefused(false);
        if (!on) return preferences.change({ desktop: false });
        const answer = await Notification.requestPermission();
        setRefused(answer !== "granted");
        preferences.change({ desktop: answer === "granted" });
    };
    const allowSound = (on: boolean) => {
        preferences.change({ sound: on });
        if (on) chime(); // so that one knows what to listen for
    };
    return (
        <>
            <section>
                <Switch
                    label={t("notify.desktop")}
                    hint={t(possible ? "notify.desktop.hint" : "notify.desktop.none")}
                    on={desktop && possible}
                    disabled={!possible}
                    testid="desktop"
                    onChange={(on) => void allowDesktop(on)}
                />
                <Problem text={refused ? t("notify.refused") : null} />
                <Switch label={t("notify.sound")} hint={t("notify.sound.hint")} on={sound} testid="sound" onChange={allowSound} />
            </section>
            <StandardLevel />
            <MutedRooms />
        </>
    );
}

/** Of which messages one is told where nothing else is wanted. */
function StandardLevel() {
    const { client } = useApp();
    const { standard } = useRoomMarks();
    const set = useAction((level: NotificationLevel) => client.roomWishes.setStandard(level));
    return (
        <section>
            <Problem text={set.error && errorText(set.error)} />
            <Choices legend={t("level.title")} name="level" value={standard} choices={levelChoices()} onChange={(level) => void set.run(level)} />
            <p className="muted small">{t("level.hint")}</p>
        </section>
    );
}

/** Chats that are told of by nothing: muted, or with the level that says so. */
function MutedRooms() {
    const { client, marks } = useApp();
    const { titleOf } = useNames();
    const { muted, levels } = useRoomMarks();
    const unmute = useAction(async (room: string) => {
        if (muted.includes(room)) await marks.toggle("muted", room);
        if (levels.get(room) === "none") await client.roomWishes.setLevel(room, null);
    });
    const { rooms } = useRooms();
    const quiet = rooms.filter(({ room }) => muted.includes(room.id) || levels.get(room.id) === "none");
    return (
        <section>
            <h3>{t("notify.muted")}</h3>
            <Problem text={unmute.error && errorText(unmute.error)} />
            {quiet.length === 0 && <p className="muted small">{t("notify.muted.none")}</p>}
            <ul className="settings-list">
                {quiet.map(({ room }) => (
                    <li key={room.id} className="settings-line">
                        <bdi className="one-line">{titleOf(room)}</bdi>
                        <Button testid="unmute" aria-label={t("notify.unmute.name", { name: titleOf(room) })} onClick={() => void unmute.run(room.id)}>
                            {t("notify.unmute")}
                        </Button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
