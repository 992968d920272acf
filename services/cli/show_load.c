/* What each LA carries and saves (rules A8, A9) as tables: the region's figures below, of a balanced proposal
 * both methods side by side with the difference. */

#include "services/cli/show_allocation.h"

#include "services/cli/reflect.h"

#include <inttypes.h>
#include <string.h>

static const struct cli_column LOAD_COLUMNS[] = {
    {"LA", "authority_id", true},
    {"Placements", "placements", false},
    {"Provisions used", "provisions_used", false},
    {"Links", "links", false},
    {"Soles", "soles", false},
    {"Fair share", "fair_share_milli", false},
    {"Visits", "visits", false},
    {"Miles", "travel_metres", false},
    {"Hours", "travel_minutes", false},
    {"Cost", "cost_pence", false},
    {0},
};
static const struct cli_column SAVING_COLUMNS[] = {
    {"LA", "authority_id", true},
    {"Provisions used", "provisions_used", false},
    {"Allocated", "allocations", false},
    {"Visiting all", "without_pence", false},
    {"Visiting its own", "with_pence", false},
    {"Saving", "saving_pence", false},
    {0},
};
/* What the two methods are compared by. */
static const struct {
    const char *path, *rule, *balanced, *difference;
} BESIDE[] = {
    {"visits", "Visits", "Visits balanced", "Visits ±"},
    {"travel_metres", "Miles", "Miles balanced", "Miles ±"},
    {"travel_minutes", "Hours", "Hours balanced", "Hours ±"},
    {"cost_pence", "Cost", "Cost balanced", "Cost ±"},
};
enum {
    COMPARED = sizeof BESIDE / sizeof *BESIDE,
    BESIDE_FIRST = 3,
    BESIDE_COLUMNS = BESIDE_FIRST + 3 * COMPARED
};

static const char *name_of(struct arena *arena, const ProtobufCMessage *message)
{
    const char *name = reflect_text(message, "authority_id", arena);
    return name && *name ? name : "Region";
}

/* The items and the region's; every figure is stated, 0 too. */
static enum code with_total(struct cli *cli, ProtobufCMessage *const *items, size_t count,
                            ProtobufCMessage *total, const struct cli_column *columns,
                            struct cli_table *ret_table)
{
    ProtobufCMessage **all = arena_array(&cli->arena, ProtobufCMessage *, count + 1);
    if (!all)
        return CODE_RESOURCE_EXHAUSTED;
    if (count)
        memcpy(all, items, count * sizeof *items);
    if (total)
        all[count++] = total;
    const ProtobufCMessageDescriptor *type = total ? total->descriptor : items ? items[0]->descriptor : NULL;
    enum code code = type ? table_of(cli, type, all, count, columns, ret_table) : CODE_INTERNAL;
    if (code != CODE_OK)
        return code;
    struct sheets_cell *cells = (struct sheets_cell *)(uintptr_t)ret_table->sheet.cells;
    size_t wide = ret_table->sheet.column_count;
    for (size_t i = 0; i < count * wide; i++)
        if (ret_table->sheet.columns[i % wide].kind != SHEETS_TEXT)
            cells[i].stated = true;
    for (size_t r = 0; r < count; r++)
        cells[r * wide] = (struct sheets_cell){.stated = true, .text = name_of(&cli->arena, all[r])};
    return CODE_OK;
}

static const Pb__AuthorityLoad *load_of(const Pb__ReportLoadResponse *response, const char *gss)
{
    for (size_t i = 0; i < response->n_closest_loads; i++)
        if (strcmp(response->closest_loads[i]->authority_id, gss) == 0)
            return response->closest_loads[i];
    return NULL;
}

static struct sheets_cell difference(enum sheets_kind kind, struct sheets_cell now, struct sheets_cell before)
{
    struct sheets_cell cell = {.stated = true};
    switch (kind) {
    case SHEETS_WHOLE:
        cell.whole = now.whole - before.whole;
        return cell;
    case SHEETS_MONEY:
        cell.stated = money_subtract(now.money, before.money, &cell.money) == CODE_OK;
        return cell;
    case SHEETS_MILES:
        cell.metres = now.metres - before.metres;
        return cell;
    case SHEETS_TENTHS:
        cell.tenths = now.tenths - before.tenths;
        return cell;
    case SHEETS_TEXT:
    case SHEETS_DATE:
        return (struct sheets_cell){0};
    }
    return cell;
}

static void fill_beside(struct cli *cli, const Pb__AuthorityLoad *balanced, const Pb__AuthorityLoad *rule,
                        struct sheets_cell *row)
{
    Pb__AuthorityLoad nothing;
    pb__authority_load__init(&nothing);
    const ProtobufCMessage *now = &balanced->base, *before = rule ? &rule->base : &nothing.base;
    row[0] = (struct sheets_cell){.stated = true, .text = name_of(&cli->arena, now)};
    row[1] = reflect_cell(now, "placements", &cli->arena);
    row[2] = reflect_cell(now, "fair_share_milli", &cli->arena);
    for (size_t i = 0; i < COMPARED; i++) {
        struct sheets_cell *cells = row + BESIDE_FIRST + 3 * i;
        cells[0] = reflect_cell(before, BESIDE[i].path, &cli->arena);
        cells[1] = reflect_cell(now, BESIDE[i].path, &cli->arena);
        cells[2] = difference(reflect_kind(now->descriptor, BESIDE[i].path), cells[1], cells[0]);
    }
    for (size_t c = 1; c < BESIDE_COLUMNS; c++)
        row[c].stated = true;
}

