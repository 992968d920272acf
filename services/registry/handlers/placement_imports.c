/* Placements of a file (rule R6). In: rows, matched by LA and reference. Out: what came of each; a bad row
 * costs no good one, and a row that says what is known writes nothing. Everything is read before the first is
 * written. */

#define SERVICE_TYPE Pb__PlacementsService_Service

#include "services/registry/handlers/placements.h"

#include "common/base/limits.h"
#include "services/registry/handlers/tally.h"

/* --- stays ------------------------------------------------------------------------------------------- */

struct stay_reading {
    struct command *command;
    const char *but_id;
    struct stays *stays;
    size_t room;
};

static enum code stay_add(struct command *command, struct stays *stays, size_t *room, struct stay stay)
{
    if (stays->count == *room) {
        *room = *room ? *room * 2 : 8;
        struct stay *larger = arena_array(command->arena, struct stay, *room);
        if (!larger)
            return no_memory(command);
        if (stays->count)
            memcpy(larger, stays->items, stays->count * sizeof(struct stay));
        stays->items = larger;
    }
    stays->items[stays->count++] = stay;
    return CODE_OK;
}

static enum code read_stay(void *context, const ProtobufCMessage *record)
{
    struct stay_reading *reading = context;
    const Pb__Placement *placement = (const Pb__Placement *)record;
    if (strcmp(placement->id, reading->but_id) == 0)
        return CODE_OK;
    return stay_add(reading->command, reading->stays, &reading->room, placement_stay(placement));
}

enum code stays_load(struct command *command, const struct placement_facts *facts, const char *but_id,
                     struct stays *ret_stays)
{
    const struct walk of_it = {
        .table = &table_placements,
        .index = facts->group ? "group" : "provision",
        .value = index_uuid(facts->group ? facts->group->id : facts->provision->id, command->arena),
    };
    uint32_t places = facts->group ? facts->group->places : facts->provision->capacity;
    *ret_stays = (struct stays){.places = places ? places : UINT32_MAX};
    struct stay_reading reading = {.command = command, .but_id = but_id, .stays = ret_stays};
    return walk(command, &of_it, read_stay, &reading);
}

/* --- rows -------------------------------------------------------------------------------------------- */

/* The stays of one group or provision, with those of the rows taken so far. */
struct stay_set {
    struct stay_set *next;
    const char *id;
    struct stays stays;
    size_t room;
};

struct row {
    const Pb__Placement *given;
    const char *authority_id;
    struct placement_facts facts;
    struct stay_set *set;
    bool bad;
};

struct placement_import {
    struct command *command;
    struct tally *tally;
    struct stay_set *sets;
};

static enum code set_of(struct placement_import *import, struct row *row)
{
    struct command *command = import->command;
    const char *id = row->facts.group ? row->facts.group->id : row->facts.provision->id;
    for (row->set = import->sets; row->set; row->set = row->set->next)
        if (strcmp(row->set->id, id) == 0)
            return CODE_OK;
    struct stay_set *set = arena_new(command->arena, struct stay_set);
    if (!set)
        return no_memory(command);
    *set = (struct stay_set){.next = import->sets, .id = id};
    TRY(stays_load(command, &row->facts, "", &set->stays));
    set->room = set->stays.count;
    row->set = import->sets = set;
    return CODE_OK;
}

static enum code read_row(struct placement_import *import, const Pb__Placement *given, struct row *row)
{
    struct command *command = import->command;
    row->given = given;
    TRY(check_record(command, &given->base));
    row->authority_id = authority_meant(command, given->authority_id);
    TRY(placing_authority_check(command, row->authority_id));
    TRY(placement_load_facts(command, given, &row->facts));
    return set_of(import, row);
}

static bool same_stay(struct stay a, struct stay b)
{
    return date_compare(a.from, b.from) == 0 && date_compare(a.until, b.until) == 0;
}

/* The flag of rule R6: as it was while nothing that it depends on changes, so that importing twice adds
 * nothing. */
