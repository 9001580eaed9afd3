import { useEffect, useState } from "react";
import { timeIn } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useApp, usePerson } from "../../state/use.js";
import "./people.css";

const TICK_MS = 15_000;

/** What somebody tells of themselves: how to speak of them, what time it is there, and in their own words. */
export function PersonFacts({ id }: { id: string }) {
    const app = useApp();
    const user = usePerson(id);
    // Without a connection there is what was known before.
    useEffect(() => void app.lookUp(id).catch(() => {}), [app, id]);
    if (!user || user.deleted) return null;
    const { about, pronouns, time_zone: zone } = user;
    return (
        <>
            {pronouns && (
                <p className="muted small">
                    <bdi data-testid="pronouns-shown">{pronouns}</bdi>
                </p>
            )}
            {zone && <LocalTime zone={zone} />}
            {about && (
                <p className="person-about" dir="auto" data-testid="about-shown">
                    {about}
                </p>
            )}
        </>
    );
}

/** What time it is where they are; nothing where this browser does not know the zone. */
function LocalTime({ zone }: { zone: string }) {
    const [now, setNow] = useState(Date.now);
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), TICK_MS);
        return () => clearInterval(timer);
    }, []);
    const time = timeIn(zone, new Date(now));
    return (
        time !== null && (
            <p className="small" data-testid="local-time">
                {t("person.time", { time, where: zoneName(zone) })}
            </p>
        )
    );
}

/** `Europe/Vienna` is Vienna to people. */
function zoneName(zone: string): string {
    return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
