/** What the page's other parts name of the SDK: shapes of values, nothing that acts. */
export type { AuditEntry, Ban, Contact, JoinRequest, Link, ListedRoom, Member, Message, OwnRequest, Permission, Presence, Reaction, Role, RoomEntry, SessionInfo, User, WaitingMessage } from "@natternet/sdk";
