import { useEffect, useMemo } from "react";
import { numberText } from "../../i18n/dates.js";
import { durationText } from "../../i18n/durations.js";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { AdminFigures, type Curve } from "../../state/admin_figures.js";
import type { ServerFigures } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { Sparkline } from "./Sparkline.js";
import "./figures.css";

const EVERY_MS = 3_000;

const CURVES: { curve: Curve; title: Key; text(value: number): string }[] = [
    { curve: "people", title: "admin.figures.people", text: whole },
    { curve: "connections", title: "admin.figures.connections", text: whole },
    { curve: "messages", title: "admin.figures.messages", text: rate },
    { curve: "deliveries", title: "admin.figures.deliveries", text: rate },
    { curve: "requests", title: "admin.figures.requests", text: rate },
    { curve: "refusals", title: "admin.figures.refusals", text: rate },
    { curve: "wait", title: "admin.figures.wait", text: (ms) => t("admin.figures.ms", { text: short(ms) }) },
    { curve: "waiting", title: "admin.figures.waiting", text: whole },
    { curve: "queued", title: "admin.figures.queued", text: bytes },
    { curve: "memory", title: "admin.figures.memory", text: bytes },
];

/** How the server is doing, looked at every few seconds while this is open and seen. */
export function Figures() {
    const app = useApp();
    const figures = useMemo(() => new AdminFigures(app.client), [app]);
    const { now, curves, error } = useStore(figures);
    useEffect(() => {
        void figures.look();
        const timer = setInterval(() => document.hidden || void figures.look(), EVERY_MS);
        return () => clearInterval(timer);
    }, [figures]);
    return (
        <div className="admin-pane" data-testid="admin-figures" data-at={now?.at}>
            <p className="muted">{t("admin.figures.what")}</p>
            <Problem text={error && errorText(error)} />
            {!now && !error && <Skeleton height="12rem" />}
            {now && (
                <>
                    <ul className="figures">
                        {CURVES.filter(({ curve }) => curves[curve].length > 0).map(({ curve, title, text }) => (
                            <Figure key={curve} curve={curve} title={t(title)} points={curves[curve]} text={text} />
                        ))}
                    </ul>
                    <Facts now={now} />
                    <Hits hits={now.limit_hits} />
                </>
            )}
        </div>
    );
}

function Figure({ curve, title, points, text }: { curve: Curve; title: string; points: readonly number[]; text(value: number): string }) {
    const last = points.at(-1)!;
    return (
        <li className="figure" data-testid="figure" data-curve={curve} data-value={last}>
            <h3 className="small muted">{title}</h3>
            <p className="figure-value">{text(last)}</p>
            <Sparkline points={points} />
            <p className="small muted">{t("admin.figures.most", { text: text(Math.max(...points)) })}</p>
        </li>
    );
}

function Facts({ now: { version, workers, figures } }: { now: ServerFigures }) {
    const at = (name: string) => figures[name] ?? 0;
    const yes = (is: boolean) => t(is ? "admin.figures.yes" : "admin.figures.no");
    const certificate = figures["tls_certificate_seconds"];
    const facts: [Key, string][] = [
        ["admin.figures.version", version],
        ["admin.figures.uptime", durationText(Math.max(0, at("uptime_seconds")))],
        ["admin.figures.workers", whole(workers)],
        ["admin.figures.rooms", whole(at("rooms_in_memory"))],
        ["admin.figures.store", yes(at("store_ready") === 1)],
        ["admin.figures.search", yes(at("search_level") === 1)],
        ...(figures["bus_ready"] === undefined ? [] : [["admin.figures.bus", yes(at("bus_ready") === 1)] as [Key, string]]),
        ...(certificate === undefined ? [] : [["admin.figures.certificate", durationText(Math.max(0, certificate))] as [Key, string]]),
    ];
    return (
        <dl className="figure-facts">
            {facts.map(([title, text]) => (
                <div key={title}>
                    <dt className="small muted">{t(title)}</dt>
                    <dd>
                        <bdi>{text}</bdi>
                    </dd>
                </div>
            ))}
        </dl>
    );
}

/** Limits that people ran into, by the names that the operator sets them by. */
function Hits({ hits }: { hits: ServerFigures["limit_hits"] }) {
    const sorted = Object.entries(hits).sort(([, one], [, other]) => other - one);
    if (sorted.length === 0) return null;
    return (
        <section aria-label={t("admin.figures.hits")}>
            <h3 className="small muted">{t("admin.figures.hits")}</h3>
            <ul className="figure-hits">
                {sorted.map(([name, count]) => (
                    <li key={name}>
                        <code dir="ltr">{name}</code> {whole(count)}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function whole(value: number): string {
    return numberText(Math.round(value));
}

/** With a digit behind the point where there are few before it. */
function short(value: number): string {
    return numberText(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

function rate(value: number): string {
    return t("admin.figures.per_second", { text: short(value) });
}

function bytes(value: number): string {
    return value < 1_000_000 ? t("admin.figures.kb", { text: short(value / 1_000) }) : t("admin.figures.mb", { text: short(value / 1_000_000) });
}
