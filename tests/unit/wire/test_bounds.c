/* Bounds of every record, whatever its fields mean. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>

static void expect(const Pb__Provision *provision, const char *field, const char *reason)
{
    struct fault fault = {0};
    enum code code = wire_check_bounds(&provision->base, &fault);
    cr_assert_eq(code, reason ? CODE_INVALID_ARGUMENT : CODE_OK);
    cr_assert_str_eq(fault.field, reason ? field : "");
    cr_assert_str_eq(fault.reason, reason ? reason : "");
}

Test(bounds, of_texts_lists_and_enums)
{
    static char text[RECORD_TEXT_BYTES_MAX + 2];
    memset(text, 'x', sizeof text - 1);
    Pb__Provision provision = PB__PROVISION__INIT;
    expect(&provision, NULL, NULL);
    provision.services = text + 1;
    expect(&provision, NULL, NULL);
    provision.services = text;
    expect(&provision, "services", "a text is too long");
    provision.services = "", provision.kind = (Pb__ProvisionKind)77;
    expect(&provision, "kind", "a value is not one of its list");
    provision.kind = 0;
    const char *urns[RECORD_ITEMS_MAX + 1];
    for (size_t i = 0; i < RECORD_ITEMS_MAX + 1; i++)
        urns[i] = "dfe:117671";
    provision.urns = urns, provision.n_urns = RECORD_ITEMS_MAX;
    expect(&provision, NULL, NULL);
    provision.n_urns++;
    expect(&provision, "urns", "a list has too many items");
    urns[3] = text, provision.n_urns = 4;
    expect(&provision, "urns", "a text is too long");
    Pb__SignedContract contract = PB__SIGNED_CONTRACT__INIT;
    Pb__SignedContract *contracts[] = {&contract};
    contract.signed_on = text, provision.n_urns = 0, provision.contracts = contracts,
    provision.n_contracts = 1;
    expect(&provision, "signed_on", "a text is too long");
}

/* Of a oneof only the member that is set is looked at. */
Test(bounds, of_a_oneof)
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    static char text[RECORD_TEXT_BYTES_MAX + 2];
    struct fault fault = {0};
    memset(text, 'x', sizeof text - 1);
    envelope.kind_case = PB__ENVELOPE__KIND_REQUEST, envelope.request = &header;
    cr_assert_eq(wire_check_bounds(&envelope.base, &fault), CODE_OK);
    header.method = text;
    cr_assert_eq(wire_check_bounds(&envelope.base, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.field, "method");
    envelope.kind_case = PB__ENVELOPE__KIND__NOT_SET;
    cr_assert_eq(wire_check_bounds(&envelope.base, &fault), CODE_OK);
}

Test(bounds, fields_by_name)
{
    Pb__Provision provision = PB__PROVISION__INIT;
    const char *urns[] = {"dfe:117671", "ofsted:1"};
    provision.name = "Oak", provision.urns = urns, provision.n_urns = 2;
    cr_assert_str_eq(wire_field_text(&provision.base, "name"), "Oak");
    cr_assert_str_eq(wire_field_text(&provision.base, "urns"), "dfe:117671");
    cr_assert_str_eq(wire_field_text(&provision.base, "kind"), "", "no text");
    cr_assert_str_eq(wire_field_text(&provision.base, "nothing"), "", "no field");
    provision.n_urns = 0;
    cr_assert_str_eq(wire_field_text(&provision.base, "urns"), "");
}
