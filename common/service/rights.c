/* Who may call what (rule S1), as one table: a row per method, in the order of the API's files.
 *
 * In: a method and a caller that has been recognised. Out: yes, or PERMISSION_DENIED naming who may. Whether
 * the record asked for is the caller's own is a question for the rules of each service, never for this table.
 */

#include "common/service/rights.h"

#include <stdio.h>

/* People. */
#define HOST_ADMIN RIGHT_ROLE(PB__ROLE__ROLE_HOST_ADMINISTRATOR)
#define AUDITOR    RIGHT_ROLE(PB__ROLE__ROLE_AUDITOR)
#define LA_ADMIN   RIGHT_ROLE(PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR)
#define PLACEMENT  RIGHT_ROLE(PB__ROLE__ROLE_PLACEMENT_OFFICER)
#define QUALITY    RIGHT_ROLE(PB__ROLE__ROLE_QUALITY_OFFICER)
#define FEES       RIGHT_ROLE(PB__ROLE__ROLE_FEES_OFFICER)
#define PROVIDER   RIGHT_ROLE(PB__ROLE__ROLE_PROVIDER_USER)
/* Programs without a person. */
#define SERVICE  RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE)
#define WORKER   RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER)
#define GATEWAY  RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY)
#define NODE     RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE)
#define OPERATOR RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR)
#define REGION   RIGHT_PRINCIPAL(PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION)
/* Sets that return. */
#define HOST      (HOST_ADMIN | OPERATOR)
#define LA_PEOPLE (LA_ADMIN | PLACEMENT | QUALITY | FEES)
#define PEOPLE    (HOST_ADMIN | AUDITOR | LA_PEOPLE | PROVIDER)
#define MEMBERS   (LA_PEOPLE | NODE)
#define READERS   (HOST | AUDITOR | MEMBERS | SERVICE)
/* Child-level facts: the placing LA's own people and node, and the operator who keeps its deployment (rule
 * R6). */
#define PLACERS    (LA_ADMIN | PLACEMENT | NODE | OPERATOR)
#define PLACING_LA (PLACERS | QUALITY | FEES)
/* Who speaks for an LA about its allocations: of the host's administrators those of that LA alone, which the
 * rule asks (rule A6). */
#define LINKS (HOST_ADMIN | LA_ADMIN | QUALITY | NODE | OPERATOR)
/* Who makes visits and writes reports for an LA (rules M1, M3); of the host's administrators those of that LA
 * alone, which the handler asks. */
#define VISITORS LINKS
/* Who puts files beside the answers of whatever form: reports' authors, and providers beside their
 * applications; whose the form is, each service that keeps files asks. */
#define WRITERS (VISITORS | PROVIDER)
/* Who reads what is not published: the LA that writes it, the host, and, once it was sent, its provider;
 * whose it is, the rule asks (rule M4). */
#define DRAFT_READERS (HOST | LA_PEOPLE | NODE | PROVIDER)
/* What members share about fees without services: commercially confidential, and whom it concerns the rule
 * asks (rule S4). */
#define FEE_READERS (HOST | AUDITOR | MEMBERS)
/* Who speaks for an LA about fees: of the host's administrators those of that LA alone, which the handler
 * asks. */
#define FEE_WRITERS (HOST_ADMIN | LA_ADMIN | FEES | NODE | OPERATOR)
/* Who writes an application: its provider's people, and the operator. */
#define APPLICANTS (PROVIDER | OPERATOR)
/* Who keeps an LA's child-level lines of fees (rule F5), and who reads them. */
#define LINE_WRITERS (LA_ADMIN | FEES | NODE | OPERATOR)
#define LINE_READERS (LINE_WRITERS | PLACEMENT)
/* Open to who has no claim yet. */
#define EVERYONE (PEOPLE | GATEWAY | NODE | OPERATOR | SERVICE)

