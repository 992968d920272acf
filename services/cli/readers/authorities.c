/* The region's local authorities with their head offices: bytes come in, authorities go out. Two LAs under
 * one partner's name owe one subscription together (rule R2). */

#include "services/cli/readers/registers.h"

#include "common/domain/grid.h"
#include "common/domain/gss.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <stdlib.h>

enum field {
    PARTNER,
    NAME,
    GSS,
    DFE,
    ADDRESS,
    POSTCODE,
    EASTING,
    NORTHING,
    LATITUDE,
    LONGITUDE,
    MAILBOX,
    FIELDS
};

static const struct heading HEADINGS[FIELDS] = {
    [PARTNER] = {"seed_name", "seedname|partner|partnername", false},
    [NAME] = {"la_name", "laname|name|localauthority|authority", true},
    [GSS] = {"gss_code", "gsscode|gss|newlacode|code", true},
    [DFE] = {"dfe_la_code", "dfelacode|dfecode|oldlacode", false},
    [ADDRESS] = {"hq_address", "hqaddress|headofficeaddress|address", false},
    [POSTCODE] = {"hq_postcode", "hqpostcode|headofficepostcode|postcode", true},
    [EASTING] = {"easting", "easting|eastings", false},
    [NORTHING] = {"northing", "northing|northings", false},
    [LATITUDE] = {"lat", "lat|latitude", false},
    [LONGITUDE] = {"lon", "lon|long|longitude", false},
    [MAILBOX] = {"placement_team_email", "placementteamemail|email|mailbox", false},
};

static bool degrees(const char *cell, double *ret_degrees)
{
    char *end;
    double value = strtod(cell, &end);
    if (end == cell || *end)
        return false;
    *ret_degrees = value;
    return true;
}

/* Latitude and longitude where given, else the grid. */
static void read_position(struct row_reader *row, Pb__Authority *authority)
{
    struct degrees position;
    struct position_e7 e7;
    uint32_t easting, northing;
    enum code code = CODE_NOT_FOUND;
    if (degrees(row_cell(row, LATITUDE), &position.latitude) &&
        degrees(row_cell(row, LONGITUDE), &position.longitude))
        code = position_to_e7(position, &e7);
    else if (text_number(row_cell(row, EASTING), GRID_EASTING_MOST, &easting) &&
             text_number(row_cell(row, NORTHING), GRID_NORTHING_MOST, &northing))
        code = grid_to_e7((struct grid_point){easting, northing}, &e7);
    if (code != CODE_OK) {
        row_remark(row, LATITUDE, NULL, "gives no position: it is found from the postcode");
        return;
    }
    authority->head_office = arena_new(row->reading->arena, Pb__GeoPoint);
    if (!authority->head_office)
        return;
    pb__geo_point__init(authority->head_office);
    authority->head_office->latitude_e7 = e7.latitude;
    authority->head_office->longitude_e7 = e7.longitude;
}

static void read_row(struct row_reader *row)
{
    Pb__Authority *authority = arena_new(row->reading->arena, Pb__Authority);
    if (!authority)
        return;
    pb__authority__init(authority);
    struct fault fault;
    struct gss gss;
    if (!*row_cell(row, NAME))
        row_reject(row, NAME, NULL, "is empty: an authority has a name");
    if (gss_parse(row_cell(row, GSS), &gss, &fault) != CODE_OK)
        row_reject(row, GSS, &fault, NULL);
    if (row->rejected)
        return;
    const struct authority *known = authority_by_gss(gss.text);
    uint32_t dfe = known ? known->dfe : 0;
    if (!known)
        row_remark(row, GSS, NULL, "is no code that is known: taken as it is");
    if (*row_cell(row, DFE) && !text_number(row_cell(row, DFE), 999, &dfe))
        row_remark(row, DFE, NULL, "is left out: it is no code of three digits");
    authority->id = arena_text(row->reading->arena, gss.text);
    authority->name = row_cell(row, NAME);
    authority->dfe_code = dfe ? arena_format(row->reading->arena, "%03u", dfe) : "";
    authority->head_office_address = row_cell(row, ADDRESS);
    authority->head_office_postcode = row_postcode(row, POSTCODE);
    authority->placement_team_email = row_cell(row, MAILBOX);
    authority->partner = row_cell(row, PARTNER);
    authority->state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    read_position(row, authority);
    if (authority->id)
        reading_take(row->reading, row->row->line, HEADINGS[GSS].field, authority->id, authority);
}

/* A partner of one LA is that LA itself: only what several share is kept. */
static void settle_partners(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        Pb__Authority *authority = reading->rows[i];
        const char *partner = authority->partner;
        if (!*partner)
            continue;
        size_t same = 0;
        for (size_t j = 0; j < reading->count; j++)
            same += strcmp(((const Pb__Authority *)reading->rows[j])->partner, partner) == 0;
        if (same == 1)
            authority->partner = "";
    }
}

enum code authorities_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                           struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, FIELDS, read_row};
    enum code code = reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
    if (code == CODE_OK)
        settle_partners(ret_reading);
    return code;
}
