#pragma once
/* Published reports: what is published, corrected by numbered amendments (rules M3, R10). Pure. */

#include "services/monitoring/rules_report.h"

#include "common/forms/forms.h"

/* A published report with one amendment more, its number the next. The amended answers must be right each by
 * itself, name only files of the report, and leave the form complete; an empty answer takes one away.
 * AMENDMENT_WRONG: see `ret_problems`, which is always set. `by`: a person's UUID or a program's name. */
enum monitoring_refusal report_amend(const Pb__PublishedReport *stored, const Pb__AmendReportRequest *request,
                                     const Pb__FormTemplate *form, const char *by, struct date today,
                                     struct arena *arena, Pb__PublishedReport *ret_report,
                                     struct form_problems *ret_problems);

/* The answers as they read now: as published, each amendment over those before. In the order in which they
 * were published, then those that amendments added. The list in `arena`, answers borrowed. */
enum code report_applied(const Pb__PublishedReport *report, struct arena *arena,
                         struct form_answers *ret_answers);
