import { useState, type FormEvent } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { ReportCategory } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { TextArea } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { toast } from "../../ui/toast.js";
import { CATEGORIES, categoryName } from "./report_words.js";
import type { Reporting } from "./reporting.js";

/** Letters of it: they fit its bytes in any script. */
const TEXT_LENGTH = 500;

interface Props extends Reporting {
    onClose(): void;
}

/** Asks what is wrong with a message, a person or a group. */
export default function ReportDialog({ what, name, onClose }: Props) {
    const { reports } = useApp();
    const [category, setCategory] = useState<ReportCategory>("spam");
    const [text, setText] = useState("");
    const report = useAction(async () => {
        await reports.make(what, category, text);
        toast(t("report.made"));
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void report.run();
    };
    return (
        <Dialog title={t(titleOf(what), { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" data-testid="report-form" onSubmit={onSubmit}>
                <p className="muted">{t("seq" in what ? "report.what.message" : "report.what")}</p>
                <Select<ReportCategory> label={t("report.category")} testid="report-category" value={category} choices={CATEGORIES.map((value) => ({ value, label: categoryName(value) }))} onChange={setCategory} />
                <TextArea label={t("report.text")} testid="report-text" rows={3} value={text} maxLength={TEXT_LENGTH} onChange={(event) => setText(event.target.value)} />
                <Problem text={report.error && errorText(report.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="report-send" disabled={report.busy}>
                        {t("report.do")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

function titleOf(what: Reporting["what"]): Key {
    if ("seq" in what) return "report.title.message";
    return "user_id" in what ? "report.title.person" : "report.title.room";
}
