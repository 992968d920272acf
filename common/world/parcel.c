/* Parcels: parcel.h tells what for. In: sizes. Out: counted memory. What is in it is not looked at. */

#include "common/world/parcel.h"

#include <stdlib.h>

struct parcel *parcel_create(size_t size)
{
    struct parcel *parcel = malloc(sizeof *parcel + size);
    if (!parcel)
        return NULL;
    atomic_init(&parcel->holders, 1);
    parcel->size = size;
    return parcel;
}

void parcel_hold(struct parcel *parcel)
{
    atomic_fetch_add_explicit(&parcel->holders, 1, memory_order_relaxed);
}

void parcel_release(struct parcel *parcel)
{
    if (parcel && atomic_fetch_sub_explicit(&parcel->holders, 1, memory_order_acq_rel) == 1)
        free(parcel);
}
