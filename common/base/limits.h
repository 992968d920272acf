#pragma once
/* Every bound of the system, on one page. A stranger controls nothing that is not bounded here. */

#include <assert.h>

enum {
    /* One message on a link. A longer one, up to FRAME_DROP_BYTES, is answered INVALID_ARGUMENT; beyond, the
     * transport drops the link without an answer. */
    FRAME_BYTES_MAX = 2 * 1024 * 1024,
    FRAME_DROP_BYTES = 2 * FRAME_BYTES_MAX,
    FRAME_LENGTH_BYTES = 4, /* of the envelope, before it, where both are one part */
    FRAME_PARTS = 2,        /* envelope, body: where they are not */
    ENVELOPE_BYTES_MAX = 16 * 1024,

    /* What the pre-scan lets through to the decoder. */
    MESSAGE_DEPTH_MAX = 12,
    MESSAGE_FIELDS_MAX = 200000,
    JSON_BYTES_MAX = 2 * FRAME_BYTES_MAX,
    TEXT_BYTES_MAX = 64 * 1024, /* one string field; records bound theirs further */

    /* One request. */
    REQUEST_ARENA_BYTES = 32 * 1024 * 1024,
    DEADLINE_MS_DEFAULT = 10 * 1000,
    DEADLINE_MS_MAX = 10 * 60 * 1000,
    PAGE_SIZE_DEFAULT = 100,
    PAGE_SIZE_MAX = 1000,

    /* Memory, log and configuration (common/base). */
    ARENA_BLOCK_BYTES = 16 * 1024, /* at least; a larger allocation gets a block of its size */
    LOG_LINE_BYTES_MAX = 2000,
    CONFIG_FILE_BYTES_MAX = 64 * 1024,
    CONFIG_VALUE_BYTES_MAX = 1024,
    CONFIG_KEYS_MAX = 256,

    /* The loop of a service. */
    GROUP_COMMANDS_MAX = 256,  /* commands in one commit */
    DRAIN_MESSAGES_MAX = 1024, /* messages taken in one turn */
    QUEUE_PER_PEER_MAX = 256,  /* waiting requests of one peer before RESOURCE_EXHAUSTED */
    QUEUE_ALL_MAX = 8192,
    OPEN_PER_PEER_MAX =
        1024, /* requests of one person or connection that wait for an answer from elsewhere */
    QUEUE_BYTES_MAX = 256 * 1024 * 1024, /* of all that waits */
    READS_PER_TURN_MAX = 512,            /* reads answered before commands have their next turn */
    REQUESTS_UNUSED_MAX = 1024,          /* kept for reuse */
    REQUEST_UNUSED_BYTES = 64 * 1024,    /* one that grew larger is not */
    RETRY_HINT_MS = 50,                  /* the least that a refused caller is asked to wait */
    RETRY_HINT_MS_MAX = 5 * 1000,
    RETRY_NOT_READY_MS = 500,           /* of a service that is starting or stopping */
    ROSTER_WATCH_MS = 400,              /* so that a removed key is cut within a second */
    SETTLE_AFTER_US = 1000,             /* a store's commits that are owed wait so long for more groups, */
    SETTLE_AGAIN_US = 100 * 1000,       /* and so long after one that failed */
    SWEEP_EVERY_MS = 1000,              /* a slice of the journal's and the replies' sweep */
    SWEEP_ENTRIES = 2000,               /* one slice */
    JOURNAL_KEEP_DEFAULT = 1000 * 1000, /* newest entries that are not swept */
    JOBS_WAITING_MAX = 64,
    REPEATS_MAX = 8,      /* of one command under way, that wait for its answer */
    REPEATS_ALL_MAX = 64, /* of all */
    LINKS_PEERS_MAX = 4096,
    JOBS_SEARCH_WAITING_MAX = 1024,
    JOB_THREADS_MAX = 256,

