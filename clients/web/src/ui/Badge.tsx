interface Props {
    count: number;
    /** The number as it is written here. */
    shown: string;
    /** What is counted, for those who listen. */
    label: string;
    quiet?: boolean;
    /** The label has the number in it. */
    whole?: boolean;
    testid?: string;
}

/** A small number that asks for a look; a quiet one only tells. */
export function Badge({ count, shown, label, quiet = false, whole = false, testid }: Props) {
    return (
        <span className="badge" data-quiet={quiet} data-count={count} data-testid={testid}>
            <span aria-hidden={whole}>{shown}</span>
            <span className="hidden-visually"> {label}</span>
        </span>
    );
}
