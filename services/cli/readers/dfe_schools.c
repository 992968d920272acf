/* The DfE performance tables' spine of special schools: bytes come in, provisions go out. */

#include "services/cli/readers/schools.h"

#include "common/domain/kinds.h"

enum field {
    URN,
    AUTHORITY,
    NAME,
    STREET,
    LOCALITY,
    ADDRESS_3,
    TOWN,
    POSTCODE,
    TELEPHONE,
    CLOSED,
    OPENED_ON,
    CLOSED_ON,
    TYPE,
    AGE_LOW,
    AGE_HIGH,
    GENDER,
    FIELDS
};

static const struct heading HEADINGS[FIELDS] = {
    [URN] = {"URN", "urn", true},
    [AUTHORITY] = {"LA", "la|lea|lacode", true},
    [NAME] = {"SCHNAME", "schname|schoolname", true},
    [STREET] = {"STREET", "street|address1", false},
    [LOCALITY] = {"LOCALITY", "locality|address2", false},
    [ADDRESS_3] = {"ADDRESS3", "address3", false},
    [TOWN] = {"TOWN", "town", false},
    [POSTCODE] = {"POSTCODE", "postcode|pcode", false},
    [TELEPHONE] = {"TELNUM", "telnum|telephone", false},
    [CLOSED] = {"ICLOSE", "iclose|schstatus|schoolstatus", true},
    [OPENED_ON] = {"OPENDATE", "opendate", false},
    [CLOSED_ON] = {"CLOSEDATE", "closedate", false},
    [TYPE] = {"NFTYPE", "nftype|schooltype", true},
    [AGE_LOW] = {"AGEL", "agel|agelow", false},
    [AGE_HIGH] = {"AGEH", "ageh|agehigh", false},
    [GENDER] = {"GENDER", "gender", false},
};

static void read_status(struct row_reader *row, Pb__Provision *provision)
{
    const char *cell = row_cell(row, CLOSED);
    if (strcmp(cell, "1") == 0 || text_alike(cell, "Open") || text_alike(cell, "Open, but proposed to close"))
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    else if (strcmp(cell, "2") == 0 || text_alike(cell, "Closed"))
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
    else if (strcmp(cell, "3") == 0 || text_alike(cell, "Proposed to open"))
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED;
    else
        row_remark(row, CLOSED, NULL, "is no status that is known: taken as not known");
}

static void read_row(struct row_reader *row)
{
    static const unsigned ADDRESS[] = {STREET, LOCALITY, ADDRESS_3, TOWN};
    Pb__Provision *provision = school_begin(row, URN, NAME);
    if (!provision)
        return;
    enum kind kind = KIND_OTHER;
    if (kind_from_nftype(row_cell(row, TYPE), &kind, NULL) != CODE_OK)
        row_remark(row, TYPE, NULL, "is no type of school that is known: kept as other");
    provision->kind = (Pb__ProvisionKind)kind;
    provision->published_kind = row_cell(row, TYPE);
    school_address(row, ADDRESS, 4, provision);
    provision->postcode = row_postcode(row, POSTCODE);
    provision->telephone = school_telephone(row, TELEPHONE);
    if (!school_authority(row, AUTHORITY, provision))
        row_remark(row, AUTHORITY, NULL, "is no local authority that is known: taken without one");
    read_status(row, provision);
    provision->opened_on = row_date(row, OPENED_ON);
    provision->closed_on = row_date(row, CLOSED_ON);
    school_ages(row, AGE_LOW, AGE_HIGH, provision);
    school_gender(row, GENDER, provision);
    if (provision->n_urns)
        reading_take(row->reading, row->row->line, HEADINGS[URN].field, provision->urns[0], provision);
}

enum code dfe_schools_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                           struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, FIELDS, read_row};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}
