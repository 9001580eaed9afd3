// Made by tool/generate.py from schema/: change those files, not this one.

/** Why something failed; stable, for machines. */
export type ErrorCode =
    | "json.malformed"
    | "request.invalid"
    | "auth.required"
    | "auth.invalid_token"
    | "auth.invalid_credentials"
    | "auth.session_ended"
    | "auth.forbidden"
    | "auth.suspended"
    | "admin.oneself"
    | "admin.last"
    | "suspension.not_found"
    | "origin.forbidden"
    | "signup.closed"
    | "signup.invite_required"
    | "signup.invite_invalid"
    | "user.username_taken"
    | "user.not_found"
    | "user.unreachable"
    | "user.blocked"
    | "room.not_found"
    | "message.not_found"
    | "message.forbidden"
    | "message.deleted"
    | "mention.forbidden"
    | "message.too_late"
    | "reaction.not_found"
    | "reaction.too_many"
    | "emoji.unknown"
    | "emoji.not_found"
    | "emoji.name_taken"
    | "emoji.too_many"
    | "emoji.image_invalid"
    | "poll.closed"
    | "poll.anonymous"
    | "vote.not_found"
    | "pin.not_found"
    | "pin.too_many"
    | "search.too_wide"
    | "feed.not_found"
    | "feed.changed"
    | "feed.sending"
    | "feed.full"
    | "room.forbidden"
    | "room.archived"
    | "room.locked"
    | "room.muted"
    | "room.banned"
    | "room.approval"
    | "report.not_found"
    | "report.resolved"
    | "report.escalated"
    | "report.too_many"
    | "request.not_found"
    | "request.open"
    | "request.refused"
    | "request.not_needed"
    | "request.too_many"
    | "link.not_found"
    | "link.too_many"
    | "ban.not_found"
    | "room.slow_mode"
    | "content.filtered"
    | "newcomer.limited"
    | "room.already_member"
    | "room.full"
    | "room.direct_fixed"
    | "session.not_found"
    | "route.not_found"
    | "method.not_allowed"
    | "coding.not_acceptable"
    | "request.timeout"
    | "precondition.failed"
    | "request.too_large"
    | "uri.too_long"
    | "headers.too_large"
    | "media_type.unsupported"
    | "range.not_satisfiable"
    | "expectation.failed"
    | "request.misdirected"
    | "upgrade.required"
    | "field.invalid"
    | "field.missing"
    | "content.unknown_type"
    | "rate.limited"
    | "command.unknown"
    | "server.busy"
    | "store.unavailable"
    | "server.internal"
    | "method.unknown"
    | "version.unsupported"
    | "server.stopping";

/** A person as others see them; `email` and `locale` are shown to that person alone. */
export interface User {
    id: string;
    /** unique without regard to case */
    username: string;
    display_name: string;
    created_at: string;
    /** only to oneself */
    email?: string;
    /** only to oneself; a language tag such as `de-AT` */
    locale?: string;
    /** what they tell of themselves, in lines; like the next two in answers about people and in `user.updated`, not within rooms and members */
    about?: string;
    /** as they are to be spoken of */
    pronouns?: string;
    /** as the IANA database names it, such as `Europe/Vienna` */
    time_zone?: string;
    /** true for administrators of this server */
    admin?: boolean;
    /** true where the account is gone; its messages stay */
    deleted?: boolean;
}

/** Words and links that are not wanted. Messages, edits, polls, names and topics are compared with them; moderators of a room and who is above them pass the room's, nobody the server's. */
export interface Filters {
    /** words and phrases, found as whole words without regard to case and accents, in any script; `*` at the beginning or the end of one lets the word go on there */
    words?: string[];
    /** `refuse` if absent */
    words_action?: FilterAction;
    /** `any` if absent */
    links?: LinkPolicy;
    /** such as `example.org`; those below it belong to it */
    hosts?: string[];
    /** `refuse` if absent */
    links_action?: FilterAction;
}

/** What becomes of what a filter finds. `refuse`: it is not sent (content.filtered). `report`: it is sent, and lies with those who decide of reports, as if somebody had reported it. */
export type FilterAction =
    | "refuse"
    | "report";

/** Which links may be. `listed`: only to `hosts`; `unlisted`: to all others, and `hosts` are not named either. */
export type LinkPolicy =
    | "any"
    | "none"
    | "listed"
    | "unlisted";

/** What the server asks of the names and the password of an account. */
export interface AccountLimits {
    /** characters */
    username_min: number;
    /** characters */
    username_max: number;
    /** at most so many bytes of UTF-8 */
    display_name_bytes: number;
    /** bytes of UTF-8 */
    password_min: number;
    /** bytes of UTF-8 */
    password_max: number;
}

/** What holds for people for some time after they came, to a room (moderators and who is above them excepted) or to the server. */
export interface Newcomers {
    /** so long; 0: nothing holds */
    seconds: number;
    /** seconds that they wait between two messages in one room; absent: none */
    slow_mode_s?: number;
    /** what they may not do until then */
    bars?: NewcomerBar[];
}

/** `links`: post links. `mention_all`: mention everybody. `strangers`, of the server alone: begin talks with people, or bring people into rooms, who share no room with them and do not have them as a contact. */
export type NewcomerBar =
    | "links"
    | "mention_all"
    | "strangers";

/** `direct`: two people, for good. `group`: as many as are let in. */
export type RoomKind =
    | "direct"
    | "group";

/** `public`: in the directory, and whoever is signed in comes in. `private`: found and entered only by who is let in. */
export type Visibility =
    | "private"
    | "public";

/** How everybody comes into a public group: `free`, or `approval`: after asking, when somebody with the permission `invite` accepts it. */
export type JoinRule =
    | "free"
    | "approval";

/** What members read of what was said before they joined: `all` that is kept, or `joined`: what came from their joining on. */
export type HistoryRule =
    | "all"
    | "joined";

/** Somebody asks to be let into a group. */
export interface JoinRequest {
    user: User;
    /** of the event that says so */
    seq: number;
    created_at: string;
    /** what they say */
    text?: string;
}

/** What one has asked oneself. */
export interface OwnRequest {
    room: string;
    created_at: string;
    state: RequestState;
    /** after a refusal: from then on */
    ask_again_at?: string;
}

/** `open`: nobody has decided yet. */
export type RequestState =
    | "open"
    | "refused";

/** A public group as the directory shows it to everybody. */
export interface ListedRoom {
    id: string;
    name: string;
    /** what it is about; absent where it has none */
    topic?: string;
    member_count: number;
    /** absent: free */
    join?: JoinRule;
}

/** What a member may do in a room, the highest first; docs/reference/permissions.md is the table. */
export type Role =
    | "owner"
    | "admin"
    | "moderator"
    | "member"
    | "guest";

/** Something that a role may allow to do in a room. */
export type Permission =
    | "write"
    | "react"
    | "mention_all"
    | "pin"
    | "delete"
    | "invite"
    | "remove"
    | "roles"
    | "edit"
    | "slow_mode"
    | "lock"
    | "archive"
    | "permissions"
    | "mute"
    | "ban"
    | "forward"
    | "audit"
    | "reports"
    | "filters"
    | "retention";

/** The lowest role that may do each; what is not in it has its default. */
export interface Permissions {
    /** send messages, edit one's own, show that one is typing */
    write?: Role;
    /** put emoji on messages, and vote in polls */
    react?: Role;
    /** mention everybody at once */
    mention_all?: Role;
    /** pin and unpin messages */
    pin?: Role;
    /** delete messages of others */
    delete?: Role;
    /** let people in */
    invite?: Role;
    /** remove people of a lower role */
    remove?: Role;
    /** give people of a lower role another one, below one's own */
    roles?: Role;
    /** set the name, the topic and whether everybody finds it, and how long words from before an edit are kept */
    edit?: Role;
    /** set the slow mode, and write without waiting */
    slow_mode?: Role;
    /** lock the room, unlock it, and write while it is locked */
    lock?: Role;
    /** archive the room, and take it out again */
    archive?: Role;
    /** change this table for the room */
    permissions?: Role;
    /** take people of a lower role the word for a time */
    mute?: Role;
    /** keep people of a lower role, and those who are not in the room, out of it, and see who is */
    ban?: Role;
    /** forward messages to other rooms */
    forward?: Role;
    /** see what was done to keep the peace, by whom and why */
    audit?: Role;
    /** see what is reported in the room, and decide of it */
    reports?: Role;
    /** see and set which words and links are not wanted, and what holds for newcomers */
    filters?: Role;
    /** set how long what is said is kept */
    retention?: Role;
}

/** An invitation link into a room. */
export interface Link {
    /** of the event that made it: its name in the room */
    seq: number;
    /** lets in whoever has it */
    code: string;
    /** who made it */
    by: string;
    created_at: string;
    /** absent: never */
    expires_at?: string;
    /** people it lets in; absent: any number */
    uses?: number;
    /** people it has let in */
    used: number;
}

/** What is wrong with what is reported. */
export type ReportCategory =
    | "spam"
    | "harassment"
    | "hate"
    | "violence"
    | "sexual"
    | "illegal"
    | "impersonation"
    | "self_harm"
    | "other";

/** What is reported. */
export type ReportKind =
    | "message"
    | "user"
    | "room";

/** `open`: nobody has decided yet; `acted`: something was done; `dismissed`: nothing was wrong. */
export type ReportState =
    | "open"
    | "dismissed"
    | "acted";

/** Something that one has reported oneself; without `id` the value of an entry `report:ID` of the feed. */
export interface OwnReport {
    id?: string;
    kind: ReportKind;
    category: ReportCategory;
    state: ReportState;
    created_at: string;
    /** of the message, or reported */
    room?: string;
    /** of the message */
    seq?: number;
    /** who is reported, where it is a person */
    user_id?: string;
}

/** What was reported, as it was then. */
export interface ReportEvidence {
    /** the one reported with those around it, or the newest of the room */
    messages: Message[];
    /** who wrote them, or who is reported, as they showed themselves */
    users: User[];
    /** of the group */
    name?: string;
    /** of the group */
    topic?: string;
}

