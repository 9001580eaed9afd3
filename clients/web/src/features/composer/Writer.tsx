import { useEffect, useId, useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { t } from "../../i18n/mod.js";
import { placeOf } from "../../state/place.js";
import type { Newness } from "../../state/write_permission.js";
import { isTooLong } from "../../state/text_length.js";
import { useApp } from "../../state/use.js";
import { usePreferences } from "../../state/use_preferences.js";
import { IconButton } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { LazyPicker } from "../emoji/lazy_picker.js";
import { AskPoll } from "./AskPoll.js";
import { withoutCodes } from "./completion.js";
import { EditingBar } from "./EditingBar.js";
import { LongBar } from "./LongBar.js";
import { useMentionable } from "./mentions.js";
import { NewcomerBar } from "./NewcomerBar.js";
import { ReplyBar } from "./ReplyBar.js";
import { Suggestions } from "./Suggestions.js";
import { useEmojiWords } from "./suggestions.js";
import { useDraft } from "./use_draft.js";
import { useEditing } from "./use_editing.js";
import { useCompletion } from "./use_completion.js";
import { useGrowing } from "./use_growing.js";
import { SendLater } from "./SendLater.js";
import { useSending } from "./use_sending.js";
import { SlowBar } from "./SlowBar.js";

/** A device without a mouse is typed on with thumbs: there Enter is a new line, and the button sends. */
const touch = matchMedia("(hover: none) and (pointer: coarse)");
/** A whole short code: the emoji are worth loading, for it to become one when it is sent. */
const HAS_CODE = /:[\w+-]{2,}:/;

interface Props {
    room: string;
    name: string;
    thread: number | null;
    /** What one may not write yet; null: all may be. */
    newness: Newness | null;
    /** Seconds until slow mode lets the next message follow. */
    wait: number;
}

/** Writes messages. What is begun is kept, room by room and thread by thread. */
export function Writer({ room, name, thread, newness, wait }: Props) {
    const app = useApp();
    const { enterSends } = usePreferences();
    const { draft, keep } = useDraft(placeOf(room, thread));
    const [words, setWords] = useState("");
    const [picking, setPicking] = useState(false);
    const field = useRef<HTMLTextAreaElement>(null);
    const caret = useRef<number | null>(null);
    const [replyId, slowId, newId, longId] = [useId(), useId(), useId(), useId()];
    const { edited, over, ...edit } = useEditing(room, thread);
    // What was begun waits, while another message is edited.
    const text = edited ? words : draft.text;
    const replyTo = edited ? null : draft.replyTo;
    const codes = useEmojiWords(HAS_CODE.test(text));
    const finished = () => withoutCodes(text, (code) => codes?.letterOf(code)).trim();
    const long = isTooLong(app.client, text) && isTooLong(app.client, finished());
    useLayoutEffect(() => setWords(edited?.text ?? ""), [edited]);
    useEffect(() => {
        if (edited || replyTo !== null) field.current?.focus();
    }, [edited, replyTo]);
    useGrowing(field, text);
    useEffect(() => {
        if (!touch.matches) field.current?.focus();
    }, []);
    useLayoutEffect(() => {
        if (caret.current !== null) field.current?.setSelectionRange(caret.current, caret.current);
        caret.current = null;
    }, [text]);
    const write = (next: string) => {
        if (edited) return setWords(next);
        keep({ text: next });
        if (next.trim() !== "") app.typed(room, thread);
    };
    const mentionable = useMentionable(room, text);
    const completion = useCompletion(mentionable, text, (next, to) => {
        caret.current = to;
        write(next);
    });
    const sending = useSending(room, thread, draft, keep);
    const sent = () => (completion.close(), field.current?.focus());
    const send = () => {
        const ready = finished();
        if (ready === "" || long || (!edited && wait > 0)) return;
        if (edited) return over ? undefined : void edit.save(ready, mentionable.of(ready), mentionable.sought(ready));
        sending.asWished(ready, mentionable.of(ready), mentionable.sought(ready));
        sent();
    };
    const sendNow = () => (sending.now(finished(), mentionable.of(finished()), mentionable.sought(finished())), sent());
    const sendLater = (when: Date | number) => (sending.later(finished(), when, mentionable.of(finished()), mentionable.sought(finished())), sent());
    const insert = (word: string) => {
        const [start, end] = [field.current?.selectionStart ?? text.length, field.current?.selectionEnd ?? text.length];
        caret.current = start + word.length;
        write(text.slice(0, start) + word + text.slice(end));
    };
    const closePicker = () => (setPicking(false), field.current?.focus());
    const onKeyDown = (event: KeyboardEvent) => {
        // While a word is being composed (Japanese, Chinese, …) keys belong to the input method.
        if (event.nativeEvent.isComposing || completion.onKey(event)) return;
        if (event.key === "Escape" && picking) return closePicker(), event.preventDefault();
        if (event.key === "Escape" && edited) return edit.cancel(), event.preventDefault();
        if (event.key === "Escape" && replyTo !== null) return keep({ replyTo: null }), event.preventDefault();
        if (event.key === "ArrowUp" && text === "" && edit.last()) return event.preventDefault();
        const sends = event.ctrlKey || event.metaKey || (enterSends && !touch.matches && !event.shiftKey && !event.altKey);
        if (event.key !== "Enter" || !sends) return;
        event.preventDefault();
        send();
    };
    const [open, slow] = [completion.suggestions.length > 0, wait > 0 && !edited];
    const described = [newness && newId, slow && slowId, long && longId, replyTo !== null && replyId].filter(Boolean).join(" ");
    return (
        <form className="composer" onSubmit={(event: FormEvent) => (event.preventDefault(), send())}>
            {open && <Suggestions id={completion.id} suggestions={completion.suggestions} chosen={completion.chosen} onChoose={completion.choose} onPick={completion.pick} />}
            {picking && <LazyPicker onPick={insert} onClose={closePicker} />}
            {edited && <EditingBar text={edited.text} over={over} onCancel={edit.cancel} />}
            {replyTo !== null && <ReplyBar id={replyId} room={room} seq={replyTo} onCancel={() => (keep({ replyTo: null }), field.current?.focus())} />}
            {newness && <NewcomerBar id={newId} newness={newness} />}
            {slow && <SlowBar id={slowId} wait={wait} />}
            {long && <LongBar id={longId} />}
            <div className="composer-box">
                <textarea
                    ref={field}
                    className="composer-field"
                    rows={1}
                    value={text}
                    aria-label={t("composer.to", { name })}
                    aria-describedby={described || undefined}
                    placeholder={t(thread === null ? "composer.label" : "composer.label.thread")}
                    aria-autocomplete="list"
                    aria-controls={open ? completion.id : undefined}
                    aria-activedescendant={open ? `${completion.id}-${completion.chosen}` : undefined}
                    data-testid="composer"
                    onChange={(event) => (write(event.target.value), completion.look(event.target.value, event.target.selectionStart))}
                    onSelect={(event) => completion.look(event.currentTarget.value, event.currentTarget.selectionStart)}
                    onBlur={completion.close}
                    onKeyDown={onKeyDown}
                />
                {!edited && text.trim() === "" && <AskPoll room={room} thread={thread} />}
                <IconButton icon="smile" label={t("emoji.title")} testid="emoji-open" aria-expanded={picking} onClick={() => (picking ? closePicker() : setPicking(true))} />
            </div>
            {!edited && !long && text.trim() !== "" && <SendLater undo={sending.undo} {...(!slow && { onNow: sendNow })} onSend={sendLater} />}
            <button className="composer-send" aria-label={t(edited ? "save" : "composer.send")} data-tip data-testid="send" disabled={text.trim() === "" || long || slow || (edited !== null && over)}>
                <Icon name={edited ? "check" : "send"} flips={!edited} />
            </button>
        </form>
    );
}
