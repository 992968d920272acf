/* What changes and why (rule A7): every cause, by hand. */

#include "services/allocation/rules_change.h"
#include "tests/unit/allocation/made_up_facts.h"

#define BASIS(name)    PB__ALLOCATION_BASIS__ALLOCATION_BASIS_##name
#define STANDING(name) PB__ALLOCATION_STANDING__ALLOCATION_STANDING_##name

/* LAs are letters. Standing is told by the basis, and by how many place there. A basis is a letter of
 * "-cflsbtwh": closest, fewer, lower, sole, balanced, transfer, swap, host. */
struct side {
    const char *has;     /* the LA and the basis, "Ac"; "": nobody; NULL: nothing is told of it */
    const char *placing; /* who places there */
    const char *members; /* who is a member */
};

struct change_case {
    struct side then, now;
    bool moved;         /* the provision */
    char office_moved;  /* this LA's office; 0: none */
    bool open;          /* the provision is open */
    bool balanced;      /* the method of what is proposed */
    const char *causes; /* letters of "-NCMBEOJLTXH", as the enum has them */
};

static const struct change_case changes[] = {
    /* nothing differs: no cause, whatever else does */
    {{"Ac", "AB", "ABC"}, {"Ac", "AB", "ABC"}, false, 0, true, false, ""},
    {{"Ac", "AB", "ABC"}, {"Af", "ABC", "ABC"}, true, 'A', true, false, ""},
    {{NULL, "", "AB"}, {NULL, "", "AB"}, false, 0, true, false, ""},
    {{NULL, "", "AB"}, {"", "AB", "AB"}, false, 0, true, false, ""},
    /* new */
    {{NULL, "", "AB"}, {"Ac", "AB", "AB"}, false, 0, true, false, "N"},
    {{NULL, "", "AB"}, {"As", "A", "AB"}, false, 0, true, false, "N"},
    /* closed, or nobody places there any more */
    {{"Ac", "AB", "AB"}, {NULL, "", "AB"}, false, 0, false, false, "C"},
    {{"Ac", "AB", "AB"}, {NULL, "", "AB"}, false, 0, true, false, "E"},
    {{"As", "A", "AB"}, {NULL, "", "B"}, false, 0, true, false, "L"},
    {{"Ac", "AB", "AB"}, {NULL, "", "B"}, false, 0, true, false, "LE"},
    /* who has it places there no more */
    {{"Ac", "ABC", "ABC"}, {"Bc", "BC", "ABC"}, false, 0, true, false, "E"},
    {{"Ac", "ABC", "ABC"}, {"Bc", "BC", "BC"}, false, 0, true, false, "L"},
    {{"Ac", "AB", "ABC"}, {"Bs", "B", "ABC"}, true, 'A', true, true, "E"},
    {{"At", "ABC", "ABC"}, {"Bc", "BC", "ABC"}, false, 0, true, false, "EH"},
    /* somebody closer came */
    {{"Ac", "AB", "ABC"}, {"Cc", "ABC", "ABC"}, false, 0, true, false, "B"},
    {{"Ac", "AB", "AB"}, {"Cc", "ABC", "ABC"}, false, 0, true, false, "J"},
    /* a sole becomes a link, and a link a sole */
    {{"As", "A", "AB"}, {"Ac", "AB", "AB"}, false, 0, true, false, "B"},
    {{"As", "A", "A"}, {"Ac", "AB", "AB"}, false, 0, true, false, "J"},
    {{"As", "A", "AB"}, {"Bc", "AB", "AB"}, false, 0, true, false, "B"},
    {{"Ac", "AB", "AB"}, {"As", "A", "AB"}, false, 0, true, false, "E"},
    {{"Ac", "AB", "AB"}, {"As", "A", "A"}, false, 0, true, false, "L"},
    /* positions */
    {{"Ac", "AB", "AB"}, {"Bc", "AB", "AB"}, true, 0, true, false, "M"},
    {{"Ac", "AB", "AB"}, {"Bc", "AB", "AB"}, false, 'A', true, false, "O"},
    {{"Ac", "AB", "AB"}, {"Bc", "AB", "AB"}, false, 'B', true, false, "O"},
    {{"Ac", "ABC", "ABC"}, {"Bf", "ABC", "ABC"}, false, 'C', true, false, "T"},
    {{"Ac", "AB", "ABC"}, {"Cc", "ABC", "ABC"}, true, 'A', true, false, "BMO"},
    /* nobody can be told to be closest any more */
    {{"Ac", "AB", "AB"}, {"", "AB", "AB"}, true, 0, true, false, "M"},
    {{"Ac", "ABC", "ABC"}, {"", "ABC", "ABC"}, false, 'C', true, false, "O"},
    /* ties, methods, holds */
    {{"Al", "AB", "AB"}, {"Bf", "AB", "AB"}, false, 0, true, false, "T"},
    {{"Ab", "AB", "AB"}, {"Bb", "AB", "AB"}, false, 0, true, true, "T"},
    {{"Ac", "AB", "AB"}, {"Bb", "AB", "AB"}, false, 0, true, true, "X"},
    {{"Ab", "AB", "AB"}, {"Bc", "AB", "AB"}, false, 0, true, false, "X"},
    {{"At", "AB", "AB"}, {"Bc", "AB", "AB"}, false, 0, true, false, "H"},
    {{"Aw", "AB", "AB"}, {"Bb", "AB", "AB"}, false, 0, true, true, "H"},
    {{"Ac", "AB", "AB"}, {"Bh", "AB", "AB"}, false, 0, true, true, "H"},
    {{"Ac", "AB", "AB"}, {"Bt", "B", "AB"}, false, 0, true, false, "EH"},
};

