/* Fees in words: where a cycle, an application, a consultation stands, and what to type next. Responses come
 * in, sentences go out. Tables are show_fees_tables.c's. */

#include "services/cli/fees.h"

#include "services/cli/derived.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"

#include "common/forms/forms.h"

#include <inttypes.h>
#include <string.h>

#define WORDS(message, field) monitoring_words(cli, &(message)->base, field)

void show_fee_cycle(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeCycle *cycle = (const Pb__FeeCycle *)(const void *)reflect_message(response, "cycle");
    if (!cycle)
        return;
    printf("Fee cycle %s is %s: %s to ", cycle->id, WORDS(cycle, "state"),
           monitoring_day(cli, cycle->first_on));
    printf("%s.\n", monitoring_day(cli, cycle->last_on));
    for (size_t i = 0; i < cycle->n_tasks; i++)
        printf("  %-20s by %s\n", WORDS(cycle->tasks[i], "kind"),
               monitoring_day(cli, cycle->tasks[i]->due_on));
    for (size_t i = 0; i < cycle->n_thresholds; i++)
        printf("  exceptional above    %s, from %s\n", cycle->thresholds[i]->expression,
               monitoring_day(cli, cycle->thresholds[i]->from));
    if (cycle->state != PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN)
        return;
    if (!cycle->n_thresholds)
        puts("\nBefore anybody applies: ccrag fees threshold set EXPRESSION");
    else
        puts("\nWho leads where: ccrag fees lead show\nHow far it has come: ccrag fees progress");
}

void show_fee_date(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeDate *date = (const Pb__FeeDate *)(const void *)reflect_message(response, "date");
    if (!date)
        return;
    if (*date->due_on)
        printf("%s's own day for that provider, %s, is %s.\n", WORDS(date, "authority_id"),
               WORDS(date, "kind"), monitoring_day(cli, date->due_on));
    else
        printf("%s has no day of its own any more for that provider, %s.\n", WORDS(date, "authority_id"),
               WORDS(date, "kind"));
}

/* --- applications ------------------------------------------------------------------------------------ */

static void say_application(const Pb__FeeApplication *application)
{
    printf("The application for %s, %s, is ", application->name, application->cycle_id);
    switch (application->state) {
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT:
        printf(
            "being written.\n\nSee what is missing: ccrag fees apply show %s\nFill it in offline: ccrag fees "
            "apply sheet %s\n",
            application->id, application->id);
        return;
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED:
        printf(
            "submitted, number %u, to all LAs that place there.\n\nCorrect it: ccrag fees apply correct %s\n",
            application->submission, application->id);
        return;
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_RETURNED:
        printf("returned to the provider: %s\n\nOnce it is mended: ccrag fees apply submit %s\n",
               application->reason, application->id);
        return;
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING:
        printf(
            "being corrected; submission %u stands until then.\n\nOnce it is: ccrag fees apply submit %s\n",
            application->submission, application->id);
        return;
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN:
        printf("given up: %s\n\nAnother: ccrag fees apply begin %s\n", application->reason,
               application->provision_id);
        return;
    case PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_UNSPECIFIED:
    case _PB__FEE_APPLICATION_STATE_IS_INT_SIZE:
        puts("in a state that this program does not know.");
        return;
    }
}

void show_fee_application(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeApplication *application =
        (const Pb__FeeApplication *)(const void *)reflect_message(response, "application");
    (void)cli;
    if (application)
        say_application(application);
}

static void print_split(struct cli *cli, const char *when, const Pb__FeeSplit *split)
{
    if (!split)
        return;
    printf("    %-9s %s a week = social care %s", when, fees_pounds(cli, split->total_pence),
           fees_pounds(cli, split->social_care_pence));
    printf(" + education %s", fees_pounds(cli, split->education_pence));
    printf(" + health %s\n", fees_pounds(cli, split->health_pence));
}

static const char *attendance_words(Pb__Attendance attendance)
{
    switch (attendance) {
    case PB__ATTENDANCE__ATTENDANCE_DAY:
        return "days";
    case PB__ATTENDANCE__ATTENDANCE_WEEKS_38:
        return "38 weeks";
    case PB__ATTENDANCE__ATTENDANCE_WEEKS_52:
        return "52 weeks";
    case PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED:
    case _PB__ATTENDANCE_IS_INT_SIZE:
        break;
    }
    return "not said for how much of the year";
}