#define FEED(m)        "ccrag.v1.FeedService/" m
#define OPERATE(m)     "ccrag.v1.OperateService/" m
#define AUTHORITIES(m) "ccrag.v1.AuthoritiesService/" m
#define LOGINS(m)      "ccrag.v1.PeopleService/" m
#define PROVIDERS(m)   "ccrag.v1.ProvidersService/" m
#define PROVISIONS(m)  "ccrag.v1.ProvisionsService/" m
#define PLACEMENTS(m)  "ccrag.v1.PlacementsService/" m
#define ALLOCATION(m)  "ccrag.v1.AllocationService/" m
#define TRANSFERS(m)   "ccrag.v1.TransfersService/" m
#define FORMS(m)       "ccrag.v1.FormsService/" m
#define EVIDENCE(m)    "ccrag.v1.EvidenceService/" m
#define MONITORING(m)  "ccrag.v1.MonitoringService/" m
#define REPORTS(m)     "ccrag.v1.ReportsService/" m
#define CONCERNS(m)    "ccrag.v1.ConcernsService/" m
#define OUTCOMES(m)    "ccrag.v1.OutcomesService/" m
#define CYCLES(m)      "ccrag.v1.FeeCyclesService/" m
#define APPLYING(m)    "ccrag.v1.FeeApplicationsService/" m
#define CONSULTING(m)  "ccrag.v1.FeeConsultationsService/" m
#define LINES(m)       "ccrag.v1.FeeLinesService/" m
#define FEE_TABLES(m)  "ccrag.v1.FeesService/" m
#define MATCHING(m)    "ccrag.v1.MatchingService/" m
#define DISPATCH(m)    "ccrag.v1.DispatchService/" m

