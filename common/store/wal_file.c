/* The file of the write-ahead log: two headers, two areas of frames.
 *
 * In: what the log says. Out: bytes, with check sums. Nothing here knows when; that is wal.c's.
 *
 *     header, header     the newest that is whole counts; the next is written over the older one
 *     area, area         frames of the header's generation are in the one or the other by turns
 *
 * A header is of one data file. That file carries the same id, at the end of its first page, which LMDB never
 * writes; a copy that is put in its place does not. A frame carries its generation and a sum: the first that
 * is torn, or of an earlier time, is the end. */

#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* Ends in the format's version, which is another with every change to headers, sums or frames. What comes
 * before the sum of a header is where it is in all of them. */
static const char magic[8] = "ccragw01";
enum { MAGIC_NAME_BYTES = 6 };

enum {
    STEP_BYTES = 64 * 1024, /* an area grows by zeros ahead, so that a sync need not bring a new length too */
    SLOT_BYTES = 12 * 1024, /* of a header */
    AREA_BYTES_LEAST = 4 * STEP_BYTES,
    AREA_BYTES_MOST = 512 * STEP_BYTES,
    AREA_SHARE = 16, /* of the map, between these */
    STAMP_OFFSET = WAL_PAGE_BYTES - WAL_ID_BYTES,
};

static_assert(sizeof(struct wal_header) == 56 + 2 * WAL_PAGE_BYTES && sizeof(struct wal_header) <= SLOT_BYTES,
              "a header without gaps, in its place");

struct frame_head {
    uint64_t bytes; /* that follow */
    uint64_t generation;
    uint64_t sum; /* of head and writes, with 0 here */
};

/* Tells what is torn, or of another file; that nothing was forged the seals tell. */
static uint64_t sum_of(const uint8_t id[WAL_ID_BYTES], const void *bytes, size_t size)
{
    uint64_t seed;
    memcpy(&seed, id, sizeof seed);
    return XXH3_64bits_withSeed(bytes, size, seed);
}

static enum code code_of_errno(void)
{
    return code_of_lmdb(errno ? errno : EIO);
}

static enum code write_at(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        errno = 0;
        ssize_t part = pwrite(descriptor, (const uint8_t *)bytes + done, size - done, (off_t)(offset + done));
        if (part <= 0 && errno != EINTR)
            return code_of_errno();
        done += part > 0 ? (size_t)part : 0;
    }
    return CODE_OK;
}

static enum code sync_data(int descriptor)
{
    errno = 0;
    return fdatasync(descriptor) == 0 ? CODE_OK : code_of_errno();
}

/* NOT_FOUND: the file ends before. */
static enum code read_at(int descriptor, void *ret_bytes, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        errno = 0;
        ssize_t part = pread(descriptor, (uint8_t *)ret_bytes + done, size - done, (off_t)(offset + done));
        if (part < 0 && errno != EINTR)
            return code_of_errno();
        if (part == 0)
            return CODE_NOT_FOUND;
        done += part > 0 ? (size_t)part : 0;
    }
    return CODE_OK;
}

static int open_in(const struct store *store, const char *name, int flags)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%s", store->directory, name);
    if (size < 0 || (size_t)size >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, 0600);
}

static uint64_t area_offset(const struct wal *wal, uint64_t generation)
{
    return 2 * SLOT_BYTES + generation % 2 * wal->area_bytes;
}

static uint64_t *area_zeroed(struct wal *wal)
{
    return &wal->zeroed[wal->writing % 2];
}

/* --- headers ----------------------------------------------------------------------------------------- */

enum code wal_header_make(const struct store *store, bool active, struct wal_header *ret_header)
{
    const struct wal *wal = &store->wal;
    *ret_header = (struct wal_header){
        .active = active, .generation = wal->generation + 1, .area_bytes = wal->area_bytes};
    memcpy(ret_header->magic, magic, sizeof magic);
    memcpy(ret_header->id, wal->id, sizeof ret_header->id);
    int data;
    enum code code = code_of_lmdb(mdb_env_get_fd(store->env, &data));
    if (code == CODE_OK)
        code = read_at(data, ret_header->metas, sizeof ret_header->metas, 0);
    ret_header->sum = sum_of(wal->id, ret_header, sizeof *ret_header);
    return code;
}

enum code wal_header_put(int log, const struct wal_header *header)
{
    enum code code = write_at(log, header, sizeof *header, header->generation % 2 * SLOT_BYTES);
    if (code) /* of one that is not whole the sum is wrong */
        return code;
    return sync_data(log) == CODE_OK ? CODE_OK : CODE_UNKNOWN;
}

/* NOT_FOUND: there is none that is whole and of this data file, whose stamp is the key of the sum.
 * FAILED_PRECONDITION: one of another version, which cannot be told to be whole. */
