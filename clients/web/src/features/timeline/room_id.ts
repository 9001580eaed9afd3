import { createContext, useContext } from "react";

const RoomId = createContext("");
export const RoomIdProvider = RoomId.Provider;

const ThreadId = createContext<number | null>(null);
export const ThreadIdProvider = ThreadId.Provider;

/** The message whose thread this is part of; null: it is in the room itself. */
export function useThreadId(): number | null {
    return useContext(ThreadId);
}

/** The room whose timeline this is part of. */
export function useRoomId(): string {
    return useContext(RoomId);
}
