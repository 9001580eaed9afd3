/**
 * The hooks that browser tests hold on to, as `data-testid`:
 *
 * login      username  password  display-name  invite  submit  switch-mode  problem
 * frame      connection (data-state = online | connecting | offline)  settings  new-chat  back
 *            update  update-now
 * rooms      room-list  room-item (data-room)  unread
 * new chat   new-direct  new-group  people-search  person (data-user = username)  group-name  create
 * room       room-title  members  timeline  message (data-state = pending | sent | failed, data-seq,
 *            data-mine)  notice (data-type, data-seq)  new-line  to-end  typing (data-count)
 *            retry  discard  composer  send
 * members    member-list  member (data-user)  add-member  remove-member  rename  rename-save  leave
 *            members-close
 * settings   sign-out  my-name  my-name-save  session (data-current)  end-session  old-password
 *            new-password  change-password  password-changed  delete-account  delete-password
 *            delete-confirm
 *
 * `npm run check` compares this list with the source.
 */
export {};
