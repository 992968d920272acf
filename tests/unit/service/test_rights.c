/* The one table of rights (rule S1): complete, and row by row what it allows. */

#include "common/service/rights.h"
#include "common/wire/wire.h"

#include <criterion/criterion.h>

Test(rights, every_method_has_one_row_and_every_row_a_method)
{
    size_t rows, count;
    const struct right *table = rights_table(&rows);
    const struct wire_method *const *methods = wire_methods(&count);
    for (size_t i = 0; i < count; i++) {
        unsigned found = 0;
        for (size_t k = 0; k < rows; k++)
            found += strcmp(table[k].method, methods[i]->name) == 0;
        cr_assert_eq(found, 1, "%s has %u rows", methods[i]->name, found);
        cr_assert_not_null(right_find(methods[i]->name));
    }
    for (size_t k = 0; k < rows; k++) {
        const struct wire_method *method = wire_method_find(table[k].method);
        cr_assert(method, "%s is a row without a method", table[k].method);
        cr_assert(table[k].allowed, "%s is for nobody", table[k].method);
        cr_assert(!table[k].restricted_read || method->reads_only, "%s is no read", table[k].method);
    }
    cr_assert_null(right_find("ccrag.v1.FeedService/Nothing"));
}

/* Who asks: people come through the gateway. */
enum who {
    HOST,
    AUDITOR,
    LA_ADMIN,
    PLACEMENT,
    QUALITY,
    FEES,
    PROVIDER,
    SERVICE,
    WORKER,
    GATEWAY,
    NODE,
    OPERATOR,
    REGION,
    ALL
};
static const char letters[ALL + 1] = "HALPQFVswgnor";

static bool may(const char *method, enum who who)
{
    static const Pb__PrincipalRole programs[] = {
        PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE,  PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER,
        PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY,  PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE,
        PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION};
    Pb__Role roles[] = {(Pb__Role)(PB__ROLE__ROLE_HOST_ADMINISTRATOR + (int)who)};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.roles = roles;
    claim.n_roles = 1;
    struct principal principal = {.name = "p", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY};
    struct caller caller = {.principal = &principal, .claim = who < SERVICE ? &claim : NULL};
    if (who >= SERVICE)
        principal.role = programs[who - SERVICE];
    struct fault fault = {0};
    enum code code = right_check(right_find(method), &caller, &fault);
    cr_assert(code == CODE_OK || code == CODE_PERMISSION_DENIED);
    cr_assert(code == CODE_OK || strncmp(fault.reason, "this is for ", 12) == 0, "%s", fault.reason);
    return code == CODE_OK;
}

/* H host, A auditor, L LA administrator, P placement, Q quality, F fees officer, V provider's user;
 * s service, w worker, g gateway, n node, o operator, r other region. */