/** What somebody says is wrong, for those who decide of it. */
export interface Report {
    id: string;
    /** `room`: its moderators decide; `server`: the administrators */
    queue: string;
    kind: ReportKind;
    /** of the message, or reported */
    room?: string;
    /** of the message */
    seq?: number;
    /** who wrote it, or is reported */
    user_id?: string;
    /** who reports; absent: a filter does */
    by?: string;
    category: ReportCategory;
    /** what they say of it */
    text?: string;
    created_at: string;
    state: ReportState;
    /** when it was handed on to the administrators */
    escalated_at?: string;
    escalated_by?: string;
    /** why */
    escalation?: string;
    resolved_at?: string;
    resolved_by?: string;
    /** why */
    resolution?: string;
    /** where one report is asked for that is open */
    evidence?: ReportEvidence;
}

/** A group that is reported, or something in it. */
export interface ReportedRoom {
    id: string;
    name: string;
}

/** A page of a queue of reports. */
export interface ReportPage {
    /** may be fewer than asked for, or none, where there is a `next` */
    reports: Report[];
    /** those named in them */
    users: User[];
    /** the groups that they are about */
    rooms: ReportedRoom[];
    /** how many are open in the queue; 100 where there are more */
    open: number;
    next: string | null;
}

/** Somebody may not sign in, for a time or for good. */
export interface Suspension {
    /** who did it; absent: whoever runs the server, at its command line */
    by?: string;
    created_at: string;
    /** absent: for good */
    until?: string;
    /** which the person reads who wants to sign in */
    reason?: string;
}

/** Who may sign up: everybody, who has an invitation code, nobody. */
export type SignupPolicy =
    | "open"
    | "invite"
    | "closed";

/** What administrators set while the server runs. */
export interface ServerSettings {
    /** that holds now */
    signup: SignupPolicy;
    /** with which the program was started */
    signup_default: SignupPolicy;
    /** an administrator has set it: it holds for all servers, also after a restart */
    signup_set: boolean;
    /** words and links that are wanted nowhere */
    filters: Filters;
    /** what holds for people whose account is new; null: nothing */
    newcomers: Newcomers | null;
}

/** An emoji of this server. `:name:` in a text or as a reaction is its image; so are its former names, where no other emoji has them now. */
export interface Emoji {
    id: string;
    /** 2 to 32 of a-z, 0-9 and _; it stands between colons where it is used */
    name: string;
    /** the last one first */
    former_names?: string[];
    /** the image is at `/api/v1/emoji/IMAGE`: SHA-256 of its bytes, so what is there never changes */
    image: string;
    /** `image/png`, `image/gif` or `image/webp` */
    media_type: string;
    /** pixels */
    width: number;
    /** pixels */
    height: number;
    animated: boolean;
    bytes: number;
    /** who uploaded it */
    by: string;
    created_at: string;
}

/** Which people an administrator looks for. */
export type PeopleState =
    | "all"
    | "suspended"
    | "admin";

/** Which groups an administrator looks for. */
export type GroupsState =
    | "all"
    | "public"
    | "locked"
    | "archived"
    | "empty";

/** What an administrator of the server did to a group, and none of its people undoes: it is locked, it is archived (closed), or it cannot become public. */
export type Hold =
    | "locked"
    | "archived"
    | "unlisted";

/** A group as administrators of the server see it. */
export interface AdminRoom {
    id: string;
    /** `group` */
    kind: RoomKind;
    name: string;
    topic?: string;
    created_at: string;
    /** of its last event */
    last_at: string;
    /** how many events there have been */
    last_seq: number;
    /** how many messages there have been, those in threads not among them */
    messages: number;
    member_count: number;
    /** absent: nobody is in it */
    owner?: User;
    visibility: Visibility;
    locked: boolean;
    archived: boolean;
    held: Hold[];
}

/** What a server knows of itself. */
export interface ServerFigures {
    version: string;
    at: string;
    workers: number;
    /** by their names in /metrics, without `natternet_`; those of workers are summed. `…_total` only grow, from 0 at the start */
    figures: Record<string, number>;
    /** how often somebody ran into a limit, by its name, since the start; none that nobody ran into */
    limit_hits: Record<string, number>;
}

/** A person as administrators of the server see them. */
export interface AdminPerson {
    user: User;
    /** when their last connection ended, whatever they tell others; absent: never, or they wish to be invisible */
    last_seen?: string;
    suspension?: Suspension;
    /** how many they have, in the answer about one person */
    sessions?: number;
}

/** Something that was done to keep the peace. */
export interface AuditEntry {
    /** absent: it was done to the server or to an account */
    room?: string;
    /** of its event, where it was one of a room */
    seq?: number;
    created_at: string;
    /** of its event: room.user.muted, room.user.unmuted, room.user.left (removed), room.user.banned, room.user.unbanned, room.user.updated (has another role), room.request.closed (refused), room.link.created, room.link.revoked, room.updated, message.deleted (of somebody else). Without an event: report.created, report.escalated, report.resolved, user.suspended, user.unsuspended, user.sessions_ended, user.admin_granted, user.admin_revoked, user.password_set, server.settings_updated, server.invite_created, emoji.added, emoji.renamed, emoji.removed */
    type: string;
    /** who did it; absent: whoever runs the server, at its command line */
    by?: string;
    /** to whom; of room.updated, who has the room now that its owner left */
    user_id?: string;
    /** that they have then */
    role?: Role;
    /** seq of the message or link */
    about?: number;
    /** an object: what the event says beside, such as `reason` and `seconds` */
    details: unknown;
}

/** Somebody who is kept out of a room. */
export interface Ban {
    user: User;
    /** who banned them */
    by: string;
    /** of the event that says so */
    seq: number;
    created_at: string;
    /** absent: for good */
    until?: string;
    /** from created_at on */
    seconds?: number;
    reason?: string;
}

/** Somebody in a room. */
export interface Member {
    user: User;
    role: Role;
    joined_at: string;
    /** they write, edit and react from then on again; may have passed */
    muted_until?: string;
}

/** A room: a log of events numbered from 1 without gaps. */
export interface Room {
    id: string;
    kind: RoomKind;
    /** groups only */
    name?: string;
    created_at: string;
    /** seq of the oldest event that one may read; last_seq + 1 where there is none */
    first_seq: number;
    /** seq of the newest event */
    last_seq: number;
}

/** A room as one of its members sees it. */
export interface RoomView extends Room {
    member_count: number;
    /** seconds that it keeps what messages said before they were edited */
    edit_history_s?: number;
    /** what it is about; absent where it has none */
    topic?: string;
    /** those that it has set; the others are as in PERMISSIONS */
    permissions?: Permissions;
    /** seconds that a person waits between two messages; absent: none */
    slow_mode_s?: number;
    /** true: only those with the permission `lock` write */
    locked?: boolean;
    /** true: nobody writes */
    archived?: boolean;
    /** what of this an administrator of the server did, and only they undo */
    held?: Hold[];
    /** absent: private */
    visibility?: Visibility;
    /** absent: free */
    join?: JoinRule;
    /** what holds for people who have just come; absent: nothing */
    newcomers?: Newcomers;
    /** when oneself came, where something holds for newcomers */
    joined_at?: string;
    /** seq of one's own joining, where what was before it is for those who were there; absent: one reads all that is kept */
    from_seq?: number;
    /** absent: all */
    history?: HistoryRule;
    /** what was said longer ago than these seconds is gone; the server's own bound counts. Absent: it stays */
    retention_s?: number;
    /** the first of them, where one room is asked for; the rest are paged */
    members?: Member[];
    /** the other person; direct rooms only */
    peer?: User;
    /** one's own */
    role: Role;
    /** oneself writes, edits and reacts from then on again; may have passed */
    muted_until?: string;
    /** `count` of the newest event */
    last_count: number;
    /** one's own read marker */
    read_seq: number;
    /** `count` at one's own read marker */
    read_count: number;
    /** last_count less read_count */
    unread: number;
    /** of these, how many mention oneself or everyone and are not deleted; 1000: or more */
    mentions: number;
}

/** A text message. */
export interface TextContent {
    type: "text";
    /** UTF-8, at most 16,384 bytes unless the server says otherwise */
    text: string;
    /** whom it speaks to: ids of members, at most 50; `everyone`, or `here` for those who are there, which both take the permission `mention_all`. All are counted for everybody as unread mentions when the message is sent, not when it is edited; of `here` programs notify only those whose own presence is `online`, unless they want to be told of every message */
    mentions?: string[];
    /** set by the server where the message was forwarded; what a client sends here is left out, and an edit takes it away */
    forwarded?: Forwarded;
}

/** A message that asks, and what can be answered. It is not edited, and mentions nobody. */
export interface PollContent {
    type: "poll";
    /** what it asks, at most 1,024 bytes of UTF-8 unless the server says otherwise */
    text: string;
    /** 2 to 20, all different, each at most 256 bytes of UTF-8 unless the server says otherwise */
    options: string[];
    /** true: one may choose several; absent: one */
    multiple?: boolean;
    /** true: nobody is told who voted, and for what */
    anonymous?: boolean;
    /** nobody votes from then on, at most a year ahead; absent: until it is closed */
    closes_at?: string;
}

/** How a poll stands. */
export interface PollResult {
    /** of each option, people who choose it */
    counts: number[];
    /** people who vote */
    voters: number;
    /** the event that last changed it, 0: none; one with a larger seq is newer */
    seq: number;
    /** what one has chosen oneself */
    mine: number[];
    /** the event of one's own vote */
    mine_seq?: number;
    /** when it was closed before its time */
    closed_at?: string;
    /** by whom */
    closed_by?: string;
}

/** Whose words a forwarded message has. In which room they were said is not told. */
export interface Forwarded {
    /** who said it first, a user id */
    sender: string;
    /** when */
    created_at: string;
}

/** A message that the server sends later, also where no device of its sender is there: the value of an entry `scheduled:ROOM.NONCE` of the feed. Whether it may be sent is judged when it is. */
export interface ScheduledMessage {
    /** when it is sent, at most a year ahead; one that has passed: at once */
    at?: string;
    /** instead of at, and kept as that: so many seconds after it arrived, by the server's clock */
    delay_s?: number;
    content: Content;
    /** seq of the message that it answers */
    reply_to?: number;
    /** seq of the message whose thread it is sent to */
    thread?: number;
    /** the code of why it was refused when it was due; it stays here then, and is not tried again. Set by the server */
    problem?: string;
}

