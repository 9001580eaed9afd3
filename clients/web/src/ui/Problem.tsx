import "./form.css";

/** What went wrong, said at once to those who listen too. */
export function Problem({ text }: { text: string | null }) {
    if (text === null) return null;
    return (
        <p className="problem" role="alert" data-testid="problem">
            {text}
        </p>
    );
}
