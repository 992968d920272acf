/* Reports: every state by every event, the dates of rule M3 over every year, and the rights of rule M4 row by
 * row. */

#include "services/monitoring/rules_report.h"
#include "tests/unit/monitoring/rules_kit.h"

#include "common/domain/working_days.h"

#define DRAFT     PB__REPORT_STATE__REPORT_STATE_DRAFT
#define SENT      PB__REPORT_STATE__REPORT_STATE_SENT
#define COMMENTED PB__REPORT_STATE__REPORT_STATE_COMMENTED
#define NOTICE    PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN
#define PUBLISHED PB__REPORT_STATE__REPORT_STATE_PUBLISHED
#define DISCARDED PB__REPORT_STATE__REPORT_STATE_DISCARDED

enum { STATES = DISCARDED + 1 };

/* rule M3: the table, every state by every event; a row is a state, a word an event: where it leads, or why
 * not. */
Test(rules_report, every_state_by_every_event)
{
#define GO(state)                                                                                            \
    {                                                                                                        \
        REFUSAL_NONE, state                                                                                  \
    }
#define NOT(why)                                                                                             \
    {                                                                                                        \
        REFUSAL_##why, 0                                                                                     \
    }
    const struct {
        enum monitoring_refusal refusal;
        Pb__ReportState next;
    } expected[STATES][REPORT_EVENTS] = {
        {NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN),
         NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN), NOT(REPORT_UNKNOWN)},
        /* save, send, revise, comment, give notice, publish, discard, amend */
        {GO(DRAFT), GO(SENT), NOT(REPORT_IN_DRAFT), NOT(REPORT_NOT_SENT), NOT(REPORT_NOT_SENT),
         NOT(REPORT_NOT_SENT), GO(DISCARDED), NOT(REPORT_NOT_PUBLISHED)},
        {NOT(REPORT_SENT), NOT(REPORT_SENT), GO(DRAFT), GO(COMMENTED), GO(NOTICE), NOT(REPORT_NO_NOTICE),
         NOT(REPORT_SENT), NOT(REPORT_NOT_PUBLISHED)},
        {NOT(REPORT_SENT), NOT(REPORT_SENT), GO(DRAFT), GO(COMMENTED), NOT(REPORT_HAS_COMMENT), GO(PUBLISHED),
         NOT(REPORT_SENT), NOT(REPORT_NOT_PUBLISHED)},
        {NOT(REPORT_SENT), NOT(REPORT_SENT), GO(DRAFT), GO(COMMENTED), NOT(REPORT_HAS_NOTICE), GO(PUBLISHED),
         NOT(REPORT_SENT), NOT(REPORT_NOT_PUBLISHED)},
        {NOT(REPORT_PUBLISHED), NOT(REPORT_PUBLISHED), NOT(REPORT_PUBLISHED), NOT(COMMENT_TOO_LATE),
         NOT(REPORT_PUBLISHED), NOT(REPORT_PUBLISHED), NOT(REPORT_PUBLISHED), GO(PUBLISHED)},
        {NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED),
         NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED), NOT(REPORT_DISCARDED)},
    };
    for (size_t state = 0; state < STATES; state++)
        for (size_t event = 0; event < REPORT_EVENTS; event++) {
            Pb__ReportState next = 99;
            enum monitoring_refusal refusal = report_step((Pb__ReportState)state, event, &next);
            cr_assert(refusal == expected[state][event].refusal, "state %zu, event %zu: %s", state, event,
                      monitoring_refusal_facts(refusal)->name);
            cr_assert(next == (refusal ? 99 : expected[state][event].next), "state %zu, event %zu", state,
                      event);
        }
    Pb__ReportState next = 99;
    cr_assert(report_step((Pb__ReportState)STATES, REPORT_SAVE, &next) == REFUSAL_ENUM_UNKNOWN && next == 99);
    cr_assert(report_step(DRAFT, REPORT_EVENTS, &next) == REFUSAL_ENUM_UNKNOWN && next == 99);
}

