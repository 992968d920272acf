/* The configuration keys of a region: one table, for reading, for help texts and for the comments of
 * region.conf. */

#include "common/service/region.h"
#include "common/service/region_services.h"

#include "common/base/limits.h"

#define ENDPOINT(name, port, signs, is, serves)                                                              \
    {#name ".endpoint", CONFIG_ENDPOINT, "tcp://127.0.0.1:" #port, 0, 0, "Where " is " is reached."},
#define METRICS(name, port, signs, is, serves)                                                               \
    {#name ".metrics", CONFIG_NUMBER, "0", 0, 65535, "Port of its metrics page; 0: none."},

static const struct config_key keys[] = {
    {"region.name", CONFIG_TEXT, "region", 0, 0, "The region's name, for people."},
    {"keys.directory", CONFIG_FILE, "keys", 0, 0, "Folder of this host's keys (systemd: its credentials)."},

    REGION_SERVICES(ENDPOINT){
        "listen.address", CONFIG_TEXT, "", 0, 0,
        "Address that services listen on, where it is not the one they are reached at."},

    {"metrics.address", CONFIG_TEXT, "127.0.0.1", 0, 0, "Address of the metrics pages."},
    REGION_SERVICES(METRICS)

        {"store.map-mib", CONFIG_NUMBER, "16384", 16, 1024 * 1024,
         "The most that one store can hold, in MiB."},
    {"store.fill-permille", CONFIG_NUMBER, "900", 100, 990,
     "From here on, of the most, a store refuses what adds to it."},
    {"journal.keep", CONFIG_NUMBER, "1000000", 10, 1000000000,
     "Newest journal entries that are kept as they are."},

    {"matching.search-threads", CONFIG_NUMBER, "0", 0, JOB_THREADS_MAX,
     "Threads that search; 0: one per core."},
    {"slow.threads", CONFIG_NUMBER, "2", 1, JOB_THREADS_MAX, "Threads for password hashing and exports."},
    {"log.json", CONFIG_FLAG, "no", 0, 0, "Log lines as JSON objects."},
    {"log.debug", CONFIG_FLAG, "no", 0, 0, "Log more."},
};

const struct config_key *region_config_keys(size_t *ret_count)
{
    *ret_count = sizeof keys / sizeof keys[0];
    return keys;
}
