const SHAPES = {
    back: "M15 5l-7 7 7 7",
    close: "M6 6l12 12M18 6L6 18",
    people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.5M18 14.3c2.1.8 3.5 2.9 3.5 5.7",
    pencil: "M12 20h8M16.5 4.5a2.1 2.1 0 0 1 3 3L8 19l-4 1 1-4z",
    gear: "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM19.4 13.5a7.7 7.7 0 0 0 0-3l2-1.5-2-3.4-2.3 1a7.7 7.7 0 0 0-2.6-1.5L14.2 2.6H9.8l-.3 2.5a7.7 7.7 0 0 0-2.6 1.5l-2.3-1-2 3.4 2 1.5a7.7 7.7 0 0 0 0 3l-2 1.5 2 3.4 2.3-1a7.7 7.7 0 0 0 2.6 1.5l.3 2.5h4.4l.3-2.5a7.7 7.7 0 0 0 2.6-1.5l2.3 1 2-3.4z",
    send: "M5 12l15-7.5L16 20l-4-6.5zM12 13.5l8-9",
    down: "M6 10l6 6 6-6",
    search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
    check: "M5 13l4.5 4.5L19 7",
    clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2",
    alert: "M12 8v5M12 16.5v.1M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z",
    plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof SHAPES;

/** A picture beside words or a label; it says nothing to those who listen. */
export function Icon({ name, flips = false }: { name: IconName; flips?: boolean }) {
    return (
        <svg className={flips ? "icon flips" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
            <path d={SHAPES[name]} />
        </svg>
    );
}
