import { NatterError, permits, type Permission, type Presence, type RoomEntry, type User } from "@natternet/sdk";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { AppState } from "./app_state.js";
import type { ContactsView } from "./contacts.js";
import { codeOf } from "./error_code.js";
import type { Quote } from "./quotes.js";
import type { Delivery } from "./receipts.js";
import type { RoomListView, RoomSummary } from "./room_list.js";
import type { RoomMarksView } from "./room_marks.js";
import type { Newness, Silence } from "./write_permission.js";
import type { Store } from "./store.js";
import { useIsAhead } from "./time_left.js";

const AppStateContext = createContext<AppState | null>(null);
export const AppStateProvider = AppStateContext.Provider;

export function useApp(): AppState {
    const app = useContext(AppStateContext);
    if (!app) throw new Error("A component is used outside of AppStateProvider.");
    return app;
}

export function useStore<Value>(store: Store<Value>): Value {
    return useSyncExternalStore(store.subscribe, store.get);
}

export function useRooms(): RoomListView {
    return useStore(useApp().rooms);
}

export function useRoom(id: string): RoomEntry | undefined {
    return useRoomSummary(id)?.room;
}

/** Whether one may do this in a room. */
export function useMay(id: string, permission: Permission): boolean {
    const room = useRoom(id);
    return room !== undefined && permits(room, room.role, permission);
}

/** Whether one may do something to others in a group. */
export function useModerates(id: string): boolean {
    const room = useRoom(id);
    return room?.kind === "group" && (["mute", "remove", "ban", "delete"] as const).some((one) => permits(room, room.role, one));
}

/** What keeps one from writing in a room, and when slow mode lets the next message follow. */
export function useWritePermission(id: string): { silence: Silence | null; slowUntil: number; newness: Newness | null; now: number } {
    const { writePermission } = useApp();
    const room = useRoom(id);
    useStore(writePermission);
    useEffect(() => void writePermission.open(id), [writePermission, id]);
    const [now, setNow] = useState(() => writePermission.now());
    const silence = room ? writePermission.silence(room) : null;
    const slowUntil = room ? writePermission.slowUntil(room) : 0;
    const newness = room ? writePermission.newness(room) : null;
    const until = silence?.why === "muted" ? silence.until : slowUntil;
    const runs = until > now;
    useEffect(() => {
        setNow(writePermission.now());
        if (until <= writePermission.now()) return undefined;
        const timer = setInterval(() => setNow(writePermission.now()), SECOND_MS);
        return () => clearInterval(timer);
    }, [writePermission, until, runs]);
    useIsAhead(writePermission, newness?.until ?? 0);
    return { silence, slowUntil, newness, now };
}

const SECOND_MS = 1_000;

/** What one may do with the messages of a room just now: answer them, put emoji on them, and pin them. */
export function useAnswers(id: string): { writes: boolean; reacts: boolean; pins: boolean } {
    const { writePermission } = useApp();
    const room = useRoom(id);
    const writes = useSyncExternalStore(writePermission.subscribe, () => room !== undefined && writePermission.silence(room) === null);
    const reacts = useSyncExternalStore(writePermission.subscribe, () => room !== undefined && writePermission.mayReact(room));
    const pins = useSyncExternalStore(writePermission.subscribe, () => room !== undefined && writePermission.mayPin(room));
    useIsAhead(writePermission, room ? writePermission.mutedUntil(room) : 0);
    return { writes, reacts, pins };
}

/** One room with its last message and draft; drawn anew only where that room changed. */
export function useRoomSummary(id: string): RoomSummary | undefined {
    const { rooms } = useApp();
    const subscribe = useCallback((watcher: () => void) => rooms.watch(id, watcher), [rooms, id]);
    return useSyncExternalStore(subscribe, () => rooms.room(id));
}

/** Which rooms are muted, and which stay at the top. */
export function useRoomMarks(): RoomMarksView {
    return useStore(useApp().marks);
}

/** The people one knows, and those one has blocked. */
export function useContacts(): ContactsView {
    return useStore(useApp().contacts);
}

/** A message that is told of elsewhere than in its place. */
export function useQuote(room: string, seq: number): Quote {
    const { quotes } = useApp();
    return useStore(useMemo(() => quotes.get(room, seq), [quotes, room, seq]));
}

