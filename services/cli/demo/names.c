/* Names for generated homes, schools, companies and streets. None is meant to be anybody's. */

#include "services/cli/demo/demo.h"

#define COUNT(list) (uint32_t)(sizeof(list) / sizeof(*(list)))

static const char *const WORDS[] = {
    "Alder",    "Amber",  "Ash",      "Aspen",    "Badger",   "Beech",        "Birch",      "Bluebell",
    "Bramble",  "Briar",  "Brook",    "Cedar",    "Chestnut", "Clover",       "Coppice",    "Cornfield",
    "Cotton",   "Crane",  "Curlew",   "Damson",   "Elder",    "Elm",          "Falcon",     "Fern",
    "Field",    "Finch",  "Foxglove", "Garden",   "Gorse",    "Greenway",     "Hawthorn",   "Hazel",
    "Heath",    "Heron",  "Holly",    "Ivy",      "Juniper",  "Kestrel",      "Kingfisher", "Larch",
    "Lark",     "Laurel", "Lavender", "Lime",     "Linden",   "Magpie",       "Maple",      "Marsh",
    "Meadow",   "Mill",   "Moorland", "Oak",      "Orchard",  "Osprey",       "Otter",      "Pear Tree",
    "Pine",     "Plum",   "Poplar",   "Primrose", "Quarry",   "Quince",       "Redwood",    "Reed",
    "River",    "Robin",  "Rowan",    "Rye",      "Sedge",    "Silver Birch", "Skylark",    "Sorrel",
    "Spindle",  "Stone",  "Swallow",  "Swift",    "Sycamore", "Teasel",       "Thistle",    "Thyme",
    "Tulip",    "Valley", "Violet",   "Walnut",   "Warren",   "Water",        "Wheatfield", "Willow",
    "Windmill", "Wren",   "Yarrow",   "Yew Tree",
};
static const char *const HOMES[] = {"House",  "Lodge", "Cottage", "View",  "Place", "End",
                                    "Grange", "Farm",  "Court",   "Croft", "Rise",  "Gate"};
static const char *const SCHOOLS[] = {"School",  "Park School",  "House School",    "Hill School",
                                      "College", "Grove School", "Learning Centre", "Court School"};
static const char *const COMPANIES[] = {
    "Harbour",     "Compass",   "Lantern",         "Keystone",  "Anchor Point", "North Star",  "Bridgeway",
    "Cornerstone", "Horizon",   "Stepping Stones", "Beacon",    "Pathfinder",   "Evergreen",   "Fairway",
    "Sunrise",     "Wayfarer",  "Landmark",        "Homestead", "Riverbank",    "Springboard", "Open Door",
    "Hearth",      "Milestone", "Safe Haven",      "Patchwork", "Tidewater"};
static const char *const STREETS[] = {"Lane", "Road",  "Close", "Street", "Avenue",
                                      "Way",  "Drive", "Green", "Hill",   "Row"};

static const char *pick(struct demo *demo, const char *const *list, uint32_t count)
{
    return list[random_below(&demo->random, count)];
}

const char *demo_name_home(struct demo *demo)
{
    const char *word = pick(demo, WORDS, COUNT(WORDS));
    return arena_format(demo->arena, "%s %s", word, pick(demo, HOMES, COUNT(HOMES)));
}

const char *demo_name_school(struct demo *demo)
{
    const char *word = pick(demo, WORDS, COUNT(WORDS));
    return arena_format(demo->arena, "%s %s", word, pick(demo, SCHOOLS, COUNT(SCHOOLS)));
}

const char *demo_name_company(struct demo *demo, const char *ending)
{
    const char *first = pick(demo, COMPANIES, COUNT(COMPANIES));
    if (random_chance(&demo->random, 60))
        return arena_format(demo->arena, "%s %s %s", first, pick(demo, WORDS, COUNT(WORDS)), ending);
    return arena_format(demo->arena, "%s %s", first, ending);
}

const char *demo_name_street(struct demo *demo)
{
    int32_t number = random_between(&demo->random, 1, 180);
    const char *word = pick(demo, WORDS, COUNT(WORDS));
    return arena_format(demo->arena, "%d %s %s", number, word, pick(demo, STREETS, COUNT(STREETS)));
}