Test(rights, row_by_row)
{
    static const struct {
        const char *method, *allowed;
    } rows[] = {
        {"ccrag.v1.FeedService/Follow", "swno"},
        {"ccrag.v1.FeedService/GetStatus", "HALPQFVswgnor"},
        {"ccrag.v1.OperateService/Backup", "o"},
        {"ccrag.v1.OperateService/ReadAudit", "HAo"}, /* S3 */
        {"ccrag.v1.OperateService/VerifyAudit", "HAo"},
        {"ccrag.v1.AuthoritiesService/ApplyForMembership", "HALPQFVsgno"}, /* R1 */
        {"ccrag.v1.AuthoritiesService/DecideMembership", "Ho"},            /* R1 */
        {"ccrag.v1.AuthoritiesService/UpdateAuthority", "HLo"},
        {"ccrag.v1.AuthoritiesService/ListSubscriptions", "HALo"}, /* R2 */
        {"ccrag.v1.PeopleService/Login", "HALPQFVsgno"},
        {"ccrag.v1.PeopleService/UpdatePerson", "HLVo"},
        {"ccrag.v1.ProvidersService/RegisterProvider", "HALPQFVsgno"}, /* R3 */
        {"ccrag.v1.ProvidersService/DecideProvider", "HLPQo"},         /* R3 */
        {"ccrag.v1.ProvidersService/UpdateProvider", "HVo"},
        {"ccrag.v1.ProvidersService/ReportOwnerExposure", "HALPQFno"}, /* R8 */
        {"ccrag.v1.ProvisionsService/UpdateProvision", "HVo"},         /* R4 */
        {"ccrag.v1.ProvisionsService/SetVacancy", "HVo"},              /* R5 */
        {"ccrag.v1.ProvisionsService/ListProvisions", "HALPQFVsno"},
        {"ccrag.v1.PlacementsService/TakePlace", "LPsno"},      /* R6, X6 */
        {"ccrag.v1.PlacementsService/RecordPlacement", "LPno"}, /* R6 */
        {"ccrag.v1.PlacementsService/GetPlacement", "LPQFno"},  /* R6: not the host, not the auditor */
        {"ccrag.v1.PlacementsService/ListLocalNotices", "HLPQFno"},
        {"ccrag.v1.AllocationService/OpenCycle", "Ho"},
        {"ccrag.v1.AllocationService/UpdateCycle", "Ho"},
        {"ccrag.v1.AllocationService/CloseCycle", "Ho"},
        {"ccrag.v1.AllocationService/ListCycles", "HALPQFsno"},
        {"ccrag.v1.AllocationService/Propose", "Ho"},
        {"ccrag.v1.AllocationService/ListProposals", "HALPQFsno"},
        {"ccrag.v1.AllocationService/GetProposal", "HALPQFsno"},
        {"ccrag.v1.AllocationService/CompareProposal", "HALPQFsno"},
        {"ccrag.v1.AllocationService/PublishProposal", "Ho"},       /* A7 */
        {"ccrag.v1.AllocationService/GetAllocation", "HALPQFVsno"}, /* of its own provisions, a provider */
        {"ccrag.v1.AllocationService/ListAllocations", "HALPQFsno"},
        {"ccrag.v1.AllocationService/ChooseAllocation", "Ho"}, /* A8 */
        {"ccrag.v1.AllocationService/ListAllocationTerms", "HALPQFsno"},
        {"ccrag.v1.AllocationService/ListAllocationTasks", "HALPQFsno"},
        {"ccrag.v1.AllocationService/SettleAllocationTask", "Ho"},
        {"ccrag.v1.AllocationService/ReportLoad", "HALPQFsno"},
        {"ccrag.v1.AllocationService/ReportSavings", "HALPQFsno"},
        {"ccrag.v1.TransfersService/OfferTransfer", "HLQno"}, /* A6: H for its own LA alone */
        {"ccrag.v1.TransfersService/AnswerTransfer", "HLQno"},
        {"ccrag.v1.TransfersService/WithdrawTransfer", "HLQno"},
        {"ccrag.v1.TransfersService/ListTransfers", "HALPQFsno"},
        {"ccrag.v1.FormsService/PreviewForm", "HALPQFsno"},
        {"ccrag.v1.FormsService/ImportForm", "Ho"}, /* M2 */
        {"ccrag.v1.FormsService/PublishForm", "Ho"},
        {"ccrag.v1.FormsService/RetireForm", "Ho"},
        {"ccrag.v1.FormsService/GetForm", "HALPQFVsno"},
        {"ccrag.v1.FormsService/ListForms", "HALPQFVsno"},
        {"ccrag.v1.MonitoringService/FindVisits", "HALPQFsno"},
        {"ccrag.v1.MonitoringService/PlanVisit", "HLQno"}, /* M1: H for its own LA alone */
        {"ccrag.v1.MonitoringService/RescheduleVisit", "HLQno"},
        {"ccrag.v1.MonitoringService/RecordVisit", "HLQno"},
        {"ccrag.v1.MonitoringService/CancelVisit", "HLQno"},
        {"ccrag.v1.MonitoringService/ListVisits", "HALPQFsno"},
        {"ccrag.v1.MonitoringService/ReportProgress", "HALPQFsno"},
        {"ccrag.v1.MonitoringService/ListReminders", "HALPQFsno"},
        {"ccrag.v1.ReportsService/GetDraft", "HLPQFVno"}, /* M4: no auditor, no service */
        {"ccrag.v1.ReportsService/SaveAnswers", "HLQno"},
        {"ccrag.v1.ReportsService/SendForComment", "HLQno"},
        {"ccrag.v1.ReportsService/ReviseReport", "HLQno"},
        {"ccrag.v1.ReportsService/CommentOnReport", "Vo"}, /* M3 */
        {"ccrag.v1.ReportsService/GiveNotice", "HLQno"},
        {"ccrag.v1.ReportsService/PublishReport", "HLQno"},
        {"ccrag.v1.ReportsService/DiscardReport", "HLQno"},
        {"ccrag.v1.ReportsService/AmendReport", "HLQno"},
        {"ccrag.v1.ReportsService/GetReport", "HALPQFVsno"},
        {"ccrag.v1.ReportsService/ListReports", "HALPQFVsno"},
        {"ccrag.v1.ReportsService/CompareReports", "HALPQFVsno"},
        {"ccrag.v1.ReportsService/ListGrades", "HALPQFVsno"},
        {"ccrag.v1.EvidenceService/BeginEvidence", "HLQVno"},
        {"ccrag.v1.EvidenceService/AppendEvidence", "HLQVno"},
        {"ccrag.v1.EvidenceService/FinishEvidence", "HLQVno"},
        {"ccrag.v1.EvidenceService/RemoveEvidence", "HLQVno"},
        {"ccrag.v1.EvidenceService/ReadEvidence", "HALPQFVsno"},
        {"ccrag.v1.ConcernsService/RaiseConcern", "HLPQFno"}, /* M5 */
        {"ccrag.v1.ConcernsService/UpdateConcern", "HLPQFno"},
        {"ccrag.v1.ConcernsService/ListConcerns", "HALPQFsno"},
        {"ccrag.v1.OutcomesService/SetIntendedOutcomes", "LPQFno"}, /* M7: not the host */
        {"ccrag.v1.OutcomesService/RecordOutcomes", "LPQFno"},
        {"ccrag.v1.OutcomesService/EraseOutcomes", "Lno"}, /* S2 */
        {"ccrag.v1.OutcomesService/ReportOutcomes", "HALPQFsno"},
        /* F1 to F8: H for its own LA alone where an LA writes; no service where it is confidential (S4) */
        {"ccrag.v1.FeeCyclesService/OpenFeeCycle", "Ho"},
        {"ccrag.v1.FeeCyclesService/UpdateFeeCycle", "Ho"},
        {"ccrag.v1.FeeCyclesService/CloseFeeCycle", "Ho"},
        {"ccrag.v1.FeeCyclesService/ListFeeCycles", "HALPQFVsno"},
        {"ccrag.v1.FeeCyclesService/PreviewThreshold", "HALPQFVsno"},
        {"ccrag.v1.FeeCyclesService/SetThreshold", "Ho"}, /* F4 */
        {"ccrag.v1.FeeCyclesService/UpdateFeeIndex", "Ho"},
        {"ccrag.v1.FeeCyclesService/ListFeeIndices", "HALPQFVsno"},
        {"ccrag.v1.FeeCyclesService/SetFeeDate", "HLFno"}, /* F1 */
        {"ccrag.v1.FeeCyclesService/ListFeeDates", "HALPQFVsno"},
        {"ccrag.v1.FeeCyclesService/UpdateLetterText", "Ho"},
        {"ccrag.v1.FeeCyclesService/ListLetterTexts", "HALPQFsno"},
        {"ccrag.v1.FeeApplicationsService/BeginFeeApplication", "Vo"}, /* F3 */
        {"ccrag.v1.FeeApplicationsService/SaveFeeApplication", "Vo"},
        {"ccrag.v1.FeeApplicationsService/WriteFeeSheet", "HVo"},
        {"ccrag.v1.FeeApplicationsService/ImportFeeSheet", "Vo"},
        {"ccrag.v1.FeeApplicationsService/SubmitFeeApplication", "Vo"},
        {"ccrag.v1.FeeApplicationsService/ReturnFeeApplication", "HLFno"},
        {"ccrag.v1.FeeApplicationsService/CorrectFeeApplication", "Vo"},
        {"ccrag.v1.FeeApplicationsService/WithdrawFeeApplication", "Vo"},
        {"ccrag.v1.FeeApplicationsService/GetFeeApplication", "HALPQFVno"},
        {"ccrag.v1.FeeApplicationsService/ListFeeApplications", "HALPQFVno"},
        {"ccrag.v1.FeeConsultationsService/NominateLead", "Ho"}, /* F2 */
        {"ccrag.v1.FeeConsultationsService/TellLevel", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/BeginConsultation", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/AddLogEntry", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/ListLogEntries", "HALPQFno"}, /* no provider */
        {"ccrag.v1.FeeConsultationsService/ReopenConsultation", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/GetConsultation", "HALPQFVsno"},
        {"ccrag.v1.FeeConsultationsService/ListConsultations", "HALPQFVsno"},
        {"ccrag.v1.FeeConsultationsService/SaveFeeReport", "HLFno"}, /* F6 */
        {"ccrag.v1.FeeConsultationsService/PublishFeeReport", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/GetFeeReport", "HALPQFsno"}, /* no provider */
        {"ccrag.v1.FeeConsultationsService/WriteLetter", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/RecordLetter", "HLFno"},
        {"ccrag.v1.FeeConsultationsService/ListLetters", "HALPQFVno"},
        {"ccrag.v1.FeeConsultationsService/DecideFee", "HLFno"}, /* F6 */
        {"ccrag.v1.FeeConsultationsService/ListDecisions", "HALPQFVno"},
        {"ccrag.v1.FeeLinesService/ImportFeeLines", "LFno"}, /* F5: not the host */
        {"ccrag.v1.FeeLinesService/UpdateFeeLine", "LFno"},
        {"ccrag.v1.FeeLinesService/DeleteFeeLine", "LFno"},
        {"ccrag.v1.FeeLinesService/EraseFeeLines", "Lno"}, /* S2 */
        {"ccrag.v1.FeeLinesService/ListFeeLines", "LPFno"},
        {"ccrag.v1.FeeLinesService/ListFeeLineTotals", "HALPQFno"},
        {"ccrag.v1.FeesService/ReportFeeProgress", "HALPQFVsno"}, /* F7 */
        {"ccrag.v1.FeesService/ListFeeReminders", "HALPQFVsno"},
        {"ccrag.v1.FeesService/ReportWorth", "HALPQFno"}, /* F8 */
        {"ccrag.v1.FeesService/ReportFeeHistory", "HALPQFVno"},
        {"ccrag.v1.FeesService/ReportBenchmarks", "HALPQFno"}, /* no provider */
        {"ccrag.v1.MatchingService/Search", "HLPQFsnor"}, /* X1, X9: no provider learns of a child's needs */
        {"ccrag.v1.MatchingService/ListWorkers", "HAso"},
        {"ccrag.v1.DispatchService/OfferWork", "sw"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (enum who who = HOST; who < ALL; who++)
            cr_assert_eq(may(rows[i].method, who), strchr(rows[i].allowed, letters[who]) != NULL, "%s by %c",
                         rows[i].method, letters[who]);
}

/* Without a claim a gateway may do what needs no account yet, and nothing else (rule S1). */
Test(rights, open_to_everyone)
{
    static const char *const open[] = {
        "ccrag.v1.AuthoritiesService/ApplyForMembership",
        "ccrag.v1.FeedService/GetStatus",
        "ccrag.v1.PeopleService/Login",
        "ccrag.v1.PeopleService/Logout",
        "ccrag.v1.PeopleService/RenewClaim",
        "ccrag.v1.ProvidersService/RegisterProvider",
    };
    size_t rows, found = 0;
    const struct right *table = rights_table(&rows);
    for (size_t i = 0; i < rows; i++) {
        bool listed = false;
        for (size_t k = 0; k < sizeof open / sizeof open[0]; k++)
            listed |= strcmp(open[k], table[i].method) == 0;
        cr_assert_eq(may(table[i].method, GATEWAY), listed, "%s", table[i].method);
        found += listed;
    }
    cr_assert_eq(found, sizeof open / sizeof open[0]);
}

Test(rights, restricted_reads_are_marked)
{
    static const struct {
        const char *method;
        bool restricted;
    } rows[] = {
        {"ccrag.v1.PlacementsService/GetPlacement", true}, /* child-level lines (rule S3) */
        {"ccrag.v1.PlacementsService/ListPlacements", true},
        {"ccrag.v1.FeedService/ReadHistory", true},
        {"ccrag.v1.ReportsService/GetDraft", true},
        {"ccrag.v1.EvidenceService/ReadEvidence", true},
        {"ccrag.v1.ReportsService/GetReport", false}, /* published: for every member */
        {"ccrag.v1.FeeApplicationsService/GetFeeApplication", true},
        {"ccrag.v1.FeeApplicationsService/WriteFeeSheet", true},
        {"ccrag.v1.FeeConsultationsService/GetFeeReport", true}, /* a draft too */
        {"ccrag.v1.FeeLinesService/ListFeeLines", true},
        {"ccrag.v1.FeeLinesService/ListFeeLineTotals", false},
        {"ccrag.v1.MatchingService/Search", false}, /* counted, not logged one by one (rule S3) */
        {"ccrag.v1.ProvisionsService/GetProvision", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(right_find(rows[i].method)->restricted_read, rows[i].restricted, "%s", rows[i].method);
}

Test(rights, who_may_carry_a_claim)
{
    Pb__Role roles[] = {PB__ROLE__ROLE_PLACEMENT_OFFICER};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.roles = roles;
    claim.n_roles = 1;
    claim.authority = "E10000015";
    static const struct {
        struct principal principal;
        enum code code;
    } rows[] = {
        {{.name = "gateway", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY}, CODE_OK},
        {{.name = "operator", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR}, CODE_OK},
        {{.name = "matching", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE}, CODE_OK},
        {{.name = "n", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = "E10000015"}, CODE_OK},
        {{.name = "n", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = "E10000014"},
         CODE_PERMISSION_DENIED},
        {{.name = "n", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE}, CODE_PERMISSION_DENIED},
        {{.name = "w", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER}, CODE_PERMISSION_DENIED},
        {{.name = "r", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION}, CODE_PERMISSION_DENIED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct caller caller = {.principal = &rows[i].principal, .claim = &claim};
        cr_assert_eq(right_check(right_find("ccrag.v1.MatchingService/Search"), &caller, NULL), rows[i].code,
                     "row %zu", i);
    }
}

/* Whose: asked by rules of their own records (rules R4, R6). */
Test(rights, acting_for_an_authority_or_a_provider)
{
    Pb__Role officer[] = {PB__ROLE__ROLE_PLACEMENT_OFFICER}, host[] = {PB__ROLE__ROLE_HOST_ADMINISTRATOR},
             user[] = {PB__ROLE__ROLE_PROVIDER_USER};
    Pb__Claim of_la = PB__CLAIM__INIT, of_host = PB__CLAIM__INIT, of_provider = PB__CLAIM__INIT;
    of_la.roles = officer, of_la.n_roles = 1, of_la.authority = "E10000015", of_la.person_id = "p1";
    of_host.roles = host, of_host.n_roles = 1, of_host.authority = "E10000003";
    of_provider.roles = user, of_provider.n_roles = 1, of_provider.provider_id = "v1";
    const struct principal gateway = {.name = "gateway", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY},
                           node = {.name = "node-e10000015",
                                   .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE,
                                   .authority = "E10000015"},
                           the_operator = {.name = "operator",
                                           .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR};
    const struct {
        struct caller caller;
        const char *gss, *provider;
        bool for_la, for_provider, is_host, of_la;
    } rows[] = {
        {{&gateway, &of_la}, "E10000015", "v1", true, false, false, true},
        {{&gateway, &of_la}, "E10000014", "", false, false, false, false},
        {{&gateway, &of_host}, "E10000014", "v1", true, true, true, false}, /* the host is no other LA */
        {{&gateway, &of_host}, "E10000003", "v1", true, true, true, true},
        {{&gateway, &of_provider}, "", "v1", false, true, false, false},
        {{&gateway, &of_provider}, "E10000015", "v2", false, false, false, false},
        {{&gateway, NULL}, "E10000015", "v1", false, false, false, false},
        {{&node, NULL}, "E10000015", "v1", true, false, false, true},
        {{&node, NULL}, "E10000014", "v1", false, false, false, false},
        {{&the_operator, NULL}, "E10000014", "v1", true, true, true, true},
        {{&the_operator, &of_la}, "E10000014", "v1", false, false, false, false}, /* --as: as that person */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(caller_acts_for_authority(&rows[i].caller, rows[i].gss), rows[i].for_la, "row %zu", i);
        cr_assert_eq(caller_is_of_authority(&rows[i].caller, rows[i].gss), rows[i].of_la, "row %zu", i);
        cr_assert_eq(caller_acts_for_provider(&rows[i].caller, rows[i].provider), rows[i].for_provider,
                     "row %zu", i);
        cr_assert_eq(caller_is_host(&rows[i].caller), rows[i].is_host, "row %zu", i);
    }
    cr_assert_str_eq(caller_name(&rows[0].caller), "p1");
    cr_assert_str_eq(caller_name(&rows[7].caller), "node-e10000015");
}
