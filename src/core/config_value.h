/* config_value.h - what the text of one setting means, by the setting's type in settings.json.
 *
 * Each takes text that lives as long as the config and ends in NUL. Returns 0, or -EINVAL and
 * half a sentence in `why` (LIMITS_WHY_SIZE bytes) that goes on from "the setting NAME ".
 * Owns:   nothing; what the config is given besides that text is the config's.
 * Thread: the main thread, before there are others. Private to core/config.c. */
#pragma once

#include "core/config.h"

int config_value_address(struct config *config, struct str text, char *why);
int config_value_tls_cert(struct config *config, struct str text, char *why);
int config_value_tls_key(struct config *config, struct str text, char *why);
int config_value_acme_domain(struct config *config, struct str text, char *why);
int config_value_acme_directory(struct config *config, struct str text, char *why);
int config_value_acme_email(struct config *config, struct str text, char *why);
int config_value_acme_ca(struct config *config, struct str text, char *why);
int config_value_redirect(struct config *config, struct str text, char *why);
int config_value_data(struct config *config, struct str text, char *why);
int config_value_store(struct config *config, struct str text, char *why);
int config_value_bus(struct config *config, struct str text, char *why);
int config_value_bus_ca(struct config *config, struct str text, char *why);
int config_value_workers(struct config *config, struct str text, char *why);
int config_value_signup(struct config *config, struct str text, char *why);
int config_value_nets(struct config *config, struct str text, char *why);
int config_value_proxies(struct config *config, struct str text, char *why);
int config_value_proxy_protocol(struct config *config, struct str text, char *why);
int config_value_origins(struct config *config, struct str text, char *why);
int config_value_limit(struct config *config, struct str text, char *why);
int config_value_sandbox(struct config *config, struct str text, char *why);
int config_value_log_format(struct config *config, struct str text, char *why);
int config_value_log_level(struct config *config, struct str text, char *why);
int config_value_config(struct config *config, struct str text, char *why);
