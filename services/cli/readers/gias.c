/* Get Information About Schools, the extract of 140 columns: bytes come in, provisions go out. Maintained
 * schools and academies are of a kind the region does not place in and come out as other. */

#include "services/cli/readers/schools.h"

#include "common/domain/grid.h"
#include "common/domain/gss.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"
#include "common/domain/needs.h"

#include <stdio.h>

enum { SEN_COLUMNS = 13 };

enum field {
    URN,
    AUTHORITY,
    AUTHORITY_NAME,
    AUTHORITY_GSS,
    NAME,
    TYPE_CODE,
    TYPE_NAME,
    STATUS_CODE,
    OPENED_ON,
    CLOSED_ON,
    AGE_LOW,
    AGE_HIGH,
    BOARDERS,
    GENDER,
    CAPACITY,
    INSPECTED,
    RATING,
    STREET,
    LOCALITY,
    ADDRESS_3,
    TOWN,
    COUNTY,
    POSTCODE,
    WEBSITE,
    TELEPHONE,
    OWNER,
    EASTING,
    NORTHING,
    SEN_FIRST,
    FIELDS = SEN_FIRST + SEN_COLUMNS
};

#define SEN(n) [SEN_FIRST + (n)-1] = {"SEN" #n " (name)", "sen" #n "name|sen" #n, false}

static const struct heading HEADINGS[FIELDS] = {
    [URN] = {"URN", "urn", true},
    [AUTHORITY] = {"LA (code)", "lacode", true},
    [AUTHORITY_NAME] = {"LA (name)", "laname", false},
    [AUTHORITY_GSS] = {"GSSLACode (name)", "gsslacodename|gsslacode", false},
    [NAME] = {"EstablishmentName", "establishmentname", true},
    [TYPE_CODE] = {"TypeOfEstablishment (code)", "typeofestablishmentcode", true},
    [TYPE_NAME] = {"TypeOfEstablishment (name)", "typeofestablishmentname", false},
    [STATUS_CODE] = {"EstablishmentStatus (code)", "establishmentstatuscode", true},
    [OPENED_ON] = {"OpenDate", "opendate", false},
    [CLOSED_ON] = {"CloseDate", "closedate", false},
    [AGE_LOW] = {"StatutoryLowAge", "statutorylowage", false},
    [AGE_HIGH] = {"StatutoryHighAge", "statutoryhighage", false},
    [BOARDERS] = {"Boarders (name)", "boardersname", false},
    [GENDER] = {"Gender (name)", "gendername", false},
    [CAPACITY] = {"SchoolCapacity", "schoolcapacity", false},
    [INSPECTED] = {"OfstedLastInsp", "ofstedlastinsp", false},
    [RATING] = {"OfstedRating (name)", "ofstedratingname", false},
    [STREET] = {"Street", "street", false},
    [LOCALITY] = {"Locality", "locality", false},
    [ADDRESS_3] = {"Address3", "address3", false},
    [TOWN] = {"Town", "town", false},
    [COUNTY] = {"County (name)", "countyname", false},
    [POSTCODE] = {"Postcode", "postcode", false},
    [WEBSITE] = {"SchoolWebsite", "schoolwebsite", false},
    [TELEPHONE] = {"TelephoneNum", "telephonenum", false},
    [OWNER] = {"PropsName", "propsname", false},
    [EASTING] = {"Easting", "easting", false},
    [NORTHING] = {"Northing", "northing", false},
    SEN(1),
    SEN(2),
    SEN(3),
    SEN(4),
    SEN(5),
    SEN(6),
    SEN(7),
    SEN(8),
    SEN(9),
    SEN(10),
    SEN(11),
    SEN(12),
    SEN(13),
};

static void read_kind(struct row_reader *row, Pb__Provision *provision)
{
    uint32_t number;
    enum kind kind = KIND_OTHER;
    if (!text_number(row_cell(row, TYPE_CODE), 9999, &number) ||
        kind_from_gias_code(number, &kind, NULL) != CODE_OK)
        row_remark(row, TYPE_CODE, NULL, "is no type of establishment that is known: kept as other");
    provision->kind = (Pb__ProvisionKind)kind;
    provision->published_kind = row_cell(row, TYPE_NAME);
}

