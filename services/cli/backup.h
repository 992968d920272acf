#pragma once
/* Backups as they lie in a folder: DIR/SERVICE/data.mdb, a store sealed as it was, and beside it
 * manifest.json, which says what it is. A folder without a manifest is no backup: it is written last. */

#include "services/cli/cli.h"

#include "ccrag/v1/operate.pb-c.h"

/* `ccrag backup [SERVICE] --to DIR`. */
int run_backup(struct cli *cli);
/* `ccrag restore [SERVICE] --from DIR`. */
int run_restore(struct cli *cli);

/* The manifest of DIR/SERVICE, in the arena. NOT_FOUND: there is no backup of it; DATA_LOSS: it cannot be
 * read. */
enum code backup_manifest(struct cli *cli, const char *directory, const char *service,
                          const Pb__BackupManifest **ret_manifest, struct fault *ret_fault);

/* Copies a file to a new one, on disk when it returns, and checks it against the manifest; shows progress.
 * DATA_LOSS: it is not what the manifest says; nothing is left of the copy then. */
enum code backup_copy(struct cli *cli, const char *from, const char *to, const Pb__BackupManifest *manifest,
                      struct fault *ret_fault);

/* What a folder holds reaches the disk. */
enum code backup_sync(const char *folder, struct fault *ret_fault);

/* `20261123T184912Z`: for names. In the arena. */
const char *backup_stamp(struct cli *cli);
