/* The readers of published lists, on small files in the true layouts: what is taken, what is rejected and
 * why. */

#include "services/cli/readers/registers.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 256 * 1024 * 1024 };

typedef enum code (*reader)(struct span, struct arena *, struct reading *, struct fault *);

static struct arena arena;

static struct span load(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/data/%s", TESTS_DIR, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    uint8_t *bytes = arena_alloc(&arena, 64 * 1024);
    size_t size = fread(bytes, 1, 64 * 1024, file);
    fclose(file);
    return span_of(bytes, size);
}

static struct reading read_file(reader read, const char *name)
{
    struct reading reading;
    struct fault fault = {0};
    arena_init(&arena, ARENA_BYTES);
    enum code code = read(load(name), &arena, &reading, &fault);
    cr_assert(code == CODE_OK, "%s: %s", name, fault.reason);
    return reading;
}

static void done(void)
{
    arena_finish(&arena);
}

static const Pb__Provision *provision_at(const struct reading *reading, size_t index)
{
    cr_assert(index < reading->count);
    return reading->rows[index];
}

static void assert_issue(const struct reading_issues *issues, unsigned line, const char *field,
                         const char *part)
{
    for (size_t i = 0; i < issues->count; i++) {
        const struct reading_issue *issue = &issues->items[i];
        if (issue->line == line && strcmp(issue->field, field) == 0 && strstr(issue->reason, part))
            return;
    }
    cr_assert(false, "no issue on line %u, %s, with: %s", line, field, part);
}

static void assert_date(struct date date, const char *expected)
{
    char text[DATE_TEXT_BYTES];
    date_print(date, text);
    cr_assert(strcmp(text, expected) == 0, "%s, not %s", text, expected);
}

Test(ofsted, titles_headings_and_rejects, .fini = done)
{
    struct reading reading = read_file(ofsted_read, "ofsted.csv");
    cr_assert(strcmp(reading.encoding, "UTF-8") == 0);
    assert_date(reading.as_of, "2025-03-31");
    cr_assert(reading.read == 11);
    cr_assert(reading.count == 9);
    cr_assert(reading.rejects.count == 2);
    assert_issue(&reading.rejects, 19, "URN", "25X0010");
    assert_issue(&reading.rejects, 20, "URN", "already on line 10");
    cr_assert(reading.unread == 1 && reading.named_count == 0, "the one on line 10 names it");
    assert_issue(&reading.remarks, 18, "Local authority", "Atlantis");
}

/* The registry is told what they name, so that it is not closed for them. */
Test(ofsted, a_row_that_is_wrong_names_its_home_all_the_same, .fini = done)
{
    static const char list[] = "URN,Provision type,Local authority\n"
                               "2500001,Children's home,Essex\n"
                               "2500002,,Essex\n"
                               "none,,Essex\n"
                               "none,Children's home,Essex\n";
    struct reading reading;
    struct fault fault = {0};
    arena_init(&arena, ARENA_BYTES);
    cr_assert(ofsted_read(span_of_text(list), &arena, &reading, &fault) == CODE_OK, "%s", fault.reason);
    cr_assert(reading.count == 1 && reading.rejects.count == 3);
    cr_assert(reading.named_count == 1 && strcmp(reading.named[0], "ofsted:2500002") == 0);
    cr_assert(reading.unread == 2);
}

Test(ofsted, a_withheld_home_is_named_by_its_urn_and_kept_at_its_authority, .fini = done)
{
    struct reading reading = read_file(ofsted_read, "ofsted.csv");
    const Pb__Provision *home = provision_at(&reading, 0);
    cr_assert(strcmp(home->name, "Name withheld (2500001)") == 0);
    cr_assert(home->redacted && home->n_address == 0 && !*home->postcode);
    cr_assert(strcmp(home->urns[0], "ofsted:2500001") == 0 && home->n_urns == 1);
    cr_assert(strcmp(home->local_authority, "E10000015") == 0);
    cr_assert(home->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME);
    cr_assert(home->judgement == PB__JUDGEMENT__JUDGEMENT_GOOD && strcmp(home->judged_on, "2024-11-05") == 0);
    cr_assert(home->capacity == 4 && strcmp(home->opened_on, "2020-06-25") == 0);
    cr_assert(strcmp(home->published_owner, "Made Up Care Ltd") == 0);
    cr_assert(strcmp(provision_at(&reading, 1)->local_authority, "E06000033") == 0, "Southend on Sea");
    cr_assert(strcmp(provision_at(&reading, 2)->local_authority, "E06000047") == 0, "Durham");
    cr_assert(provision_at(&reading, 2)->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED);
}

