/** What the page's other parts name of the SDK: shapes of values, nothing that acts. */
export type { AccountLimits, AuditEntry, Ban, Contact, FilterAction, Filters, Folder, GetServiceAnswer, GroupSettings, JoinRequest, Link, LinkPolicy, ListedRoom, Member, Message, NewcomerBar, Newcomers, NotificationLevel, OwnReportEntry, OwnRequest, Permission, PollState, Presence, Reaction, Report, ReportCategory, ReportEvidence, ReportState, Reported, Role, RoomEntry, SessionInfo, User, WaitingMessage } from "@natternet/sdk";
/** The same of what administrators see. */
export type { AdminPerson, AdminRoom, Emoji, GroupsState, Hold, Invite, PeopleState, ServerFigures, SignupPolicy, Suspension } from "@natternet/sdk";