/** What is left of a message that was deleted; never sent by a client. */
export interface DeletedContent {
    type: "deleted";
    /** always empty, for clients that look at no type */
    text: string;
}

/** What a message can say, told apart by `type`. */
export type Content =
    | TextContent
    | PollContent;

/** What a message says now, told apart by `type`. */
export type MessageContent =
    | TextContent
    | PollContent
    | DeletedContent;

/** A message as it stands now. */
export interface Message {
    room: string;
    /** its place in the room's log */
    seq: number;
    id: string;
    /** a user id */
    sender: string;
    /** as its sender gave it */
    nonce: string;
    content: MessageContent;
    created_at: string;
    /** messages of the room itself up to and including this one, deleted ones too */
    count: number;
    /** seq of the message that it answers */
    reply_to?: number;
    /** seq of the message whose thread it is an answer in: it is not among the room's own messages, and does not count as unread there */
    thread?: number;
    /** of an answer: how many its thread has up to it, deleted ones too. Of another message: how many there are in its thread; absent: none */
    answers?: number;
    /** when the last answer came */
    answered_at?: string;
    /** who answered, each once, who did last first; at most 3 */
    answered_by?: string[];
    /** what is on it, in the order in which it came; only where messages are asked for: events are followed by those of reactions */
    reactions?: Reaction[];
    /** of a poll: how it stands; only where messages are asked for, as with reactions */
    poll?: PollResult;
    /** the event that last edited or deleted it; of two copies the one with the larger is newer */
    edit_seq?: number;
    edited_at?: string;
    deleted_at?: string;
    /** its sender, who may do so in this room, or an administrator of the server */
    deleted_by?: string;
    /** true: it was deleted by an administrator of the server, to whom it was reported, and who need not be in the room; this and `reason` with message.deleted and where messages are asked for, as with reactions */
    by_server?: boolean;
    /** why, where an administrator of the server deleted it and said so */
    reason?: string;
}

/** A part of a message to show: what was looked for, or what stands around it. */
export interface ExcerptPiece {
    /** as it stands in the message; `…` where something is left out */
    text: string;
    /** it is what was looked for */
    match: boolean;
}

/** A message that a search found. */
export interface SearchResult {
    /** without reactions */
    message: Message;
    /** about 320 bytes of its text around the first match */
    excerpt: ExcerptPiece[];
}

/** One emoji on a message. */
export interface Reaction {
    emoji: string;
    /** people who put it there */
    count: number;
    /** the event that last changed it; an event of a reaction with a larger one is newer */
    seq: number;
    /** one's own is among them */
    mine: boolean;
}

/** An act is in the log. */
export interface Done {
    /** of its event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or what it does had been done */
    duplicate: boolean;
}

/** What a message said before an edit. */
export interface Version {
    /** the event that replaced it */
    seq: number;
    replaced_at: string;
    content: Content;
}

/** One sign-in of a person, on one device. */
export interface SessionInfo {
    id: string;
    created_at: string;
    last_used_at: string;
    /** as the client called itself */
    user_agent: string;
    /** where it was last used from */
    address: string;
    /** true for the session that asks */
    current: boolean;
}

/** A session and its tokens. */
export interface Grant {
    user: User;
    /** sent as `Authorization: Bearer TOKEN` */
    access_token: string;
    /** good for one refresh; absent where it went into a cookie */
    refresh_token?: string;
    /** seconds that the access token lives */
    expires_in: number;
}

/** How far somebody has read, and has what was sent. */
export interface Receipt {
    user_id: string;
    /** their read marker; it moves to what they send too */
    read_seq: number;
    /** up to here a device of theirs has everything: at least what they have read; no more than that in rooms of more than `delivered_members` people */
    delivered_seq: number;
}

/** Whether somebody is there. After `until` their text and emoji no longer count. */
export interface Presence {
    user_id: string;
    presence: PresenceState;
    /** only to oneself */
    choice?: PresenceChoice;
    /** what they say of it */
    text?: string;
    emoji?: string;
    /** when text and emoji end */
    until?: string;
    /** when their last connection ended, of who is offline */
    last_seen?: string;
}

/** `away`: connected, but nobody is at it. Who is invisible is `offline` to all others. */
export type PresenceState =
    | "online"
    | "away"
    | "busy"
    | "offline";

/** What a person wants others to see: `auto` is what is so. */
export type PresenceChoice =
    | "auto"
    | "busy"
    | "invisible";

/** An invitation code. */
export interface Invite {
    code: string;
    /** how many sign-ups it is good for */
    uses: number;
    expires_at: string;
}

/** One entry of a person's own feed: the newest value of a key. */
export interface FeedEntry {
    /** `room.read:ROOM`, whose value is a ReadMarker, or what the person put */
    key: string;
    /** null: it was taken away */
    value: unknown;
    /** grows with every change of the feed */
    rev: number;
}

/** That a person follows a thread, and how far they have read it: the value of an entry `thread:ROOM.SEQ` of the feed. What they have not read is a subtraction: `answers` of the root less `read`. */
export interface ThreadMark {
    /** how many of its answers they have read; what is put only grows, up to as many as there are */
    read: number;
    /** true: they no longer follow it; put without it, it stays as it was, and false follows again */
    off?: boolean;
}

/** A thread that one follows. */
export interface FollowedThread {
    /** the message under which it is */
    root: Message;
    /** how many of its answers one has read */
    read: number;
}

/** How far a person has read in a room. */
export interface ReadMarker {
    read_seq: number;
    /** `count` at that seq */
    read_count: number;
}

/** What a client is missing of one room. */
export interface SyncRoom {
    room: string;
    kind: RoomKind;
    /** groups only */
    name?: string;
    /** direct rooms only */
    peer?: User;
    topic?: string;
    /** those that it has set */
    permissions?: Permissions;
    slow_mode_s?: number;
    locked?: boolean;
    archived?: boolean;
    held?: Hold[];
    /** absent: private */
    visibility?: Visibility;
    /** absent: free */
    join?: JoinRule;
    /** absent: nothing holds for them */
    newcomers?: Newcomers;
    /** of oneself, where something does */
    joined_at?: string;
    /** as of RoomView */
    from_seq?: number;
    /** absent: all */
    history?: HistoryRule;
    /** absent: for ever */
    retention_s?: number;
    member_count: number;
    /** as of RoomView */
    first_seq: number;
    last_seq: number;
    edit_history_s: number;
    /** one's own */
    role: Role;
    /** oneself; may have passed */
    muted_until?: string;
    last_count: number;
    read_seq: number;
    read_count: number;
    unread: number;
    /** of these, how many mention oneself or everyone */
    mentions: number;
    /** of a room that was not named: its own newest one, where there is one and none of the events is it */
    last_message?: Message;
    /** ascending by seq */
    events: StoredEvent[];
    /** newer ones follow; of a room that was not named: older ones exist. What is too long for one reply is told in several, each with its events */
    has_more: boolean;
}

/** Which program answers. */
export interface ServerInfo {
    name: string;
    version: string;
}

/** A page of a room's messages. */
export interface MessagePage {
    /** ascending by seq */
    messages: Message[];
    has_older: boolean;
    has_newer: boolean;
}

/** A page of a room's log. */
export interface EventPage {
    /** ascending by seq */
    events: StoredEvent[];
    /** newer ones follow */
    has_more: boolean;
}

/** Why a request failed: application/problem+json, RFC 9457. */
export interface Problem {
    type: string;
    title: string;
    status: number;
    /** says what to do */
    detail: string;
    /** stable, for machines */
    code: ErrorCode;
    /** the field that is missing or wrong */
    field?: string;
    /** seconds to wait */
    retry_after?: number;
    /** what a person gave as the reason, of auth.suspended */
    reason?: string;
    /** how long it stays so, of auth.suspended; absent: for good */
    until?: string;
}

/** Why a command on a socket failed. */
export interface CommandError {
    code: ErrorCode;
    detail: string;
    /** the field that is missing or wrong */
    field?: string;
    /** seconds to wait */
    retry_after?: number;
}

/** What every event of a room's log carries. */
export interface Stored {
    room: string;
    /** its place in the room's log */
    seq: number;
    /** messages of the room up to and including this event */
    count: number;
    /** a user id */
    sender: string;
    /** never before that of an earlier seq */
    created_at: string;
    nonce?: string;
}

/** A room begins; always its seq 1. */
export interface RoomCreated extends Stored {
    type: "room.created";
    kind: RoomKind;
    /** groups only */
    name?: string;
    /** where its maker decided, as of what follows */
    edit_history_s?: number;
    topic?: string;
    permissions?: Permissions;
    slow_mode_s?: number;
    locked?: boolean;
    archived?: boolean;
    visibility?: Visibility;
    join?: JoinRule;
    newcomers?: Newcomers | null;
    filters?: boolean;
    history?: HistoryRule;
    retention_s?: number;
}

/** Somebody is in the room from here on. */
export interface UserJoined extends Stored {
    type: "room.user.joined";
    user_id: string;
    /** who let them in; themselves, by a link or into a public group */
    by: string;
    role?: Role;
    /** seq of the link by which they came */
    link?: number;
}

/** Somebody left or was removed; nothing after it is theirs. */
export interface UserLeft extends Stored {
    type: "room.user.left";
    user_id: string;
    /** themselves, or who removed them */
    by: string;
    role?: Role;
    /** as who removed them gave it */
    reason?: string;
}

/** Somebody is muted: from created_at on for so many seconds they do not write, edit or react. */
export interface UserMuted extends Stored {
    type: "room.user.muted";
    user_id: string;
    /** who muted them */
    by: string;
    seconds: number;
    reason?: string;
}

/** Somebody is muted no longer. */
export interface UserUnmuted extends Stored {
    type: "room.user.unmuted";
    user_id: string;
    /** who ended it */
    by: string;
}

/** There is an invitation link into the room from here on. Its code is not in the event. */
export interface LinkCreated extends Stored {
    type: "room.link.created";
    /** its seq, which is that of the event */
    link: number;
    /** absent: for ever */
    seconds?: number;
    /** absent: any number */
    uses?: number;
}