static Pb__Report report_in(Pb__ReportState state)
{
    Pb__Report report;
    pb__report__init(&report);
    report.id = "report", report.provision_id = "home", report.authority_id = HERTS,
    report.provider_id = "provider";
    report.visited_on = "2026-05-04", report.state = state;
    return report;
}

/* rule M3: the return date. */
Test(rules_report, sent_with_a_return_date)
{
    const struct {
        const char *today, *asked;
        size_t problems;
        enum monitoring_refusal refusal;
        const char *comment_by;
    } cases[] = {
        {"2026-06-01", "", 0, REFUSAL_NONE, "2026-06-15"},
        {"2026-12-18", "", 0, REFUSAL_NONE, "2027-01-06"}, /* Christmas, Boxing Day's substitute, New Year */
        {"2026-06-01", "2026-06-02", 0, REFUSAL_NONE, "2026-06-02"},
        {"2026-06-01", "2026-06-01", 0, REFUSAL_COMMENT_BY_SOON, ""},
        {"2026-06-01", "2026-05-01", 0, REFUSAL_COMMENT_BY_SOON, ""},
        {"2026-06-01", "2026-09-01", 0, REFUSAL_NONE, "2026-09-01"},
        {"2026-06-01", "2026-09-02", 0, REFUSAL_COMMENT_BY_FAR, ""},
        {"2026-06-01", "2/6/2026", 0, REFUSAL_COMMENT_BY_WRONG, ""},
        {"2026-06-01", "", 1, REFUSAL_REPORT_INCOMPLETE, ""},
        {"2035-12-24", "", 0, REFUSAL_DATE_UNKNOWABLE, ""},
        {"2035-12-24", "2036-01-10", 0, REFUSAL_NONE, "2036-01-10"},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Report stored = report_in(DRAFT), sent = {.id = "untouched"};
        enum monitoring_refusal refusal =
            report_send(&stored, cases[i].asked, cases[i].problems, day(cases[i].today), &arena, &sent);
        cr_assert(refusal == cases[i].refusal, "case %zu: %s", i, monitoring_refusal_facts(refusal)->name);
        if (refusal) {
            cr_assert_str_eq(sent.id, "untouched");
            continue;
        }
        cr_assert(sent.state == SENT);
        cr_assert_str_eq(sent.sent_on, cases[i].today);
        cr_assert_str_eq(sent.comment_by, cases[i].comment_by);
    }
    arena_finish(&arena);
}

/* rule M3: the provider has its whole last day; a notice counts England's working days. */
Test(rules_report, notice_and_publication_without_comment)
{
    const struct {
        const char *comment_by, *notice;
        enum monitoring_refusal refusal;
        const char *may_publish;
    } cases[] = {
        {"2026-06-05", "2026-06-05", REFUSAL_NOTICE_EARLY, ""},
        {"2026-06-05", "2026-06-06", REFUSAL_NONE, "2026-06-12"}, /* given on a Saturday */
        {"2026-06-05", "2026-06-08", REFUSAL_NONE, "2026-06-15"},
        {"2026-03-31", "2026-04-01", REFUSAL_NONE, "2026-04-10"}, /* Good Friday and Easter Monday */
        {"2026-12-20", "2026-12-23", REFUSAL_NONE, "2027-01-04"}, /* Christmas */
        {"2022-05-26", "2022-05-27", REFUSAL_NONE, "2022-06-07"}, /* the jubilee */
        {"2035-12-20", "2035-12-27", REFUSAL_DATE_UNKNOWABLE, ""},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Report stored = report_in(SENT), noticed, published;
        stored.comment_by = cases[i].comment_by;
        cr_assert(report_give_notice(&stored, day(cases[i].notice), &arena, &noticed) == cases[i].refusal,
                  "case %zu", i);
        if (cases[i].refusal)
            continue;
        struct date from = day(cases[i].may_publish), before = {from.day - 1}, after = {from.day + 1};
        cr_assert(noticed.state == NOTICE);
        cr_assert_str_eq(noticed.notice_on, cases[i].notice);
        cr_assert_str_eq(noticed.may_publish_on, cases[i].may_publish);
        cr_assert(report_publish(&noticed, before, &arena, &published) == REFUSAL_PUBLISH_EARLY);
        cr_assert(report_publish(&noticed, from, &arena, &published) == REFUSAL_NONE);
        cr_assert(published.state == PUBLISHED && published.without_comment);
        cr_assert_str_eq(published.published_on, cases[i].may_publish);
        cr_assert(report_publish(&noticed, after, &arena, &published) == REFUSAL_NONE);
    }
    arena_finish(&arena);
}

