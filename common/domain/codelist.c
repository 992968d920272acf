/* The code lists themselves, as their publishers wrote them (Open Government Licence v3), and finding a code
 * in them. In: a list's name, a code, a day. Out: an entry, or why the code may not be used. Texts of forms
 * are not code lists. */

#include "common/domain/codelist.h"
#include "common/domain/scan.h"

#include <string.h>

#define OPEN                                                                                                 \
    {                                                                                                        \
        INT32_MIN                                                                                            \
    } /* DATE_NONE */
#define FROM_APRIL_2015                                                                                      \
    {                                                                                                        \
        16526                                                                                                \
    } /* 2015-04-01 */
#define FROM_2025                                                                                            \
    {                                                                                                        \
        20089                                                                                                \
    } /* 2025-01-01 */
#define TO_MARCH_2025                                                                                        \
    {                                                                                                        \
        20178                                                                                                \
    } /* 2025-03-31 */
#define FROM_APRIL_2025                                                                                      \
    {                                                                                                        \
        20179                                                                                                \
    } /* 2025-04-01 */

/* clang-format off */
static const struct codelist_entry sen_need[] = {
    {"SPLD", "Specific learning difficulty", OPEN, OPEN},
    {"MLD", "Moderate learning difficulty", OPEN, OPEN},
    {"SLD", "Severe learning difficulty", OPEN, OPEN},
    {"PMLD", "Profound and multiple learning difficulty", OPEN, OPEN},
    {"SEMH", "Social, emotional and mental health", OPEN, OPEN},
    {"SLCN", "Speech, language and communication needs", OPEN, OPEN},
    {"HI", "Hearing impairment", OPEN, OPEN},
    {"VI", "Vision impairment", OPEN, OPEN},
    {"MSI", "Multi-sensory impairment", OPEN, OPEN},
    {"PD", "Physical disability", OPEN, OPEN},
    {"ASD", "Autistic spectrum disorder", OPEN, OPEN},
    {"DS", "Down Syndrome", FROM_2025, OPEN},
    {"OTH", "Other difficulty", OPEN, OPEN},
};

static const struct codelist_entry cin_need[] = {
    {"N1", "Abuse or neglect", OPEN, OPEN},
    {"N2", "Child's disability or illness", OPEN, OPEN},
    {"N3", "Parental disability or illness", OPEN, OPEN},
    {"N4", "Family in acute stress", OPEN, OPEN},
    {"N5", "Family dysfunction", OPEN, OPEN},
    {"N6", "Socially unacceptable behaviour", OPEN, OPEN},
    {"N7", "Low income", OPEN, OPEN},
    {"N8", "Absent parenting", OPEN, OPEN},
};

static const struct codelist_entry ssda903_placement[] = {
    {"A3", "Placed for adoption with parental/guardian consent with current foster carer(s)", OPEN, OPEN},
    {"A4", "Placed for adoption with parental/guardian consent not with current foster carer(s)", OPEN, OPEN},
    {"A5", "Placed for adoption with placement order with current foster carer(s)", OPEN, OPEN},
    {"A6", "Placed for adoption with placement order not with current foster carer(s)", OPEN, OPEN},
    {"H5", "Semi-independent living accommodation not subject to children's homes regulations", OPEN, TO_MARCH_2025},
    {"K1", "Secure children's homes", OPEN, OPEN},
    {"K2", "Children's homes subject to Children's Homes Regulations", OPEN, OPEN},
    {"K3", "Supported accommodation", OPEN, OPEN},
    {"P1", "Placed with own parent(s) or other person(s) with parental responsibility", OPEN, OPEN},
    {"P2", "Independent living, for example in a flat, lodgings, bedsit, B&B or with friends, with or without formal support", OPEN, TO_MARCH_2025},
    {"P3", "Residential employment", OPEN, OPEN},
    {"R1", "Residential care home", OPEN, OPEN},
    {"R2", "NHS/health trust or other establishment providing medical or nursing care", OPEN, OPEN},
    {"R3", "Family centre or mother and baby unit", OPEN, OPEN},
    {"R5", "Young offender institution (YOI) or prison", OPEN, OPEN},
    {"S1", "All residential schools, except where dual-registered as a school and children's home", OPEN, OPEN},
    {"T0", "All types of temporary move", OPEN, OPEN},
    {"T1", "Temporary periods in hospital", OPEN, OPEN},
    {"T2", "Temporary absences of the child on holiday", OPEN, OPEN},
    {"T3", "Temporary accommodation whilst normal foster carer(s) is/are on holiday", OPEN, OPEN},
    {"T4", "Temporary accommodation of seven days or less, for any reason, not covered by codes T1 to T3", OPEN, OPEN},
    {"U1", "Foster placement with relative(s) or friend(s) - long term fostering", OPEN, OPEN},
    {"U2", "Fostering placement with relative(s) or friend(s) who is/are also an approved adopter(s) - fostering for adoption/concurrent planning", OPEN, OPEN},
    {"U3", "Fostering placement with relative(s) or friend(s) who is/are not long-term or fostering for adoption/concurrent planning", OPEN, OPEN},
    {"U4", "Foster placement with other foster carer(s) - long term fostering", OPEN, OPEN},
    {"U5", "Foster placement with other foster carer(s) who is/are also an approved adopter(s) - fostering for adoption/concurrent planning", OPEN, OPEN},
    {"U6", "Foster placement with other foster carer(s) - not long term or fostering for adoption/concurrent planning", OPEN, OPEN},
    {"Z1", "Other placements (must be listed on a schedule sent to DfE with annual submission)", OPEN, TO_MARCH_2025},
    {"Z11", "", FROM_APRIL_2025, OPEN},
    {"Z12", "", FROM_APRIL_2025, OPEN},
    {"Z13", "", FROM_APRIL_2025, OPEN},
    {"Z14", "", FROM_APRIL_2025, OPEN},
};

