/* What is free, from a file: the rows of one place group are one statement. A statement that says what is
 * held already is not sent again, so that the same file twice adds nothing; nor is one that was made before
 * what is held, which would offer a bed that is taken since. */

#include "services/cli/import.h"
#include "services/cli/show.h"
#include "services/cli/vacancy.h"

#include <stdlib.h>
#include <string.h>

static bool same_group(const struct vacancy_row *a, const struct vacancy_row *b)
{
    return strcmp(a->provision, b->provision) == 0 && strcmp(a->group, b->group) == 0;
}

static int by_from(const void *a, const void *b)
{
    return strcmp((*(Pb__FreePeriod *const *)a)->from, (*(Pb__FreePeriod *const *)b)->from);
}

/* The rows of `first`'s group from there on, as periods in order; 0 places is nothing. Marks them as done. */
static size_t collect(struct import *import, size_t first, Pb__FreePeriod **periods, bool *done,
                      const char **ret_confirmed)
{
    size_t count = 0;
    for (size_t i = first; i < import->reading.count; i++) {
        const struct vacancy_row *row = import->reading.rows[i];
        if (done[i] || !same_group(import->reading.rows[first], row))
            continue;
        done[i] = true;
        if (strcmp(row->confirmed_on, *ret_confirmed) > 0)
            *ret_confirmed = row->confirmed_on;
        Pb__FreePeriod *period = row->places ? arena_new(import->reading.arena, Pb__FreePeriod) : NULL;
        if (!period)
            continue;
        pb__free_period__init(period);
        period->from = row->from;
        period->until = row->until;
        period->places = row->places;
        periods[count++] = period;
    }
    if (count)
        qsort(periods, count, sizeof *periods, by_from);
    return count;
}

/* A place that was taken since counts as said then: whoever spoke before knew nothing of it. */
static void day_held(const Pb__Vacancy *held, char ret_on[DATE_TEXT_BYTES])
{
    bool taken = held->taken_since && held->meta && held->meta->changed_at_ms > held->confirmed_at_ms;
    date_print(date_from_unix_ms_london(taken ? held->meta->changed_at_ms : held->confirmed_at_ms), ret_on);
}

/* Noon of the day that the file names, as its hour is not known; of today, or where none is named, now. */
static int64_t confirmed_ms(const struct import *import, const char *confirmed)
{
    struct date day, today = date_from_unix_ms_london(world_wall_ms(import->cli->world));
    if (!confirmed[0] || date_parse(confirmed, &day, NULL) != CODE_OK || date_compare(day, today) == 0)
        return 0;
    return (day.day * INT64_C(24) + 12) * 60 * 60 * 1000;
}

/* Was another statement made after the file's? Its own day, or none that is named, is not before. */
static bool is_older(const Pb__Vacancy *held, const char *confirmed)
{
    char on[DATE_TEXT_BYTES];
    if (!held || !confirmed[0])
        return false;
    day_held(held, on);
    return strcmp(confirmed, on) < 0;
}

static bool is_held(const Pb__Vacancy *held, Pb__FreePeriod *const *periods, size_t count,
                    const char *confirmed)
{
    if (!held || held->n_free != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(held->free[i]->from, periods[i]->from) != 0 ||
            strcmp(held->free[i]->until, periods[i]->until) != 0 ||
            held->free[i]->places != periods[i]->places)
            return false;
    char on[DATE_TEXT_BYTES];
    day_held(held, on);
    return strcmp(on, confirmed) >= 0;
}

static const char *column_of(const char *field)
{
    if (strcmp(field, "confirmed_at_ms") == 0)
        return "CONFIRMED_ON";
    return strcmp(field, "place_group_id") == 0 ? "PLACE_GROUP" : "PLACES";
}

static void send_group(struct import *import, size_t first, Pb__FreePeriod **periods, size_t count,
                       const char *confirmed)
{
    const struct vacancy_row *row = import->reading.rows[first];
    unsigned line = import->reading.lines[first];
    struct fault fault = {0};
    const ProtobufCMessage *response;
    Pb__GetProvisionRequest get;
    pb__get_provision_request__init(&get);
    get.provision_id = row->provision;
    if (cli_call(import->cli, NULL, "ProvisionsService/GetProvision", &get.base, &response, &fault) !=
        CODE_OK) {
        reading_reject(&import->reading, line, "URN", "%s", fault.reason);
        return;
    }
    const Pb__GetProvisionResponse *provision = (const Pb__GetProvisionResponse *)response;
    const Pb__PlaceGroup *group = vacancy_group(provision, row->group, &fault);
    if (!group) {
        reading_reject(&import->reading, line, "PLACE_GROUP", "%s", fault.reason);
        return;
    }
    const Pb__Vacancy *held = NULL;
    for (size_t i = 0; i < provision->n_vacancies; i++)
        if (strcmp(provision->vacancies[i]->id, group->id) == 0)
            held = provision->vacancies[i];
    if (is_held(held, periods, count, confirmed)) {
        import->unchanged++;
        return;
    }
    if (is_older(held, confirmed)) {
        reading_remark(&import->reading, line, "CONFIRMED_ON",
                       "what is free was stated anew since: that stays");
        import->history++;
        return;
    }
    Pb__SetVacancyRequest set;
    pb__set_vacancy_request__init(&set);
    set.place_group_id = group->id;
    set.free = periods;
    set.n_free = count;
    set.confirmed_at_ms = confirmed_ms(import, confirmed);
    set.version =
        held && held->meta ? held->meta->version : 0; /* one that comes in between is not written over */
    if (cli_call(import->cli, NULL, "ProvisionsService/SetVacancy", &set.base, &response, &fault) != CODE_OK)
        reading_reject(&import->reading, line, column_of(fault.field), "%s", fault.reason);
    else if (held)
        import->changed++;
    else
        import->added++;
}

int import_vacancies(struct import *import)
{
    struct fault fault = {0};
    struct reading *reading = &import->reading;
    if (!cli_world(import->cli) || vacancies_read(import->bytes, reading->arena, reading, &fault) != CODE_OK)
        return cli_complain(EX_DATAERR, "%s: %s", import->path, fault.reason);
    struct client *client;
    if (cli_client(import->cli, "registry", &client, &fault) != CODE_OK)
        return cli_fail(import->cli, &fault);
    bool *done = arena_array(reading->arena, bool, reading->count + 1);
    Pb__FreePeriod **periods = arena_array(reading->arena, Pb__FreePeriod *, reading->count + 1);
    struct progress progress = {.what = import->path};
    for (size_t i = 0; done && periods && i < reading->count; i++) {
        const char *confirmed = "";
        progress_show(&progress, world_mono_us(import->cli->world), i, reading->count);
        if (done[i])
            continue;
        size_t count = collect(import, i, periods, done, &confirmed);
        send_group(import, i, periods, count, confirmed);
    }
    progress_finish(&progress);
    return import_report(import);
}