static enum code flag(struct command *command, struct row *row, Pb__Placement *placement)
{
    struct stays *stays = &row->set->stays;
    const Pb__Placement *stored = row->facts.stored;
    struct stay stay = placement_stay(placement);
    if (stored) {
        struct stay before = placement_stay(stored);
        bool same_group = strcmp(stored->place_group_id, placement->place_group_id) == 0;
        if (same_group && same_stay(before, stay))
            return CODE_OK;
        for (size_t i = 0; same_group && i < stays->count; i++)
            if (same_stay(stays->items[i], before)) {
                stays->items[i] = stays->items[--stays->count];
                break;
            }
    }
    placement->over_capacity = stay_exceeds(stay, stays->items, stays->count, stays->places);
    return stay_add(command, stays, &row->set->room, stay);
}

/* A file says what its columns say: of what is kept, what a row leaves empty stays as it was entered (rule
 * R10). An end above all, as a list of last week would open again what ended since. */
static enum code keep_unnamed(struct placement_import *import, struct row *row, const Pb__Placement *known,
                              size_t number, Pb__Placement *placement)
{
    enum code code = CODE_OK;
    if (!placement->place_group_id[0])
        placement->place_group_id = known->place_group_id;
    if (!placement->weekly_fee_pence)
        placement->weekly_fee_pence = known->weekly_fee_pence;
    if (!placement->placement_code[0])
        placement->placement_code = known->placement_code;
    if (!placement->contract_id[0]) {
        placement->contract_id = known->contract_id;
        placement->contract_version = known->contract_version;
        row->facts.contract = load_if_any(import->command, &table_contracts, placement->contract_id, &code);
    }
    if (!placement->end_reason[0])
        placement->end_reason = known->end_reason;
    if (placement->end_on[0] || !known->end_on[0])
        return code;
    placement->end_on = known->end_on;
    tally_remark(import->command, import->tally, number, "end_on",
                 "it has ended, and the row names no end: its end stays");
    return code;
}

static enum code write_row(struct placement_import *import, struct row *row, size_t number)
{
    struct command *command = import->command;
    Pb__Placement *known, *placement = COPY(command, row->given);
    TRY(placement_find(command, row->authority_id, row->given->reference, &known));
    row->facts.stored = known;
    if (!known)
        TRY(placement_not_erased(command, row->authority_id, row->given->reference));
    const char *id = known ? known->id : new_id(command, row->given->id);
    if (!placement || !id)
        return id ? no_memory(command) : command->fault.code;
    placement->id = id;
    placement->authority_id = row->authority_id;
    placement->provision_id = row->facts.provision->id;
    placement->taken = known && known->taken;
    placement->over_capacity = known && known->over_capacity;
    if (known)
        TRY(keep_unnamed(import, row, known, number, placement));
    placement->meta = meta_of(command, row->given->meta, known ? known->meta : NULL);
    if (!placement->meta)
        return no_memory(command);
    uint64_t before = placement->meta->version = known ? known->meta->version : 0;
    TRY(check(command, placement_check(placement, &row->facts)));
    TRY(flag(command, row, placement));
    TRY(placement_put(command, placement, row->facts.provision));
    tally_count(import->tally, !known                               ? TALLY_ADDED
                               : placement->meta->version == before ? TALLY_UNCHANGED
                                                                    : TALLY_CHANGED);
    return CODE_OK;
}

HANDLE(ImportPlacements, import_placements)
{
    TRY(tally_check_rows(command, in->n_placements));
    struct placement_import import = {.command = command, .tally = tally_create(command, in->n_placements)};
    struct row *rows = arena_array(command->arena, struct row, in->n_placements + 1);
    if (!import.tally || !rows)
        return no_memory(command);
    for (size_t i = 0; i < in->n_placements; i++) {
        enum code code = read_row(&import, in->placements[i], &rows[i]);
        rows[i].bad = code != CODE_OK;
        TRY(tally_reject(command, import.tally, i, code, &in->placements[i]->base));
    }
    for (size_t i = 0; i < in->n_placements; i++)
        if (!rows[i].bad)
            TRY(tally_reject(command, import.tally, i, write_row(&import, &rows[i], i),
                             &in->placements[i]->base));
    command->subject = "placements";
    out->result = tally_result(import.tally);
    return CODE_OK;
}
