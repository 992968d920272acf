/* Exposure to owners (rule R8), positions (rule X1), bounds of records, and the table of refusals. */

#include "services/registry/rules_exposure.h"
#include "services/registry/rules_position.h"
#include "services/registry/rules_text.h"

#include "common/base/limits.h"

#include "ccrag/v1/people.pb-c.h"

#include <criterion/criterion.h>

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define QUALITY(name) PB__POSITION_QUALITY__POSITION_QUALITY_##name

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, 1 << 24);
}

static void end(void)
{
    arena_finish(&arena);
}

TestSuite(rules_facts, .init = begin, .fini = end);

static void place_children(struct exposure *exposure, const char *provision, const char *authority,
                           unsigned count)
{
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    fact.provision_id = provision, fact.authority_id = authority;
    for (unsigned i = 0; i < count; i++)
        cr_assert(exposure_add_placement(exposure, &fact));
}

/* rule R8: provisions, places, placements per LA, by ultimate owner. */
Test(rules_facts, what_one_owners_failure_would_take)
{
    struct exposure *exposure = exposure_create(&arena);
    Pb__Provider north = PB__PROVIDER__INIT, south = PB__PROVIDER__INIT, alone = PB__PROVIDER__INIT;
    north.id = "north", north.name = "North Care Ltd", north.ultimate_owner = "Big Group",
    north.owner_country = "GB";
    south.id = "south", south.name = "South Care Ltd", south.ultimate_owner = "BIG GROUP",
    south.financial_risk = true;
    alone.id = "alone", alone.name = "Lone Oak";
    Pb__Provision homes[5];
    for (size_t i = 0; i < COUNT(homes); i++) {
        pb__provision__init(&homes[i]);
        homes[i].capacity = 4;
    }
    homes[0].id = "h0", homes[0].provider_id = "north";
    homes[1].id = "h1", homes[1].provider_id = "south";
    homes[2].id = "h2", homes[2].provider_id = "alone", homes[2].capacity = 9;
    homes[3].id = "h3", homes[3].published_owner = "Big Group"; /* known from a register only */
    homes[4].id = "h4", homes[4].provider_id = "north",
    homes[4].status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
    cr_assert(exposure_add_provider(exposure, &north) && exposure_add_provider(exposure, &south) &&
              exposure_add_provider(exposure, &alone));
    for (size_t i = 0; i < COUNT(homes); i++)
        cr_assert(exposure_add_provision(exposure, &homes[i]));
    place_children(exposure, "h0", "E10000015", 2);
    place_children(exposure, "h1", "E06000055", 1);
    place_children(exposure, "h2", "E10000015", 1);
    place_children(exposure, "h3", "E10000015", 1);
    place_children(exposure, "h4", "E10000015", 5);
    place_children(exposure, "unknown", "E10000015", 5);

    size_t count = 0;
    Pb__OwnerExposure **owners = exposure_report(exposure, "", 10, &count);
    cr_assert(owners && count == 2);
    cr_assert_str_eq(owners[0]->ultimate_owner, "Big Group");
    cr_assert(owners[0]->providers == 2 && owners[0]->provisions == 3 && owners[0]->places == 12);
    cr_assert(owners[0]->placements == 4 && owners[0]->financial_risk && owners[0]->n_authorities == 2);
    cr_assert_str_eq(owners[0]->owner_country, "GB");
    cr_assert_str_eq(owners[0]->authorities[0]->authority_id, "E06000055");
    cr_assert(owners[0]->authorities[1]->placements == 3);
    cr_assert(owners[1]->placements == 1 && owners[1]->places == 9);
}

Test(rules_facts, one_owner_by_name_and_the_largest_first)
{
    struct exposure *exposure = exposure_create(&arena);
    for (int i = 0; i < 300; i++) {
        Pb__Provision home = PB__PROVISION__INIT;
        home.id = arena_format(&arena, "home %d", i),
        home.published_owner = arena_format(&arena, "Owner %d", i % 100);
        cr_assert(exposure_add_provision(exposure, &home));
        place_children(exposure, home.id, "E10000015", (unsigned)(i % 100));
    }
    size_t count = 0;
    Pb__OwnerExposure **one = exposure_report(exposure, "owner 42", 10, &count);
    cr_assert(one && count == 1 && one[0]->provisions == 3 && one[0]->placements == 3 * 42);
    cr_assert(exposure_report(exposure, "nobody", 10, &count) && count == 0);
    Pb__OwnerExposure **ten = exposure_report(exposure, "", 10, &count);
    cr_assert(ten && count == 10);
    for (size_t i = 0; i < count; i++)
        cr_assert(ten[i]->placements == 3 * (99 - i), "place %zu", i);
}