static const struct right rights[] = {
    /* What a follower sees of a feed is its entitlement's to say (entitlement.c). */
    {FEED("Follow"), SERVICE | WORKER | NODE | OPERATOR, false},
    {FEED("ReadBlob"), HOST | SERVICE | WORKER | NODE, false},
    {FEED("ReadHistory"), READERS | PROVIDER, true},
    {FEED("GetStatus"), EVERYONE | WORKER | REGION, false},

    {OPERATE("Backup"), OPERATOR, false},
    {OPERATE("ReadAudit"), HOST | AUDITOR, false}, /* rule S3 */
    {OPERATE("VerifyAudit"), HOST | AUDITOR, false},

    {AUTHORITIES("GetRegion"), READERS | PROVIDER | WORKER, false},
    {AUTHORITIES("UpdateRegion"), HOST, false},
    {AUTHORITIES("ApplyForMembership"), EVERYONE, false}, /* rule R1 */
    {AUTHORITIES("DecideMembership"), HOST, false},
    {AUTHORITIES("LeaveRegion"), HOST | LA_ADMIN, false},
    {AUTHORITIES("UpdateAuthority"), HOST | LA_ADMIN, false},
    {AUTHORITIES("ImportAuthorities"), HOST, false},
    {AUTHORITIES("GetAuthority"), READERS | PROVIDER, false},
    {AUTHORITIES("ListAuthorities"), READERS | PROVIDER, false},
    {AUTHORITIES("UpdateSubRegion"), HOST, false},
    {AUTHORITIES("ListSubscriptions"), HOST | AUDITOR | LA_ADMIN, false},
    {AUTHORITIES("RecordSubscriptionPayment"), HOST, false},

    {LOGINS("Login"), EVERYONE, false},
    {LOGINS("RenewClaim"), EVERYONE, false},
    {LOGINS("Logout"), EVERYONE, false},
    {LOGINS("UpdatePerson"), HOST | LA_ADMIN | PROVIDER, false},
    {LOGINS("SetPassword"), PEOPLE | OPERATOR, false},
    {LOGINS("EnrolOneTimeCode"), PEOPLE | OPERATOR, false},
    {LOGINS("GetPerson"), PEOPLE | OPERATOR, false},
    {LOGINS("ListPeople"), HOST | AUDITOR | LA_ADMIN | PROVIDER, false},

    {PROVIDERS("RegisterProvider"), EVERYONE, false}, /* rule R3 */
    {PROVIDERS("InviteProvider"), HOST | LA_PEOPLE, false},
    {PROVIDERS("DecideProvider"), HOST | LA_ADMIN | PLACEMENT | QUALITY, false}, /* rule R3 */
    {PROVIDERS("UpdateProvider"), HOST | PROVIDER, false},
    {PROVIDERS("GetProvider"), READERS | PROVIDER, false},
    {PROVIDERS("ListProviders"), READERS | PROVIDER, false},
    {PROVIDERS("ReportOwnerExposure"), HOST | AUDITOR | MEMBERS, false}, /* rule R8 */
    {PROVIDERS("PublishContract"), HOST, false},
    {PROVIDERS("RecordContractUse"), HOST | LA_ADMIN | PLACEMENT | FEES, false},
    {PROVIDERS("ListContracts"), READERS | PROVIDER, false},

    {PROVISIONS("UpdateProvision"), HOST | PROVIDER, false}, /* rule R4 */
    {PROVISIONS("GetProvision"), READERS | PROVIDER, false},
    {PROVISIONS("ListProvisions"), READERS | PROVIDER, false},
    {PROVISIONS("ClaimProvision"), HOST | PROVIDER, false},
    {PROVISIONS("DecideProvisionClaim"), HOST | LA_ADMIN | PLACEMENT | QUALITY, false},
    {PROVISIONS("ListProvisionClaims"), HOST | AUDITOR | MEMBERS | PROVIDER, false},
    {PROVISIONS("UpdatePlaceGroup"), HOST | PROVIDER, false},
    {PROVISIONS("DeletePlaceGroup"), HOST | PROVIDER, false},
    {PROVISIONS("SetVacancy"), HOST | PROVIDER, false}, /* rule R5 */
    {PROVISIONS("ImportProvisions"), HOST, false},
    {PROVISIONS("FinishImport"), HOST, false},
    {PROVISIONS("BeginBlob"), HOST, false},
    {PROVISIONS("AppendBlob"), HOST, false},
    {PROVISIONS("FinishBlob"), HOST, false},

    {PLACEMENTS("TakePlace"), PLACERS | SERVICE, false}, /* a referral's acceptance is finished by matching */
    {PLACEMENTS("RecordPlacement"), PLACERS, false},
    {PLACEMENTS("ImportPlacements"), PLACERS, false},
    {PLACEMENTS("EndPlacement"), PLACERS, false},
    {PLACEMENTS("ErasePlacement"), LA_ADMIN | NODE | OPERATOR, false}, /* rule S2 */
    {PLACEMENTS("GetPlacement"), PLACING_LA, true},
    {PLACEMENTS("ListPlacements"), PLACING_LA, true},
    {PLACEMENTS("ListLocalNotices"), HOST | MEMBERS, false},

    {ALLOCATION("OpenCycle"), HOST, false},
    {ALLOCATION("UpdateCycle"), HOST, false},
    {ALLOCATION("CloseCycle"), HOST, false},
    {ALLOCATION("ListCycles"), READERS, false},
    {ALLOCATION("Propose"), HOST, false},
    {ALLOCATION("ListProposals"), READERS, false},
    {ALLOCATION("GetProposal"), READERS, false},
    {ALLOCATION("CompareProposal"), READERS, false},
    {ALLOCATION("PublishProposal"), HOST, false},             /* rule A7 */
    {ALLOCATION("GetAllocation"), READERS | PROVIDER, false}, /* of a provider's own provisions */
    {ALLOCATION("ListAllocations"), READERS, false},
    {ALLOCATION("ChooseAllocation"), HOST, false}, /* rule A8 */
    {ALLOCATION("ListAllocationTerms"), READERS, false},
    {ALLOCATION("ListAllocationTasks"), READERS, false},
    {ALLOCATION("SettleAllocationTask"), HOST, false}, /* rule A7 */
    {ALLOCATION("ReportLoad"), READERS, false},
    {ALLOCATION("ReportSavings"), READERS, false},

    {TRANSFERS("OfferTransfer"), LINKS, false}, /* rule A6 */
    {TRANSFERS("AnswerTransfer"), LINKS, false},
    {TRANSFERS("WithdrawTransfer"), LINKS, false},
    {TRANSFERS("ListTransfers"), READERS, false},

    {FORMS("PreviewForm"), READERS, false}, /* rules M2, F3 */
    {FORMS("ImportForm"), HOST, false},
    {FORMS("PublishForm"), HOST, false},
    {FORMS("RetireForm"), HOST, false},
    {FORMS("GetForm"), READERS | PROVIDER, false},
    {FORMS("ListForms"), READERS | PROVIDER, false},

    {EVIDENCE("BeginEvidence"), WRITERS, false},
    {EVIDENCE("AppendEvidence"), WRITERS, false},
    {EVIDENCE("FinishEvidence"), WRITERS, false},
    {EVIDENCE("RemoveEvidence"), WRITERS, false},
    {EVIDENCE("ReadEvidence"), READERS | PROVIDER, true}, /* rule S3 */

    {MONITORING("FindVisits"), READERS, false}, /* rule M1 */
    {MONITORING("PlanVisit"), VISITORS, false},
    {MONITORING("RescheduleVisit"), VISITORS, false},
    {MONITORING("RecordVisit"), VISITORS, false},
    {MONITORING("CancelVisit"), VISITORS, false},
    {MONITORING("ListVisits"), READERS, false},
    {MONITORING("ReportProgress"), READERS, false}, /* rule M6 */
    {MONITORING("ListReminders"), READERS, false},

    {REPORTS("GetDraft"), DRAFT_READERS, true}, /* rules M4, S3 */
    {REPORTS("SaveAnswers"), VISITORS, false},
    {REPORTS("SendForComment"), VISITORS, false},
    {REPORTS("ReviseReport"), VISITORS, false},
    {REPORTS("CommentOnReport"), PROVIDER | OPERATOR, false},
    {REPORTS("GiveNotice"), VISITORS, false},
    {REPORTS("PublishReport"), VISITORS, false},
    {REPORTS("DiscardReport"), VISITORS, false},
    {REPORTS("AmendReport"), VISITORS, false},
    {REPORTS("GetReport"), READERS | PROVIDER, false},
    {REPORTS("ListReports"), READERS | PROVIDER, false},
    {REPORTS("CompareReports"), READERS | PROVIDER, false},
    {REPORTS("ListGrades"), READERS | PROVIDER, false},

    {CONCERNS("RaiseConcern"), HOST | MEMBERS, false}, /* rule M5 */
    {CONCERNS("UpdateConcern"), HOST | MEMBERS, false},
    {CONCERNS("ListConcerns"), READERS, false},

    {OUTCOMES("SetIntendedOutcomes"), PLACING_LA, false}, /* rule M7 */
    {OUTCOMES("RecordOutcomes"), PLACING_LA, false},
    {OUTCOMES("EraseOutcomes"), LA_ADMIN | NODE | OPERATOR, false}, /* rule S2 */
    {OUTCOMES("ReportOutcomes"), READERS, false},

    {CYCLES("OpenFeeCycle"), HOST, false}, /* rule F1 */
    {CYCLES("UpdateFeeCycle"), HOST, false},
    {CYCLES("CloseFeeCycle"), HOST, false},
    {CYCLES("ListFeeCycles"), READERS | PROVIDER, false},
    {CYCLES("PreviewThreshold"), READERS | PROVIDER, false}, /* rule F4 */
    {CYCLES("SetThreshold"), HOST, false},
    {CYCLES("UpdateFeeIndex"), HOST, false},
    {CYCLES("ListFeeIndices"), READERS | PROVIDER, false},
    {CYCLES("SetFeeDate"), FEE_WRITERS, false},
    {CYCLES("ListFeeDates"), READERS | PROVIDER, false},
    {CYCLES("UpdateLetterText"), HOST, false},
    {CYCLES("ListLetterTexts"), READERS, false},

    {APPLYING("BeginFeeApplication"), APPLICANTS, false}, /* rule F3 */
    {APPLYING("SaveFeeApplication"), APPLICANTS, false},
    {APPLYING("WriteFeeSheet"), APPLICANTS | HOST_ADMIN, true}, /* rules S3, S4 */
    {APPLYING("ImportFeeSheet"), APPLICANTS, false},
    {APPLYING("SubmitFeeApplication"), APPLICANTS, false},
    {APPLYING("ReturnFeeApplication"), FEE_WRITERS, false},
    {APPLYING("CorrectFeeApplication"), APPLICANTS, false},
    {APPLYING("WithdrawFeeApplication"), APPLICANTS, false},
    {APPLYING("GetFeeApplication"), FEE_READERS | PROVIDER, true},
    {APPLYING("ListFeeApplications"), FEE_READERS | PROVIDER, false},

    {CONSULTING("NominateLead"), HOST, false}, /* rule F2 */
    {CONSULTING("TellLevel"), FEE_WRITERS, false},
    {CONSULTING("BeginConsultation"), FEE_WRITERS, false},
    {CONSULTING("AddLogEntry"), FEE_WRITERS, false},
    {CONSULTING("ListLogEntries"), FEE_READERS, false},
    {CONSULTING("ReopenConsultation"), FEE_WRITERS, false},
    {CONSULTING("GetConsultation"), READERS | PROVIDER, false},
    {CONSULTING("ListConsultations"), READERS | PROVIDER, false},
    {CONSULTING("SaveFeeReport"), FEE_WRITERS, false}, /* rule F6 */
    {CONSULTING("PublishFeeReport"), FEE_WRITERS, false},
    {CONSULTING("GetFeeReport"), READERS, true},
    {CONSULTING("WriteLetter"), FEE_WRITERS, false},
    {CONSULTING("RecordLetter"), FEE_WRITERS, false},
    {CONSULTING("ListLetters"), FEE_READERS | PROVIDER, false},
    {CONSULTING("DecideFee"), FEE_WRITERS, false},
    {CONSULTING("ListDecisions"), FEE_READERS | PROVIDER, false},

    {LINES("ImportFeeLines"), LINE_WRITERS, false}, /* rule F5 */
    {LINES("UpdateFeeLine"), LINE_WRITERS, false},
    {LINES("DeleteFeeLine"), LINE_WRITERS, false},
    {LINES("EraseFeeLines"), LA_ADMIN | NODE | OPERATOR, false}, /* rule S2 */
    {LINES("ListFeeLines"), LINE_READERS, true},
    {LINES("ListFeeLineTotals"), FEE_READERS, false},

    {FEE_TABLES("ReportFeeProgress"), READERS | PROVIDER, false}, /* rule F7 */
    {FEE_TABLES("ListFeeReminders"), READERS | PROVIDER, false},
    {FEE_TABLES("ReportWorth"), FEE_READERS, false}, /* rule F8 */
    {FEE_TABLES("ReportFeeHistory"), FEE_READERS | PROVIDER, false},
    {FEE_TABLES("ReportBenchmarks"), FEE_READERS, false}, /* rule M7 */

    {MATCHING("Search"), HOST | MEMBERS | SERVICE | REGION, false}, /* rules X1, X9 */
    {MATCHING("ListWorkers"), HOST | AUDITOR | SERVICE, false},

    {DISPATCH("OfferWork"), WORKER | SERVICE, false},
    {DISPATCH("CompleteSearch"), WORKER | SERVICE, false},
};