/* rule M3: over every day of 2015 to 2035, at least five working days lie between notice and publication, the
 * day of publication is the fifth, and one day earlier is refused. Counted here day by day. */
Test(rules_report, five_working_days_over_every_year)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    unsigned notices = 0;
    for (struct date today = day("2015-01-02"); today.day <= day("2035-12-31").day; today.day++) {
        char yesterday[DATE_TEXT_BYTES];
        Pb__Report stored = report_in(SENT), noticed, published;
        struct date from = today;
        int counted = 0;
        arena_reset(&arena);
        date_print((struct date){today.day - 1}, yesterday);
        stored.comment_by = yesterday;
        while (counted < 5 && date_to_ymd(from).year <= 2035) {
            from.day++;
            counted +=
                date_weekday(from) < SATURDAY && date_to_ymd(from).year <= 2035 && !bank_holiday_name(from);
        }
        enum monitoring_refusal refusal = report_give_notice(&stored, today, &arena, &noticed);
        cr_assert(refusal == (counted == 5 ? REFUSAL_NONE : REFUSAL_DATE_UNKNOWABLE), "%s", yesterday);
        if (refusal)
            continue;
        notices++;
        cr_assert(date_compare(day(noticed.may_publish_on), from) == 0, "after %s: %s", yesterday,
                  noticed.may_publish_on);
        from.day--;
        cr_assert(report_publish(&noticed, from, &arena, &published) == REFUSAL_PUBLISH_EARLY);
    }
    cr_assert(notices > 7600, "%u", notices);
    arena_finish(&arena);
}

/* rule M3: a comment is taken until publication, after the notice too, and refused after it. */
Test(rules_report, comments)
{
    const struct {
        Pb__ReportState state;
        const char *comment;
        enum monitoring_refusal refusal;
    } cases[] = {
        {DRAFT, "We disagree.", REFUSAL_REPORT_NOT_SENT},
        {SENT, "We agree.", REFUSAL_NONE},
        {COMMENTED, "We agree, but.", REFUSAL_NONE},
        {NOTICE, "Sorry, here.", REFUSAL_NONE},
        {PUBLISHED, "Wait.", REFUSAL_COMMENT_TOO_LATE},
        {DISCARDED, "Well.", REFUSAL_REPORT_DISCARDED},
        {SENT, " ", REFUSAL_COMMENT_MISSING},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Report stored = report_in(cases[i].state), commented, published;
        stored.notice_on = stored.may_publish_on = "2099-01-01";
        cr_assert(report_comment(&stored, cases[i].comment, day("2026-06-09"), &arena, &commented) ==
                      cases[i].refusal,
                  "case %zu", i);
        if (cases[i].refusal)
            continue;
        cr_assert(commented.state == COMMENTED);
        cr_assert_str_eq(commented.comment, cases[i].comment);
        cr_assert_str_eq(commented.commented_on, "2026-06-09");
        /* and then it is published at once, whatever the notice said */
        cr_assert(report_publish(&commented, day("2026-06-09"), &arena, &published) == REFUSAL_NONE);
        cr_assert(!published.without_comment);
    }
    arena_finish(&arena);
}

