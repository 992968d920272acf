#pragma once
/* A region on disk, as the programs of one host see it:
 *
 *   region.conf            endpoints, sizes, limits of load (config.h)
 *   roster                 a packed SignedRoster
 *   region.pub             the region's public signing key, in hex
 *   keys/NAME.curve        a principal's CURVE secret key, mode 0600
 *   keys/NAME.sign         its ed25519 seed, where it signs
 *   keys/NAME.seal         its store's sealing keys
 *   keys/region.sign, keys/region.seal   the offline keys; needed by `ccrag roster` only
 *   store/NAME/            its LMDB environment
 *   run/NAME.pid           written when it is ready
 */

#include "common/base/config.h"
#include "common/bus/roster.h"
#include "common/store/store.h"

struct region;

/* Reads a region for the principal `name`: its own keys only. NOT_FOUND: no such folder, or no region in it, saying
 * what to do. Caller destroys. */
enum code region_open(const char *directory, const char *name, char *const *environment, struct region **ret_region,
                      struct fault *ret_fault);
void region_destroy(struct region *region);

const char *region_directory(const struct region *region);
const struct config *region_config(const struct region *region);
const struct curve_pair *region_pair(const struct region *region);
const uint8_t *region_signing_key(const struct region *region); /* public, 32 bytes */
/* ed25519 secret of 64 bytes; NULL when this principal does not sign. */
const uint8_t *region_secret_signing_key(const struct region *region);
/* Where a service listens, from the configuration. NULL: not a service of this region. */
const char *region_endpoint(const struct region *region, const char *service);

/* Reads the roster file if it changed since `seen` (its mtime and size); NOT_FOUND: unchanged. */
struct file_stamp {
    int64_t mtime_ns, size;
};
enum code region_read_roster(const struct region *region, uint64_t least_serial, struct file_stamp *seen,
                             struct roster **ret_roster, struct fault *ret_fault);

/* The table of configuration keys, for help texts. */
const struct config_key *region_config_keys(size_t *ret_count);

/* Makes a new region in an empty folder: keys of every service and of the operator, offline keys, region.conf on
 * loopback ports from `base_port` up, a signed roster. ALREADY_EXISTS when there is one. */
struct region_init_options {
    const char *directory, *name;
    uint16_t base_port;
};
enum code region_init(struct world *world, const struct region_init_options *options, struct fault *ret_fault);
