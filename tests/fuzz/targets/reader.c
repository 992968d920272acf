/* A published list, as a file from anywhere; built once for each reader (READER, ROW where its rows are
 * messages, FEE_LINES where they are lines of fees).
 *
 * In: a file. Held against: each row of data is either taken or rejected, with line, column and reason; what
 * is taken is a message that can be sent; reading again gives the same. */

#include "common/domain/gss.h"
#include "common/domain/urn.h"
#include "services/cli/readers/fee_lines.h"
#include "tests/fuzz/targets/reader.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#ifdef ROW
/* What a message of these lists says makes sense by itself. */
static void check_message(const ProtobufCMessage *message)
{
    struct urn urn;
    struct gss gss;
    if (message->descriptor == &pb__placement__descriptor) {
        const Pb__Placement *placement = (const Pb__Placement *)(const void *)message;
        require(placement->reference[0] && placement->provision_id[0] && placement->start_on[0]);
        require(!placement->end_on[0] || strcmp(placement->end_on, placement->start_on) >= 0);
        require(placement->weekly_fee_pence >= 0);
    } else if (message->descriptor == &pb__provision__descriptor) {
        const Pb__Provision *provision = (const Pb__Provision *)(const void *)message;
        require(provision->n_urns >= 1 && provision->name[0]);
        for (size_t i = 0; i < provision->n_urns; i++)
            require(urn_parse(provision->urns[i], &urn, NULL) == CODE_OK);
        require(provision->age_max == 0 || provision->age_max >= provision->age_min);
        require(!provision->local_authority[0] || authority_by_gss(provision->local_authority));
    } else {
        const Pb__Authority *authority = (const Pb__Authority *)(const void *)message;
        require(message->descriptor == &pb__authority__descriptor && authority->name[0]);
        require(gss_parse(authority->id, &gss, NULL) == CODE_OK);
    }
}
#endif

/* A row's content in one text. */
static char *show_row(const void *row, struct arena *arena)
{
#ifdef ROW
    const ROW *message = row;
    check_message(&message->base);
    must_pack(&message->base, arena);
    return must_print(&message->base, false, arena);
#elif defined(FEE_LINES)
    const struct fee_line_row *read = row;
    require(read->row.line == &read->line && read->row.row >= 1 && read->provision);
    require(read->line.reference[0] || read->line.placement_id[0]);
    require(read->line.current_pence >= 0 && read->line.proposed_pence >= 0);
    must_pack(&read->row.base, arena);
    const char *line = must_print(&read->row.base, false, arena);
    return arena_format(arena, "%s %s", read->provision, line);
#else
    const struct vacancy_row *vacancy = row;
    require(vacancy->provision && vacancy->provision[0]);
    require(vacancy->places == 0 || vacancy->from[0]);
    require(!vacancy->until[0] || strcmp(vacancy->until, vacancy->from) >= 0);
    return arena_format(arena, "%s %s %s %s %u %s", vacancy->provision, vacancy->group, vacancy->from,
                        vacancy->until, vacancy->places, vacancy->confirmed_on);
#endif
}

static void check_reading(const struct reading *reading, struct span bytes)
{
    unsigned lines = lines_of(bytes);
    require(reading->read == reading->count + reading->rejects.count);
    require(reading->encoding[0]);
    for (size_t i = 0; i < reading->count; i++)
        require(reading->rows[i] && reading->lines[i] >= 1 && reading->lines[i] <= lines &&
                (i == 0 || reading->lines[i] >= reading->lines[i - 1]));
    require_issues(&reading->rejects, lines);
    require_issues(&reading->remarks, lines);
}

static void check_again(const struct reading *reading, struct span bytes)
{
    struct arena arena;
    struct reading again;
    arena_init(&arena, READER_ARENA_BYTES);
    require(READER(bytes, &arena, &again, NULL) == CODE_OK);
    require(again.read == reading->read && again.count == reading->count);
    require(again.remarks.count == reading->remarks.count && again.as_of.day == reading->as_of.day);
    for (size_t i = 0; i < reading->count; i++)
        require(same_text(show_row(again.rows[i], &arena), show_row(reading->rows[i], reading->arena)));
    arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of(data, size);
    struct arena arena;
    struct reading reading, untouched;
    struct fault fault;
    arena_init(&arena, READER_ARENA_BYTES);
    memset(&untouched, 'u', sizeof untouched);
    reading = untouched;
    enum code code = READER(bytes, &arena, &reading, &fault);
    if (code == CODE_OK) {
        check_reading(&reading, bytes);
        check_again(&reading, bytes);
    } else {
        require(code == CODE_INVALID_ARGUMENT && memcmp(&reading, &untouched, sizeof reading) == 0);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}
