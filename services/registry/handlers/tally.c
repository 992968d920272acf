/* Counts and rejects of imported rows. In: what came of each row. Out: the result message. */

#include "services/registry/handlers/tally.h"

#include "common/base/limits.h"

struct tally {
    Pb__ImportResult result;
    size_t rows, remarks_room;
};

enum code tally_check_rows(struct command *command, size_t rows)
{
    return rows <= IMPORT_ROWS_MAX ? CODE_OK
                                   : refuse(command, CODE_INVALID_ARGUMENT, "",
                                            "at most %d rows in one request", IMPORT_ROWS_MAX);
}

struct tally *tally_create(struct command *command, size_t rows)
{
    struct tally *tally = arena_new(command->arena, struct tally);
    if (!tally)
        return NULL;
    pb__import_result__init(&tally->result);
    tally->rows = rows;
    tally->remarks_room = rows < IMPORT_REMARKS_MAX ? rows : IMPORT_REMARKS_MAX;
    tally->result.rejects = arena_array(command->arena, Pb__ImportReject *, rows + 1);
    tally->result.remarks = arena_array(command->arena, Pb__ImportReject *, tally->remarks_room + 1);
    return tally->result.rejects && tally->result.remarks ? tally : NULL;
}

void tally_count(struct tally *tally, enum tally_kind kind)
{
    switch (kind) {
    case TALLY_ADDED:
        tally->result.added++;
        return;
    case TALLY_CHANGED:
        tally->result.changed++;
        return;
    case TALLY_UNCHANGED:
        tally->result.unchanged++;
        return;
    case TALLY_HISTORY:
        tally->result.history++;
        return;
    case TALLY_CLOSED:
        tally->result.closed++;
        return;
    }
}

static Pb__ImportReject *reject_new(struct command *command, size_t row, const char *field,
                                    const char *reason)
{
    Pb__ImportReject *reject = arena_new(command->arena, Pb__ImportReject);
    if (!reject || !field || !reason)
        return NULL;
    pb__import_reject__init(reject);
    reject->row = (uint32_t)row;
    reject->field = field;
    reject->reason = reason;
    return reject;
}

/* May a row alone be blamed for this? Not for what the store or the machine lacks, nor for who asks. */
static bool is_the_rows(const struct command *command, enum code code)
{
    bool of_the_row = code == CODE_INVALID_ARGUMENT || code == CODE_NOT_FOUND ||
                      code == CODE_ALREADY_EXISTS || code == CODE_FAILED_PRECONDITION ||
                      code == CODE_PERMISSION_DENIED;
    return of_the_row && store_txn_error(command->txn, NULL) == CODE_OK;
}

enum code tally_reject(struct command *command, struct tally *tally, size_t row, enum code code,
                       const ProtobufCMessage *row_message)
{
    if (code == CODE_OK)
        return CODE_OK;
    if (!is_the_rows(command, code))
        return code;
    const struct fault *fault = &command->fault;
    const char *value = wire_field_text(row_message, fault->field);
    const char *reason = value[0] ? arena_format(command->arena, "%s: '%.100s'", fault->reason, value)
                                  : arena_text(command->arena, fault->reason);
    Pb__ImportReject *reject = reject_new(command, row, arena_text(command->arena, fault->field), reason);
    if (!reject || tally->result.n_rejects == tally->rows)
        return no_memory(command);
    tally->result.rejects[tally->result.n_rejects++] = reject;
    command->fault = (struct fault){0};
    return CODE_OK;
}

void tally_remark(struct command *command, struct tally *tally, size_t row, const char *field,
                  const char *reason)
{
    if (tally->result.n_remarks == tally->remarks_room)
        return;
    Pb__ImportReject *remark = reject_new(command, row, field, reason);
    if (remark)
        tally->result.remarks[tally->result.n_remarks++] = remark;
}

Pb__ImportResult *tally_result(struct tally *tally)
{
    return &tally->result;
}
