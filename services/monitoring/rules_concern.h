#pragma once
/* Concerns and suspensions, and what a provision's monitoring comes to (rule M5). Pure. What is given back
 * borrows its texts. */

#include "services/monitoring/rules_report.h"

#include "ccrag/v1/concerns.pb-c.h"

/* May a concern go from one state to another: the one table. UNSPECIFIED: there is none yet. */
enum monitoring_refusal concern_step(Pb__ConcernState from, Pb__ConcernState to);

/* Every active member and the host; no provider. The auditor reads. */
bool concern_may_read(const struct monitoring_actor *actor);
/* For `authority_id` ("": for the host). */
enum monitoring_refusal concern_may_raise(const struct monitoring_actor *actor, const char *authority_id);
/* Who raised it and the host: anything. The LA that has the provision (`allocation`, NULL for none): anything
 * but lifting a suspension and resolving what others raised. */
enum monitoring_refusal concern_may_update(const struct monitoring_actor *actor, const Pb__Concern *stored,
                                           const Pb__Allocation *allocation, Pb__ConcernState to);

/* A new concern: raised (also where no state is said) or suspended at once. Identifier, meta, name, moment
 * and the resolved `provision_id` and `raised_by` are the service's to set. */
enum monitoring_refusal concern_raise(const Pb__RaiseConcernRequest *request, Pb__Concern *ret_concern);
/* The stored one as it stands now; an unspecified severity stays as before. */
enum monitoring_refusal concern_update(const Pb__UpdateConcernRequest *request, const Pb__Concern *stored,
                                       Pb__Concern *ret_concern);

/* Is it not resolved? Does it suspend? */
bool concern_is_open(const Pb__Concern *concern);
bool concern_suspends(const Pb__Concern *concern);

/* What searches are told of a provision, from all its concerns and published reports, in any order (reports
 * in another state are passed over). Meta is the service's to set; texts are borrowed. */
void provision_quality_of(const char *provision_id, Pb__Concern *const *concerns, size_t concern_count,
                          Pb__Report *const *reports, size_t report_count, Pb__ProvisionQuality *ret_quality);
