import { createContext, useContext } from "react";

const RoomId = createContext("");
export const RoomIdProvider = RoomId.Provider;

/** The room whose timeline this is part of. */
export function useRoomId(): string {
    return useContext(RoomId);
}
