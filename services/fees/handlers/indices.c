/* Indices that thresholds name (rule F4). In: values, as they are published. Out: the index with all its
 * values. */

#define SERVICE_TYPE Pb__FeeCyclesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_index.h"

HANDLE(UpdateFeeIndex, update_fee_index)
{
    enum code code;
    Pb__FeeIndex *index = arena_new(command->arena, Pb__FeeIndex);
    TRY(check_record(command, in->index ? &in->index->base : NULL));
    const Pb__FeeIndex *stored = load_if_any(command, &fees_indices, in->index->id, &code);
    TRY(code);
    if (!index)
        return no_memory(command);
    TRY(decided(command, fee_index_update(stored, in->index, command->arena, index, &command->fault)));
    bool generated = in->index->meta && in->index->meta->generated;
    index->meta = meta_again(command, stored ? stored->meta : NULL, generated);
    if (!index->meta)
        return no_memory(command);
    expect_version(index->meta, in->index->meta ? in->index->meta->version : 0);
    command->subject = index->id;
    TRY(put(command, &fees_indices, index));
    out->index = index;
    return CODE_OK;
}

HANDLE(ListFeeIndices, list_fee_indices)
{
    (void)in;
    struct collected indices;
    struct fees_actor actor;
    TRY(fees_check_reader_or_provider(command, &actor));
    TRY(fees_all_indices(command, &indices));
    out->indices = (Pb__FeeIndex **)indices.items;
    out->n_indices = indices.count;
    return CODE_OK;
}
