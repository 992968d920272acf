/* What monitoring says, in a search's answer (rule M5): concerns, suspensions, the last visit; and an answer
 * without any of it. */

#include "tests/unit/matching/small_region.h"

#include "ccrag/v1/reports.pb-c.h"

static void put_quality(struct small *small, const Pb__Provision *provision, uint32_t concerns,
                        uint32_t suspensions, Pb__ConcernSeverity gravest)
{
    Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
    quality.provision_id = provision->id;
    quality.visited_on = "2026-01-14";
    quality.open_concerns = concerns;
    quality.suspensions = suspensions;
    quality.gravest = gravest;
    put(small, &quality);
}

static const char *reason_of(const Pb__SearchResult *result)
{
    return result->marks[MARK_CONCERN]->reason;
}

Test(search_concern, a_suspension_is_shown_after_all_others)
{
    struct small small;
    small_init(&small);
    Pb__Provision *near = put_home(&small, 1, 1000);
    Pb__Provision *watched = put_home(&small, 2, 2000);
    put_home(&small, 3, 90000);
    put_quality(&small, near, 2, 1, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW);
    put_quality(&small, watched, 1, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH);
    index_know_concerns(small.index, true);
    const Pb__SearchResponse *response = search(&small, request(&small));
    cr_assert(response->concerns_known);
    cr_assert_eq(response->n_results, 3);
    cr_assert_str_eq(response->results[0]->provision_name, "Home 2");
    cr_assert_str_eq(reason_of(response->results[0]), "1 open concern, high");
    cr_assert_str_eq(response->results[0]->monitored_on, "2026-01-14");
    cr_assert_str_eq(reason_of(response->results[1]), "no open concern");
    cr_assert_str_eq(response->results[1]->monitored_on, "");
    const Pb__SearchResult *last = response->results[2];
    cr_assert_str_eq(last->provision_name, "Home 1");
    cr_assert_eq(last->score, 0);
    cr_assert(last->open_concerns == 2 && last->suspensions == 1);
    cr_assert_str_eq(reason_of(last), "suspended: nobody should be placed there now; 2 open concerns");
    Pb__SearchRequest *few = request(&small);
    few->size = 2;
    response = search(&small, few);
    cr_assert(response->n_results == 2 && response->total == 3);
    cr_assert_eq(response->results[1]->suspensions, 0);
    small_finish(&small);
}

Test(search_concern, without_monitoring_nothing_is_said)
{
    struct small small;
    small_init(&small);
    put_quality(&small, put_home(&small, 1, 1000), 1, 1, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH);
    const Pb__SearchResponse *response = search(&small, request(&small));
    cr_assert(!response->concerns_known);
    cr_assert(response->results[0]->score > 0 && response->results[0]->open_concerns == 0);
    cr_assert_str_eq(response->results[0]->monitored_on, "");
    cr_assert_eq(response->results[0]->marks[MARK_CONCERN]->mark, 50);
    cr_assert_str_eq(reason_of(response->results[0]), "concerns are not known");
    small_finish(&small);
}

Test(search_concern, it_may_come_first_and_outlives_the_registrys_new_beginning)
{
    struct small small;
    small_init(&small);
    Pb__Provision *provision = home(&small, 1, 1000);
    put_quality(&small, provision, 1, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW);
    index_know_concerns(small.index, true);
    put_home(&small, 1, 1000);
    cr_assert_eq(search(&small, request(&small))->results[0]->open_concerns, 1);
    index_clear(small.index);
    cr_assert_eq(search(&small, request(&small))->n_results, 0);
    put_home(&small, 1, 1000);
    cr_assert_eq(search(&small, request(&small))->results[0]->open_concerns, 1);
    index_clear_quality(small.index);
    cr_assert(!search(&small, request(&small))->concerns_known);
    index_know_concerns(small.index, true);
    cr_assert_str_eq(reason_of(search(&small, request(&small))->results[0]), "no open concern");
    small_finish(&small);
}

Test(search_concern, what_is_removed_is_no_concern)
{
    struct small small;
    struct uuid id;
    small_init(&small);
    Pb__Provision *provision = put_home(&small, 1, 1000);
    put_quality(&small, provision, 1, 1, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH);
    index_know_concerns(small.index, true);
    cr_assert_eq(search(&small, request(&small))->results[0]->suspensions, 1);
    cr_assert(uuid_parse(provision->id, &id));
    index_remove(small.index, &pb__provision_quality__descriptor, span_of(id.bytes, UUID_BYTES));
    cr_assert_eq(search(&small, request(&small))->results[0]->suspensions, 0);
    small_finish(&small);
}
