/* The parts of a school's row that the performance tables' spine and Get Information About Schools share:
 * cells come in, fields of a provision go out. */

#include "services/cli/readers/schools.h"

#include "common/domain/gss.h"
#include "common/domain/urn.h"

#include <ctype.h>

enum { SCHOOL_AGE_MOST = 25 };

/* Its only URN. A cell that is none rejects the row. */
static void read_urn(struct row_reader *row, unsigned field, Pb__Provision *provision)
{
    struct fault fault;
    struct urn urn;
    if (urn_make(REGULATOR_DFE, row_cell(row, field), &urn, &fault) != CODE_OK) {
        row_reject(row, field, &fault, NULL);
        return;
    }
    char text[URN_TEXT_BYTES];
    urn_print(&urn, text);
    provision->urns = arena_array(row->reading->arena, const char *, 1);
    if (provision->urns)
        provision->urns[provision->n_urns++] = row->key = arena_text(row->reading->arena, text);
}

Pb__Provision *school_begin(struct row_reader *row, unsigned urn, unsigned name)
{
    Pb__Provision *provision = arena_new(row->reading->arena, Pb__Provision);
    if (!provision)
        return NULL;
    pb__provision__init(provision);
    read_urn(row, urn, provision);
    if (!*row_cell(row, name))
        row_reject(row, name, NULL, "is empty: a school has a name");
    provision->name = row_cell(row, name);
    return row->rejected ? NULL : provision;
}

void school_address(struct row_reader *row, const unsigned *fields, size_t count, Pb__Provision *provision)
{
    provision->address = arena_array(row->reading->arena, const char *, count);
    for (size_t i = 0; provision->address && i < count; i++)
        if (*row_cell(row, fields[i]))
            provision->address[provision->n_address++] = row_cell(row, fields[i]);
}

void school_gender(struct row_reader *row, unsigned field, Pb__Provision *provision)
{
    if (text_alike(row_cell(row, field), "Boys"))
        provision->gender = PB__GENDER__GENDER_MALE;
    else if (text_alike(row_cell(row, field), "Girls"))
        provision->gender = PB__GENDER__GENDER_FEMALE;
}

bool school_authority(struct row_reader *row, unsigned field, Pb__Provision *provision)
{
    uint32_t code;
    const struct authority *authority = NULL;
    if (text_number(row_cell(row, field), 999, &code))
        authority = authority_by_dfe(code);
    if (authority)
        provision->local_authority = authority->gss.text;
    return authority != NULL;
}

void school_ages(struct row_reader *row, unsigned low, unsigned high, Pb__Provision *provision)
{
    provision->age_min = row_number(row, low, SCHOOL_AGE_MOST);
    provision->age_max = row_number(row, high, SCHOOL_AGE_MOST);
    if (provision->age_max && provision->age_max < provision->age_min) {
        row_remark(row, high, NULL, "is left out: it is below the youngest age");
        provision->age_min = provision->age_max = 0;
    }
}

const char *school_telephone(struct row_reader *row, unsigned field)
{
    const char *cell = row_cell(row, field);
    bool lost_zero = isdigit((unsigned char)*cell) && *cell != '0' && strlen(cell) == 10;
    return lost_zero ? arena_format(row->reading->arena, "0%s", cell) : cell;
}
