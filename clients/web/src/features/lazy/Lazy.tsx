import { Component, Suspense, type ReactNode } from "react";
import { t } from "../../i18n/mod.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { toast } from "../../ui/toast.js";

interface Props {
    children: ReactNode;
    /** Closes what opens over the page: that it did not come is then said in passing, not in its place. */
    onFail?: () => void;
}

/**
 * Around a part of the page that is loaded when it is needed. Where it does not come, as without a connection or
 * when the server has another version by now, the rest of the page stays and only loading all of it anew helps.
 */
export class Lazy extends Component<Props, { failed: boolean }> {
    override state = { failed: false };

    static getDerivedStateFromError() {
        return { failed: true };
    }

    override componentDidCatch() {
        const { onFail } = this.props;
        if (!onFail) return;
        toast(t("late.failed"), { label: t("update.now"), run: reload });
        onFail();
    }

    override render() {
        if (!this.state.failed) return <Suspense fallback={null}>{this.props.children}</Suspense>;
        return this.props.onFail ? null : <Failed />;
    }
}

function Failed() {
    return (
        <div className="content-empty">
            <Problem text={t("late.failed")} />
            <Button kind="primary" testid="late-reload" onClick={reload}>
                {t("update.now")}
            </Button>
        </div>
    );
}

function reload(): void {
    location.reload();
}
