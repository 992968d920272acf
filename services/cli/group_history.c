/* `ccrag history`: what a record was, and what each change of it changed (rule R10). In: a kind and an
 * identifier as people know them. Out: a table of states, newest first, each beside what it changed; or JSON
 * with every state whole. */

#include "services/cli/groups.h"
#include "services/cli/journal.h"
#include "services/cli/reflect.h"
#include "services/cli/show.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"

#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, DEPTH_MAX = 4 };

/* `place-group`, `PlaceGroup` or `ccrag.v1.PlaceGroup` as the last of these; NULL: no such kind. */
static const char *type_of(struct cli *cli, const char *typed)
{
    static const char package[] = "ccrag.v1.";
    const size_t length = sizeof package - 1;
    char name[96] = "ccrag.v1.";
    size_t used = length;
    bool begins = true;
    for (const char *c = strncmp(typed, package, length) == 0 ? typed + length : typed; *c; c++) {
        bool divides = *c == '-' || *c == '_' || *c == ' ';
        if (!divides && used + 1 < sizeof name) {
            name[used] = begins ? (char)toupper((unsigned char)*c) : *c;
            used++;
        }
        begins = divides;
    }
    name[used] = 0;
    return wire_message_find(name) ? arena_text(&cli->arena, name) : NULL;
}

/* People know a provision by its URNs and a placement by its reference; the history knows their UUIDs. */
static enum code resolve(struct cli *cli, const char *type, const char **id, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    struct uuid uuid;
    const char *la = cli_option(cli, "la");
    enum code code = CODE_OK;
    if (uuid_parse(*id, &uuid))
        return CODE_OK;
    if (strcmp(type, "ccrag.v1.Provision") == 0) {
        Pb__GetProvisionRequest request;
        pb__get_provision_request__init(&request);
        request.provision_id = *id;
        code = cli_call(cli, NULL, "ProvisionsService/GetProvision", &request.base, &response, ret_fault);
        if (code == CODE_OK)
            *id = ((const Pb__GetProvisionResponse *)(const void *)response)->provision->id;
    } else if (strcmp(type, "ccrag.v1.Placement") == 0) {
        Pb__GetPlacementRequest request;
        pb__get_placement_request__init(&request);
        request.placement_id = *id;
        request.authority_id = la ? la : "";
        code = cli_call(cli, NULL, "PlacementsService/GetPlacement", &request.base, &response, ret_fault);
        if (code == CODE_OK)
            *id = ((const Pb__GetPlacementResponse *)(const void *)response)->placement->id;
    }
    return code;
}

/* --- what changed ------------------------------------------------------------------------------------ */

static struct span packed_items(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                                struct arena *arena)
{
    ProtobufCMessage *const *items;
    size_t count;
    struct span all = span_of("", 0);
    if (!reflect_list(message, field->name, &items, &count))
        return all;
    for (size_t i = 0; i < count; i++) {
        struct span one = wire_pack(items[i], arena);
        uint8_t *joined = arena_alloc(arena, all.size + one.size + 5);
        if (!joined)
            return all;
        memcpy(joined, all.data, all.size);
        put_u32_be(joined + all.size, (uint32_t)one.size);
        if (one.size)
            memcpy(joined + all.size + 4, one.data, one.size);
        all = span_of(joined, all.size + 4 + one.size);
    }
    return all;
}

static const char *add(struct arena *arena, const char *text, const char *more)
{
    const char *joined = arena_format(arena, "%s%s%s", text, *text ? "; " : "", more);
    return joined ? joined : text;
}

static const char *differences(const ProtobufCMessage *now, const ProtobufCMessage *before, unsigned depth,
                               const char *text, struct arena *arena);

static const char *difference(const ProtobufCMessage *now, const ProtobufCMessage *before,
                              const ProtobufCFieldDescriptor *field, unsigned depth, const char *text,
                              struct arena *arena)
{
    const char *label = show_label(field, arena);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label == PROTOBUF_C_LABEL_REPEATED) {
        if (span_equal(packed_items(now, field, arena), packed_items(before, field, arena)))
            return text;
        return add(arena, text, arena_format(arena, "%s: changed", label));
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *a = reflect_message(now, field->name),
                               *b = reflect_message(before, field->name);
        if (a && b)
            return depth < DEPTH_MAX ? differences(a, b, depth + 1, text, arena) : text;
        return a || b
                   ? add(arena, text, arena_format(arena, "%s: %s", label, a ? "stated" : "no longer stated"))
                   : text;
    }
    const char *a = reflect_field_text(now, field, arena), *b = reflect_field_text(before, field, arena);
    if (!a || !b || strcmp(a, b) == 0)
        return text;
    return add(arena, text, arena_format(arena, "%s: %s → %s", label, *b ? b : "–", *a ? a : "–"));
}

