/* mongo_library.h - libmongoc and libbson, loaded when they are asked for: a server that keeps its data
 * elsewhere neither maps nor initialises them, and runs where they are not installed. Private to
 * store/mongo.
 *
 * Each function below is called by its own name, through the table; so code reads as ever, and what is
 * not in the list does not link.
 * Thread: load from the main thread, before the first store is opened; then any. */
#pragma once

#include <mongoc/mongoc.h>
#include <stddef.h>

/* clang-format off */
#define MONGO_FUNCTIONS(X) \
    X(bcon_append) \
    X(bson_bcon_magic) \
    X(bcon_new) \
    X(bson_append_array) \
    X(bson_append_binary) \
    X(bson_append_bool) \
    X(bson_append_document) \
    X(bson_append_int32) \
    X(bson_append_int64) \
    X(bson_append_iter) \
    X(bson_append_utf8) \
    X(bson_copy) \
    X(bson_destroy) \
    X(bson_get_data) \
    X(bson_init_static) \
    X(bson_iter_as_bool) \
    X(bson_iter_as_int64) \
    X(bson_iter_binary) \
    X(bson_iter_document) \
    X(bson_iter_init) \
    X(bson_iter_init_find) \
    X(bson_iter_key) \
    X(bson_iter_next) \
    X(bson_iter_recurse) \
    X(bson_iter_type) \
    X(bson_iter_utf8) \
    X(bson_new) \
    X(mongoc_bulk_operation_destroy) \
    X(mongoc_bulk_operation_execute) \
    X(mongoc_bulk_operation_update_one_with_opts) \
    X(mongoc_client_get_collection) \
    X(mongoc_client_pool_destroy) \
    X(mongoc_client_pool_new_with_error) \
    X(mongoc_client_pool_pop) \
    X(mongoc_client_pool_push) \
    X(mongoc_client_pool_set_appname) \
    X(mongoc_client_pool_set_error_api) \
    X(mongoc_client_session_abort_transaction) \
    X(mongoc_client_session_append) \
    X(mongoc_client_session_commit_transaction) \
    X(mongoc_client_session_destroy) \
    X(mongoc_client_session_in_transaction) \
    X(mongoc_client_session_start_transaction) \
    X(mongoc_client_start_session) \
    X(mongoc_client_write_command_with_opts) \
    X(mongoc_collection_aggregate) \
    X(mongoc_collection_count_documents) \
    X(mongoc_collection_create_bulk_operation_with_opts) \
    X(mongoc_collection_delete_many) \
    X(mongoc_collection_destroy) \
    X(mongoc_collection_find_with_opts) \
    X(mongoc_collection_insert_many) \
    X(mongoc_collection_insert_one) \
    X(mongoc_collection_update_many) \
    X(mongoc_collection_update_one) \
    X(mongoc_cursor_destroy) \
    X(mongoc_cursor_error_document) \
    X(mongoc_cursor_next) \
    X(mongoc_error_has_label) \
    X(mongoc_init) \
    X(mongoc_log_set_handler) \
    X(mongoc_read_concern_destroy) \
    X(mongoc_read_concern_new) \
    X(mongoc_read_concern_set_level) \
    X(mongoc_read_prefs_destroy) \
    X(mongoc_read_prefs_new) \
    X(mongoc_uri_copy) \
    X(mongoc_uri_destroy) \
    X(mongoc_uri_get_database) \
    X(mongoc_uri_has_option) \
    X(mongoc_uri_new_with_error) \
    X(mongoc_uri_set_option_as_bool) \
    X(mongoc_uri_set_option_as_int32) \
    X(mongoc_uri_set_read_concern) \
    X(mongoc_uri_set_read_prefs_t) \
    X(mongoc_uri_set_write_concern) \
    X(mongoc_write_concern_destroy) \
    X(mongoc_write_concern_new) \
    X(mongoc_write_concern_set_journal) \
    X(mongoc_write_concern_set_wmajority)
/* clang-format on */

struct mongo_library {
    void *handle;
#define X(name) __typeof__(name) *name;
    MONGO_FUNCTIONS(X)
#undef X
};
extern struct mongo_library mongo_library;

/* 0, also where it is there already, or -errno and in `why` what to install. */
int mongo_library_load(char *why, size_t size);

