import { errorText, t } from "../../i18n/mod.js";
import type { Permission, RoomEntry } from "../../state/types.js";
import { useAction, useApp, useMay } from "../../state/use.js";
import { durationText } from "../../i18n/durations.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { Switch } from "../../ui/Switch.js";
import { EditHistory } from "./EditHistory.js";
import { GroupText } from "./GroupText.js";

const SLOW = [0, 10, 30, 60, 300, 900, 3_600, 21_600];
/** Those who write in a room of announcements. */
const ANNOUNCERS = ["owner", "admin", "moderator"];
const SETTING: Permission[] = ["edit", "permissions", "slow_mode", "lock", "archive"];

/** What a group is called and about, and who may write how often: as much of it as one may set. */
export function GroupSettings({ room }: { room: RoomEntry }) {
    const { id } = room;
    const app = useApp();
    const may = useAllowed(id);
    const save = useAction((change: Parameters<typeof app.updateRoom>[1]) => app.updateRoom(id, change));
    const seconds = room.slow_mode_s ?? 0;
    const announces = ANNOUNCERS.includes(room.permissions?.write ?? "member");
    if (may.size === 0) return null;
    const times = [...new Set([...SLOW, seconds])].sort((a, b) => a - b);
    return (
        <section className="details-part" aria-label={t("details.group")}>
            <h3>{t("details.group")}</h3>
            <Problem text={save.error && errorText(save.error)} />
            {may.has("edit") && (
                <>
                    <GroupText label={t("new.group_name")} testid="rename" text={room.name ?? ""} length={100} needed onSave={(name) => app.updateRoom(id, { name })} />
                    <GroupText label={t("group.topic")} testid="topic" text={room.topic ?? ""} length={250} onSave={(topic) => app.updateRoom(id, { topic })} />
                </>
            )}
            {may.has("edit") && (
                <Switch
                    label={t("group.public")}
                    hint={t("group.public.hint")}
                    on={room.visibility === "public"}
                    disabled={save.busy}
                    testid="public"
                    onChange={(on) => void save.run({ visibility: on ? "public" : "private" })}
                />
            )}
            {may.has("edit") && room.visibility === "public" && (
                <Switch
                    label={t("group.approval")}
                    hint={t("group.approval.hint")}
                    on={room.join === "approval"}
                    disabled={save.busy}
                    testid="approval"
                    onChange={(on) => void save.run({ join: on ? "approval" : "free" })}
                />
            )}
            {may.has("edit") && (
                <Switch
                    label={t("group.history")}
                    hint={t("group.history.hint")}
                    on={room.history === "joined"}
                    disabled={save.busy}
                    testid="history-joined"
                    onChange={(on) => void save.run({ history: on ? "joined" : "all" })}
                />
            )}
            {may.has("edit") && <EditHistory room={room} />}
            {may.has("permissions") && (
                <Switch
                    label={t("group.announce")}
                    hint={t("group.announce.hint")}
                    on={announces}
                    disabled={save.busy}
                    testid="announce"
                    onChange={(on) => void save.run({ permissions: { write: on ? "moderator" : "member" } })}
                />
            )}
            {may.has("slow_mode") && (
                <Select
                    label={t("group.slow")}
                    hint={t("group.slow.hint")}
                    testid="slow-mode"
                    value={String(seconds)}
                    disabled={save.busy}
                    choices={times.map((time) => ({ value: String(time), label: time === 0 ? t("group.slow.off") : durationText(time) }))}
                    onChange={(value) => void save.run({ slow_mode_s: Number(value) })}
                />
            )}
            {may.has("lock") && (
                <Switch label={t("group.lock")} hint={t("group.lock.hint")} on={room.locked === true} disabled={save.busy} testid="lock" onChange={(locked) => void save.run({ locked })} />
            )}
            {may.has("archive") && (
                <Switch label={t("group.archive")} hint={t("group.archive.hint")} on={room.archived === true} disabled={save.busy} testid="archive" onChange={(archived) => void save.run({ archived })} />
            )}
        </section>
    );
}

/** Which of the settings one may change. */
function useAllowed(room: string): ReadonlySet<Permission> {
    const [edit, permissions, slow, lock, archive] = [useMay(room, "edit"), useMay(room, "permissions"), useMay(room, "slow_mode"), useMay(room, "lock"), useMay(room, "archive")];
    const allowed = [edit, permissions, slow, lock, archive];
    return new Set(SETTING.filter((_, at) => allowed[at]));
}
