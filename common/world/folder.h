#pragma once
/* Names that are to outlive a loss of power. */

/* What was made, renamed or removed in the folder, or in the one that holds `path`, is on the disk. 0, or
 * what the system says (errno). */
int folder_sync(const char *folder);
int folder_of_sync(const char *path);
