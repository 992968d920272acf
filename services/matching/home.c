/* Finds where the child's home is. In: a search that was read and the postcodes. Out: a position and how well
 * it is known, or a refusal; never a position of nowhere (rule X1). */

#include "services/matching/rules.h"

enum code search_locate(const struct postcode_table *table, struct search *search, struct fault *ret_fault)
{
    struct postcode postcode;
    struct grid_point point;
    struct position_e7 home;
    enum postcode_precision precision;
    enum code code = postcode_parse(search->postcode, &postcode, ret_fault);
    if (code == CODE_OK)
        code = postcode_table_locate(table, postcode, &point, &precision);
    if (code == CODE_OK)
        code = grid_to_e7(point, &home);
    if (code != CODE_OK)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "postcode", "unknown postcode \"%s\"",
                         search->postcode);
    search->home = home;
    search->home_quality = (Pb__PositionQuality)precision;
    return CODE_OK;
}
