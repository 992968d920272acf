/* Answers as people read them: one record as lines, a list as a table, or JSON. Messages come in, text goes
 * out. */

#include "services/cli/reflect.h"
#include "services/cli/show.h"
#include "services/cli/table.h"

#include "common/base/limits.h"

#include <string.h>

enum { INDENT = 2, DEPTH_MAX = 8 };

const char *show_label(const ProtobufCFieldDescriptor *field, struct arena *arena)
{
    static const char *const UNITS[] = {"_pence", "_at_ms", "_ms", "_metres", "_m", "_id", "_e7"};
    char *text = arena_text(arena, field->name);
    size_t length = text ? strlen(text) : 0;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        size_t unit = strlen(UNITS[i]);
        if (length > unit && strcmp(text + length - unit, UNITS[i]) == 0) {
            text[length - unit] = 0;
            break;
        }
    }
    for (char *c = text; c && *c; c++)
        if (*c == '_')
            *c = ' ';
    return text ? text : "";
}

static void show_inner(FILE *out, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *inner,
                       unsigned indent, struct arena *arena)
{
    if (!inner)
        return;
    fprintf(out, "%*s%s:\n", (int)(indent * INDENT), "", show_label(field, arena));
    show_record(out, inner, indent + 1, arena);
}

void show_record(FILE *out, const ProtobufCMessage *message, unsigned indent, struct arena *arena)
{
    if (indent > DEPTH_MAX)
        return;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        ProtobufCMessage *const *items;
        size_t count;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED) {
            show_inner(out, field, reflect_message(message, field->name), indent, arena);
        } else if (reflect_list(message, field->name, &items, &count)) {
            for (size_t k = 0; k < count; k++)
                show_inner(out, field, items[k], indent, arena);
        } else {
            const char *text = reflect_field_text(message, field, arena);
            if (text && *text)
                fprintf(out, "%*s%s: %s\n", (int)(indent * INDENT), "", show_label(field, arena), text);
        }
    }
}

void show_conflict(FILE *out, const Pb__Conflict *conflict)
{
    const struct {
        const char *words;
        const ProtobufCBinaryData *packed;
    } versions[] = {{"as it is stored", &conflict->stored}, {"as you meant it", &conflict->offered}};
    const ProtobufCMessageDescriptor *type = wire_message_find(conflict->record_type);
    for (size_t i = 0; type && i < 2; i++) {
        struct arena arena;
        ProtobufCMessage *record;
        arena_init(&arena, REQUEST_ARENA_BYTES);
        struct span packed = span_of(versions[i].packed->data, versions[i].packed->len);
        if (wire_unpack(type, packed, &arena, &record, NULL) == CODE_OK) {
            fprintf(out, "%s, %s:\n", type->short_name, versions[i].words);
            show_record(out, record, 1, &arena);
        }
        arena_finish(&arena);
    }
}

int show_json(struct cli *cli, const ProtobufCMessage *message)
{
    const char *json = wire_to_json(message, true, &cli->arena);
    if (!json)
        return cli_complain(EX_SOFTWARE, "the answer is too large to print");
    puts(json);
    return EX_OK;
}

/* A response that holds one record shows that record itself. */
static const ProtobufCMessage *only_record(const ProtobufCMessage *response)
{
    if (response->descriptor->n_fields != 1)
        return response;
    const ProtobufCMessage *inner = reflect_message(response, response->descriptor->fields[0].name);
    return inner ? inner : response;
}

int show_response(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan)
{
    const char *format = cli_option(cli, "format");
    int status = EX_OK;
    if (format)
        return plan->list ? table_write(cli, response, plan, format, stdout)
                          : cli_complain(EX_USAGE, "--format is for lists, and this is none: use --json");
    if (cli->json)
        return show_json(cli, response);
    if (plan->show)
        plan->show(cli, response);
    else if (plan->list)
        status = table_show(cli, response, plan);
    else if (response->descriptor->n_fields == 0)
        puts("Done.");
    else
        show_record(stdout, only_record(response), 0, &cli->arena);
    if (status == EX_OK && plan->remark)
        plan->remark(cli, response);
    return status;
}
