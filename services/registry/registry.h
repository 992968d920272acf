#pragma once
/* What the running registry holds besides its store, and what it does by itself. All of it can be lost: it is
 * found again in the store, or (failures to sign in) begins anew. */

#include "common/domain/postcode_table.h"
#include "common/service/service.h"
#include "services/registry/sign_in.h"

/* Its name in the roster. */
#define REGISTRY_NAME "registry"

struct registry {
    /* The list of postcodes, as last loaded from its blob. */
    uint8_t *postcode_bytes; /* owned; NULL: none */
    struct postcode_table postcodes;
    uint64_t postcodes_version; /* 0: none */
    struct position_walk {
        uint64_t version; /* of the list that positions are being found by; 0: no walk is under way */
        size_t table;     /* which of the tables that have positions */
        uint8_t key[16];  /* the last record looked at */
        size_t key_size;
    } walk;
    struct sign_ins sign_ins;
};

/* The context of the program that serves this command. */
struct registry *registry_of(const struct command *command);

/* The name under which the list of postcodes is kept as a blob. */
#define POSTCODES_BLOB "postcodes"

/* Is this version of the list whole and sorted? INVALID_ARGUMENT otherwise, so that nobody is told of a list
 * that cannot be read. */
enum code postcodes_check(struct command *command, const Pb__BlobHead *head);

/* The newest list of postcodes that the command's transaction sees; empty where there is none. Valid until
 * the next call. */
const struct postcode_table *postcodes_of(struct command *command);

/* Loads the list of postcodes that the store has; goes on without one. */
enum code registry_start(struct service *service, struct fault *ret_fault);
void registry_stop(struct service *service);

/* As membership_entitle (rule R1). */
bool registry_entitle(struct service *service, const struct principal *principal,
                      struct entitlement *ret_entitlement, uint64_t *ret_number);
bool registry_is_demonstration(struct service *service);

/* Timer: when the list of postcodes is newer than the positions, finds POSITIONS_SLICE of them anew. */
enum code registry_find_positions(struct command *command);
/* Timer: tells the LA in whose area the next provision of table_moved_areas stands of the children that
 * others placed there and that are there still, or will be (rule R6). */
enum code registry_tell_local(struct command *command);
/* Timer: drops sessions that have ended. */
enum code registry_sweep_sessions(struct command *command);