static void print_services(struct cli *cli, Pb__FeeService *const *services, size_t count)
{
    puts(count ? "\nServices" : "\nServices: none yet");
    for (size_t i = 0; i < count; i++) {
        printf("  %s  %s (%s)\n", services[i]->id, services[i]->title,
               attendance_words(services[i]->attendance));
        print_split(cli, "now", services[i]->current);
        print_split(cli, "asked for", services[i]->proposed);
    }
}

static void print_answers(struct cli *cli, const Pb__FormTemplate *form, const struct form_answers *answers,
                          bool open_too)
{
    for (size_t i = 0; i < form->n_sections; i++) {
        bool headed = false;
        for (size_t j = 0; j < form->sections[i]->n_questions; j++) {
            const Pb__FormQuestion *question = form->sections[i]->questions[j];
            const Pb__FormAnswer *answer = form_answer_of(answers, question->id);
            if ((!answer && !open_too) ||
                !form_is_asked(form, question, answers, PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED))
                continue;
            if (!headed)
                printf("\n%s\n", form->sections[i]->title);
            headed = true;
            const char *text = answer ? form_answer_text(form, question, answer, &cli->arena) : "";
            printf("  %-24s %s\n  %-24s %s%s\n", question->id, question->title, "",
                   text && *text ? text : "(not answered)",
                   question->required && !(text && *text) ? " (required)" : "");
        }
    }
}

static void print_submission(struct cli *cli, const Pb__FeeSubmission *submission)
{
    printf("Submission %u of %s%s; the new fee from ", submission->number,
           monitoring_day(cli, submission->submitted_on), submission->stands ? "" : " (it stands no longer)");
    printf("%s.\n", monitoring_day(cli, submission->effective_on));
    if (*submission->increase_percent)
        printf("Its largest increase is %s%% (%s): %s, as the threshold that day was %s%% (%s).\n",
               submission->increase_percent, submission->increase_service_id, WORDS(submission, "level"),
               submission->threshold_percent, submission->threshold);
}

void show_fee_application_whole(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__GetFeeApplicationResponse *got = (const Pb__GetFeeApplicationResponse *)(const void *)response;
    const Pb__FeeApplication *own = got->application;
    const Pb__FeeSubmission *submission = got->submission;
    const struct form_answers answers =
        own ? (struct form_answers){own->answers, own->n_answers}
            : (struct form_answers){submission->answers, submission->n_answers};
    printf("%s, %s, %s: application %s.\n", own ? own->name : submission->name,
           own ? WORDS(own, "kind") : WORDS(submission, "kind"), own ? own->cycle_id : submission->cycle_id,
           own ? own->id : submission->id);
    if (submission)
        print_submission(cli, submission);
    if (own)
        print_services(cli, own->services, own->n_services);
    else
        print_services(cli, submission->services, submission->n_services);
    print_answers(cli, got->form, &answers, own != NULL);
    if (got->n_evidence)
        puts("\nFiles");
    for (size_t i = 0; i < got->n_evidence; i++)
        printf("  %s  %s, %s, beside %s%s\n", got->evidence[i]->id, got->evidence[i]->name,
               got->evidence[i]->media_type, got->evidence[i]->question_id,
               got->evidence[i]->complete ? "" : " (not complete)");
    if (got->n_problems)
        puts("\nMissing or wrong");
    fees_print_problems(stdout, got->problems, got->n_problems);
    if (own) {
        puts("");
        say_application(own);
    }
}

/* --- consultations ----------------------------------------------------------------------------------- */

static void say_lead(struct cli *cli, const Pb__Consultation *consultation)
{
    if (*consultation->lead_id)
        printf("%s, %s: %s leads (%s), since %s.\n", consultation->name, consultation->cycle_id,
               WORDS(consultation, "lead_id"), WORDS(consultation, "lead_basis"),
               monitoring_day(cli, consultation->lead_since));
    else
        printf("%s, %s: nobody leads (%s).\n", consultation->name, consultation->cycle_id,
               WORDS(consultation, "scope"));
}

static void say_next(const Pb__Consultation *consultation)
{
    const char *provision = consultation->provision_id;
    Pb__FeeLevel level = fees_told_counts(consultation) ? consultation->told_level : consultation->level;
    bool exceptional = level > PB__FEE_LEVEL__FEE_LEVEL_WITHIN;
    if (consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED && exceptional &&
        *consultation->lead_id)
        printf("\nThe lead begins consultation: ccrag fees begin %s\n", provision);
    else if (consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING ||
             (consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED &&
              *consultation->lead_id))
        printf("\nThe lead reports: ccrag fees report save %s, then ccrag fees report publish %s\n",
               provision, provision);
    else if (consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED ||
             consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_SHARED)
        printf("\nEach LA decides: ccrag fees decide %s accept|other|reject\n", provision);
}