    /* Links. */
    LINK_ENDPOINT_BYTES = 256,
    LINK_SOCKETS_MAX = 8192,        /* of one process, the library's own inner ones counted */
    LINK_SEND_WAITING_MAX = 1024,   /* messages to one peer that its connection has not taken yet */
    LINK_RECEIVE_WAITING_MAX = 256, /* messages of one peer that the loop has not taken yet */
    LINK_BACKLOG = 1024,            /* connections that the kernel holds before they are accepted */
    LINK_LINGER_MS = 500,
    LINK_HANDSHAKE_MS = 10 * 1000,
    LINK_CONNECT_MS = 10 * 1000,
    LINK_HEARTBEAT_MS = 5 * 1000,
    LINK_HEARTBEAT_TIMEOUT_MS = 30 * 1000,
    LINK_RECONNECT_MS = 100,
    LINK_RECONNECT_MS_MAX = 5 * 1000,
    FOLLOW_RETRY_MS = 400, /* after copies could not be written: doubling */
    FOLLOW_RETRY_MS_MAX = 30 * 1000,
    LINK_REFUSED_RETRY_MS = 1000, /* after a refusal: doubling, with jitter */
    LINK_REFUSED_RETRY_MS_MAX = 30 * 1000,
    LINK_PARTS_MAX = 16, /* a message of more parts than this costs its sender the connection */
    LINK_GUARD_MS = 100, /* how often unfinished messages are measured */
    LINK_UNFINISHED_BYTES_MAX = FRAME_PARTS * FRAME_DROP_BYTES + 64 * 1024,
    LINK_IDLE_BYTES_PER_SECOND = 64, /* what heartbeats of an idle connection may come to */

    /* Feeds. */
    FEED_LEASE_MS = 30 * 1000,
    FEED_BATCH_BYTES = 512 * 1024,
    FEED_CREDIT_MAX = 65536,              /* entries */
    FEED_CREDIT_BYTES = 32 * 1024 * 1024, /* of one call, whatever its credit */
    FEED_BATCH_ENTRIES = 4096,
    FEED_CALLS_PER_PEER = 16,
    FEED_TURN_READS = 16,                    /* batches read in one turn of the loop */
    FEED_HEARTBEAT_MS = 2 * 1000,            /* an idle follower hears that nothing happened */
    FEED_SILENCE_MS = 5 * FEED_HEARTBEAT_MS, /* a follower that hears nothing asks anew */
    COPIES_DROPPED_AT_ONCE = 1000,           /* records in one command, when a follower starts over */
    FEED_QUIET_MS = 20,                      /* at least between two batches that only move a cursor */

    /* Calls to other services. */
    CLIENT_CALLS_MAX = 8192,   /* under way over one client */
    CLIENT_ATTEMPTS_MAX = 200, /* of one call */
    CLIENT_BACKOFF_MS_MIN = 50,
    CLIENT_BACKOFF_MS_MAX = 5 * 1000,
    CLIENT_BROKEN_MS = 1000, /* handshakes that go on failing are told to the callers */

    /* Keys and identities. */
    STORE_KEY_BYTES_MAX = 500, /* LMDB allows 511 */
    IDEMPOTENCY_DAYS = 7,
    IDEMPOTENCY_SECRET_MINUTES = 20, /* of an answer that holds a secret: twice the longest deadline */
    OUTBOX_REMEMBERED = 64,          /* newest numbers of an outbox whose answers are kept */
    CLAIM_MINUTES = 5,
    CLAIM_SKEW_SECONDS = 60,
    PRINCIPAL_NAME_MAX = 64,
    ROSTER_ENTRIES_MAX = 2048,

    /* Stores. */
    TABLE_NAME_BYTES_MAX = 40,
    RECORD_KEY_BYTES_MAX = 200,
    INDEX_VALUE_BYTES_MAX = 200,
    STORE_DATABASES_MAX = 128, /* tables, indexes, and what every store has */
    STORE_READERS_MAX = 256,   /* read transactions at one time */
    STORE_READERS_SPARE = 4,   /* of these, kept ready by each store */
    STORE_FILL_PERMILLE_DEFAULT = 900,
    STORE_SCRATCH_BYTES = 8 * 1024 * 1024, /* what is written outside commands, at one time */
    JOURNAL_WATCHERS_MAX = 32, /* LAs and providers that an entry remembers as having seen a record */
    JOURNAL_SCAN_MAX = 65536,  /* entries looked at for one batch */
    RESTORE_SHOWN_DAYS = 30,   /* what a restored store lacks is shown so long */
    BACKUP_NAME_MAX = 64,
    LEDGER_GROUP = 100,                     /* records erased again in one commit */
    DISK_SECTOR_BYTES = 512,                /* what a disk writes whole, at least */
    LEDGER_ARENA_BYTES = 256 * 1024 * 1024, /* names to erase again as a store opens */