/** Whether a message is pinned in its room, and whether one has saved it. */
export function useMessageMarks(room: string, seq: number | null): { pinned: boolean; saved: boolean } {
    const app = useApp();
    const pins = useMemo(() => app.pins(room), [app, room]);
    const pinned = useSyncExternalStore(pins.subscribe, () => seq !== null && pins.has(seq));
    const saved = useSyncExternalStore(app.saved.subscribe, () => seq !== null && app.saved.has(room, seq));
    return { pinned, saved };
}

/** The ids of the others who have read a message; the same list as long as nobody else has. */
export function useReaders(room: string, seq: number | null): string[] {
    const { receipts } = useApp();
    const ids = useSyncExternalStore(receipts.subscribe, () => (seq === null ? "" : receipts.readers(room, seq).join(" ")));
    return useMemo(() => (ids === "" ? [] : ids.split(" ")), [ids]);
}

const NOBODY: Delivery = { count: 0, of: 0 };

/** How many of the others have a message, and of how many; 0 of 0 where that is not told. */
export function useDelivery(room: string, seq: number | null): Delivery {
    const { receipts } = useApp();
    const told = useSyncExternalStore(receipts.subscribe, () => {
        const { count, of } = seq === null ? NOBODY : receipts.delivery(room, seq);
        return `${count}/${of}`;
    });
    const [count, of] = told.split("/").map(Number);
    return { count: count!, of: of! };
}

/** Who is signed in. Only for what is shown to somebody who is. */
export function useMe(): User {
    const session = useStore(useApp().session);
    if (session.phase !== "signed-in") throw new Error("Nobody is signed in.");
    return session.user;
}

/** A person by id; undefined until known. */
export function usePerson(id: string): User | undefined {
    const { client } = useApp();
    const subscribe = useCallback((watcher: () => void) => client.on("people", (ids) => ids.includes(id) && watcher()), [client, id]);
    return useSyncExternalStore(subscribe, () => client.people.get(id));
}

/** Whether somebody on the screen is there; undefined where that is not known. */
export function usePresence(id: string): Presence | undefined {
    const { presence } = useApp();
    const subscribe = useCallback((watcher: () => void) => (id === "" ? () => {} : presence.watch(id, watcher)), [presence, id]);
    return useSyncExternalStore(subscribe, () => presence.of(id), () => undefined);
}

/** Several people by their ids, in that order. */
export function usePeople(ids: string[]): (User | undefined)[] {
    const { client } = useApp();
    const subscribe = useCallback((watcher: () => void) => client.on("people", watcher), [client]);
    const people = () => ids.map((id) => client.people.get(id));
    // What is shown of them, as one value that is the same while nothing changed.
    useSyncExternalStore(subscribe, () => people().map((person) => person && `${person.deleted ? "-" : "+"}${person.display_name}`).join("\n"));
    return people();
}

/** The people who type in a room, or in one of its threads; those of them who are known. */
export function useTyping(room: string, thread: number | null = null): User[] {
    const { client } = useApp();
    const subscribe = useCallback(
        (watcher: () => void) => client.on("typing", (where) => where === room && watcher()),
        [client, room],
    );
    // A snapshot has to be the same while nothing changed: ids joined, not a new array each time.
    const ids = useSyncExternalStore(subscribe, () => client.typing.in(room, thread).join(" "));
    return useMemo(() => ids.split(" ").flatMap((id) => (id && client.people.get(id)) || []), [ids, client]);
}

export interface Action<Arguments extends unknown[]> {
    /** Resolves to whether it went well. */
    run(...args: Arguments): Promise<boolean>;
    busy: boolean;
    /** The code of what went wrong last. */
    error: string | null;
    /** Of a refusal of the server: the field that is wrong, and until when it is refused. */
    about: { field: string | undefined; until: string | undefined };
}

const NOTHING_MORE: Action<[]>["about"] = { field: undefined, until: undefined };

/** Something that a person does and that may take a while, or fail. */
export function useAction<Arguments extends unknown[]>(work: (...args: Arguments) => Promise<unknown>): Action<Arguments> {
    const [state, setState] = useState<Omit<Action<[]>, "run">>({ busy: false, error: null, about: NOTHING_MORE });
    const run = async (...args: Arguments) => {
        setState({ busy: true, error: null, about: NOTHING_MORE });
        try {
            await work(...args);
            setState({ busy: false, error: null, about: NOTHING_MORE });
            return true;
        } catch (error) {
            const about = error instanceof NatterError ? { field: error.field, until: error.until } : NOTHING_MORE;
            setState({ busy: false, error: codeOf(error), about });
            return false;
        }
    };
    return { run, ...state };
}
