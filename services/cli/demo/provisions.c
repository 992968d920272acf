/* Generated provisions: how many of each kind, where they stand, who runs them, what the regulator said. The
 * first DEMO_NEAR_HOST ones stand near the host's head office, so that a first search finds something. */

#include "services/cli/demo/demo.h"

#include "common/domain/gss.h"

#include <string.h>

enum {
    NEAR_HOST = 40,
    NEAR_HOST_METRES = 45000,
    GROUPED_PERCENT = 45,
    GROUPED_PROVIDERS = 24,
    REDACTED_PERCENT = 12
};

/* Per mille of each kind. */
static const struct {
    Pb__ProvisionKind kind;
    unsigned permille;
} MIX[] = {
    {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL, 112},
    {PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL, 13},
    {PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED, 10},
    {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY, 20},
    {PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION, 21},
    {PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME, 3},
    {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME, 821},
};

static Pb__ProvisionKind kind_of(size_t index)
{
    if (index < NEAR_HOST)
        return index % 4 == 3 ? MIX[0].kind : PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    /* Kinds are spread evenly over the list: 397 has no factor in common with 1000. */
    unsigned at = (unsigned)(index * 397 % 1000);
    for (size_t i = 0; i < sizeof MIX / sizeof *MIX; i++) {
        if (at < MIX[i].permille)
            return MIX[i].kind;
        at -= MIX[i].permille;
    }
    return PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
}

static bool is_school(Pb__ProvisionKind kind)
{
    return kind == PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL ||
           kind == PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL;
}

static void name_it(struct demo *demo, Pb__Provision *provision, size_t index)
{
    const char **urns = provision->urns = arena_array(demo->arena, const char *, 2);
    if (!urns)
        return;
    if (is_school(provision->kind)) {
        provision->name = demo_name_school(demo);
        urns[provision->n_urns++] = arena_format(demo->arena, "dfe:9%05zu", index % 100000);
        return;
    }
    urns[provision->n_urns++] = index % 3 ? arena_format(demo->arena, "ofsted:9%06zu", index)
                                          : arena_format(demo->arena, "ofsted:SC9%05zu", index % 100000);
    if (provision->kind == PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY)
        provision->name = demo_name_company(demo, "Fostering");
    else if (provision->kind == PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION)
        provision->name = demo_name_company(demo, "Living");
    else if (provision->kind == PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED) {
        provision->name = demo_name_school(demo);
        urns[provision->n_urns++] = arena_format(demo->arena, "dfe:9%05zu", index % 100000);
    } else
        provision->name = demo_name_home(demo);
}

/* An address that is withheld leaves the local authority, whose middle stands for it. */
static void withhold(struct demo *demo, Pb__Provision *provision)
{
    const struct authority *authority = authority_by_gss(provision->local_authority);
    struct grid_point centre;
    struct position_e7 position;
    if (!authority || authority_centre(authority, &centre) != CODE_OK ||
        grid_to_e7(centre, &position) != CODE_OK)
        return;
    provision->redacted = true;
    provision->name = arena_format(demo->arena, "Name withheld (%s)", strchr(provision->urns[0], ':') + 1);
    provision->n_address = 0;
    provision->postcode = "";
    provision->position->latitude_e7 = position.latitude;
    provision->position->longitude_e7 = position.longitude;
    provision->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY;
}

static bool place_it(struct demo *demo, Pb__Provision *provision, size_t index)
{
    static const struct grid_point HOST = {532440, 212045}; /* County Hall, Hertford */
    struct demo_place place;
    if (!demo_place(demo, index < NEAR_HOST ? &HOST : NULL, NEAR_HOST_METRES, &place))
        return false;
    provision->position = arena_new(demo->arena, Pb__GeoPoint);
    provision->address = arena_array(demo->arena, const char *, 2);
    if (!provision->position || !provision->address)
        return false;
    pb__geo_point__init(provision->position);
    provision->position->latitude_e7 = place.position.latitude;
    provision->position->longitude_e7 = place.position.longitude;
    provision->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    provision->local_authority = place.local_authority;
    provision->postcode = place.postcode;
    provision->address[provision->n_address++] = demo_name_street(demo);
    provision->address[provision->n_address++] = place.area;
    if (index >= NEAR_HOST && provision->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME &&
        random_chance(&demo->random, REDACTED_PERCENT))
        withhold(demo, provision);
    return true;
}

static void judge(struct demo *demo, Pb__Provision *provision)
{
    static const unsigned WEIGHTS[] = {
        5, 12, 62, 18, 3}; /* not judged, outstanding, good, requires improvement, inadequate */
    size_t judgement = random_weighted(&demo->random, WEIGHTS, 5);
    int32_t days = random_between(&demo->random, 20, 1000);
    if (judgement == 0 || provision->kind == PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION)
        return;
    provision->judgement = (Pb__Judgement)judgement;
    provision->judged_on = demo_date(demo, (struct date){demo_anchor().day - days});
}

static void sign_contract(struct demo *demo, Pb__Provision *provision)
{
    for (size_t i = 0; i < DEMO_CONTRACTS; i++) {
        const Pb__Contract *contract = demo->contracts[i];
        bool fits = false;
        for (size_t k = 0; k < contract->n_kinds; k++)
            fits = fits || contract->kinds[k] == provision->kind;
        if (!fits || !random_chance(&demo->random, 60))
            continue;
        Pb__SignedContract *signed_one = arena_new(demo->arena, Pb__SignedContract);
        provision->contracts = arena_array(demo->arena, Pb__SignedContract *, 1);
        if (!signed_one || !provision->contracts)
            return;
        pb__signed_contract__init(signed_one);
        signed_one->contract_id = contract->id;
        signed_one->contract_version = 1 + random_below(&demo->random, contract->contract_version);
        signed_one->signed_on =
            demo_date(demo, (struct date){demo_anchor().day - random_between(&demo->random, 30, 700)});
        provision->contracts[provision->n_contracts++] = signed_one;
    }
}

enum code demo_make_provisions(struct demo *demo)
{
    demo->provisions = arena_array(demo->arena, Pb__Provision *, demo->options.provisions);
    for (size_t i = 0; demo->provisions && i < demo->options.provisions; i++) {
        Pb__Provision *provision = arena_new(demo->arena, Pb__Provision);
        if (!provision)
            return CODE_RESOURCE_EXHAUSTED;
        pb__provision__init(provision);
        provision->id = demo_id(demo, (struct date){17500}, (int64_t)i);
        provision->meta = demo_meta(demo);
        provision->kind = kind_of(i);
        size_t provider = random_chance(&demo->random, GROUPED_PERCENT)
                              ? random_below(&demo->random, GROUPED_PROVIDERS)
                              : random_below(&demo->random, (uint32_t)demo->provider_count);
        provision->provider_id = demo->providers[provider]->id;
        name_it(demo, provision, i);
        if (!place_it(demo, provision, i))
            return CODE_RESOURCE_EXHAUSTED;
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
        provision->opened_on =
            demo_date(demo, (struct date){demo_anchor().day - random_between(&demo->random, 200, 7000)});
        provision->telephone = arena_format(demo->arena, "01632 960%03zu", i % 1000);
        judge(demo, provision);
        sign_contract(demo, provision);
        demo->provisions[demo->provision_count++] = provision;
    }
    return demo->provisions ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}
