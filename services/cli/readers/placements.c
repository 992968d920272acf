/* An LA's own lists: its placements, with the column names of the SSDA903 return, and what is free. Bytes
 * come in, placements and vacancy rows go out; which record a URN is, is found by who sends them. */

#include "services/cli/readers/registers.h"

#include "common/base/uuid.h"
#include "common/domain/codelist.h"
#include "common/domain/gss.h"
#include "common/domain/money.h"
#include "common/domain/urn.h"

#include "ccrag/v1/placements.pb-c.h"

enum field {
    AUTHORITY,
    REFERENCE,
    URN,
    GROUP,
    STARTED,
    ENDED,
    CODE,
    FEE,
    CONTRACT,
    CONTRACT_VERSION,
    REASON,
    PLACEMENT_FIELDS
};

static const struct heading HEADINGS[PLACEMENT_FIELDS] = {
    [AUTHORITY] = {"LA", "la|authority|localauthority|gsscode|placingla", false},
    [REFERENCE] = {"REFERENCE", "reference|childref|placementreference", true},
    [URN] = {"URN", "urn|provision|provisionid", true},
    [GROUP] = {"PLACE_GROUP", "placegroup|group", false},
    [STARTED] = {"DECOM", "decom|start|starton|startdate", true},
    [ENDED] = {"DEC", "dec|end|endon|enddate", false},
    [CODE] = {"PLACE", "place|placementcode|placementtype", false},
    [FEE] = {"WEEKLY_FEE", "weeklyfee|fee|weeklycost", false},
    [CONTRACT] = {"CONTRACT", "contract|contractid", false},
    [CONTRACT_VERSION] = {"CONTRACT_VERSION", "contractversion", false},
    [REASON] = {"REASON_PLACE_CEASED", "reasonplaceceased|endreason|reason", false},
};

/* A URN with its regulator, or a UUID as it stands; NULL rejects the row. */
static const char *read_provision(struct row_reader *row, unsigned field)
{
    struct fault fault;
    struct urn urn;
    struct uuid uuid;
    char text[UUID_TEXT_BYTES];
    if (uuid_parse(row_cell(row, field), &uuid)) {
        uuid_print(&uuid, text);
    } else if (urn_parse(row_cell(row, field), &urn, &fault) == CODE_OK) {
        urn_print(&urn, text);
    } else {
        row_reject(row, field, &fault, NULL);
        return NULL;
    }
    return arena_text(row->reading->arena, text);
}

/* A date that matters: one that cannot be read rejects the row. */
static const char *read_day(struct row_reader *row, unsigned field, bool required)
{
    const char *cell = row_cell(row, field);
    struct fault fault;
    struct date date;
    if (!*cell && !required)
        return "";
    if (date_parse(cell, &date, &fault) != CODE_OK) {
        row_reject(row, field, &fault, NULL);
        return "";
    }
    char text[DATE_TEXT_BYTES];
    date_print(date, text);
    return arena_text(row->reading->arena, text);
}

static void read_authority(struct row_reader *row, Pb__Placement *placement)
{
    const char *cell = row_cell(row, AUTHORITY);
    struct gss gss;
    const struct authority *authority;
    if (gss_parse(cell, &gss, NULL) == CODE_OK)
        placement->authority_id = arena_text(row->reading->arena, gss.text);
    else if (*cell && authority_resolve(cell, &authority, NULL) == CODE_OK)
        placement->authority_id = authority->gss.text;
    else if (*cell)
        row_reject(row, AUTHORITY, NULL, "is no local authority that is known");
}

static void read_code_and_fee(struct row_reader *row, Pb__Placement *placement)
{
    struct fault fault;
    const char *place = row_cell(row, CODE), *fee = row_cell(row, FEE);
    if (*place) {
        const struct codelist *codes = codelist_find("ssda903-placement");
        const struct codelist_entry *entry = codes ? codelist_entry(codes, place) : NULL;
        if (entry)
            placement->placement_code = entry->code;
        else
            row_reject(row, CODE, NULL, "is no SSDA903 placement code");
    }
    struct money money = {0};
    if (*fee && (money_parse(fee, &money, &fault) != CODE_OK || money.pence < 0))
        row_reject(row, FEE, money.pence < 0 ? NULL : &fault, "is below 0");
    placement->weekly_fee_pence = money.pence;
}

static void read_placement(struct row_reader *row)
{
    struct arena *arena = row->reading->arena;
    Pb__Placement *placement = arena_new(arena, Pb__Placement);
    if (!placement)
        return;
    pb__placement__init(placement);
    if (!*row_cell(row, REFERENCE))
        row_reject(row, REFERENCE, NULL, "is empty: a placement has the LA's own reference");
    read_authority(row, placement);
    const char *provision = read_provision(row, URN);
    placement->start_on = read_day(row, STARTED, true);
    placement->end_on = read_day(row, ENDED, false);
    read_code_and_fee(row, placement);
    if (*placement->end_on && strcmp(placement->end_on, placement->start_on) < 0)
        row_reject(row, ENDED, NULL, "is before the start");
    if (row->rejected || !provision)
        return;
    placement->provision_id = provision;
    placement->reference = row_cell(row, REFERENCE);
    placement->place_group_id = row_cell(row, GROUP);
    placement->contract_id = row_cell(row, CONTRACT);
    placement->contract_version = row_number(row, CONTRACT_VERSION, 1000);
    placement->end_reason = row_cell(row, REASON);
    const char *key = arena_format(arena, "%s/%s", placement->authority_id, placement->reference);
    if (key)
        reading_take(row->reading, row->row->line, HEADINGS[REFERENCE].field, key, placement);
}

enum code placements_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                          struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, PLACEMENT_FIELDS, read_placement};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}

enum vacancy_field { V_URN, V_GROUP, V_FROM, V_UNTIL, V_PLACES, V_CONFIRMED, VACANCY_FIELDS };

static const struct heading VACANCY_HEADINGS[VACANCY_FIELDS] = {
    [V_URN] = {"URN", "urn|provision|provisionid", true},
    [V_GROUP] = {"PLACE_GROUP", "placegroup|group", false},
    [V_FROM] = {"FROM", "from|freefrom|start", false},
    [V_UNTIL] = {"UNTIL", "until|freeuntil|end", false},
    [V_PLACES] = {"PLACES", "places|vacancies|free", true},
    [V_CONFIRMED] = {"CONFIRMED_ON", "confirmedon|confirmed", false},
};

static void read_vacancy(struct row_reader *row)
{
    struct vacancy_row *vacancy = arena_new(row->reading->arena, struct vacancy_row);
    if (!vacancy)
        return;
    vacancy->provision = read_provision(row, V_URN);
    vacancy->group = row_cell(row, V_GROUP);
    if (!text_number(row_cell(row, V_PLACES), 10000, &vacancy->places))
        row_reject(row, V_PLACES, NULL, "is no number of places");
    vacancy->from = read_day(row, V_FROM, vacancy->places > 0);
    vacancy->until = read_day(row, V_UNTIL, false);
    vacancy->confirmed_on = read_day(row, V_CONFIRMED, false);
    if (*vacancy->until && strcmp(vacancy->until, vacancy->from) < 0)
        row_reject(row, V_UNTIL, NULL, "is before the first day");
    if (!row->rejected && vacancy->provision)
        reading_take(row->reading, row->row->line, NULL, NULL, vacancy);
}

enum code vacancies_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                         struct fault *ret_fault)
{
    static const struct row_plan PLAN = {VACANCY_HEADINGS, VACANCY_FIELDS, read_vacancy};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}
