/* The answer of a search as a placement officer reads it: rank, distance in miles, fee, judgement, freshness,
 * why each stands where it does (rule X2), what to relax when there are few (rule X3), how old the facts are
 * (rule X4). */

#include "services/cli/show_match.h"

#include "services/cli/show.h"

#include "common/domain/date.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS = 9, REASONS_MAX = 3, WIDE = 170 };

static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* `Mar 2025` */
static const char *month_of(struct arena *arena, const char *text)
{
    struct date date;
    if (date_parse(text, &date, NULL) != CODE_OK)
        return text;
    struct date_ymd ymd = date_to_ymd(date);
    return arena_format(arena, "%s %d", MONTHS[ymd.month - 1], ymd.year);
}

/* `Good, Mar 2025`. */
static const char *judged(struct arena *arena, const Pb__SearchResult *result)
{
    struct date date;
    enum judgement judgement = judgement_from_number(result->judgement);
    if (judgement == JUDGEMENT_NOT_JUDGED)
        return "not judged";
    const char *words =
        judgement == JUDGEMENT_REQUIRES_IMPROVEMENT ? "Requires improvement" : judgement_words(judgement);
    if (date_parse(result->judged_on, &date, NULL) != CODE_OK)
        return words;
    return arena_format(arena, "%s, %s", words, month_of(arena, result->judged_on));
}

/* `2 free, 3 days ago`, with a word when that is too long ago (rule R5). */
static const char *freshness(struct cli *cli, const Pb__SearchResult *result)
{
    int64_t age = world_wall_ms(cli->world) - result->vacancy_confirmed_at_ms;
    return arena_format(&cli->arena, "%u free, %s%s", result->free_places,
                        age < 60000 ? "just now"
                                    : arena_format(&cli->arena, "%s ago", show_age(&cli->arena, age)),
                        result->vacancy_stale ? " (stale)" : "");
}

/* What its score is most made of: the marks that weigh most, with their reasons. */
static const char *why(struct arena *arena, const Pb__SearchResult *result)
{
    bool told[64] = {false};
    const char *text = "";
    for (size_t n = 0; n < REASONS_MAX; n++) {
        const Pb__Mark *best = NULL;
        size_t at = 0;
        for (size_t i = 0; i < result->n_marks && i < 64; i++) {
            const Pb__Mark *mark = result->marks[i];
            if (!told[i] && *mark->reason && mark->weight &&
                (!best || mark->weight * mark->mark > best->weight * best->mark)) {
                best = mark;
                at = i;
            }
        }
        if (!best)
            break;
        told[at] = true;
        text = arena_format(arena, "%s%s%s", text, n ? "; " : "", best->reason);
    }
    if (text && result->suspensions)
        text = arena_format(arena, "SUSPENDED: nobody should be placed there now; %s", text);
    else if (text && result->open_concerns)
        text = arena_format(arena, "%s; %u open concern%s", text, result->open_concerns,
                            result->open_concerns == 1 ? "" : "s");
    if (text && *result->monitored_on)
        text = arena_format(arena, "%s; monitored %s", text, month_of(arena, result->monitored_on));
    if (text && result->unverified)
        text = arena_format(arena, "%s; not verified by its provider", text);
    return text ? text : "";
}

static void fill_row(struct cli *cli, const Pb__SearchResult *result, size_t rank, const char **row)
{
    row[0] = arena_format(&cli->arena, "%zu", rank);
    row[1] = arena_format(&cli->arena, "%u", (result->score + 50) / 100);
    row[2] = *result->place_group_name
                 ? arena_format(&cli->arena, "%s, %s", result->provision_name, result->place_group_name)
                 : result->provision_name;
    row[3] = show_miles(&cli->arena, result->distance_m, (int)result->distance_quality);
    row[4] = show_money(&cli->arena, result->weekly_fee_pence);
    row[5] = judged(&cli->arena, result);
    row[6] = freshness(cli, result);
}

/* On a wide terminal, and in a pipe, one line each; on a narrow one the kind and the reasons stand on a
 * second line. */
static void print_results(struct cli *cli, const Pb__SearchResponse *response)
{
    static const struct show_column HEADINGS[COLUMNS] = {
        {"#", false, true},        {"Score", false, true},      {"Name", true, false},
        {"Miles", false, true},    {"Weekly fee", false, true}, {"Judgement", false, false},
        {"Vacancy", false, false}, {"Kind", true, false},       {"Why", true, false},
    };
    size_t width = show_width(stdout), count = response->n_results;
    bool narrow = width && width < WIDE;
    size_t columns = narrow ? COLUMNS - 2 : COLUMNS;
    const char **cells = arena_array(&cli->arena, const char *, count *columns + 1);
    const char **notes = arena_array(&cli->arena, const char *, count + 1);
    if (!cells || !notes)
        return;
    for (size_t i = 0; i < count; i++) {
        const Pb__SearchResult *result = response->results[i];
        const char *kind = kind_facts(kind_from_number(result->kind))->words,
                   *reasons = why(&cli->arena, result);
        fill_row(cli, result, i + 1, cells + i * columns);
        notes[i] = arena_format(&cli->arena, "%s: %s", kind, reasons);
        if (!narrow) {
            cells[i * columns + 7] = kind;
            cells[i * columns + 8] = reasons;
        }
    }
    show_table_noted(stdout, HEADINGS, columns, cells, narrow ? notes : NULL, count, "No place fits.");
}

static void print_near_misses(const Pb__SearchResponse *response)
{
    if (response->n_near_misses == 0 && response->total == 0 && response->considered > 0)
        puts("\nNo single criterion, relaxed, would bring one: relax two.");
    if (response->n_near_misses == 0)
        return;
    printf("\n%s, relaxing one criterion would bring:\n", response->total == 0 ? "None fits" : "Few fit");
    for (size_t i = 0; i < response->n_near_misses; i++) {
        const Pb__NearMiss *miss = response->near_misses[i];
        printf("  %s: %u more\n", miss->relaxation, miss->more);
    }
}

int show_match(struct cli *cli, const Pb__SearchRequest *search, const Pb__SearchResponse *response)
{
    static const char *const FOUND[] = {"", "", "its sector", "its outward code", "its local authority"};
    if (response->demonstration)
        puts("DEMONSTRATION: these records are generated, and true of nobody.\n");
    print_results(cli, response);
    if (response->total > response->n_results)
        printf("\n%u places fit in all; --size shows more.\n", response->total);
    else if (response->n_results)
        printf("\n%u place%s fit%s.\n", response->total, response->total == 1 ? "" : "s",
               response->total == 1 ? "s" : "");
    print_near_misses(response);
    unsigned quality = (unsigned)response->home_quality;
    if (quality >= 2 && quality < sizeof FOUND / sizeof *FOUND)
        printf("\nThe home postcode %s is not in the postcodes held: distances are approximate, from the "
               "middle of %s.\n",
               search->postcode, FOUND[quality]);
    printf("\nOf %u places considered. Facts at most %s old.\n", response->considered,
           show_age(&cli->arena, response->facts_age_ms));
    if (!response->concerns_known)
        puts("Open concerns and monitoring visits are not known: matching has not read monitoring.");
    return EX_OK;
}
