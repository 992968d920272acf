/* Names that are to outlive a loss of power: a file's own sync does not promise that its name is found again,
 * its folder's does. */

#include "common/world/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int folder_sync(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errno;
    int error = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    return error;
}

int folder_of_sync(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int length = slash == path ? 1 : (int)(slash - path);
    int size = snprintf(folder, sizeof folder, "%.*s", slash ? length : 1, slash ? path : ".");
    return size < 0 || (size_t)size >= sizeof folder ? ENAMETOOLONG : folder_sync(folder);
}
