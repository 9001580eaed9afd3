/* router.h - which request goes where: one table of method, path, handler and what it needs.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/request.h"

/* A request came in: finds its route, checks origin, rate, sign-in and body, calls the handler. */
void router_on_request(struct api *api, struct http_exchange *exchange);

/* How long the body may be of a request of which only the head is there. */
enum limit_id router_body_limit(const struct http_request *http);

/* The body for what net refuses by itself. */
struct str router_error_body(int status, struct arena *arena, struct str *type);

/* ---- the handlers, by family ----------------------------------------------------------------- */
void rest_signup(struct request *request);
void rest_signin(struct request *request);
void rest_refresh(struct request *request);
void rest_signout(struct request *request);
void rest_change_password(struct request *request);
void rest_list_sessions(struct request *request);
void rest_end_session(struct request *request);
void rest_make_invite(struct request *request);

void rest_get_me(struct request *request);
void rest_update_me(struct request *request);
void rest_delete_me(struct request *request);
void rest_get_feed(struct request *request);
void rest_put_feed(struct request *request);
void rest_delete_feed(struct request *request);
void rest_list_feed(struct request *request);
void rest_get_presence(struct request *request);
void rest_put_presence(struct request *request);
void rest_list_presences(struct request *request);
void rest_find_users(struct request *request);
void rest_get_user(struct request *request);

void rest_create_room(struct request *request);
void rest_list_rooms(struct request *request);
void rest_get_room(struct request *request);
void rest_change_room(struct request *request);
void rest_list_members(struct request *request);
void rest_list_receipts(struct request *request);
void rest_add_member(struct request *request);
void rest_remove_member(struct request *request);
void rest_update_member(struct request *request);
void rest_mute_member(struct request *request);
void rest_unmute_member(struct request *request);
void rest_ban(struct request *request);
void rest_unban(struct request *request);
void rest_make_link(struct request *request);
void rest_list_links(struct request *request);
void rest_revoke_link(struct request *request);
void rest_join(struct request *request);
void rest_directory(struct request *request);
void rest_ask(struct request *request);
void rest_accept_request(struct request *request);
void rest_close_request(struct request *request);
void rest_list_requests(struct request *request);
void rest_list_own_requests(struct request *request);
void rest_list_audit(struct request *request);
void rest_list_all_audit(struct request *request);
void rest_make_report(struct request *request);
void rest_list_reports(struct request *request);
void rest_list_room_reports(struct request *request);
void rest_get_report(struct request *request);
void rest_resolve_report(struct request *request);
void rest_escalate_report(struct request *request);
void rest_delete_reported(struct request *request);
void rest_list_threads(struct request *request);
void rest_join_by_link(struct request *request);
void rest_delete_messages_of(struct request *request);
void rest_get_filters(struct request *request);
void rest_list_bans(struct request *request);
void rest_read_room(struct request *request);
void rest_deliver_room(struct request *request);

void rest_send_message(struct request *request);
void rest_list_messages(struct request *request);
void rest_get_message(struct request *request);
void rest_edit_message(struct request *request);
void rest_forward_message(struct request *request);
void rest_delete_message(struct request *request);
void rest_add_reaction(struct request *request);
void rest_remove_reaction(struct request *request);
void rest_list_reaction_users(struct request *request);
void rest_vote(struct request *request);
void rest_unvote(struct request *request);
void rest_list_voters(struct request *request);
void rest_close_poll(struct request *request);
void rest_add_pin(struct request *request);
void rest_remove_pin(struct request *request);
void rest_list_pins(struct request *request);
void rest_list_versions(struct request *request);
void rest_list_events(struct request *request);

void rest_service(struct request *request);
void rest_get_settings(struct request *request);
void rest_update_settings(struct request *request);
void rest_figures(struct request *request);
void rest_list_groups(struct request *request);
void rest_get_group(struct request *request);
void rest_oversee_group(struct request *request);
void rest_list_group_members(struct request *request);
void rest_list_people(struct request *request);
void rest_get_person(struct request *request);
void rest_update_person(struct request *request);
void rest_suspend(struct request *request);
void rest_unsuspend(struct request *request);
void rest_list_sessions_of(struct request *request);
void rest_end_sessions_of(struct request *request);

void rest_list_emoji(struct request *request);
void rest_get_emoji_image(struct request *request);
void rest_put_emoji(struct request *request);
void rest_rename_emoji(struct request *request);
void rest_delete_emoji(struct request *request);

void rest_search(struct request *request);

void rest_websocket(struct request *request);
void rest_openapi(struct request *request);
void rest_asyncapi(struct request *request);
void rest_healthz(struct request *request);
void rest_readyz(struct request *request);
void rest_metrics(struct request *request);
void rest_jwks(struct request *request);