static void read_status(struct row_reader *row, Pb__Provision *provision)
{
    uint32_t code = 0;
    text_number(row_cell(row, STATUS_CODE), 99, &code);
    if (code == 1 || code == 3) /* open; open, but proposed to close */
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    else if (code == 2)
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
    else if (code == 4)
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED;
    else
        row_remark(row, STATUS_CODE, NULL, "is no status that is known: taken as not known");
}

static void read_place(struct row_reader *row, Pb__Provision *provision)
{
    static const unsigned ADDRESS[] = {STREET, LOCALITY, ADDRESS_3, TOWN, COUNTY};
    school_address(row, ADDRESS, 5, provision);
    provision->postcode = row_postcode(row, POSTCODE);
    if (!school_authority(row, AUTHORITY, provision)) {
        const struct authority *authority = authority_by_gss(row_cell(row, AUTHORITY_GSS));
        if (authority || authority_resolve(row_cell(row, AUTHORITY_NAME), &authority, NULL) == CODE_OK)
            provision->local_authority = authority->gss.text;
        else
            row_remark(row, AUTHORITY, NULL, "is no local authority that is known: taken without one");
    }
    uint32_t easting, northing;
    struct position_e7 position;
    if (!text_number(row_cell(row, EASTING), GRID_EASTING_MOST, &easting) || easting == 0 ||
        !text_number(row_cell(row, NORTHING), GRID_NORTHING_MOST, &northing) ||
        grid_to_e7((struct grid_point){easting, northing}, &position) != CODE_OK)
        return;
    provision->position = arena_new(row->reading->arena, Pb__GeoPoint);
    if (!provision->position)
        return;
    pb__geo_point__init(provision->position);
    provision->position->latitude_e7 = position.latitude;
    provision->position->longitude_e7 = position.longitude;
    provision->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
}

static void read_services(struct row_reader *row, Pb__Provision *provision)
{
    struct needs needs = {0};
    for (unsigned i = 0; i < SEN_COLUMNS; i++) {
        enum need need;
        const char *cell = row_cell(row, SEN_FIRST + i);
        if (!*cell || text_alike(cell, "Not Applicable"))
            continue;
        if (need_parse(cell, &need, NULL) == CODE_OK)
            needs = needs_with(needs, need);
        else
            row_remark(row, SEN_FIRST + i, NULL, "is left out: no need that is known");
    }
    if (needs.mask) {
        char text[NEEDS_TEXT_BYTES];
        needs_print(needs, text);
        provision->services = arena_format(row->reading->arena, "Needs: %s.", text);
    }
    bool boards = text_alike(row_cell(row, BOARDERS), "Boarding school");
    provision->attendances = arena_array(row->reading->arena, Pb__Attendance, 2);
    if (!provision->attendances || provision->kind == PB__PROVISION_KIND__PROVISION_KIND_OTHER)
        return;
    provision->attendances[provision->n_attendances++] = PB__ATTENDANCE__ATTENDANCE_DAY;
    if (boards)
        provision->attendances[provision->n_attendances++] = PB__ATTENDANCE__ATTENDANCE_WEEKS_38;
}

static void read_row(struct row_reader *row)
{
    Pb__Provision *provision = school_begin(row, URN, NAME);
    if (!provision)
        return;
    read_kind(row, provision);
    read_status(row, provision);
    read_place(row, provision);
    provision->opened_on = row_date(row, OPENED_ON);
    provision->closed_on = row_date(row, CLOSED_ON);
    provision->capacity = row_number(row, CAPACITY, 100000);
    provision->telephone = school_telephone(row, TELEPHONE);
    provision->website = row_cell(row, WEBSITE);
    provision->published_owner = row_cell(row, OWNER);
    school_ages(row, AGE_LOW, AGE_HIGH, provision);
    school_gender(row, GENDER, provision);
    read_services(row, provision);
    enum judgement judgement;
    if (judgement_parse(row_cell(row, RATING), &judgement, NULL) == CODE_OK &&
        judgement != JUDGEMENT_NOT_JUDGED) {
        provision->judgement = (Pb__Judgement)judgement;
        provision->judged_on = row_date(row, INSPECTED);
    }
    if (provision->n_urns)
        reading_take(row->reading, row->row->line, HEADINGS[URN].field, provision->urns[0], provision);
}

enum code gias_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                    struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, FIELDS, read_row};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}
