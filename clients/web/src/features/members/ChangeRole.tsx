import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Role } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { roleName } from "../text/roles.js";

interface Props {
    name: string;
    role: Role;
    /** Those that may be given. */
    roles: readonly Role[];
    onSave(role: Role): Promise<void>;
    onClose(): void;
}

/** Gives somebody another role. */
export function ChangeRole({ name, role, roles, onSave, onClose }: Props) {
    const [chosen, setChosen] = useState(role);
    const save = useAction(async () => {
        await onSave(chosen);
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void save.run();
    };
    const choices = [role, ...roles].map((value): { value: Role; label: string } => ({ value, label: roleName(value) }));
    return (
        <Dialog title={t("members.role.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <Choices<Role> legend={t("members.role.legend")} name="role" value={chosen} choices={choices} onChange={setChosen} />
                <Problem text={save.error && errorText(save.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="primary" testid="role-save" disabled={save.busy || chosen === role}>
                        {t("save")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
