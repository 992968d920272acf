/* The log, letters and decisions as they are typed (rules F1, F6). In: the command line, files. Out: one call
 * each. */

#include "services/cli/fees.h"
#include "services/cli/file.h"
#include "services/cli/reflect.h"

#include "common/domain/date.h"

#include <string.h>

/* A value of an enum as it is typed. False: complained of, with the values there are. */
static bool typed_value(struct cli *cli, const ProtobufCEnumDescriptor *type, const char *what,
                        const char *text, int *ret_value)
{
    const char *name = reflect_enum_name(type, text);
    const ProtobufCEnumValue *value = name ? protobuf_c_enum_descriptor_get_value_by_name(type, name) : NULL;
    if (!value || !value->value) {
        cli_complain(EX_USAGE, "%s: \"%s\" is none of: %s", what, text,
                     reflect_enum_choices(type, &cli->arena));
        return false;
    }
    *ret_value = value->value;
    return true;
}

/* `YYYY-MM-DD` of --on; "" where it is not given. False: complained of. */
static bool typed_on(struct cli *cli, const char **ret_day)
{
    const char *text = cli_option(cli, "on");
    struct date date;
    struct fault fault = {0};
    char normal[DATE_TEXT_BYTES] = "";
    if (text && date_parse(text, &date, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--on: %s", fault.reason);
        return false;
    }
    if (text)
        date_print(date, normal);
    *ret_day = arena_text(&cli->arena, normal);
    return *ret_day != NULL;
}

int run_log_add(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_log_entry};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int kind;
    Pb__FeeLogEntry entry;
    Pb__AddLogEntryRequest request;
    pb__fee_log_entry__init(&entry);
    pb__add_log_entry_request__init(&request);
    if (!typed_value(cli, &pb__fee_log_kind__descriptor, "--kind", cli_option(cli, "kind"), &kind) ||
        !typed_on(cli, &entry.on))
        return EX_USAGE;
    int status = fees_figures(cli, &entry.figures, &entry.n_figures);
    if (status != EX_OK)
        return status;
    entry.kind = (Pb__FeeLogKind)kind;
    entry.text = cli_option(cli, "text");
    entry.authority_id = cli_la(cli);
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    request.entry = &entry;
    if (cli_call(cli, NULL, "FeeConsultationsService/AddLogEntry", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

/* --- letters ----------------------------------------------------------------------------------------- */

int run_letter_write(struct cli *cli)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int kind;
    Pb__WriteLetterRequest request;
    pb__write_letter_request__init(&request);
    if (!typed_value(cli, &pb__fee_letter_kind__descriptor, "LETTER", cli->arguments[1], &kind))
        return EX_USAGE;
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    request.authority_id = cli_la(cli);
    request.kind = (Pb__FeeLetterKind)kind;
    if (cli_call(cli, NULL, "FeeConsultationsService/WriteLetter", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__FeeLetter *letter = ((const Pb__WriteLetterResponse *)(const void *)response)->letter;
    if (cli->json)
        return show_json(cli, response);
    if (!letter)
        return cli_complain(EX_SOFTWARE, "the answer has no letter");
    const char *path = cli_option(cli, "out");
    const char *text =
        path ? letter->text : arena_format(&cli->arena, "%s\n\n%s\n", letter->title, letter->text);
    if (!text)
        return cli_complain(EX_SOFTWARE, "the letter is too long");
    int status = file_write(cli, path ? path : "-", span_of(text, strlen(text)));
    if (status == EX_OK && path && strcmp(path, "-") != 0)
        printf("Wrote %s. Once it is sent: ccrag fees letter sent %s %s --file %s\n", path, cli->arguments[0],
               cli->arguments[1], path);
    return status;
}

int run_letter_sent(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_letter};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int kind;
    int64_t version;
    Pb__RecordLetterRequest request;
    pb__record_letter_request__init(&request);
    const char *path = cli_option(cli, "file");
    if (!typed_value(cli, &pb__fee_letter_kind__descriptor, "LETTER", cli->arguments[1], &kind) ||
        !typed_on(cli, &request.sent_on) || !cli_number(cli, "version", 1, INT64_MAX, 0, &version))
        return EX_USAGE;
    if (path) {
        fault.code = file_read_text(cli, path, &request.text, &fault);
        if (fault.code != CODE_OK)
            return cli_fail(cli, &fault);
    }
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    request.authority_id = cli_la(cli);
    request.kind = (Pb__FeeLetterKind)kind;
    request.version = (uint64_t)version;
    if (cli_call(cli, NULL, "FeeConsultationsService/RecordLetter", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

/* Of all letters, or of one; NULL and complained of: there is no such. */
static const Pb__LetterText *text_of(const Pb__ListLetterTextsResponse *list, const char *id)
{
    for (size_t i = 0; i < list->n_texts; i++)
        if (strcmp(list->texts[i]->id, id) == 0)
            return list->texts[i];
    cli_complain(EX_NOINPUT, "there is no letter \"%s\"; `ccrag fees letter text` shows all", id);
    return NULL;
}

static int change_text(struct cli *cli, const Pb__LetterText *stored)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__LetterText text = *stored;
    Pb__UpdateLetterTextRequest request;
    const char *path = cli_option(cli, "file"), *title = cli_option(cli, "title");
    pb__update_letter_text_request__init(&request);
    if (path) {
        fault.code = file_read_text(cli, path, &text.text, &fault);
        if (fault.code != CODE_OK)
            return cli_fail(cli, &fault);
    }
    text.title = title ? title : text.title;
    request.text = &text;
    if (cli_call(cli, NULL, "FeeCyclesService/UpdateLetterText", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    printf("The letter %s is changed; letters that were sent keep their text.\n", stored->id);
    return EX_OK;
}

int run_letter_text(struct cli *cli)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__ListLetterTextsRequest request;
    bool changes = cli_option(cli, "file") || cli_option(cli, "title");
    pb__list_letter_texts_request__init(&request);
    if (changes && !cli->argument_count)
        return cli_complain(EX_USAGE, "say which LETTER is to have that text");
    if (cli_call(cli, NULL, "FeeCyclesService/ListLetterTexts", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__ListLetterTextsResponse *list = (const Pb__ListLetterTextsResponse *)(const void *)response;
    const Pb__LetterText *one = cli->argument_count ? text_of(list, cli->arguments[0]) : NULL;
    if (cli->argument_count && !one)
        return EX_NOINPUT;
    if (changes)
        return change_text(cli, one);
    if (cli->json)
        return show_json(cli, one ? &one->base : response);
    if (one) { /* as a file that can be edited and given again */
        fputs(one->text, stdout);
        return EX_OK;
    }
    for (size_t i = 0; i < list->n_texts; i++)
        printf("%s%s: %s\n\n%s\n", i ? "\n" : "", list->texts[i]->id, list->texts[i]->title,
               list->texts[i]->text);
    return EX_OK;
}

/* --- decisions --------------------------------------------------------------------------------------- */

/* The decision that an LA has made there; with no LA named, none is looked for. */
static void take_decision(const Pb__GetConsultationResponse *read, const char *la,
                          Pb__DecideFeeRequest *request)
{
    for (size_t i = 0; i < read->n_decisions; i++)
        if (*la && strcmp(read->decisions[i]->authority_id, la) == 0 && read->decisions[i]->meta)
            request->version = read->decisions[i]->meta->version;
}

int run_decide(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_decision};
    const Pb__GetConsultationResponse *read;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int64_t submission;
    int kind;
    Pb__DecideFeeRequest request;
    pb__decide_fee_request__init(&request);
    if (!typed_value(cli, &pb__fee_decision_kind__descriptor, "DECISION", cli->arguments[1], &kind))
        return EX_USAGE;
    int status = fees_figures(cli, &request.figures, &request.n_figures);
    if (status != EX_OK)
        return status;
    fault.code = fees_consultation(cli, cli->arguments[0], &read, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (!cli_number(cli, "submission", 1, UINT32_MAX, read->consultation->submission, &submission))
        return EX_USAGE;
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    request.authority_id = cli_la(cli);
    request.kind = (Pb__FeeDecisionKind)kind;
    request.submission = (uint32_t)submission;
    request.reason = cli_option(cli, "reason") ? cli_option(cli, "reason") : "";
    take_decision(read, request.authority_id, &request);
    if (cli_call(cli, NULL, "FeeConsultationsService/DecideFee", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}