static const char *const codes[] = {"E06000001", "E06000002", "E06000003"};
static const char letters[] = "-NCMBEOJLTXH";

static const char *code_of(char letter)
{
    return codes[letter - 'A'];
}

static Pb__GeoPoint *point_of(struct arena *arena, int32_t north)
{
    Pb__GeoPoint *point = arena_new(arena, Pb__GeoPoint);
    pb__geo_point__init(point);
    point->latitude_e7 = 520000000 + north;
    return point;
}

static Pb__AllocationBasis basis_of(const struct side *side)
{
    return (Pb__AllocationBasis)(strchr("-cflsbtwh", side->has[1]) - "-cflsbtwh");
}

static Pb__AllocationStanding standing_of(const struct side *side)
{
    return strlen(side->placing) == 1 ? STANDING(SOLE) : STANDING(LINK);
}

static Pb__Allocation *allocation_of(const struct side *side, struct arena *arena)
{
    size_t count = strlen(side->placing);
    Pb__Allocation *allocation = arena_new(arena, Pb__Allocation);
    if (!side->has)
        return NULL;
    pb__allocation__init(allocation);
    allocation->provision_id = "home";
    allocation->name = "as it was";
    allocation->authority_id = code_of(side->has[0]);
    allocation->basis = basis_of(side);
    allocation->standing = standing_of(side);
    allocation->placing = arena_array(arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        allocation->placing[allocation->n_placing++] = code_of(side->placing[i]);
    allocation->position = point_of(arena, 0);
    return allocation;
}

static Pb__ProposedAllocation *row_of(const struct side *side, bool moved, struct arena *arena)
{
    size_t count = strlen(side->placing);
    Pb__ProposedAllocation *row = arena_new(arena, Pb__ProposedAllocation);
    if (!side->has)
        return NULL;
    pb__proposed_allocation__init(row);
    row->provision_id = "home";
    row->name = "as it is";
    row->placing = arena_array(arena, Pb__PlacingAuthority *, count);
    for (size_t i = 0; i < count; i++) {
        row->placing[i] = arena_new(arena, Pb__PlacingAuthority);
        pb__placing_authority__init(row->placing[i]);
        row->placing[i]->authority_id = code_of(side->placing[i]);
        row->n_placing++;
    }
    row->position = point_of(arena, moved);
    row->measured = true;
    row->distance_metres = 1200;
    if (!side->has[0])
        return row;
    row->authority_id = code_of(side->has[0]);
    row->basis = basis_of(side);
    row->standing = standing_of(side);
    return row;
}

static Pb__Publication *publication_of(const char *members, struct arena *arena)
{
    Pb__Publication *published = arena_new(arena, Pb__Publication);
    pb__publication__init(published);
    published->offices = arena_array(arena, Pb__MemberOffice *, strlen(members));
    for (; *members; members++) {
        Pb__MemberOffice *office = arena_new(arena, Pb__MemberOffice);
        pb__member_office__init(office);
        office->authority_id = code_of(*members);
        office->position = point_of(arena, *members);
        published->offices[published->n_offices++] = office;
    }
    return published;
}

static struct facts members_of(const char *members, char moved, struct arena *arena)
{
    struct office *offices = arena_array(arena, struct office, strlen(members));
    struct facts facts = {.offices = offices};
    for (; *members; members++) {
        struct office *office = &offices[facts.office_count++];
        strcpy(office->gss.text, code_of(*members));
        office->placed =
            *members != moved || *members == 'C'; /* one that moved away, or is not known any more */
        office->position = (struct position_e7){520000000 + *members + (*members == moved), 0};
    }
    return facts;
}

static void causes_as_text(const struct causes *causes, char *ret_text)
{
    for (unsigned i = 0; i < causes->count; i++)
        ret_text[i] = letters[causes->items[i]];
    ret_text[causes->count] = '\0';
}

Test(change, causes)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change_case *change = &changes[i];
        struct arena arena;
        char got[CAUSES_MAX + 1];
        Pb__Provision provision = PB__PROVISION__INIT;
        arena_init(&arena, 1 << 20);
        const Pb__Allocation *allocation = allocation_of(&change->then, &arena);
        const Pb__ProposedAllocation *row = row_of(&change->now, change->moved, &arena);
        struct facts facts = members_of(change->now.members, change->office_moved, &arena);
        provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
        if (!change->open)
            provision.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
        struct causes causes =
            change_causes(allocation, row, publication_of(change->then.members, &arena), &facts, &provision,
                          change->balanced ? PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED
                                           : PB__ALLOCATION_METHOD__ALLOCATION_METHOD_CLOSEST_OFFICE);
        causes_as_text(&causes, got);
        cr_assert_str_eq(got, change->causes, "case %zu: \"%s\", not \"%s\"", i, got, change->causes);
        cr_assert_eq(allocation_differs(allocation, row), change->causes[0] != '\0', "case %zu", i);
        arena_finish(&arena);
    }
}

