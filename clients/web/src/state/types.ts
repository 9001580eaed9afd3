/** What the page's other parts name of the SDK: shapes of values, nothing that acts. */
export type { Ban, Contact, Link, ListedRoom, Member, Message, Permission, Presence, Reaction, Role, RoomEntry, SessionInfo, User, WaitingMessage } from "@natternet/sdk";
