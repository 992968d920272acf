/* What people read and type: values of messages as texts, texts as values, tables, distances. */

#include "services/cli/reflect.h"
#include "services/cli/show.h"
#include "services/cli/vacancy.h"

#include "ccrag/v1/matching.pb-c.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 4 * 1024 * 1024);
}

static void teardown(void)
{
    arena_finish(&arena);
}

TestSuite(show, .init = setup, .fini = teardown);

Test(show, values_as_people_read_them)
{
    Pb__Provider provider;
    Pb__Provision provision;
    Pb__Need needs[] = {PB__NEED__NEED_SEMH, PB__NEED__NEED_ASD};
    Pb__PlaceGroup group, *groups[] = {&group};
    Pb__GetProvisionResponse response;
    const char *urns[] = {"ofsted:SC012345", "dfe:117671"};
    pb__provider__init(&provider);
    pb__provision__init(&provision);
    pb__place_group__init(&group);
    pb__get_provision_response__init(&response);
    provider.name = "A Provider";
    provider.financial_risk = true;
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision.standard_weekly_fee_pence = 425050;
    provision.urns = urns;
    provision.n_urns = 2;
    group.needs = needs;
    group.n_needs = 2;
    response.provision = &provision;
    response.provider = &provider;
    response.place_groups = groups;
    response.n_place_groups = 1;
    static const struct {
        const char *path, *text;
    } CASES[] = {
        {"provider.name", "A Provider"},
        {"provider.financial_risk", "yes"},
        {"provision.kind", "children's home"},
        {"provision.standard_weekly_fee_pence", "£4,250.50"},
        {"provision.urns", "ofsted:SC012345, dfe:117671"},
        {"provision.judgement", ""},
        {"provision.meta.version", ""},
        {"provision.no_such_field", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_assert(strcmp(reflect_text(&response.base, CASES[i].path, &arena), CASES[i].text) == 0, "%s: %s",
                  CASES[i].path, reflect_text(&response.base, CASES[i].path, &arena));
    cr_assert(strcmp(reflect_text(&group.base, "needs", &arena), "SEMH, ASD") == 0);
    struct fault fault = {0};
    group.name = "Main house";
    cr_assert(vacancy_group(&response, "", &fault) == &group);
    cr_assert(vacancy_group(&response, "main HOUSE", &fault) == &group);
    cr_assert(!vacancy_group(&response, "Annexe", &fault) && fault.code == CODE_NOT_FOUND);
}

Test(show, enums_as_people_type_them)
{
    static const struct {
        const ProtobufCEnumDescriptor *type;
        const char *text, *name; /* NULL: none */
    } CASES[] = {
        {&pb__provision_kind__descriptor, "childrens-home", "PROVISION_KIND_CHILDRENS_HOME"},
        {&pb__provision_kind__descriptor, "PROVISION_KIND_OTHER", "PROVISION_KIND_OTHER"},
        {&pb__provision_kind__descriptor, "children", NULL},
        {&pb__need__descriptor, "semh", "NEED_SEMH"},
        {&pb__gender__descriptor, "Female", "GENDER_FEMALE"},
        {&pb__gender__descriptor, "f", NULL},
        {&pb__attendance__descriptor, "52", "ATTENDANCE_WEEKS_52"},
        {&pb__attendance__descriptor, "day", "ATTENDANCE_DAY"},
        {&pb__urgency__descriptor, "within-5-days", "URGENCY_WITHIN_5_DAYS"},
        {&pb__judgement__descriptor, "requires-improvement", "JUDGEMENT_REQUIRES_IMPROVEMENT"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *name = reflect_enum_name(CASES[i].type, CASES[i].text);
        cr_assert((name == NULL) == (CASES[i].name == NULL), "%s", CASES[i].text);
        cr_assert(!name || strcmp(name, CASES[i].name) == 0, "%s: %s", CASES[i].text, name);
    }
}

Test(show, a_request_is_filled_from_texts)
{
    static const struct {
        const char *path, *text;
        enum code code;
    } CASES[] = {
        {"provision.name", "A Home", CODE_OK},
        {"provision.kind", "childrens-home", CODE_OK},
        {"provision.kind", "castle", CODE_INVALID_ARGUMENT},
        {"provision.standard_weekly_fee_pence", "4,250.50", CODE_OK},
        {"provision.standard_weekly_fee_pence", "a lot", CODE_INVALID_ARGUMENT},
        {"provision.urns", "ofsted:SC012345,dfe:117671", CODE_OK},
        {"provision.judged_on", "31/03/2025", CODE_OK},
        {"provision.judged_on", "soon", CODE_INVALID_ARGUMENT},
        {"provision.capacity", "5", CODE_OK},
        {"provision.capacity", "five", CODE_INVALID_ARGUMENT},
        {"provision.no_such", "x", CODE_INVALID_ARGUMENT},
    };
    json_t *request = json_object();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct fault fault = {0};
        cr_assert(reflect_put(&pb__update_provision_request__descriptor, request, CASES[i].path,
                              CASES[i].text, &arena, &fault) == CASES[i].code,
                  "%s = %s", CASES[i].path, CASES[i].text);
        cr_assert(CASES[i].code == CODE_OK || *fault.reason);
    }
    char *text = json_dumps(request, 0);
    ProtobufCMessage *message;
    struct fault fault = {0};
    cr_assert(wire_from_json(&pb__update_provision_request__descriptor, text, &arena, &message, &fault) ==
                  CODE_OK,
              "%s: %s", fault.field, fault.reason);
    const Pb__Provision *provision = ((const Pb__UpdateProvisionRequest *)message)->provision;
    cr_assert(strcmp(provision->name, "A Home") == 0 && provision->standard_weekly_fee_pence == 425050);
    cr_assert(provision->n_urns == 2 && strcmp(provision->judged_on, "2025-03-31") == 0 &&
              provision->capacity == 5);
    free(text);
    json_decref(request);
}

Test(show, distances_say_when_they_are_approximate)
{
    cr_assert(strcmp(show_miles(&arena, 1609, 1), "1.0") == 0);
    cr_assert(strcmp(show_miles(&arena, 16093, 2), "~10.0 (by sector)") == 0);
    cr_assert(strcmp(show_miles(&arena, 16093, 4), "~10.0 (by area)") == 0);
    cr_assert(strcmp(show_miles(&arena, 16093, 0), "~10.0 (place unknown)") == 0);
    cr_assert(strcmp(show_money(&arena, 0), "–") == 0);
    cr_assert(strcmp(show_age(&arena, 86400000), "1 day") == 0);
    cr_assert(strcmp(show_age(&arena, 3 * 3600000 + 5), "3 hours") == 0);
    cr_assert(strcmp(show_age(&arena, 999), "less than a second") == 0);
}

Test(show, columns_stand_under_their_headings)
{
    static const struct show_column COLUMNS[] = {{"Name", true, false}, {"Fee", false, true}};
    const char *cells[] = {"Café", "£4,250.00", "B", "–"};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    show_table(out, COLUMNS, 2, cells, 2, "none");
    fclose(out);
    cr_assert(strcmp(text, "Name        Fee\nCafé  £4,250.00\nB             –\n") == 0, "%s", text);
    free(text);
    out = open_memstream(&text, &size);
    show_table(out, COLUMNS, 2, cells, 0, "There are none.");
    fclose(out);
    cr_assert(strcmp(text, "There are none.\n") == 0);
    free(text);
}
