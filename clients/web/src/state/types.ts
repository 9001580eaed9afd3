/** The same of what administrators see. */
export type { AdminPerson, PeopleState, Suspension } from "@natternet/sdk";
/** What the page's other parts name of the SDK: shapes of values, nothing that acts. */
export type { AuditEntry, Ban, Contact, Folder, JoinRequest, Link, ListedRoom, Member, Message, NotificationLevel, OwnRequest, Permission, Presence, Reaction, Role, RoomEntry, SessionInfo, User, WaitingMessage } from "@natternet/sdk";