#ifndef MONGO_LIBRARY_ITSELF
/* clang-format off */
#define bcon_append (*mongo_library.bcon_append)
#define bson_bcon_magic (*mongo_library.bson_bcon_magic)
#define bcon_new (*mongo_library.bcon_new)
#define bson_append_array (*mongo_library.bson_append_array)
#define bson_append_binary (*mongo_library.bson_append_binary)
#define bson_append_bool (*mongo_library.bson_append_bool)
#define bson_append_document (*mongo_library.bson_append_document)
#define bson_append_int32 (*mongo_library.bson_append_int32)
#define bson_append_int64 (*mongo_library.bson_append_int64)
#define bson_append_iter (*mongo_library.bson_append_iter)
#define bson_append_utf8 (*mongo_library.bson_append_utf8)
#define bson_copy (*mongo_library.bson_copy)
#define bson_destroy (*mongo_library.bson_destroy)
#define bson_get_data (*mongo_library.bson_get_data)
#define bson_init_static (*mongo_library.bson_init_static)
#define bson_iter_as_bool (*mongo_library.bson_iter_as_bool)
#define bson_iter_as_int64 (*mongo_library.bson_iter_as_int64)
#define bson_iter_binary (*mongo_library.bson_iter_binary)
#define bson_iter_document (*mongo_library.bson_iter_document)
#define bson_iter_init (*mongo_library.bson_iter_init)
#define bson_iter_init_find (*mongo_library.bson_iter_init_find)
#define bson_iter_key (*mongo_library.bson_iter_key)
#define bson_iter_next (*mongo_library.bson_iter_next)
#define bson_iter_recurse (*mongo_library.bson_iter_recurse)
#define bson_iter_type (*mongo_library.bson_iter_type)
#define bson_iter_utf8 (*mongo_library.bson_iter_utf8)
#define bson_new (*mongo_library.bson_new)
#define mongoc_bulk_operation_destroy (*mongo_library.mongoc_bulk_operation_destroy)
#define mongoc_bulk_operation_execute (*mongo_library.mongoc_bulk_operation_execute)
#define mongoc_bulk_operation_update_one_with_opts (*mongo_library.mongoc_bulk_operation_update_one_with_opts)
#define mongoc_client_get_collection (*mongo_library.mongoc_client_get_collection)
#define mongoc_client_pool_destroy (*mongo_library.mongoc_client_pool_destroy)
#define mongoc_client_pool_new_with_error (*mongo_library.mongoc_client_pool_new_with_error)
#define mongoc_client_pool_pop (*mongo_library.mongoc_client_pool_pop)
#define mongoc_client_pool_push (*mongo_library.mongoc_client_pool_push)
#define mongoc_client_pool_set_appname (*mongo_library.mongoc_client_pool_set_appname)
#define mongoc_client_pool_set_error_api (*mongo_library.mongoc_client_pool_set_error_api)
#define mongoc_client_session_abort_transaction (*mongo_library.mongoc_client_session_abort_transaction)
#define mongoc_client_session_append (*mongo_library.mongoc_client_session_append)
#define mongoc_client_session_commit_transaction (*mongo_library.mongoc_client_session_commit_transaction)
#define mongoc_client_session_destroy (*mongo_library.mongoc_client_session_destroy)
#define mongoc_client_session_in_transaction (*mongo_library.mongoc_client_session_in_transaction)
#define mongoc_client_session_start_transaction (*mongo_library.mongoc_client_session_start_transaction)
#define mongoc_client_start_session (*mongo_library.mongoc_client_start_session)
#define mongoc_client_write_command_with_opts (*mongo_library.mongoc_client_write_command_with_opts)
#define mongoc_collection_aggregate (*mongo_library.mongoc_collection_aggregate)
#define mongoc_collection_count_documents (*mongo_library.mongoc_collection_count_documents)
#define mongoc_collection_create_bulk_operation_with_opts (*mongo_library.mongoc_collection_create_bulk_operation_with_opts)
#define mongoc_collection_delete_many (*mongo_library.mongoc_collection_delete_many)
#define mongoc_collection_destroy (*mongo_library.mongoc_collection_destroy)
#define mongoc_collection_find_with_opts (*mongo_library.mongoc_collection_find_with_opts)
#define mongoc_collection_insert_many (*mongo_library.mongoc_collection_insert_many)
#define mongoc_collection_insert_one (*mongo_library.mongoc_collection_insert_one)
#define mongoc_collection_update_many (*mongo_library.mongoc_collection_update_many)
#define mongoc_collection_update_one (*mongo_library.mongoc_collection_update_one)
#define mongoc_cursor_destroy (*mongo_library.mongoc_cursor_destroy)
#define mongoc_cursor_error_document (*mongo_library.mongoc_cursor_error_document)
#define mongoc_cursor_next (*mongo_library.mongoc_cursor_next)
#define mongoc_error_has_label (*mongo_library.mongoc_error_has_label)
#define mongoc_init (*mongo_library.mongoc_init)
#define mongoc_log_set_handler (*mongo_library.mongoc_log_set_handler)
#define mongoc_read_concern_destroy (*mongo_library.mongoc_read_concern_destroy)
#define mongoc_read_concern_new (*mongo_library.mongoc_read_concern_new)
#define mongoc_read_concern_set_level (*mongo_library.mongoc_read_concern_set_level)
#define mongoc_read_prefs_destroy (*mongo_library.mongoc_read_prefs_destroy)
#define mongoc_read_prefs_new (*mongo_library.mongoc_read_prefs_new)
#define mongoc_uri_copy (*mongo_library.mongoc_uri_copy)
#define mongoc_uri_destroy (*mongo_library.mongoc_uri_destroy)
#define mongoc_uri_get_database (*mongo_library.mongoc_uri_get_database)
#define mongoc_uri_has_option (*mongo_library.mongoc_uri_has_option)
#define mongoc_uri_new_with_error (*mongo_library.mongoc_uri_new_with_error)
#define mongoc_uri_set_option_as_bool (*mongo_library.mongoc_uri_set_option_as_bool)
#define mongoc_uri_set_option_as_int32 (*mongo_library.mongoc_uri_set_option_as_int32)
#define mongoc_uri_set_read_concern (*mongo_library.mongoc_uri_set_read_concern)
#define mongoc_uri_set_read_prefs_t (*mongo_library.mongoc_uri_set_read_prefs_t)
#define mongoc_uri_set_write_concern (*mongo_library.mongoc_uri_set_write_concern)
#define mongoc_write_concern_destroy (*mongo_library.mongoc_write_concern_destroy)
#define mongoc_write_concern_new (*mongo_library.mongoc_write_concern_new)
#define mongoc_write_concern_set_journal (*mongo_library.mongoc_write_concern_set_journal)
#define mongoc_write_concern_set_wmajority (*mongo_library.mongoc_write_concern_set_wmajority)
/* clang-format on */
#endif