static void say_state(struct cli *cli, const Pb__Consultation *consultation)
{
    const char *level = derived_or_field(&consultation->base, "level_words", &cli->arena);
    printf("It is %s%s%s.\n", WORDS(consultation, "state"), *level ? "; the increase is " : "", level);
    if (*consultation->told_reason)
        printf("  Told because: %s\n", consultation->told_reason);
}

void show_consultation(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Consultation *consultation =
        (const Pb__Consultation *)(const void *)reflect_message(response, "consultation");
    if (!consultation)
        return;
    say_lead(cli, consultation);
    say_state(cli, consultation);
    say_next(consultation);
}

void show_consultation_whole(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__GetConsultationResponse *got = (const Pb__GetConsultationResponse *)(const void *)response;
    const Pb__Consultation *consultation = got->consultation;
    if (!consultation)
        return;
    say_lead(cli, consultation);
    if (*consultation->lead_reason)
        printf("  Nominated because: %s\n", consultation->lead_reason);
    for (size_t i = 0; i < consultation->n_past_leads; i++)
        printf("  Until %s: %s (%s)\n", monitoring_day(cli, consultation->past_leads[i]->until),
               WORDS(consultation->past_leads[i], "authority_id"), consultation->past_leads[i]->reason);
    for (size_t i = 0; i < consultation->n_placing; i++)
        printf("  %s places %u\n", WORDS(consultation->placing[i], "authority_id"),
               consultation->placing[i]->placements);
    say_state(cli, consultation);
    for (size_t i = 0; i < got->n_tasks; i++)
        printf("  %-20s by %s\n", WORDS(got->tasks[i], "kind"), monitoring_day(cli, got->tasks[i]->due_on));
    if (got->report)
        printf("Report of %s: %s. Read it: ccrag fees report show %s\n",
               monitoring_day(cli, got->report->published_on), WORDS(got->report, "recommendation"),
               consultation->provision_id);
    for (size_t i = 0; i < got->n_decisions; i++)
        printf("Decision of %s: %s%s%s\n", WORDS(got->decisions[i], "authority_id"),
               derived_or_field(&got->decisions[i]->base, "decision_words", &cli->arena),
               *got->decisions[i]->reason ? ": " : "", got->decisions[i]->reason);
    say_next(consultation);
}

void show_log_entry(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeLogEntry *entry = (const Pb__FeeLogEntry *)(const void *)reflect_message(response, "entry");
    if (!entry)
        return;
    const char *provision = strchr(entry->consultation_id, '/');
    printf("Added, of %s: %s.\n\nAll of it: ccrag fees log list %s\n", monitoring_day(cli, entry->on),
           WORDS(entry, "kind"), provision ? provision + 1 : "PROVISION");
}

void show_letter(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeLetter *letter = (const Pb__FeeLetter *)(const void *)reflect_message(response, "letter");
    if (letter)
        printf(
            "The letter %s of %s on %s was sent on %s.\n\nWhat is still due: ccrag fees letter list --due\n",
            WORDS(letter, "kind"), WORDS(letter, "authority_id"), letter->name,
            monitoring_day(cli, letter->sent_on));
}

void show_decision(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeDecision *decision =
        (const Pb__FeeDecision *)(const void *)reflect_message(response, "decision");
    if (!decision)
        return;
    const char *figures = fees_figures_text(decision->figures, decision->n_figures, &cli->arena);
    printf("%s on %s: %s%s%s.\n\nIts letter to the provider: ccrag fees letter write %s decision\n",
           WORDS(decision, "authority_id"), decision->name, WORDS(decision, "kind"), *figures ? ", " : "",
           figures, decision->provision_id);
}

void show_fee_line(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FeeLine *line = (const Pb__FeeLine *)(const void *)reflect_message(response, "line");
    if (!line)
        return;
    printf("Placement %s: %s a week now, ", *line->reference ? line->reference : line->placement_id,
           fees_pounds(cli, line->current_pence));
    printf("%s asked for (%s).\n", fees_pounds(cli, line->proposed_pence),
           attendance_words(line->attendance));
}
