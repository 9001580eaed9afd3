/**
 * The hooks that browser tests hold on to, as `data-testid`:
 *
 * login      username  password  password-show  display-name  invite  submit  switch-mode  problem
 * frame      connection (data-state = online | connecting | offline)  settings  new-chat  back
 *            version (data-standing)  switcher  switcher-item (data-href)  toast  confirm
 *            update  update-now  join  late-reload
 * rooms      room-list  room-item (data-room, data-unread, data-pinned)  unread  mentions
 *            room-search  found-person (data-user)  archive-open  archive-unread  archive-close
 * new chat   new-direct  new-group  people-search  person (data-user = username)  group-name  group-more  group-more-set  group-topic  group-public  group-approval  group-announce  create  find-groups
 * groups     directory  directory-search  listed (data-room)  join-listed  directory-more  ask  ask-text  ask-send
 *            asked  refused  take-back
 * room       room-title  members  timeline  message (data-state = pending | sent | failed, data-seq,
 *            data-mine, data-sought)  notice (data-type, data-seq)  beginning  new-line  to-end  to-end-count
 *            typing (data-count)  retry  rewrite  discard  message-acts  spoiler  edited
 *            versions  version  versions-kept  versions-more
 *            quote (data-gone)  reply  react  reaction (data-emoji, data-count)  reactors (data-emoji)
 *            poll (data-closed, data-voters)  poll-option (data-count, data-chosen)  poll-standing  poll-who
 *            voters (data-option)
 *            message-sign (data-sign = pin | bookmark)  message-sender  folded
 *            message-mark (data-what = pending | sent | delivered | read | failed, data-readers)  seen-by  seen-by-more
 * search     search-open  search-here  search-text  search-room  search-since  search-until  search-order
 *            search-links  search-filters-open  search-count  search-result (data-seq)  search-more
 *            forwarded  forward-search  forward-to (data-href)  delete-for-me
 * writing    composer  send  silenced (data-why)  silenced-unblock  slow-wait  too-long  editing  editing-state (data-over)  replying (data-seq, data-gone)  not-replying  suggestion  emoji-open  emoji-picker  emoji-search  emoji  skin-tone
 *            send-later  later-when  later-send  waiting (data-problem)  waiting-cancel
 *            poll-open  poll-question  poll-option-text  poll-multiple  poll-anonymous  poll-end  poll-time  poll-send
 * details    member-list  member-search  member-none  members-again  member (data-user, data-role)  add-member  member-acts  remove-member  leave
 *            role-save  mute-confirm  reason  muted-mark  removed  topic-shown  announce  slow-mode
 *            retention  retention-shown  history-joined  edit-history
 *            permissions-open  permissions  permission (data-permission, data-role)  permission-role (data-role)
 *            make-link  link-time  link-uses  link-save  link-list  invite-link (data-seq)  copy-link
 *            revoke-link  keep-out  their-messages  delete-messages  ban-list  banned (data-user)  lift-ban
 *            public  approval  askers  request-list  asker (data-user)  accept  refuse  more-requests
 *            audit-open  audit  audit-type  audit-since  audit-until  audit-person  audit-me
 *            audit-part  audit-everybody  audit-entry (data-type)  audit-more  lock  archive  rename  topic  group-text-save
 *            members-close  mute  level  pin  put-away  folder-of  folders-make  profile  pinned-list  pinned-message (data-seq)  unpin
 * contacts   contacts  contact-list  contact-line (data-user)  contact-open  contact-edit  contact-remove  contact-add  contact-search  contact-stays
 * person     person-card  person-open  own-name  pronouns-shown  about-shown  local-time  write-person
 *            contact (data-on)  name-person  nickname  notes  contact-save  block (data-on)
 * reports    report-form  report-category  report-text  report-send  report-user  report-room  reports-open  reports-badge
 *            reported  reports-search  reports-all  reports-list  reports-more  report (data-report, data-state)  evidence
 *            report-delete  report-mute  report-remove  report-ban  report-delete-messages  delete-reported-reason  delete-reported-confirm  reported-deleted  report-reason  report-acted  report-dismissed  report-escalate
 *            report-person  report-standing  report-group  person-in-room (data-in)  own-reports  own-report (data-state)  put-aside
 * filters    filters-open  filter-words  filter-words-action  filter-links  filter-hosts  filter-links-action  filters-save
 *            newcomers (data-seconds)  newcomers-for  newcomers-slow  newcomer
 * threads    threads  threads-unread  threads-list  followed-thread (data-seq)  answers (data-count, data-unread)  thread (data-root)
 *            thread-count (data-count)  thread-older  thread-follow  thread-back  thread-close  thread-gone
 * folders    folders  folder-show (data-title)
 * saved      saved  saved-list  saved-message (data-seq)  unsave
 * presence   presence-dot (data-presence)  presence (data-presence)  status-shown  status-text
 *            status-ends  status-save  status-emoji  status-emoji-none
 * settings   sign-out  my-name  my-pronouns  my-about  my-zone  my-name-save  session (data-current)  end-session  end-others
 *            old-password  new-password  change-password  password-changed  delete-account
 *            delete-password  delete-confirm  settings-section (data-section)  settings-back  contrast
 *            folder-list  folder (data-title)  folder-name  folder-delete  folder-new  folder-make
 *            enter-sends  undo-seconds  desktop  sound  unmute  unblock  wish-no-receipts  wish-no-last-seen  wish-unlisted  wish-contacts-only
 * admin      admin-open  admin (data-tab)  admin-back  admin-tab  admin-search  admin-state  admin-people
 *            admin-person (data-user, data-suspended, data-admin)  admin-more  standing (data-user, data-suspended)
 *            suspend  suspend-reason  suspend-confirm  suspension  lift-suspension  suspended  sessions-of (data-count)
 *            end-sessions-of  change-admin (data-on)  admin-audit  admin-audit-type  admin-audit-entry (data-type)
 *            admin-audit-since  admin-audit-until  standing-by  standing-to
 *            admin-audit-more  admin-signup (data-signup, data-set)  admin-emoji  admin-emoji-none  admin-emoji-search
 *            admin-emoji-file  admin-emoji-preview  admin-emoji-name  admin-emoji-add  admin-emoji-line (data-name)
 *            admin-emoji-rename  admin-emoji-new-name  admin-emoji-save  admin-emoji-delete
 *            invite-uses  invite-time  invite-make  invite-code  copy-invite
 *            admin-room-search  admin-room-state  admin-rooms  admin-room (data-room, data-held)  admin-rooms-more
 *            room-standing (data-room, data-held, data-owner)  hold-room (data-hold, data-on)  hold-reason  hold-confirm
 *            admin-figures (data-at)  figure (data-curve, data-value)
 *            give-room  give-to (data-user)  give-more  give-reason  give-confirm
 *
 * `npm run check` compares this list with the source.
 */
export {};
