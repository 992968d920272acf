#pragma once
/* The files of a folder as a loss of power may have left them, made from the log of power_disk.h. */

#include "power_disk.h"

/* What became of what no sync had promised yet. */
enum chance { CHANCE_NOTHING, CHANCE_EVERYTHING, CHANCE_WRITES, CHANCE_SECTORS, CHANCES };

/* Disks that do not keep what they promise, to show that it is noticed. X(name, what it does) */
#define DISK_PLANTS(X)                                                                                       \
    X(DATA_UNSYNCED, "data pages are not synced before the meta page")                                       \
    X(META_UNSYNCED, "the meta page is not synced before the answer")                                        \
    X(LIST_UNSYNCED, "the list of destroyed keys is not synced before the answer")                           \
    X(NAMES_UNSYNCED, "folders are not synced")                                                              \
    X(EARLY_ANSWER, "answers leave before the commit")

enum disk_plant {
    PLANT_NONE,
#define X(name, what) PLANT_##name,
    DISK_PLANTS(X)
#undef X
        PLANTS_END
};

static const char *const disk_plant_texts[] = {"none",
#define X(name, what) what,
                                               DISK_PLANTS(X)
#undef X
};

struct cut {
    size_t at; /* events before it happened; a write at it was under way */
    enum chance chance;
    enum disk_plant plant;
    uint64_t seed;
};

static bool sync_holds(const struct event *event, enum disk_plant plant)
{
    if (event->kind == EVENT_FOLDER_SYNC)
        return plant != PLANT_NAMES_UNSYNCED;
    return plant != (disk.file[event->file].list ? PLANT_LIST_UNSYNCED : PLANT_DATA_UNSYNCED);
}

struct image {
    struct content content[DISK_FILES];
    char name[DISK_FILES][NAME_BYTES];
    /* Of events before these it was promised that they last: a file's, the names' in the folder and in the
     * one below it. */
    size_t synced[DISK_FILES], names_synced[2];
    bool names_end[2]; /* a name was lost, and so are later ones */
};

static bool is_below(const char *name)
{
    return strchr(name, '/') != NULL;
}

static void find_promises(struct image *image, const struct cut *cut)
{
    for (size_t i = 0; i < disk.count && i < cut->at; i++) {
        const struct event *event = &disk.events[i];
        if (event->kind == EVENT_SYNC && sync_holds(event, cut->plant))
            image->synced[event->file] = i;
        if (event->kind == EVENT_FOLDER_SYNC && sync_holds(event, cut->plant))
            image->names_synced[strcmp(event->name, ".") != 0] = i;
    }
}

static bool is_promised(const struct image *image, size_t index, const struct cut *cut)
{
    const struct event *event = &disk.events[index];
    if (event->kind == EVENT_NAME || event->kind == EVENT_NO_NAME)
        return index < image->names_synced[is_below(event->name)];
    if (event->lasting && index < cut->at && cut->plant != PLANT_META_UNSYNCED)
        return true;
    return index < image->synced[event->file];
}

static void apply_write(struct image *image, const struct event *event, struct cut *cut, bool promised)
{
    unsigned file = event->file;
    if (promised || cut->chance == CHANCE_EVERYTHING) {
        content_write(&image->content[file], event->offset, event->bytes, event->size);
        return;
    }
    if (cut->chance == CHANCE_NOTHING || (cut->chance == CHANCE_WRITES && test_random(&cut->seed) % 2))
        return;
    for (size_t at = 0, part; at < event->size; at += part) {
        size_t to_edge = DISK_SECTOR_BYTES - (event->offset + at) % DISK_SECTOR_BYTES;
        part = event->size - at < to_edge ? event->size - at : to_edge;
        if (cut->chance == CHANCE_WRITES || test_random(&cut->seed) % 2)
            content_write(&image->content[file], event->offset + at, event->bytes + at, part);
    }
}

static void apply_name(struct image *image, const struct event *event, struct cut *cut, bool promised)
{
    bool *end = &image->names_end[is_below(event->name)];
    bool lost =
        cut->chance == CHANCE_NOTHING || (cut->chance == CHANCE_WRITES && test_random(&cut->seed) % 2);
    *end = *end || (!promised && lost);
    if (*end)
        return;
    for (unsigned i = 1; i <= disk.files; i++)
        if (strcmp(image->name[i], event->name) == 0)
            image->name[i][0] = '\0';
    if (event->kind == EVENT_NAME)
        memcpy(image->name[event->file], event->name, NAME_BYTES);
}

static void image_put(const struct image *image, unsigned file, const char *to)
{
    char path[200];
    const struct content *content = &image->content[file];
    snprintf(path, sizeof path, "%s/%s", to, image->name[file]);
    FILE *stream = fopen(path, "wb");
    if (!stream)
        return; /* its folder has no name yet */
    if (content->size)
        cr_assert_eq(fwrite(content->bytes, 1, content->size, stream), content->size);
    fclose(stream);
}

/* Makes the files in `to`, an empty folder; gives the last mark before the cut, `none` where there is none.
 */
static unsigned disk_replay(struct cut cut, const char *to, unsigned none)
{
    struct image image = {0};
    char path[200];
    find_promises(&image, &cut);
    for (size_t i = 0; i < disk.count && i <= cut.at; i++) {
        const struct event *event = &disk.events[i];
        bool promised = is_promised(&image, i, &cut);
        if (event->kind == EVENT_WRITE)
            apply_write(&image, event, &cut, promised);
        else if (event->kind == EVENT_SIZE && (promised || cut.chance == CHANCE_EVERYTHING))
            content_resize(&image.content[event->file], event->size);
        else if ((event->kind == EVENT_NAME || event->kind == EVENT_NO_NAME) && i < cut.at)
            apply_name(&image, event, &cut, promised);
        else if (event->kind == EVENT_MARK && i < cut.at &&
                 (!event->early || cut.plant == PLANT_EARLY_ANSWER))
            none = event->mark;
    }
    for (unsigned i = 1; i <= disk.files; i++) {
        snprintf(path, sizeof path, "%s/%s", to, image.name[i]);
        if (image.name[i][0] && disk.file[i].folder)
            mkdir(path, 0700);
    }
    for (unsigned i = 1; i <= disk.files; i++) {
        if (image.name[i][0] && !disk.file[i].folder)
            image_put(&image, i, to);
        free(image.content[i].bytes);
    }
    return none;
}
