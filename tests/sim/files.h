#pragma once
/* What files.c, linked in before LMDB and the system's library, keeps from one schedule to the next. Built
 * with the sanitizers it keeps nothing. */

#include <lmdb.h>
#include <stdbool.h>

/* Before a store's data file is made: one that is kept comes there, as if it had just been made. */
void files_put(const char *path, unsigned flags);
/* After LMDB made or opened it: how one looks that was just made. */
void files_made(MDB_env *env, const char *path, unsigned flags);
/* Takes a data file that no store has open out of its place, and keeps it; false: it is not one to keep. */
bool files_take(const char *path, const char *folder);
/* After the last of them: gives up what is mapped of files that are not kept. */
void files_forget(void);