/* rule X1: exact, else sector, else outward code, else the authority's middle, else not known: never 0. */
Test(rules_facts, positions)
{
    struct postcode_entry entries[2] = {{.easting = 532640, .northing = 212860},
                                        {.easting = 532600, .northing = 212800}};
    uint8_t bytes[64];
    struct postcode_table table;
    cr_assert(postcode_parse("SG13 8DQ", &entries[0].postcode, NULL) == CODE_OK);
    cr_assert(postcode_parse("SG13 8DP", &entries[1].postcode, NULL) == CODE_OK);
    cr_assert(postcode_table_sort(entries, 2) == 2);
    cr_assert(postcode_table_write(entries, 2, bytes) == CODE_OK);
    cr_assert(postcode_table_load(span_of(bytes, postcode_table_bytes(2)), &table, NULL) == CODE_OK);
    const struct {
        const char *postcode, *authority;
        Pb__PositionQuality quality;
    } cases[] = {
        {"SG13 8DQ", "", QUALITY(EXACT)},           {"sg138dq", "", QUALITY(EXACT)},
        {"SG13 8ZZ", "E10000015", QUALITY(SECTOR)}, {"SG13 9AA", "", QUALITY(OUTWARD_CODE)},
        {"", "E10000015", QUALITY(AUTHORITY)},      {"BT1 1AA", "E10000015", QUALITY(AUTHORITY)},
        {"BT1 1AA", "", QUALITY(UNSPECIFIED)},      {"", "", QUALITY(UNSPECIFIED)},
        {"", "E10999999", QUALITY(UNSPECIFIED)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision provision = PB__PROVISION__INIT;
        provision.postcode = cases[i].postcode, provision.local_authority = cases[i].authority;
        bool known = cases[i].quality != QUALITY(UNSPECIFIED);
        cr_assert(provision_place(&table, &provision, &arena) == known, "case %zu", i);
        cr_assert(provision.position_quality == cases[i].quality && (provision.position != NULL) == known,
                  "case %zu", i);
        cr_assert(!known || provision.position->latitude_e7 > 490000000, "case %zu", i);
        cr_assert(!provision_place(&table, &provision, &arena), "case %zu: found again, the same", i);
    }
    Pb__Provision stated = PB__PROVISION__INIT;
    stated.postcode = "SG13 8DQ", stated.position_stated = true;
    cr_assert(!provision_place(&table, &stated, &arena) && !stated.position);
}

Test(rules_facts, mailboxes)
{
    const struct {
        const char *email;
        bool good;
    } cases[] = {
        {"a@b.uk", true},
        {"first.last+x@sub.example.gov.uk", true},
        {"", false},
        {"a@", false},
        {"@b.uk", false},
        {"a@b", false},
        {"a@b@c.uk", false},
        {"a b@c.uk", false},
        {"a@.uk", false},
        {"a@b.uk.", false},
        {"a@b.uk,c@d.uk", false},
        {"<a@b.uk>", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(email_is_good(cases[i].email) == cases[i].good, "%s", cases[i].email);
}

/* Each refusal says something, on a code that is a refusal. */
Test(rules_facts, every_refusal_is_mapped)
{
    for (int refusal = REFUSAL_NONE + 1; refusal <= REFUSAL_SESSION_OVER; refusal++) {
        const struct refusal_facts *facts = registry_refusal_facts((enum registry_refusal)refusal);
        cr_assert(facts->code != CODE_OK && facts->text[0] && facts->name[0], "refusal %d", refusal);
    }
    cr_assert(registry_refusal_facts(REFUSAL_NONE)->code == CODE_OK);
    cr_assert(registry_refusal_facts(REFUSAL_NO_PLACE_FREE)->code == CODE_FAILED_PRECONDITION, "rule X6");
}
