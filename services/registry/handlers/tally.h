#pragma once
/* What came of a list of rows, counted while they are taken one by one. */

#include "services/registry/handlers/support.h"

struct tally;

enum tally_kind { TALLY_ADDED, TALLY_CHANGED, TALLY_UNCHANGED, TALLY_HISTORY, TALLY_CLOSED };

/* INVALID_ARGUMENT above IMPORT_ROWS_MAX. */
enum code tally_check_rows(struct command *command, size_t rows);
/* For so many rows; NULL past the arena's limit. */
struct tally *tally_create(struct command *command, size_t rows);
void tally_count(struct tally *tally, enum tally_kind kind);

/* What became of a row: with a `code`, the refusal that the command holds becomes the row's reject, with the
 * value of its field in `row_message`, and CODE_OK is returned so that the next row can be taken. What is no
 * fault of the row (the store's, no memory) is returned as it is. CODE_OK does nothing. */
enum code tally_reject(struct command *command, struct tally *tally, size_t row, enum code code,
                       const ProtobufCMessage *row_message);

/* A remark on a row that was taken; beyond IMPORT_REMARKS_MAX they are dropped. Texts are borrowed. */
void tally_remark(struct command *command, struct tally *tally, size_t row, const char *field,
                  const char *reason);

Pb__ImportResult *tally_result(struct tally *tally);