    /* Blobs. */
    BLOB_CHUNK_BYTES = 512 * 1024,
    BLOB_BYTES_MAX = 256 * 1024 * 1024,

    /* Searches (rules X1, X2). */
    SEARCH_RESULTS_DEFAULT = 20,
    SEARCH_RESULTS_MAX = 200,
    SEARCH_RADIUS_KM_MAX = 1000,
    SEARCH_AGE_MAX = 25,
    SEARCH_SIBLINGS_MAX = 20,
    SEARCH_AVOID_MAX = 64,
    SEARCH_LISTED_MAX =
        64, /* needs, kinds, adaptations or weights named in one search, repetitions counted */
    SEARCH_WEIGHT_MAX = 100,
    SEARCH_FEE_PENCE_MAX = 2000 * 1000 * 1000, /* £20 million a week: fits 32 bits */
    SEARCH_POSTCODE_BYTES_MAX = 16,
    SEARCH_AT_LEAST_MAX = 8, /* positions named in one search */
    SEARCH_ARENA_BYTES = 4 * 1024 * 1024,
    SEARCH_BRIEF_ROWS = 8192,           /* looked at in less time than another thread takes to begin */
    SEARCH_BRIEF_ROWS_IDLE = 32 * 1024, /* while nobody else waits */
    SEARCH_WAITING_MAX = 4096,          /* of a dispatcher, with a worker or waiting for one */
    WORKERS_MAX = 256,
    WORKER_NAME_MAX = PRINCIPAL_NAME_MAX + 48, /* roster name, slash, instance */
    WORKER_INSTANCE_MAX = 40,
    WORKER_CREDIT_PER_THREAD = 8,
    WORKER_OFFER_MS = 2 * 1000,  /* an offer is made anew at least so often */
    WORKER_TELL_MS = 20,         /* but not oftener than so */
    WORKER_LEASE_MS = 10 * 1000, /* and has lapsed after this */
    WORKER_SILENCE_MS_MIN = 250, /* a worker that has a search is given so long at least */

    /* Published files, as `ccrag import` reads them. */
    IMPORT_FILE_BYTES_MAX = 512 * 1024 * 1024,
    IMPORT_ARENA_BYTES = 1024 * 1024 * 1024,
    IMPORT_BATCH_ROWS = 200, /* rows in one command */
    IMPORT_WINDOW = 4,       /* commands under way */
    SHEET_COLUMNS_MAX = 512,
    SHEET_ROW_BYTES_MAX = 1024 * 1024,
    SHEET_TITLE_ROWS_MAX = 20, /* headings stand in one of the first so many rows */

    /* Records of the registry. */
    RECORD_TEXT_BYTES_MAX = 4096, /* one text */
    RECORD_ITEMS_MAX = 256,       /* one list */
    RECORD_NAME_INDEX_BYTES = 100,
    PROVISION_URNS_MAX = 32,         /* as many as an index finds it by */
    EMAIL_BYTES_MAX = 200,           /* as long as a value of an index */
    REFERENCE_BYTES_MAX = 64,        /* an LA's reference for a placement */
    VACANCY_PERIODS_MAX = 52,        /* as stated; */
    VACANCY_PERIODS_SPLIT_MAX = 128, /* as split by places taken since */
    VACANCY_STALE_DAYS_DEFAULT = 28, /* rule R5 */
    IMPORT_ROWS_MAX = 1000,          /* in one request */
    IMPORT_REMARKS_MAX = 200,        /* in one answer; rejects are all told */
    POSITIONS_SLICE = 200,           /* records whose position is found anew in one command */
    SESSION_HOURS = 12,
    INVITATION_DAYS = 30,
    SIGN_IN_WAIT_MS_MAX = 60 * 1000, /* the wait after failures grows to this */
    SIGN_IN_MAILBOXES_MAX = 4096,    /* whose failures are remembered */
    EXPOSURE_OWNERS_DEFAULT = 10,    /* rule R8 */

