import { useRef, useState, type ReactNode } from "react";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { IconLink } from "../../ui/Button.js";
import { MoreButton } from "../../ui/MoreButton.js";
import "./list_page.css";

/** So many lines at first, and with each press more. */
const SHOWN = 50;

interface Props<Item> {
    title: string;
    items: readonly Item[];
    line(item: Item): ReactNode;
    /** What stands there instead of nothing. */
    empty: ReactNode;
    testid: string;
}

/** A page of messages out of all rooms. */
export function ListPage<Item>({ title, items, line, empty, testid }: Props<Item>) {
    const lines = useRef<HTMLUListElement>(null);
    const [shown, setShown] = useState(SHOWN);
    return (
        <div className="list-page">
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} onClick={onBack} testid="back" />
                <h2>{title}</h2>
            </header>
            <div className="list-page-body scrolls" tabIndex={0} role="region" aria-label={title}>
                {items.length === 0 && empty}
                <ul ref={lines} role="list" data-testid={testid}>
                    {items.slice(0, shown).map(line)}
                </ul>
                {items.length > shown && <MoreButton list={lines} onMore={() => setShown(shown + SHOWN)}>{t("members.more")}</MoreButton>}
            </div>
        </div>
    );
}
