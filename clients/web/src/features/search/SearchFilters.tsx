import { useId, useState, type ReactNode } from "react";
import { t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { LAST_DAY } from "../../state/day.js";
import { useApp, useRooms, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { useNames } from "../text/names.js";

/** Where, when, with what, in which order. Where there is little room only what is set is in sight, the rest behind a button. */
export function SearchFilters() {
    const { titleOf } = useNames();
    const search = useApp().messageSearch;
    const { asked } = useStore(search);
    const { rooms } = useRooms();
    const [open, setOpen] = useState(false);
    return (
        <>
            <Button kind="link" icon={open ? "up" : "down"} className="button search-filters-open" aria-expanded={open} testid="search-filters-open" onClick={() => setOpen(!open)}>
                {t("search.filters")}
            </Button>
            {/* What is changed stays where it is, also when it is set no more. */}
            <div className="search-filters" data-open={open} onChange={() => setOpen(true)}>
                <Filter label={t("search.room")} set={asked.room !== ""}>
                    {(id) => (
                        <select id={id} className="input" data-testid="search-room" value={asked.room} onChange={(event) => replaceRoute({ at: "search", ...(event.target.value && { room: event.target.value }) })}>
                            <option value="">{t("search.everywhere")}</option>
                            {rooms.map(({ room }) => (
                                <option key={room.id} value={room.id}>
                                    {titleOf(room)}
                                </option>
                            ))}
                        </select>
                    )}
                </Filter>
                <Filter label={t("search.since")} set={asked.since !== ""}>
                    {(id) => <input id={id} className="input" type="date" data-testid="search-since" value={asked.since} max={asked.until || LAST_DAY} onChange={(event) => search.ask({ since: event.target.value })} />}
                </Filter>
                <Filter label={t("search.until")} set={asked.until !== ""}>
                    {(id) => <input id={id} className="input" type="date" data-testid="search-until" value={asked.until} min={asked.since || undefined} max={LAST_DAY} onChange={(event) => search.ask({ until: event.target.value })} />}
                </Filter>
                <Filter label={t("search.order")} set={asked.best}>
                    {(id) => (
                        <select id={id} className="input" data-testid="search-order" value={asked.best ? "best" : "newest"} onChange={(event) => search.ask({ best: event.target.value === "best" })}>
                            <option value="newest">{t("search.newest")}</option>
                            <option value="best">{t("search.best")}</option>
                        </select>
                    )}
                </Filter>
                <label className="search-check" data-set={asked.links}>
                    <input type="checkbox" data-testid="search-links" checked={asked.links} onChange={(event) => search.ask({ links: event.target.checked })} />
                    <span className="small">{t("search.links")}</span>
                </label>
            </div>
        </>
    );
}

/** Something to choose under its name. */
function Filter({ label, set, children }: { label: string; set: boolean; children(id: string): ReactNode }) {
    const id = useId();
    return (
        <label className="search-filter" htmlFor={id} data-set={set}>
            <span className="small">{label}</span>
            {children(id)}
        </label>
    );
}
