import { useState, type FormEvent } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { FilterAction, Filters, LinkPolicy } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { TextArea } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { toast } from "../../ui/toast.js";
import { linesOf } from "./lines.js";
import { wrongHost, wrongWord } from "./wrong_entry.js";
import "./filters.css";

const LINKS: Record<LinkPolicy, Key> = {
    any: "filters.links.any",
    none: "filters.links.none",
    listed: "filters.links.listed",
    unlisted: "filters.links.unlisted",
};
const ACTIONS: Record<FilterAction, Key> = { refuse: "filters.refuse", report: "filters.report" };

interface Props {
    filters: Filters;
    hint: string;
    onSave(filters: Filters): Promise<unknown>;
}

/** Words and links that are not wanted, and what becomes of a message that has them. */
export function FiltersForm({ filters, hint, onSave }: Props) {
    const [words, setWords] = useState((filters.words ?? []).join("\n"));
    const [hosts, setHosts] = useState((filters.hosts ?? []).join("\n"));
    const [rest, setRest] = useState({ words_action: filters.words_action ?? "refuse", links: filters.links ?? "any", links_action: filters.links_action ?? "refuse" });
    const save = useAction(async () => {
        await onSave({ ...rest, words: linesOf(words), hosts: linesOf(hosts) });
        toast(t("filters.saved"));
    });
    const { limits } = useApp().client;
    const wrong = save.error === null ? undefined : save.about.field;
    const wordsError = wrong === "filters.words" ? wrongWord(linesOf(words), limits) : null;
    const hostsError = wrong === "filters.hosts" ? wrongHost(linesOf(hosts), limits) : null;
    const names = rest.links === "listed" || rest.links === "unlisted";
    const onSubmit = (event: FormEvent) => (event.preventDefault(), void save.run());
    return (
        <form className="filters" aria-label={t("filters.title")} onSubmit={onSubmit}>
            <p className="muted small">{hint}</p>
            <TextArea label={t("filters.words")} hint={t("filters.words.hint")} testid="filter-words" rows={5} spellCheck={false} error={wordsError} value={words} onChange={(event) => setWords(event.target.value)} />
            {words.trim() !== "" && <Action label={t("filters.words.action")} testid="filter-words-action" value={rest.words_action} onChange={(words_action) => setRest({ ...rest, words_action })} />}
            <Select
                label={t("filters.links")}
                testid="filter-links"
                value={rest.links}
                choices={(Object.keys(LINKS) as LinkPolicy[]).map((value) => ({ value, label: t(LINKS[value]) }))}
                onChange={(links) => setRest({ ...rest, links })}
            />
            {names && <TextArea label={t("filters.hosts")} hint={t("filters.hosts.hint")} testid="filter-hosts" rows={4} spellCheck={false} error={hostsError} value={hosts} onChange={(event) => setHosts(event.target.value)} />}
            {rest.links !== "any" && <Action label={t("filters.links.action")} testid="filter-links-action" value={rest.links_action} onChange={(links_action) => setRest({ ...rest, links_action })} />}
            <Problem text={save.error && !wordsError && !(hostsError && names) ? errorText(save.error) : null} />
            <Button type="submit" kind="primary" testid="filters-save" disabled={save.busy}>
                {t("save")}
            </Button>
        </form>
    );
}

interface ActionProps {
    label: string;
    testid: string;
    value: FilterAction;
    onChange(action: FilterAction): void;
}

function Action(props: ActionProps) {
    return <Select {...props} choices={(Object.keys(ACTIONS) as FilterAction[]).map((value) => ({ value, label: t(ACTIONS[value]) }))} />;
}
