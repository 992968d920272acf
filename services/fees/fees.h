#pragma once
/* What the running service holds besides its store, and what it does by itself. All of it can be lost: it is
 * found again in the store. */

#include "common/service/evidence_keeping.h"
#include "common/service/form_keeping.h"
#include "common/service/service.h"

/* Its name in the roster, and the sources of its facts. */
#define FEES_NAME       "fees"
#define FEES_REGISTRY   "registry"
#define FEES_ALLOCATION "allocation"
/* The timer that settles who leads, made due at once by what was followed. */
#define FEES_SETTLING "settle"
/* The one that erases lines of placements that the registry erased, likewise. */
#define FEES_ERASING "erasures"

struct fees {
    /* Settling everything: which of the tables, and the last of its keys. */
    struct settle_walk {
        bool under_way;
        uint64_t wanted; /* as it was when it began */
        int32_t day;
        uint64_t slices; /* of it that were written */
        size_t table;
        uint8_t key[64];
        size_t key_size;
    } walk;
};

struct fees *fees_of(const struct command *command);

/* What is followed (follow.c). */
extern const struct follow fees_follows[];

/* Asks for every provision to be settled (settle.c): a cycle was opened, or what changed concerns many. */
enum code fees_settle_all(struct command *command);
/* Asks for one; what is no UUID is passed over. */
enum code fees_settle_one(struct command *command, const char *provision_id);
/* Timer: settles the next provisions that are marked, or that settling everything comes to: how each is dealt
 * with in the open cycle, who leads, who is concerned (rule F2). */
enum code fees_settle(struct command *command);
/* Timer: erases the lines of the next placements that follow.c marked (rule S2). */
enum code fees_erase_told(struct command *command);
/* Timer: puts the texts of letters that ship with the system into the store, once. */
enum code fees_ship_letters(struct command *command);

/* Forms and files that it keeps. */
extern const struct form_keeping fees_form_keeping;
extern const struct evidence_keeping fees_evidence_keeping;

/* A node whose LA is not an active member sees nothing; the host's sees what is for the host. */
bool fees_entitle(struct service *service, const struct principal *principal,
                  struct entitlement *ret_entitlement, uint64_t *ret_number);
bool fees_is_demonstration(struct service *service);