static enum code header_read(const struct wal *wal, unsigned slot, const uint8_t stamp[WAL_ID_BYTES],
                             struct wal_header *ret_header)
{
    enum code code = read_at(wal->descriptor, ret_header, sizeof *ret_header, slot * SLOT_BYTES);
    if (code)
        return code;
    if (memcmp(ret_header->magic, magic, sizeof magic) != 0)
        return memcmp(ret_header->magic, magic, MAGIC_NAME_BYTES) == 0 &&
                       memcmp(ret_header->id, stamp, WAL_ID_BYTES) == 0
                   ? CODE_FAILED_PRECONDITION
                   : CODE_NOT_FOUND;
    uint64_t sum = ret_header->sum;
    ret_header->sum = 0;
    return sum == sum_of(stamp, ret_header, sizeof *ret_header) ? CODE_OK : CODE_NOT_FOUND;
}

static void take_header(struct wal *wal, const struct wal_header *header,
                        uint8_t ret_metas[2 * WAL_PAGE_BYTES])
{
    memcpy(wal->id, header->id, sizeof wal->id);
    wal->bound = true;
    wal->active = header->active;
    wal->generation = wal->writing = header->generation;
    wal->area_bytes = header->area_bytes;
    memcpy(ret_metas, header->metas, sizeof header->metas);
}

static enum code headers_read(struct wal *wal, int data, uint8_t ret_metas[2 * WAL_PAGE_BYTES])
{
    uint8_t stamp[WAL_ID_BYTES];
    struct wal_header headers[2];
    enum code there[2], code = read_at(data, stamp, sizeof stamp, STAMP_OFFSET);
    for (unsigned slot = 0; slot < 2 && code == CODE_OK; slot++) {
        there[slot] = header_read(wal, slot, stamp, &headers[slot]);
        code =
            there[slot] == CODE_NOT_FOUND || there[slot] == CODE_FAILED_PRECONDITION ? CODE_OK : there[slot];
    }
    if (code)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    bool second = there[1] != CODE_NOT_FOUND &&
                  (there[0] == CODE_NOT_FOUND || headers[1].generation > headers[0].generation);
    if (there[second] == CODE_OK)
        take_header(wal, &headers[second], ret_metas);
    return there[second] == CODE_FAILED_PRECONDITION && headers[second].active ? CODE_FAILED_PRECONDITION
                                                                               : CODE_OK;
}

/* How far each area lies on the disk already: a frame there brings no new block, and no length. */
static void find_written(struct wal *wal)
{
    for (unsigned area = 0; area < 2; area++) {
        uint64_t from = area_offset(wal, area);
        off_t hole = lseek(wal->descriptor, (off_t)from, SEEK_HOLE); /* below 0: the file ends before */
        uint64_t written = hole > (off_t)from ? (uint64_t)hole - from : 0;
        written -= written % STEP_BYTES;
        wal->zeroed[area] = written < wal->area_bytes ? written : wal->area_bytes;
    }
}

enum code wal_file_open(struct store *store, uint8_t ret_metas[2 * WAL_PAGE_BYTES])
{
    struct wal *wal = &store->wal;
    uint64_t share = store->map_bytes / AREA_SHARE;
    wal->area_bytes = share < AREA_BYTES_LEAST  ? AREA_BYTES_LEAST
                      : share > AREA_BYTES_MOST ? AREA_BYTES_MOST
                                                : share - share % STEP_BYTES;
    errno = 0;
    wal->descriptor = open_in(store, WAL_FILE_NAME, O_RDWR);
    if (wal->descriptor < 0)
        return errno == ENOENT ? CODE_OK : code_of_errno();
    int data = open_in(store, "data.mdb", O_RDONLY);
    if (data < 0)
        return code_of_errno();
    enum code code = headers_read(wal, data, ret_metas);
    close(data);
    if (wal->bound)
        find_written(wal);
    return code;
}

/* The header comes first, then the stamp: until both are there the one is not of the other. */
enum code wal_file_bind(struct store *store)
{
    struct wal *wal = &store->wal;
    struct wal_header header;
    int data;
    errno = 0;
    if (wal->descriptor < 0)
        wal->descriptor = open_in(store, WAL_FILE_NAME, O_RDWR | O_CREAT);
    if (wal->descriptor < 0)
        return code_of_errno();
    world_random(store->world, wal->id, sizeof wal->id);
    enum code code = wal_header_make(store, false, &header);
    if (code == CODE_OK)
        code = wal_header_put(wal->descriptor, &header);
    if (code == CODE_OK)
        wal->generation = header.generation;
    if (code == CODE_OK)
        code = code_of_lmdb(folder_sync(store->directory));
    if (code == CODE_OK)
        code = code_of_lmdb(mdb_env_get_fd(store->env, &data));
    if (code == CODE_OK)
        code = write_at(data, wal->id, sizeof wal->id, STAMP_OFFSET);
    if (code == CODE_OK)
        code = sync_data(data);
    wal->bound = code == CODE_OK;
    return code;
}

enum code wal_file_wipe(struct wal *wal)
{
    static const uint8_t zeros[STEP_BYTES];
    struct stat status;
    if (wal->descriptor < 0)
        return CODE_OK;
    errno = 0;
    enum code code = fstat(wal->descriptor, &status) == 0 ? CODE_OK : code_of_errno();
    for (uint64_t at = 2 * SLOT_BYTES; code == CODE_OK && at < (uint64_t)status.st_size; at += STEP_BYTES)
        code = write_at(wal->descriptor, zeros, STEP_BYTES, at);
    return code ? code : sync_data(wal->descriptor);
}