/* rule M3: a report that is taken back starts over; the comment on it stays, and does not count for the next.
 */
Test(rules_report, taken_back)
{
    struct arena arena;
    Pb__Report stored = report_in(COMMENTED), draft, sent, noticed, published;
    arena_init(&arena, TEST_ARENA_BYTES);
    stored.comment = "On the first draft.", stored.commented_on = "2026-06-09";
    stored.sent_on = "2026-06-01", stored.comment_by = "2026-06-15";
    stored.notice_on = "2026-06-16", stored.may_publish_on = "2026-06-23";
    cr_assert(report_revise(&stored, &draft) == REFUSAL_NONE && draft.state == DRAFT);
    cr_assert(!draft.sent_on[0] && !draft.comment_by[0] && !draft.notice_on[0] && !draft.may_publish_on[0]);
    cr_assert(report_send(&draft, "", 0, day("2026-06-20"), &arena, &sent) == REFUSAL_NONE);
    cr_assert(report_publish(&sent, day("2026-07-20"), &arena, &published) == REFUSAL_REPORT_NO_NOTICE);
    cr_assert(report_give_notice(&sent, day("2026-07-20"), &arena, &noticed) == REFUSAL_NONE);
    cr_assert(report_publish(&noticed, day("2026-07-27"), &arena, &published) == REFUSAL_NONE);
    cr_assert(published.without_comment);
    cr_assert_str_eq(published.comment, "On the first draft.");
    arena_finish(&arena);
}

Test(rules_report, given_up_with_a_reason)
{
    Pb__Report stored = report_in(DRAFT), discarded;
    cr_assert(report_discard(&stored, "", &discarded) == REFUSAL_REASON_MISSING);
    cr_assert(report_discard(&stored, "wrong home", &discarded) == REFUSAL_NONE);
    cr_assert(discarded.state == DISCARDED);
    cr_assert_str_eq(discarded.discarded_because, "wrong home");
    stored.state = SENT;
    cr_assert(report_discard(&stored, "wrong home", &discarded) == REFUSAL_REPORT_SENT);
}

Test(rules_report, begins_with_its_visit)
{
    Pb__Visit visit;
    Pb__Report report;
    pb__visit__init(&visit);
    visit.id = "visit", visit.provision_id = "home", visit.authority_id = HERTS, visit.made_on = "2026-05-04";
    visit.mode = PB__VISIT_MODE__VISIT_MODE_REMOTE, visit.cycle_id = "2025-26",
    visit.provider_id = "provider";
    report_begin(&visit, "quality-assurance/2", &report);
    cr_assert(report.state == DRAFT && report.mode == visit.mode);
    cr_assert_str_eq(report.visit_id, "visit");
    cr_assert_str_eq(report.visited_on, "2026-05-04");
    cr_assert_str_eq(report.form_id, "quality-assurance/2");
    cr_assert_str_eq(report.cycle_id, "2025-26");
    cr_assert_str_eq(report.provider_id, "provider");
}

Test(rules_report, which_is_later)
{
    Pb__Report a = report_in(PUBLISHED), b = report_in(PUBLISHED);
    b.visited_on = "2026-05-05";
    cr_assert(report_is_later(&b, &a) && !report_is_later(&a, &b));
    a.visited_on = b.visited_on, a.published_on = "2026-07-02", b.published_on = "2026-07-01";
    cr_assert(report_is_later(&a, &b) && !report_is_later(&b, &a));
    b.published_on = a.published_on, b.id = "report-2";
    cr_assert(report_is_later(&b, &a) && !report_is_later(&a, &b) && !report_is_later(&a, &a));
}

