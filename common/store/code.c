/* Small encodings, and foreign errors at the border.
 *
 * In: numbers, bytes, LMDB's and the system's error numbers. Out: bytes, and the project's codes. It knows
 * nothing of what the bytes mean. */

#include "common/store/internal.h"

#include <assert.h>
#include <errno.h>

bool writer_init(struct writer *writer, struct arena *arena, size_t limit)
{
    *writer = (struct writer){.data = arena_room(arena, limit ? limit : 1), .limit = limit};
    return writer->data != NULL;
}

void write_bytes(struct writer *writer, struct span bytes)
{
    assert(writer->limit - writer->size >= bytes.size);
    if (bytes.size)
        memcpy(writer->data + writer->size, bytes.data, bytes.size);
    writer->size += bytes.size;
}

void write_u8(struct writer *writer, unsigned value)
{
    uint8_t byte = (uint8_t)value;
    write_bytes(writer, span_of(&byte, 1));
}

void write_u32(struct writer *writer, uint32_t value)
{
    uint8_t bytes[4];
    put_u32_be(bytes, value);
    write_bytes(writer, span_of(bytes, sizeof bytes));
}

void write_u64(struct writer *writer, uint64_t value)
{
    uint8_t bytes[8];
    put_u64_be(bytes, value);
    write_bytes(writer, span_of(bytes, sizeof bytes));
}

void write_text(struct writer *writer, struct span bytes)
{
    assert(bytes.size <= UINT16_MAX);
    write_u8(writer, (unsigned)(bytes.size >> 8));
    write_u8(writer, (unsigned)(bytes.size & 0xff));
    write_bytes(writer, bytes);
}

struct reader reader_of(struct span span)
{
    return (struct reader){.data = span.data, .left = span.size};
}

struct span read_bytes(struct reader *reader, size_t size)
{
    if (reader->failed || reader->left < size) {
        reader->failed = true;
        return (struct span){0};
    }
    struct span bytes = span_of(reader->data, size);
    reader->data += size;
    reader->left -= size;
    return bytes;
}

unsigned read_u8(struct reader *reader)
{
    struct span byte = read_bytes(reader, 1);
    return byte.size ? byte.data[0] : 0;
}

uint32_t read_u32(struct reader *reader)
{
    struct span bytes = read_bytes(reader, 4);
    return bytes.size ? get_u32_be(bytes.data) : 0;
}

uint64_t read_u64(struct reader *reader)
{
    struct span bytes = read_bytes(reader, 8);
    return bytes.size ? get_u64_be(bytes.data) : 0;
}

struct span read_text(struct reader *reader)
{
    size_t size = (size_t)read_u8(reader) << 8;
    size |= read_u8(reader);
    return read_bytes(reader, size);
}

enum code code_of_lmdb(int rc)
{
    switch (rc) {
    case 0:
        return CODE_OK;
    case MDB_NOTFOUND:
        return CODE_NOT_FOUND;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case MDB_READERS_FULL:
    case MDB_DBS_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG: /* a limit on the size of files */
    case ENOMEM:
        return CODE_RESOURCE_EXHAUSTED;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
    case MDB_INVALID:
    case EIO:
        return CODE_DATA_LOSS;
    case MDB_VERSION_MISMATCH:
    case EROFS:
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
    case EBUSY:
        return CODE_FAILED_PRECONDITION;
    case EAGAIN:
    case EINTR:
    case MDB_MAP_RESIZED:
        return CODE_UNAVAILABLE;
    }
    return CODE_INTERNAL;
}
