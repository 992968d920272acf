/* Generated providers and who owns them: a few large groups, some owned abroad, one whose finances are in
 * doubt, and many small ones (rule R8). */

#include "services/cli/demo/demo.h"

enum { OWNERS = 12, PROVISIONS_PER_PROVIDER = 12, PROVIDERS_LEAST = 24 };

/* Provider 0 is the one that fails; the first OWNERS * 2 belong to groups. Provider 1 is not verified. */
static const struct {
    const char *name, *country;
} GROUPS[OWNERS] = {
    {"Thornfield Holdings (generated)", "GB"},    {"Halcyon Care Group (generated)", "GB"},
    {"Aldermoor Capital (generated)", "LU"},      {"Brightwater Partners (generated)", "US"},
    {"Sandmartin Investments (generated)", "AE"}, {"Copperbeech Group (generated)", "GB"},
    {"Nordlys Omsorg (generated)", "SE"},         {"Lindenhof Beteiligungen (generated)", "DE"},
    {"Maplewood Pension Fund (generated)", "CA"}, {"Redstart Children's Trust (generated)", "GB"},
    {"Larchmont Equity (generated)", "US"},       {"Greywell Care (generated)", "GB"},
};

static void own(struct demo *demo, Pb__Provider *provider, size_t index)
{
    if (index < OWNERS * 2) {
        provider->ultimate_owner = GROUPS[index % OWNERS].name;
        provider->owner_country = GROUPS[index % OWNERS].country;
        provider->parent = arena_format(demo->arena, "%s UK Holdings", provider->name);
    } else {
        provider->owner_country = "GB";
    }
    if (index % OWNERS == 0 && index < OWNERS * 2) {
        provider->financial_risk = true;
        provider->financial_risk_source = "Generated: accounts filed late, auditor's emphasis of matter";
        provider->financial_risk_on = "2025-06-30";
    }
}

enum code demo_make_providers(struct demo *demo)
{
    static const char *const ENDINGS[] = {"Care Ltd", "Children's Services Ltd", "Residential Ltd",
                                          "Education Ltd", "Support CIC"};
    static const char *const SECTORS[] = {"Private", "Private",   "Private",
                                          "Private", "Voluntary", "Local Authority"};
    size_t count = demo->options.provisions / PROVISIONS_PER_PROVIDER + PROVIDERS_LEAST;
    demo->providers = arena_array(demo->arena, Pb__Provider *, count);
    if (!demo->providers)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        Pb__Provider *provider = arena_new(demo->arena, Pb__Provider);
        if (!provider)
            return CODE_RESOURCE_EXHAUSTED;
        pb__provider__init(provider);
        provider->id = demo_id(demo, (struct date){17000}, (int64_t)i);
        provider->meta = demo_meta(demo);
        provider->name = demo_name_company(demo, ENDINGS[random_below(&demo->random, 5)]);
        provider->state = i == 1 ? PB__PROVIDER_STATE__PROVIDER_STATE_UNVERIFIED
                                 : PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
        provider->company_number = arena_format(demo->arena, "9%07zu", i);
        provider->email = arena_format(demo->arena, "office@provider-%zu.example", i);
        provider->telephone = arena_format(demo->arena, "01632 96%04zu", i % 1000);
        provider->subscribes = random_chance(&demo->random, 30);
        provider->sector = SECTORS[random_below(&demo->random, 6)];
        own(demo, provider, i);
        demo->providers[demo->provider_count++] = provider;
    }
    return CODE_OK;
}
