import { useEffect, useState, type FormEvent } from "react";
import { untilText } from "../../i18n/dates.js";
import { currentLanguage, errorText, LANGUAGES, t, type LanguageTag } from "../../i18n/mod.js";
import type { SuspendedView } from "../../state/session.js";
import type { SignupPolicy } from "../../state/types.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { preferences } from "../../state/use_preferences.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import "./login.css";

function textOf(form: FormData, name: string): string {
    return String(form.get(name) ?? "").trim();
}

/** Signing in, and signing up. */
export function LoginPage() {
    const { session } = useApp();
    const view = useStore(session);
    const [signingUp, setSigningUp] = useState(false);
    const policy = useSignupPolicy(signingUp);
    const submit = useAction((form: FormData) => {
        const username = textOf(form, "username");
        const password = String(form.get("password") ?? "");
        if (!signingUp) return session.signIn(username, password);
        const [display_name, invite] = [textOf(form, "display-name"), textOf(form, "invite")];
        return session.signUp({ username, password, ...(display_name && { display_name }), ...(invite && { invite }) });
    });
    const onSubmit = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void submit.run(new FormData(event.currentTarget));
    };
    const untouched = submit.error === null && !submit.busy && !signingUp;
    const suspended = view.phase === "signed-out" && (untouched || submit.error === "auth.suspended") ? view.suspended : undefined;
    const ended = view.phase === "signed-out" && view.reason !== null && submit.error === null && !suspended;
    const taken = submit.error === "user.username_taken";
    return (
        <main className="login">
            <form className="login-card" onSubmit={onSubmit}>
                <img className="login-logo" src="/favicon.svg" alt="" width="56" height="56" />
                <h1>{t(signingUp ? "login.title.up" : "login.title.in")}</h1>
                <p className="login-what muted">{t("login.what")}</p>
                {ended && <p className="login-note" role="status">{t("login.ended")}</p>}
                <Problem text={submit.error && !taken && !suspended ? errorText(submit.error) : signingUp && policy === "closed" ? errorText("signup.closed") : null} />
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
                    error={taken ? errorText("user.username_taken") : null}
                    {...(signingUp ? { hint: t("login.username.hint"), minLength: 3, maxLength: 32 } : {})}
                />
                {signingUp && (
                    <Field label={t("login.display_name")} name="display-name" testid="display-name" autoComplete="name" maxLength={64} />
                )}
                <Field
                    key={signingUp ? "new" : "current"}
                    label={t("login.password")}
                    name="password"
                    testid="password"
                    type="password"
                    autoComplete={signingUp ? "new-password" : "current-password"}
                    required
                    {...(signingUp ? { hint: t("login.password.hint"), minLength: 8 } : {})}
                />
                {signingUp && (policy === "invite" || submit.error?.startsWith("signup.invite")) && (
                    <Field label={t("login.invite")} name="invite" testid="invite" autoComplete="off" spellCheck={false} />
                )}
                <Button type="submit" kind="primary" testid="submit" disabled={submit.busy || (signingUp && policy === "closed")}>
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

/** Who may sign up, asked for by those who want to; null until known. */
function useSignupPolicy(wanted: boolean): SignupPolicy | null {
    const { session } = useApp();
    const [policy, setPolicy] = useState<SignupPolicy | null>(null);
    useEffect(() => {
        if (wanted) void session.signupPolicy().then(setPolicy, () => setPolicy(null)); // the attempt itself tells then
    }, [session, wanted]);
    return policy;
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