static const char *differences(const ProtobufCMessage *now, const ProtobufCMessage *before, unsigned depth,
                               const char *text, struct arena *arena)
{
    for (unsigned i = 0; i < now->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &now->descriptor->fields[i];
        if (strcmp(field->name, "meta") != 0)
            text = difference(now, before, field, depth, text, arena);
    }
    return text;
}

static const char *what_changed(const Pb__JournalEntry *entry, const Pb__JournalEntry *before,
                                struct arena *arena)
{
    const ProtobufCMessage *now = journal_entry_record(entry, arena);
    const ProtobufCMessage *then = before ? journal_entry_record(before, arena) : NULL;
    if (!now)
        return "deleted";
    if (!before)
        return entry->version == 1 ? "recorded" : "";
    if (!then)
        return "recorded again";
    const char *text = differences(now, then, 0, "", arena);
    return *text ? text : "nothing but who and when";
}

/* --- the command ------------------------------------------------------------------------------------- */

static int print_table(struct cli *cli, const Pb__ReadHistoryResponse *history)
{
    static const struct show_column HEADINGS[COLUMNS] = {{"Version", false, true},
                                                         {"When", false, false},
                                                         {"Who", false, false},
                                                         {"What changed", true, false}};
    size_t count = history->n_entries;
    const char **cells = arena_array(&cli->arena, const char *, count *COLUMNS + 1);
    for (size_t i = 0; cells && i < count; i++) {
        const Pb__JournalEntry *entry = history->entries[i];
        cells[i * COLUMNS] = entry->version ? reflect_text(&entry->base, "version", &cli->arena) : "file";
        cells[i * COLUMNS + 1] = reflect_text(&entry->base, "at_ms", &cli->arena);
        cells[i * COLUMNS + 2] = entry->by;
        cells[i * COLUMNS + 3] =
            what_changed(entry, i + 1 < count ? history->entries[i + 1] : NULL, &cli->arena);
    }
    if (!cells)
        return cli_complain(EX_SOFTWARE, "the history is too long to print; give --size");
    show_table(stdout, HEADINGS, COLUMNS, cells, count, "Nothing is known of it that you may see.");
    return EX_OK;
}

static int print_json(struct cli *cli, const Pb__ReadHistoryResponse *history)
{
    json_t *list = json_array();
    for (size_t i = 0; i < history->n_entries; i++)
        json_array_append_new(list, journal_entry_json(history->entries[i], &cli->arena));
    json_t *all = json_pack("{s:o}", "entries", list);
    char *text = json_dumps(all, JSON_INDENT(2));
    json_decref(all);
    if (!text)
        return cli_complain(EX_SOFTWARE, "the history is too long to print; give --size");
    puts(text);
    free(text);
    return EX_OK;
}

static int run_history(struct cli *cli)
{
    struct fault fault = {0};
    const ProtobufCMessage *response;
    const char *type = type_of(cli, cli->arguments[0]), *id = cli->arguments[1];
    int64_t size;
    if (!type)
        return cli_complain(EX_USAGE,
                            "there is no kind of record \"%s\"; for example: provision, placement, authority",
                            cli->arguments[0]);
    if (!cli_number(cli, "size", 1, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT, &size))
        return EX_USAGE;
    Pb__ReadHistoryRequest request;
    pb__read_history_request__init(&request);
    enum code code = resolve(cli, type, &id, &fault);
    request.record_type = type;
    request.id = id;
    request.size = (uint32_t)size;
    request.with_present = true;
    if (code == CODE_OK)
        code = cli_call(cli, cli_option(cli, "service"), "FeedService/ReadHistory", &request.base, &response,
                        &fault);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__ReadHistoryResponse *history = (const Pb__ReadHistoryResponse *)(const void *)response;
    return cli->json ? print_json(cli, history) : print_table(cli, history);
}

static const struct cli_option HISTORY_OPTIONS[] = {
    {.name = "size", .value = "N", .meaning = "At most so many past states (100)."},
    {.name = "la", .value = "GSS", .meaning = "The placing LA, needed with a placement's reference."},
    {.name = "service", .value = "NAME", .meaning = "Whose record it is (registry)."},
    {0},
};

const struct cli_command HISTORY_COMMANDS[] = {
    {.words = "history",
     .arguments = "KIND ID",
     .summary = "Show what a record was, and who changed what when, newest first.",
     .details = "KIND is provision, place-group, vacancy, placement, provider, authority, …; ID its UUID, a "
                "provision's "
                "URN, an LA's GSS code, or a placement's reference with --la. States that came from a file "
                "older than "
                "what was held are marked \"file\". With --json every state is whole.",
     .options = HISTORY_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_history},
    {0},
};
