import { useEffect, useRef } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { useApp, useStore } from "../../state/use.js";
import { IconLink } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { FoundMessage } from "./FoundMessage.js";
import { SearchFilters } from "./SearchFilters.js";
import "./search.css";

interface Props {
    /** The room that the address names: only what was said there is looked for. */
    room: string | undefined;
}

/** Finding messages: what to look for, where and when, and what was found. */
export default function SearchPage({ room }: Props) {
    const search = useApp().messageSearch;
    const { asked } = useStore(search);
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => search.ask({ room: room ?? "" }), [search, room]);
    useEffect(() => field.current?.select(), []);
    return (
        <section className="search" aria-label={t("search.title")}>
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf(room ? { at: "room", room } : { at: "home" })} onClick={onBack} testid="back" />
                <h2>{t("search.title")}</h2>
            </header>
            <search className="search-asked">
                <SearchField ref={field} label={t("search.label")} testid="search-text" autoFocus maxLength={300} value={asked.text} onChange={(event) => search.ask({ text: event.target.value })} />
                <SearchFilters />
            </search>
            <Found />
        </section>
    );
}

function Found() {
    const lines = useRef<HTMLOListElement>(null);
    const search = useApp().messageSearch;
    const { asked, results, next, searching, settled, error } = useStore(search);
    const none = settled && results.length === 0 && next === null;
    return (
        <div className="search-found scrolls" aria-busy={searching}>
            <p className="hidden-visually" role="status" data-testid="search-count">
                {settled ? t("search.found", { count: results.length }) : ""}
            </p>
            <Problem text={error && errorText(error)} />
            {!settled && !searching && !error && <Hints />}
            {none && <p className="search-none muted">{asked.text.trim() ? t("rooms.none", { text: asked.text.trim() }) : t("search.none")}</p>}
            <ol ref={lines} className="search-results">
                {results.map((result) => (
                    <li key={result.message.id}>
                        <FoundMessage result={result} />
                    </li>
                ))}
            </ol>
            {next !== null && (
                <MoreButton list={lines} testid="search-more" busy={searching} onMore={() => void search.more()}>
                    {t("search.more")}
                </MoreButton>
            )}
        </div>
    );
}

/** What can be typed beside words. */
function Hints() {
    const hints = [
        { typed: t("search.hint.phrase.typed"), what: t("search.hint.phrase") },
        { typed: "from:anna", what: t("search.hint.from") },
        { typed: "in:team", what: t("search.hint.in") },
    ];
    return (
        <div className="search-hints muted">
            <Icon name="search" />
            <p>{t("search.hint")}</p>
            <dl>
                {hints.map(({ typed, what }) => (
                    <div key={typed}>
                        <dt>
                            <code>
                                <bdi>{typed}</bdi>
                            </code>
                        </dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
        </div>
    );
}
