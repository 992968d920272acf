/* Vacancies (rules R5, X6). In: what providers state, places taken. Out: the vacancy as it stands. The
 * arithmetic of periods is rules_vacancy.c's. */

#define SERVICE_TYPE Pb__ProvisionsService_Service

#include "services/registry/handlers/vacancies.h"

#include "services/registry/rules_vacancy.h"

/* Writes periods into the vacancy. */
static enum code put_periods(struct command *command, Pb__Vacancy *vacancy, const struct periods *periods)
{
    vacancy->free = periods_write(periods, command->arena, &vacancy->n_free);
    if (!vacancy->free)
        return no_memory(command);
    return put(command, &table_vacancies, vacancy);
}

HANDLE(SetVacancy, set_vacancy)
{
    enum code code;
    struct periods periods;
    struct editor editor = editor_of(command);
    const Pb__PlaceGroup *group = load(command, &table_place_groups, "place_group_id", in->place_group_id);
    const Pb__Provision *provision =
        group ? load(command, &table_provisions, "place_group.provision_id", group->provision_id) : NULL;
    if (!provision)
        return command->fault.code;
    TRY(check(command, provision_editor_check(provision, &editor)));
    TRY(check(command,
              provision_is_open(provision) || in->n_free == 0 ? REFUSAL_NONE : REFUSAL_PROVISION_CLOSED));
    TRY(check(command, periods_read(in->free, in->n_free, group->places, command->today, &periods)));
    const Pb__Vacancy *stored = load_if_any(command, &table_vacancies, group->id, &code);
    TRY(code);
    Pb__Vacancy *vacancy = out->vacancy = arena_new(command->arena, Pb__Vacancy);
    if (!vacancy)
        return no_memory(command);
    pb__vacancy__init(vacancy);
    vacancy->id = command->subject = group->id;
    vacancy->provision_id = group->provision_id;
    vacancy->confirmed_by = caller_name(&command->caller);
    bool generated = group->meta->generated;
    vacancy->confirmed_at_ms = in->confirmed_at_ms;
    if (!generated || !in->confirmed_at_ms)
        TRY(check(command, vacancy_confirmed(in->confirmed_at_ms, command->now_ms, stored,
                                             &vacancy->confirmed_at_ms)));
    vacancy->meta = meta_again(command, stored ? stored->meta : NULL, generated);
    if (!vacancy->meta)
        return no_memory(command);
    if (in->version)
        vacancy->meta->version = in->version;
    return put_periods(command, vacancy, &periods);
}

enum code vacancy_take(struct command *command, const char *group_id, struct date from, struct date until,
                       uint32_t *ret_still_free)
{
    enum code code;
    struct periods periods;
    Pb__Vacancy *vacancy = load_if_any(command, &table_vacancies, group_id, &code);
    TRY(code);
    TRY(check(command, vacancy ? REFUSAL_NONE : REFUSAL_NO_PLACE_FREE));
    periods_load(vacancy->free, vacancy->n_free, &periods);
    TRY(check(command, periods_take(&periods, from, until)));
    vacancy->taken_since++;
    *ret_still_free = periods_free_on(&periods, from);
    return put_periods(command, vacancy, &periods);
}

enum code vacancy_cap(struct command *command, const Pb__PlaceGroup *group)
{
    enum code code;
    struct periods periods;
    Pb__Vacancy *vacancy = load_if_any(command, &table_vacancies, group->id, &code);
    if (code || !vacancy)
        return code;
    periods_load(vacancy->free, vacancy->n_free, &periods);
    return periods_cap(&periods, group->places) ? put_periods(command, vacancy, &periods) : CODE_OK;
}
