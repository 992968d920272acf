/* The demonstration's lines (rule F5): what some LAs pay for each of their placements. In: generated
 * placements. Out: lines, sent as each LA would. */

#include "services/cli/demo/fees_inside.h"

#include "common/base/limits.h"

/* The tale of that provision; NULL: none is told. */
static const struct fee_tale *tale_at(const struct fees_telling *telling, const char *provision)
{
    size_t all = sizeof telling->tales / sizeof *telling->tales;
    for (size_t i = 0; i < all; i++)
        if (telling->tales[i].provision && strcmp(telling->tales[i].provision->id, provision) == 0)
            return &telling->tales[i];
    return NULL;
}

static bool is_school(const struct fees_telling *telling, const char *provision)
{
    for (size_t i = 0; i < telling->demo.provision_count; i++)
        if (strcmp(telling->demo.provisions[i]->id, provision) == 0)
            return fees_is_school(telling->demo.provisions[i]->kind);
    return false;
}

/* Where it was applied for, of one of its services; elsewhere by itself, with what is usual. */
static void fill(struct fees_telling *telling, Pb__FeeLine *line, const Pb__Placement *placement,
                 const struct fee_tale *tale)
{
    struct random *random = &telling->demo.random;
    bool applied = tale && tale->submission, school = is_school(telling, placement->provision_id);
    size_t service = school ? random_below(random, 2) : 0;
    line->placement_id = placement->id;
    line->reference = placement->reference;
    line->service_id = applied ? fees_service_id(tale, service) : "";
    line->attendance = !school   ? PB__ATTENDANCE__ATTENDANCE_WEEKS_52
                       : service ? PB__ATTENDANCE__ATTENDANCE_DAY
                                 : PB__ATTENDANCE__ATTENDANCE_WEEKS_38;
    line->current_pence = applied
                              ? fees_raised(tale->weekly_pence[service], random_between(random, -300, 300))
                              : placement->weekly_fee_pence;
    line->proposed_pence =
        fees_raised(line->current_pence, applied ? tale->basis_points : random_between(random, 100, 600));
}

static enum code send(struct fees_telling *telling, const char *authority, Pb__FeeLineRow **rows,
                      size_t count)
{
    const ProtobufCMessage *response;
    Pb__ImportFeeLinesRequest request;
    pb__import_fee_lines_request__init(&request);
    request.authority_id = authority;
    request.rows = rows;
    request.n_rows = count;
    enum code code =
        count ? fees_call(telling, "FeeLinesService/ImportFeeLines", &request.base, &response) : CODE_OK;
    const Pb__ImportFeeLinesResponse *answer =
        code == CODE_OK && count ? (const Pb__ImportFeeLinesResponse *)(const void *)response : NULL;
    return answer && answer->n_problems
               ? fault_set(telling->fault, CODE_INTERNAL, answer->problems[0]->field,
                           "a generated line was refused: %s", answer->problems[0]->reason)
               : code;
}

static enum code tell_of(struct fees_telling *telling, const char *authority, bool tales_only)
{
    const struct demo *demo = &telling->demo;
    struct arena *arena = &telling->cli->arena;
    Pb__FeeLineRow **rows = arena_array(arena, Pb__FeeLineRow *, IMPORT_ROWS_MAX);
    size_t count = 0;
    for (size_t i = 0; rows && i < demo->placement_count && count < IMPORT_ROWS_MAX; i++) {
        const Pb__Placement *placement = demo->placements[i];
        if (*placement->end_on || strcmp(placement->authority_id, authority) != 0 ||
            !placement->weekly_fee_pence)
            continue;
        const struct fee_tale *tale = tale_at(telling, placement->provision_id);
        if (tales_only && !tale)
            continue;
        Pb__FeeLineRow *row = arena_new(arena, Pb__FeeLineRow);
        Pb__FeeLine *line = arena_new(arena, Pb__FeeLine);
        if (!row || !line)
            return CODE_RESOURCE_EXHAUSTED;
        pb__fee_line_row__init(row);
        pb__fee_line__init(line);
        fill(telling, line, placement, tale);
        row->row = (uint32_t)count + 1;
        row->line = line;
        rows[count++] = row;
    }
    return rows ? send(telling, authority, rows, count) : CODE_RESOURCE_EXHAUSTED;
}

enum code fees_tell_lines(struct fees_telling *telling, bool tales_only)
{
    const struct fee_tale *busiest = &telling->tales[0];
    enum code code = CODE_OK;
    size_t told = 0;
    /* Of who places at the busiest provision, all but the last; then of others. */
    for (size_t i = 0; i + 1 < busiest->placing_count && told < DEMO_FEES_AUTHORITIES && code == CODE_OK;
         i++) {
        code = tell_of(telling, busiest->placing[i], tales_only);
        told++;
    }
    for (size_t i = 0; i < telling->demo.authority_count && told < DEMO_FEES_AUTHORITIES && code == CODE_OK;
         i++) {
        const char *authority = telling->demo.authorities[i]->id;
        bool done = false;
        for (size_t p = 0; p < busiest->placing_count; p++)
            done = done || strcmp(busiest->placing[p], authority) == 0;
        if (done)
            continue;
        code = tell_of(telling, authority, tales_only);
        told++;
    }
    return code;
}