/** An invitation link lets nobody in any more. */
export interface LinkRevoked extends Stored {
    type: "room.link.revoked";
    /** its seq */
    link: number;
}

/** Somebody is kept out from here on, for so many seconds or for good. Who was in the room leaves it with the next event. */
export interface UserBanned extends Stored {
    type: "room.user.banned";
    user_id: string;
    /** who banned them */
    by: string;
    /** absent: for good */
    seconds?: number;
    reason?: string;
}

/** Somebody is kept out no longer. */
export interface UserUnbanned extends Stored {
    type: "room.user.unbanned";
    user_id: string;
    /** who lifted it */
    by: string;
}

/** Somebody asks to be let in. What they say is only for those who decide (GET /rooms/{id}/requests). */
export interface RequestCreated extends Stored {
    type: "room.request.created";
    user_id: string;
    /** themselves */
    by: string;
}

/** Somebody was refused, or took back what they asked. Who is accepted joins (room.user.joined). */
export interface RequestClosed extends Stored {
    type: "room.request.closed";
    user_id: string;
    /** who refused it, or themselves */
    by: string;
}

/** Somebody has another role from here on. A room that is handed over has two of them: its new owner, and the old one, who is an admin then. */
export interface UserUpdated extends Stored {
    type: "room.user.updated";
    user_id: string;
    /** who gave it */
    by: string;
    role: Role;
}

/** Something is set anew in a room, or a group has a new owner because the old one left or an administrator of the server says so. */
export interface RoomUpdated extends Stored {
    type: "room.updated";
    /** the new name */
    name?: string;
    edit_history_s?: number;
    /** empty: there is none any more */
    topic?: string;
    /** those that were set; the others stay */
    permissions?: Permissions;
    /** 0: none */
    slow_mode_s?: number;
    locked?: boolean;
    archived?: boolean;
    visibility?: Visibility;
    join?: JoinRule;
    /** null: nothing holds for them any more */
    newcomers?: Newcomers | null;
    /** they were set anew, which ones those with the permission ask for; false: there are none any more */
    filters?: boolean;
    /** for those who join from here on */
    history?: HistoryRule;
    /** what was said longer ago goes; 0: it stays */
    retention_s?: number;
    /** the new owner */
    owner?: string;
    /** true: an administrator of the server did it, who need not be in the room; who was its owner before is an admin of it then */
    by_server?: boolean;
    /** true: its people cannot make it public; false: they can again */
    unlisted?: boolean;
    /** why, where an administrator did it */
    reason?: string;
}

/** A message. */
export interface MessageCreated extends Stored {
    type: "message.created";
    message: Message;
}

/** A message was edited. `target` says which one; read later, it is told as it stands then. */
export interface MessageUpdated extends Stored {
    type: "message.updated";
    /** seq of the message */
    target: number;
    /** as it stands now. Absent where it is not to be read. Live, also where some members of the room came too late for it and the server does not know whom to tell (events of another server, very large rooms): who may read it asks for it (GET /rooms/{id}/messages/{seq}) */
    message?: Message;
}

/** A message was deleted for everyone. `target` says which one; its place stays, its words are gone. */
export interface MessageDeleted extends Stored {
    type: "message.deleted";
    /** seq of the message */
    target: number;
    /** the tombstone, with `reason` where an administrator of the server did it and said why. Absent where the message is not to be read. Live the reason may be left away where somebody came too late for the message: who may read it finds it where messages are asked for */
    message?: Message;
    /** true: an administrator of the server did it, to whom it was reported, and who need not be in the room */
    by_server?: boolean;
}

/** Somebody put an emoji on a message. */
export interface ReactionAdded extends Stored {
    type: "reaction.added";
    /** seq of the message */
    target: number;
    emoji: string;
    /** with this emoji on it, from here on */
    people: number;
}

/** Somebody took their emoji off a message. */
export interface ReactionRemoved extends Stored {
    type: "reaction.removed";
    /** seq of the message */
    target: number;
    emoji: string;
    /** with this emoji on it, from here on */
    people: number;
}

/** A message was pinned. */
export interface MessagePinned extends Stored {
    type: "message.pinned";
    /** seq of the message */
    target: number;
}

/** A message is no longer pinned. */
export interface MessageUnpinned extends Stored {
    type: "message.unpinned";
    /** seq of the message */
    target: number;
}

/** Somebody voted in a poll, otherwise than before, or took their vote back. In an anonymous poll nobody is told who: `sender` is 00000000000, and there are neither `choices` nor `nonce`. Once the poll is deleted nothing of what was chosen is told: `choices`, `counts` and `voters` are gone. */
export interface PollVoted extends Stored {
    type: "poll.voted";
    /** seq of the poll */
    target: number;
    /** what they chose: options, counted from 0; empty: taken back */
    choices?: number[];
    /** of each option, people who choose it, from here on */
    counts?: number[];
    /** people who vote, from here on */
    voters?: number;
}

/** A poll was closed before its time, or had none. One whose time came is closed without an event. */
export interface PollClosed extends Stored {
    type: "poll.closed";
    /** seq of the poll */
    target: number;
}

/** The first event after signing in; from here on every event of every room of this person follows. */
export interface Connected {
    type: "connection.connected";
    /** oneself */
    user: User;
    session: string;
    /** the server's clock: what a room keeps for some time only goes by it */
    time: string;
    server: ServerInfo;
    /** those to know before sending: message_bytes, frame_bytes, ..., and for how long a message can be edited or deleted: message_edit_s, message_delete_s, 0 for ever */
    limits: Record<string, number>;
}

/** An entry of one's own feed changed, on this device or another; of two for one key the larger rev stands. */
export interface FeedChanged {
    type: "feed.changed";
    key: string;
    /** null: it was taken away */
    value: unknown;
    rev: number;
}

/** What one has chosen oneself in an anonymous poll, on this device or another: told to oneself alone, as `poll.voted` does not say it. Of two the one with the larger voted_seq stands; after connecting, `poll.mine` of the message says it. */
export interface PollChosen {
    type: "poll.chosen";
    room: string;
    /** seq of the poll */
    target: number;
    /** seq of the event that it was */
    voted_seq: number;
    /** options, counted from 0; empty: taken back */
    choices: number[];
}

/** The emoji of the server are others now: told to everybody. GET /emoji has them; programs should wait a moment of chance first, as all are told at once. */
export interface EmojiChanged {
    type: "emoji.changed";
    /** as GET /emoji has it from now on */
    version: number;
}

/** Somebody tells something else of themselves, or their account is gone (`deleted`): told to who shares a room of at most 100 people with them, to who watches them (presence.watch), and with what is only theirs to themselves. */
export interface PersonUpdated {
    type: "user.updated";
    user: User;
}

/** Somebody came, went or says something else of it: told to who shares a room of at most 100 people with them, to who watches them (presence.watch), and with `choice` to themselves. Coalesced; who left is offline after some seconds. */
export interface PresenceChanged {
    type: "presence.changed";
    user_id: string;
    presence: PresenceState;
    /** only to oneself */
    choice?: PresenceChoice;
    text?: string;
    emoji?: string;
    /** when text and emoji end */
    until?: string;
    last_seen?: string;
}

/** Somebody else is typing. */
export interface RoomTyping {
    type: "room.typing";
    room: string;
    user_id: string;
    /** seq of the message in whose thread; absent: in the room itself */
    thread?: number;
}

/** A device of somebody else has all up to here; in rooms of more than `delivered_members` people this is not told, nor where one of both has the entry settings:no-receipts. Who has read further has that too. */
export interface RoomDelivered {
    type: "room.delivered";
    room: string;
    user_id: string;
    delivered_seq: number;
}

/** Somebody has read up to here; in rooms of more than 100 people only one's own markers are told, and so where one of both has the entry settings:no-receipts. */
export interface RoomRead {
    type: "room.read";
    room: string;
    user_id: string;
    read_seq: number;
    /** `count` at read_seq */
    read_count: number;
}

/** Events of a room's log, numbered by `seq`. */
export type StoredEvent =
    | RoomCreated
    | UserJoined
    | UserLeft
    | UserMuted
    | UserUnmuted
    | LinkCreated
    | LinkRevoked
    | UserBanned
    | UserUnbanned
    | RequestCreated
    | RequestClosed
    | UserUpdated
    | RoomUpdated
    | MessageCreated
    | MessageUpdated
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MessagePinned
    | MessageUnpinned
    | PollVoted
    | PollClosed;

/** Events that are told once and never stored. */
export type LiveEvent =
    | Connected
    | FeedChanged
    | PollChosen
    | EmojiChanged
    | PersonUpdated
    | PresenceChanged
    | RoomTyping
    | RoomDelivered
    | RoomRead;

export type Event =
    | StoredEvent
    | LiveEvent;

/** Sign in, where the upgrade carried no Authorization header; within 10 seconds. */
export interface AuthCommand {
    type: "auth";
    /** an access token */
    token: string;
}

export interface AuthReply {
}

/** Ask for a sign of life. */
export interface PingCommand {
    type: "ping";
}

export interface PingReply {
    /** the server's clock */
    time: string;
}

/** Send a message; the reply comes when it is durable. */
export interface MessageSendCommand {
    type: "message.send";
    room: string;
    /** made by the server where it is missing; a retry is then a new message */
    nonce?: string;
    content: Content;
    /** seq of the message that it answers, in the same thread */
    reply_to?: number;
    /** seq of the message whose thread it is sent to; absent: to the room itself */
    thread?: number;
}

export interface MessageSendReply {
    seq: number;
    message_id: string;
    created_at: string;
    /** true where the nonce had been seen; the rest is then of the first one */
    duplicate: boolean;
}

/** Give a message of one's own new content. */
export interface MessageEditCommand {
    type: "message.edit";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
    content: Content;
}

export interface MessageEditReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Delete a message for everyone: one's own, or with the permission `delete` anybody's. */
export interface MessageDeleteCommand {
    type: "message.delete";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
}

