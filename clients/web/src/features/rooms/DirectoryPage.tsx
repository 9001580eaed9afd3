import { useEffect, useMemo, useRef } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { useApp, useStore } from "../../state/use.js";
import { IconLink } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { ListedGroup } from "./ListedGroup.js";
import "./directory.css";

/** Groups that everybody may find and join. */
export default function DirectoryPage() {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const directory = useMemo(() => app.directory(), [app]);
    const { text, found, next, searching, error } = useStore(directory);
    const requests = useStore(directory.requests);
    useEffect(() => {
        void directory.search();
        void directory.look().catch(() => undefined);
    }, [directory]);
    const none = !searching && !error && found.length === 0;
    return (
        <section className="directory" aria-label={t("directory.title")}>
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} onClick={onBack} testid="back" />
                <h2>{t("directory.title")}</h2>
            </header>
            <search className="directory-asked">
                <SearchField label={t("directory.search")} testid="directory-search" autoFocus maxLength={100} value={text} onChange={(event) => directory.type(event.target.value)} />
            </search>
            <div className="directory-found scrolls" aria-busy={searching}>
                <Problem text={error && errorText(error)} />
                {none && (
                    <p className="directory-none muted" role="status">
                        {text.trim() === "" ? t("directory.empty") : t("rooms.none", { text: text.trim() })}
                    </p>
                )}
                <ul ref={lines} data-testid="directory">
                    {found.map((room) => (
                        <ListedGroup key={room.id} room={room} asked={requests.get(room.id)} directory={directory} />
                    ))}
                </ul>
                {next !== null && (
                    <MoreButton list={lines} testid="directory-more" busy={searching} onMore={() => void directory.more()}>
                        {t("search.more")}
                    </MoreButton>
                )}
            </div>
        </section>
    );
}
