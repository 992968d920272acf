/* The services of a sheet (rule F3). In: rows, over the services that there are. Out: the services as they
 * would stand, every right cell taken, every wrong one told. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

/* What a row of a service is about, after the parts of its fee. */
enum detail { OF_TITLE = FEE_PARTS, OF_ATTENDANCE, DETAILS };

struct fee_sheet_services {
    struct arena *arena;
    Pb__FeeService *services[FEE_SERVICES_MAX];
    uint32_t rows[FEE_SERVICES_MAX][DETAILS]; /* where each was said; 0: nowhere yet */
    bool taken[FEE_SERVICES_MAX];             /* anything of it was */
    size_t stored, count;                     /* those behind the stored ones are new */
};

struct fee_sheet_services *fee_sheet_services_create(const Pb__FeeApplication *application,
                                                     struct arena *arena)
{
    struct fee_sheet_services *services = arena_new(arena, struct fee_sheet_services);
    size_t count = application->n_services < FEE_SERVICES_MAX ? application->n_services : FEE_SERVICES_MAX;
    Pb__FeeService **whole = fee_services_whole(application->services, count, arena);
    if (!services || !whole)
        return NULL;
    services->arena = arena;
    memcpy(services->services, whole, count * sizeof *whole);
    services->stored = services->count = count;
    return services;
}

static bool detail_of(const char *text, enum detail *ret_detail)
{
    for (unsigned part = FEE_SOCIAL_CARE; part < FEE_PARTS; part++) {
        if (strcmp(text, fee_part_id(part)) == 0) {
            *ret_detail = (enum detail)part;
            return true;
        }
    }
    bool title = strcmp(text, DETAIL_TITLE) == 0;
    if (!title && strcmp(text, DETAIL_ATTENDANCE) != 0)
        return false;
    *ret_detail = title ? OF_TITLE : OF_ATTENDANCE;
    return true;
}

/* Another service, empty. False past the arena's limit. */
static bool add_service(struct fee_sheet_services *services, const char *id)
{
    Pb__FeeService new;
    Pb__FeeService *list[] = {&new}, **whole;
    pb__fee_service__init(&new);
    new.id = arena_text(services->arena, id);
    if (!new.id || !(whole = fee_services_whole(list, 1, services->arena)))
        return false;
    services->services[services->count++] = whole[0];
    return true;
}

/* The place of that service; a new one is added. False: it cannot be, and was told. */
static bool place_of(struct fee_sheet_services *services, struct fee_row *row, size_t *ret_place)
{
    const char *id = row->cells[COLUMN_ITEM];
    size_t at = 0;
    if (!fee_service_is_id(id)) {
        fee_row_wrong(row, COLUMN_ITEM, "",
                      "a service is called by small letters, digits and hyphens, a letter first, %d at most",
                      FEE_SERVICE_ID_BYTES_MAX);
        return false;
    }
    while (at < services->count && strcmp(services->services[at]->id, id) != 0)
        at++;
    if (at == FEE_SERVICES_MAX) {
        fee_row_wrong(row, COLUMN_ITEM, "", "an application has at most %d services", FEE_SERVICES_MAX);
        return false;
    }
    if (at == services->count && !add_service(services, id))
        return false;
    *ret_place = at;
    return true;
}

/* One amount of a fee. */
static bool take_amount(struct fee_row *row, Pb__FeeService *service, bool proposed, enum fee_part part)
{
    enum sheet_column column = proposed ? COLUMN_PROPOSED : COLUMN_CURRENT;
    char field[FAULT_FIELD_BYTES];
    struct money money;
    fee_service_field(service->id, proposed, part, field);
    if (!fee_row_has(row, column) || !fee_row_money(row, column, field, &money))
        return false;
    if (money.pence < 0 || money.pence > FEE_WEEKLY_PENCE_MAX) {
        fee_row_wrong(row, column, field, "a weekly fee is from nothing to £%d", FEE_WEEKLY_PENCE_MAX / 100);
        return false;
    }
    *fee_part_of(proposed ? service->proposed : service->current, part) = money.pence;
    return true;
}

static bool take_title(struct fee_row *row, Pb__FeeService *service)
{
    const char *title;
    if (!fee_row_has(row, COLUMN_ANSWER) || !fee_row_words(row, COLUMN_ANSWER, "", service->title, &title))
        return false;
    if (strlen(title) > FEE_TITLE_BYTES_MAX) {
        fee_row_wrong(row, COLUMN_ANSWER, "", "the name of a service has at most %d bytes",
                      FEE_TITLE_BYTES_MAX);
        return false;
    }
    service->title = title;
    return true;
}

static bool take_attendance(struct fee_row *row, Pb__FeeService *service)
{
    if (!fee_row_has(row, COLUMN_ANSWER))
        return false;
    if (fee_attendance_of(row->cells[COLUMN_ANSWER], &service->attendance))
        return true;
    fee_row_wrong(row, COLUMN_ANSWER, "", "a service is charged for: day, 38 weeks or 52 weeks");
    return false;
}

/* How many cells of the row were taken. */
static unsigned take_cells(struct fee_row *row, Pb__FeeService *service, enum detail detail)
{
    if (detail == OF_TITLE)
        return take_title(row, service);
    if (detail == OF_ATTENDANCE)
        return take_attendance(row, service);
    unsigned current = take_amount(row, service, false, (enum fee_part)detail);
    return current + take_amount(row, service, true, (enum fee_part)detail);
}

static bool is_filled(const struct fee_row *row)
{
    return row->cells[COLUMN_CURRENT][0] || row->cells[COLUMN_PROPOSED][0] || row->cells[COLUMN_ANSWER][0];
}

void fee_sheet_services_row(struct fee_sheet_services *services, struct fee_row *row)
{
    enum detail detail;
    size_t at;
    fee_row_has(row, COLUMN_ITEM);
    fee_row_has(row, COLUMN_DETAIL);
    if (!is_filled(row))
        return;
    if (!detail_of(row->cells[COLUMN_DETAIL], &detail)) {
        fee_row_wrong(
            row, COLUMN_DETAIL, "",
            "a row of a service is about: title, attendance, social-care, education, health or total");
        memset(row->used, true, sizeof row->used);
        return;
    }
    if (!place_of(services, row, &at)) {
        memset(row->used, true, sizeof row->used);
        return;
    }
    if (services->rows[at][detail]) {
        fee_row_wrong(row, COLUMN_DETAIL, "", "row %u says this of the same service already",
                      services->rows[at][detail]);
        memset(row->used, true, sizeof row->used);
        return;
    }
    services->rows[at][detail] = row->row;
    unsigned taken = take_cells(row, services->services[at], detail);
    row->sheet->cells_kept += taken;
    services->taken[at] |= taken > 0;
}

/* A new service of which nothing could be taken is none. */
bool fee_sheet_services_end(const struct fee_sheet_services *services, struct arena *arena,
                            Pb__SaveFeeApplicationRequest *typed)
{
    typed->services = arena_array(arena, Pb__FeeService *, services->count + 1);
    for (size_t i = 0; typed->services && i < services->count; i++) {
        typed->services_given |= services->taken[i];
        if (i < services->stored || services->taken[i])
            typed->services[typed->n_services++] = services->services[i];
    }
    if (!typed->services_given)
        typed->n_services = 0;
    return typed->services != NULL;
}