Test(ofsted, kinds, .fini = done)
{
    static const Pb__ProvisionKind KINDS[] = {
        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
        PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED,
        PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY,
        PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION,
        PB__PROVISION_KIND__PROVISION_KIND_OTHER,
        PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME,
        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
    };
    struct reading reading = read_file(ofsted_read, "ofsted.csv");
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        cr_assert(provision_at(&reading, i)->kind == KINDS[i], "row %zu", i);
    const Pb__Provision *school = provision_at(&reading, 3);
    cr_assert(school->n_urns == 2 && strcmp(school->urns[1], "dfe:900104") == 0);
    cr_assert(strcmp(school->name, "Willow Court School") == 0, "blanks around a cell are trimmed");
    cr_assert(strcmp(school->postcode, "SG13 8DE") == 0);
    cr_assert(school->n_address == 3, "lines that hold blanks only are left out");
    cr_assert(strcmp(provision_at(&reading, 6)->name, "St Nobody’s") == 0);
}

Test(ofsted, an_earlier_year_has_other_columns_and_another_encoding, .fini = done)
{
    struct reading reading = read_file(ofsted_read, "ofsted_31mar2020.csv");
    cr_assert(strcmp(reading.encoding, "Windows-1252") == 0);
    cr_assert(date_is_none(reading.as_of), "its titles say no date; the file's name does");
    cr_assert(reading.count == 2 && reading.rejects.count == 0);
    cr_assert(strcmp(provision_at(&reading, 0)->published_owner, "Café Care Ltd") == 0);
    cr_assert(strcmp(provision_at(&reading, 0)->judged_on, "2019-04-08") == 0);
    cr_assert(provision_at(&reading, 0)->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME);
    cr_assert(provision_at(&reading, 1)->kind == PB__PROVISION_KIND__PROVISION_KIND_OTHER);
}

Test(dfe_schools, rows, .fini = done)
{
    struct reading reading = read_file(dfe_schools_read, "dfe_schools.csv");
    cr_assert(reading.read == 6 && reading.count == 5);
    assert_issue(&reading.rejects, 6, "URN", "9001");
    assert_issue(&reading.remarks, 7, "LA", "999");
    assert_issue(&reading.remarks, 7, "POSTCODE", "NOT A POSTCODE");
    const Pb__Provision *school = provision_at(&reading, 0);
    cr_assert(school->kind == PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL);
    cr_assert(strcmp(school->opened_on, "2018-06-01") == 0, "an Excel day number: %s", school->opened_on);
    cr_assert(strcmp(school->telephone, "01992000000") == 0, "the leading nought that a spreadsheet dropped");
    cr_assert(school->age_min == 7 && school->age_max == 19);
    cr_assert(provision_at(&reading, 1)->kind ==
              PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL);
    cr_assert(provision_at(&reading, 1)->gender == PB__GENDER__GENDER_MALE);
    cr_assert(provision_at(&reading, 2)->kind == PB__PROVISION_KIND__PROVISION_KIND_OTHER);
    cr_assert(provision_at(&reading, 2)->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED);
    cr_assert(strcmp(provision_at(&reading, 2)->closed_on, "2018-08-31") == 0);
    cr_assert(provision_at(&reading, 4)->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED);
}