int wal_file_again(const struct store *store)
{
    return open_in(store, WAL_FILE_NAME, O_RDWR);
}

/* --- frames ------------------------------------------------------------------------------------------ */

static uint8_t *frame_take(struct wal_frame *frame, size_t size, size_t most)
{
    size_t needed = frame->bytes + size;
    if (frame->failed || needed - frame->from > most) {
        frame->failed = true;
        return NULL;
    }
    if (needed > frame->room) {
        size_t room = needed < STEP_BYTES ? STEP_BYTES : 2 * needed;
        uint8_t *data = realloc(frame->data, room);
        if (!data) {
            frame->failed = true;
            return NULL;
        }
        frame->data = data;
        frame->room = room;
    }
    uint8_t *at = frame->data + frame->bytes;
    frame->bytes = needed;
    return at;
}

void wal_frame_begin(struct wal_frame *frame, bool behind)
{
    frame->from = frame->bytes = behind ? frame->from : 0;
    frame->failed = false;
    frame_take(frame, sizeof(struct frame_head), sizeof(struct frame_head));
}

void wal_frame_add(const struct wal *wal, struct wal_frame *frame, enum wal_kind kind, MDB_dbi database,
                   struct span key, struct span value)
{
    const struct wal_write head = {(uint8_t)kind, (uint8_t)database, (uint16_t)key.size,
                                   (uint32_t)value.size};
    /* Where it can be parted from others only by its frame, that is kept however long. */
    size_t most = wal->owed_groups ? SIZE_MAX : wal->area_bytes / 2;
    uint8_t *at = frame_take(frame, sizeof head + key.size + value.size, most);
    if (!at)
        return;
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, key.data, key.size);
    if (value.size)
        memcpy(at + sizeof head + key.size, value.data, value.size);
}

size_t wal_frame_bytes(const struct wal_frame *frame)
{
    return frame->bytes - frame->from;
}

struct span wal_frame_writes(const struct wal_frame *frame)
{
    size_t head = sizeof(struct frame_head);
    return span_of(frame->data + frame->from + head, wal_frame_bytes(frame) - head);
}

bool wal_frame_before(const struct wal_frame *frame, size_t *at, struct span *ret_writes)
{
    struct frame_head head;
    if (*at == frame->from)
        return false;
    memcpy(&head, frame->data + *at, sizeof head);
    *ret_writes = span_of(frame->data + *at + sizeof head, head.bytes);
    *at += sizeof head + head.bytes;
    return true;
}

enum code wal_frame_write(struct wal *wal, struct wal_frame *frame)
{
    static const uint8_t zeros[STEP_BYTES];
    uint8_t *data = frame->data + frame->from;
    size_t size = wal_frame_bytes(frame);
    struct frame_head head = {size - sizeof head, wal->writing, 0};
    uint64_t *zeroed = area_zeroed(wal), end = wal->end + size;
    enum code code = CODE_OK;
    for (; *zeroed < end && code == CODE_OK; *zeroed += STEP_BYTES)
        code = write_at(wal->descriptor, zeros, STEP_BYTES, area_offset(wal, wal->writing) + *zeroed);
    memcpy(data, &head, sizeof head);
    head.sum = sum_of(wal->id, data, size);
    memcpy(data, &head, sizeof head);
    if (code == CODE_OK)
        code = write_at(wal->descriptor, data, size, area_offset(wal, wal->writing) + wal->end);
    if (code == CODE_OK)
        wal->end = end;
    return code;
}

enum code wal_area_read(const struct wal *wal, uint8_t **ret_area, size_t *ret_size)
{
    struct stat status;
    errno = 0;
    if (fstat(wal->descriptor, &status) != 0)
        return code_of_errno();
    uint64_t from = area_offset(wal, wal->writing), file = (uint64_t)status.st_size;
    size_t size = file < from                     ? 0
                  : file - from < wal->area_bytes ? (size_t)(file - from)
                                                  : (size_t)wal->area_bytes;
    uint8_t *area = malloc(size + 1);
    enum code code = area ? read_at(wal->descriptor, area, size, from) : CODE_RESOURCE_EXHAUSTED;
    if (code) {
        free(area);
        return code;
    }
    *ret_area = area;
    *ret_size = size;
    return CODE_OK;
}

bool wal_frame_next(const struct wal *wal, uint8_t *area, size_t size, size_t *end, struct span *ret_writes)
{
    struct frame_head head;
    uint8_t *frame = area + *end;
    if (size - *end < sizeof head)
        return false;
    memcpy(&head, frame, sizeof head);
    if (head.generation != wal->writing || head.bytes > size - *end - sizeof head)
        return false;
    uint64_t sum = head.sum;
    head.sum = 0;
    memcpy(frame, &head, sizeof head);
    if (sum != sum_of(wal->id, frame, sizeof head + head.bytes))
        return false;
    *ret_writes = span_of(frame + sizeof head, head.bytes);
    *end += sizeof head + head.bytes;
    return true;
}
