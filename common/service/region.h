#pragma once
/* A region on disk, as the programs of one host see it:
 *
 *   region.conf            endpoints, sizes, limits of load (config.h)
 *   roster                 a packed SignedRoster
 *   region.pub             the region's public signing key, in hex
 *   keys/NAME.curve        a principal's CURVE secret key, mode 0600
 *   keys/NAME.sign         its ed25519 seed, where it signs
 *   keys/NAME.seal         the key from which its store's values are sealed
 *                          (NAME.seal.2, … after it was renewed)
 *   keys/region.sign, keys/region.seal   the offline keys; needed by `ccrag roster` only
 *   keys/revoker.sign      may remove principals, and nothing else; needed by `ccrag roster revoke`
 *   store/NAME/            its LMDB environment
 *   store/NAME.erased      names of destroyed keys, sealed: erased again where an older copy takes the
 * store's place store/NAME.before-…    a store that a restore replaced; to be removed by whoever no longer
 * needs it backup/                copies on their way to where `ccrag backup` was told to put them
 *   run/NAME.pid           written when it is ready
 *   run/NAME.roster        how new the newest roster is that it read, where it has no store to keep that in
 */

#include "common/base/config.h"
#include "common/bus/roster.h"
#include "common/service/region_services.h"
#include "common/store/store.h"
#include "common/world/keys.h"

struct region;

/* Reads a region for the principal `name`: its own keys only. NOT_FOUND: no such folder, no region in it, or
 * no key of that name, saying what to do; INVALID_ARGUMENT: the configuration is wrong; as secret_read for
 * the keys. Caller destroys. `environment` as for config_read. */
enum code region_open(const char *directory, const char *name, char *const *environment,
                      struct region **ret_region, struct fault *ret_fault);
void region_destroy(struct region *region);

const char *region_directory(const struct region *region);
const struct config *region_config(const struct region *region);
const struct curve_pair *region_pair(const struct region *region);
/* The same as the file has it now: another one while it rotates. The caller wipes it. */
enum code region_read_pair(const struct region *region, struct curve_pair *ret_pair, struct fault *ret_fault);
const uint8_t *region_signing_key(const struct region *region); /* public, 32 bytes */
/* ed25519 secret of 64 bytes; NULL when this principal does not sign. */
const uint8_t *region_secret_signing_key(const struct region *region);
/* The sealing keys of its store, newest first; none (count 0) for a principal without a store. */
const struct sealing_key *region_sealing_keys(const struct region *region, size_t *ret_count);
/* Where a service is reached, from the configuration. NULL: not a service of this region. */
const char *region_endpoint(const struct region *region, const char *service);
/* Where it listens: the same, or with `listen.address` on that address. In `arena`; NULL as before. */
const char *region_listen_endpoint(const struct region *region, const char *service, struct arena *arena);
/* Port of its metrics page; 0: none. */
uint16_t region_metrics_port(const struct region *region, const char *service);

/* Reads the roster file if it changed since `seen` (its mtime and size); NOT_FOUND: unchanged. `seen` is
 * filled even when the roster is refused, so that one bad file is reported once. A missing file is
 * FAILED_PRECONDITION. */
struct file_stamp {
    int64_t mtime_ns, size;
};
enum code region_read_roster(const struct region *region, uint64_t least_serial, struct file_stamp *seen,
                             struct roster **ret_roster, struct fault *ret_fault);

/* How new a roster is: a removal by the revoker key leaves the serial as it was. */
struct roster_known {
    uint64_t serial, revocations;
};
/* What a program without a store, or before its store was made anew, has kept of the newest roster it read,
 * in a file of its own; zeros: nothing yet. FAILED_PRECONDITION: the file cannot be read, or is none. */
enum code region_read_known(const struct region *region, const char *program, struct roster_known *ret_known,
                            struct fault *ret_fault);
/* Keeps it, unless what is kept is as new; on the disk when it returns. As region_write_file. */
enum code region_keep_known(const struct region *region, const char *program,
                            const struct roster_known *known, struct fault *ret_fault);

/* Written beside and renamed, so that nobody ever reads a half. RESOURCE_EXHAUSTED: the disk is full;
 * PERMISSION_DENIED: otherwise; what was there stays. */
enum code region_write_file(const char *path, const void *data, size_t size, struct fault *ret_fault);

/* The table of configuration keys, for help texts. */
const struct config_key *region_config_keys(size_t *ret_count);

/* Writes a signed roster (roster_sign) in the place of the present one: whole or not at all. */
enum code region_write_roster(const char *directory, struct span packed, struct fault *ret_fault);

/* The key of one store, derived from the region's sealing key: what keys/NAME.seal holds. */
void region_derive_seal(const struct secret *region_seal, const char *store, uint64_t number,
                        struct secret *ret_secret);

/* Makes keys/NAME.seal of a service, or of the pool of workers, in a region that is there; one that is there
 * already stays as it is. Needs the offline key keys/region.seal: NOT_FOUND where it is not. */
enum code region_make_seal(const char *directory, const char *name, struct fault *ret_fault);

/* Makes a new region in a folder that has none: keys of every service, of the gateway, a pool of workers and
 * the operator, offline keys, region.conf on loopback ports from `base_port` up, a signed roster. The folder
 * is made, mode 0700, when absent. ALREADY_EXISTS when there is a region, or keys of one. */
struct region_init_options {
    const char *directory, *name;
    uint16_t base_port; /* services from here on, metrics pages from 50 above; 0: REGION_BASE_PORT */
};
enum code region_init(struct world *world, const struct region_init_options *options,
                      struct fault *ret_fault);