export interface MessageDeleteReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Send what a message says to another room, or to the same one again; takes the permission `forward` where it stands and `write` where it goes. */
export interface MessageForwardCommand {
    type: "message.forward";
    /** where it stands */
    room: string;
    /** of the message */
    seq: number;
    /** the room it goes to */
    to: string;
    /** of the new message, as with message.send */
    nonce?: string;
}

export interface MessageForwardReply {
    /** in the room it went to */
    seq: number;
    message_id: string;
    created_at: string;
    /** true where the nonce had been seen; the rest is then of the first one */
    duplicate: boolean;
}

/** Put an emoji on a message. */
export interface MessageReactCommand {
    type: "message.react";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
    /** one emoji, or `:name:` of one of this server */
    emoji: string;
}

export interface MessageReactReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is there already */
    duplicate: boolean;
}

/** Take one's emoji off a message. */
export interface MessageUnreactCommand {
    type: "message.unreact";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
    /** one emoji, or `:name:` of one of this server */
    emoji: string;
}

export interface MessageUnreactReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is there already */
    duplicate: boolean;
}

/** Vote in a poll; what one chose before counts no more, unless `base` says what is changed. Takes the permission `react`. */
export interface PollVoteCommand {
    type: "poll.vote";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
    /** options, counted from 0; empty: takes one's vote back */
    choices: number[];
    /** what one had chosen as far as one's device knows: the vote then changes no more than leads from there to `choices`, whatever was chosen elsewhere meanwhile; in a poll of one choice another one takes the place. Absent: the vote takes the place of any other */
    base?: number[];
}

export interface PollVoteReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is so already */
    duplicate: boolean;
}

/** Close a poll before its time: one's own, or with the permission `delete` anybody's. */
export interface PollCloseCommand {
    type: "poll.close";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
}

export interface PollCloseReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is closed already */
    duplicate: boolean;
}

/** Pin a message; takes the permission `pin`, which in a direct room both have. */
export interface MessagePinCommand {
    type: "message.pin";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
}

export interface MessagePinReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is there already */
    duplicate: boolean;
}

/** Unpin a message. */
export interface MessageUnpinCommand {
    type: "message.unpin";
    room: string;
    /** of the message */
    seq: number;
    nonce?: string;
}

export interface MessageUnpinReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen, or it is there already */
    duplicate: boolean;
}

/** Set something anew in a room, as PATCH /rooms/{id}; each setting takes its permission. */
export interface RoomUpdateCommand {
    type: "room.update";
    room: string;
    nonce?: string;
    name?: string;
    /** one line; empty takes it away */
    topic?: string;
    /** those to set; the others stay */
    permissions?: Permissions;
    /** 0: none */
    slow_mode_s?: number;
    locked?: boolean;
    archived?: boolean;
    visibility?: Visibility;
    join?: JoinRule;
    edit_history_s?: number;
    /** all of them anew; null: none */
    filters?: Filters | null;
    /** what holds for people who have just come; null: nothing */
    newcomers?: Newcomers | null;
    history?: HistoryRule;
    retention_s?: number;
}

export interface RoomUpdateReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Come into a public group. */
export interface RoomJoinCommand {
    type: "room.join";
    room: string;
    nonce?: string;
}

export interface RoomJoinReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Ask to be let into a public group that decides of each. */
export interface RequestMakeCommand {
    type: "request.make";
    room: string;
    /** for those who decide */
    text?: string;
    nonce?: string;
}

export interface RequestMakeReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Let somebody in who has asked; takes the permission `invite`. */
export interface RequestAcceptCommand {
    type: "request.accept";
    room: string;
    user_id: string;
    nonce?: string;
}

export interface RequestAcceptReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Refuse somebody who has asked, which takes the permission `invite`, or take back what one asked oneself. */
export interface RequestCloseCommand {
    type: "request.close";
    room: string;
    user_id: string;
    nonce?: string;
}

export interface RequestCloseReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Let somebody into a group; takes the permission `invite`. */
export interface MemberAddCommand {
    type: "member.add";
    room: string;
    user_id: string;
    nonce?: string;
}

export interface MemberAddReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Remove somebody of a lower role, which takes the permission `remove`, or leave. */
export interface MemberRemoveCommand {
    type: "member.remove";
    room: string;
    user_id: string;
    /** for all to read */
    reason?: string;
    nonce?: string;
}

export interface MemberRemoveReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Give somebody another role, as PATCH /rooms/{id}/members/{user_id}. */
export interface MemberUpdateCommand {
    type: "member.update";
    room: string;
    user_id: string;
    role: Role;
    nonce?: string;
}

export interface MemberUpdateReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Mute somebody of a lower role, as PUT /rooms/{id}/members/{user_id}/mute. */
export interface MemberMuteCommand {
    type: "member.mute";
    room: string;
    user_id: string;
    seconds: number;
    /** for all to read */
    reason?: string;
    nonce?: string;
}

export interface MemberMuteReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** End it before its time. */
export interface MemberUnmuteCommand {
    type: "member.unmute";
    room: string;
    user_id: string;
    nonce?: string;
}

export interface MemberUnmuteReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Keep somebody out, as PUT /rooms/{id}/bans/{user_id}. */
export interface MemberBanCommand {
    type: "member.ban";
    room: string;
    user_id: string;
    /** absent: for good */
    seconds?: number;
    /** for all to read */
    reason?: string;
    nonce?: string;
}

export interface MemberBanReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Make an invitation link, as POST /rooms/{id}/links. */
export interface LinkMakeCommand {
    type: "link.make";
    room: string;
    /** absent: for ever */
    seconds?: number;
    /** people it lets in; absent: any number */
    uses?: number;
    nonce?: string;
}

export type LinkMakeReply = Link;

/** The invitation links of a room that still let people in, as GET /rooms/{id}/links. */
export interface LinkListCommand {
    type: "link.list";
    room: string;
}

export interface LinkListReply {
    /** at most room_links */
    links: Link[];
}

/** An invitation link lets nobody in any more. */
export interface LinkRevokeCommand {
    type: "link.revoke";
    room: string;
    /** of the link */
    seq: number;
    nonce?: string;
}

export interface LinkRevokeReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Come into a room by the code of an invitation link, as POST /links/join. */
export interface LinkJoinCommand {
    type: "link.join";
    code: string;
    nonce?: string;
}

