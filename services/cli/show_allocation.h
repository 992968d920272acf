#pragma once
/* Allocations as the host and the LAs' officers read them. */

#include "services/cli/table.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/transfers.pb-c.h"

/* In words; "" for what is not said. */
const char *allocation_cause_words(Pb__AllocationCause cause);
const char *allocation_basis_words(Pb__AllocationBasis basis);
const char *allocation_attention_words(Pb__AllocationAttention attention);
const char *allocation_task_words(Pb__AllocationTaskKind kind);
const char *allocation_method_words(Pb__AllocationMethod method);
/* `10% above or below`; the fair share follows. In cli->arena. */
const char *allocation_tolerance_words(struct cli *cli, uint32_t percent);

/* The answers of the commands that are more than a table (cli_call_plan.show and .remark). */
void show_proposed(struct cli *cli, const ProtobufCMessage *response);   /* ProposeResponse */
void show_published(struct cli *cli, const ProtobufCMessage *response);  /* PublishProposalResponse */
void show_provision(struct cli *cli, const ProtobufCMessage *response);  /* GetAllocationResponse */
void show_cycle(struct cli *cli, const ProtobufCMessage *response);      /* one that holds a cycle */
void show_chosen(struct cli *cli, const ProtobufCMessage *response);     /* ChooseAllocationResponse */
void show_task(struct cli *cli, const ProtobufCMessage *response);       /* SettleAllocationTaskResponse */
void show_transfer(struct cli *cli, const ProtobufCMessage *response);   /* one that holds a transfer */
void remark_changes(struct cli *cli, const ProtobufCMessage *response);  /* CompareProposalResponse */
void remark_proposal(struct cli *cli, const ProtobufCMessage *response); /* GetProposalResponse */
void remark_tasks(struct cli *cli, const ProtobufCMessage *response);
void remark_transfers(struct cli *cli, const ProtobufCMessage *response);
void remark_load(struct cli *cli, const ProtobufCMessage *response);
void remark_savings(struct cli *cli, const ProtobufCMessage *response);

/* Loads and savings, the region's below; of a balanced proposal both methods side by side (rule A8). */
enum code tabulate_load(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
enum code tabulate_savings(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);

/* How the latest proposal differs, whole. */
enum code allocation_compare(struct cli *cli, const Pb__CompareProposalResponse **ret_changes,
                             struct fault *ret_fault);