/* The table above has every cause there is. */
Test(change, every_cause_is_reached)
{
    for (const char *letter = letters + 1; *letter; letter++) {
        bool reached = false;
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
            reached = reached || strchr(changes[i].causes, *letter);
        cr_assert(reached, "%c", *letter);
    }
    cr_assert_eq(strlen(letters) - 1, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_HOLD);
}

/* A provision that is known no more is closed; without a publication nobody is new to the region. */
Test(change, with_less_to_go_by)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct facts facts = members_of("ABC", 0, &arena);
    const Pb__Allocation *allocation = allocation_of(&(struct side){"Ac", "AB", ""}, &arena);
    const Pb__ProposedAllocation *row = row_of(&(struct side){"Cc", "ABC", ""}, false, &arena);
    struct causes causes = change_causes(allocation, NULL, NULL, &facts, NULL, 0);
    cr_assert(causes.count == 1 &&
              causes.items[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PROVISION_CLOSED);
    causes = change_causes(allocation, row, NULL, &facts, NULL, 0);
    cr_assert(causes.count == 1 && causes.items[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_BEGAN);
    arena_finish(&arena);
}

Test(change, is_told)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    const Pb__Allocation *allocation = allocation_of(&(struct side){"Ac", "AB", ""}, &arena);
    const Pb__ProposedAllocation *row = row_of(&(struct side){"Bs", "B", ""}, false, &arena);
    struct causes causes = {1, {PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_ENDED}};
    const Pb__AllocationChange *told = allocation_change(allocation, row, &causes, &arena);
    cr_assert_str_eq(told->provision_id, "home");
    cr_assert_str_eq(told->name, "as it is");
    cr_assert_str_eq(told->from_authority_id, codes[0]);
    cr_assert_str_eq(told->to_authority_id, codes[1]);
    cr_assert(told->from_standing == STANDING(LINK) && told->to_standing == STANDING(SOLE));
    cr_assert(told->n_causes == 1 && told->causes[0] == causes.items[0] && told->distance_metres == 1200);
    told = allocation_change(allocation, NULL, &causes, &arena);
    cr_assert_str_eq(told->name, "as it was");
    cr_assert_str_eq(told->to_authority_id, "");
    cr_assert_eq(told->to_standing, STANDING(UNSPECIFIED));
    cr_assert_eq(told->distance_metres, 0);
    told = allocation_change(NULL, row, &causes, &arena);
    cr_assert_str_eq(told->from_authority_id, "");
    arena_finish(&arena);
}

/* A7: what the host kept stays kept while the LA, who places there, and where everything stands are the same.
 */
Test(change, rows_are_the_same)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct side side = {"Ac", "AB", ""};
    Pb__ProposedAllocation *a = row_of(&side, false, &arena), *b = row_of(&side, false, &arena);
    cr_assert(rows_equal(NULL, NULL));
    cr_assert_not(rows_equal(a, NULL));
    cr_assert_not(rows_equal(NULL, a));
    b->name = "another name";
    b->placing[0]->placements = 7;
    cr_assert(rows_equal(a, b));
    cr_assert_not(rows_equal(a, row_of(&(struct side){"Bc", "AB", ""}, false, &arena)));
    cr_assert_not(rows_equal(a, row_of(&(struct side){"Ac", "AC", ""}, false, &arena)));
    cr_assert_not(rows_equal(a, row_of(&(struct side){"Ac", "ABC", ""}, false, &arena)));
    cr_assert_not(rows_equal(a, row_of(&side, true, &arena)));
    b->attention = PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_OFFICE_UNPLACED;
    cr_assert_not(rows_equal(a, b));
    b->attention = a->attention;
    b->placing[1]->measured = true;
    cr_assert_not(rows_equal(a, b));
    a->placing[1]->measured = true;
    a->placing[1]->distance_metres = 5;
    cr_assert_not(rows_equal(a, b));
    arena_finish(&arena);
}