/* What the bits are called in a refusal, in the order of their numbers. */
static const struct {
    uint32_t bit;
    const char *name;
} names[] = {
    {HOST_ADMIN, "host administrators"},
    {AUDITOR, "auditors"},
    {LA_ADMIN, "LA administrators"},
    {PLACEMENT, "placement officers"},
    {QUALITY, "quality officers"},
    {FEES, "fees officers"},
    {PROVIDER, "providers' users"},
    {SERVICE, "services"},
    {WORKER, "workers"},
    {GATEWAY, "the gateway"},
    {NODE, "LA nodes"},
    {OPERATOR, "the operator"},
    {REGION, "other regions"},
};

const struct right *rights_table(size_t *ret_count)
{
    *ret_count = sizeof rights / sizeof rights[0];
    return rights;
}

const struct right *right_find(const char *method)
{
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
        if (strcmp(rights[i].method, method) == 0)
            return &rights[i];
    return NULL;
}

static enum code refuse_right(const struct right *right, struct fault *ret_fault)
{
    char who[FAULT_REASON_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!(right->allowed & names[i].bit) || used >= sizeof who)
            continue;
        int wrote = snprintf(who + used, sizeof who - used, "%s%s", used ? ", " : "", names[i].name);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "this is for %s", who);
}

/* May this program speak for people at all, and for this one? */
static enum code carrier_check(const struct caller *caller, struct fault *ret_fault)
{
    const struct principal *principal = caller->principal;
    switch (principal->role) {
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE:
        return CODE_OK;
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE:
        if (caller->claim->authority[0] && strcmp(caller->claim->authority, principal->authority) == 0)
            return CODE_OK;
        return fault_set(ret_fault, CODE_PERMISSION_DENIED, "",
                         "the node of %s carries claims of its own people only", principal->authority);
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION:
    case _PB__PRINCIPAL_ROLE_IS_INT_SIZE:
        break;
    }
    return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "a program of this kind carries no claims");
}

enum code right_check(const struct right *right, const struct caller *caller, struct fault *ret_fault)
{
    uint32_t held = 0;
    if (caller->claim) {
        enum code code = carrier_check(caller, ret_fault);
        if (code != CODE_OK)
            return code;
        for (size_t i = 0; i < caller->claim->n_roles; i++)
            if (caller->claim->roles[i] > PB__ROLE__ROLE_UNSPECIFIED &&
                caller->claim->roles[i] <= PB__ROLE__ROLE_PROVIDER_USER)
                held |= RIGHT_ROLE(caller->claim->roles[i]);
    } else if (caller->principal->role > PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED &&
               caller->principal->role <= PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION) {
        held = RIGHT_PRINCIPAL(caller->principal->role);
    }
    return right->allowed & held ? CODE_OK : refuse_right(right, ret_fault);
}
