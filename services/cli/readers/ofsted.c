/* Ofsted's social care providers in England, of any year: bytes come in, provisions go out. Homes whose name
 * and address are withheld keep their local authority, which places them. What the region does with a kind is
 * the registry's. */

#include "services/cli/readers/registers.h"

#include "common/domain/gss.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"

#include "ccrag/v1/provisions.pb-c.h"

#include <strings.h>

enum field {
    URN,
    LINKED_URN,
    TYPE,
    REGISTERED,
    STATUS,
    NAME,
    ADDRESS_1,
    ADDRESS_2,
    TOWN,
    COUNTY,
    POSTCODE,
    AUTHORITY,
    SECTOR,
    PLACES,
    PREMISES,
    SHORT_BREAKS,
    BUILDINGS,
    OWNER,
    INSPECTED,
    OVERALL,
    OUTCOME,
    FIELDS
};

static const struct heading HEADINGS[FIELDS] = {
    [URN] = {"URN", "urn|uniquereferencenumber", true},
    [LINKED_URN] = {"Linked Education URN", "linkededucationurn|linkedurn", false},
    [TYPE] = {"Provision type", "provisiontype|providertype|providersubtype", true},
    [REGISTERED] = {"Registration date", "registrationdate|dateregistered", false},
    [STATUS] = {"Registration status", "registrationstatus|providerstatus", false},
    [NAME] = {"Name", "name|providername|settingname", false},
    [ADDRESS_1] = {"Address 1", "address1|addressline1|setaddress1", false},
    [ADDRESS_2] = {"Address 2", "address2|addressline2|setaddress2", false},
    [TOWN] = {"Town", "town|settown", false},
    [COUNTY] = {"County", "county|setcounty", false},
    [POSTCODE] = {"Postcode", "postcode|setpostcode", false},
    [AUTHORITY] = {"Local authority", "localauthority|localauthorityname|la", true},
    [SECTOR] = {"Sector", "sector", false},
    [PLACES] = {"Places", "places|registeredplaces|maximumusers|numberofplaces", false},
    [PREMISES] = {"Supported accommodation premises", "supportedaccommodationpremises", false},
    [SHORT_BREAKS] = {"Short-break-only children's home", "shortbreakonlychildrenshome|shortbreaksonly",
                      false},
    [BUILDINGS] = {"Multi-building children's home", "multibuildingchildrenshome", false},
    [OWNER] = {"Organisation which owns the provider",
               "organisationwhichownstheprovider|organisationname|ownername|registeredprovider", false},
    [INSPECTED] = {"Latest full inspection date",
                   "latestfullinspectiondate|inspectiondate|fullinspectiondate|dateoflatestfullinspection",
                   false},
    [OVERALL] = {"Overall experiences and progress of children and young people",
                 "overallexperiencesandprogressofchildrenandyoungpeople|overalleffectiveness|"
                 "theoverallexperiencesandprogressofchildrenandyoungpeople|overallexperiencesandprogress",
                 false},
    [OUTCOME] = {"Supported Accommodation outcome", "supportedaccommodationoutcome", false},
};

static bool withheld(const char *cell)
{
    return strcasecmp(cell, "REDACTED") == 0;
}

static void read_identity(struct row_reader *row, Pb__Provision *provision)
{
    struct arena *arena = row->reading->arena;
    struct fault fault;
    struct urn urn;
    char text[URN_TEXT_BYTES];
    if (urn_make(REGULATOR_OFSTED, row_cell(row, URN), &urn, &fault) != CODE_OK) {
        row_reject(row, URN, &fault, NULL);
        return;
    }
    provision->urns = arena_array(arena, const char *, 2);
    if (!provision->urns)
        return;
    urn_print(&urn, text);
    provision->urns[provision->n_urns++] = row->key = arena_text(arena, text);
    if (*row_cell(row, LINKED_URN)) {
        if (urn_make(REGULATOR_DFE, row_cell(row, LINKED_URN), &urn, &fault) == CODE_OK) {
            urn_print(&urn, text);
            provision->urns[provision->n_urns++] = arena_text(arena, text);
        } else {
            row_remark(row, LINKED_URN, &fault, NULL);
        }
    }
    const char *name = row_cell(row, NAME);
    provision->redacted =
        withheld(name) || withheld(row_cell(row, ADDRESS_1)) || withheld(row_cell(row, POSTCODE));
    provision->name = *name && !withheld(name) ? name : arena_format(arena, "Name withheld (%s)", urn.number);
}

