import { errorText, t } from "../../i18n/mod.js";
import { permissionLines, type PermissionLine } from "../../state/rights.js";
import type { Permission, Role, RoomEntry } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { roleName } from "../text/roles.js";
import { permissionName } from "./permission_names.js";

interface Props {
    room: RoomEntry;
    onClose(): void;
}

/** Each act, and from which role on people may do it; what is chosen holds at once. */
export function PermissionTable({ room, onClose }: Props) {
    const app = useApp();
    const lines = permissionLines(room);
    const save = useAction((permission: Permission, role: Role) => app.updateRoom(room.id, { permissions: { [permission]: role } }));
    return (
        <Dialog title={t("permissions.title")} closeLabel={t("close")} size="large" onClose={onClose}>
            <p className="muted small">{t("permissions.hint")}</p>
            <Problem text={save.error && errorText(save.error)} />
            <div className="permissions" tabIndex={0} role="region" aria-label={t("permissions.title")}>
                <table data-testid="permissions" aria-busy={save.busy}>
                    <thead>
                        <tr>
                            <th scope="col">{t("permissions.act")}</th>
                            {lines[0]?.roles.map(({ role }) => (
                                <th key={role} scope="col">
                                    {roleName(role)}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {lines.map((line) => (
                            <Line key={line.permission} line={line} busy={save.busy} onChoose={(role) => void save.run(line.permission, role)} />
                        ))}
                    </tbody>
                </table>
            </div>
        </Dialog>
    );
}

interface LineProps {
    line: PermissionLine;
    busy: boolean;
    onChoose(role: Role): void;
}

/** One act: the lowest role that may do it is pressed, those above may too. */
function Line({ line: { permission, from, roles }, busy, onChoose }: LineProps) {
    return (
        <tr data-testid="permission" data-permission={permission} data-role={from}>
            <th scope="row">{permissionName(permission)}</th>
            {roles.map(({ role, may, open }) => (
                <td key={role} data-may={may}>
                    {!open ? (
                        <span className="muted" aria-hidden="true">
                            –
                        </span>
                    ) : (
                        <input
                            type="radio"
                            name={`permission-${permission}`}
                            aria-label={t("permissions.from", { act: permissionName(permission), role: roleName(role) })}
                            checked={from === role}
                            disabled={busy}
                            data-testid="permission-role"
                            data-role={role}
                            onChange={() => onChoose(role)}
                        />
                    )}
                </td>
            ))}
        </tr>
    );
}
