/* Where generated provisions stand: scattered around the middles of outward codes in England, each with a
 * postcode of that outward code and the local authority whose middle is nearest. */

#include "services/cli/demo/demo.h"

#include "common/domain/gss.h"
#include "common/domain/outcodes.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { TRIES = 4000, SCATTER_METRES = 3500, NEAREST_MOST_METRES = 60000, MEMBER_PERCENT = 55 };

static bool is_english(const struct outcode_entry *entry)
{
    static const char *const ELSEWHERE[] = {"AB", "BT", "CF", "DD", "DG", "EH", "FK", "G",  "GY",
                                            "HS", "IM", "IV", "JE", "KA", "KW", "KY", "LD", "LL",
                                            "ML", "NP", "PA", "PH", "SA", "SY", "TD", "ZE"};
    char text[OUTCODE_TEXT_BYTES], letters[3] = "";
    outcode_print(entry->outcode, text);
    for (size_t i = 0; i < 2 && isalpha((unsigned char)text[i]); i++)
        letters[i] = text[i];
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof *ELSEWHERE; i++)
        if (strcmp(letters, ELSEWHERE[i]) == 0)
            return false;
    return true;
}

static double apart(double easting, double northing, double other_easting, double other_northing)
{
    double east = easting - other_easting, north = northing - other_northing;
    return sqrt(east * east + north * north);
}

static const struct authority *nearest(struct grid_point point)
{
    size_t count;
    const struct authority *all = authorities(&count), *best = NULL;
    double least = NEAREST_MOST_METRES;
    for (size_t i = 0; i < count; i++) {
        double metres = apart(point.easting, point.northing, all[i].easting, all[i].northing);
        if (all[i].easting && date_is_none(all[i].abolished) && metres < least) {
            least = metres;
            best = &all[i];
        }
    }
    return best && best->gss.text[0] == 'E' ? best : NULL;
}

static bool is_member(const struct authority *authority)
{
    size_t count;
    const struct demo_authority *members = demo_authorities(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(members[i].gss, authority->gss.text) == 0)
            return true;
    return false;
}

/* A well-formed postcode of an outward code; it need not be one that exists. */
static const char *postcode_in(struct demo *demo, struct outcode outcode)
{
    static const char LETTERS[] = "ABDEFGHJLNPQRSTUWXYZ"; /* those that an inward code uses */
    char text[OUTCODE_TEXT_BYTES];
    outcode_print(outcode, text);
    unsigned digit = random_below(&demo->random, 10);
    char first = LETTERS[random_below(&demo->random, sizeof LETTERS - 1)];
    char second = LETTERS[random_below(&demo->random, sizeof LETTERS - 1)];
    return arena_format(demo->arena, "%s %u%c%c", text, digit, first, second);
}

bool demo_place(struct demo *demo, const struct grid_point *near, double metres, struct demo_place *ret_place)
{
    size_t count;
    const struct outcode_entry *all = outcodes(&count);
    bool wants_member = random_chance(&demo->random, MEMBER_PERCENT);
    for (int try = 0; try < TRIES; try++) {
        const struct outcode_entry *entry = &all[random_below(&demo->random, (uint32_t)count)];
        if (!is_english(entry))
            continue;
        struct grid_point point = {entry->easting + random_bell(&demo->random) * SCATTER_METRES,
                                   entry->northing + random_bell(&demo->random) * SCATTER_METRES};
        if (near && apart(point.easting, point.northing, near->easting, near->northing) > metres)
            continue;
        const struct authority *authority = nearest(point);
        if (!authority || (!near && wants_member && !is_member(authority)))
            continue;
        point.easting = floor(point.easting);
        point.northing = floor(point.northing);
        if (grid_to_e7(point, &ret_place->position) != CODE_OK)
            continue;
        ret_place->postcode = postcode_in(demo, entry->outcode);
        ret_place->local_authority = authority->gss.text;
        ret_place->area = authority->name;
        return true;
    }
    return false;
}
