/* An application as a sheet to be filled in offline (rule F3). In: a CSV file. Out: every right cell kept, as
 * if it had been typed; every wrong one told by row and column. */

#define SERVICE_TYPE Pb__FeeApplicationsService_Service

#include "services/fees/handlers/applications.h"
#include "services/fees/rules_sheet.h"

HANDLE(WriteFeeSheet, write_fee_sheet)
{
    struct span csv;
    struct applying applying;
    TRY(fees_load_applying(command, in->application_id, FEE_ACT_READ, &applying));
    TRY(fees_load_setting(command, &applying));
    if (fee_sheet_write(applying.stored, &applying.setting, command->arena, &csv) != CODE_OK)
        return no_memory(command);
    out->csv = (ProtobufCBinaryData){csv.size, (uint8_t *)(uintptr_t)csv.data};
    out->file_name = fee_sheet_name(applying.stored, command->arena);
    return out->file_name ? CODE_OK : no_memory(command);
}

/* What the sheet says, laid over what is stored. */
static enum code keep(struct command *command, const struct applying *applying, uint64_t version,
                      struct fee_sheet *sheet, Pb__FeeApplication *ret_application)
{
    bool changed;
    sheet->typed.application_id = applying->stored->id;
    sheet->typed.version = version ? version : applying->stored->meta->version;
    TRY(decided(command,
                fee_application_save(applying->stored, &sheet->typed, applying->setting.form, command->today,
                                     command->arena, ret_application, &changed, &command->fault)));
    return changed ? put(command, &fees_applications, ret_application) : CODE_OK;
}

HANDLE(ImportFeeSheet, import_fee_sheet)
{
    struct applying applying;
    struct fee_sheet sheet;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_WRITE, &applying));
    TRY(fees_load_setting(command, &applying));
    if (fee_sheet_read(span_of(in->csv.data, in->csv.len), applying.stored, &applying.setting, command->arena,
                       &sheet) != CODE_OK)
        return no_memory(command);
    TRY(keep(command, &applying, in->version, &sheet, application));
    TRY(fees_list_problems(command, &applying, application, &out->missing, &out->n_missing));
    out->application = application;
    out->cells_kept = sheet.cells_kept;
    out->problems = sheet.problems.items;
    out->n_problems = sheet.problems.count;
    return CODE_OK;
}
