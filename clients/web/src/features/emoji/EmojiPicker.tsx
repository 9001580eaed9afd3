import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { currentLanguage, t, type Key } from "../../i18n/mod.js";
import { ownEmoji, type OwnEmoji } from "../../state/own_emoji.js";
import { useStore } from "../../state/use.js";
import { preferences, usePreferences } from "../../state/use_preferences.js";
import { Button } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { EmojiFace } from "./EmojiFace.js";
import { loadEmoji, searchEmoji, toned, type Emoji } from "./emoji.js";
import { SkinTones } from "./SkinTones.js";
import "./emoji.css";

const GROUPS: Key[] = ["emoji.smileys", "emoji.people", "emoji.nature", "emoji.food", "emoji.travel", "emoji.activities", "emoji.objects", "emoji.symbols", "emoji.flags"];
const MOST_FOUND = 80;

interface Props {
    /** Those of the server are not for here. */
    plain?: boolean;
    onPick(emoji: string): void;
    onClose(): void;
}

/** All emoji: by group, by what was used last, by search; in a skin tone of one's own. */
export default function EmojiPicker({ plain = false, onPick, onClose }: Props) {
    const { skinTone, emoji: last } = usePreferences();
    const { all: own, image } = useStore(ownEmoji);
    const [all, setAll] = useState<Emoji[] | null>(null);
    const [failed, setFailed] = useState(0);
    const [wanted, setWanted] = useState("");
    const sheet = useRef<HTMLDivElement>(null);
    useEffect(() => {
        loadEmoji(currentLanguage()).then(setAll, () => setFailed((count) => count + 1));
    }, []);
    const found = useMemo(() => (all && wanted.trim() !== "" ? searchEmoji(all, wanted, MOST_FOUND) : null), [all, wanted]);
    const ownFound = plain ? [] : ownShown(own, wanted);
    const recent = last.filter((one) => !one.startsWith(":") || (!plain && image(one) !== undefined));
    const pick = (emoji: string) => {
        preferences.usedEmoji(emoji);
        onPick(emoji);
    };
    const shown = found && [...ownFound, ...found.map((one) => ({ label: one.label, shown: toned(one, skinTone) }))];
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === "Escape") onClose();
        else if (event.key === "ArrowDown" && !(event.target instanceof HTMLButtonElement)) sheet.current?.querySelector("button")?.focus();
        else if (event.key === "Enter" && shown?.[0] && event.target instanceof HTMLInputElement) pick(shown[0].shown);
        else if (!moveIn(sheet.current, event)) return;
        event.preventDefault();
        event.stopPropagation();
    };
    return (
        <div className="emoji" role="dialog" aria-label={t("emoji.title")} data-testid="emoji-picker" onKeyDown={onKeyDown}>
            <div className="emoji-head">
                <SearchField label={t("emoji.search")} testid="emoji-search" autoFocus value={wanted} onChange={(event) => setWanted(event.target.value)} />
                <SkinTones tone={skinTone} onChange={(tone) => preferences.change({ skinTone: tone })} />
            </div>
            <div ref={sheet} className="emoji-sheet" tabIndex={0} role="group" aria-label={t("emoji.title")}>
                {!all && failed === 0 && <Skeleton height="10rem" />}
                {failed > 0 && !all && <Failed onAgain={() => void loadEmoji(currentLanguage()).then(setAll, () => {})} />}
                {shown && <Group title={t("emoji.found", { count: shown.length })} emoji={shown} onPick={pick} />}
                {all && !found && recent.length > 0 && <Group title={t("emoji.recent")} emoji={recent.map((one) => ({ label: one, shown: one }))} onPick={pick} />}
                {all && !found && ownFound.length > 0 && <Group title={t("emoji.own")} emoji={ownFound} onPick={pick} />}
                {all && !found && GROUPS.map((key, group) => <Group key={key} title={t(key)} emoji={groupOf(all, group, skinTone)} onPick={pick} />)}
            </div>
        </div>
    );
}

interface Shown {
    label: string;
    shown: string;
}

function ownShown(own: OwnEmoji["all"], wanted: string): Shown[] {
    const part = wanted.trim().toLowerCase().replace(/^:|:$/g, "").replaceAll(" ", "_");
    return own.filter(({ name }) => name.includes(part)).map(({ name }) => ({ label: `:${name}:`, shown: `:${name}:` }));
}

function groupOf(all: Emoji[], group: number, tone: number): Shown[] {
    return all.filter((one) => one.group === group).map((one) => ({ label: one.label, shown: toned(one, tone) }));
}

/** Drawn only when in sight: the browser leaves out what is not. */
function Group({ title, emoji, onPick }: { title: string; emoji: Shown[]; onPick(emoji: string): void }) {
    return (
        <section className="emoji-group">
            <h3>{title}</h3>
            <div className="emoji-grid">
                {emoji.map(({ label, shown }) => (
                    <button key={shown} type="button" aria-label={label} title={label} tabIndex={-1} data-testid="emoji" onClick={() => onPick(shown)}>
                        <EmojiFace of={shown} />
                    </button>
                ))}
            </div>
        </section>
    );
}

function Failed({ onAgain }: { onAgain(): void }) {
    return (
        <p className="emoji-failed muted" role="alert">
            {t("emoji.failed")} <Button kind="link" onClick={onAgain}>{t("again")}</Button>
        </p>
    );
}

/** Arrows go from emoji to emoji, by rows and along them. */
function moveIn(sheet: HTMLElement | null, event: KeyboardEvent): boolean {
    if (!sheet || !(event.target instanceof HTMLButtonElement) || !sheet.contains(event.target)) return false;
    const all = [...sheet.querySelectorAll<HTMLElement>(".emoji-grid button")];
    const at = all.indexOf(event.target);
    const row = getComputedStyle(event.target.parentElement!).gridTemplateColumns.split(" ").length;
    const along = getComputedStyle(sheet).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: along, ArrowLeft: -along, ArrowDown: row, ArrowUp: -row }[event.key];
    if (step === undefined) return false;
    const next = all[at + step];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
    if (!next && step < 0) sheet.parentElement?.querySelector("input")?.focus();
    return true;
}
