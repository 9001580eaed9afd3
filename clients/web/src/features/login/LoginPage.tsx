import { useState, type FormEvent } from "react";
import { untilText } from "../../i18n/dates.js";
import { currentLanguage, errorText, LANGUAGES, t, type LanguageTag } from "../../i18n/mod.js";
import { useRoute } from "../../routes/use_route.js";
import type { SuspendedView } from "../../state/session.js";
import { useAction, useApp, useStore, type Action } from "../../state/use.js";
import { useService } from "../../state/use_service.js";
import { preferences } from "../../state/use_preferences.js";
import { Button } from "../../ui/Button.js";
import { Field, PasswordField } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import "./login.css";

function textOf(form: FormData, name: string): string {
    return String(form.get(name) ?? "").trim();
}

/** Signing in, and signing up. */
export function LoginPage() {
    const { session } = useApp();
    const view = useStore(session);
    // By an invitation link into a group: one goes on to it from here.
    const isInvited = useRoute().at === "join";
    const [signingUp, setSigningUp] = useState(false);
    const [tried, setTried] = useState(signingUp);
    const { signup, account } = useService(signingUp);
    const submit = useAction((form: FormData) => {
        const username = textOf(form, "username");
        const password = String(form.get("password") ?? "");
        if (!signingUp) return session.signIn(username, password);
        const [display_name, invite] = [textOf(form, "display-name"), textOf(form, "invite")];
        return session.signUp({ username, password, ...(display_name && { display_name }), ...(invite && { invite }) });
    });
    const onSubmit = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        setTried(signingUp);
        void submit.run(new FormData(event.currentTarget));
    };
    // What came of the one is no answer to the other.
    const error = tried === signingUp ? submit.error : null;
    const untouched = error === null && !submit.busy && !signingUp;
    const suspended = view.phase === "signed-out" && (untouched || error === "auth.suspended") ? view.suspended : undefined;
    const ended = view.phase === "signed-out" && view.reason !== null && error === null && !suspended;
    const wrong = signingUp ? wrongFields(error, submit.about) : {};
    return (
        <main className="login">
            <form className="login-card" onSubmit={onSubmit}>
                <img className="login-logo" src="/favicon.svg" alt="" width="56" height="56" />
                <h1>{t(signingUp ? "login.title.up" : "login.title.in")}</h1>
                <p className="login-what muted">{t(isInvited ? "join.text" : "login.what")}</p>
                {ended && <p className="login-note" role="status">{t("login.ended")}</p>}
                <Problem text={error && Object.keys(wrong).length === 0 && !suspended ? errorText(error) : signingUp && signup === "closed" ? errorText("signup.closed") : null} />
                {suspended && <Suspended {...suspended} />}
                <Field
                    label={t("login.username")}
                    name="username"
                    testid="username"
                    autoComplete="username"
                    autoCapitalize="none"
                    spellCheck={false}
                    autoFocus
                    required
                    error={wrong.username}
                    {...(signingUp ? { hint: t("login.username.hint", { count: account.username_max }), maxLength: account.username_max } : {})}
                />
                {signingUp && (
                    <Field label={t("login.display_name")} name="display-name" testid="display-name" autoComplete="name" maxLength={account.display_name_bytes} error={wrong.display_name} />
                )}
                <PasswordField
                    key={signingUp ? "new" : "current"}
                    label={t("login.password")}
                    name="password"
                    testid="password"
                    show={t("password.show")}
                    autoComplete={signingUp ? "new-password" : "current-password"}
                    required
                    error={wrong.password}
                    {...(signingUp ? { hint: t("login.password.hint", { count: account.password_min }), minLength: account.password_min } : {})}
                />
                {signingUp && (signup === "invite" || error?.startsWith("signup.invite")) && (
                    <Field label={t("login.invite")} name="invite" testid="invite" autoComplete="off" spellCheck={false} />
                )}
                <Button type="submit" kind="primary" testid="submit" disabled={submit.busy || (signingUp && signup === "closed")}>
                    {t(signingUp ? "login.submit.up" : "login.submit.in")}
                </Button>
                <p className="login-switch">
                    {t(signingUp ? "login.have_account" : "login.no_account")}{" "}
                    <Button kind="link" testid="switch-mode" onClick={() => setSigningUp(!signingUp)}>
                        {t(signingUp ? "login.title.in" : "login.title.up")}
                    </Button>
                </p>
            </form>
            <LanguageLinks />
        </main>
    );
}

/** What the server says of a single field stands below that field, with what it may be. */
function wrongFields(error: string | null, about: Action<[]>["about"]): { username?: string; display_name?: string; password?: string } {
    if (error === "user.username_taken") return { username: errorText(error) };
    if (error === "content.filtered" && (about.field === "username" || about.field === "display_name")) return { [about.field]: errorText(error) };
    if (error !== "field.invalid") return {};
    if (about.field === "username") return { username: t("login.username.wrong") };
    if (about.field === "display_name") return { display_name: t("login.display_name.wrong") };
    return about.field === "password" ? { password: t("login.password.wrong") } : {};
}

/** Why one may not come in, in the words of who decided it. */
function Suspended({ reason, until }: SuspendedView) {
    return (
        <div className="problem" role="alert" data-testid="suspended">
            <p>{until === undefined ? t("error.auth.suspended") : t("login.suspended.until", { time: untilText(until) })}</p>
            {reason !== undefined && (
                <p>
                    {t("notice.reason")} <bdi>{reason}</bdi>
                </p>
            )}
        </div>
    );
}

/** Who cannot read this page has to find their language on it. */
function LanguageLinks() {
    const tags = Object.keys(LANGUAGES) as LanguageTag[];
    return (
        <p className="login-languages">
            {tags.map((tag) => (
                <Button key={tag} id={`speak-${tag}`} kind="link" lang={tag} aria-pressed={tag === currentLanguage()} onClick={() => preferences.change({ language: tag })}>
                    {LANGUAGES[tag].name}
                </Button>
            ))}
        </p>
    );
}