static const struct codelist_entry ssda903_provider[] = {
    {"PR0", "Parent(s) or other person(s) with parental responsibility", OPEN, OPEN},
    {"PR1", "Own provision (by the local authority), including a regional adoption agency where the responsible LA is the host authority", OPEN, OPEN},
    {"PR2", "Other local authority provision, including a regional adoption agency where another LA is the host authority", OPEN, OPEN},
    {"PR3", "Other public provision (for example, a primary care trust)", OPEN, OPEN},
    {"PR4", "Private provision", OPEN, OPEN},
    {"PR5", "Voluntary/third sector provision", OPEN, OPEN},
};

static const struct codelist_entry ofsted_judgement[] = {
    {"0", "Not judged", OPEN, OPEN},
    {"1", "Outstanding", OPEN, OPEN},
    {"2", "Good", OPEN, OPEN},
    {"3", "Requires improvement to be good", OPEN, OPEN},
    {"4", "Inadequate", OPEN, OPEN},
};

static const struct codelist_entry quality_standard[] = {
    {"6", "The quality and purpose of care standard", FROM_APRIL_2015, OPEN},
    {"7", "The children's views, wishes and feelings standard", FROM_APRIL_2015, OPEN},
    {"8", "The education standard", FROM_APRIL_2015, OPEN},
    {"9", "The enjoyment and achievement standard", FROM_APRIL_2015, OPEN},
    {"10", "The health and well-being standard", FROM_APRIL_2015, OPEN},
    {"11", "The positive relationships standard", FROM_APRIL_2015, OPEN},
    {"12", "The protection of children standard", FROM_APRIL_2015, OPEN},
    {"13", "The leadership and management standard", FROM_APRIL_2015, OPEN},
    {"14", "The care planning standard", FROM_APRIL_2015, OPEN},
};

/* clang-format on */

#define LIST(name, version, source, entries)                                                                 \
    {                                                                                                        \
        name, version, source, entries, sizeof(entries) / sizeof((entries)[0])                               \
    }

static const struct codelist lists[] = {
    LIST("sen-need", "2025", "Department for Education, SEN2 return", sen_need),
    LIST("cin-need", "2024-25", "Department for Education, children in need census", cin_need),
    LIST("ssda903-placement", "2025-26", "Department for Education, children looked-after return (SSDA903)",
         ssda903_placement),
    LIST("ssda903-provider", "2025-26", "Department for Education, children looked-after return (SSDA903)",
         ssda903_provider),
    LIST("ofsted-judgement", "2015", "Ofsted, social care common inspection framework", ofsted_judgement),
    LIST("quality-standard", "2015", "Children's Homes (England) Regulations 2015, regulations 6 to 14",
         quality_standard),
};

const struct codelist *codelists(size_t *ret_count)
{
    *ret_count = sizeof lists / sizeof lists[0];
    return lists;
}

const struct codelist *codelist_find(const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (strcmp(lists[i].name, name) == 0)
            return &lists[i];
    return NULL;
}

const struct codelist_entry *codelist_entry(const struct codelist *list, const char *code)
{
    char squeezed[16];
    if (scan_squeeze(code, sizeof squeezed, squeezed) >= sizeof squeezed)
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].code, squeezed) == 0)
            return &list->entries[i];
    return NULL;
}

enum code codelist_check(const struct codelist *list, const char *code, struct date on,
                         struct fault *ret_fault)
{
    const struct codelist_entry *entry = codelist_entry(list, code);
    if (!entry)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "\"%.40s\" is not a code of %s %s", code, list->name,
                         list->version);
    if (date_is_within(on, entry->valid_from, entry->valid_to))
        return CODE_OK;
    char day[DATE_TEXT_BYTES];
    date_print(on, day);
    return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "", "%s is not a valid code of %s on %s",
                     entry->code, list->name, day);
}
