import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { NotificationLevel, RoomEntry } from "../../state/types.js";
import { useAction, useApp, useRoomMarks } from "../../state/use.js";
import { LinkButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { Switch } from "../../ui/Switch.js";
import { levelChoices } from "../rooms/levels.js";

/** How one wants a room for oneself: how loud, where in the list, and in which folder. */
export function RoomWishesPart({ room }: { room: RoomEntry }) {
    const { marks } = useApp();
    const { muted, pinned, archived } = useRoomMarks();
    const toggle = useAction((list: "muted" | "pinned" | "archived") => marks.toggle(list, room.id));
    return (
        <section className="details-part" aria-label={t("details.quiet")}>
            <Problem text={toggle.error && errorText(toggle.error)} />
            <Switch label={t("details.mute")} hint={t("details.mute.hint")} on={muted.includes(room.id)} testid="mute" onChange={() => void toggle.run("muted")} />
            <LevelChoice room={room} quiet={[...muted, ...archived].includes(room.id)} />
            <Switch label={t("details.pin")} on={pinned.includes(room.id)} testid="pin" onChange={() => void toggle.run("pinned")} />
            <Switch label={t("details.archive")} hint={t("details.archive.hint")} on={archived.includes(room.id)} testid="put-away" onChange={() => void toggle.run("archived")} />
            <FolderChoice room={room.id} />
        </section>
    );
}

/** Between two people there is nothing between all and none; what is `quiet`, muted or put away, tells of none. */
function LevelChoice({ room: { id, kind }, quiet }: { room: RoomEntry; quiet: boolean }) {
    const { client } = useApp();
    const { levels, standard } = useRoomMarks();
    const set = useAction((level: NotificationLevel | null) => client.roomWishes.setLevel(id, level));
    const choices = levelChoices().filter(({ value }) => kind === "group" || value !== "mentions");
    const usual = choices.find(({ value }) => value === standard) ?? choices[0]!;
    return (
        <>
            <Problem text={set.error && errorText(set.error)} />
            <Select
                label={t("level.room")}
                value={levels.get(id) ?? ""}
                choices={[{ value: "", label: t("level.standard", { name: usual.label }) }, ...choices]}
                disabled={quiet || set.busy}
                testid="level"
                onChange={(level) => void set.run(level === "" ? null : level)}
            />
        </>
    );
}

function FolderChoice({ room }: { room: string }) {
    const { client } = useApp();
    const { folders, inFolder } = useRoomMarks();
    const put = useAction((folder: string | null) => client.roomWishes.putInFolder(room, folder));
    if (folders.length === 0) {
        return (
            <LinkButton href={hrefOf({ at: "settings", section: "folders" })} testid="folders-make">
                {t("folders.first")}
            </LinkButton>
        );
    }
    return (
        <>
            <Problem text={put.error && errorText(put.error)} />
            <Select
                label={t("folders.one")}
                value={inFolder.get(room) ?? ""}
                choices={[{ value: "", label: t("folders.none") }, ...folders.map(({ id, title }) => ({ value: id, label: title }))]}
                disabled={put.busy}
                testid="folder-of"
                onChange={(folder) => void put.run(folder === "" ? null : folder)}
            />
        </>
    );
}