static enum code tabulate_beside(struct cli *cli, const Pb__ReportLoadResponse *response,
                                 struct cli_table *ret_table)
{
    const ProtobufCMessageDescriptor *type = &pb__authority_load__descriptor;
    size_t rows = response->n_loads + (response->total != NULL);
    struct sheets_column *columns = arena_array(&cli->arena, struct sheets_column, BESIDE_COLUMNS);
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, rows * BESIDE_COLUMNS + 1);
    if (!columns || !cells)
        return CODE_RESOURCE_EXHAUSTED;
    columns[0] = (struct sheets_column){"LA", SHEETS_TEXT};
    columns[1] = (struct sheets_column){"Placements", SHEETS_WHOLE};
    columns[2] = (struct sheets_column){"Fair share", SHEETS_TENTHS};
    for (size_t i = 0; i < COMPARED; i++) {
        enum sheets_kind kind = reflect_kind(type, BESIDE[i].path);
        columns[BESIDE_FIRST + 3 * i] = (struct sheets_column){BESIDE[i].rule, kind};
        columns[BESIDE_FIRST + 3 * i + 1] = (struct sheets_column){BESIDE[i].balanced, kind};
        columns[BESIDE_FIRST + 3 * i + 2] = (struct sheets_column){BESIDE[i].difference, kind};
    }
    for (size_t r = 0; r < response->n_loads; r++)
        fill_beside(cli, response->loads[r], load_of(response, response->loads[r]->authority_id),
                    cells + r * BESIDE_COLUMNS);
    if (response->total)
        fill_beside(cli, response->total, response->closest_total,
                    cells + response->n_loads * BESIDE_COLUMNS);
    *ret_table =
        (struct cli_table){.sheet = {"Load", columns, BESIDE_COLUMNS, cells, rows}, .elastic = {true}};
    return CODE_OK;
}

enum code tabulate_load(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportLoadResponse *response = (const Pb__ReportLoadResponse *)(const void *)message;
    if (response->n_closest_loads)
        return tabulate_beside(cli, response, ret_table);
    return with_total(cli, (ProtobufCMessage *const *)(void *)response->loads, response->n_loads,
                      (ProtobufCMessage *)(void *)response->total, LOAD_COLUMNS, ret_table);
}

enum code tabulate_savings(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportSavingsResponse *response = (const Pb__ReportSavingsResponse *)(const void *)message;
    return with_total(cli, (ProtobufCMessage *const *)(void *)response->savings, response->n_savings,
                      (ProtobufCMessage *)(void *)response->total, SAVING_COLUMNS, ret_table);
}

/* --- below the tables -------------------------------------------------------------------------------- */

static const char *pounds(struct arena *arena, int64_t pence)
{
    char text[MONEY_TEXT_BYTES];
    money_print(money_pence(pence), text);
    const char *copy = arena_text(arena, text);
    return copy ? copy : "";
}

void remark_load(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportLoadResponse *response = (const Pb__ReportLoadResponse *)(const void *)message;
    const Pb__VisitCosts *costs = response->costs;
    const Pb__AuthorityLoad *now = response->total, *rule = response->closest_total;
    if (costs)
        printf("\nA visit a link, there and back; %s a year over %u working days, %up a mile, %u miles an "
               "hour.\n",
               pounds(&cli->arena, costs->officer_salary_pence), costs->working_days, costs->pence_per_mile,
               costs->miles_per_hour);
    if (!now || !rule)
        return;
    char miles[SHEETS_TENTHS_TEXT_BYTES], hours[SHEETS_TENTHS_TEXT_BYTES];
    int64_t metres = (int64_t)now->travel_metres - (int64_t)rule->travel_metres;
    struct sheets_cell tenths =
        difference(SHEETS_TENTHS, reflect_cell(&now->base, "travel_minutes", &cli->arena),
                   reflect_cell(&rule->base, "travel_minutes", &cli->arena));
    sheets_print_tenths(sheets_tenths_of_a_mile(metres), miles);
    sheets_print_tenths(tenths.tenths, hours);
    printf("Balanced against the rule, in the region: %+" PRId64 " visits, %s miles (%" PRId64
           " km), %s hours, %s a year.\n",
           (int64_t)now->visits - (int64_t)rule->visits, miles, metres / 1000, hours,
           pounds(&cli->arena, now->cost_pence - rule->cost_pence));
}

void remark_savings(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportSavingsResponse *response = (const Pb__ReportSavingsResponse *)(const void *)message;
    const Pb__VisitCosts *costs = response->costs;
    if (!costs || !response->total)
        return;
    printf("\nA visit costs %s: %s a year over %u working days, and %u miles at %up.\n",
           pounds(&cli->arena, response->visit_pence), pounds(&cli->arena, costs->officer_salary_pence),
           costs->working_days, costs->return_miles, costs->pence_per_mile);
    printf("By sharing visits the region saves %s a year.\n",
           pounds(&cli->arena, response->total->saving_pence));
}
