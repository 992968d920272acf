#pragma once
/* Files that commands read and write. `-` is standard input or output. */

#include "services/cli/cli.h"

#include "common/base/span.h"

/* A whole file, at most `most` bytes. In cli->arena. NOT_FOUND: it cannot be read; RESOURCE_EXHAUSTED: it is
 * longer. */
enum code file_read(struct cli *cli, const char *path, size_t most, struct span *ret_bytes,
                    struct fault *ret_fault);
/* The same of a text (up to 1 MB). INVALID_ARGUMENT: it holds a NUL. */
enum code file_read_text(struct cli *cli, const char *path, const char **ret_text, struct fault *ret_fault);

/* Writes a file whole, or leaves what was there. Complains, and returns an exit status. */
int file_write(struct cli *cli, const char *path, struct span bytes);