/* rule M4: the table of rights, row by row: who, in which state, may read, write, comment. */
Test(rules_report, rights_row_by_row)
{
    const struct monitoring_actor host = {.is_host = true}, auditor = {.reads_all = true};
    const struct monitoring_actor author = {.authority_id = HERTS, .is_active_member = true};
    const struct monitoring_actor author_left = {.authority_id = HERTS};
    const struct monitoring_actor member = {.authority_id = ESSEX, .is_active_member = true};
    const struct monitoring_actor applicant = {.authority_id = ESSEX};
    const struct monitoring_actor provider = {.provider_id = "provider"}, other = {.provider_id = "other"};
    const struct monitoring_actor buyer = {.provider_id = "other", .runs_id = "home"};
    const struct monitoring_actor elsewhere = {.provider_id = "other", .runs_id = "another home"};
    const struct monitoring_actor nobody = {.authority_id = "", .provider_id = "", .is_active_member = true};
    const struct {
        const struct monitoring_actor *who;
        const char *may[STATES]; /* none, draft, sent, commented, notice given, published, discarded */
    } rows[] = {
        {&host, {"", "rwc", "rwc", "rwc", "rwc", "rwc", "rwc"}},
        {&author, {"", "rw", "rw", "rw", "rw", "rw", "rw"}},
        {&provider, {"", "", "rc", "rc", "rc", "rc", ""}},
        {&buyer, {"", "", "rc", "rc", "rc", "rc", ""}},
        {&elsewhere, {"", "", "", "", "", "", ""}},
        {&member, {"", "", "", "", "", "r", ""}},
        {&auditor, {"", "", "", "", "", "r", ""}},
        {&author_left, {"", "", "", "", "", "", ""}},
        {&applicant, {"", "", "", "", "", "", ""}},
        {&other, {"", "", "", "", "", "", ""}},
        {&nobody, {"", "", "", "", "", "", ""}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t state = 0; state < STATES; state++)
            for (size_t act = 0; act < REPORT_ACTS; act++) {
                Pb__Report report = report_in((Pb__ReportState)state);
                bool reads = strchr(rows[i].may[state], 'r'), may = strchr(rows[i].may[state], "rwc"[act]);
                enum monitoring_refusal expected = !reads                      ? REFUSAL_REPORT_UNKNOWN
                                                   : may                       ? REFUSAL_NONE
                                                   : act == REPORT_ACT_COMMENT ? REFUSAL_REPORT_NOT_PROVIDER
                                                                               : REFUSAL_REPORT_NOT_YOURS;
                cr_assert(report_may(rows[i].who, act, &report) == expected, "row %zu, state %zu, act %zu", i,
                          state, act);
            }
}

/* rule M4: a report whose provider nobody knows is no other provider's, nor of one without an identifier. */
Test(rules_report, nobodys_report_is_no_providers)
{
    const struct monitoring_actor nobody = {.provider_id = ""}, unsaid = {0};
    Pb__Report report = report_in(SENT);
    report.provider_id = "";
    cr_assert(report_relation(&nobody, &report) == REPORT_STRANGER);
    cr_assert(report_relation(&unsaid, &report) == REPORT_STRANGER);
    cr_assert(!report_right(REPORT_RELATIONS, SENT, REPORT_ACT_READ));
    cr_assert(!report_right(REPORT_HOST, (Pb__ReportState)STATES, REPORT_ACT_READ));
    cr_assert(!report_right(REPORT_HOST, SENT, REPORT_ACTS));
}

/* Every refusal has its words, and its code is a no. */
Test(rules_report, every_refusal_is_told)
{
    for (int refusal = REFUSAL_NONE + 1; refusal <= REFUSAL_OUTCOME_VISIT_WRONG; refusal++) {
        const struct refusal_facts *facts = monitoring_refusal_facts((enum monitoring_refusal)refusal);
        cr_assert(facts->code != CODE_OK && facts->text[0] && facts->name[0], "%d", refusal);
    }
    cr_assert(monitoring_refusal_facts(REFUSAL_NONE)->code == CODE_OK);
    cr_assert(monitoring_refusal_facts(9999)->code == CODE_OK);
}
