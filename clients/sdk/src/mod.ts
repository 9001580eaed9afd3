/** NatterNet's client library: everything that programs may lean on. */
export { NatterClient, type ClientEvents, type Credentials, type NewAccount } from "./client.js";
export type { ClientOptions } from "./options.js";
export type { ConnectionState } from "./link.js";
export type { OutboxEntry, Sent } from "./outbox.js";
export type { RoomEntry } from "./room_list.js";
export type { Position } from "./rooms.js";
export type { SignedOutReason, Lock } from "./tokens.js";
export type { SocketConstructor, SocketLike } from "./socket.js";
export { NatterError, isTransient } from "./errors.js";
export { memoryStorage, webStorage, type Storage } from "./storage.js";
export { systemClock, type Clock } from "./clock.js";
export { uuid7 } from "./uuid7.js";
export { CloseCode } from "./schema.gen.js";
export type * from "./schema.gen.js";
