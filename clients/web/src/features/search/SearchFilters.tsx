import { useId } from "react";
import { t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { LAST_DAY } from "../../state/day.js";
import { useApp, useRooms, useStore } from "../../state/use.js";
import { useNames } from "../people/names.js";

/** Where, when, with what, in which order. */
export function SearchFilters() {
    const { titleOf } = useNames();
    const search = useApp().messageSearch;
    const { asked } = useStore(search);
    const { rooms } = useRooms();
    const id = useId();
    return (
        <div className="search-filters">
            <label className="search-filter" htmlFor={`${id}-room`}>
                <span className="small">{t("search.room")}</span>
                <select id={`${id}-room`} className="input" data-testid="search-room" value={asked.room} onChange={(event) => replaceRoute({ at: "search", ...(event.target.value && { room: event.target.value }) })}>
                    <option value="">{t("search.everywhere")}</option>
                    {rooms.map(({ room }) => (
                        <option key={room.id} value={room.id}>
                            {titleOf(room)}
                        </option>
                    ))}
                </select>
            </label>
            <label className="search-filter" htmlFor={`${id}-since`}>
                <span className="small">{t("search.since")}</span>
                <input id={`${id}-since`} className="input" type="date" data-testid="search-since" value={asked.since} max={asked.until || LAST_DAY} onChange={(event) => search.ask({ since: event.target.value })} />
            </label>
            <label className="search-filter" htmlFor={`${id}-until`}>
                <span className="small">{t("search.until")}</span>
                <input id={`${id}-until`} className="input" type="date" data-testid="search-until" value={asked.until} min={asked.since || undefined} max={LAST_DAY} onChange={(event) => search.ask({ until: event.target.value })} />
            </label>
            <label className="search-filter" htmlFor={`${id}-order`}>
                <span className="small">{t("search.order")}</span>
                <select id={`${id}-order`} className="input" data-testid="search-order" value={asked.best ? "best" : "newest"} onChange={(event) => search.ask({ best: event.target.value === "best" })}>
                    <option value="newest">{t("search.newest")}</option>
                    <option value="best">{t("search.best")}</option>
                </select>
            </label>
            <label className="search-check" htmlFor={`${id}-links`}>
                <input id={`${id}-links`} type="checkbox" data-testid="search-links" checked={asked.links} onChange={(event) => search.ask({ links: event.target.checked })} />
                <span className="small">{t("search.links")}</span>
            </label>
        </div>
    );
}
