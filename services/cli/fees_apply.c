/* Applications as they are typed, and as sheets (rule F3). In: the command line, a file. Out: one call each,
 * beside the version that was read; and what is still missing. */

#include "services/cli/fees.h"
#include "services/cli/file.h"
#include "services/cli/reflect.h"
#include "services/cli/report.h"

#include <string.h>

enum { SHEET_BYTES_MAX = 4 * 1024 * 1024, REJECT_COLUMNS = 5 };

int run_apply_show(struct cli *cli)
{
    const Pb__GetFeeApplicationResponse *got;
    struct fault fault = {0};
    fault.code = fees_application(cli, cli->arguments[0], &got, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &got->base);
    show_fee_application_whole(cli, &got->base);
    return EX_OK;
}

/* The application that is written, and not what was submitted of it. EX_OK, or complained of. */
static int read_own(struct cli *cli, const Pb__GetFeeApplicationResponse **ret_own)
{
    struct fault fault = {0};
    fault.code = fees_application(cli, cli->arguments[0], ret_own, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    return (*ret_own)->application
               ? EX_OK
               : cli_complain(EX_NOPERM, "only its provider and the host see an application that is written");
}

/* --- typed ------------------------------------------------------------------------------------------- */

static bool says_service(const struct cli *cli)
{
    return cli_option(cli, "title") || cli_option(cli, "attendance") || cli_option(cli, "current") ||
           cli_option(cli, "proposed");
}

static size_t place_of(const Pb__SaveFeeApplicationRequest *request, const char *id)
{
    size_t at = 0;
    while (at < request->n_services && strcmp(request->services[at]->id, id) != 0)
        at++;
    return at;
}

static int put_fee(struct cli *cli, const char *option, Pb__FeeSplit **split)
{
    struct fault fault = {0};
    const char *text = cli_option(cli, option);
    if (!text)
        return EX_OK;
    *split = arena_new(&cli->arena, Pb__FeeSplit);
    if (!*split)
        return cli_complain(EX_SOFTWARE, "out of memory");
    if (fees_split_read(text, &cli->arena, *split, &fault) != CODE_OK)
        return cli_complain(EX_USAGE, "--%s: %s", option, fault.reason);
    return EX_OK;
}

/* The service of --service as it is typed, over the one of that identifier or as another. */
static int put_service(struct cli *cli, Pb__SaveFeeApplicationRequest *request, const char *id)
{
    size_t at = place_of(request, id);
    Pb__FeeService *service = arena_new(&cli->arena, Pb__FeeService);
    const char *attendance = cli_option(cli, "attendance");
    if (!service)
        return cli_complain(EX_SOFTWARE, "out of memory");
    pb__fee_service__init(service);
    if (at < request->n_services)
        *service = *request->services[at];
    service->id = id;
    if (cli_option(cli, "title"))
        service->title = cli_option(cli, "title");
    if (attendance) {
        const char *name = reflect_enum_name(&pb__attendance__descriptor, attendance);
        const ProtobufCEnumValue *value =
            name ? protobuf_c_enum_descriptor_get_value_by_name(&pb__attendance__descriptor, name) : NULL;
        if (!value)
            return cli_complain(EX_USAGE, "--attendance: \"%s\" is none of: day, 38, 52", attendance);
        service->attendance = (Pb__Attendance)value->value;
    }
    int status = put_fee(cli, "current", &service->current);
    if (status == EX_OK)
        status = put_fee(cli, "proposed", &service->proposed);
    request->services[at] = service;
    request->n_services += at == request->n_services;
    return status;
}

static int put_services(struct cli *cli, const Pb__FeeApplication *stored,
                        Pb__SaveFeeApplicationRequest *request)
{
    const char *id = cli_option(cli, "service"), *removed = cli_option(cli, "remove-service");
    if (!id && says_service(cli))
        return cli_complain(EX_USAGE, "--service ID is needed with a title, an attendance or a fee");
    if (!id && !removed)
        return EX_OK;
    request->services_given = true;
    request->services = arena_array(&cli->arena, Pb__FeeService *, stored->n_services + 1);
    if (!request->services)
        return cli_complain(EX_SOFTWARE, "out of memory");
    for (size_t i = 0; i < stored->n_services; i++)
        if (!removed || strcmp(stored->services[i]->id, removed) != 0)
            request->services[request->n_services++] = stored->services[i];
    if (removed && request->n_services == stored->n_services)
        return cli_complain(EX_NOINPUT, "--remove-service: there is no service %s", removed);
    return id ? put_service(cli, request, id) : EX_OK;
}

static int put_day(struct cli *cli, Pb__SaveFeeApplicationRequest *request)
{
    const char *text = cli_option(cli, "effective");
    struct date date;
    struct fault fault = {0};
    char normal[DATE_TEXT_BYTES];
    if (!text)
        return EX_OK;
    if (date_parse(text, &date, &fault) != CODE_OK)
        return cli_complain(EX_USAGE, "--effective: %s", fault.reason);
    date_print(date, normal);
    request->effective_on = arena_text(&cli->arena, normal);
    return request->effective_on ? EX_OK : cli_complain(EX_SOFTWARE, "out of memory");
}

static void say_what_is_left(const Pb__FeeApplication *application, Pb__FeeProblem *const *problems,
                             size_t count)
{
    if (count) {
        puts("\nMissing or wrong");
        fees_print_problems(stdout, problems, count);
        printf(
            "\nAnswer: ccrag fees apply save %s QUESTION VALUE, or as a sheet: ccrag fees apply sheet %s\n",
            application->id, application->id);
    } else
        printf("\nIt is complete. Submit it: ccrag fees apply submit %s\n", application->id);
}

int run_apply_save(struct cli *cli)
{
    const Pb__GetFeeApplicationResponse *own;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__SaveFeeApplicationRequest request;
    pb__save_fee_application_request__init(&request);
    int status = read_own(cli, &own);
    if (status == EX_OK)
        status = put_services(cli, own->application, &request);
    if (status == EX_OK)
        status = put_day(cli, &request);
    if (status == EX_OK && (cli->argument_count > 1 || cli_option(cli, "file")))
        status = report_typed(cli, own->form, &request.answers, &request.n_answers);
    if (status != EX_OK)
        return status;
    if (!request.services_given && !*request.effective_on && !request.n_answers)
        return cli_complain(EX_USAGE,
                            "say QUESTION and VALUE, --file FILE, --service ID or --effective DATE");
    request.application_id = own->application->id;
    request.version = own->application->meta ? own->application->meta->version : 0;
    if (cli_call(cli, NULL, "FeeApplicationsService/SaveFeeApplication", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    const Pb__SaveFeeApplicationResponse *saved =
        (const Pb__SaveFeeApplicationResponse *)(const void *)response;
    puts("Kept.");
    say_what_is_left(own->application, saved->problems, saved->n_problems);
    return EX_OK;
}

/* Refused, it says every place, and not the first alone. */
int run_apply_submit(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_fee_application};
    const Pb__GetFeeApplicationResponse *own;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__SubmitFeeApplicationRequest request;
    pb__submit_fee_application_request__init(&request);
    int status = read_own(cli, &own);
    if (status != EX_OK)
        return status;
    request.application_id = own->application->id;
    if (cli_call(cli, NULL, "FeeApplicationsService/SubmitFeeApplication", &request.base, &response,
                 &fault) == CODE_OK)
        return show_response(cli, response, &SHOWN);
    fees_print_problems(stderr, own->problems, own->n_problems);
    return cli_fail(cli, &fault);
}

/* --- sheets ------------------------------------------------------------------------------------------ */

int run_apply_sheet(struct cli *cli)
{
    const Pb__GetFeeApplicationResponse *own;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__WriteFeeSheetRequest request;
    pb__write_fee_sheet_request__init(&request);
    int status = read_own(cli, &own);
    if (status != EX_OK)
        return status;
    request.application_id = own->application->id;
    if (cli_call(cli, NULL, "FeeApplicationsService/WriteFeeSheet", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    const Pb__WriteFeeSheetResponse *sheet = (const Pb__WriteFeeSheetResponse *)(const void *)response;
    /* A name that another program gives is never a path. */
    const char *named = strrchr(sheet->file_name, '/');
    named = named ? named + 1 : sheet->file_name;
    const char *path = cli->argument_count > 1 ? cli->arguments[1] : *named ? named : "fees.csv";
    status = file_write(cli, path, span_of(sheet->csv.data, sheet->csv.len));
    if (status == EX_OK && strcmp(path, "-") != 0)
        printf("Wrote %s. Once it is filled in: ccrag fees apply import %s %s\n", path,
               request.application_id, path);
    return status;
}

static struct sheets_cell text_cell(const char *text)
{
    return (struct sheets_cell){.stated = *text, .text = text};
}

/* The cells that were not taken; the file carries no formula (rule S5). */
static int write_rejects(struct cli *cli, const char *path, Pb__FeeProblem *const *problems, size_t count)
{
    static const struct sheets_column COLUMNS[REJECT_COLUMNS] = {
        {"file", SHEETS_TEXT},  {"row", SHEETS_WHOLE},   {"column", SHEETS_TEXT},
        {"value", SHEETS_TEXT}, {"reason", SHEETS_TEXT},
    };
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, count * REJECT_COLUMNS + 1);
    struct span file;
    struct fault fault = {0};
    if (!cells)
        return cli_complain(EX_SOFTWARE, "out of memory");
    for (size_t i = 0; i < count; i++) {
        struct sheets_cell *row = cells + i * REJECT_COLUMNS;
        row[0] = text_cell(cli->arguments[1]);
        row[1] = (struct sheets_cell){.stated = true, .whole = problems[i]->row};
        row[2] = text_cell(problems[i]->column);
        row[3] = text_cell(problems[i]->value);
        row[4] = text_cell(problems[i]->reason);
    }
    const struct sheets_table table = {"Rejects", COLUMNS, REJECT_COLUMNS, cells, count};
    if (sheets_csv(&table, &cli->arena, &file, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return file_write(cli, path, file);
}

static int tell_cells(struct cli *cli, const Pb__ImportFeeSheetResponse *imported)
{
    const char *rejects = cli_option(cli, "rejects");
    int status = EX_OK;
    if (rejects)
        status = write_rejects(cli, rejects, imported->problems, imported->n_problems);
    else if (imported->n_problems && !cli->json) {
        fflush(stdout);
        fprintf(stderr, "%s\n", cli->arguments[1]);
        fees_print_problems(stderr, imported->problems, imported->n_problems);
    }
    return status == EX_OK && imported->n_problems && cli_option(cli, "strict") ? EX_DATAERR : status;
}

int run_apply_import(struct cli *cli)
{
    const Pb__GetFeeApplicationResponse *own;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    struct span csv;
    Pb__ImportFeeSheetRequest request;
    pb__import_fee_sheet_request__init(&request);
    int status = read_own(cli, &own);
    if (status != EX_OK)
        return status;
    fault.code = file_read(cli, cli->arguments[1], SHEET_BYTES_MAX, &csv, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    request.application_id = own->application->id;
    request.version = own->application->meta ? own->application->meta->version : 0;
    request.csv = (ProtobufCBinaryData){csv.size, (uint8_t *)(uintptr_t)csv.data};
    if (cli_call(cli, NULL, "FeeApplicationsService/ImportFeeSheet", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__ImportFeeSheetResponse *imported = (const Pb__ImportFeeSheetResponse *)(const void *)response;
    if (cli->json)
        show_json(cli, response);
    else {
        printf("%s: %u cell%s kept, %zu not.\n", cli->arguments[1], imported->cells_kept,
               show_plural(imported->cells_kept), imported->n_problems);
        say_what_is_left(own->application, imported->missing, imported->n_missing);
    }
    return tell_cells(cli, imported);
}