static void read_place(struct row_reader *row, Pb__Provision *provision)
{
    static const enum field LINES[] = {ADDRESS_1, ADDRESS_2, TOWN, COUNTY};
    provision->address = arena_array(row->reading->arena, const char *, 4);
    for (size_t i = 0; provision->address && i < 4; i++)
        if (*row_cell(row, LINES[i]) && !withheld(row_cell(row, LINES[i])))
            provision->address[provision->n_address++] = row_cell(row, LINES[i]);
    if (!withheld(row_cell(row, POSTCODE)))
        provision->postcode = row_postcode(row, POSTCODE);
    struct fault fault;
    const struct authority *authority;
    if (authority_resolve(row_cell(row, AUTHORITY), &authority, &fault) == CODE_OK)
        provision->local_authority = authority->gss.text;
    else
        row_remark(row, AUTHORITY, NULL, "is no local authority that is known: taken without one");
}

static void read_status(struct row_reader *row, Pb__Provision *provision)
{
    static const struct {
        const char *word;
        Pb__RegistrationStatus status;
    } STATES[] = {
        {"", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE}, /* a list of active providers only */
        {"Active", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE},
        {"Open", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE},
        {"Suspended", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED},
        {"Proposed", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED},
        {"Closed", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED},
        {"Resigned", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED},
        {"Cancelled", PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED},
    };
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
        if (text_alike(row_cell(row, STATUS), STATES[i].word)) {
            provision->status = STATES[i].status;
            return;
        }
    }
    row_remark(row, STATUS, NULL, "is no status that is known: taken as not known");
}

static void read_judgement(struct row_reader *row, Pb__Provision *provision)
{
    struct fault fault;
    enum judgement judgement = JUDGEMENT_NOT_JUDGED;
    if (judgement_parse(row_cell(row, OVERALL), &judgement, &fault) != CODE_OK)
        row_remark(row, OVERALL, &fault, NULL);
    if (judgement == JUDGEMENT_NOT_JUDGED)
        return;
    provision->judgement = (Pb__Judgement)judgement;
    provision->judged_on = row_date(row, INSPECTED);
}

/* What has no field of its own, as a sentence for people. */
static void read_services(struct row_reader *row, Pb__Provision *provision)
{
    const char *sector = row_cell(row, SECTOR), *premises = row_cell(row, PREMISES),
               *outcome = row_cell(row, OUTCOME);
    char *text =
        arena_format(row->reading->arena, "%s%s%s%s%s%s%s%s%s%s", *sector ? "Sector: " : "", sector,
                     *sector ? ". " : "", *row_cell(row, SHORT_BREAKS) ? "Short breaks only. " : "",
                     *row_cell(row, BUILDINGS) ? "Several buildings. " : "", *premises ? "Premises: " : "",
                     premises, *premises ? ". " : "", *outcome ? "Outcome: " : "", outcome);
    for (size_t length = text ? strlen(text) : 0; length && text[length - 1] == ' '; length--)
        text[length - 1] = 0;
    if (text)
        provision->services = text;
}

static void read_row(struct row_reader *row)
{
    Pb__Provision *provision = arena_new(row->reading->arena, Pb__Provision);
    if (!provision)
        return;
    pb__provision__init(provision);
    read_identity(row, provision);
    struct fault fault;
    enum kind kind = KIND_OTHER;
    if (!*row_cell(row, TYPE))
        row_reject(row, TYPE, NULL, "is empty: what kind of provision it is must be said");
    if (row->rejected)
        return;
    if (kind_from_ofsted(row_cell(row, TYPE), &kind, &fault) != CODE_OK)
        row_remark(row, TYPE, NULL, "is no provision type that is known: kept as other");
    provision->kind = (Pb__ProvisionKind)kind;
    provision->published_kind = row_cell(row, TYPE);
    provision->published_owner = row_cell(row, OWNER);
    provision->capacity = row_number(row, PLACES, 100000);
    provision->opened_on = row_date(row, REGISTERED);
    read_place(row, provision);
    read_status(row, provision);
    read_judgement(row, provision);
    read_services(row, provision);
    if (provision->n_urns)
        reading_take(row->reading, row->row->line, HEADINGS[URN].field, provision->urns[0], provision);
}

enum code ofsted_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                      struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, FIELDS, read_row};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}