Test(gias, rows, .fini = done)
{
    struct reading reading = read_file(gias_read, "gias.csv");
    cr_assert(reading.read == 5 && reading.count == 4 && reading.rejects.count == 1);
    const Pb__Provision *school = provision_at(&reading, 0);
    cr_assert(school->kind == PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL);
    cr_assert(strcmp(school->opened_on, "2011-09-01") == 0 && school->capacity == 60);
    cr_assert(strcmp(school->services, "Needs: SEMH,ASD.") == 0, "%s", school->services);
    cr_assert(school->n_attendances == 2);
    cr_assert(school->judgement == PB__JUDGEMENT__JUDGEMENT_GOOD &&
              strcmp(school->judged_on, "2024-03-14") == 0);
    cr_assert(school->position && abs(school->position->latitude_e7 - 517914000) < 2000);
    cr_assert(provision_at(&reading, 1)->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE);
    cr_assert(provision_at(&reading, 2)->kind == PB__PROVISION_KIND__PROVISION_KIND_OTHER);
    cr_assert(strcmp(provision_at(&reading, 3)->local_authority, "E09000033") == 0, "by the GSS code");
}

Test(authorities, two_boroughs_are_one_partner, .fini = done)
{
    struct reading reading = read_file(authorities_read, "authorities.csv");
    cr_assert(reading.read == 6 && reading.count == 5);
    assert_issue(&reading.rejects, 7, "gss_code", "X10000015");
    const Pb__Authority *hertfordshire = reading.rows[0], *kingston = reading.rows[1],
                        *richmond = reading.rows[2];
    cr_assert(strcmp(hertfordshire->id, "E10000015") == 0 && !*hertfordshire->partner);
    cr_assert(hertfordshire->head_office->latitude_e7 == 517913900);
    cr_assert(hertfordshire->head_office->longitude_e7 == -811000);
    cr_assert(*kingston->partner && strcmp(kingston->partner, richmond->partner) == 0);
    const Pb__Authority *southend = reading.rows[4];
    cr_assert(southend->head_office && abs(southend->head_office->latitude_e7 - 515446900) < 2000,
              "from the grid");
}

Test(placements, rows, .fini = done)
{
    struct reading reading = read_file(placements_read, "placements.csv");
    cr_assert(reading.read == 9 && reading.count == 3);
    assert_issue(&reading.rejects, 5, "REFERENCE", "already on line 4");
    assert_issue(&reading.rejects, 6, "DEC", "before the start");
    assert_issue(&reading.rejects, 7, "LA", "Atlantis");
    assert_issue(&reading.rejects, 8, "URN", "Fort Example");
    assert_issue(&reading.rejects, 9, "DECOM", "soon");
    assert_issue(&reading.rejects, 10, "PLACE", "Z9");
    const Pb__Placement *first = reading.rows[0], *second = reading.rows[1];
    cr_assert(first->weekly_fee_pence == 425000 && strcmp(first->start_on, "2024-09-01") == 0 &&
              !*first->end_on);
    cr_assert(strcmp(second->authority_id, "E10000015") == 0 &&
              strcmp(second->provision_id, "ofsted:2500001") == 0);
    cr_assert(strcmp(second->end_on, "2025-01-31") == 0);
}

Test(vacancies, rows, .fini = done)
{
    struct reading reading = read_file(vacancies_read, "vacancies.csv");
    cr_assert(reading.read == 4 && reading.count == 3);
    assert_issue(&reading.rejects, 5, "PLACES", "many");
    const struct vacancy_row *first = reading.rows[0], *none = reading.rows[2];
    cr_assert(first->places == 2 && strcmp(first->from, "2025-06-01") == 0);
    cr_assert(strcmp(first->confirmed_on, "2025-05-20") == 0);
    cr_assert(none->places == 0 && !*none->from);
}

Test(readers, another_list_is_refused_by_the_heading_it_lacks)
{
    static const struct {
        reader read;
        const char *name, *missing;
    } CASES[] = {
        {ofsted_read, "dfe_schools.csv", "Provision type"}, {dfe_schools_read, "ofsted.csv", "LA"},
        {gias_read, "dfe_schools.csv", "LA (code)"},        {authorities_read, "postcodes.csv", "la_name"},
        {placements_read, "vacancies.csv", "REFERENCE"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct reading reading;
        struct fault fault = {0};
        arena_init(&arena, ARENA_BYTES);
        cr_assert(CASES[i].read(load(CASES[i].name), &arena, &reading, &fault) == CODE_INVALID_ARGUMENT);
        cr_assert(strstr(fault.reason, CASES[i].missing), "%s: %s", CASES[i].name, fault.reason);
        arena_finish(&arena);
    }
}
