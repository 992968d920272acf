#pragma once
/* A body that several peers are sent: bytes that are counted, not copied, from whoever packs them to the
 * thread that encrypts them for each. Counting is safe from any thread; the bytes are written before the
 * first is sent, and never again. */

#include "common/base/span.h"

#include <stdatomic.h>

struct parcel {
    _Atomic unsigned holders;
    size_t size; /* bytes of `data` */
    uint8_t data[];
};

/* One with room for `size` bytes, not zeroed, and one holder; NULL: out of memory. */
struct parcel *parcel_create(size_t size);
void parcel_hold(struct parcel *parcel);
/* Freed with the last holder. Takes NULL. */
void parcel_release(struct parcel *parcel);

/* Its bytes; none of NULL. */
static inline struct span parcel_span(const struct parcel *parcel)
{
    return parcel ? span_of(parcel->data, parcel->size) : span_of(NULL, 0);
}
