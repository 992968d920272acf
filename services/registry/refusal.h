#pragma once
/* Every domain "no" of the registry, and what it is on the wire. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each says when. */
#define REGISTRY_REFUSALS(X)                                                                                 \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    /* a decision on a record names the version that was read (rule R10) */                                  \
    X(VERSION_MISSING, INVALID_ARGUMENT, "version", "name the version that you read")                        \
    /* a mailbox without exactly one @ in its middle */                                                      \
    X(EMAIL_WRONG, INVALID_ARGUMENT, "email", "this is not a mailbox: name@example.org")                     \
    /* --- membership: rules R1, R2 */                                                                       \
    X(GSS_WRONG, INVALID_ARGUMENT, "authority_id", "this is not the GSS code of a local authority")          \
    X(PROTOCOL_NOT_ACCEPTED, INVALID_ARGUMENT, "protocol_accepted",                                          \
      "an authority joins by accepting the information-sharing protocol, and by saying who accepts it")      \
    X(ALREADY_APPLIED, FAILED_PRECONDITION, "authority_id", "its application waits for the host")            \
    X(ALREADY_MEMBER, FAILED_PRECONDITION, "authority_id", "it is a member")                                 \
    X(NOT_APPLIED, FAILED_PRECONDITION, "authority_id", "it has no application that waits")                  \
    X(NOT_MEMBER, FAILED_PRECONDITION, "authority_id", "it is not an active member")                         \
    X(REASON_MISSING, INVALID_ARGUMENT, "reason", "say why")                                                 \
    X(NAME_MISSING, INVALID_ARGUMENT, "name", "a name is needed")                                            \
    X(NOT_OWN_AUTHORITY, PERMISSION_DENIED, "authority_id", "this is another authority's")                   \
    /* what members share is for active ones, the host, and providers */                                     \
    X(READER_NOT_MEMBER, PERMISSION_DENIED, "", "only an active member sees what members share")             \
    X(HOST_UNKNOWN, FAILED_PRECONDITION, "host", "the host is not among the authorities")                    \
    X(REGION_WRONG, INVALID_ARGUMENT, "region", "days and subscriptions cannot be negative or absurd")       \
    X(YEAR_WRONG, INVALID_ARGUMENT, "year", "a financial year from 2000 to 2199 is needed")                  \
    X(AMOUNT_WRONG, INVALID_ARGUMENT, "amount_pence",                                                        \
      "an amount is not negative and at most ten million pounds")                                            \
    X(DATE_WRONG, INVALID_ARGUMENT, "", "a date is written YYYY-MM-DD")                                      \
    X(PAYER_UNKNOWN, FAILED_PRECONDITION, "payer", "nobody of that name owes a subscription")                \
    X(DFE_CODE_WRONG, INVALID_ARGUMENT, "dfe_code", "the DfE's code of an authority has three digits")       \
    X(POSITION_WRONG, INVALID_ARGUMENT, "position",                                                          \
      "a position lies within -90 to 90 and -180 to 180 degrees")                                            \
    /* --- providers: rules R3, R8 */                                                                        \
    X(NOT_OWN_PROVIDER, PERMISSION_DENIED, "provider_id", "this is another provider's")                      \
    X(COUNTRY_WRONG, INVALID_ARGUMENT, "owner_country", "a country is two capital letters (ISO 3166-1)")     \
    X(RISK_UNFOUNDED, INVALID_ARGUMENT, "financial_risk_source",                                             \
      "a financial risk names its source and its date")                                                      \
    X(DECISION_WRONG, INVALID_ARGUMENT, "state", "a provider is approved or suspended")                      \
    X(DECISION_SAME, FAILED_PRECONDITION, "state", "it is so already")                                       \
    X(SUSPENDED_BY_HOST, PERMISSION_DENIED, "state", "only the host suspends, or ends a suspension")         \
    X(INVITATION_WRONG, FAILED_PRECONDITION, "invitation_code",                                              \
      "this invitation is unknown, used or too old")                                                         \
    X(CLAIMED_BY_OTHER, FAILED_PRECONDITION, "provision_id",                                                 \
      "another provider runs it; the host can change that")                                                  \
    X(CLAIMED_ALREADY, ALREADY_EXISTS, "provision_id", "you have claimed it already")                        \
    X(CLAIM_DECIDED, FAILED_PRECONDITION, "claim_id", "this claim was decided already")                      \
    X(EVIDENCE_MISSING, INVALID_ARGUMENT, "evidence", "say what shows that it is yours")                     \
    /* --- provisions: rules R4, R7, X1a */                                                                  \
    X(NOT_OWN_PROVISION, PERMISSION_DENIED, "provision_id",                                                  \
      "a provider's people edit only their own provisions")                                                  \
    X(KIND_MISSING, INVALID_ARGUMENT, "kind", "say what kind of provision it is")                            \
    X(URN_WRONG, INVALID_ARGUMENT, "urns", "this is not a URN: dfe:117671 or ofsted:SC012345")               \
    X(URNS_TOO_MANY, INVALID_ARGUMENT, "urns", "a provision has at most 32 URNs, former ones counted")       \
    X(URN_HELD, ALREADY_EXISTS, "urns", "another provision has this URN; claim that one")                    \
    X(POSTCODE_WRONG, INVALID_ARGUMENT, "postcode", "this is not a postcode")                                \
    X(AGES_WRONG, INVALID_ARGUMENT, "age_max", "ages run from the youngest to the oldest, at most 25")       \
    X(CAPACITY_WRONG, INVALID_ARGUMENT, "capacity", "more than 10000 places are not believable")             \
    X(FEE_WRONG, INVALID_ARGUMENT, "standard_weekly_fee_pence",                                              \
      "a weekly fee is not negative and at most 100,000 pounds")                                             \
    X(CLOSED_BEFORE_OPENED, INVALID_ARGUMENT, "closed_on", "it cannot close before it opens")                \
    X(JUDGED_LATER, INVALID_ARGUMENT, "judged_on", "a judgement is not made in the future")                  \
    X(ENUM_UNKNOWN, INVALID_ARGUMENT, "", "a value is not one of its list")                                  \
    X(CONTRACT_UNKNOWN, FAILED_PRECONDITION, "contract_id",                                                  \
      "there is no such contract, or no such version of it")                                                 \
    X(CONTRACT_WRONG, INVALID_ARGUMENT, "contract", "a contract has a name, a rising version and a date")    \
    X(PLACES_WRONG, INVALID_ARGUMENT, "places", "a group has 1 to 1000 places")                              \
    X(GROUP_MOVED, INVALID_ARGUMENT, "provision_id", "a group stays with its provision")                     \
    X(GROUP_IN_USE, FAILED_PRECONDITION, "place_group_id", "it has placements that have not ended")          \
    X(PROVISION_CLOSED, FAILED_PRECONDITION, "provision_id", "this provision is closed")                     \
    /* no place is taken beyond the day on which it is to close */                                           \
    X(PROVISION_CLOSES, FAILED_PRECONDITION, "end_on", "this provision closes before the last day")          \
    /* no place is taken where none may be a result (rule X1) */                                             \
    X(NOT_OFFERED, FAILED_PRECONDITION, "provision_id",                                                      \
      "it is not registered as open now, or its provider is suspended: no place is taken there")             \
    /* --- vacancies: rule R5 */                                                                             \
    X(PERIOD_DATES, INVALID_ARGUMENT, "free", "a period has a first day, and does not end before it")        \
    X(PERIOD_FAR, INVALID_ARGUMENT, "free", "a period begins at most two years back and five years ahead")   \
    X(PERIOD_PLACES, INVALID_ARGUMENT, "free",                                                               \
      "a period has at least one place, and no more than the group")                                         \
    X(PERIODS_OVERLAP, INVALID_ARGUMENT, "free", "periods do not overlap")                                   \
    X(CONFIRMED_LATER, INVALID_ARGUMENT, "confirmed_at_ms", "it cannot have been confirmed after now")       \
    X(CONFIRMED_BEFORE, FAILED_PRECONDITION, "confirmed_at_ms",                                              \
      "what is free was stated anew since, or a place taken")                                                \
    X(PERIODS_MANY, RESOURCE_EXHAUSTED, "free", "too many periods: state anew what is free")                 \
    /* a place is taken only where one is free on every day asked for (rule X6) */                           \
    X(NO_PLACE_FREE, FAILED_PRECONDITION, "place_group_id",                                                  \
      "no place is free in this group on all those dates")                                                   \
    /* --- placements: rule R6 */                                                                            \
    X(REFERENCE_WRONG, INVALID_ARGUMENT, "reference",                                                        \
      "a reference is never a name: up to 64 letters, digits, - _ . and /, with at least one digit")         \
    X(START_MISSING, INVALID_ARGUMENT, "start_on", "the first day is needed, written YYYY-MM-DD")            \
    X(END_WRONG, INVALID_ARGUMENT, "end_on", "the last day is written YYYY-MM-DD")                           \
    X(END_BEFORE_START, INVALID_ARGUMENT, "end_on", "it cannot end before it starts")                        \
    X(PLACEMENT_FEE_WRONG, INVALID_ARGUMENT, "weekly_fee_pence",                                             \
      "a weekly fee is not negative and at most 100,000 pounds")                                             \
    X(GROUP_ELSEWHERE, INVALID_ARGUMENT, "place_group_id", "this group is of another provision")             \
    X(GROUP_MISSING, INVALID_ARGUMENT, "place_group_id", "a place is taken of a group")                      \
    X(PLACEMENT_MOVED, INVALID_ARGUMENT, "provision_id",                                                     \
      "a placement stays with its authority, provision and reference; end it and record another")            \
    X(CODE_WRONG, INVALID_ARGUMENT, "placement_code", "this is no SSDA903 placement code")                   \
    X(ENDED_ALREADY, FAILED_PRECONDITION, "end_on",                                                          \
      "it has ended on another day, or for another reason; name the version to change that")                 \
    X(NOT_ENDED, FAILED_PRECONDITION, "placement_id", "a placement is erased after its end")                 \
    X(REFERENCE_KNOWN, ALREADY_EXISTS, "reference", "a placement with this reference exists")                \
    X(REFERENCE_ERASED, FAILED_PRECONDITION, "reference",                                                    \
      "the placement with this reference was erased: it is not recorded again")                              \
    /* --- registers */                                                                                      \
    X(REGISTER_UNKNOWN, INVALID_ARGUMENT, "register", "registers are dfe-schools, gias and ofsted")          \
    X(AS_OF_WRONG, INVALID_ARGUMENT, "as_of",                                                                \
      "the date of the publication is needed, YYYY-MM-DD, not in the future")                                \
    X(URN_MISSING, INVALID_ARGUMENT, "urns", "a row of a register has a URN of that register")               \
    X(REGISTER_TOO_SMALL, FAILED_PRECONDITION, "rows",                                                       \
      "fewer than half of the open ones were named: is the file whole? nothing was closed")                  \
    X(BLOB_UNKNOWN, INVALID_ARGUMENT, "name", "the only list of this kind is postcodes")                     \
    /* --- people: rules S1, S6 */                                                                           \
    X(ROLES_WRONG, INVALID_ARGUMENT, "roles", "an account has roles, each once, that go together")           \
    X(ROLES_AUTHORITY, INVALID_ARGUMENT, "authority_id", "these roles need the GSS code of an authority")    \
    X(ROLES_PROVIDER, INVALID_ARGUMENT, "provider_id", "this role needs a provider, and no authority")       \
    X(ROLES_NOT_YOURS, PERMISSION_DENIED, "roles", "you may not give or manage these roles")                 \
    X(NOT_YOUR_PEOPLE, PERMISSION_DENIED, "person_id", "this is not an account of yours")                    \
    X(PASSWORD_SHORT, INVALID_ARGUMENT, "password",                                                          \
      "a password has at least 12 characters; a few words are best")                                         \
    X(PASSWORD_LONG, INVALID_ARGUMENT, "password", "a password has at most 1024 bytes")                      \
    X(PASSWORD_COMMON, INVALID_ARGUMENT, "password", "this password is one of the first that are tried")     \
    X(PASSWORD_OWN_NAME, INVALID_ARGUMENT, "password",                                                       \
      "a password does not contain your mailbox or the region's name")                                       \
    /* the same words whatever was wrong, so that nothing is learned of an account */                        \
    X(SIGN_IN_WRONG, UNAUTHENTICATED, "", "mailbox, password or code do not fit")                            \
    X(SIGN_IN_NOT_MEMBER, PERMISSION_DENIED, "", "your authority is not an active member of the region")     \
    X(SIGN_IN_CODE, UNAUTHENTICATED, "one_time_code", "this account needs a one-time code")                  \
    X(SIGN_IN_WAIT, RESOURCE_EXHAUSTED, "", "too many failures: wait, then try again")                       \
    X(SESSION_OVER, UNAUTHENTICATED, "session_token", "the session has ended; sign in again")

enum registry_refusal {
#define X(name, code, field, text) REFUSAL_##name,
    REGISTRY_REFUSALS(X)
#undef X
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *registry_refusal_facts(enum registry_refusal refusal);
