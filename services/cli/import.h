#pragma once
/* `ccrag import`: a published file read by its reader, sent row by row in commands, and told of. */

#include "services/cli/cli.h"
#include "services/cli/readers/registers.h"

#include "ccrag/v1/authorities.pb-c.h"

struct import {
    struct cli *cli;
    const char *kind; /* `ofsted` */
    const char *path;
    struct span bytes; /* the file, decompressed; owned */
    struct reading reading;
    size_t added, changed, unchanged, history, closed;
};

/* Reads the whole file, gzip or not; `-` is the standard input. The bytes are freed by import_finish. */
enum code import_load(struct import *import, struct fault *ret_fault);
void import_finish(struct import *import);

/* The publication's date: --as-of, the titles, the file's name. FAILED_PRECONDITION: none says it. */
enum code import_as_of(struct import *import, struct fault *ret_fault);

/* Adds what a service says of rows; `first` is the index of the request's row 0 among the reading's. */
void import_add(struct import *import, const Pb__ImportResult *result, size_t first);

/* Counts, rejects (to --rejects FILE, or stderr) and remarks, or all of it as JSON; returns the exit status:
 * EX_DATAERR for rejects with --strict, or where there are no good rows. */
int import_report(struct import *import);

/* The kinds, one file each. */
int import_provisions(struct import *import,
                      enum code (*read)(struct span, struct arena *, struct reading *, struct fault *));
int import_authorities(struct import *import);
int import_postcodes(struct import *import);
int import_placements(struct import *import);
int import_vacancies(struct import *import);