    /* Allocation (rules A1 to A9). */
    OFFICES_MAX = 1024,               /* active members in one region */
    ALLOCATION_SITES_MAX = 20 * 1000, /* provisions with placements, in one region */
    ALLOCATION_ARENA_BYTES =
        512 * 1024 * 1024, /* of one request that proposes, publishes, compares or reports */
    PROPOSAL_PAGE_ROWS = 100,
    LOOK_SLICE = 64,       /* provisions looked at in one command */
    TERMS_SHOWN_MAX = 100, /* with one provision; all of them in pages */
    BALANCE_SECONDS_MAX = 60,
    CYCLE_ID_BYTES_MAX = 16,
    CYCLE_YEARS_MAX = 2,
    CYCLE_OFFER_DAYS_DEFAULT = 14,
    CYCLE_OFFER_DAYS_MAX = 365,
    TOLERANCE_PERCENT_MAX = 500,
    BALANCE_SITES_MAX = 100000,                 /* more are given by the closest office alone */
    COSTS_SALARY_PENCE_MAX = 100 * 1000 * 1000, /* £1,000,000 */
    COSTS_WORKING_DAYS_MAX = 366,
    COSTS_MILES_MAX = 10000,
    COSTS_MILE_PENCE_MAX = 10000,
    COSTS_MILES_PER_HOUR_MAX = 100,

    /* Forms (common/forms), and answers to them. */
    FORM_SOURCE_BYTES_MAX = 60 * 1024, /* the text of a form: one string field */
    FORM_ID_BYTES_MAX = 64,
    FORM_TITLE_BYTES_MAX = 300,
    FORM_GUIDANCE_BYTES_MAX = 2000,
    FORM_SECTIONS_MAX = 60,
    FORM_QUESTIONS_MAX = 250, /* of all sections together, as the answers of a report are one list */
    FORM_OPTIONS_MAX = 60,    /* of one question */
    FORM_GRADINGS_MAX = 20,
    FORM_GRADES_MAX = 12, /* of one grading */
    FORM_SUM_MAX = 40,    /* questions in one sum */
    FORM_SCALE_MAX = 1000,
    FORM_PROBLEMS_MAX = 200,             /* told at once; further ones are counted */
    FORM_NUMBER_MAX = 1000 * 1000,       /* of incidents, of children */
    FORM_POUNDS_MAX = 100 * 1000 * 1000, /* one amount */
    FORM_EVIDENCE_MAX = 20,              /* files beside one answer */

    /* Monitoring (rules M1 to M7). */
    VISIT_AHEAD_DAYS_MAX = 2 * 366,
    VISIT_BACK_DAYS_MAX = 3 * 366,
    VISIT_SEEN_DAYS_DEFAULT = 365,
    VISIT_OFFICERS_MAX = 20,
    VISIT_OFFICER_BYTES_MAX = 200,
    REPORT_COMMENT_WORKING_DAYS = 10, /* unless another day is given */
    REPORT_COMMENT_DAYS_MAX = 92,
    REPORT_NOTICE_WORKING_DAYS = 5, /* rule M3 */
    REPORT_AMENDMENTS_MAX = 100,
    REPORT_PUBLISHED_BYTES_MAX = FRAME_BYTES_MAX - 256 * 1024, /* with its amendments, beside its form */
    REPORT_DRAFT_BYTES_MAX = 1024 * 1024,                      /* the answers of a draft, together */
    MONITORING_ARENA_BYTES = 512 * 1024 * 1024,                /* of one request for progress or reminders */
    ROWS_PAGE_MAX =
        5000,            /* of progress and reminders: each page is made from everything, so it may be long */
    FORMS_KEPT_MAX = 32, /* forms kept unpacked, those used last */
    FORM_KEPT_BYTES_MAX = 1024 * 1024, /* of each; a larger one is read each time */
    EVIDENCE_BYTES_MAX = 25 * 1024 * 1024,
    EVIDENCE_PER_FORM_MAX = 200, /* beside the answers of one form */
    EVIDENCE_NAME_BYTES_MAX = 160,
    REMIND_UNPLANNED_DAYS = 56,      /* into the cycle */
    REMIND_VISIT_DAYS = 14,          /* before the intended date */
    REMIND_REPORT_WORKING_DAYS = 20, /* after the visit */
    REMIND_COMMENT_DAYS = 3,         /* before the comment's date */
    REMIND_EXPIRY_DAYS = 60,         /* before something ends */
    OUTCOMES_GROUP_LEAST = 5,        /* rule M7 */
    OUTCOMES_ROUNDED_TO = 5,

