/* A list of postcodes as one blob: sorted, written as a table, sent in parts, known by its digest when it
 * comes again. */

#include "services/cli/blob.h"
#include "services/cli/import.h"

#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int import_postcodes(struct import *import)
{
    struct fault fault = {0};
    struct postcode_reading list;
    struct arena *arena = import->reading.arena;
    if (postcodes_read(import->bytes, arena, &list, &fault) != CODE_OK)
        return cli_complain(EX_DATAERR, "%s: %s", import->path, fault.reason);
    import->reading = list.reading;
    if (list.without_position)
        reading_remark(&import->reading, 0, "quality",
                       "postcodes left out because the list has no position for them: %zu",
                       list.without_position);
    if (list.repeated)
        reading_remark(&import->reading, 0, "postcode", "rows that repeat the postcode of another: %zu",
                       list.repeated);
    import_finish(import);
    bool unchanged;
    if (blob_send_postcodes(import->cli, list.entries, list.count, base_name(import->path), &unchanged,
                            &fault) != CODE_OK)
        return cli_fail(import->cli, &fault);
    if (unchanged)
        import->unchanged = list.count;
    else
        import->added = list.count;
    return import_report(import);
}
