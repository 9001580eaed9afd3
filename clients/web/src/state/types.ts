/** What the page's other parts name of the SDK: shapes of values, nothing that acts. */
export type { Ban, Link, Member, Message, Permission, Presence, Reaction, Role, RoomEntry, SessionInfo } from "@natternet/sdk";