    /* Fees (rules F1 to F8). */
    FEE_CYCLE_ID_BYTES_MAX = 16,
    FEE_CYCLE_YEARS_MAX = 2,
    FEE_REMINDER_DAYS_DEFAULT = 14,
    FEE_REMINDER_DAYS_MAX = 90,
    FEE_SHORT_SECTIONS_DEFAULT = 4, /* of a report's form (rule F4) */
    FEE_THRESHOLD_BYTES_MAX = 400,
    FEE_THRESHOLD_NODES_MAX = 120, /* in so many bytes: "A plus B" adds two with seven */
    FEE_THRESHOLD_DEPTH_MAX = 16,
    FEE_THRESHOLDS_MAX = 32, /* of one cycle */
    FEE_INDEX_ID_BYTES_MAX = 16,
    FEE_INDEX_VALUES_MAX = 240, /* twenty years of months */
    FEE_TITLE_BYTES_MAX = 200,  /* of an index, a service, a letter */
    FEE_SOURCE_BYTES_MAX = 300,
    FEE_SERVICES_MAX = 40, /* of one application */
    FEE_SERVICE_ID_BYTES_MAX = 40,
    FEE_WEEKLY_PENCE_MAX = 100 * 1000 * 1000, /* £1,000,000 */
    FEE_APPLICATION_BYTES_MAX = 1024 * 1024,  /* the answers of one application, together */
    FEE_PROBLEMS_MAX = 200,                   /* told at once; further ones are counted */
    FEE_SHEET_ROWS_MAX = 20000,               /* 40 services, 250 questions with 60 amounts each */
    FEE_CONCERNED_MAX = 120,                  /* LAs that one provision's fee concerns */
    FEE_PAST_LEADS_MAX = RECORD_ITEMS_MAX,
    FEE_LOG_BACK_DAYS_MAX = 366, /* before the cycle */
    FEE_DATE_BACK_DAYS_MAX = 366,
    FEE_REPORT_BYTES_MAX = 1024 * 1024, /* the answers of a report, together */
    WORTH_AUTHORITIES_LEAST = 5,        /* that have lines, for a region's total (rule F8) */
    BENCHMARK_PROVISIONS_LEAST = 5,     /* in a group that is shown (rule F8) */
    BENCHMARK_PROVIDERS_LEAST = 2,
    BENCHMARK_AUTHORITIES_LEAST = 3,
    BENCHMARK_ROUNDED_TO = 5,
    BENCHMARK_GROUPS_MAX = 256, /* sub-regions */

    /* Fees: what the service holds and does at once. */
    FEE_LOG_ENTRIES_MAX = 1000,           /* of one consultation */
    FEE_LETTER_BYTES_MAX = 32 * 1024,     /* one letter, as it was sent */
    FEE_LINE_ROWS_MAX = 1000,             /* of one request */
    FEE_SETTLE_SLICE = 64,                /* provisions settled in one command */
    FEE_ERASURES_SLICE = 256,             /* placements looked at in one command, for lines to erase */
    FEES_ARENA_BYTES = 512 * 1024 * 1024, /* of one request for progress, letters or worth; of settling */

    /* Passwords (rule S6). */
    PASSWORD_BYTES_MIN = 12,
    PASSWORD_BYTES_MAX = 1024,
};

static_assert(FRAME_DROP_BYTES >= 2 * FRAME_BYTES_MAX, "a frame twice too long is still answered");
static_assert(BLOB_CHUNK_BYTES < FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX, "a chunk fits a frame");
static_assert(FEED_BATCH_BYTES < FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX, "a batch fits a frame");
static_assert(FORM_SOURCE_BYTES_MAX < TEXT_BYTES_MAX, "the text of a form fits a field");
static_assert(FORM_QUESTIONS_MAX < RECORD_ITEMS_MAX && FORM_PROBLEMS_MAX < RECORD_ITEMS_MAX,
              "what a form has fits the lists of a record");
static_assert(FORM_GUIDANCE_BYTES_MAX <= RECORD_TEXT_BYTES_MAX, "and its texts");
static_assert(EVIDENCE_BYTES_MAX <= BLOB_BYTES_MAX && EVIDENCE_PER_FORM_MAX <= RECORD_ITEMS_MAX &&
                  REPORT_AMENDMENTS_MAX <= RECORD_ITEMS_MAX,
              "evidence is a blob, and a report's lists are lists of a record");
static_assert(STORE_KEY_BYTES_MAX < 511, "LMDB's own bound");
