#pragma once
/* The region's signed roster as a file to change: read it without its services, change it, sign it with the
 * offline key. */

#include "services/cli/cli.h"

#include "ccrag/v1/roster.pb-c.h"

/* The roster as it stands, unpacked in the arena, its signatures checked; without those revoked. */
enum code roster_file_read(struct cli *cli, Pb__Roster **ret_roster, struct fault *ret_fault);

/* Is the offline key here? Asked before keys are made for an entry that could not be signed. As
 * roster_file_write. */
enum code roster_file_may_sign(struct cli *cli, struct fault *ret_fault);

/* Sorts, raises the serial, signs with keys/region.sign and puts it in the place of the present one, whole or
 * not at all. Services take it within a second. NOT_FOUND: the offline key is not here. */
enum code roster_file_write(struct cli *cli, Pb__Roster *roster, struct fault *ret_fault);

/* Adds the removal of a principal, signed with keys/revoker.sign; the serial stays. NOT_FOUND: no such
 * principal, or the key is not here; PERMISSION_DENIED: the roster names another revoker. */
enum code roster_file_revoke(struct cli *cli, const char *name, struct fault *ret_fault);

/* The entry of a name; NULL: none. */
Pb__RosterEntry *roster_file_find(const Pb__Roster *roster, const char *name);
/* A new entry with that name; NULL: there is one. */
Pb__RosterEntry *roster_file_add(struct cli *cli, Pb__Roster *roster, const char *name);
bool roster_file_remove(Pb__Roster *roster, const char *name);
