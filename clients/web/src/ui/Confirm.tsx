import { Button } from "./Button.js";
import { Dialog } from "./Dialog.js";
import { Problem } from "./Problem.js";

interface Props {
    title: string;
    text: string;
    /** What will be done, as a verb. */
    act: string;
    cancel: string;
    busy: boolean;
    problem: string | null;
    onAct(): void;
    onClose(): void;
}

/** Asks before what cannot be taken back. The harmless answer has the focus. */
export function Confirm({ title, text, act, cancel, busy, problem, onAct, onClose }: Props) {
    return (
        <Dialog title={title} closeLabel={cancel} size="small" onClose={onClose}>
            <p>{text}</p>
            <Problem text={problem} />
            <div className="dialog-acts">
                <Button autoFocus onClick={onClose}>
                    {cancel}
                </Button>
                <Button kind="danger" testid="confirm" disabled={busy} onClick={onAct}>
                    {act}
                </Button>
            </div>
        </Dialog>
    );
}
