/* What a service answers before, or instead of, doing something: the table of refusals. */

#include "fixture.h"

/* --- frames and envelopes ---------------------------------------------------------------------------- */

Test(intake, a_bad_frame_is_answered_by_its_call_and_the_service_goes_on)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = AUTHORITIES("GetRegion");
    struct span good = envelope_request(77, &header, &f.arena);
    static const uint8_t answer_bytes[] = {0x08, 0x4d, 0x1a, 0x00}; /* call 77, response {} */
    static const uint8_t no_kind[] = {0x08, 0x4d};                  /* call 77 and nothing */
    static const uint8_t no_method[] = {0x08, 0x4d, 0x12, 0x00};    /* call 77, request {} */
    static const uint8_t torn[] = {0x08, 0x4d, 0x12, 0x50, 0x0a};   /* a request longer than the message */
    const struct {
        struct span envelope;
        enum code received;
    } cases[] = {
        {good, CODE_INVALID_ARGUMENT}, /* the link says: too long, or of another shape */
        {span_of(answer_bytes, sizeof answer_bytes), CODE_OK},
        {span_of(no_kind, sizeof no_kind), CODE_OK},
        {span_of(no_method, sizeof no_method), CODE_OK},
        {span_of(torn, sizeof torn), CODE_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_message(&f, 9, &f.operator_key, cases[i].envelope, span_of(NULL, 0), cases[i].received);
        turn(&f);
        cr_assert(take(&f, &answered), "case %zu", i);
        cr_assert_eq(answered.code, CODE_INVALID_ARGUMENT, "case %zu: %s", i, code_name(answered.code));
        cr_assert_eq(answered.call, 77);
        cr_assert_eq(answered.peer, 9);
    }
    /* Without a number there is nothing to answer to. */
    put_message(&f, 9, &f.operator_key, span_of_text("\xff\xff"), span_of(NULL, 0), CODE_OK);
    turn(&f);
    cr_assert(!take(&f, &answered));
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

/* --- requests ---------------------------------------------------------------------------------------- */

static Pb__SignedClaim *forged(struct fixture *f)
{
    Pb__SignedClaim *claim = fixture_claim(f, "018bcfe5-6800-7000-8000-000000000001", "E10000015",
                                           PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    claim->signature.data[3] ^= 1;
    return claim;
}

static Pb__SignedClaim *of_nobody(struct fixture *f)
{
    return fixture_claim(f, "", "E10000015", PB__ROLE__ROLE_HOST_ADMINISTRATOR);
}

static Pb__SignedClaim *of_quality_officer(struct fixture *f)
{
    return fixture_claim(f, "018bcfe5-6800-7000-8000-000000000002", "E10000015",
                         PB__ROLE__ROLE_QUALITY_OFFICER);
}

static Pb__SignedClaim *of_host(struct fixture *f)
{
    return fixture_claim(f, "018bcfe5-6800-7000-8000-000000000003", "E10000015",
                         PB__ROLE__ROLE_HOST_ADMINISTRATOR);
}

Test(intake, table_of_refusals)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct curve_key stranger = {{1, 2, 3}};
    static const uint8_t deep[] = {0x0a, 0x7f};                             /* longer than it is */
    static const uint8_t nul[] = {0x0a, 0x05, 0x1a, 0x03, 'a', 0x00, 'b'};  /* sub_region.name with a NUL */
    static const uint8_t not_text[] = {0x0a, 0x04, 0x1a, 0x02, 0xc3, 0x28}; /* bad UTF-8 */
    const struct {
        const char *what, *method;
        struct span body;
        const struct curve_key *key;
        Pb__SignedClaim *(*claim)(struct fixture *);
        enum code code;
        const char *field;
    } cases[] = {
        {"no such service", "ccrag.v1.NoService/Get", {0}, NULL, NULL, CODE_UNIMPLEMENTED, ""},
        {"no such method", AUTHORITIES("Nothing"), {0}, NULL, NULL, CODE_UNIMPLEMENTED, ""},
        {"another program's method", "ccrag.v1.PeopleService/Login", {0}, NULL, NULL, CODE_UNIMPLEMENTED, ""},
        {"cut body", AUTHORITIES("UpdateSubRegion"), span_of(deep, sizeof deep), NULL, NULL,
         CODE_INVALID_ARGUMENT, NULL},
        {"NUL in a text", AUTHORITIES("UpdateSubRegion"), span_of(nul, sizeof nul), NULL, NULL,
         CODE_INVALID_ARGUMENT, "sub_region.name"},
        {"no UTF-8", AUTHORITIES("UpdateSubRegion"), span_of(not_text, sizeof not_text), NULL, NULL,
         CODE_INVALID_ARGUMENT, "sub_region.name"},
        {"a key that is nobody's", AUTHORITIES("GetRegion"), {0}, &stranger, NULL, CODE_UNAUTHENTICATED, ""},
        {"forged claim, read",
         AUTHORITIES("GetRegion"),
         {0},
         &f.gateway_key,
         forged,
         CODE_UNAUTHENTICATED,
         NULL},
        {"forged claim, command",
         AUTHORITIES("UpdateSubRegion"),
         {0},
         &f.gateway_key,
         forged,
         CODE_UNAUTHENTICATED,
         NULL},
        {"claim of nobody",
         AUTHORITIES("GetRegion"),
         {0},
         &f.gateway_key,
         of_nobody,
         CODE_UNAUTHENTICATED,
         NULL},
        {"gateway by itself",
         AUTHORITIES("GetRegion"),
         {0},
         &f.gateway_key,
         NULL,
         CODE_PERMISSION_DENIED,
         ""},
        {"role without right",
         AUTHORITIES("UpdateSubRegion"),
         {0},
         &f.gateway_key,
         of_quality_officer,
         CODE_PERMISSION_DENIED,
         ""},
        {"worker with a claim",
         AUTHORITIES("UpdateSubRegion"),
         {0},
         &f.worker_key,
         of_host,
         CODE_PERMISSION_DENIED,
         ""},
        {"the handler's own",
         AUTHORITIES("UpdateSubRegion"),
         {0},
         NULL,
         NULL,
         CODE_INVALID_ARGUMENT,
         "sub_region"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ask what = {.method = cases[i].method,
                           .body = cases[i].body,
                           .key = cases[i].key,
                           .claim = cases[i].claim ? cases[i].claim(&f) : NULL};
        struct answered answered = ask(&f, &what);
        cr_assert_eq(answered.code, cases[i].code, "%s: %s (%s)", cases[i].what, code_name(answered.code),
                     answered.status ? answered.status->message : "");
        cr_assert(answered.status->message[0], "%s: no reason", cases[i].what);
        if (cases[i].field)
            cr_assert_str_eq(answered.status->field, cases[i].field, "%s", cases[i].what);
        cr_assert_eq(answered.body.size, 0);
    }
    cr_assert_eq(f.world.link->dropped, 1, "the connection of a key that is nobody's is cut");
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

Test(intake, a_claim_is_good_for_its_time_and_the_skew_and_no_longer)
{
    struct fixture f;
    fixture_init(&f, NULL);
    Pb__SignedClaim *claim = of_host(&f);
    const struct {
        int64_t after_ms;
        enum code code;
    } cases[] = {
        {0, CODE_OK},
        {INT64_C(60000) * CLAIM_MINUTES + 1000 * CLAIM_SKEW_SECONDS - 1,
         CODE_OK}, /* recognised by its hash */
        {INT64_C(60000) * CLAIM_MINUTES + 1000 * CLAIM_SKEW_SECONDS, CODE_UNAUTHENTICATED},
        {-1000 * CLAIM_SKEW_SECONDS, CODE_OK},
        {-1000 * CLAIM_SKEW_SECONDS - 1, CODE_UNAUTHENTICATED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f.world.wall_ms = fixture_wall_ms + cases[i].after_ms;
        struct answered answered =
            ask(&f, &(struct ask){.method = AUTHORITIES("GetRegion"), .key = &f.gateway_key, .claim = claim});
        cr_assert_eq(answered.code, cases[i].code, "case %zu: %s", i, code_name(answered.code));
    }
    fixture_finish(&f);
}

/* --- load -------------------------------------------------------------------------------------------- */

Test(intake, one_connection_that_asks_too_much_is_refused_early_and_costs_others_nothing)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__GetRegionRequest request = PB__GET_REGION_REQUEST__INIT;
    struct ask greedy = {.method = AUTHORITIES("GetRegion"), .request = &request.base, .peer = 5};
    struct ask other = {.method = AUTHORITIES("GetRegion"), .request = &request.base, .peer = 6};
    for (unsigned i = 0; i < QUEUE_PER_PEER_MAX + 10; i++)
        put(&f, &greedy);
    put(&f, &other);
    turn(&f);
    unsigned done = 0, refused = 0, place_of_other = 0, place = 0;
    while (take(&f, &answered)) {
        if (answered.code == CODE_RESOURCE_EXHAUSTED) {
            cr_assert_geq(answered.status->retry_after_ms, (unsigned)RETRY_HINT_MS);
            cr_assert_eq(answered.peer, 5);
            refused++;
            continue;
        }
        cr_assert_eq(answered.code, CODE_OK);
        done++, place++;
        if (answered.peer == 6)
            place_of_other = place;
    }
    cr_assert_eq(refused, 10);
    cr_assert_eq(done, QUEUE_PER_PEER_MAX + 1);
    cr_assert_leq(place_of_other, 2, "who asked once has its turn after one of the other's");
    fixture_finish(&f);
}

Test(intake, what_waited_past_its_deadline_is_not_begun)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    /* Four more than one group holds: two connections, each in its turn, so it is four of the first that
     * wait. */
    for (unsigned i = 0; i < GROUP_COMMANDS_MAX; i++)
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"),
                              .request = sub_region(&f, "a"),
                              .peer = 1,
                              .time_left_ms = 5});
    for (unsigned i = 0; i < 4; i++)
        put(&f, &(struct ask){
                    .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "b"), .peer = 2});
    service_turn(f.service);
    f.world.mono_us += 5000;
    turn(&f);
    unsigned expired = 0, done = 0;
    while (take(&f, &answered)) {
        expired += answered.code == CODE_DEADLINE_EXCEEDED && answered.peer == 1;
        done += answered.code == CODE_OK;
    }
    cr_assert_eq(expired, 4);
    cr_assert_eq(done, GROUP_COMMANDS_MAX);
    cr_assert_eq(count_records(&f), GROUP_COMMANDS_MAX);
    fixture_finish(&f);
}

Test(intake, a_withdrawn_request_is_neither_done_nor_answered)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    uint64_t call =
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "x")});
    put_message(&f, 1, &f.operator_key, envelope_cancel(call, &f.arena), span_of(NULL, 0), CODE_OK);
    turn(&f);
    cr_assert(!take(&f, &answered));
    cr_assert_eq(f.trial.runs, 0);
    fixture_finish(&f);
}