export interface LinkJoinReply {
    /** the room */
    room: string;
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Delete what somebody wrote, as DELETE /rooms/{id}/members/{user_id}/messages. */
export interface MemberDeleteMessagesCommand {
    type: "member.delete_messages";
    room: string;
    user_id: string;
    /** so far back */
    seconds?: number;
    /** true: all of it; this or `seconds` must be given */
    all?: boolean;
    /** those older than this seq: `next` of the answer before */
    before?: number;
}

export interface MemberDeleteMessagesReply {
    /** how many were */
    deleted: number;
    /** there may be more, whether any were deleted or not: ask again, with `next` */
    has_more: boolean;
    /** where there may be more: `before` of the next request */
    next?: number;
}

/** Lift it before its time. */
export interface MemberUnbanCommand {
    type: "member.unban";
    room: string;
    user_id: string;
    nonce?: string;
}

export interface MemberUnbanReply {
    /** of the event */
    seq: number;
    created_at: string;
    /** true where the nonce had been seen */
    duplicate: boolean;
}

/** Report a message, a person or a group, as POST /reports. */
export interface ReportMakeCommand {
    type: "report.make";
    room?: string;
    /** of a message in it */
    seq?: number;
    user_id?: string;
    category: ReportCategory;
    text?: string;
}

export type ReportMakeReply = OwnReport;

/** Decide of a report, as PUT /reports/{id}/outcome. */
export interface ReportResolveCommand {
    type: "report.resolve";
    report: string;
    /** `acted` or `dismissed` */
    outcome: string;
    reason?: string;
}

export type ReportResolveReply = Report;

/** Hand a report on to the administrators, as PUT /reports/{id}/escalation. */
export interface ReportEscalateCommand {
    type: "report.escalate";
    report: string;
    reason?: string;
}

export type ReportEscalateReply = Report;

/** Delete the message that a report to the administrators is about, as DELETE /reports/{id}/message. */
export interface ReportDeleteMessageCommand {
    type: "report.delete_message";
    report: string;
    /** for all who may read the message: in its place; and for the audit log */
    reason?: string;
    nonce?: string;
}

export type ReportDeleteMessageReply = Done;

/** Tell the others that one is typing; never stored. */
export interface RoomTypingCommand {
    type: "room.typing";
    room: string;
    /** seq of the message in whose thread one types; absent: in the room itself */
    thread?: number;
}

export interface RoomTypingReply {
}

/** Move one's read marker; it only ever grows. */
export interface RoomReadCommand {
    type: "room.read";
    room: string;
    /** one past last_seq counts as last_seq */
    seq: number;
}

export interface RoomReadReply {
    /** what stands now */
    read_seq: number;
    unread: number;
}

/** Say that this device has all up to here; it only ever grows, and what was read is delivered. Once a second for a room is enough, for the last of what arrived. Of no effect in rooms of more than `delivered_members` people, and where one has the entry settings:no-receipts. */
export interface RoomDeliveredCommand {
    type: "room.delivered";
    room: string;
    /** one past last_seq counts as last_seq */
    seq: number;
}

export interface RoomDeliveredReply {
}

/** Messages of a room, as GET /rooms/{id}/messages. */
export interface RoomHistoryCommand {
    type: "room.history";
    room: string;
    /** seq of a message: the answers in its thread */
    thread?: number;
    /** those older than this seq */
    before?: number;
    /** those newer than this seq */
    after?: number;
    /** half of them older than this seq, the rest from it on */
    around?: number;
    /** 1 to 200, 50 if absent */
    limit?: number;
}

export type RoomHistoryReply = MessagePage;

/** Put an entry of one's own feed; one's other connections are told. */
export interface FeedPutCommand {
    type: "feed.put";
    /** as PUT /me/feed/{key} has them */
    key: string;
    /** an object */
    value: unknown;
    /** put it only where the entry still has this rev; 0: where there is none */
    rev?: number;
}

export interface FeedPutReply {
    /** as before if the value is what it was */
    rev: number;
}

/** Take an entry out of one's own feed. */
export interface FeedDeleteCommand {
    type: "feed.delete";
    key: string;
    /** only where the entry still has this rev */
    rev?: number;
}

export interface FeedDeleteReply {
    rev: number;
}

/** Ask who of these is there, and hear of it from now on, on this connection, instead of those asked for before. */
export interface PresenceWatchCommand {
    type: "presence.watch";
    /** at most 200, such as those on the screen */
    users: string[];
}

export interface PresenceWatchReply {
    /** one for each; of nobody, and of who does not want to be seen, offline */
    presences: Presence[];
}

/** Say that nobody is at this connection, or that somebody is again; a person is away where all connections are. */
export interface PresenceAwayCommand {
    type: "presence.away";
    /** true if absent */
    away?: boolean;
}

export interface PresenceAwayReply {
}

/** Say what others shall see, as PUT /me/presence. */
export interface PresenceSetCommand {
    type: "presence.set";
    /** auto if absent */
    choice?: PresenceChoice;
    text?: string;
    /** one emoji */
    emoji?: string;
    /** seconds after which text and emoji end */
    expires_in?: number;
}

export type PresenceSetReply = Presence;

/** Get all that was missed; call again with the same fields and `cursor` until `next` is null. */
export interface SyncCommand {
    type: "sync";
    /** room id: the last seq seen */
    rooms?: Record<string, number>;
    /** the last rev of one's own feed that was seen */
    rev?: number;
    /** events of one room, 1 to 200, 50 if absent */
    limit?: number;
    /** of a room that was not named: so many of its newest events, 1 to 20, 20 if absent; may be another on each page */
    newest?: number;
    /** true: just the rooms named */
    only?: boolean;
    /** just rooms whose ids sort behind this one; who has too many rooms to name in one frame asks range by range */
    after?: string;
    /** just rooms up to this one */
    through?: string;
    /** `next` of the reply before */
    cursor?: string;
}

export interface SyncReply {
    /** those with more than the client said */
    rooms: SyncRoom[];
    /** named, but not or no longer one's own */
    left: string[];
    /** changes of one's own feed */
    me: FeedEntry[];
    rev: number;
    next: string | null;
}

export type Command =
    | AuthCommand
    | PingCommand
    | MessageSendCommand
    | MessageEditCommand
    | MessageDeleteCommand
    | MessageForwardCommand
    | MessageReactCommand
    | MessageUnreactCommand
    | PollVoteCommand
    | PollCloseCommand
    | MessagePinCommand
    | MessageUnpinCommand
    | RoomUpdateCommand
    | RoomJoinCommand
    | RequestMakeCommand
    | RequestAcceptCommand
    | RequestCloseCommand
    | MemberAddCommand
    | MemberRemoveCommand
    | MemberUpdateCommand
    | MemberMuteCommand
    | MemberUnmuteCommand
    | MemberBanCommand
    | LinkMakeCommand
    | LinkListCommand
    | LinkRevokeCommand
    | LinkJoinCommand
    | MemberDeleteMessagesCommand
    | MemberUnbanCommand
    | ReportMakeCommand
    | ReportResolveCommand
    | ReportEscalateCommand
    | ReportDeleteMessageCommand
    | RoomTypingCommand
    | RoomReadCommand
    | RoomDeliveredCommand
    | RoomHistoryCommand
    | FeedPutCommand
    | FeedDeleteCommand
    | PresenceWatchCommand
    | PresenceAwayCommand
    | PresenceSetCommand
    | SyncCommand;

/** The reply to each command, by the command's type. */
export interface Replies {
    "auth": AuthReply;
    "ping": PingReply;
    "message.send": MessageSendReply;
    "message.edit": MessageEditReply;
    "message.delete": MessageDeleteReply;
    "message.forward": MessageForwardReply;
    "message.react": MessageReactReply;
    "message.unreact": MessageUnreactReply;
    "poll.vote": PollVoteReply;
    "poll.close": PollCloseReply;
    "message.pin": MessagePinReply;
    "message.unpin": MessageUnpinReply;
    "room.update": RoomUpdateReply;
    "room.join": RoomJoinReply;
    "request.make": RequestMakeReply;
    "request.accept": RequestAcceptReply;
    "request.close": RequestCloseReply;
    "member.add": MemberAddReply;
    "member.remove": MemberRemoveReply;
    "member.update": MemberUpdateReply;
    "member.mute": MemberMuteReply;
    "member.unmute": MemberUnmuteReply;
    "member.ban": MemberBanReply;
    "link.make": LinkMakeReply;
    "link.list": LinkListReply;
    "link.revoke": LinkRevokeReply;
    "link.join": LinkJoinReply;
    "member.delete_messages": MemberDeleteMessagesReply;
    "member.unban": MemberUnbanReply;
    "report.make": ReportMakeReply;
    "report.resolve": ReportResolveReply;
    "report.escalate": ReportEscalateReply;
    "report.delete_message": ReportDeleteMessageReply;
    "room.typing": RoomTypingReply;
    "room.read": RoomReadReply;
    "room.delivered": RoomDeliveredReply;
    "room.history": RoomHistoryReply;
    "feed.put": FeedPutReply;
    "feed.delete": FeedDeleteReply;
    "presence.watch": PresenceWatchReply;
    "presence.away": PresenceAwayReply;
    "presence.set": PresenceSetReply;
    "sync": SyncReply;
}

/** Make an account and sign in. */
export interface SignupBody {
    /** 3 to 32 letters and digits of any script, `_`, `.`, `-` */
    username: string;
    /** 8 to 256 bytes */
    password: string;
    email?: string;
    /** the username if absent */
    display_name?: string;
    locale?: string;
    /** needed where the server invites */
    invite?: string;
    /** true: the refresh token goes into an HttpOnly cookie */
    cookie?: boolean;
}

/** Sign in; a wrong name and a wrong password are one answer. */
export interface SigninBody {
    /** the username (or the e-mail address, once it is verified; verifying one is not offered) */
    login: string;
    password: string;
    /** true: the refresh token goes into an HttpOnly cookie */
    cookie?: boolean;
}

/** Spend a refresh token for new tokens. */
export interface RefreshBody {
    /** absent where it is in the cookie */
    refresh_token?: string;
}

/** Change one's password; ends one's other sessions. */
export interface ChangePasswordBody {
    old_password: string;
    /** 8 to 256 bytes */
    new_password: string;
}

export interface ListSessionsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListSessionsAnswer {
    sessions: SessionInfo[];
    next: string | null;
}

/** Change what one tells of oneself. It is told (user.updated) to who shares a room of at most 100 people with one. */
export interface UpdateMeBody {
    display_name?: string;
    locale?: string;
    /** lines of text; empty, as of the next two: there is none */
    about?: string;
    pronouns?: string;
    /** as the IANA database names it, such as `Europe/Vienna` */
    time_zone?: string;
}

/** Delete one's account; the messages stay. The last administrator makes somebody else one before. */
export interface DeleteMeBody {
    password: string;
}

export interface ListFeedQuery {
    /** settings, room, draft, saved, hidden, contact, block, folder, scheduled, thread, report or reports */
    family: string;
    limit?: number;
    cursor?: string;
}

export interface ListFeedAnswer {
    entries: FeedEntry[];
    next: string | null;
}

/** Put an entry of one's own feed: settings:NAME, room:ROOM (`muted`, `favourite` and `archived`: true; `notifications`: all, mentions or none; `folder`: the NAME of one), settings:notifications (`level`: the same where a room has none), draft:ROOM, draft:ROOM.SEQ (in the thread there), saved:ROOM.SEQ, hidden:ROOM.SEQ (deleted for oneself), contact:USER (nickname, notes), block:USER (who sees no presence, cannot bring one into a room, and neither of both writes in the direct room of the two), settings:contacts-only (there: only contacts can), settings:no-receipts (nobody is told how far one has read, nor is one told of others), settings:no-last-seen (others are not told when one was last there), settings:unlisted (only contacts find one by name), settings:undo (`seconds`: what is sent in the page waits so long, to be taken back), folder:NAME (its `title`), scheduled:ROOM.NONCE (a ScheduledMessage, which the server sends when it is due, by that nonce, and takes away; deleting it before cancels it), thread:ROOM.SEQ (a ThreadMark, which the server puts too). What all other values say is the clients' to agree on; all of the person's connections are told. */
export interface PutFeedBody {
    /** an object */
    value: unknown;
    /** put it only where the entry still has this rev; 0: where there is none */
    rev?: number;
}

/** Take an entry out of one's own feed. */
export interface DeleteFeedBody {
    /** only where the entry still has this rev */
    rev?: number;
}

/** Say what others shall see; what is absent is empty. It stays over disconnects and restarts. */
export interface PutPresenceBody {
    /** auto if absent */
    choice?: PresenceChoice;
    /** at most 128 bytes */
    text?: string;
    /** one emoji */
    emoji?: string;
    /** seconds after which text and emoji end, at most a year */
    expires_in?: number;
}

export interface ListPresencesQuery {
    /** ids with commas between, at most 100 */
    ids: string;
}

export interface ListPresencesAnswer {
    /** one for each; of nobody, and of who does not want to be seen, offline */
    presences: Presence[];
}

export interface ListUsersQuery {
    /** at most 256 bytes */
    search?: string;
    /** ids with commas between, at most 100 */
    ids?: string;
    limit?: number;
    cursor?: string;
}

export interface ListUsersAnswer {
    users: User[];
    next: string | null;
}

export interface GetServiceAnswer {
    name: string;
    version: string;
    /** just now */
    signup: SignupPolicy;
    /** what names and passwords may be */
    account: AccountLimits;
    /** what holds for people whose account is new; absent: nothing */
    newcomers?: Newcomers;
}

/** Set who may sign up, which words and links are wanted nowhere, and what holds for newcomers: from now on, on all servers of one store (on others within two seconds) and after restarts; `signup` goes before the program's own setting of that name. Administrators only. */
export interface UpdateSettingsBody {
    /** `open`, `invite` or `closed`; `default`: as the program was started */
    signup?: string;
    /** all of them anew; null: none. They hold in every room, direct ones too, for everybody, and for names and profiles */
    filters?: Filters | null;
    /** what holds for people whose account is new; null: nothing */
    newcomers?: Newcomers | null;
}

export interface ListEmojiAnswer {
    /** it grows with each change */
    version: number;
    emoji: Emoji[];
}

/** Give an emoji another name. Where it was used by its old one it is still shown. Administrators only. */
export interface RenameEmojiBody {
    name: string;
}

export interface ListPeopleQuery {
    /** at most 256 bytes */
    search?: string;
    /** `all` if absent; with another a page may have fewer than asked for, or none */
    state?: PeopleState;
    limit?: number;
    cursor?: string;
}

export interface ListPeopleAnswer {
    people: AdminPerson[];
    next: string | null;
}

/** Make somebody an administrator of the server, or no longer one; administrators only. The last one stays one. */
export interface UpdatePersonBody {
    admin: boolean;
}

/** Suspend somebody, for so many seconds or for good; administrators only. All their sessions end at once, and who signs in is told why and until when. What they wrote stays. A second time replaces the first. */
export interface SuspendBody {
    /** absent: for good */
    seconds?: number;
    /** for them to read */
    reason?: string;
}

export interface ListSessionsOfQuery {
    limit?: number;
    cursor?: string;
}

export interface ListSessionsOfAnswer {
    sessions: SessionInfo[];
    next: string | null;
}

export interface EndSessionsOfAnswer {
    /** how many */
    ended: number;
}

export interface ListGroupsQuery {
    /** at most four words, or an id; at most 256 bytes */
    search?: string;
    /** `all` if absent */
    state?: GroupsState;
    limit?: number;
    cursor?: string;
}

export interface ListGroupsAnswer {
    rooms: AdminRoom[];
    next: string | null;
}

export interface ListGroupMembersQuery {
    /** as of list_members */
    search?: string;
    limit?: number;
    cursor?: string;
}

export interface ListGroupMembersAnswer {
    members: Member[];
    next: string | null;
}

/** Lock a group, close it, take it out of the directory, or give it a new owner, without being in it; administrators only. Its people are told (room.updated with `by_server`), and those of the group cannot undo it. One reads nothing by it. */
export interface OverseeGroupBody {
    /** true: only those with the permission `lock` write, until an administrator unlocks it */
    locked?: boolean;
    /** true: nobody writes, and the directory does not show it, until an administrator opens it */
    archived?: boolean;
    /** true: it becomes private and stays so; false: its people may make it public again, and it stays private until they do */
    unlisted?: boolean;
    /** a member, who is its owner from here on; who was it before is an admin of it */
    owner?: string;
    /** for its people to read, and for the audit log */
    reason?: string;
    nonce?: string;
}

/** Make an invitation code; administrators only. */
export interface CreateInviteBody {
    /** 1 to 1000, 1 if absent */
    uses?: number;
    /** seconds, a week if absent */
    expires_in?: number;
}

/** Make a room; the same nonce, or a second direct room of the same two people, gives the first one (the RoomView of a member; to who has left it the Room as it began). */
export interface CreateRoomBody {
    kind: RoomKind;
    /** groups only, and needed there */
    name?: string;
    /** the others; one of them for a direct room */
    members: string[];
    /** groups only; as PATCH sets it, and so of those that follow */
    edit_history_s?: number;
    topic?: string;
    permissions?: Permissions;
    slow_mode_s?: number;
    locked?: boolean;
    archived?: boolean;
    visibility?: Visibility;
    join?: JoinRule;
    filters?: Filters | null;
    newcomers?: Newcomers | null;
    history?: HistoryRule;
    /** direct rooms too */
    retention_s?: number;
    nonce?: string;
}

export interface ListRoomsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListRoomsAnswer {
    rooms: RoomView[];
    next: string | null;
}

/** Set something anew in a room; each setting takes its permission: `edit` the name, the topic, the visibility, the history and edit_history_s, `slow_mode`, `lock`, `archive`, `permissions`, `filters` the filters and what holds for newcomers, and `retention`, which alone there is in direct rooms. The answer is the RoomView of a member; a retry of who has left gets the Room as it was then. */
export interface UpdateRoomBody {
    name?: string;
    /** how long to keep what messages said before they were edited; 0 not at all */
    edit_history_s?: number;
    /** one line; empty takes it away */
    topic?: string;
    /** those to set; the others stay. `write` given to `moderator` makes it a room of announcements */
    permissions?: Permissions;
    /** seconds that a person waits between two messages; 0: none */
    slow_mode_s?: number;
    /** true: only those with the permission `lock` write */
    locked?: boolean;
    /** true: nobody writes */
    archived?: boolean;
    /** `public`: everybody finds it in the directory and comes in, and reads what was said */
    visibility?: Visibility;
    /** of a public group */
    join?: JoinRule;
    /** words and links that are not wanted, all of them anew; null: none. Everybody is told that they were set, and which they are those with the permission alone */
    filters?: Filters | null;
    /** what holds for people who have just come; null: nothing */
    newcomers?: Newcomers | null;
    /** for those who join from now on; nobody who is there loses anything */
    history?: HistoryRule;
    /** what was said longer ago than so many seconds goes from here, at once and for good: 60 or more, and not more than the limit retention_s; 0: it stays */
    retention_s?: number;
    nonce?: string;
}

export interface ListMembersQuery {
    /** only those of whom the username, the display name or a word in them begins so, in any case; at most 256 bytes. Of a name that many have, one request looks at 5,000 people of the room at most, so that a page may hold few or nobody and there is a `next` all the same */
    search?: string;
    limit?: number;
    cursor?: string;
}

export interface ListMembersAnswer {
    members: Member[];
    next: string | null;
}

export interface ListReceiptsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListReceiptsAnswer {
    receipts: Receipt[];
    next: string | null;
}

/** Let somebody in; takes the permission `invite`. */
export interface AddMemberBody {
    user_id: string;
    nonce?: string;
}

/** Remove somebody of a lower role, which takes the permission `remove`, or leave. With a nonce a retry is answered as the first time. */
export interface RemoveMemberBody {
    /** for all to read, and for who is removed */
    reason?: string;
    nonce?: string;
}

/** Give somebody another role: people of a lower role than one's own one below it, which takes the permission `roles`; oneself a lower one. `owner`, which only the owner gives, hands the room over. */
export interface UpdateMemberBody {
    role: Role;
    nonce?: string;
}

/** Mute somebody of a lower role: for so many seconds they do not write, edit or react. Takes the permission `mute`; a second time counts from then on. */
export interface MuteMemberBody {
    seconds: number;
    /** for all to read */
    reason?: string;
    nonce?: string;
}

/** End it before its time. */
export interface UnmuteMemberBody {
    nonce?: string;
}

/** Make an invitation link: whoever has its code comes in as a member, for so long and so often as it says. Takes the permission `invite`. */
export interface MakeLinkBody {
    /** absent: for ever */
    seconds?: number;
    /** people it lets in; absent: any number */
    uses?: number;
    nonce?: string;
}

export interface ListLinksAnswer {
    /** at most room_links */
    links: Link[];
}

/** An invitation link lets nobody in any more. Takes the permission `invite`. */
export interface RevokeLinkBody {
    nonce?: string;
}

/** Come into a room by the code of an invitation link. */
export interface JoinByLinkBody {
    code: string;
    nonce?: string;
}

export interface ListDirectoryQuery {
    /** at most four words, and 256 bytes */
    search?: string;
    limit?: number;
    cursor?: string;
}

export interface ListDirectoryAnswer {
    rooms: ListedRoom[];
    next: string | null;
}

/** Come into a public group, as a member; who left it as a guest is one again. A private one is told 404, as one that never was. */
export interface JoinRoomBody {
    nonce?: string;
}

/** Ask to be let into a public group that decides of each; once, until that is decided. */
export interface AskBody {
    /** one line, for those who decide */
    text?: string;
    nonce?: string;
}

export interface ListRequestsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListRequestsAnswer {
    requests: JoinRequest[];
    next: string | null;
}

/** Let somebody in who has asked; takes the permission `invite`. */
export interface AcceptRequestBody {
    nonce?: string;
}

/** Refuse somebody who has asked, which takes the permission `invite`, or take back what one asked oneself. */
export interface CloseRequestBody {
    nonce?: string;
}

export interface ListOwnRequestsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListOwnRequestsAnswer {
    requests: OwnRequest[];
    next: string | null;
}

export interface ListAuditQuery {
    /** only what this person did */
    by?: string;
    /** only what was done to this person */
    user?: string;
    /** only this */
    type?: string;
    /** nothing before this */
    since?: string;
    /** nothing from this on */
    until?: string;
    limit?: number;
    cursor?: string;
}

export interface ListAuditAnswer {
    entries: AuditEntry[];
    /** those named in them */
    users: User[];
    next: string | null;
}

export interface ListThreadsQuery {
    limit?: number;
    cursor?: string;
}

export interface ListThreadsAnswer {
    /** a page may have fewer than asked for, or none */
    threads: FollowedThread[];
    next: string | null;
}

export interface ListAllAuditQuery {
    /** only what this person did */
    by?: string;
    /** only what was done to this person */
    user?: string;
    /** only this */
    type?: string;
    /** nothing before this */
    since?: string;
    /** nothing from this on */
    until?: string;
    limit?: number;
    cursor?: string;
}

export interface ListAllAuditAnswer {
    entries: AuditEntry[];
    /** those named in them */
    users: User[];
    next: string | null;
}

/** Report a message (`room` and `seq`), a person (`user_id`) or a group (`room`) that one is in or that everybody finds. A message of a group is told to those with the permission `reports` there, unless it is of one of them, or one of them reports; all else to the administrators of the server. What is reported goes along as it is now, with what was said around it, until somebody has decided. The entry `report:ID` of one's feed tells how it ends. */
export interface MakeReportBody {
    room?: string;
    /** of a message in it */
    seq?: number;
    user_id?: string;
    category: ReportCategory;
    /** what one says of it, in lines */
    text?: string;
}

export interface ListReportsQuery {
    /** `open`, those of which nobody has decided, or `all`; `open` if absent */
    state?: string;
    /** words of what was said of it, or of the names of who is reported or reports; at most 256 bytes */
    q?: string;
    limit?: number;
    cursor?: string;
}

export interface ListRoomReportsQuery {
    /** `open`, those of which nobody has decided, or `all`; `open` if absent */
    state?: string;
    /** words of what was said of it, or of the names of who is reported or reports; at most 256 bytes */
    q?: string;
    limit?: number;
    cursor?: string;
}

export interface GetReportAnswer {
    report: Report;
    /** those named in it */
    users: User[];
    /** the group that it is about */
    rooms: ReportedRoom[];
}

/** Decide of a report. What was reported is forgotten by it, who reported is told the outcome, and it is in the audit log. Deciding the same again is answered as before. */
export interface ResolveReportBody {
    /** `acted`, something was done, or `dismissed`, nothing was wrong */
    outcome: string;
    /** for those who decide, not for who reported */
    reason?: string;
}

/** Hand a report of a room on to the administrators of the server, who decide of it from then on. The answer is without what was said (`evidence`) and what becomes of it, which are theirs to see. */
export interface EscalateReportBody {
    /** for them */
    reason?: string;
}

/** Delete for everyone the message that an open report is about which lies with the administrators of the server; for them, in any room, in it or not. One reads nothing by it, and the report stays open. Its people are told (message.deleted with `by_server`), and it is in the audit log. */
export interface DeleteReportedBody {
    /** for all who may read the message: in its place; and for the audit log */
    reason?: string;
    nonce?: string;
}

export interface DeleteMessagesOfQuery {
    /** so far back */
    seconds?: number;
    /** `true`: all of it; this or `seconds` must be given */
    all?: boolean;
    /** those older than this seq: `next` of the answer before */
    before?: number;
}

export interface DeleteMessagesOfAnswer {
    /** how many were */
    deleted: number;
    /** there may be more, whether any were deleted or not: ask again, with `next` */
    has_more: boolean;
    /** where there may be more: `before` of the next request */
    next?: number;
}

export interface GetFiltersAnswer {
    filters: Filters;
}

export interface ListBansQuery {
    limit?: number;
    cursor?: string;
}

export interface ListBansAnswer {
    bans: Ban[];
    next: string | null;
}

/** Keep somebody out, for so many seconds or for good: who is in the room is removed, and nobody lets them in. Takes the permission `ban`, and over who is in the room a higher role than theirs; a second time replaces the first. */
export interface BanBody {
    /** absent: for good */
    seconds?: number;
    /** for all to read */
    reason?: string;
    nonce?: string;
}

/** Lift a ban before its time. Nobody comes back by that alone. */
export interface UnbanBody {
    nonce?: string;
}

/** Say that one has all up to here, as the command room.delivered; it only ever grows. */
export interface MarkDeliveredBody {
    /** one past last_seq counts as last_seq */
    seq: number;
}

/** Move one's read marker; it only ever grows. */
export interface MarkReadBody {
    /** one past last_seq counts as last_seq */
    seq: number;
}

export interface MarkReadAnswer {
    read_seq: number;
    unread: number;
}

/** Send a message; the answer comes when it is durable. The same nonce again gives the first one, whatever the content. */
export interface SendMessageBody {
    nonce?: string;
    content: Content;
    /** seq of the message that it answers, in the same thread */
    reply_to?: number;
    /** seq of the message whose thread it is sent to; absent: to the room itself */
    thread?: number;
}

export interface ListMessagesQuery {
    /** seq of a message: the answers in its thread, and none of the room itself */
    thread?: number;
    /** those older than this seq */
    before?: number;
    /** those newer than this seq */
    after?: number;
    /** half of them older than this seq, the rest from it on */
    around?: number;
    /** 1 to 200, 50 if absent */
    limit?: number;
}

/** Give a message of one's own new content. */
export interface EditMessageBody {
    content: Content;
    nonce?: string;
}

/** Delete a message for everyone: one's own, or with the permission `delete` anybody's. Its place stays and goes on being counted; its words are gone for good. */
export interface DeleteMessageBody {
    nonce?: string;
}

export interface ListVersionsQuery {
    /** those behind the version with this seq */
    after?: number;
    /** 1 to 200, 50 if absent */
    limit?: number;
}

export interface ListVersionsAnswer {
    versions: Version[];
    /** newer ones follow */
    has_more: boolean;
}

/** Send what a message says to another room, or to the same one again; takes the permission `forward` where it stands and `write` where it goes. The answer is the new message. What becomes of the old one, an edit or a deletion, does not reach it. */
export interface ForwardMessageBody {
    /** the room it goes to */
    to: string;
    /** of the new message */
    nonce?: string;
}

/** Put an emoji on a message. Its path ends with the emoji, percent-encoded, or with `:name:` of an emoji of this server. */
export interface AddReactionBody {
    nonce?: string;
}

/** Take one's emoji off a message. */
export interface RemoveReactionBody {
    nonce?: string;
}

export interface ListReactionUsersQuery {
    limit?: number;
    cursor?: string;
}

export interface ListReactionUsersAnswer {
    users: User[];
    next: string | null;
}

/** Vote in a poll; what one chose before counts no more, unless `base` says what is changed. */
export interface VoteBody {
    /** options, counted from 0; empty: takes one's vote back */
    choices: number[];
    /** what one had chosen as far as one's device knows: the vote then changes no more than leads from there to `choices`, whatever was chosen elsewhere meanwhile; in a poll of one choice another one takes the place. Absent: the vote takes the place of any other */
    base?: number[];
    nonce?: string;
}

/** Take one's vote back. */
export interface UnvoteBody {
    nonce?: string;
}

export interface ListVotersQuery {
    limit?: number;
    cursor?: string;
}

export interface ListVotersAnswer {
    users: User[];
    next: string | null;
}

/** Close a poll before its time: one's own, or with the permission `delete` anybody's. */
export interface ClosePollBody {
    nonce?: string;
}

export interface ListPinsAnswer {
    messages: Message[];
}

/** Pin a message; takes the permission `pin`, which in a direct room both have. */
export interface AddPinBody {
    nonce?: string;
}

/** Unpin a message. */
export interface RemovePinBody {
    nonce?: string;
}

export interface ListEventsQuery {
    /** 0 if absent */
    after?: number;
    /** 1 to 200, 50 if absent */
    limit?: number;
}

export interface SearchQuery {
    /** words (from their beginning on), "a phrase", from:USERNAME, in:ROOM (id or how its name begins), before:DAY, after:DAY, has:link; all of it must hold */
    q?: string;
    /** in this room alone */
    room?: string;
    /** from this person alone */
    from?: string;
    /** sent before; a day is its beginning in UTC */
    before?: string;
    /** sent then or later */
    after?: string;
    /** link: with one */
    has?: string;
    /** newest (if absent) or best: where the words are closest, most and shortest, among the newest 1,000 */
    order?: string;
    /** 1 to 50, 20 if absent */
    limit?: number;
    /** `next` of the page before */
    cursor?: string;
}

export interface SearchAnswer {
    results: SearchResult[];
    /** where it goes on; a page may be short, or empty, before the end */
    next: string | null;
}

export interface OpenapiAnswer {
}

export interface AsyncapiAnswer {
}

/** The roles, the highest first. */
export const ROLES: readonly Role[] = ["owner", "admin", "moderator", "member", "guest"];

/** The lowest role that may do it, unless the room says otherwise; `direct`: both people of a direct room may. */
export const PERMISSIONS: Readonly<Record<Permission, { role: Role; least: Role; direct: boolean }>> = {
    /** send messages, edit one's own, show that one is typing */
    write: { role: "member", least: "guest", direct: true },
    /** put emoji on messages, and vote in polls */
    react: { role: "guest", least: "guest", direct: true },
    /** mention everybody at once */
    mention_all: { role: "moderator", least: "guest", direct: true },
    /** pin and unpin messages */
    pin: { role: "moderator", least: "member", direct: true },
    /** delete messages of others */
    delete: { role: "moderator", least: "moderator", direct: false },
    /** let people in */
    invite: { role: "moderator", least: "guest", direct: false },
    /** remove people of a lower role */
    remove: { role: "moderator", least: "moderator", direct: false },
    /** give people of a lower role another one, below one's own */
    roles: { role: "admin", least: "moderator", direct: false },
    /** set the name, the topic and whether everybody finds it, and how long words from before an edit are kept */
    edit: { role: "admin", least: "guest", direct: false },
    /** set the slow mode, and write without waiting */
    slow_mode: { role: "moderator", least: "moderator", direct: false },
    /** lock the room, unlock it, and write while it is locked */
    lock: { role: "moderator", least: "moderator", direct: false },
    /** archive the room, and take it out again */
    archive: { role: "admin", least: "admin", direct: false },
    /** change this table for the room */
    permissions: { role: "owner", least: "admin", direct: false },
    /** take people of a lower role the word for a time */
    mute: { role: "moderator", least: "moderator", direct: false },
    /** keep people of a lower role, and those who are not in the room, out of it, and see who is */
    ban: { role: "moderator", least: "moderator", direct: false },
    /** forward messages to other rooms */
    forward: { role: "guest", least: "guest", direct: true },
    /** see what was done to keep the peace, by whom and why */
    audit: { role: "moderator", least: "moderator", direct: false },
    /** see what is reported in the room, and decide of it */
    reports: { role: "moderator", least: "moderator", direct: false },
    /** see and set which words and links are not wanted, and what holds for newcomers */
    filters: { role: "moderator", least: "moderator", direct: false },
    /** set how long what is said is kept */
    retention: { role: "admin", least: "moderator", direct: true },
};

/** Why the server closes a socket. */
export const CloseCode = {
    /** a binary frame was sent; send text */
    BINARY: 1003,
    /** a message was too large; send less at once */
    TOO_LARGE: 1009,
    /** the server stops; connect again, then sync */
    RESTARTING: 1012,
    /** the server has too much to do; connect again later */
    TRY_LATER: 1013,
    /** no sign-in in time or a bad token; refresh, then connect again */
    NOT_SIGNED_IN: 4001,
    /** events were not read fast enough; connect again, then sync */
    TOO_SLOW: 4002,
    /** the session has ended; sign in again */
    SESSION_ENDED: 4003,
} as const;
