/* The data file grows ahead of what is written: zeros beyond the last page in use. A commit then writes, as a
 * rule, where the file has been before, and its sync need not bring a new length and new blocks to the disk
 * too: that takes a third longer (tests/bench/README.md).
 *
 * In: the last page in use, before a write transaction begins. Out: a file whose pages after that one may be
 * zeros. LMDB goes by the last page alone, so a loss of power in between is no matter, and where the disk is
 * full it will notice itself. */

#include "common/store/internal.h"

#include <unistd.h>

enum {
    STEP_BYTES = 64 * 1024,
    AHEAD_STEPS_MAX = 16,
    SHARE = 8, /* of the file: small ones stay small */
};

void ahead_write(struct store *store, uint64_t last_page)
{
    static const uint8_t zeros[STEP_BYTES];
    uint64_t used = (last_page + 1) * store->page_bytes, steps = used / SHARE / STEP_BYTES;
    if (steps > AHEAD_STEPS_MAX)
        steps = AHEAD_STEPS_MAX;
    if (store->file_bytes < used)
        store->file_bytes = used;
    if (store->file_bytes - used >= steps * STEP_BYTES / 4)
        return;
    int descriptor;
    if (mdb_env_get_fd(store->env, &descriptor) != 0)
        return;
    for (; steps > 0 && store->file_bytes + STEP_BYTES <= store->pages_all * store->page_bytes; steps--) {
        ssize_t written = pwrite(descriptor, zeros, STEP_BYTES, (off_t)store->file_bytes);
        if (written <= 0)
            return;
        store->file_bytes += (uint64_t)written;
    }
}
